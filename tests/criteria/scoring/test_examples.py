"""Worked examples: read, run, judged, proposed; the points that a rule can reach."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.cannot import CannotScore
from criteria.scoring.evaluation import evaluate
from criteria.scoring.examples import (
    NO_HIGHEST,
    NO_LOWEST,
    TOO_FEW,
    TOO_FEW_STEPS,
    BadExample,
    bounds,
    covers,
    parse_examples,
    propose,
    run,
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


# ---- read


def test_an_example_is_figures_an_arrow_and_points() -> None:
    (first, second, third) = parse_examples(
        "\n a = 50; B =  46 → 1,656 điểm \na = 3; b = 1 -> 1/3\n\na=0;b=0 => Không áp dụng", parse(PIECEWISE)
    )

    assert (first.line, first.text) == (2, "a = 50; B =  46 → 1,656 điểm")
    assert (first.figures, first.group, first.expected) == ({"a": 50, "b": 46}, (), Fraction("1.656"))
    assert (second.line, second.expected) == (3, Fraction(1, 3))
    assert (third.line, third.expected) == (5, None)


def test_other_units_of_the_group_follow() -> None:
    (found,) = parse_examples("tỉ lệ = 45% | tỷ lệ = 90 | tỷ lệ = 60% → 0,5", parse(BEST_UNIT))

    assert found.figures == {"tỷ lệ": Fraction(9, 20)}
    assert found.group == ({"tỷ lệ": Fraction(9, 10)}, {"tỷ lệ": Fraction(3, 5)})


def test_labels_may_hold_signs() -> None:
    rule = parse("≥ 3 hình thức (web; đài) -> nhiều: 1\nKhông: 0")

    (found,) = parse_examples("mức = ≥ 3 hình thức (web; đài) -> nhiều → 1", rule)

    assert evaluate(rule, found.figures, maximum=TWO).points == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = 50; b = 46", 1, "No result: write figures, an arrow “→” and the points."),
        ("a = 1; b = 1 → 2\n\na = 50; b → 1", 3, "“b”: write a figure, “=” and its value."),
        ("a = 50; d = 3 → 1", 1, "The rule has no figure “d”."),
        ("a = 50; A = 3 → 1", 1, "The figure “a” stands here twice."),
        ("a = 2,5; b = 1 → 1", 1, "“a” must be a whole number, 0 or more."),
        ("a = nhiều; b = 1 → 1", 1, "“a” must be a number."),
        ("a = 2; b = 1 → nhiều", 1, "“nhiều” are no points."),
        ("a = 2; b = 1 →", 1, "“” are no points."),
        ("a = 2; b = 1 | c = 1 → 1", 1, "The rule has no figure “c”."),
    ],
)
def test_a_line_that_is_no_example_is_named(text: str, line: int, reason: str) -> None:
    with pytest.raises(BadExample) as caught:
        parse_examples(text, parse(PIECEWISE))

    assert (caught.value.line, str(caught.value)) == (line, reason)


# ---- run


def test_examples_run_against_the_rule() -> None:
    text = "a = 50; b = 46 → 1,84\na = 50; b = 46 → 1,9\na = 0; b = 0 → 0\na = 0; b = 0 → không áp dụng"

    good, wrong, other, settled = run(parse(f"{PIECEWISE}Khi a = 0: không áp dụng"), text, maximum=TWO)

    assert (good.ok, good.got, good.problem) == (True, Fraction("1.84"), "")
    assert good.derivation == "46 / 50 = 92% (từ 80% đến dưới 100%) → 92% × 2 = 1,84"
    assert (wrong.ok, wrong.expected, wrong.got, wrong.line) == (False, Fraction("1.9"), Fraction("1.84"), 2)
    # Not applicable and 0 points are two answers.
    assert (other.ok, other.expected, other.got) == (False, Fraction(0), None)
    assert (settled.ok, settled.expected, settled.got) == (True, None, None)


def test_an_example_without_an_answer_says_why() -> None:
    (undefined, missing) = run(parse(PIECEWISE), "a = 0; b = 0 → không áp dụng\na = 3 → 1", maximum=TWO)

    assert (undefined.ok, undefined.got) == (False, None)
    assert undefined.problem % undefined.fields == "“a” is 0 and is divided by; the rule does not say what then holds."
    assert (missing.ok, missing.problem % missing.fields) == (False, "“b” is not declared.")


def test_examples_hold_points_at_the_leafs_bounds() -> None:
    rule = parse("Bắt đầu từ 1\nTrừ 1 mỗi lần")

    (held,) = run(rule, "lần = 4 → -2", maximum=TWO, minimum=Decimal(-2))

    assert held.ok
    assert not run(rule, "lần = 4 → -2", maximum=TWO)[0].ok


# ---- judged


@pytest.mark.parametrize(
    ("text", "examples", "missing"),
    [
        (STEPS, "mức = Kịp thời → 1\nmức = Không kịp thời → 0,5\nmức = Không → 0", ()),
        (STEPS, "mức = Kịp thời → 1\nmức = Không kịp thời → 0,5", (TOO_FEW, NO_LOWEST)),
        (STEPS, "", (TOO_FEW, NO_LOWEST, NO_HIGHEST)),
        ("Có: 1\nKhông: 0", "mức = Có → 1\nmức = Không → 0", ()),
        ("Có: 1\nKhông: 0", "mức = Có → 1", (TOO_FEW_STEPS, NO_LOWEST)),
        # The same line three times shows one thing.
        ("Cộng 1 mỗi lần", "lần = 0 → 0\nlần =  0 → 0\nLẦN = 0 → 0", (TOO_FEW, NO_HIGHEST)),
        ("Cộng 1 mỗi lần", "lần = 0 → 0\nlần = 1 → 1\nlần = 9 → 2", ()),
        # What it can reach is not known: only the number of examples is asked for.
        ("a là số việc\nb là số xong\nĐiểm = b / a", "a = 2; b = 1 → 0,5\na = 4; b = 4 → 1", (TOO_FEW,)),
        ("Chấm từ 0 đến 2 điểm", "", ()),
    ],
)
def test_what_examples_do_not_show(text: str, examples: str, missing: tuple[str, ...]) -> None:
    rule = parse(text)

    assert covers(rule, run(rule, examples, maximum=TWO), maximum=TWO) == missing


# ---- proposed


def test_bands_are_proposed_with_both_ends_and_every_declared_case() -> None:
    rule = parse(f"{PIECEWISE}Khi a = 0: không áp dụng\nKhi không có nhiệm vụ: điểm tối đa")

    assert propose(rule, maximum=Decimal("1.8")).splitlines() == [
        "a = 50; b = 50 → 1,8",
        "a = 50; b = 45 → 1,62",
        "a = 50; b = 40 → 1,44",
        "a = 100; b = 81 → 1,458",
        "a = 50; b = 20 → 0",
        "a = 0; b = 0 → không áp dụng",
        "không có nhiệm vụ = 1 → 1,8",
    ]


def test_a_comparison_is_proposed_with_its_cases() -> None:
    lines = "Khi chỉ có một đơn vị: không áp dụng\nKhi mọi đơn vị bằng nhau: 1\nKhi cùng cao nhất: 1,5"
    proposed = propose(parse(BEST_UNIT + lines), maximum=TWO).splitlines()

    assert "tỷ lệ = 80% | tỷ lệ = 100% | tỷ lệ = 40% → 1,6" in proposed
    assert proposed[-3:] == [
        "tỷ lệ = 100% → không áp dụng",
        "tỷ lệ = 100% | tỷ lệ = 100% | tỷ lệ = 100% → 1",
        "tỷ lệ = 100% | tỷ lệ = 100% | tỷ lệ = 80% → 1,5",
    ]


PROPOSED = [
    STEPS,
    "Có: 1\nKhông: 0",
    "Một: 1\nHai: 0,9\nBa: 0,8\nBốn: 0,7\nNăm: 0,6\nSáu: 0,5\nBảy: 0,4\nTám: 0,3\nChín: 0,2\nMười: 0",
    "Trên 90%: 2\nTừ 70% đến 90%: 1\nDưới 70%: 0",
    "Trên 90%: 2\nCòn lại: không áp dụng",
    "Từ 80% đến 100%: tăng đều từ 0,5 đến 2\nDưới 80%: 0",
    "Đúng hạn: 2\nTrễ từ 1 ngày đến 5 ngày: 0,5\nTrễ trên 5 ngày: 0",
    "a là số đã làm\nb là số chưa làm\nTỷ lệ = a / (a + b)\n"
    "Từ 50% trở lên: tỷ lệ × điểm tối đa\nDưới 50%: 0\nKhi mẫu số bằng 0: 1",
    "a là số việc\nb là số xong\nc là số đang làm\n"
    "Điểm = (b / a) × 2 + (c / a) × 0,5\nKhi a = 0: không áp dụng\nKhi b = 0: 0",
    f"{COUNTS}Điểm = tỷ lệ × điểm tối đa\nKhi tỷ lệ = 0: 0,1\nKhi a = 0: không áp dụng",
    "a là số sáng kiến\nĐiểm = nhỏ nhất(a; 4) × 0,5",
    "a là số việc giao\nb là số việc hủy\nc là số việc xong\nTỷ lệ = c / (a - b)\n"
    "Từ 90% trở lên: 2\nTừ 50% đến dưới 90%: 1\nDưới 50%: 0\nKhi mẫu số bằng 0: không áp dụng",
    # The measure goes against its only figure; then, with its square.
    "a là số cán bộ\nHệ số = 10 / a\nHệ số từ 1 trở lên: điểm tối đa\nHệ số dưới 1: 0\nKhi a = 0: 0",
    "a là số cán bộ\nHệ số = a × a / 100\nHệ số trên 1: điểm tối đa\nHệ số từ 0,5 đến 1: 1\nHệ số dưới 0,5: 0",
    "a là số cán bộ\nHệ số = 10 / a\n"
    "Hệ số từ 0,4 trở lên: 2\nHệ số từ 0,1 đến dưới 0,4: 1\nHệ số dưới 0,1: 0\nKhi a = 0: 0",
    "c là số khác\na là số việc\nb là số xong\nHệ số = c × 0 + b / a\n"
    "Hệ số từ 1 trở lên: 2\nHệ số dưới 1: 0\nKhi a = 0: 0",
    "Từ 33,333333% đến 100%: tỷ lệ × điểm tối đa\nDưới 33,333333%: 0",
    "k là kinh phí giao (triệu đồng)\nm là kinh phí giải ngân (triệu đồng)\n"
    "Điểm = (k - m) / (k + m) × 2\nKhi mẫu số bằng 0: 0",
    "Bắt đầu từ 2\nTrừ 0,25 mỗi báo cáo trễ\nTrừ 0,5 mỗi báo cáo thiếu\nThấp nhất 0",
    "Cộng 1 mỗi sáng kiến\nCao nhất 1,5",
    f"{BEST_UNIT}Khi chỉ có một đơn vị: điểm tối đa\nKhi mọi đơn vị bằng nhau: 0\nKhi cùng cao nhất: 1",
    f"{COUNTS}{BEST_UNIT}Khi a = 0: không áp dụng\nKhi cùng cao nhất: 1",
    "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức\nKhi không có phiếu: không áp dụng",
    "Khảo sát: A = 100%, B = 60%, C = 20%, D = 0%",
    "Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa",
    "Điểm = p × điểm tối đa\np là tỷ lệ hài lòng của phiếu (%)\nKhi không có phiếu: không áp dụng",
    "Lấy trường hợp có điểm cao nhất\nCó: 2\nKhông: 0\nHoặc\nCộng 0,5 mỗi sáng kiến",
    "Cộng các phần\nKhi không có nhiệm vụ: 0\nCó: 1\nKhông: 0\nVà\nTốt: 1\nKém: 0\nVà\nĐiểm = tỷ lệ × 0,5",
    "Cộng các phần\n"
    + "\nVà\n".join(f"Cộng 0,1 mỗi {name}\nTrừ 0,1 mỗi {name} sai" for name in ("đơn", "thư", "tin", "bài")),
    "Cộng các phần\nChấm từ 0 đến 1 điểm\nVà\nCó: 1\nKhông: 0",
    f"Cộng các phần\n{BEST_UNIT}\nVà\nCó: 1\nKhông: 0",
]


@pytest.mark.parametrize("text", PROPOSED)
def test_proposed_examples_hold_and_leave_nothing_to_ask_for(text: str) -> None:
    rule = parse(text)

    ran = run(rule, propose(rule, maximum=TWO), maximum=TWO)

    assert [each for each in ran if not each.ok] == []
    assert covers(rule, ran, maximum=TWO) == ()


@pytest.mark.parametrize("text", PROPOSED)
def test_every_declared_case_has_a_proposed_example(text: str) -> None:
    rule = parse(text)
    declared = [line.partition(":")[0] for line in text.splitlines() if line.startswith("Khi ")]

    words = "\n".join(each.derivation for each in run(rule, propose(rule, maximum=TWO), maximum=TWO))

    assert [line for line in declared if line not in words] == []


def test_points_by_a_person_need_no_examples() -> None:
    assert propose(parse("Chấm từ 0 đến 2 điểm"), maximum=TWO) == ""


def test_a_rule_that_never_gives_an_answer_has_no_proposal() -> None:
    rule = Bands(measure="tỷ lệ", unit="%", bands=(Band(Interval(Fraction(2), Fraction(2)), Number(Fraction(1))),))

    assert propose(rule, maximum=TWO) == "tỷ lệ = 200% → 1"
    assert propose(Formula(value=Operation("/", Number(Fraction(1)), Number(Fraction(0)))), maximum=TWO) == ""


@CALM
@given(st.integers(0, 10_000), st.sampled_from(sorted(oracle.KINDS)))
def test_proposals_for_rules_made_at_random_hold(number: int, kind: str) -> None:
    made = oracle.made(Random(number), kind)
    rule = parse(made.text)

    ran = run(
        rule, propose(rule, maximum=made.maximum, minimum=made.minimum), maximum=made.maximum, minimum=made.minimum
    )

    assert [each for each in ran if not each.ok] == []
    assert NO_LOWEST not in covers(rule, ran, maximum=made.maximum, minimum=made.minimum)
    assert NO_HIGHEST not in covers(rule, ran, maximum=made.maximum, minimum=made.minimum)


# ---- what can be reached


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


def test_every_witness_is_one() -> None:
    """What a proposal computes, ``evaluate`` computes again from the text alone."""
    rule = parse(PROPOSED[7])
    for each in parse_examples(propose(rule, maximum=TWO), rule):
        try:
            assert evaluate(rule, each.figures, maximum=TWO, group=each.group).points == each.expected
        except CannotScore as problem:  # pragma: no cover
            pytest.fail(str(problem))
