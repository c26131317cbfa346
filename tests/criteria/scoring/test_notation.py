import csv
import doctest
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring import conditions, lines, notation, numbers
from criteria.scoring.notation import Option, in_words, kind, number, options, parse, percent, read_number, write
from criteria.scoring.rules import (
    LATE,
    Bands,
    Best,
    Case,
    Count,
    Declared,
    Figure,
    Formula,
    Full,
    Interval,
    Kind,
    Manual,
    Name,
    NotApplicable,
    Number,
    Operation,
    Parts,
    Rule,
    Step,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    Term,
)
from tests.criteria.scoring.making import rules

HERE = Path(__file__).parent
FIXTURES = HERE.parents[2] / "fixtures"
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- every kind, and what comes back


@pytest.mark.parametrize("row", rows(HERE / "rule_types.csv"), ids=lambda row: row["rule_as_written"][:30])
def test_every_rule_of_the_reference_can_be_said(row: dict[str, str]) -> None:
    rule = parse(row["notation"])

    assert kind(rule).value == row["kind"]
    assert write(rule) == row["notation"]


def test_the_reference_has_eighteen_rules() -> None:
    assert len(rows(HERE / "rule_types.csv")) == 18


def test_every_rule_of_the_criteria_files_is_written_canonically() -> None:
    texts = {row["rule"] for file in FIXTURES.glob("*/criteria_*.csv") for row in rows(file) if row["rule"]}

    assert len(texts) > 20
    assert [text for text in texts if write(parse(text)) != text] == []


KINDS = {
    "Có: 1; Không: 0": Kind.YES_NO,
    "KHÔNG ĐẠT: 0; Đạt: 1": Kind.YES_NO,
    "Tốt: 2; Khá: 1; Kém: -1": Kind.STEPS,
    "Đúng hạn: 2; Chậm: 1; Không: 0": Kind.STEPS,
    "Từ 2 sáng kiến: 2; 1 sáng kiến: 1; Không: 0": Kind.STEPS,
    "1: 2; 2: 1": Kind.STEPS,
    "Mỗi quý có báo cáo: 1; Không: 0": Kind.STEPS,
    "Đúng hạn: 1; Từ 2 sáng kiến: 2": Kind.STEPS,
    "Từ 1 đến 5 ngày: 1; Trễ từ 2 vụ: 0": Kind.STEPS,
    "Từ 1 ngày đến 2 tuần: 1; Dài hơn: 0": Kind.STEPS,
    "Trên 90%: 2; 70-90%: 1; Còn lại: 0": Kind.BANDS,
    "Từ 80%: điểm tối đa × 0,5; Dưới 80%: không áp dụng": Kind.BANDS,
    "≥ 5: 1; < 5: 0; a là số việc": Kind.BANDS,
    "Từ 3 hình thức: 1; 1-2 hình thức: 0,5; 0 hình thức: 0": Kind.BANDS,
    "Từ 80% trở lên: tính điểm theo công thức: tỷ lệ × 2; Dưới 80%: 0": Kind.PIECEWISE,
    "Từ 50% đến 80%: tăng đều từ 0 đến 2 điểm; Trên 80%: 2; Dưới 50%: 0": Kind.LINEAR,
    "Đúng hạn: 1; Chậm từ 1 đến 5 ngày: 0,5; Trường hợp khác: 0": Kind.LATE,
    "Số ngày trễ từ 1 trở lên: 0; Đúng hạn: 1": Kind.LATE,
    "Điểm = tỷ lệ × điểm tối đa": Kind.PROPORTION,
    "Điểm đánh giá = 2 × b / a; a là số việc; b là số xong": Kind.FORMULA,
    "Điểm = 2 × (b / a); a là số việc; b là số xong": Kind.PROPORTION,
    "Điểm = (b / 2) × 2; b là số xong": Kind.FORMULA,
    "Điểm = điểm tối đa × điểm tối đa": Kind.FORMULA,
    "Điểm = tỷ lệ + 1; Thấp nhất 0; Cao nhất 2 điểm": Kind.FORMULA,
    "Điểm = (tỷ lệ - tỷ lệ thấp nhất) × điểm tối đa": Kind.RELATIVE,
    "Trừ 0,5 điểm cho mỗi lần; tối thiểu 0": Kind.DEDUCTION,
    "Bắt đầu từ 0; Cộng 1 mỗi sáng kiến; Trừ 1 mỗi vi phạm": Kind.DEDUCTION,
    "Mỗi sáng kiến: 1; Tối đa 5": Kind.PER_EVENT,
    "1 điểm mỗi ứng dụng; tổng không quá 5": Kind.PER_EVENT,
    "Cứ mỗi sáng kiến được cộng 0,5 điểm; Cao nhất 2": Kind.PER_EVENT,
    "Mỗi báo cáo trễ trừ 0,25 điểm": Kind.DEDUCTION,
    "Trừ 0,5 điểm/báo cáo trễ": Kind.DEDUCTION,
    "Tính điểm theo công thức: (b/a)*1,0. Trong đó: a là tổng số việc; b là số xong": Kind.PROPORTION,
    "Nếu tỷ lệ >= 80% thì điểm đánh giá = tỷ lệ x 2; Nếu < 80% thì điểm = 0": Kind.PIECEWISE,
    "Nếu đúng hạn thì điểm = 1; Không đúng: điểm = 0": Kind.STEPS,
    "Lấy trường hợp có điểm cao nhất; Có: 1; Không: 0; Hoặc; Điểm = tỷ lệ": Kind.BEST,
    "Cộng các phần: ; Có: 1; Không: 0; Và: ; Điểm = tỷ lệ": Kind.PARTS,
    "Khảo sát: tỷ lệ trả lời mức 4 và 5 trên 5 mức": Kind.SURVEY_SHARE,
    "Khảo sát: A = 100%,B = 62,5%, tệ = 0%": Kind.SURVEY_WEIGHTS,
    "Theo kết quả Chỉ số SIPAS: điểm = kết quả × điểm tối đa": Kind.OUTCOME,
    "Chấm điểm từ 0 đến 1,5; Tốt: chấm cao hơn": Kind.MANUAL,
}


@pytest.mark.parametrize(("text", "expected"), KINDS.items())
def test_kinds(text: str, expected: Kind) -> None:
    rule = parse(text)

    assert kind(rule) == expected
    assert parse(write(rule)) == rule


def test_every_kind_is_met() -> None:
    assert set(KINDS.values()) == set(Kind)


READ = {
    "Có: 1 điểm; Không : 0đ.": Steps((Step("Có", Fraction(1)), Step("Không", Fraction(0)))),
    "- Có (a; b): 1\r\n+ Không: −0,5": Steps((Step("Có (a; b)", Fraction(1)), Step("Không", Fraction(-1, 2)))),
    "Điểm = a\nTrong đó:\nTrong đó: a là tổng số vụ (vụ việc)\nKhi a bằng 0 thì tính điểm tối đa": Formula(
        Name("a"),
        figures=(Figure("a", "tổng số vụ", "vụ việc", is_count=True),),
        declared=(Declared(Case.DIVISION, Full(), "a"),),
    ),
    "Điểm = A; A là số tiền (nếu có)": Formula(Name("a"), figures=(Figure("a", "số tiền (nếu có)"),)),
    "Điểm = Tỉ lệ; Tỉ lệ là kết quả (%)": Formula(Name("tỷ lệ"), figures=(Figure("tỷ lệ", "kết quả", "%"),)),
    "Điểm = a; a là tỉ số: 1 trên 2": Formula(Name("a"), figures=(Figure("a", "tỉ số: 1 trên 2"),)),
    "Bắt đầu 2 điểm; Mỗi lần chậm: trừ 0,5; Mỗi lần thiếu: -1": Count(
        (Term(Fraction(-1, 2), "lần chậm"), Term(Fraction(-1), "lần thiếu")), Fraction(2)
    ),
    "Khảo sát: tỷ lệ trả lời mức 5, 4, 4 trên thang 5 mức": SurveyShare((4, 5), 5),
    "Khảo sát: Tốt = 100%, Kém = 0%": SurveyWeights((("tốt", Fraction(1)), ("kém", Fraction(0)))),
    "Theo kết quả SIPAS: kết quả × 2": Taken("SIPAS", Operation("*", Name("kết quả"), Number(Fraction(2)))),
    "a là gì đó; Chấm từ 0 đến 2 điểm; Khi có gương tốt: cao; Khi không phát sinh: không áp dụng": Manual(
        Fraction(0),
        Fraction(2),
        ("a là gì đó", "Khi có gương tốt: cao"),
        declared=(Declared(Case.NO_TASK, NotApplicable()),),
    ),
    "Chấm từ 0 đến 2; Khi không có phiếu: 0; Khi không có phiếu: 1": Manual(
        Fraction(0),
        Fraction(2),
        ("Khi không có phiếu: 1",),
        declared=(Declared(Case.NO_FORMS, Number(Fraction(0))),),
    ),
}


@pytest.mark.parametrize(("text", "rule"), READ.items())
def test_what_is_read(text: str, rule: Rule) -> None:
    assert parse(text) == rule


CONDITIONS = {
    "Từ 80% trở lên": ("80", None, True, True),
    "Đạt từ 80% trở lên": ("80", None, True, True),
    "80% trở lên": ("80", None, True, True),
    ">= 80%": ("80", None, True, True),
    "Ít nhất 80%": ("80", None, True, True),
    "Tỷ lệ đạt trên 80%": ("80", None, False, True),
    ">80%": ("80", None, False, True),
    "Từ 80 đến dưới 90%": ("80", "90", True, False),
    "80% - <90%": ("80", "90", True, False),
    "≥80% - <90%": ("80", "90", True, False),
    "80-90%": ("80", "90", True, True),
    "80% – 90 %": ("80", "90", True, True),
    "Trên 80% đến dưới 90%": ("80", "90", False, False),
    ">80% - ≤90%": ("80", "90", False, True),
    "Dưới 80%": (None, "80", True, False),
    "< 80%": (None, "80", True, False),
    "Không quá 80%": (None, "80", True, True),
    "≤ 80,5 %": (None, "80.5", True, True),
    "Từ 80% trở xuống": (None, "80", True, True),
    "Đạt 100%": ("100", "100", True, True),
    "Bằng 100%": ("100", "100", True, True),
    "-5%": ("-5", "-5", True, True),
}


@pytest.mark.parametrize(("said", "bounds"), CONDITIONS.items())
def test_conditions(said: str, bounds: tuple[str | None, str | None, bool, bool]) -> None:
    rule = parse(f"{said}: 1\nCòn lại: 0")

    lower, upper = (None if bound is None else Fraction(bound) / 100 for bound in bounds[:2])
    assert isinstance(rule, Bands)
    assert (rule.measure, rule.unit) == ("tỷ lệ", "%")
    assert rule.bands[0].interval == Interval(lower, upper, *bounds[2:])
    assert parse(write(rule)) == rule


MEASURES = {
    "Từ 80%: 1; Còn lại: 0": ("tỷ lệ", "Từ 80% trở lên"),
    "Từ 80%: 1; Còn lại: 0; giải ngân là tỷ lệ giải ngân (%)": ("giải ngân", "Từ 80% trở lên"),
    "Từ 80%: 1; Còn lại: 0; a là số x; b là số y; hoàn thành = b / a": ("hoàn thành", "Từ 80% trở lên"),
    "a từ 80%: 1; Còn lại: 0; a là tỷ lệ (%); b là tỷ lệ khác (%)": ("a", "a từ 80% trở lên"),
    "Tỷ lệ đúng hạn bằng 80%: 1; Còn lại: 0; tỷ lệ đúng hạn là x (%); b là y (%)": (
        "tỷ lệ đúng hạn",
        "Tỷ lệ đúng hạn bằng 80%",
    ),
    "Từ 5: 1; Còn lại: 0; a là số việc": ("a", "Từ 5 trở lên"),
    "Từ 5 hồ sơ: 1; Còn lại: 0": ("số hồ sơ", "Từ 5 hồ sơ trở lên"),
    "Đúng hạn: 1; Quá hạn trên 5 ngày làm việc: 0": (LATE, "Đúng hạn"),
    "Trễ không quá 5 ngày: 1; Còn lại: 0": (LATE, "Trễ không quá 5 ngày"),
    "Số ngày trễ không quá 5: 1; Còn lại: 0": (LATE, "Số ngày trễ không quá 5 ngày"),
    "Số ngày trễ không quá 0: 1; Còn lại: 0": (LATE, "Số ngày trễ không quá 0 ngày"),
    "Trễ 1 ngày: 1; Còn lại: 0": (LATE, "Trễ 1 ngày"),
    "Trễ từ 5: 1; Còn lại: 0; trễ là số việc trễ": ("trễ", "Từ 5 trở lên"),
    "Số ngày trễ từ 5: 1; Còn lại: 0; trễ là số việc trễ": (LATE, "Số ngày trễ từ 5 ngày trở lên"),
}


@pytest.mark.parametrize(("text", "expected"), MEASURES.items())
def test_what_is_measured(text: str, expected: tuple[str, str]) -> None:
    rule = parse(text)

    assert isinstance(rule, Bands)
    assert (rule.measure, write(rule).partition(":")[0]) == expected
    assert parse(write(rule)) == rule


def test_words_of_delay_say_that_there_is_one() -> None:
    rule = parse("Đúng hạn: 1; Trễ dưới 5 ngày: 0,5; Trễ từ 5 ngày: 0")

    assert isinstance(rule, Bands)
    assert [band.interval for band in rule.bands] == [
        Interval(None, Fraction(0)),
        Interval(Fraction(0), Fraction(5), has_lower=False, has_upper=False),
        Interval(Fraction(5), None),
    ]


def test_common_lines_apply_to_all_or_stand_inside_one() -> None:
    rule = parse(
        "a là số việc; Lấy trường hợp có điểm cao nhất; Khi không có nhiệm vụ: không áp dụng; Điểm = a;"
        " Hoặc; Cộng các phần; Có: 1; Không: 0; Và; b là số vụ; Điểm = b × a"
    )

    assert isinstance(rule, Best)
    assert ([figure.name for figure in rule.figures], len(rule.declared)) == (["a"], 1)
    inner = rule.alternatives[1]
    assert isinstance(inner, Parts)
    assert [figure.name for figure in inner.parts[1].figures] == ["b"]
    assert parse(write(rule)) == rule


def test_definition_may_use_an_earlier_one() -> None:
    rule = parse("Điểm = Tỷ lệ × 2; a là số x; b là số y; hiệu = a - b; Trong đó: Tỷ lệ = hiệu / a")

    assert [definition.name for definition in rule.definitions] == ["hiệu", "tỷ lệ"]
    assert "Tỷ lệ = hiệu / a" in write(rule)


# ---- options and words


def test_options_are_the_steps_or_bands_with_plain_points() -> None:
    assert options("Kịp thời: 1,2; Không: -0,5", Decimal(2)) == (
        Option("Kịp thời", Decimal("1.2")),
        Option("Không", Decimal("-0.5")),
    )
    assert options("≥30%: điểm tối đa; 20-<30%: 0,75; <20%: 0; Khi không có nhiệm vụ: 0", Decimal("1.5")) == (
        Option("Từ 30% trở lên", Decimal("1.5")),
        Option("Từ 20% đến dưới 30%", Decimal("0.75")),
        Option("Dưới 20%", Decimal(0)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kịp thời",
        "Điểm = tỷ lệ",
        "Từ 80%: tỷ lệ × 2; Còn lại: 0",
        "Từ 80%: 1; Còn lại: không áp dụng",
        "Từ 80%: 1 / 3; Còn lại: 0",
        "Trừ 1 mỗi lần",
    ],
)
def test_options_are_none_for_other_rules_and_for_no_rule(text: str) -> None:
    assert options(text, Decimal(5)) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("Có: 1;\n\n  Không: 0 \n", "Có: 1; Không: 0"),
        ("Có: 1; Không: 0", "Có: 1; Không: 0"),
        ("theo hướng dẫn", "theo hướng dẫn"),
    ],
)
def test_in_words_is_one_line(text: str, words: str) -> None:
    assert in_words(text) == words


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0,25", Fraction(1, 4)),
        (" 0.25 ", Fraction(1, 4)),
        ("−1,5", Fraction(-3, 2)),
        ("92 %", Fraction(23, 25)),
        ("-12,5%", Fraction(-1, 8)),
        ("1/3", Fraction(1, 3)),
        ("-1 / 3", Fraction(-1, 3)),
        ("123456789,123456", Fraction(123456789123456, 10**6)),
    ],
)
def test_numbers_as_people_type_them(typed: str, value: Fraction) -> None:
    assert read_number(typed) == value


@pytest.mark.parametrize(
    "typed", ["", "a", "1.000", "1,2,3", "1/0", "1e5", "٣", "1234567890", "0,1234567", "--1", "%", "∞"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is all there is to say
        read_number(typed)


@calm
@given(st.fractions(-1000, 1000, max_denominator=1000))
def test_a_written_number_is_read_as_itself(value: Fraction) -> None:
    if "/" not in number(value) and "." not in str(value):
        assert len(number(value).partition(",")[2]) > 6 or read_number(number(value)) == value
    assert Fraction(number(value).replace(",", ".")) == value
    assert Fraction(percent(value).removesuffix("%").replace(",", ".")) == value * 100


@pytest.mark.parametrize("module", [notation, numbers, lines, conditions], ids=lambda module: module.__name__)
def test_examples_in_the_documentation_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


# ---- any rule, any text


def test_a_share_that_is_declared_keeps_its_name() -> None:
    text = (
        "Tỷ lệ đạt dưới 50%: không áp dụng\nTỷ lệ đạt từ 50%: điểm = 0,5 + tỷ lệ đạt\ntỷ lệ đạt là số xã đạt chuẩn (%)"
    )

    rule = parse(text)

    assert isinstance(rule, Bands)
    value = rule.bands[1].value
    assert rule.measure == "tỷ lệ đạt"
    assert isinstance(value, Operation)
    assert value.right == Name("tỷ lệ đạt")


@settings(calm, max_examples=150)
@given(rules())
def test_a_written_rule_is_read_as_itself(rule: Rule) -> None:
    text = write(rule)

    if len(text) <= lines.LONGEST and text.count("\n") < lines.MOST_LINES:
        assert parse(text) == rule
        assert write(parse(text)) == text
