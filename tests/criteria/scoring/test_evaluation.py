"""Points and derivations, kind by kind; ``test_oracle`` does it in bulk."""

import doctest
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from criteria.scoring import caps, derivation, rollup
from criteria.scoring.evaluation import (
    Result,
    evaluate,
)
from criteria.scoring.notation import parse
from criteria.scoring.rules import (
    Band,
    Bands,
    Formula,
    Full,
    Interval,
    Name,
    Number,
)
from tests.criteria.scoring.rules import COUNTS, PIECEWISE, score
from tests.timing import stopwatch


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

    with stopwatch() as taken:
        for _ in range(1000):
            evaluate(rule, figures, maximum=Decimal("1.8"))

    assert taken() < 1
