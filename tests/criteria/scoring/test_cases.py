"""Cases in which arithmetic gives no answer: declared ones hold, others are undefined by name."""

from fractions import Fraction
from typing import Any

import pytest

from criteria.scoring.evaluation import (
    Result,
    Undefined,
)
from criteria.scoring.rules import (
    Case,
)
from tests.criteria.scoring.rules import BEST_UNIT, COUNTS, PIECEWISE, TWO, names, rates, score

DECLARED = [
    (f"{PIECEWISE}Khi a = 0: không áp dụng", {"a": 0, "b": 0}, None, "Khi a = 0: không áp dụng"),
    (f"{PIECEWISE}Khi a = 0: điểm tối đa", {"a": 0}, 2, "Khi a = 0: điểm tối đa 2"),
    (f"{PIECEWISE}Khi tỷ lệ = 0: 1\nKhi a = 0: 0,5", {"a": 0, "b": 0}, Fraction(1, 2), "Khi a = 0: 0,5"),
    (f"{PIECEWISE}Khi tỷ lệ = 0: 1\nKhi a = 0: 0,5", {"a": 3, "b": 0}, 1, "Khi tỷ lệ = 0: 1"),
    (f"{PIECEWISE}Khi mẫu số bằng 0: 0", {"a": 0, "b": 0}, 0, "Khi mẫu số bằng 0 (a = 0): 0"),
    (
        f"{PIECEWISE}Khi không có nhiệm vụ: điểm tối đa",
        {"không có nhiệm vụ": 1},
        2,
        "Khi không có nhiệm vụ: điểm tối đa 2",
    ),
    (
        f"{PIECEWISE}Khi a = 0: 1\nKhi không có nhiệm vụ: 0",
        {"không có nhiệm vụ": 1, "a": 0},
        0,
        "Khi không có nhiệm vụ: 0",
    ),
    (
        "Khảo sát: A = 100%, B = 0%\nKhi không có phiếu: không áp dụng",
        {"a": 0, "b": 0},
        None,
        "Khi không có phiếu: không áp dụng",
    ),
]


@pytest.mark.parametrize(("text", "figures", "points", "words"), DECLARED)
def test_a_declared_case_holds_and_is_named(
    text: str, figures: dict[str, Any], points: Fraction | None, words: str
) -> None:
    assert score(text, figures) == Result(points, words, (words,))


SURVEYED = "Điểm = p × điểm tối đa\np là tỷ lệ hài lòng của phiếu (%)\n"
UNDECLARED = [
    (SURVEYED, {"không có phiếu": 1}, Case.NO_FORMS, ""),
    (PIECEWISE, {"a": 0, "b": 0}, Case.DIVISION, "a"),
    (f"{TWO}Điểm = 1 + b / (a - 2 × b)", {"a": 4, "b": 2}, Case.DIVISION, "a - 2 × b"),
    (f"{TWO}Điểm = (a / b) / (a / 2)", {"a": 4, "b": 0}, Case.DIVISION, "b"),
    ("Có: 1\nKhông: 0", {"không có nhiệm vụ": 1}, Case.NO_TASK, ""),
    (
        "Cộng các phần\nCó: 1\nKhông: 0\nVà\nTốt: 1\nKém: 0\nKhi không có nhiệm vụ: 0",
        {"không có nhiệm vụ": 1},
        Case.NO_TASK,
        "",
    ),
    (BEST_UNIT, rates(50)[0], Case.LONE, "tỷ lệ"),
    ("Khảo sát: tỷ lệ trả lời mức 2 trên 2 mức", {"mức 1": 0, "mức 2": 0}, Case.NO_FORMS, ""),
    ("Khảo sát: A = 100%, B = 0%", {"a": 0, "b": 0}, Case.NO_FORMS, ""),
    ("Từ 50% đến 90%: 1\nDưới 40%: 0", {"tỷ lệ": Fraction(95, 100)}, Case.OUTSIDE, "tỷ lệ"),
    ("Từ 50% đến 90%: 1\nDưới 40%: 0", {"tỷ lệ": Fraction(45, 100)}, Case.OUTSIDE, "tỷ lệ"),
    ("Từ 50% đến 90%: 1\nKhông quá 50%: 0", {"tỷ lệ": Fraction(1, 2)}, Case.OVERLAP, "tỷ lệ"),
]


@pytest.mark.parametrize(("text", "figures", "case", "figure"), UNDECLARED)
def test_an_undeclared_case_is_undefined_by_name(text: str, figures: dict[str, Any], case: Case, figure: str) -> None:
    with pytest.raises(Undefined) as caught:
        score(text, figures)

    assert (caught.value.case, caught.value.figure, caught.value.member) == (case, figure, 0)
    assert str(caught.value) == caught.value.reason % caught.value.fields


def test_bands_that_meet_in_the_same_points_are_no_contradiction() -> None:
    assert score("Từ 50% đến 100%: 1\nTừ 0% đến 50%: tỷ lệ × 2", {"tỷ lệ": Fraction(1, 2)}).points == 1


def test_without_the_flag_nothing_is_said_of_no_task() -> None:
    text = "Có: 1\nKhông: 0\nKhi không có nhiệm vụ: không áp dụng"

    assert score(text, {"mức": "Có"}).points == 1
    assert score(text, {"mức": "Có", "không có nhiệm vụ": 0}).points == 1


def test_a_rule_that_takes_a_surveys_result_is_told_that_there_were_no_forms() -> None:
    text = f"{SURVEYED}Khi không có phiếu: không áp dụng"

    assert names(text) == ["p", "không có phiếu"]
    assert score(text, {"không có phiếu": 1}) == Result(
        None, "Khi không có phiếu: không áp dụng", ("Khi không có phiếu: không áp dụng",)
    )
    assert score(text, {"không có phiếu": 0, "p": Fraction(1, 2)}).points == 1


def test_an_alternative_that_does_not_apply_is_left_out() -> None:
    inside = f"{COUNTS}Điểm = tỷ lệ × 2\nKhi a = 0: không áp dụng"
    text = f"Lấy trường hợp có điểm cao nhất\nCộng 1 mỗi sáng kiến\nHoặc\n{inside}"
    alone = f"Lấy trường hợp có điểm cao nhất\nDưới 50%: không áp dụng\nCòn lại: 1\nHoặc\n{inside}"

    result = score(text, {"sáng kiến": 1, "a": 0, "b": 0})

    assert result.points == 1
    assert result.settled == ("Khi a = 0: không áp dụng",)
    assert result.derivation == "Trường hợp 1: 1 × 1 = 1. Trường hợp 2: Khi a = 0: không áp dụng → lấy cao nhất 1"
    none = score(alone, {"a": 0, "b": 0, "tỷ lệ": 0})
    assert (none.points, none.derivation[-15:]) == (None, "→ không áp dụng")


def test_parts_that_do_not_apply_are_left_out_of_the_sum() -> None:
    part = "Dưới 50%: không áp dụng\nCòn lại: 1"
    text = f"Cộng các phần\nCộng 1 mỗi sáng kiến\nVà\n{part}"

    assert score(text, {"sáng kiến": 1, "tỷ lệ": 0}).derivation.endswith("→ cộng 1 = 1")
    assert score(f"Cộng các phần\n{part}\nVà\n{part}", {"tỷ lệ": 0}).points is None


def test_a_line_before_the_parts_holds_for_all_and_one_inside_goes_first() -> None:
    text = (
        f"Cộng các phần\n{COUNTS}Khi mẫu số bằng 0: 0,5\nĐiểm = tỷ lệ × 1\nVà\n"
        "Điểm = tỷ lệ × 2\nKhi mẫu số bằng 0: không áp dụng"
    )

    result = score(text, {"a": 0, "b": 0})

    assert result.points == Fraction(1, 2)
    assert result.settled == ("Khi mẫu số bằng 0 (a = 0): 0,5", "Khi mẫu số bằng 0 (a = 0): không áp dụng")


def test_a_figure_at_zero_before_the_parts_settles_the_whole_rule_once() -> None:
    text = f"Cộng các phần\n{COUNTS}Khi a = 0: 0,5\nĐiểm = tỷ lệ × 1\nVà\nĐiểm = tỷ lệ × 2"

    assert score(text, {"a": 0}).points == Fraction(1, 2)
