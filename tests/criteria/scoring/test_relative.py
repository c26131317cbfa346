"""Points relative to the other units of the group."""

from fractions import Fraction
from typing import Any

import pytest

from criteria.scoring.evaluation import (
    BadFigure,
    CannotScore,
    MissingFigure,
    Undefined,
)
from criteria.scoring.rules import (
    Case,
)
from tests.criteria.scoring.rules import BEST_UNIT, COUNTS, rates, score


@pytest.mark.parametrize(
    ("own", "others", "line", "points"),
    [
        (45, [90, 60], "", Fraction(1)),
        (90, [45, 60], "", Fraction(2)),
        # A tie among others is none of this unit's business.
        (45, [90, 90], "", Fraction(1)),
        (90, [90, 60], "Khi cùng cao nhất: 1,5", Fraction(3, 2)),
        (60, [], "Khi chỉ có một đơn vị: không áp dụng", None),
        (60, [60, 60], "Khi mọi đơn vị bằng nhau: 1\nKhi cùng cao nhất: điểm tối đa", Fraction(1)),
        # All equal is a tie for best, too.
        (60, [60, 60], "Khi cùng cao nhất: điểm tối đa", Fraction(2)),
        (0, [0, 0], "Khi mọi đơn vị bằng nhau: 0,5\nKhi mẫu số bằng 0: 0", Fraction(1, 2)),
        (0, [0, 0], "Khi mẫu số bằng 0: 0", Fraction(0)),
        (0, [0, 0], "Khi tỷ lệ = 0: 0,25\nKhi mọi đơn vị bằng nhau: 2", Fraction(1, 4)),
    ],
)
def test_points_relative_to_the_best_unit(own: int, others: list[int], line: str, points: Fraction | None) -> None:
    assert score(BEST_UNIT + line, rates(own)[0], group=rates(*others)).points == points


@pytest.mark.parametrize(
    ("own", "others", "case"),
    [
        (60, [], Case.LONE),
        (60, [60], Case.ALL_EQUAL),
        (60, [60, 10], Case.TIE),
        (0, [0, 0], Case.ALL_EQUAL),
    ],
)
def test_what_a_comparison_leaves_open_is_undefined(own: int, others: list[int], case: Case) -> None:
    with pytest.raises(Undefined) as caught:
        score(BEST_UNIT, rates(own)[0], group=rates(*others))

    assert (caught.value.case, caught.value.figure) == (case, "tỷ lệ")


def test_the_comparison_is_told() -> None:
    text = f"{COUNTS}{BEST_UNIT}Khi a = 0: không áp dụng"

    result = score(text, {"a": 10, "b": 4}, group=[{"a": 10, "b": 8}, {"a": 5, "b": 3}])

    assert result.derivation == "tỷ lệ = 4 / 10 = 40%; tỷ lệ cao nhất trong 3 đơn vị = 80%; (40% / 80%) × 2 = 1"


def test_a_later_change_of_another_units_figure_changes_the_points() -> None:
    before = score(BEST_UNIT, rates(45)[0], group=rates(90, 60))
    after = score(BEST_UNIT, rates(45)[0], group=rates(75, 60))

    assert (before.points, after.points) == (Fraction(1), Fraction(6, 5))
    assert "= 90%" in before.derivation
    assert "= 75%" in after.derivation


def test_the_lowest_is_best_where_only_it_is_named() -> None:
    text = "Điểm = tỷ lệ thấp nhất / tỷ lệ × điểm tối đa\nKhi cùng cao nhất: 1"

    assert score(text, rates(20)[0], group=rates(10, 40)).points == 1
    assert score(text, rates(10)[0], group=rates(10, 40)).settled == ("Khi cùng cao nhất: 1",)
    assert score(text, rates(40)[0], group=rates(10, 40)).points == Fraction(1, 2)


def test_between_the_worst_and_the_best_a_tie_for_worst_is_no_tie_for_best() -> None:
    text = "Điểm = (tỷ lệ - tỷ lệ thấp nhất) / (tỷ lệ cao nhất - tỷ lệ thấp nhất) × điểm tối đa"

    assert score(text, rates(10)[0], group=rates(10, 40)).points == 0
    assert score(text, rates(25)[0], group=rates(10, 40)).points == 1
    with pytest.raises(Undefined) as caught:
        score(text, rates(40)[0], group=rates(10, 40))
    assert caught.value.case is Case.TIE
    with pytest.raises(Undefined) as caught:
        score(text, rates(40)[0], group=rates(40, 40))
    assert caught.value.case is Case.ALL_EQUAL


def test_a_unit_whose_points_a_declared_case_settles_is_not_compared_with() -> None:
    text = f"{COUNTS}{BEST_UNIT}Khi a = 0: không áp dụng\nKhi không có nhiệm vụ: không áp dụng"
    idle: list[dict[str, Any]] = [{"a": 0, "b": 0}, {"không có nhiệm vụ": 1}]

    assert score(text, {"a": 10, "b": 4}, group=[*idle, {"a": 10, "b": 8}]).derivation.count("trong 2 đơn vị") == 1
    with pytest.raises(Undefined) as caught:
        score(text, {"a": 10, "b": 4}, group=idle)
    assert (caught.value.case, caught.value.member) == (Case.LONE, 0)
    general = f"{COUNTS}{BEST_UNIT}Khi mẫu số bằng 0: không áp dụng"
    assert score(general, {"a": 10, "b": 4}, group=[{"a": 0, "b": 0}, {"a": 10, "b": 8}]).points == 1


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"a": 0, "b": 1}, Undefined),
        ({"a": 5}, MissingFigure),
        ({"a": 5, "b": -1}, BadFigure),
        ({"a": 5, "b": 1, "không có nhiệm vụ": 1}, Undefined),
    ],
)
def test_trouble_with_another_units_figures_names_the_unit(other: dict[str, Any], problem: type[CannotScore]) -> None:
    with pytest.raises(problem) as caught:
        score(COUNTS + BEST_UNIT, {"a": 10, "b": 4}, group=[{"a": 10, "b": 8}, other])

    assert caught.value.member == 2


def test_a_line_before_the_parts_keeps_a_unit_out_of_the_comparison_in_them() -> None:
    text = f"Cộng các phần\n{COUNTS}Khi a = 0: không áp dụng\n{BEST_UNIT}Và\nCộng 1 mỗi sáng kiến"
    idle: dict[str, Any] = {"a": 0, "b": 0, "sáng kiến": 0}

    result = score(text, {"a": 10, "b": 4, "sáng kiến": 0}, group=[idle, {"a": 10, "b": 8, "sáng kiến": 0}])

    assert result.points == 1


def test_trouble_with_another_unit_is_not_settled_by_a_case_of_this_one() -> None:
    """The tie for best in one measure is declared; that the other measure is missing elsewhere stays to be mended."""
    text = (
        f"{COUNTS}d là số việc khác\nKhác = b / d\nKhi cùng cao nhất: 1\n"
        "Điểm = tỷ lệ / tỷ lệ cao nhất + khác / khác cao nhất"
    )
    group = [{"a": 10, "b": 4, "d": 0}, {"a": 10, "b": 1, "d": 1}]

    with pytest.raises(Undefined) as caught:
        score(text, {"a": 10, "b": 4, "d": 5}, group=group)

    assert (caught.value.case, caught.value.member) == (Case.DIVISION, 1)


def test_a_definition_may_compare_and_bands_may_judge_it() -> None:
    text = "So với tốt nhất = tỷ lệ / tỷ lệ cao nhất\nSo với tốt nhất từ 80% trở lên: 2\nSo với tốt nhất dưới 80%: 0"

    result = score(text, rates(45)[0], group=rates(50, 10))

    assert result.points == 2
    assert result.derivation == "tỷ lệ cao nhất trong 3 đơn vị = 50%; 45% / 50% = 90% ≥ 80% → 2"


def test_the_best_of_a_compared_name_is_the_same_for_every_unit() -> None:
    text = "Hơn kém = tỷ lệ - tỷ lệ thấp nhất\nĐiểm = hơn kém / hơn kém cao nhất × điểm tối đa"

    result = score(text, rates(30)[0], group=rates(10, 50))

    assert result.points == 1
    assert "hơn kém cao nhất trong 3 đơn vị = 0,4" in result.derivation
