"""What a rule asks for, and which values it takes."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from criteria.scoring.evaluation import (
    BadFigure,
    MissingFigure,
    needed,
    read_figure,
)
from criteria.scoring.notation import parse
from criteria.scoring.rules import (
    Figure,
)
from tests.criteria.scoring.rules import PIECEWISE, names, score


def test_needed_figures_stand_in_the_order_of_their_lines_then_of_use() -> None:
    assert names(f"{PIECEWISE}c là số việc khác\nKhi không có nhiệm vụ: 0") == ["a", "b", "không có nhiệm vụ"]
    assert names("Điểm = tỷ lệ × điểm tối đa\nd là số dự án\nKhi d = 0: 0") == ["d", "tỷ lệ"]
    assert names("Cộng 1 mỗi sáng kiến\nCộng 2 mỗi giải thưởng") == ["sáng kiến", "giải thưởng"]
    assert names("Khảo sát: tỷ lệ trả lời mức 3 trên 3 mức") == ["mức 1", "mức 2", "mức 3"]
    assert names("Khảo sát: A = 100%, B = 0%") == ["a", "b"]
    assert names("Chấm từ 0 đến 1 điểm") == ["điểm"]
    assert names("Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa") == ["kết quả"]


def test_needed_figures_know_their_units() -> None:
    found = {
        each.name: each for each in needed(parse("h là tỷ lệ hồ sơ đúng hạn (%)\nH từ 95% trở lên: 1\nH dưới 95%: 0"))
    }
    late = needed(parse("Đúng hạn: 1\nTrễ trên 0 ngày: 0"))
    events = needed(parse("Trừ 1 mỗi lần"))

    assert found["h"].unit == "%"
    assert [(each.name, each.unit, each.is_count) for each in late] == [("số ngày trễ", "ngày", True)]
    assert events == (Figure("lần", "", "", is_count=True),)


def test_repeated_steps_and_results_are_told_apart_by_their_place() -> None:
    taken = "Theo kết quả Chỉ số {}: kết quả × điểm tối đa"
    text = f"Lấy trường hợp có điểm cao nhất\n{taken.format('A')}\nHoặc\n{taken.format('B')}"

    assert names(text) == ["kết quả trường hợp 1", "kết quả trường hợp 2"]
    figures = {"kết quả trường hợp 1": Fraction(1, 4), "kết quả trường hợp 2": Fraction(3, 4)}
    assert score(text, figures).points == Fraction(3, 2)
    assert names("Cộng các phần\nCó: 1\nKhông: 0\nVà\nTốt: 1\nKém: 0") == ["mức phần 1", "mức phần 2"]


@pytest.mark.parametrize(
    ("text", "figures", "name"),
    [
        (PIECEWISE, {"a": 50}, "b"),
        ("Có: 1\nKhông: 0", {}, "mức"),
        ("Trừ 1 mỗi lần", {}, "lần"),
        ("Khảo sát: A = 100%, B = 0%", {"a": 1}, "b"),
        ("Lấy trường hợp có điểm cao nhất\nCó: 1\nKhông: 0\nHoặc\nTrừ 1 mỗi lần", {"mức": "Có"}, "lần"),
    ],
)
def test_a_missing_figure_is_named_and_never_taken_as_0(text: str, figures: dict[str, Any], name: str) -> None:
    with pytest.raises(MissingFigure, match=f"“{name}”") as caught:
        score(text, figures)

    assert caught.value.name == name


@pytest.mark.parametrize(
    ("text", "figures", "reason"),
    [
        ("Có: 1\nKhông: 0", {"mức": "Có lẽ"}, "“Có lẽ” is none of the steps: Có; Không."),
        ("Có: 1\nKhông: 0", {"mức": 1}, "“1” is none of the steps: Có; Không."),
        (PIECEWISE, {"a": Decimal("2.5"), "b": 1}, "“a” must be a whole number, 0 or more."),
        (PIECEWISE, {"a": -1, "b": 1}, "“a” must be a whole number, 0 or more."),
        (PIECEWISE, {"a": "50", "b": 1}, "“a” must be a number."),
        (PIECEWISE, {"a": Decimal("NaN"), "b": 1}, "“a” must be a number."),
        ("Điểm = tỷ lệ × 2", {"tỷ lệ": Fraction(-1, 9)}, "“tỷ lệ” cannot be negative."),
        ("Có: 1\nKhông: 0", {"mức": "Có", "không có nhiệm vụ": 2}, "“không có nhiệm vụ” is answered by yes or no."),
        ("Chấm từ 0,5 đến 1 điểm", {"điểm": Fraction(1, 4)}, "The points lie between 0,5 and 1."),
        ("Chấm từ 0,5 đến 1 điểm", {"điểm": 2}, "The points lie between 0,5 and 1."),
    ],
)
def test_a_value_that_cannot_be_is_refused(text: str, figures: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadFigure) as caught:
        score(text, figures)

    assert str(caught.value) == reason
    assert caught.value.name in figures


PERCENT, COUNT, PLAIN = (
    Figure("tỷ lệ", "", "%"),
    Figure("a", "số hồ sơ", is_count=True),
    Figure("x", "khối lượng", "tấn"),
)
(FLAG,) = (each for each in needed(parse("Có: 1\nKhông: 0\nKhi không có nhiệm vụ: 0")) if each.name != "mức")


@pytest.mark.parametrize(
    ("figure", "text", "value"),
    [
        (PERCENT, "92", Fraction(23, 25)),
        (PERCENT, " 92,5 % ", Fraction(37, 40)),
        (COUNT, "46", Fraction(46)),
        (PLAIN, "1/3", Fraction(1, 3)),
        (PLAIN, " 123456789012345 ", Fraction(123_456_789_012_345)),
        (PLAIN, "-0,5", Fraction(-1, 2)),
        (FLAG, "Có", Fraction(1)),
        (FLAG, "không", Fraction(0)),
        (FLAG, "1", Fraction(1)),
        (Figure("mức"), "  Kịp   thời ", "Kịp thời"),
        (Figure("mức phần 2"), "Có", "Có"),
    ],
)
def test_a_typed_figure_is_read(figure: Figure, text: str, value: Fraction | str) -> None:
    assert read_figure(figure, text) == value


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (PERCENT, ""),
        (PERCENT, "-3"),
        (COUNT, "1,5"),
        (COUNT, "1.000"),
        (PLAIN, "nhiều"),
        (PLAIN, "NaN"),
        (PLAIN, "1" * 16),
        (FLAG, "2"),
    ],
)
def test_a_typed_figure_that_is_none_is_refused(figure: Figure, text: str) -> None:
    with pytest.raises(BadFigure):
        read_figure(figure, text)
