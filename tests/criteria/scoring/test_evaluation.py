"""Points and derivations, case by case; ``test_oracle`` does it in bulk."""

import doctest
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring import caps, derivation, rollup
from criteria.scoring.evaluation import (
    BadFigure,
    CannotScore,
    MissingFigure,
    Result,
    Undefined,
    evaluate,
    needed,
    read_figure,
)
from criteria.scoring.notation import parse
from criteria.scoring.rules import (
    BadRule,
    Band,
    Bands,
    Case,
    Even,
    Figure,
    Formula,
    Full,
    Interval,
    Name,
    Number,
)

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TWO = "Trong đó: a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\n"
COUNTS = f"{TWO}Tỷ lệ = b / a\n"
PIECEWISE = f"{COUNTS}100%: điểm tối đa\nTừ 80% đến dưới 100%: tỷ lệ × điểm tối đa\nDưới 80%: 0\n"
BEST_UNIT = "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\n"


def score(
    text: str,
    figures: Mapping[str, Any],
    maximum: str = "2",
    *,
    minimum: str = "0",
    group: Sequence[Mapping[str, Any]] = (),
) -> Result:
    return evaluate(parse(text), figures, maximum=Decimal(maximum), minimum=Decimal(minimum), group=group)


def rates(*values: int) -> list[dict[str, Fraction]]:
    return [{"tỷ lệ": Fraction(value, 100)} for value in values]


@pytest.mark.parametrize(
    ("text", "figures", "maximum", "points", "words"),
    [
        ("Kịp thời: 1\nKhông: 0", {"mức": "KỊP  thời"}, "1", "1", "Kịp thời → 1"),
        (PIECEWISE, {"a": 50, "b": 46}, "1.8", "1.656", "46 / 50 = 92% (từ 80% đến dưới 100%) → 92% × 1,8 = 1,656"),
        (PIECEWISE, {"a": 50, "b": 50}, "1.8", "1.8", "50 / 50 = 100% (đạt 100%) → điểm tối đa 1,8"),
        (PIECEWISE, {"a": 50, "b": 3}, "1.8", "0", "3 / 50 = 6% < 80% → 0"),
        ("Từ 80% trở lên: 2\nCòn lại: 1", {"tỷ lệ": Fraction(4, 5)}, "2", "2", "80% ≥ 80% → 2"),
        ("Trên 80%: 2\nCòn lại: 1", {"tỷ lệ": Fraction(4, 5)}, "2", "1", "80% (còn lại) → 1"),
        (
            "Từ 80% đến 100%: giảm đều từ 2 đến 1\nDưới 80%: 0",
            {"tỷ lệ": Fraction(17, 20)},
            "2",
            "1.75",
            "85% (từ 80% đến 100%) → 2 - (85% - 80%) / (100% - 80%) × 1 = 1,75",
        ),
        (
            "Đúng hạn: 1\nTrễ từ 1 ngày đến 5 ngày: 0,5\nTrễ trên 5 ngày: 0",
            {"số ngày trễ": 5},
            "1",
            "0.5",
            "5 ngày (từ 1 ngày đến 5 ngày) → 0,5",
        ),
        (
            "k là khối lượng (tấn)\nĐiểm = lớn nhất(k - 3; -k) × 2\nThấp nhất 1\nCao nhất 4",
            {"k": Fraction(7, 2)},
            "5",
            "1",
            "lớn nhất(3,5 - 3; -3,5) × 2 = 1",
        ),
        ("Điểm = tỷ lệ × 3", {"tỷ lệ": Fraction(1, 3)}, "3", "1", "(1 / 3) × 3 = 1"),
        ("Bắt đầu từ 2\nTrừ 0,25 mỗi báo cáo trễ", {"báo cáo trễ": 3}, "2", "1.25", "2 - 3 × 0,25 = 1,25"),
        ("Trừ 0,5 mỗi lần\nThấp nhất 1", {"lần": 4}, "2", "1", "2 - 4 × 0,5 = 0 → thấp nhất 1"),
        ("Cộng 1 mỗi sáng kiến\nCao nhất 5", {"sáng kiến": 7}, "6", "5", "7 × 1 = 7 → cao nhất 5"),
        (
            "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức",
            {"mức 1": 1, "mức 2": 2, "mức 3": 3, "mức 4": 4, "mức 5": 5},
            "10",
            "6",
            "(4 + 5) / 15 = 60% → 60% × 10 = 6",
        ),
        (
            "Khảo sát: tỷ lệ trả lời mức 3 trên 3 mức",
            {"mức 1": 1, "mức 2": 0, "mức 3": 2},
            "3",
            "2",
            "2 / 3 = 2/3 (≈ 66,67%) → (2 / 3) × 3 = 2",
        ),
        (
            "Khảo sát: A = 100%, B = 60%",
            {"a": 1, "b": 3},
            "1",
            "0.7",
            "(1 × 100% + 3 × 60%) / 4 = 70% → 70% × 1 = 0,7",
        ),
        (
            "Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa",
            {"kết quả": Decimal("0.875")},
            "8",
            "7",
            "Chỉ số SIPAS: 87,5% × 8 = 7",
        ),
        ("Chấm từ 0 đến 1,5 điểm", {"điểm": Fraction(6, 5)}, "2", "1.2", "điểm chấm 1,2 (từ 0 đến 1,5)"),
        (
            "Lấy trường hợp có điểm cao nhất\nCó: 1\nKhông: 0\nHoặc\nCộng 0,5 mỗi sáng kiến",
            {"mức": "có", "sáng kiến": 3},
            "2",
            "1.5",
            "Trường hợp 1: Có → 1. Trường hợp 2: 3 × 0,5 = 1,5 → lấy cao nhất 1,5",
        ),
        (
            "Cộng các phần\nCó: 1\nKhông: 0\nVà\nTốt: 1\nKém: 0",
            {"mức phần 1": "có", "mức phần 2": "kém"},
            "2",
            "1",
            "Phần 1: Có → 1. Phần 2: Kém → 0 → cộng 1 + 0 = 1",
        ),
    ],
)
def test_every_kind_gives_its_points_and_says_how(
    text: str, figures: dict[str, Any], maximum: str, points: str, words: str
) -> None:
    assert score(text, figures, maximum) == Result(Fraction(points), words)


def test_definitions_are_told_before_what_rests_on_them() -> None:
    text = (
        f"{COUNTS}c là số việc giao thêm\nThêm = c / a\nCả hai = tỷ lệ + thêm\n"
        "Điểm = cả hai × điểm tối đa - thêm\nKhi a = 0: không áp dụng"
    )

    result = score(text, {"a": 10, "b": 5, "c": 1})

    assert result == Result(
        Fraction(11, 10),
        "tỷ lệ = 5 / 10 = 50%; thêm = 1 / 10 = 0,1; cả hai = 50% + 0,1 = 0,6; 0,6 × 2 - 0,1 = 1,1",
    )


def test_a_band_over_a_defined_measure_tells_what_it_rests_on() -> None:
    text = f"{COUNTS}Hệ số = a / 10\nTừ 50% trở lên: hệ số × tỷ lệ\nDưới 50%: không áp dụng"

    assert score(text, {"a": 10, "b": 5}).derivation == "5 / 10 = 50% ≥ 50% → hệ số = 10 / 10 = 1; 1 × 50% = 0,5"
    assert score(text, {"a": 10, "b": 4}) == Result(None, "4 / 10 = 40% < 50% → không áp dụng")


def test_members_of_members_stand_in_brackets() -> None:
    text = (
        "Cộng các phần\nCó: 1\nKhông: 0\nVà\nLấy trường hợp có điểm cao nhất\n"
        "Cộng 1 mỗi giải thưởng\nHoặc\nTốt: 1\nKém: 0"
    )

    result = score(text, {"mức phần 1": "Không", "giải thưởng": 0, "mức phần 2 trường hợp 2": "Tốt"})

    assert result.derivation == (
        "Phần 1: Không → 0. Phần 2: [Trường hợp 1: 0 × 1 = 0. Trường hợp 2: Tốt → 1 → lấy cao nhất 1] → cộng 0 + 1 = 1"
    )


# ---- exactness and bounds


def test_a_third_three_times_is_one() -> None:
    third = score("Điểm = tỷ lệ × 1", {"tỷ lệ": Fraction(1, 3)}).points
    parts = score("Cộng các phần\na là số việc\nb là số kỳ\n" + "\nVà\n".join(["Điểm = a / b"] * 3), {"a": 1, "b": 3})

    assert third is not None
    assert third * 3 == 1
    assert parts.points == 1
    assert parts.derivation.endswith("1/3 (≈ 0,3333) + 1/3 (≈ 0,3333) + 1/3 (≈ 0,3333) = 1")


def test_points_are_held_within_the_leaf_and_the_derivation_says_so() -> None:
    deduction = "Bắt đầu từ 1\nTrừ 1 mỗi lần"

    assert score("Điểm = tỷ lệ × 2", {"tỷ lệ": 2}) == Result(Fraction(2), "200% × 2 = 4 → giữ ở điểm tối đa 2")
    assert score(deduction, {"lần": 3}) == Result(Fraction(0), "1 - 3 × 1 = -2 → giữ ở điểm thấp nhất 0")
    assert score(deduction, {"lần": 3}, minimum="-1.5").points == Fraction(-3, 2)
    assert score(deduction, {"lần": 2}, minimum="-1.5") == Result(Fraction(-1), "1 - 2 × 1 = -1")
    assert score(f"{deduction}\nThấp nhất 0", {"lần": 2}, minimum="-1.5").points == 0


def test_events_that_give_and_take_start_at_nothing_unless_the_rule_says_where() -> None:
    text = "Cộng 1 mỗi sáng kiến\nTrừ 0,5 mỗi vi phạm"

    assert score(text, {"sáng kiến": 1, "vi phạm": 1}) == Result(Fraction(1, 2), "1 × 1 - 1 × 0,5 = 0,5")
    assert score(f"Bắt đầu từ 1\n{text}", {"sáng kiến": 1, "vi phạm": 1}).points == Fraction(3, 2)


def test_the_best_alternative_is_chosen_before_points_are_held() -> None:
    """Held first, both would be 2, and the derivation would name the wrong one."""
    text = "Lấy trường hợp có điểm cao nhất\nCộng 3 mỗi huy chương\nHoặc\nCộng 4 mỗi giải thưởng"

    result = score(text, {"huy chương": 1, "giải thưởng": 1})

    assert result.derivation.endswith("→ lấy cao nhất 4 → giữ ở điểm tối đa 2")


def test_large_and_endless_numbers_are_shown_shortly() -> None:
    assert derivation.shown(Fraction(1, 2**20)) == "1/1048576 (≈ 0)"
    assert derivation.shown(Fraction(10**40, 3)).endswith("333,3333)")
    assert derivation.shown(Fraction(-1, 3), is_percent=True) == "-1/3 (≈ -33,33%)"


def test_a_negative_figure_is_shown_in_brackets_where_it_must() -> None:
    text = "g là tăng trưởng thu (%)\nĐiểm = 1 - g × 2"

    assert score(text, {"g": Fraction(-1, 10)}).derivation == "1 - (-10%) × 2 = 1,2"


# ---- declared cases


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


# ---- relative to the group


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


# ---- figures


def names(text: str) -> list[str]:
    return [each.name for each in needed(parse(text))]


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
    [(PERCENT, ""), (PERCENT, "-3"), (COUNT, "1,5"), (COUNT, "1.000"), (PLAIN, "nhiều"), (PLAIN, "NaN"), (FLAG, "2")],
)
def test_a_typed_figure_that_is_none_is_refused(figure: Figure, text: str) -> None:
    with pytest.raises(BadFigure):
        read_figure(figure, text)


# ---- properties


CUTS = st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True).map(lambda found: sorted(found, reverse=True))
SHARES = st.fractions(0, 1, max_denominator=1000)


def whole(cuts: list[int], points: list[Fraction]) -> Bands:
    """Bands from 100 % down to 0, each owning its lower end."""
    bounds = [None, *(Fraction(cut, 100) for cut in cuts), None]
    intervals = [Interval(lower, upper, has_lower=True, has_upper=False) for upper, lower in pairwise(bounds)]
    bands = tuple(Band(each, Number(worth)) for each, worth in zip(intervals, points, strict=False))
    return Bands(measure="tỷ lệ", unit="%", bands=bands)


@CALM
@given(CUTS, st.lists(st.fractions(0, 2, max_denominator=20), min_size=5, max_size=5), SHARES, SHARES)
def test_bands_that_fall_give_no_more_for_less(
    cuts: list[int], points: list[Fraction], one: Fraction, two: Fraction
) -> None:
    rule = whole(cuts, sorted(points, reverse=True))
    low, high = sorted([one, two])

    scores = [evaluate(rule, {"tỷ lệ": each}, maximum=Decimal(2)).points for each in (low, high)]

    assert None not in scores
    assert (scores[0] or 0) <= (scores[1] or 0)


INTERVALS = st.builds(
    Interval, st.none() | SHARES, st.none() | SHARES, has_lower=st.booleans(), has_upper=st.booleans()
)


@CALM
@given(st.lists(st.tuples(INTERVALS, st.integers(0, 3)), min_size=1, max_size=5), SHARES)
def test_a_value_lies_in_one_band_or_the_points_are_undefined(
    drawn: list[tuple[Interval, int]], value: Fraction
) -> None:
    """Or in several that agree."""
    rule = Bands(measure="tỷ lệ", unit="%", bands=tuple(Band(each, Number(Fraction(worth))) for each, worth in drawn))
    worths = {worth for each, worth in drawn if value in each}

    try:
        result: Fraction | Case | None = evaluate(rule, {"tỷ lệ": value}, maximum=Decimal(3)).points
    except Undefined as problem:
        result = problem.case

    expected = {0: Case.OUTSIDE, 1: max(worths, default=0)}
    assert result == expected.get(len(worths), Case.OVERLAP)


@CALM
@given(SHARES, SHARES, SHARES, SHARES)
def test_points_change_evenly_between_the_bounds(one: Fraction, two: Fraction, start: Fraction, end: Fraction) -> None:
    lower, upper = sorted([one, two + 1])
    rule = Bands(measure="tỷ lệ", unit="%", bands=(Band(Interval(lower, upper), Even(start, end)),))
    middle = (lower + upper) / 2
    if lower == upper:
        return

    scores = [evaluate(rule, {"tỷ lệ": each}, maximum=Decimal(1)).points for each in (lower, middle, upper)]

    assert scores == [start, (start + end) / 2, end]


def test_points_that_change_evenly_need_two_bounds() -> None:
    band = Band(Interval(Fraction(1, 2), None), Even(Fraction(0), Fraction(1)))

    with pytest.raises(BadRule):
        evaluate(Bands(measure="tỷ lệ", unit="%", bands=(band,)), {"tỷ lệ": Fraction(1, 2)}, maximum=Decimal(1))


def test_a_band_without_ends_holds_everything() -> None:
    rule = Bands(measure="x", unit="", bands=(Band(Interval(None, None), Full()),))

    assert evaluate(rule, {"x": 3}, maximum=Decimal(1)) == Result(Fraction(1), "3 (mọi giá trị) → điểm tối đa 1")


def test_a_formula_of_a_bare_name_or_number_is_only_shown() -> None:
    assert evaluate(Formula(value=Name("tỷ lệ")), {"tỷ lệ": 1}, maximum=Decimal(1)).derivation == "100%"
    percent = Formula(value=Number(Fraction(1, 2), is_percent=True))
    assert evaluate(percent, {}, maximum=Decimal(1)) == Result(Fraction(1, 2), "50%")


@pytest.mark.parametrize("module", [caps, rollup, derivation])
def test_what_the_documentation_shows_is_so(module: Any) -> None:
    found = doctest.testmod(module)

    assert (found.failed, found.attempted > 0) == (0, True)


def test_a_thousand_evaluations_take_a_moment() -> None:
    """A hundred leaves within 10 ms on an idle machine; a tenth of that speed is allowed for here."""
    rule, figures = parse(f"{PIECEWISE}Khi a = 0: không áp dụng"), {"a": 50, "b": 46}
    start = process_time()

    for _ in range(1000):
        evaluate(rule, figures, maximum=Decimal("1.8"))

    assert process_time() - start < 1
