"""Where leaves come from: what is proposed for known changes, and what holds whatever the sets are."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.tree import lineage
from criteria.tree.lineage import Link, Proposal
from criteria.tree.nodes import Node, Outline
from tests.timing import stopwatch

TEXT = (
    "kế hoạch báo cáo tuyên truyền kiểm tra rà soát văn bản thủ tục hồ sơ trực tuyến bộ máy biên chế tài chính công "
    "chức đào tạo chuyển đổi số dịch vụ khảo sát hài lòng sáng kiến xử lý kiến nghị đối thoại một cửa liên thông"
)

WORDS = TEXT.split()


def outline(*nodes: Node) -> Outline:
    return Outline("Bộ tiêu chí", Decimal(100), Decimal(0), nodes)


def tree(*leaves: tuple[str, str, str]) -> Outline:
    """Leaves (code, name, maximum) below one area for each first part of a code, and one node for each second."""
    nodes: dict[str, Node] = {}
    for code, name, maximum in leaves:
        parts = code.split(".")
        for depth in range(1, len(parts)):
            inner = ".".join(parts[:depth])
            nodes.setdefault(inner, Node(inner, f"Nhóm {inner}", ".".join(parts[: depth - 1])))
        nodes[code] = Node(code, name, ".".join(parts[:-1]), Decimal(maximum))
    return outline(*nodes.values())


def told(proposals: Iterable[Proposal]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.old, each.new) for each in proposals]


names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
maxima = st.decimals("0.25", "9", places=2)


@st.composite
def sets(draw: st.DrawFn) -> Outline:
    """Two levels of leaves, with names that often repeat words and sometimes whole names."""
    pool = draw(st.lists(names, min_size=1, max_size=12))
    nodes: list[Node] = []
    for area in range(1, draw(st.integers(1, 3)) + 1):
        nodes.append(Node(str(area), draw(names)))
        for number in range(1, draw(st.integers(1, 5)) + 1):
            nodes.append(Node(f"{area}.{number}", draw(st.sampled_from(pool)), str(area), draw(maxima)))
    return outline(*nodes)


def recoded(old: Outline) -> Outline:
    """The same texts under codes that the old set does not have."""
    return outline(
        *(replace(each, code=f"X{each.code}", parent=each.parent and f"X{each.parent}") for each in old.nodes)
    )


# --- likeness ---------------------------------------------------------------------------------------------------------


def test_unicode_form_and_place_of_the_tone_make_no_difference() -> None:
    assert lineage.words(unicodedata.normalize("NFD", "Hoà giải, thuỷ LỢI")) == lineage.words("Hòa giải – thủy lợi")


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [("", "", 0), ("a", "", 0), ("a b c", "a b c", 100), ("a b c d", "a b c x", 75), ("a b", "c d", 0)],
)
def test_likeness_counts_words_in_order(one: str, other: str, score: int) -> None:
    assert lineage.likeness(lineage.words(one), lineage.words(other)) == score


@given(st.lists(st.decimals("0", "50", places=4), min_size=1, max_size=40))
def test_shares_are_above_zero_and_sum_to_one(weights: list[Decimal]) -> None:
    parts = lineage.shares(weights)

    assert sum(parts) == 1
    assert min(parts) > 0
    assert all(part == round(part, 4) for part in parts)


def test_shares_without_weights_are_equal_but_for_the_last_digit() -> None:
    assert lineage.shares([Decimal(0)] * 3) == (Decimal("0.3334"), Decimal("0.3333"), Decimal("0.3333"))
    assert lineage.shares([Decimal(1), Decimal(3)]) == (Decimal("0.25"), Decimal("0.75"))


def test_weight_of_a_penalty_is_how_far_it_goes_down() -> None:
    assert lineage.weight(Node("1", "Trừ", maximum=Decimal(0), minimum=Decimal("-1.5"))) == Decimal("1.5")
    assert lineage.weight(Node("1", "Chưa rõ")) == 0


# --- known changes ----------------------------------------------------------------------------------------------------


def test_a_leaf_reworded_at_its_code_is_the_same() -> None:
    old = tree(("1.1", "Ban hành kế hoạch cải cách hành chính", "1"))
    new = tree(("1.1", "Ban hành kế hoạch và phân công cải cách hành chính năm", "1"))

    (row,) = lineage.propose(new, old)

    assert (row.kind, str(row.share), row.score) == ("same", "1", 80)


def test_siblings_that_change_places_have_moved() -> None:
    old = tree(("1.1", "Kế hoạch tuyên truyền năm", "1"), ("1.2", "Kế hoạch kiểm tra năm", "1"))
    new = tree(("1.1", "Kế hoạch kiểm tra năm", "1"), ("1.2", "Kế hoạch tuyên truyền năm", "1"))

    assert told(lineage.propose(new, old)) == [("moved", "1.2", "1.1"), ("moved", "1.1", "1.2")]


def test_equal_texts_stay_below_the_node_they_were_below() -> None:
    old = tree(("1.1.1", "Ban hành", "1"), ("1.2.1", "Ban hành", "1"))
    new = outline(
        Node("5", "Nhóm 1"),
        Node("5.1", "Nhóm 1.2", "5"),
        Node("5.1.1", "Ban hành", "5.1", Decimal(1)),
        Node("5.2", "Nhóm 1.1", "5"),
        Node("5.2.1", "Ban hành", "5.2", Decimal(1)),
    )

    assert told(lineage.propose(new, old)) == [("moved", "1.2.1", "5.1.1"), ("moved", "1.1.1", "5.2.1")]


def test_a_leaf_that_became_a_node_with_leaves_is_split_by_their_maxima() -> None:
    old = tree(("1.1", "Tuyên truyền cải cách hành chính", "2"), ("1.2", "Kiểm tra", "1"))
    new = outline(
        Node("1", "Nhóm 1"),
        Node("1.1", "Tuyên truyền về cải cách hành chính", "1", Decimal(2)),
        Node("1.1.1", "Có chuyên mục trên cổng thông tin", "1.1", Decimal("0.5")),
        Node("1.1.2", "Số tin bài trong quý", "1.1", Decimal("1.5")),
        Node("1.2", "Kiểm tra", "1", Decimal(1)),
    )

    rows = lineage.propose(new, old)

    assert [(row.kind, row.old, row.new, row.share) for row in rows] == [
        ("split", "1.1", "1.1.1", Decimal("0.25")),
        ("split", "1.1", "1.1.2", Decimal("0.75")),
        ("same", "1.2", "1.2", 1),
    ]


def test_leaves_of_a_node_that_became_a_leaf_are_merged() -> None:
    old = tree(("1.1.1", "Số tin bài", "1"), ("1.1.2", "Chuyên mục", "1"), ("1.2", "Kiểm tra", "1"))
    new = outline(Node("9", "Khác"), Node("9.1", "Nhóm 1.1", "9", Decimal(2)), Node("9.2", "Kiểm tra", "9", Decimal(1)))

    assert told(lineage.propose(new, old)) == [
        ("merged", "1.1.1", "9.1"),
        ("merged", "1.1.2", "9.1"),
        ("moved", "1.2", "9.2"),
    ]


def test_a_node_like_the_leaf_elsewhere_does_not_beat_a_leaf_that_is_as_like() -> None:
    old = tree(("1.1", "Rà soát thủ tục hành chính nội bộ", "1"))
    new = outline(
        Node("7", "Rà soát thủ tục hành chính nhà nước"),
        Node("7.1", "Văn bản", "7", Decimal(1)),
        Node("7.2", "Rà soát thủ tục hành chính công dân", "7", Decimal(1)),
        Node("7.3", "Báo cáo", "7", Decimal(1)),
    )

    assert told(lineage.propose(new, old)) == [("new", "", "7.1"), ("moved", "1.1", "7.2"), ("new", "", "7.3")]


def test_a_leaf_whose_text_was_cut_in_pieces_is_split_and_back_merged() -> None:
    whole = tree(("1.1", "Ban hành kế hoạch tuyên truyền và báo cáo kết quả tuyên truyền hằng năm", "1"))
    parts = tree(("4.1", "Ban hành kế hoạch tuyên truyền", "0.4"), ("4.2", "Báo cáo kết quả tuyên truyền", "0.6"))

    split, merged = lineage.propose(parts, whole), lineage.propose(whole, parts)

    assert told(split) == [("split", "1.1", "4.1"), ("split", "1.1", "4.2")]
    assert [row.share for row in split] == [Decimal("0.4"), Decimal("0.6")]
    assert told(merged) == [("merged", "4.1", "1.1"), ("merged", "4.2", "1.1")]
    assert [row.share for row in merged] == [1, 1]


def test_two_pieces_with_the_same_words_are_no_split() -> None:
    old = tree(("1.1", "Ban hành kế hoạch tuyên truyền và báo cáo kết quả", "1"))
    new = tree(("4.1", "Ban hành kế hoạch tuyên truyền", "1"), ("4.2", "Ban hành kế hoạch tuyên truyền", "1"))

    assert {row.kind for row in lineage.propose(new, old)} == {"new", "dropped"}


def test_what_is_like_nothing_is_new_or_dropped() -> None:
    old = tree(("1.1", "Cắt giảm biên chế", "1"), ("1.2", "Một cửa", "1"))
    new = tree(("1.1", "Chuyển đổi số toàn diện", "1"), ("1.2", "Một cửa", "1"))

    assert told(lineage.propose(new, old)) == [("new", "", "1.1"), ("same", "1.2", "1.2"), ("dropped", "1.1", "")]


def test_settled_leaves_are_left_alone() -> None:
    old = tree(("1.1", "Một cửa", "1"), ("1.2", "Kiểm tra", "1"))

    rows = lineage.propose(old, old, settled_new=["1.1"], settled_old=["1.2"])

    assert told(rows) == [("new", "", "1.2"), ("dropped", "1.1", "")]


def test_names_without_a_word_are_new_and_dropped() -> None:
    nothing = outline(Node("1", "–", maximum=Decimal(1)), Node("2", "…", maximum=Decimal(1)))

    assert {row.kind for row in lineage.propose(nothing, nothing)} == {"new", "dropped"}


# --- whatever the sets are --------------------------------------------------------------------------------------------


@given(sets())
def test_identical_sets_are_the_same_throughout(old: Outline) -> None:
    rows = lineage.propose(old, old)

    assert told(rows) == [("same", leaf.code, leaf.code) for leaf in old.leaves]


@given(sets())
def test_only_codes_renamed_is_moved_throughout(old: Outline) -> None:
    rows = lineage.propose(recoded(old), old)

    assert {row.kind for row in rows} == {"moved"}
    assert [row.old for row in rows if old.by_code[row.old].name != old.by_code[row.new[1:]].name] == []


@given(sets(), st.randoms(use_true_random=False))
def test_siblings_in_another_order_are_found_by_their_text(old: Outline, random: Random) -> None:
    nodes = [each for each in old.nodes if each.parent]
    shuffled = list(nodes)
    random.shuffle(shuffled)
    texts = {node.code: other.name for node, other in zip(nodes, shuffled, strict=True)}
    new = outline(*(replace(each, name=texts.get(each.code, each.name)) for each in old.nodes))

    rows = lineage.propose(new, old)

    assert {row.kind for row in rows} <= {"same", "moved"}
    assert all(new.by_code[row.new].name == old.by_code[row.old].name for row in rows)


@given(sets(), sets())
def test_every_leaf_is_in_a_row_and_every_share_sums_to_one(new: Outline, old: Outline) -> None:
    rows = lineage.propose(new, old)

    assert {row.new for row in rows} - {""} == {leaf.code for leaf in new.leaves}
    assert {row.old for row in rows} - {""} == {leaf.code for leaf in old.leaves}
    for code in (leaf.code for leaf in old.leaves):
        assert sum(row.share for row in rows if row.old == code) == 1
    kinds = {leaf.code: {row.kind for row in rows if row.new == leaf.code} for leaf in new.leaves}
    assert {len(each) for each in kinds.values()} == {1}
    assert rows == lineage.propose(new, old)


@given(sets(), sets())
def test_the_kinds_of_a_proposal_follow_from_its_links(new: Outline, old: Outline) -> None:
    proposed = lineage.propose(new, old)
    links = [Link(row.new, row.old, row.share) for row in proposed if row.new and row.old]

    rows = lineage.rows(links, [leaf.code for leaf in new.leaves], [leaf.code for leaf in old.leaves])

    assert sorted((row.kind, row.new, row.old, row.share) for row in rows) == sorted(
        (row.kind, row.new, row.old, row.share) for row in proposed
    )


# --- put right by a person --------------------------------------------------------------------------------------------

HALF = Decimal("0.5")


def test_what_another_leaf_takes_wholly_is_lost() -> None:
    links = lineage.rerouted([Link("1", "1", Decimal(1))], "2", {"1": Decimal(1)})

    assert [(row.kind, row.old, row.new) for row in lineage.rows(links, ["1", "2"], ["1"])] == [
        ("new", "", "1"),
        ("moved", "1", "2"),
    ]


def test_what_another_leaf_takes_in_part_is_divided_anew() -> None:
    before = [Link("1", "1", Decimal("0.25")), Link("2", "1", Decimal("0.75")), Link("4", "4", Decimal(1))]

    links = lineage.rerouted(before, "3", {"1": Decimal("0.2"), "4": HALF})

    assert {(link.new, link.old): link.share for link in links} == {
        ("1", "1"): Decimal("0.2"),
        ("2", "1"): Decimal("0.6"),
        ("3", "1"): Decimal("0.2"),
        ("4", "4"): HALF,
        ("3", "4"): HALF,
    }
    assert {row.new: row.kind for row in lineage.rows(links, "1234", "14")} == {
        "1": "split",
        "2": "split",
        "3": "merged",
        "4": "split",
    }


def test_what_a_leaf_gives_back_goes_to_the_others() -> None:
    links = lineage.rerouted([Link("1", "1", HALF), Link("2", "1", HALF)], "2", {})

    assert [(row.kind, row.old, row.new) for row in lineage.rows(links, ["1", "2"], ["1", "9"])] == [
        ("same", "1", "1"),
        ("new", "", "2"),
        ("dropped", "9", ""),
    ]


def test_a_part_that_is_taken_alone_is_incomplete() -> None:
    links = lineage.rerouted([], "2", {"1": HALF})

    assert lineage.incomplete(links) == {"1": HALF}


def test_a_rest_too_small_for_the_others_is_lost_to_them() -> None:
    links = lineage.rerouted([Link("1", "1", HALF), Link("2", "1", HALF)], "3", {"1": Decimal("0.9999")})

    assert lineage.incomplete(links) == {"1": Decimal("0.9999")}


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, dict[str, Decimal]]]:
    share = st.decimals("0.01", "1", places=4)
    return draw(
        st.lists(st.tuples(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("wxyz"), share, max_size=3)))
    )


@given(changes())
def test_after_any_changes_no_old_leaf_is_given_away_twice(steps: list[tuple[str, dict[str, Decimal]]]) -> None:
    links: tuple[Link, ...] = ()
    for leaf, origins in steps:
        links = lineage.rerouted(links, leaf, origins)
        assert {link.old: link.share for link in links if link.new == leaf} == origins
        assert all(total < 1 for total in lineage.incomplete(links).values())
        assert all(0 < link.share <= 1 for link in links)
        assert len({(link.new, link.old) for link in links}) == len(links)
    rows = lineage.rows(links, "abcd", "wxyz")
    assert ({row.new for row in rows} - {""}, {row.old for row in rows} - {""}) == (set("abcd"), set("wxyz"))


def test_two_steps_in_one() -> None:
    later = [Link("n1", "m1", HALF), Link("n2", "m1", HALF), Link("n2", "m2", Decimal(1)), Link("n3", "m9", Decimal(1))]
    earlier = [Link("m1", "o1", HALF), Link("m2", "o1", HALF)]

    assert lineage.chained(later, earlier) == (
        Link("n1", "o1", Decimal("0.25")),
        Link("n2", "o1", Decimal("0.75")),
    )


def test_three_hundred_leaves_against_three_hundred_take_under_a_second() -> None:
    random = Random(7)

    def name() -> str:
        return " ".join(random.choices(WORDS, k=12))

    old = tree(*((f"{area}.{number}", name(), "1") for area in range(10) for number in range(30)))
    new = tree(*((f"{area}.{number}", name(), "1") for area in range(10) for number in range(30)))

    with stopwatch() as taken:
        rows = lineage.propose(new, old)

    assert taken() < 1
    assert len({row.new for row in rows} - {""}) == 300


# --- how sure ---------------------------------------------------------------------------------------------------------


def test_unlike_text_at_the_same_code_is_another_criterion() -> None:
    old = tree(("1.1", "kế hoạch báo cáo tuyên truyền", "2"), ("1.2", "bộ máy biên chế", "1"))
    new = tree(("1.1", "kế hoạch báo cáo tài chính công sở", "2"), ("1.2", "bộ máy biên chế", "1"))

    assert told(lineage.propose(new, old)) == [("new", "", "1.1"), ("same", "1.2", "1.2"), ("dropped", "1.1", "")]


@pytest.mark.parametrize(
    ("kind", "score", "sure"),
    [("same", 80, True), ("same", 79, False), ("moved", 79, False), ("moved", 100, True), ("new", 0, True)],
)
def test_rows_are_confirmed_together_from_a_likeness_on(kind: str, score: int, sure: bool) -> None:
    assert lineage.is_sure(kind, score) is sure


def test_the_reason_of_a_row_whose_leaf_was_retyped_says_so() -> None:
    assert lineage.reason("same", 59) == lineage.UNLIKE
    assert lineage.reason("same", 60) == lineage.REASONS["same"]
    assert lineage.reason("moved", 10) == lineage.REASONS["moved"]
