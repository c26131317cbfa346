"""What differs between two sets."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from criteria.tree import lineage, redline
from criteria.tree.lineage import Link
from criteria.tree.nodes import Node, Outline
from criteria.tree.redline import Difference, Field
from tests.criteria.tree.test_lineage import outline, recoded, sets

ONE, HALF = Decimal(1), Decimal("0.5")
OLD = outline(
    Node("1", "Chỉ đạo, điều hành", maximum=Decimal(4)),
    Node("1.1", "Kế hoạch năm", "1", Decimal(1), rule="Có: 1\nKhông: 0", evidence="Kế hoạch"),
    Node("1.2", "Báo cáo", "1", Decimal(1)),
    Node("1.3", "Tuyên truyền", "1", Decimal(2)),
    Node("2", "Thể chế", maximum=Decimal(2)),
    Node("2.1", "Rà soát văn bản", "2", Decimal(2)),
)


def links(*pairs: tuple[str, str]) -> list[Link]:
    return [Link(new, old, ONE) for old, new in pairs]


def all_links(old: Outline) -> list[Link]:
    return links(*((leaf.code, leaf.code) for leaf in old.leaves))


def told(differences: Iterable[Difference]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What changed, in order: codes of the old and of the new nodes, and the kinds of change."""
    return [(" ".join(n.code for n in d.old), " ".join(n.code for n in d.new), d.kinds) for d in differences if d.kinds]


def changed(code: str, **values: object) -> Outline:
    return replace(
        OLD,
        nodes=tuple(replace(each, **values) if each.code == code else each for each in OLD.nodes),  # type: ignore[arg-type]
    )


def test_identical_sets_do_not_differ() -> None:
    found = redline.redline(OLD, OLD, all_links(OLD))

    assert told(found) == []
    assert [each.key for each in found] == [node.code for node in OLD.nodes]
    assert redline.summary(found) == {}
    assert redline.head(OLD, OLD) == ()


def test_each_value_makes_its_kind_of_change() -> None:
    kinds = {
        "name": ("Kế hoạch quý", "renamed"),
        "maximum": (Decimal(2), "points"),
        "minimum": (Decimal("-0.5"), "points"),
        "rule": ("Có: 1\nKhông: 0,5", "rule"),
        "evidence": ("Báo cáo", "evidence"),
        "method": ("survey", "method"),
        "entered_by": ("appraiser", "method"),
        "side": ("bonus", "other"),
        "facets": ("a) Tài chính: 1", "other"),
        "examples": ("mức = Có → 1", "other"),
        "guidance": ("Xem mục 2", "other"),
        "legal_basis": ("52/QĐ", "other"),
        "note": ("Ghi chú", "other"),
    }
    assert set(kinds) == set(redline.FIELDS)
    for name, (value, kind) in kinds.items():
        found = redline.redline(OLD, changed("1.1", **{name: value}), all_links(OLD))

        assert told(found) == [("1.1", "1.1", (kind,))]
        (field,) = found[1].fields
        assert field.name == name


def test_numbers_are_shown_with_a_comma_and_an_unknown_one_is_empty() -> None:
    found = redline.redline(changed("1.1", maximum=Decimal("1.50")), changed("1.1", maximum=None), all_links(OLD))

    assert found[1].fields == (Field("maximum", "1,5", ""),)


def test_spaces_unicode_form_and_place_of_tones_are_no_change() -> None:
    new = changed("1.1", name=unicodedata.normalize("NFD", "Kế  hoạch năm"), rule="Có: 1\n\nKhông: 0 ")
    assert told(redline.redline(OLD, new, all_links(OLD))) == []
    hoa = redline.redline(changed("1.1", name="Hoà thuỷ"), changed("1.1", name="Hòa thủy"), all_links(OLD))
    assert told(hoa) == []


def test_another_letter_case_or_diacritic_is_a_change() -> None:
    for name in ("Kế hoạch nằm", "kế hoạch năm"):
        assert told(redline.redline(OLD, changed("1.1", name=name), all_links(OLD))) == [("1.1", "1.1", ("renamed",))]


def test_an_area_has_no_rule_of_its_own_to_differ() -> None:
    assert told(redline.redline(OLD, changed("1", rule="Có: 1", guidance="Mới"), all_links(OLD))) == [
        ("1", "1", ("other",))
    ]


def test_added_and_removed_stand_where_they_belong() -> None:
    new = outline(*(each for each in OLD.nodes if each.code != "1.2"), Node("2.2", "Kiểm tra", "2", ONE))

    found = redline.redline(OLD, new, links(("1.1", "1.1"), ("1.3", "1.3"), ("2.1", "2.1")))

    assert told(found) == [("1.2", "", ("removed",)), ("", "2.2", ("added",))]
    assert [each.key for each in found] == ["1", "1.1", "-1.2", "1.3", "2", "2.1", "2.2"]
    assert [each.depth for each in found] == [0, 1, 1, 1, 0, 1, 1]


def test_a_whole_set_in_place_of_another() -> None:
    new = outline(Node("A", "Khác hẳn"), Node("A.1", "Một", "A", ONE))

    found = redline.redline(OLD, new, [])

    assert redline.summary(found) == {"added": 2, "removed": 6}
    assert [each.key for each in found][:2] == ["-1", "-1.1"]


def test_an_area_put_before_the_others_moves_them_with_their_leaves() -> None:
    moved = {"1": "2", "2": "3"}
    nodes = [
        replace(each, code=moved[each.code[0]] + each.code[1:], parent=moved[each.parent] if each.parent else "")
        for each in OLD.nodes
    ]
    new = outline(Node("1", "Cải cách thể chế"), Node("1.1", "Mới", "1", ONE), *nodes)

    found = redline.redline(OLD, new, links(("1.1", "2.1"), ("1.2", "2.2"), ("1.3", "2.3"), ("2.1", "3.1")))

    assert told(found)[:3] == [("", "1", ("added",)), ("", "1.1", ("added",)), ("1", "2", ("moved",))]
    assert redline.summary(found) == {"added": 2, "moved": 6}


def test_a_leaf_under_another_node_has_moved_though_its_code_is_the_same() -> None:
    new = outline(
        *(replace(each, parent="1") if each.code == "2.1" else each for each in OLD.nodes if each.code != "2")
    )

    assert ("2.1", "2.1", ("moved",)) in told(redline.redline(OLD, new, all_links(OLD)))


def test_split_and_merged_leaves_are_one_difference_with_both_sums() -> None:
    new = outline(
        OLD.nodes[0],
        Node("1.1", "Kế hoạch và báo cáo", "1", Decimal(3)),
        Node("1.3", "Tin bài", "1", HALF),
        Node("1.4", "Chuyên mục", "1", Decimal("1.5")),
        *OLD.nodes[4:],
    )
    split = [Link("1.3", "1.3", Decimal("0.25")), Link("1.4", "1.3", Decimal("0.75"))]

    found = redline.redline(OLD, new, [*links(("1.1", "1.1"), ("1.2", "1.1"), ("2.1", "2.1")), *split])

    assert told(found) == [("1.1 1.2", "1.1", ("merged", "points")), ("1.3", "1.3 1.4", ("split",))]
    assert (found[1].old_points, found[1].new_points) == (Decimal(2), Decimal(3))
    assert found[2].shares == {("1.3", "1.3"): Decimal("0.25"), ("1.4", "1.3"): Decimal("0.75")}


def test_leaves_joined_both_ways_are_split_and_merged() -> None:
    new = outline(OLD.nodes[0], Node("1.1", "A", "1", ONE), Node("1.2", "B", "1", ONE))
    joined = [Link("1.1", "1.1", HALF), Link("1.2", "1.1", HALF), Link("1.2", "1.2", HALF), Link("1.1", "1.2", HALF)]

    assert ("1.1 1.2", "1.1 1.2", ("split", "merged")) in told(redline.redline(OLD, new, joined))


def test_a_part_of_which_the_rest_went_nowhere_is_split() -> None:
    found = redline.redline(OLD, OLD, [Link("1.1", "1.1", HALF)])

    assert told(found)[0] == ("1.1", "1.1", ("split",))


def test_penalties_are_summed_by_their_minimum() -> None:
    old = outline(Node("P", "Trừ", side="penalty", maximum=Decimal(0), minimum=Decimal(-1)))
    new = outline(
        Node("P", "Trừ", side="penalty", maximum=Decimal(0), minimum=Decimal(-3)),
        Node("P.1", "Trễ", "P", Decimal(0), Decimal(-1), "penalty"),
        Node("P.2", "Sai", "P", Decimal(0), Decimal(-2), "penalty"),
    )

    found = redline.redline(old, new, [Link("P.1", "P", HALF), Link("P.2", "P", HALF)])

    assert told(found) == [("P", "P P.1 P.2", ("split", "points"))]
    assert (found[0].old_points, found[0].new_points) == (Decimal(-1), Decimal(-3))


def test_nodes_that_a_leaf_became_stand_with_its_leaves_and_back() -> None:
    divided = outline(
        *OLD.nodes[:3],
        Node("1.3", "Tuyên truyền", "1", Decimal(2)),
        Node("1.3.1", "Nhóm", "1.3", Decimal(2)),
        Node("1.3.1.1", "Tin bài", "1.3.1", ONE),
        Node("1.3.1.2", "Chuyên mục", "1.3.1", ONE),
        *OLD.nodes[4:],
    )
    same = links(("1.1", "1.1"), ("1.2", "1.2"), ("2.1", "2.1"))

    split = redline.redline(OLD, divided, [*same, Link("1.3.1.1", "1.3", HALF), Link("1.3.1.2", "1.3", HALF)])
    merged = redline.redline(divided, OLD, [*same, Link("1.3", "1.3.1.1", ONE), Link("1.3", "1.3.1.2", ONE)])

    assert told(split) == [("1.3", "1.3 1.3.1 1.3.1.1 1.3.1.2", ("split",))]
    assert told(merged) == [("1.3 1.3.1 1.3.1.1 1.3.1.2", "1.3", ("merged",))]


def test_what_the_sets_say_of_themselves() -> None:
    new = replace(OLD, title="Bộ mới", scale=Decimal(60), may_exceed=True)

    assert redline.head(OLD, new) == (
        Field("title", "Bộ tiêu chí", "Bộ mới"),
        Field("scale", "100", "60"),
        Field("may_exceed", "no", "yes"),
    )


def test_an_inner_node_is_found_by_its_code_and_text_when_all_below_it_is_new() -> None:
    new = outline(*OLD.nodes[:4], OLD.nodes[4], Node("2.7", "Khác", "2", Decimal(2)))

    found = redline.redline(OLD, new, links(("1.1", "1.1"), ("1.2", "1.2"), ("1.3", "1.3")))

    assert told(found) == [("2.1", "", ("removed",)), ("", "2.7", ("added",))]


def test_words_gone_and_come() -> None:
    found = redline.pieces("Có: 1\nKhông: 0", "Có: 1\nChậm: 0,5\nKhông: 0")

    assert [(each.op, each.text) for each in found] == [("=", "Có: 1\n"), ("+", "Chậm: 0,5\n"), ("=", "Không: 0")]
    assert [(each.op, each.text) for each in redline.pieces("", "Mới")] == [("+", "Mới")]
    assert [(each.op, each.text) for each in redline.pieces("Cũ", "")] == [("-", "Cũ")]
    assert redline.pieces("", "") == ()


@given(sets(), sets())
def test_every_node_stands_once_on_its_side(old: Outline, new: Outline) -> None:
    joined = [Link(row.new, row.old, row.share) for row in lineage.propose(new, old) if row.new and row.old]

    found = redline.redline(old, new, joined)

    assert sorted(node.code for each in found for node in each.old) == sorted(node.code for node in old.nodes)
    assert sorted(node.code for each in found for node in each.new) == sorted(node.code for node in new.nodes)
    assert len({each.key for each in found}) == len(found)
    firsts = [new.nodes.index(each.new[0]) for each in found if each.new]
    assert firsts == sorted(firsts)


@given(sets())
def test_only_codes_renamed_is_moved_and_nothing_else(old: Outline) -> None:
    new = recoded(old)
    found = redline.redline(old, new, links(*((leaf.code, f"X{leaf.code}") for leaf in old.leaves)))

    assert {each.kinds for each in found} == {("moved",)}


texts = st.text(alphabet="abcà ớ\n.", max_size=60)


@given(texts, texts)
def test_the_pieces_make_up_both_texts(old: str, new: str) -> None:
    found = redline.pieces(old, new)

    def made(*ops: str) -> list[str]:
        return " ".join(each.text for each in found if each.op in ops).split()

    assert made("=", "+") == unicodedata.normalize("NFC", new).split()
    assert [redline._spelling(each) for each in made("=", "-")] == [redline._spelling(each) for each in old.split()]
