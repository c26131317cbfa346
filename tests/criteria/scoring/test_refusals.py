from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.notation import in_words, options, parse, write
from criteria.scoring.rules import BadRule, Rule
from tests.timing import stopwatch

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


REFUSED = {
    "": (1, "The rule is empty."),
    " \n ; - ;\n": (1, "not understood"),
    " ; . ;": (1, "The rule is empty."),
    "a" * 2001: (1, "longer than 2,000"),
    "Có: 1\n" * 41: (41, "more than 40 lines"),
    "Điểm = " + "+".join(["a"] * 30) + "; a là " + "b" * 1900: (1, "longer than 2,000"),
    "Có: 1\nKhông\x00: 0": (2, "do not print"),
    "a là số việc": (1, "says what points"),
    "Làm tốt": (1, "not understood"),
    "Có: 1; : 0": (2, "not understood"),
    "Có: 1": (1, "no choice"),
    "Có: 1; có: 0": (2, "“có” stands twice"),
    "Có: nhiều; Không: 0": (1, "“nhiều” is no number"),
    "Có: 1.000; Không: 0": (1, "two numbers"),
    "Có: 50%; Không: 0": (1, "“50%” is no number"),
    "Từ 80%: 2; Không: 0": (2, "“Không” is no condition in percent"),
    "Từ 80%: 2\nTừ 5 ngày: 0": (2, "“Từ 5 ngày” is no condition in percent"),
    "Từ 1.000 hồ sơ: 2; Còn lại: 0": (1, "two numbers"),
    "Từ 90% đến 80%: 2; Còn lại: 0": (1, "wrong way round"),
    "Từ 80% đến dưới 80%: 2; Còn lại: 0": (1, "wrong way round"),
    "Từ 80%: 2; ≥80%: 1": (2, "“≥80%” stands twice"),
    "Còn lại: 1; Từ 80%: 2": (2, "out of reach"),
    "Tỷ lệ giải ngân từ 80%: 2; Còn lại: 0": (1, "The measure “tỷ lệ giải ngân” is not declared"),
    "Từ 5: 2; Dưới 5: 0": (1, "not clear what these conditions measure"),
    "Từ 5: 2; Dưới 5: 0; a là số x; b là số y": (1, "not clear what"),
    "a từ 5: 2; b dưới 5: 0; a là số x; b là số y": (1, "not clear what"),
    "Từ 5: 2; Dưới 5: 0; a là x (%)": (1, "write the sign % after"),
    "Từ 80%: 50%; Còn lại: 0": (1, "“50%” of what?"),
    "Từ 80%: b × 2; Còn lại: 0": (1, "“b” is not declared"),
    "Từ 80%: tăng đều từ 0 đến 2; Còn lại: 0": (1, "two bounds"),
    "Còn lại: 0; Từ 80%: 1; Đạt 70%: tăng đều từ 0 đến 2": (2, "out of reach"),
    "Đạt 70%: tăng đều từ 0 đến 2": (1, "two bounds"),
    "Từ 70% đến 80%: tăng đều từ 2 đến 0": (1, "from fewer to more"),
    "Từ 70% đến 80%: giảm đều từ 2 đến 2": (1, "from fewer to more"),
    "Từ 70% đến 80%: giảm đều từ 2.000 đến 2": (1, "two numbers"),
    "Tỷ lệ (b/a) từ 80%: 1; Còn lại: 0": (1, "“tỷ lệ (b/a)” is no name"),
    "(b/a)*1": (1, "A formula begins with “Điểm =”"),
    "a + b": (1, "not understood"),
    "1 + b": (1, "A formula begins"),
    "Điểm = b": (1, "“b” is not declared; add a line “b là …”"),
    "Điểm = a ^ 2; a là số x": (1, "Powers"),
    "a là số x; Điểm = a / 0": (2, "divides by 0"),
    "Điểm = tỷ lệ; Điểm = 1": (2, "does not belong beside a formula"),
    "Điểm = tỷ lệ; Có: 1": (2, "does not belong beside a formula"),
    "Điểm = tỷ lệ; Bắt đầu từ 2": (2, "does not belong beside a formula"),
    "Điểm = tỷ lệ; Thấp nhất 2; Cao nhất 1": (3, "above the highest"),
    "Điểm = tỷ lệ; Thấp nhất 2; Thấp nhất 1": (3, "set twice"),
    "Thấp nhất 1.000; Điểm = tỷ lệ": (1, "two numbers"),
    "a là số x; a là số y; Điểm = a": (2, "“a” is declared twice"),
    "a là số x; a = 2; Điểm = a": (2, "“a” is declared twice"),
    "b = 1; b = 2; Điểm = b": (2, "“b” is declared twice"),
    "b = b + 1; Điểm = b": (1, "“b” is used before"),
    "Tỷ lệ = tỷ lệ + 1; Điểm = tỷ lệ": (1, "“tỷ lệ” is used before"),
    "b = c; c = b; Điểm = b": (1, "“c” is used before"),
    "b = 2; Có: 1; Không: 0": (1, "Nothing uses “b”"),
    "Khi a = 0: 0; Điểm = tỷ lệ": (1, "“a” is not declared"),
    "Khi trời mưa: 0; Điểm = tỷ lệ": (1, "The case “trời mưa” is not known"),
    "Khi không có phiếu: bỏ qua; Điểm = tỷ lệ": (1, "Write “Khi …"),
    "Khi không có phiếu; Điểm = tỷ lệ": (1, "Write “Khi …"),
    "Khi không có phiếu: 0; Khi không có phiếu: 1; Điểm = tỷ lệ": (2, "declared twice"),
    "Trừ 1 mỗi lần; Có: 1": (2, "does not belong beside “Trừ"),
    "Trừ 0 mỗi lần": (1, "must be above 0"),
    "Trừ -1 mỗi lần": (1, "must be above 0"),
    "Trừ 1 mỗi lần (quý)": (1, "plain words"),
    "Mỗi a là số việc: 1": (1, "plain words"),
    "Trừ 1 mỗi lần; Trừ 2 mỗi lần": (2, "“lần” stands twice"),
    "lần = 2; Trừ 1 mỗi lần": (2, "“lần” is computed"),
    "Khảo sát: hỏi dân": (1, "“hỏi dân” is not understood"),
    "Khảo sát: A = 100%, A = 0%": (1, "“a = 0%” is not understood"),
    "Khảo sát: A = 100%": (1, "no choice"),
    "Khảo sát: A = 120%, B = 0%": (1, "no weight between 0% and 100%"),
    "Khảo sát: A = 1.000%, B = 0%": (1, "no weight between"),
    "Khảo sát: tỷ lệ trả lời mức 6 trên 5 mức": (1, "Levels go from 1"),
    "Khảo sát: tỷ lệ trả lời mức 1, 2 trên 2 mức": (1, "Levels go from 1"),
    "Khảo sát: tỷ lệ trả lời mức 0 trên 5 mức": (1, "Levels go from 1"),
    "Khảo sát: tỷ lệ trả lời mức 4 trên 11 mức": (1, "Levels go from 1"),
    "Khảo sát: A = 100%, B = 0%\nCó: 1": (2, "does not belong beside “Khảo sát"),
    "Theo kết quả SIPAS: kết quả × 2\nCó: 1": (2, "does not belong beside “Theo kết quả"),
    "Có: 1\nTheo kết quả SIPAS: kết quả × 2": (1, "does not belong beside “Theo kết quả"),
    "Theo kết quả SIPAS: kết quả\nTheo kết quả PAPI: kết quả": (2, "does not belong beside “Theo kết quả"),
    "Chấm từ 2 đến 0": (1, "must be below"),
    "Lấy trường hợp có điểm cao nhất": (1, "parted by lines “Hoặc”"),
    "Cộng các phần; Có: 1; Không: 0; Và": (1, "parted by lines “Và”"),
    "Cộng các phần; Có: 1; Không: 0; Và; a là số x": (5, "says what points"),
    "Cộng các phần; Cộng các phần; Có: 1; Không: 0; Và; Điểm = tỷ lệ": (2, "not understood"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=lambda value: str(value)[:40])
def test_refusals_name_the_line_and_the_reason(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(BadRule) as refused:
        parse(text)

    assert refused.value.line == expected[0]
    assert expected[1] in str(refused.value)
    assert refused.value.reason % refused.value.fields == str(refused.value)


TOKENS = """Từ|trở lên|trở xuống|đến|dưới|trên|không quá|đạt|80%|90 %|5|0,5|1.000|ngày|hồ sơ|:|;|: 1|: 0|a|b|tỷ lệ|là|số
|=|Điểm =|điểm|điểm tối đa|+|-|×|x|/|(|)|nhỏ nhất(|Khi a = 0:|Khi|không áp dụng|Lấy trường hợp có điểm cao nhất|Hoặc|Và
|Cộng các phần|Trừ|Cộng|mỗi|lần|Thấp nhất 0|Bắt đầu từ 2|Khảo sát:|tỷ lệ trả lời mức 4, 5 trên 5 mức|A = 100%, B = 0%
|Theo kết quả|kết quả|Chấm từ 0 đến 2|Trễ|Đúng hạn|Còn lại|tăng đều từ 0 đến 1|Trong đó:|cao nhất|≥|<|%|Có|Không
|a là số việc|b là c (%)""".replace("\n", "").split("|")


def tried(text: str) -> tuple[BadRule | None, Rule | None]:
    try:
        return None, parse(text)
    except BadRule as refused:
        return refused, None


@settings(calm, max_examples=400)
@given(st.one_of(st.lists(st.sampled_from([*TOKENS, "\n"]), max_size=14).map(" ".join), st.text(max_size=60)))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    for said in (text, f"Có: 1\n{text}", f"Điểm = {text}", f"Từ {text}: 1"):
        assert "\n" not in in_words(said)
        refusal, rule = tried(said)
        if rule:
            assert parse(write(rule)) == rule
            assert write(parse(write(rule))) == write(rule)
        if refusal:
            assert refusal.reason % refusal.fields
            assert refusal.line >= 1
            assert options(said, Decimal(1)) == ()


HOSTILE = [
    "(" * 2000,
    "Điểm = " + "(" * 1900,
    "Điểm = " + "-" * 1900,
    "Điểm = " + "nhỏ nhất(" * 200,
    "Điểm = " + "a+" * 990,
    "Điểm = 9" + "9" * 1900,
    "a là " * 400,
    "1-" * 1000,
    "từ " * 600,
    "1 " * 1000,
    "a;" * 1000,
    ("Từ 1 a" + " b" * 20 + ": 1\n") * 40,
    ("x" + "9" * 40 + ": 1\n") * 40,
    "Khảo sát: " + "a = 1%," * 250,
    "Khảo sát: tỷ lệ trả lời mức " + "1 , " * 450,
    "mỗi " * 500,
    "- " * 1000,
    "Từ " + "1.1" * 600 + ": 1",
    "theo kết quả " + "a " * 900 + ": kết quả",
    "a" * 10_000_000,
    "\u0301" * 2000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:16])
def test_hostile_text_takes_no_time(text: str) -> None:
    with stopwatch() as taken:
        tried(text)

    assert taken() < 0.05
