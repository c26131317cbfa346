"""Worked examples: read, run, judged, proposed; the points that a rule can reach."""

from decimal import Decimal
from fractions import Fraction
from random import Random

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
    Interval,
    Number,
    Operation,
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
        ("a = nhiều; b = 1 → 1", 1, "“a” must be a number, with a decimal comma and no points in between."),
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


def test_every_witness_is_one() -> None:
    """What a proposal computes, ``evaluate`` computes again from the text alone."""
    rule = parse(PROPOSED[7])
    for each in parse_examples(propose(rule, maximum=TWO), rule):
        try:
            assert evaluate(rule, each.figures, maximum=TWO, group=each.group).points == each.expected
        except CannotScore as problem:  # pragma: no cover
            pytest.fail(str(problem))
