"""The checker: nothing to say of a good set, and exactly one thing of a set with one thing wrong."""

import doctest
import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from criteria.tree import bases, checks_around, checks_leaves, checks_points, checks_rules, checks_tree, findings
from criteria.tree.checks import Facts, Finding, checks
from criteria.tree.nodes import Node, Outline
from tests.criteria.tree.outlines import RULES, change, good, inner, leaf, outlines
from tests.timing import stopwatch

PERIOD = (date(2022, 1, 1), date(2022, 12, 31))
LEAVES = frozenset({"1.1.1", "1.1.2", "1.2", "a)", "b)", "3.1", "3.2", "4.1", "4.2"})
FACTS = Facts(
    period=PERIOD,
    traced=LEAVES,
    known=frozenset({"52/2019/qđ-ubnd", "30c/nq-cp"}),
    repealed={"30c/nq-cp": ""},
    has_group=True,
    unassigned=frozenset(),
)


def said(finding: Finding) -> str:
    """The message with every field filled in, as a page shows it."""
    why = finding.cause % finding.cause_values if finding.cause else ""
    return finding.message % {**finding.values, "why": why}


def test_a_good_set_has_nothing_to_mend() -> None:
    assert checks(good(), FACTS) == ()


@given(outlines())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_good_set_has_nothing_to_mend(outline: Outline) -> None:
    assert checks(outline, Facts(period=PERIOD)) == ()


def one(code: str, **fields: Any) -> Callable[[], Outline]:
    """The good set with one node changed."""
    return lambda: change(good(), code, **fields)


def head(**fields: Any) -> Callable[[], Outline]:
    return lambda: replace(good(), **fields)


def ruled(text: str, maximum: str = "3", code: str = "1.2", **fields: Any) -> Callable[[], Outline]:
    """The good set with another rule on a leaf, and the worked examples that this rule computes."""
    made = leaf(code, maximum, text=text, **fields)
    return one(code, rule=made.rule, examples=fields.get("examples", made.examples))


def chain() -> Outline:
    """Area 2 with a leaf six levels down, two nodes a level."""
    nodes: list[Node] = [inner("1", "10")]
    for _depth in range(4):
        above = nodes[-1]
        half = (above.maximum or Decimal(0)) / 2
        nodes += [leaf(f"{above.code}.1", half, above.code), inner(f"{above.code}.2", half, above.code)]
    half = (nodes[-1].maximum or Decimal(0)) / 2
    nodes += [leaf(f"{nodes[-1].code}.{at}", half, nodes[-1].code) for at in (1, 2)]
    return Outline("Sâu", Decimal(10), Decimal(0), tuple(nodes), legal_basis="76/NQ-CP")


COUNTED = "a là số nhiệm vụ\nb là số việc xong\nTỷ lệ = b / a\nĐiểm = tỷ lệ × điểm tối đa"
SUMMED = "a là số việc trễ\nb là số việc xong\nĐiểm = b / (a + b) × điểm tối đa\nKhi a = 0: điểm tối đa"
RELATIVE = "Tỷ lệ là tỷ lệ hồ sơ (%)\nĐiểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa"
LONE, EQUAL, TIE = (
    f"\nKhi {case}: điểm tối đa" for case in ("chỉ có một đơn vị", "mọi đơn vị bằng nhau", "cùng cao nhất")
)

CASES: list[tuple[str, str, str, Callable[[], Outline]]] = [
    # check, node, field, the set with one thing wrong
    ("title_empty", "", "title", head(title=" ")),
    ("code_twice", "1.2", "code", lambda: _twice()),
    ("orphan", "4.2", "code", lambda: _orphan()),
    ("code_line", "1.3.1", "code", lambda: _renamed("1.1.1", "1.3.1")),
    ("name_empty", "1.2", "name", one("1.2", name=" ")),
    ("name_twice", "b)", "name", one("b)", name="tiêu chí  A)")),
    ("only_child", "IV", "", lambda: _without("4.1")),
    ("deep", "1.2.2.2.2.1", "", lambda: chain()),
    ("side_differs", "1.2", "side", lambda: _other_side()),
    ("areas_sum", "", "scale", head(scale=Decimal(11))),
    ("children_sum", "1.1", "maximum", lambda: _smaller()),
    ("survey_share", "", "survey_points", head(survey_points=Decimal(3))),
    ("maximum_unknown", "1.2", "maximum", one("1.2", maximum=None)),
    ("decimals", "", "bonus_cap", head(bonus_cap=Decimal("1.00001"))),
    ("decimals", "4.2", "minimum", lambda: _fine()),
    ("bounds_wrong", "1.1", "maximum", lambda: _zero()),
    ("bounds_wrong", "IV", "maximum", one("IV", maximum=Decimal(1))),
    ("penalty_without_floor", "4.2", "minimum", lambda: _floorless()),
    ("cap_out_of_reach", "III", "maximum", one("III", maximum=Decimal(4))),
    ("cap_out_of_reach", "IV", "minimum", one("IV", minimum=Decimal(-3))),
    ("bonus_cap_missing", "", "bonus_cap", head(bonus_cap=Decimal(0))),
    ("penalty_cap_missing", "", "penalty_cap", head(penalty_cap=Decimal(0))),
    ("bonus_cap_out_of_reach", "", "bonus_cap", head(bonus_cap=Decimal(3))),
    ("penalty_cap_idle", "", "penalty_cap", lambda: _without("IV", "4.1", "4.2")),
    ("adjustment_in_scale", "1.2", "method", one("1.2", method="adjustment")),
    ("rule_missing", "1.2", "rule", one("1.2", rule=" ", examples="")),
    ("rule_missing", "a)", "rule", one("a)", rule="", examples="")),
    ("rule_unreadable", "1.2", "rule", one("1.2", rule="Tốt: 3\nĐiểm = 9^9")),
    ("rule_manual", "1.2", "rule", one("1.2", rule="Chấm từ 0 đến 3 điểm\nTheo mức độ", examples="")),
    ("rule_above", "1.2", "rule", ruled("Tốt: 4\nKhá: 3\nKém: 0")),
    ("rule_above", "1.2", "rule", ruled("Tốt: 3\nKém: 0\nKhi không có nhiệm vụ: 4")),
    ("rule_above", "1.2", "rule", ruled("Từ 50% đến 100%: tăng đều từ 1 đến 4\nDưới 50%: 2 - 2")),
    ("rule_below", "1.2", "rule", ruled("Tốt: 3\nKhá: 0\nKém: -1")),
    ("rule_below", "1.2", "rule", ruled("Bắt đầu từ 3\nTrừ 1 mỗi báo cáo trễ\nThấp nhất -1")),
    ("maximum_unreachable", "1.2", "rule", ruled("Tốt: 2\nKhá: 1\nKém: 0")),
    ("minimum_unreachable", "4.2", "minimum", lambda: _unreached()),
    ("band_gap", "1.2", "rule", ruled("Từ 90% trở lên: 3\nTrên 50% đến dưới 90%: 1\nDưới 50%: 0")),
    ("band_overlap", "1.2", "rule", ruled("Từ 90% trở lên: 3\nTừ 50% đến 90%: 1\nDưới 50%: 0")),
    ("band_not_monotone", "1.2", "rule", ruled("Từ 90% trở lên: 1\nTừ 50% đến dưới 90%: 3\nDưới 50%: 0")),
    ("undefined_case", "1.2", "rule", ruled(COUNTED)),
    ("undefined_case", "1.2", "rule", ruled(SUMMED)),
    ("undefined_case", "1.2", "rule", ruled(RELATIVE + TIE)),
    ("undefined_case", "1.2", "rule", ruled(RELATIVE + LONE)),
    ("undefined_case", "1.2", "rule", ruled(RELATIVE + LONE + EQUAL)),
    ("undefined_case", "a)", "rule", lambda: _no_forms()),
    ("examples_missing", "1.2", "examples", one("1.2", examples="")),
    ("example_unreadable", "1.2", "examples", one("1.2", examples="tỷ lệ = 95% → 3\nvân vân")),
    ("example_fails", "1.2", "examples", one("1.2", examples="tỷ lệ = 95% → 3\ntỷ lệ = 75% → 1\ntỷ lệ = 0% → 0")),
    (
        "example_fails",
        "1.2",
        "examples",
        ruled("Từ 5 hồ sơ trở lên: 3\nDưới 5 hồ sơ: 0", examples="số hồ sơ = 9 → 3\nsố hồ sơ = 0 → 0\n → 1"),
    ),
    ("examples_few", "1.2", "examples", one("1.2", examples="tỷ lệ = 95% → 3\ntỷ lệ = 0% → 0")),
    ("examples_few", "1.2", "examples", one("1.2", examples="tỷ lệ = 95% → 3\ntỷ lệ = 70% → 1,5\ntỷ lệ = 80% → 1,5")),
    ("evidence_missing", "1.2", "evidence", one("1.2", evidence=" ")),
    ("evidence_missing", "1.2", "evidence", one("1.2", evidence="", method="outcome")),
    ("evidence_period", "1.2", "evidence", one("1.2", evidence="Kế hoạch\nBáo cáo năm 2021")),
    ("evidence_period", "1.2", "evidence", one("1.2", evidence="Báo cáo (kỳ: quý I/2023)")),
    ("method_missing", "1.2", "method", one("1.2", method="mixed")),
    ("entered_missing", "1.2", "entered_by", one("1.2", entered_by="")),
    ("survey_by_unit", "a)", "entered_by", one("a)", entered_by="unit")),
    ("survey_facets", "a)", "facets", one("a)", facets="a) Một: 1 (X)")),
    ("facets_unreadable", "1.2", "facets", one("1.2", facets="Gộp: nhân\na) Một: 3 (X)")),
    ("facet_shares", "1.2", "facets", one("1.2", facets="a) Một: 1 (X)\nb) Hai: 1,5 (Y)")),
    ("facet_owner", "1.2", "facets", one("1.2", facets="a) Một: 1\nb) Hai: 2 (Y)")),
    ("lineage_missing", "", "lineage", lambda: _renamed("1.2", "1.3")),
    ("basis_missing", "", "legal_basis", head(legal_basis="")),
    ("basis_unknown", "", "legal_basis", head(legal_basis="53/2019/QĐ-UBND")),
    ("basis_repealed", "1.2", "legal_basis", one("1.2", legal_basis="30c/NQ-CP")),
]


def _twice() -> Outline:
    """A second 1.2, an area of its own."""
    outline = good()
    return replace(outline, nodes=(*outline.nodes, leaf("1.2", "1")), scale=Decimal(11))


def _orphan() -> Outline:
    """4.2 belongs to a node that comes only after it."""
    outline = good()
    nodes = [node for node in outline.nodes if node.code not in {"IV", "4.1", "4.2"}]
    area, one, two = (outline.by_code[code] for code in ("IV", "4.1", "4.2"))
    return replace(outline, nodes=(*nodes, two, area, one))


def _renamed(old: str, new: str) -> Outline:
    outline = good()
    nodes = (replace(node, code=new) if node.code == old else node for node in outline.nodes)
    return replace(outline, nodes=tuple(nodes))


def _without(*codes: str) -> Outline:
    outline = good()
    return replace(outline, nodes=tuple(node for node in outline.nodes if node.code not in codes))


def _other_side() -> Outline:
    """1.2 leaves the scale but not its area, whose sum the others now fill."""
    return change(good(), "1.2", side="bonus")


def _smaller() -> Outline:
    made = leaf("1.1.1", "1.5")
    return change(good(), "1.1.1", maximum=made.maximum, rule=made.rule, examples=made.examples)


def _fine() -> Outline:
    """A hundred-thousandth of a point."""
    least = Decimal("-1.00001")
    made = leaf("4.2", "0", text="Có: -1,00001\nKhông: 0", minimum=least, side="penalty")
    return change(good(), "4.2", minimum=least, rule=made.rule, examples=made.examples)


def _zero() -> Outline:
    """An inner node whose minimum reaches its maximum."""
    return change(good(), "1.1", minimum=Decimal(5))


def _floorless() -> Outline:
    return change(good(), "4.2", minimum=Decimal(0), rule="Có: 0\nKhông: 0", examples="mức = Có → 0\nmức = Không → 0")


def _unreached() -> Outline:
    made = leaf("4.2", "0", text="Có: -0,5\nKhông: 0", minimum=Decimal(-1), side="penalty")
    return change(good(), "4.2", rule=made.rule, examples=made.examples)


def _no_forms() -> Outline:
    made = leaf("a)", "1", text="Khảo sát: A = 100%, B = 50%, C = 0%")
    return change(good(), "a)", rule=made.rule, examples=made.examples)


@pytest.mark.parametrize(("check", "node", "where", "make"), CASES)
def test_one_thing_wrong_is_found_and_nothing_else(
    check: str, node: str, where: str, make: Callable[[], Outline]
) -> None:
    """``check`` may name, behind the first, what cannot be had without it."""
    outline = make()

    found = checks(outline, facts_for(outline, check))

    assert {each.check for each in found} == set(check.split()), [said(each) for each in found]
    assert (node, where) in [(each.node, each.field) for each in found if each.check == check.split()[0]]
    assert all(said(each) for each in found)


def facts_for(outline: Outline, check: str) -> Facts:
    """Everything known, and all in order with the lineage unless that is what is wrong."""
    known = FACTS.known or frozenset()
    if outline.legal_basis != "53/2019/QĐ-UBND":
        known |= {bases.key(each.number) for each in bases.parse(outline.legal_basis)}
    traced = LEAVES if check == "lineage_missing" else frozenset(each.code for each in outline.leaves)
    return replace(FACTS, known=known, traced=traced)


def test_every_check_has_a_set_that_breaks_it() -> None:
    """The names of all findings that the code can make are those of the table and of the tests below."""
    modules = (checks_tree, checks_points, checks_leaves, checks_rules, checks_around)
    text = "".join(inspect.getsource(module) for module in modules)
    made = set(re.findall(r"(?:error|warning|Finding)\(\s*f?\"([a-z_]+)\"", text))

    assert made <= {case[0].split()[0] for case in CASES} | ELSEWHERE
    assert len(made) >= 40


ELSEWHERE = {"no_leaf", "code_blank", "lineage_untold", "group_missing", "appraiser_missing"}


def test_an_empty_set_has_no_criteria() -> None:
    found = checks(Outline("Trống", Decimal(10), Decimal(0), ()))

    assert [each.check for each in found] == ["no_leaf", "areas_sum", "basis_missing"]


def test_a_node_without_a_code_is_named_once() -> None:
    outline = good()
    nodes = tuple(replace(node, code="") if node.code == "4.2" else node for node in outline.nodes)

    assert {each.check for each in checks(replace(outline, nodes=nodes))} >= {"code_blank"}


def test_an_earlier_leaf_that_nobody_spoke_of_is_named() -> None:
    (found,) = checks(good(), replace(FACTS, untold=("1.9",)))

    assert (found.check, found.severity, found.node, found.field) == ("lineage_untold", "warning", "", "lineage")
    assert said(found) == "Nobody has confirmed what became of these criteria of the earlier set (1): 1.9."
    (long,) = checks(good(), replace(FACTS, untold=("1.6", "1.7", "1.8", "1.9", "2.9")))
    assert said(long).endswith("(5): 1.6, 1.7, 1.8 and 2 more.")


def test_leaves_without_a_confirmed_origin_are_one_error() -> None:
    codes = [each.code for each in good().leaves]

    (found,) = checks(good(), replace(FACTS, traced=frozenset()))
    (short,) = checks(good(), replace(FACTS, traced=frozenset(codes[2:])))

    assert (found.check, found.is_error, found.node, found.field) == ("lineage_missing", True, "", "lineage")
    assert said(found).endswith(f"({len(codes)}): {', '.join(codes[:3])} and {len(codes) - 3} more.")
    assert said(short).endswith(f"(2): {codes[0]}, {codes[1]}.")


def test_a_set_that_measures_nobody_is_told() -> None:
    assert [each.check for each in checks(good(), replace(FACTS, has_group=False))] == ["group_missing"]


def test_a_leaf_without_appraiser_is_named_where_a_council_exists() -> None:
    found = checks(good(), replace(FACTS, unassigned=frozenset({"1.2"})))

    assert [(each.check, each.node) for each in found] == [("appraiser_missing", "1.2")]
    assert checks(good(), replace(FACTS, unassigned=None)) == ()


def test_a_repealed_basis_of_the_set_blocks_and_says_what_took_its_place() -> None:
    facts = replace(FACTS, known=frozenset({"52/2019/qđ-ubnd"}), repealed={"52/2019/qđ-ubnd": "2125/QĐ-UBND"})

    (found,) = checks(good(), facts)

    assert (found.check, found.is_error) == ("basis_repealed", True)
    assert "2125/QĐ-UBND took its place" in said(found)


def test_what_is_not_known_is_not_found() -> None:
    outline = change(replace(good(), legal_basis="1/NQ-CP"), "1.2", evidence="Báo cáo năm 1999")

    assert checks(outline) == ()


def test_errors_come_first_and_then_the_order_of_printing() -> None:
    outline = change(change(good(), "4.2", evidence=""), "1.1.1", evidence="", name="")
    outline = change(replace(outline, legal_basis="", title=""), "1.2", evidence="Báo cáo năm 2021")

    found = checks(outline, FACTS)

    assert [(each.severity, each.node) for each in found] == [
        ("error", ""),
        ("error", "1.1.1"),
        ("error", "1.1.1"),
        ("error", "4.2"),
        ("warning", ""),
        ("warning", "1.2"),
    ]


@pytest.mark.parametrize(
    ("code", "parent", "is_well"),
    [
        ("1.2.1", "1.2", True),
        ("1.20.1", "1.2", False),
        ("1.2.a", "1.2", True),
        ("1.2.1.", "1.2.", True),
        ("a)", "1.2", True),
        ("đ)", "II", True),
        ("1", "I", True),
        ("2.1", "II", True),
        ("II.1", "II", True),
        ("3.1", "II", False),
        ("14.1", "XIV", True),
        ("9.1", "IX", True),
        ("40.1", "XL", True),
        ("TG-2", "TG-1", True),
    ],
)
def test_a_code_continues_the_code_above(code: str, parent: str, is_well: bool) -> None:
    outline = Outline("", Decimal(1), Decimal(0), (inner(parent, "1"), leaf(code, "1", parent)))

    assert ("code_line" not in {each.check for each in checks(outline)}) == is_well


@pytest.mark.parametrize(
    "text",
    [
        RELATIVE + LONE + TIE,
        "Tỷ lệ là tỷ lệ hồ sơ (%)\nĐiểm = (tỷ lệ - tỷ lệ thấp nhất) / (tỷ lệ cao nhất - tỷ lệ thấp nhất) × điểm tối đa"
        + LONE
        + EQUAL
        + TIE,
        COUNTED + "\nKhi mẫu số bằng 0: không áp dụng",
        "a là số việc\nKhi a = 0: điểm tối đa\nCộng các phần\nb là số việc xong\nĐiểm = b / a × 1\n"
        "Và\nc là số việc trễ\nĐiểm = (a - c) / a × 2",
    ],
)
def test_every_case_that_can_arise_is_declared(text: str) -> None:
    assert "undefined_case" not in {each.check for each in checks(ruled(text)(), FACTS)}


def test_the_worst_of_a_group_may_be_zero() -> None:
    text = "Số ngày là số ngày giải quyết\nĐiểm = số ngày / số ngày thấp nhất" + LONE + TIE

    found = [each for each in checks(ruled(text)(), FACTS) if each.check == "undefined_case"]

    assert [each.values["figure"] for each in found] == ["số ngày"]


@pytest.mark.parametrize("module", [checks_tree, findings])
def test_the_examples_of_the_documentation_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_three_hundred_leaves_are_checked_in_a_second() -> None:
    nodes: list[Node] = []
    for area in range(1, 11):
        nodes.append(inner(str(area), "30"))
        for at in range(1, 31):
            nodes.append(leaf(f"{area}.{at}", "1", str(area), RULES[(area + at) % len(RULES)]))
    outline = Outline("Lớn", Decimal(300), Decimal(0), tuple(nodes), legal_basis="30c/NQ-CP")

    with stopwatch() as taken:
        found = checks(outline, replace(FACTS, traced=None))

    assert [each.check for each in found if each.is_error] == ["basis_repealed"]
    assert taken() < 1
