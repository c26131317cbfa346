"""Edits as plain data: made, taken back, refused."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Field, Model

from criteria.models import CriteriaSet, Criterion, EnteredBy, Method, Side
from criteria.tree import editing, wishes
from criteria.tree.editing import BadEdit, apply
from criteria.tree.nodes import Node, Outline, digest

UNKNOWN: dict[str, Any] = {"maximum": None}
LOST = UNKNOWN | {"code": "8", "parent": "1"}


def node(code: str, maximum: str | None = "1", parent: str | None = None, **values: Any) -> Node:
    above = code.rpartition(".")[0] if parent is None else parent
    return Node(code, f"Tên {code}", above, None if maximum is None else Decimal(maximum), **values)


def outline(*nodes: Node) -> Outline:
    return Outline("Bộ tiêu chí", Decimal(10), Decimal(4), nodes)


def small() -> Outline:
    return outline(
        node("1", "6"),
        node("1.1", "4"),
        node("1.1.1", "3", rule="Có: 3\nKhông: 0"),
        node("1.1.2", "1"),
        node("1.2", "2"),
        node("2", "4"),
        node("2.1", "4", method="survey"),
        node("3", "5", side="bonus"),
        node("3.1", "5", side="bonus"),
        node("4", "0", side="penalty", minimum=Decimal(-3)),
    )


def codes(made: Outline) -> list[str]:
    return [each.code for each in made.nodes]


def edited(*operations: Mapping[str, Any], of: Outline | None = None) -> Outline:
    """The set after the wishes; that taking them back gives the same content is proven on the way."""
    before = of or small()
    found = wishes.edit(before, operations)
    assert digest(apply(found.outline, found.back).outline) == digest(before)
    assert apply(before, found.forward).outline == found.outline
    return found.outline


def length(model: type[Model], name: str) -> int | None:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.max_length


def test_lengths_and_choices_are_those_of_the_table() -> None:
    columns = {"evidence": "evidence_asked"}
    for name, most in editing.TEXTS.items():
        assert length(Criterion, columns.get(name, name)) == most, name
    for name, most in editing.HEAD_TEXTS.items():
        assert length(CriteriaSet, name) == most
    assert length(Criterion, "code") == editing.CODE_LENGTH
    assert {
        "side": tuple(Side.values),
        "method": tuple(Method.values),
        "entered_by": tuple(EnteredBy.values),
    } == editing.CHOICES


def test_fields_are_set() -> None:
    made = edited(
        {"op": "set", "code": "1.2", "values": {"name": "  Tên \n mới ", "maximum": "2,5", "minimum": "-1"}},
        {"op": "set", "code": "1.2", "values": {"rule": "Có: 2,5 \r\nKhông: 0\n", "method": "outcome"}},
        {"op": "set", "code": "2.1", "values": {"maximum": ""}},
    )

    one, other = made.by_code["1.2"], made.by_code["2.1"]
    assert (one.name, one.maximum, one.minimum) == ("Tên mới", Decimal("2.5"), Decimal(-1))
    assert (one.rule, one.method) == ("Có: 2,5\nKhông: 0", "outcome")
    assert other.maximum is None


def test_what_is_the_same_leaves_no_trace() -> None:
    asked: list[Mapping[str, Any]] = [
        {"op": "set", "code": "1.2", "values": {"maximum": "2,0", "name": "Tên 1.2"}},
        {"op": "set", "code": "1", "values": {"side": "scale"}},
        {"op": "head", "values": {"scale": "10,00", "title": "Bộ tiêu chí"}},
        {"op": "up", "code": "1"},
        {"op": "down", "code": "4"},
        {"op": "indent", "code": "1.1"},
        {"op": "outdent", "code": "1"},
        {"op": "recode", "code": "1", "to": "1"},
        {"op": "move", "code": "1.2", "parent": "1", "after": "1.1"},
        {"op": "renumber", "code": ""},
    ]

    assert wishes.edit(small(), asked).forward == ()


def test_a_row_is_added_after_and_the_codes_follow() -> None:
    made = edited({"op": "insert", "place": "after", "of": "1.1.1", "nodes": [{"name": "Mới", "maximum": "0,5"}]})

    assert codes(made)[:6] == ["1", "1.1", "1.1.1", "1.1.2", "1.1.3", "1.2"]
    assert [made.by_code[code].name for code in ("1.1.2", "1.1.3")] == ["Mới", "Tên 1.1.2"]


def test_rows_are_added_before_below_and_at_the_end() -> None:
    made = edited(
        {"op": "insert", "place": "before", "of": "1.1", "nodes": [{"name": "Đầu"}]},
        {"op": "insert", "place": "below", "of": "2.1", "nodes": [{"name": "Con"}, {"name": "Con nữa"}]},
        {"op": "insert", "place": "below", "of": "", "nodes": [{"name": "Lĩnh vực"}]},
    )

    assert [(each.code, each.name) for each in made.nodes if not each.name.startswith("Tên")] == [
        ("1.1", "Đầu"),
        ("2.1.1", "Con"),
        ("2.1.2", "Con nữa"),
        ("5", "Lĩnh vực"),
    ]
    assert made.by_code["2.1.2"].method == "survey"
    assert codes(made)[1:5] == ["1.1", "1.2", "1.2.1", "1.2.2"]


def test_codes_out_of_order_are_left_alone() -> None:
    gap = outline(node("1"), node("1.1"), node("1.4"), node("1.5"))

    made = edited({"op": "insert", "place": "after", "of": "1.1", "nodes": [{"name": ""}]}, of=gap)

    assert codes(made) == ["1", "1.1", "1.2", "1.4", "1.5"]

    made = edited({"op": "insert", "place": "below", "of": "1", "nodes": [{}, {}]}, of=gap)

    assert codes(made) == ["1", "1.1", "1.4", "1.5", "1.6", "1.7"]


def test_everything_below_a_node_goes_and_moves_with_it() -> None:
    assert codes(edited({"op": "remove", "code": "1.1"})) == ["1", "1.1", "2", "2.1", "3", "3.1", "4"]
    assert codes(edited({"op": "up", "code": "2"})) == codes(
        outline(*[node(each) for each in ("1", "1.1", "2", "2.1", "2.1.1", "2.1.2", "2.2", "3", "3.1", "4")])
    )
    assert [each.name for each in edited({"op": "down", "code": "1.1"}).nodes[1:5]] == [
        "Tên 1.2",
        "Tên 1.1",
        "Tên 1.1.1",
        "Tên 1.1.2",
    ]


def test_indenting_and_outdenting() -> None:
    inwards = edited({"op": "indent", "code": "1.2"})
    outwards = edited({"op": "outdent", "code": "1.1.1"})

    assert inwards.by_code["1.1.3"].name == "Tên 1.2"
    assert [each.name for each in outwards.children("1")] == ["Tên 1.1", "Tên 1.1.1", "Tên 1.2"]
    assert codes(outwards)[:5] == ["1", "1.1", "1.1.1", "1.2", "1.3"]


def test_a_node_takes_the_side_of_its_new_place() -> None:
    made = edited({"op": "move", "code": "1.1", "parent": "4", "after": ""})

    moved = [each for each in made.nodes if each.code.startswith("4.1")]
    assert [(each.side, each.maximum, each.minimum) for each in moved] == [
        ("penalty", Decimal(0), Decimal(-4)),
        ("penalty", Decimal(0), Decimal(-3)),
        ("penalty", Decimal(0), Decimal(-1)),
    ]


def test_an_area_changes_its_side_with_all_below() -> None:
    unknown = edited({"op": "set", "code": "3.1", "values": {"maximum": ""}})
    made = edited({"op": "set", "code": "3", "values": {"side": "penalty"}}, of=unknown)
    back = edited({"op": "set", "code": "3", "values": {"side": "scale", "name": "Lại"}}, of=made)

    assert [(each.side, each.maximum, each.minimum) for each in made.nodes[7:9]] == [
        ("penalty", Decimal(0), Decimal(-5)),
        ("penalty", None, Decimal(0)),
    ]
    assert [(each.side, each.maximum, each.minimum) for each in back.nodes[7:9]] == [
        ("scale", Decimal(5), Decimal(0)),
        ("scale", None, Decimal(0)),
    ]


def test_penalties_are_typed_with_and_without_their_sign() -> None:
    for typed, stored in (("2,5", "-2.5"), ("-2,5", "-2.5"), ("−1", "-1")):
        made = edited({"op": "set", "code": "4", "values": {"minimum": typed}})
        assert made.by_code["4"].minimum == Decimal(stored)
    assert edited({"op": "set", "code": "4", "values": {"minimum": ""}}).by_code["4"].maximum is None


def test_a_code_takes_those_below_with_it() -> None:
    made = edited({"op": "recode", "code": "1", "to": " I "})

    assert codes(made)[:5] == ["I", "I.1", "I.1.1", "I.1.2", "I.2"]
    assert made.by_code["I.1"].parent == "I"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["II", "II.2", "V", "V.x"], ["I", "I.1", "II", "II.a"]),
        (["1", "a)", "c)"], ["1", "a)", "b)"]),
        (["A", "3", "7"], ["1", "1.1", "1.2"]),
        (["1", "9.7", "9.9"], ["1", "1.1", "1.2"]),
        (["LX", "1"], ["I", "I.1"]),
    ],
)
def test_renumbering_in_the_manner_of_the_first(given: list[str], wanted: list[str]) -> None:
    areas = {"II": "", "V": "", "V.x": "V", "II.2": "II"}
    made = outline(*[node(each, parent=areas.get(each, given[0] if place else "")) for place, each in enumerate(given)])
    if given[0] == "LX":
        made = outline(node("LX", parent=""), node("1", parent="LX"), node("2", parent="LX"), node("XC", parent=""))
        made = edited({"op": "renumber", "code": ""}, of=made)
        assert codes(made) == ["I", "1", "2", "II"]
        return

    assert codes(edited({"op": "renumber", "code": ""}, of=made)) == wanted


def test_renumbering_below_one_node_only() -> None:
    made = outline(node("1"), node("1.3"), node("1.9"), node("3"), node("3.9"))

    assert codes(edited({"op": "renumber", "code": "1"}, of=made)) == ["1", "1.1", "1.2", "3", "3.9"]


def test_letters_go_on_in_pairs_when_they_are_used_up() -> None:
    letters = [node(f"{letter})", parent="1") for letter in editing_letters()]

    made = edited({"op": "insert", "place": "below", "of": "1", "nodes": [{}]}, of=outline(node("1"), *letters))

    assert codes(made)[-1] == "aa)"


def editing_letters() -> str:
    return "abcdđeghiklmnopqrstuvxy"


def test_the_head() -> None:
    values = {"title": " Bộ  mới ", "scale": "60", "survey_points": "", "bonus_cap": "2,5", "may_exceed": True}

    made = edited({"op": "head", "values": values | {"legal_basis": "01/NQ\n02/QĐ"}})

    assert (made.title, made.scale, made.bonus_cap) == ("Bộ mới", Decimal(60), Decimal("2.5"))
    assert made.survey_points == 0
    assert (made.may_exceed, made.legal_basis) == (True, "01/NQ\n02/QĐ")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"op": "explode"}, ""),
        ({"op": "set", "code": "1.2"}, ""),
        ({"op": "set", "code": "9", "values": {"name": "a"}}, "name"),
        ({"op": "set", "code": "1.2", "values": {"name": "a" * 601}}, "name"),
        ({"op": "set", "code": "1.2", "values": {"name": 5}}, ""),
        ({"op": "set", "code": "1.2", "values": {"colour": "red"}}, "colour"),
        ({"op": "set", "code": "1.2", "values": {"method": "guess"}}, "method"),
        ({"op": "set", "code": "1.2", "values": {"maximum": "hai"}}, "maximum"),
        ({"op": "set", "code": "1.2", "values": {"maximum": "1.000.000"}}, "maximum"),
        ({"op": "set", "code": "1.2", "values": {"maximum": "0"}}, "maximum"),
        ({"op": "set", "code": "1.2", "values": {"minimum": "2"}}, "minimum"),
        ({"op": "set", "code": "1.2", "values": {"side": "bonus"}}, "side"),
        ({"op": "set", "code": "4", "values": {"maximum": "1"}}, "maximum"),
        ({"op": "recode", "code": "1.2", "to": "1.1"}, "code"),
        ({"op": "recode", "code": "1.2", "to": ""}, "code"),
        ({"op": "recode", "code": "1.2", "to": "a b"}, "code"),
        ({"op": "recode", "code": "1.2", "to": "x" * 21}, "code"),
        ({"op": "insert", "place": "after", "of": "9", "nodes": [{}]}, ""),
        ({"op": "insert", "place": "after", "of": "1", "nodes": []}, ""),
        ({"op": "insert", "place": "after", "of": "1", "nodes": [{"code": "1.1"}]}, "code"),
        ({"op": "move", "code": "1", "parent": "1.1", "after": ""}, ""),
        ({"op": "move", "code": "1.2", "parent": "2", "after": "1.1"}, ""),
        ({"op": "move", "code": "1.2", "parent": "9", "after": ""}, ""),
        ({"op": "remove", "code": "9"}, ""),
        ({"op": "head", "values": {"title": " "}}, "title"),
        ({"op": "head", "values": {"scale": "0"}}, "scale"),
        ({"op": "head", "values": {"survey_points": "11"}}, "survey_points"),
        ({"op": "head", "values": {"penalty_cap": "-1"}}, "penalty_cap"),
        ({"op": "head", "values": {"may_exceed": "yes"}}, "may_exceed"),
        ({"op": "head", "values": {"colour": "red"}}, "colour"),
    ],
)
def test_what_cannot_be_done_says_where(wish: Mapping[str, Any], field: str) -> None:
    with pytest.raises(BadEdit) as caught:
        wishes.edit(small(), [wish])

    assert caught.value.field == field


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "set", "code": "4", "values": {"maximum": "1"}},
        {"op": "set", "code": "1.2", "values": {"maximum": "1.00001"}},
        {"op": "set", "code": "1.2", "values": {"maximum": 2}},
        {"op": "set", "code": "1.2", "values": {"maximum": "NaN"}},
        {"op": "set", "code": "1.2", "values": {"maximum": "a"}},
        {"op": "set", "code": "1.2", "values": {"name": None}},
        {"op": "add", "parent": "1", "after": "", "nodes": [{"code": "1.2", "maximum": "1"}]},
        {"op": "add", "parent": "", "after": "", "nodes": [{"code": "7"}]},
        {"op": "add", "parent": "", "after": "", "nodes": [UNKNOWN | {"code": "7"}, LOST]},
        {"op": "rename", "codes": {"1.1": "x", "1.2": "x"}},
        {"op": "rename", "codes": {"9": "x"}},
        {"op": "unheard of"},
        {},
    ],
)  # fmt: skip
def test_stored_operations_are_checked_too(operation: Mapping[str, Any]) -> None:
    with pytest.raises(BadEdit):
        apply(small(), [operation])


def test_a_stored_operation_is_complete() -> None:
    with pytest.raises(BadEdit, match="not complete"):
        apply(small(), [{"op": "set", "code": "1.2"}])


def test_a_code_of_no_manner_is_followed_by_numbers() -> None:
    odd = outline(node("1"), node("(*)", parent="1"))

    assert codes(edited({"op": "insert", "place": "after", "of": "(*)", "nodes": [{}]}, of=odd)) == ["1", "(*)", "1.1"]


def test_a_tree_has_an_end() -> None:
    deep = outline(*[node(".".join("1" * depth)) for depth in range(1, editing.DEEPEST + 1)])

    with pytest.raises(BadEdit, match="levels"):
        wishes.edit(deep, [{"op": "insert", "place": "below", "of": deep.nodes[-1].code, "nodes": [{}]}])


def test_a_set_in_another_order_is_put_in_order() -> None:
    mixed = outline(node("1"), node("2"), node("1.1"))

    assert codes(editing.preorder(mixed)) == ["1", "1.1", "2"]
    assert editing.preorder(small()) is not None
    assert editing.preorder(small()) == small()


def test_renamed_says_where_every_node_came_from() -> None:
    insert = {"op": "insert", "place": "before", "of": "1.1", "nodes": [{}]}

    found = wishes.edit(small(), [insert, {"op": "remove", "code": "2"}])

    assert dict(found.renamed) == {
        "1.1": "",
        "1.2": "1.1",
        "1.2.1": "1.1.1",
        "1.2.2": "1.1.2",
        "1.3": "1.2",
        "2": "3",
        "2.1": "3.1",
        "3": "4",
    }
