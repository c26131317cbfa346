"""The lowest and the highest points that a rule can reach."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.examples import (
    bounds,
)
from criteria.scoring.notation import parse
from criteria.scoring.rules import (
    Band,
    Bands,
    Formula,
    Full,
    Interval,
    Name,
    Negative,
    Number,
    Operation,
    Rule,
    SurveyShare,
)
from tests.criteria.scoring import oracle

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNTS = "a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a\n"
PIECEWISE = f"{COUNTS}100%: điểm tối đa\nTừ 80% đến dưới 100%: tỷ lệ × điểm tối đa\nDưới 80%: 0\n"
BEST_UNIT = "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\n"
STEPS = "Kịp thời: 1\nKhông kịp thời: 0,5\nKhông: 0"
TWO = Decimal(2)


@CALM
@given(st.integers(0, 10_000), st.sampled_from(sorted(oracle.KINDS)))
def test_no_figures_lead_outside_the_bounds(number: int, kind: str) -> None:
    rng = Random(number)
    made = oracle.made(rng, kind)
    found = bounds(parse(made.text), maximum=made.maximum, minimum=made.minimum)
    given_ = [made.draw(rng) for _ in range(20)]
    answers = [made.answer(each) for each in given_ if max(shares(each.figures), default=0) <= 1 and not settles(each)]

    points = [each for each in answers if isinstance(each, Fraction)]

    if found is not None and points:
        assert found[0] <= min(points)
        assert max(points) <= found[1]


def shares(figures: dict[str, Any]) -> list[Fraction]:
    """The share that the figures make, where they make one: bounds take it to lie within 100 %."""
    if "tỷ lệ" in figures:
        return [figures["tỷ lệ"]]
    return [Fraction(figures["b"], figures["a"])] if "b" in figures and figures.get("a") else []


def settles(made: oracle.Given) -> bool:
    """Points of declared cases are no bounds of the rule."""
    return made.figures.get("a") == 0 or bool(made.group) or made.source in {"F(1, 4)", "F(10**9)"}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (STEPS, 0, 1),
        ("Từ 90% trở lên: 1,5\nTừ 50% đến dưới 90%: tỷ lệ\nDưới 50%: 0,25", "1/4", "3/2"),
        # Points fall as the measure rises.
        ("Từ 50% trở lên: 1 - tỷ lệ\nDưới 50%: 0,75", 0, "3/4"),
        # 90 % is come near to from below, and never reached.
        ("Từ 90% trở lên: 0,5\nDưới 90%: tỷ lệ", None, None),
        # A whole number below 3 is at most 2.
        ("k là số lần\nK dưới 3 lần: k / 2\nK từ 3 lần trở lên: 0,5", 0, 1),
        ("k là số lần\nK trên 3 lần: 1\nK không quá 3 lần: k / 6", 0, 1),
        ("k là số lần\nK từ 3 lần trở lên: k / 3\nK dưới 3 lần: 0", 0, 2),
        ("Đúng hạn: 1\nTrễ trên 0 ngày: 0,5", "1/2", 1),
        ("Từ 80% đến 100%: giảm đều từ 1,5 đến 1\nDưới 80%: 0", 0, "3/2"),
        ("Từ 80% đến dưới 100%: giảm đều từ 1,5 đến 1\n100%: 1,25\nDưới 80%: 1,1", None, None),
        ("Từ 50% trở lên: điểm tối đa\nCòn lại: 1", 1, 2),
        ("Từ 0% đến 100%: 1\nCòn lại: 0", 1, 1),
        ("Từ 50% trở lên: 1\nCòn lại: tỷ lệ", None, None),
        ("Từ 120% trở lên: 2\nDưới 120%: 1", 1, 1),
        ("Từ 50% trở lên: 1\nDưới 50%: không áp dụng", 1, 1),
        ("Từ 50% trở lên: tỷ lệ × tỷ lệ\nDưới 50%: 0", None, None),
        ("Từ 50% trở lên: nhỏ nhất(tỷ lệ; 1)\nDưới 50%: 0", None, None),
        ("Từ 50% trở lên: (1 - -tỷ lệ) / 2 + 0,5\nDưới 50%: 2 / (tỷ lệ + 1)", None, None),
        ("Điểm = tỷ lệ × 1,5", 0, "3/2"),
        ("Điểm = 2 - tỷ lệ\nThấp nhất 1,5", "3/2", 2),
        ("Điểm = 1,5", "3/2", "3/2"),
        (f"{COUNTS}Điểm = tỷ lệ × điểm tối đa / 4", 0, "1/2"),
        (f"{COUNTS}Điểm = tỷ lệ × b", 0, 2),
        ("a là số việc\nb là số xong\nĐiểm = b / a × 2", 0, 2),
        ("a là số việc\nb là số xong\nĐiểm = b / a × 1,5", None, None),
        ("Trừ 0,25 mỗi lần\nThấp nhất 1", 1, 2),
        ("Trừ 0,25 mỗi lần", 0, 2),
        ("Cộng 0,25 mỗi lần\nCao nhất 1", 0, 1),
        ("Cộng 0,25 mỗi lần", 0, 2),
        ("Bắt đầu từ 1\nCộng 0,25 mỗi lần\nTrừ 1 mỗi lỗi", 0, 2),
        ("Khảo sát: tỷ lệ trả lời mức 4 trên 4 mức", 0, 2),
        ("Khảo sát: A = 80%, B = 10%", "1/5", "8/5"),
        ("Theo kết quả Chỉ số SIPAS: kết quả × 1,5", 0, "3/2"),
        ("Chấm từ 0,5 đến 1,5 điểm", "1/2", "3/2"),
        ("Lấy trường hợp có điểm cao nhất\nCó: 1\nKhông: 0\nHoặc\nTốt: 1,5\nKém: 0,5", "1/2", "3/2"),
        ("Lấy trường hợp có điểm cao nhất\nCó: 1\nKhông: 0\nHoặc\nTrừ 0,5 mỗi lỗi", 0, 2),
        ("Lấy trường hợp có điểm cao nhất\nCộng 1 mỗi giải\nHoặc\nTrừ 0,5 mỗi lỗi", 0, 2),
        ("Lấy trường hợp có điểm cao nhất\nTrừ 0,25 mỗi lần trễ\nHoặc\nTrừ 0,5 mỗi lỗi", 0, 2),
        ("Cộng các phần\nCó: 0,5\nKhông: 0\nVà\nCộng 0,25 mỗi giải\nCao nhất 1", 0, "3/2"),
        ("Cộng các phần\nCó: 0,5\nKhông: 0\nVà\nCộng 0,25 mỗi giải", 0, 2),
        # The two parts rest on one figure, so their ends may not come together.
        ("Cộng các phần\nĐiểm = tỷ lệ × 1\nVà\nĐiểm = 1 - tỷ lệ", None, None),
        ("Cộng các phần\nCó: 0,5\nKhông: 0\nVà\nTừ 50% trở lên: 1\nDưới 50%: không áp dụng", None, None),
        ("Cộng các phần\nTheo kết quả A: kết quả × 1\nVà\nTheo kết quả B: kết quả × 0,5", 0, "3/2"),
        (f"Cộng các phần\n{BEST_UNIT}\nVà\nCó: 0,5\nKhông: 0", 0, 2),
        (BEST_UNIT, 0, 2),
    ],
)
def test_the_points_that_a_rule_can_reach(text: str, low: str | int | None, high: str | int | None) -> None:
    expected = None if low is None or high is None else (Fraction(low), Fraction(high))

    assert bounds(parse(text), maximum=TWO) == expected


def test_bounds_lie_within_those_of_the_leaf() -> None:
    rule = parse("Bắt đầu từ 1\nTrừ 1 mỗi lần")

    assert bounds(rule, maximum=TWO, minimum=Decimal(-3)) == (Fraction(-3), Fraction(1))
    assert bounds(parse("Có: 3\nKhông: -1"), maximum=TWO) == (Fraction(0), Fraction(2))


@pytest.mark.parametrize(
    "rule",
    [
        Bands(measure="tỷ lệ", unit="%", bands=()),
        Bands(measure="tỷ lệ", unit="%", bands=(Band(Interval(Fraction(2), None), Full()),)),
        Formula(value=Operation("*", Name("tỷ lệ"), Operation("/", Number(Fraction(1)), Number(Fraction(0))))),
        Formula(value=Operation("/", Name("tỷ lệ"), Name("tỷ lệ"))),
    ],
)
def test_nothing_is_claimed_of_a_rule_that_gives_no_points(rule: Rule) -> None:
    assert bounds(rule, maximum=TWO) is None


def test_answers_that_all_count_give_the_maximum() -> None:
    assert bounds(SurveyShare(levels=(1, 2), scale=2), maximum=TWO) == (Fraction(2), Fraction(2))


def test_an_end_that_a_declared_case_settles_is_not_reached() -> None:
    assert bounds(parse(f"{COUNTS}Điểm = tỷ lệ × điểm tối đa\nKhi b = 0: 1"), maximum=TWO) is None
    assert bounds(parse(f"{COUNTS}Điểm = tỷ lệ × điểm tối đa\nKhi a = 0: 1"), maximum=TWO) == (Fraction(0), Fraction(2))


def test_a_negative_line_is_followed() -> None:
    value = Operation("+", Number(Fraction(1)), Negative(Name("tỷ lệ")))

    assert bounds(Formula(value=value), maximum=TWO) == (Fraction(0), Fraction(1))


def test_declared_cases_reach_nothing() -> None:
    """The maximum for no task does not make it a maximum of the rule."""
    text = f"{COUNTS}Điểm = tỷ lệ × b / a\nKhi a = 0: 0\nKhi không có nhiệm vụ: điểm tối đa"

    assert bounds(parse(text), maximum=TWO) is None
