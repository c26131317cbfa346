"""What becomes of every leaf and every node when a set is amended."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.tree.amending import Answer, Link, fates, followers
from criteria.tree.nodes import Node, Outline

TWO, FOUR = Decimal(2), Decimal(4)
OLD = Outline(
    title="Bộ tiêu chí",
    scale=Decimal(10),
    survey_points=Decimal(0),
    nodes=(
        Node("1", "Một", maximum=Decimal(6)),
        Node("1.1", "Kế hoạch", "1", TWO, rule="Có: 2\nKhông: 0"),
        Node("1.2", "Báo cáo", "1", FOUR, rule="Có: 4\nKhông: 0"),
        Node("2", "Hai", maximum=FOUR),
        Node("2.1", "Kiểm tra", "2", FOUR, rule="Có: 4\nKhông: 0"),
    ),
)


def changed(**nodes: Node | None) -> Outline:
    """The old outline with some nodes replaced by code (``_`` for a dot), or left out."""
    by_code = {code.strip("n").replace("_", "."): node for code, node in nodes.items()}
    kept = [by_code.get(each.code, each) for each in OLD.nodes]
    return replace(OLD, nodes=tuple(each for each in kept if each))


def same(*codes: str) -> list[Link]:
    return [Link(code, code, "same") for code in codes]


ALL = same("1.1", "1.2", "2.1")


def told(new: Outline, links: list[Link]) -> list[tuple[str, str | None, str | None, tuple[str, ...]]]:
    return [
        (str(each.answer), each.old.code if each.old else None, each.new.code if each.new else None, each.differs)
        for each in fates(OLD, new, links)
    ]


def test_nothing_changed_keeps_every_answer() -> None:
    assert {each[0] for each in told(OLD, ALL)} == {"kept"}


@pytest.mark.parametrize(
    ("field", "value", "answer"),
    [
        ("maximum", Decimal(3), "redo"),
        ("minimum", Decimal(-1), "redo"),
        ("rule", "Có: 2\nKhông: 1", "redo"),
        ("method", "outcome", "redo"),
        ("entered_by", "appraiser", "redo"),
        ("side", "bonus", "redo"),
        ("facets", "a) Một: 2", "redo"),
        ("name", "Kế hoạch năm", "kept"),
        ("evidence", "Quyết định", "kept"),
        ("guidance", "Xem công văn", "kept"),
        ("note", "Mới", "kept"),
    ],
)
def test_what_an_answer_was_given_to_decides(field: str, value: object, answer: str) -> None:
    new = changed(n1_1=replace(OLD.by_code["1.1"], **{field: value}))  # type: ignore[arg-type]

    fate = told(new, ALL)[0]

    assert (fate[0], fate[3]) == (answer, () if field == "note" else (field,))


def test_a_dropped_leaf_is_set_aside_and_a_new_one_waits() -> None:
    new = changed(n1_2=Node("1.3", "Sáng kiến", "1", FOUR))

    assert told(new, [*same("1.1", "2.1"), Link("1.2", "", "dropped"), Link("", "1.3", "new")]) == [
        ("kept", "1.1", "1.1", ()),
        ("new", None, "1.3", ()),
        ("kept", "2.1", "2.1", ()),
        ("aside", "1.2", None, ()),
    ]


def test_points_are_never_divided_by_a_machine() -> None:
    """Split and merged leaves are answered anew, whatever their shares."""
    split = replace(OLD, nodes=(*OLD.nodes, Node("2.2", "Kiểm tra đột xuất", "2", TWO)))
    merged = changed(n1_2=None)

    assert told(split, [*same("1.1", "1.2"), Link("2.1", "2.1", "split"), Link("2.1", "2.2", "split")])[-3:] == [
        ("new", None, "2.1", ()),
        ("new", None, "2.2", ()),
        ("aside", "2.1", None, ()),
    ]
    assert told(merged, [*same("2.1"), Link("1.1", "1.1", "merged"), Link("1.2", "1.1", "merged")])[0][0] == "new"


def test_a_moved_leaf_keeps_its_answer_and_its_old_place_has_a_follower() -> None:
    new = changed(n2_1=replace(OLD.by_code["2.1"], code="2.5"))
    found = fates(OLD, new, [*same("1.1", "1.2"), Link("2.1", "2.5", "moved")])

    assert [str(each.answer) for each in found] == ["kept"] * 3
    assert followers(OLD, new, found) == {"1": "1", "1.1": "1.1", "1.2": "1.2", "2": "2", "2.1": "2.5"}


def test_a_renumbered_area_is_found_by_its_leaves() -> None:
    nodes = (
        Node("3", "Ba", maximum=FOUR),
        replace(OLD.by_code["2.1"], code="3.1", parent="3"),
        Node("2", "Lá mới mang mã cũ", maximum=TWO),
    )
    new = replace(OLD, nodes=(*OLD.nodes[:3], *nodes))
    found = fates(OLD, new, [*same("1.1", "1.2"), Link("2.1", "3.1", "moved"), Link("", "2", "new")])

    assert followers(OLD, new, found)["2"] == "3"


def test_an_area_whose_leaves_parted_or_went_has_no_follower() -> None:
    apart = replace(
        OLD,
        nodes=(
            Node("5", "Năm", maximum=TWO),
            replace(OLD.by_code["1.1"], code="5.1", parent="5"),
            Node("6", "Sáu", maximum=FOUR),
            replace(OLD.by_code["1.2"], code="6.1", parent="6"),
        ),
    )
    found = fates(OLD, apart, [Link("1.1", "5.1", "moved"), Link("1.2", "6.1", "moved")])

    assert followers(OLD, apart, found) == {"1.1": "5.1", "1.2": "6.1"}


@given(st.lists(st.sampled_from(["kept", "rule", "drop"]), min_size=3, max_size=3))
def test_every_leaf_of_both_versions_has_exactly_one_fate(what: list[str]) -> None:
    nodes = dict(zip(("1.1", "1.2", "2.1"), what, strict=True))
    kept = [
        replace(each, rule="Có: 1\nKhông: 0") if nodes.get(each.code) == "rule" else each
        for each in OLD.nodes
        if nodes.get(each.code) != "drop"
    ]
    new = replace(OLD, nodes=tuple(kept))
    # An area without children would be a leaf itself.
    links = [each for each in ALL if nodes[each.old] != "drop"]

    found = fates(OLD, new, links)

    assert [each.new.code for each in found if each.new] == [leaf.code for leaf in new.leaves]
    assert sorted(each.old.code for each in found if each.old) == ["1.1", "1.2", "2.1"]
    assert sum(each.answer is Answer.KEPT for each in found) == what.count("kept")
