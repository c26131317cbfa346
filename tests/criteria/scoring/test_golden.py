"""Published rules and figures that a correct engine reproduces; the cases about the index stand in tests/results."""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from criteria.scoring.evaluation import evaluate
from criteria.scoring.notation import parse
from criteria.tree.checks import checks
from criteria.tree.nodes import Node, Outline

HERE = Path(__file__).parent
CASES: dict[str, Any] = {
    case["id"]: case
    for case in json.loads(
        (HERE.parents[1] / "results" / "golden_tests.json").read_text(encoding="utf-8"), parse_float=Decimal
    )["cases"]
}
HALF_WEIGHTED = "Trong đó: a là số tồn tại phát hiện\nb là số đã xử lý\nc là số đang xử lý\n"


def test_every_golden_case_is_tested() -> None:
    """By its name, in this file or in that of the index."""
    tests = Path(__file__).read_text(encoding="utf-8") + (HERE.parents[1] / "results" / "test_index.py").read_text(
        encoding="utf-8"
    )

    assert [case for case in CASES if f'"{case}"' not in tests] == []
    assert len(CASES) == 11


def test_golden_nothing_was_found() -> None:
    case = CASES["issue-rule-nothing-found"]
    rule = parse(f"{HALF_WEIGHTED}Điểm = {case['given']['rule']}\nKhi a = 0: không áp dụng")

    result = evaluate(rule, {"a": case["given"]["a"], "b": 0, "c": 0}, maximum=Decimal(1))

    assert (result.points is None) == case["expect"]["not_applicable"]


def test_golden_deductions_inside_a_criterion() -> None:
    given, expected = CASES["report-penalty"]["given"], CASES["report-penalty"]["expect"]
    taken = "Trừ 0,25 mỗi báo cáo trễ\nTrừ 0,5 mỗi báo cáo quý thiếu\nTrừ 1 mỗi báo cáo năm thiếu"
    rule = parse(f"Bắt đầu từ {given['start']}\n{taken}")
    figures = {
        "báo cáo trễ": given["late"],
        "báo cáo quý thiếu": given["missing_quarter"],
        "báo cáo năm thiếu": 0,
    }

    result = evaluate(rule, figures, maximum=Decimal(2))

    assert (result.points, result.derivation) == (
        Fraction(expected["points"]),
        "2 - 3 × 0,25 - 1 × 0,5 - 0 × 1 = 0,75",
    )


def test_golden_weights_of_answers() -> None:
    given, expected = CASES["option-weights"]["given"], CASES["option-weights"]["expect"]
    answers = {name.lower(): given[name] for name in "ABCD"}
    text = ", ".join(f"{name} = {weight}%" for name, weight in zip("ABCD", given["weights"], strict=True))

    result = evaluate(parse(f"Khảo sát: {text}"), answers, maximum=Decimal(1))

    assert result.points == Fraction(expected["percent"]) / 100


def test_golden_areas_that_do_not_make_the_scale_are_refused() -> None:
    case = CASES["bad-set-rejected"]
    with (HERE / case["given"]["file"]).open(encoding="utf-8") as file:
        nodes = tuple(
            Node(code=row["code"], name=row["name"], parent="", maximum=Decimal(row["max_points"]))
            for row in csv.DictReader(file)
        )

    outline = Outline("Bộ tiêu chí", scale=Decimal(100), survey_points=Decimal(0), nodes=nodes)
    found = [each for each in checks(outline) if each.check == "areas_sum"]

    assert sum(node.maximum or 0 for node in nodes) == case["expect"]["sum"]
    assert [each.is_error for each in found] == [not case["expect"]["valid"]]


@pytest.mark.parametrize(
    ("text", "figures", "maximum", "points"),
    [
        # Cà Mau 1880/2013: steps, yes or no, bands whose middle one owns its upper end.
        ("kịp thời: 1; không kịp thời: 0,5; không: 0", {"mức": "không kịp thời"}, "1", "1/2"),
        ("Đạt: 1; Không đạt: 0", {"mức": "đạt"}, "1", "1"),
        ("> 90%: 2; 70% - 90%: 1; < 70%: 0", {"tỷ lệ": Fraction(9, 10)}, "2", "1"),
        ("> 90%: 2; 70% - 90%: 1; < 70%: 0", {"tỷ lệ": Fraction(9001, 10_000)}, "2", "2"),
        # Tiền Giang 2022: half-open ends, proportion above a floor, shares of parts.
        (">= 30%: 1; 20% - <30%: 0,5; < 20%: 0", {"tỷ lệ": Fraction(30, 100)}, "1", "1"),
        (">= 30%: 1; 20% - <30%: 0,5; < 20%: 0", {"tỷ lệ": Fraction(2999, 10_000)}, "1", "1/2"),
        ("Từ 80% đến 100%: tỷ lệ × điểm tối đa; Dưới 80%: 0", {"tỷ lệ": Fraction(4, 5)}, "1.5", "6/5"),
        (f"{HALF_WEIGHTED}Điểm = (b/a)*1 + (c/a)*0.5", {"a": 3, "b": 1, "c": 1}, "1", "1/2"),
        # The index of information technology: proportion, best unit, capped count, sum of parts.
        ("Điểm = tỷ lệ * điểm tối đa", {"tỷ lệ": Fraction(1, 3)}, "3", "1"),
        ("Cộng 1 mỗi ứng dụng; Cao nhất 5", {"ứng dụng": 7}, "5", "5"),
        (
            "Cộng các phần\nĐiểm = tỷ lệ × 1\nVà\nCộng 0,5 mỗi ứng dụng",
            {"tỷ lệ": Fraction(1, 3), "ứng dụng": 1},
            "2",
            "5/6",
        ),
        # Commune table of TCPL: no task in the year counts in full. National sets: initiatives, deductions to nothing.
        (
            "Đạt: 1; Không đạt: 0; Khi không có nhiệm vụ: điểm tối đa",
            {"không có nhiệm vụ": 1},
            "1",
            "1",
        ),
        ("Từ 2 sáng kiến: 2; 1 sáng kiến: 1; Không: 0", {"mức": "1 sáng kiến"}, "2", "1"),
        ("Trừ 0,5 mỗi lần vi phạm; Thấp nhất 0", {"lần vi phạm": 9}, "2", "0"),
    ],
)
def test_rules_as_annexes_print_them(text: str, figures: dict[str, Any], maximum: str, points: str) -> None:
    assert evaluate(parse(text), figures, maximum=Decimal(maximum)).points == Fraction(points)
