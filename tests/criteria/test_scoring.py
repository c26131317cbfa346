from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring import BadRule, Option, in_words, options

POINTS = st.decimals(0, 20, places=2)
LABELS = st.text(st.characters(exclude_characters="|=\n\r", exclude_categories=("C", "Z")), min_size=1, max_size=30)

WORDS = {
    "": "",
    "theo hướng dẫn 12.5": "theo hướng dẫn 12.5",
    "lưu ý: xem mục 1.1": "lưu ý: xem mục 1.1",
    "sum of children": "tổng điểm các tiêu chí trực thuộc",
    "steps: kịp thời=1.2 | không kịp thời=0.6 | không ban hành=0": (
        "kịp thời: 1,2 điểm; không kịp thời: 0,6 điểm; không ban hành: 0 điểm"
    ),
    "steps: từ 3 hình thức=1 | 1-2 hình thức=0.5 | không=0": (
        "từ 3 hình thức: 1 điểm; 1-2 hình thức: 0,5 điểm; không: 0 điểm"
    ),
    "steps: theo biên bản": "theo biên bản",
    "tiers: >=30=1.5 | 20..<30=0.75 | <20=0": (
        "từ 30% trở lên: 1,5 điểm; từ 20% đến dưới 30%: 0,75 điểm; dưới 20%: 0 điểm"
    ),
    "tiers: >90=2 | 70..90=1 | <=69.5=0": ("trên 90%: 2 điểm; từ 70% đến 90%: 1 điểm; không quá 69,5%: 0 điểm"),
    "tiers: có kế hoạch=1": "có kế hoạch: 1 điểm",
    "linear: điểm = tỷ lệ x điểm tối đa khi tỷ lệ >= 80 | zero<80": (
        "từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; dưới 80%: 0 điểm"
    ),
    "linear: điểm = tỷ lệ hồ sơ đúng hạn x điểm tối đa khi >= 95 | zero<95": (
        "từ 95% trở lên: điểm = tỷ lệ hồ sơ đúng hạn × điểm tối đa; dưới 95%: 0 điểm"
    ),
    "linear: full>=100 | proportional 80..100 | zero<80": (
        "từ 100% trở lên: điểm tối đa; từ 80% đến 100%: điểm = tỷ lệ × điểm tối đa; dưới 80%: 0 điểm"
    ),
    "survey: tỷ lệ điểm bình quân phiếu x điểm tối đa": "điểm = tỷ lệ điểm bình quân phiếu × điểm tối đa",
    "formula: ((b/a)*1 + (c/a)*0.5) * 1.5 | a=0: không áp dụng": (
        "điểm = ((b/a) × 1 + (c/a) × 0,5) × 1,5; a = 0: không áp dụng"
    ),
    "formula: (đã nộp/phải nộp)*2 | không có kiến nghị: không áp dụng": (
        "điểm = (đã nộp/phải nộp) × 2; không có kiến nghị: không áp dụng"
    ),
    "penalty: bắt đầu 1 | -0.25 mỗi báo cáo trễ | -0.5 mỗi báo cáo thiếu | tối thiểu 0": (
        "bắt đầu từ 1 điểm; trừ 0,25 điểm mỗi báo cáo trễ; trừ 0,5 điểm mỗi báo cáo thiếu; thấp nhất 0 điểm"
    ),
    "per_event: -1 mỗi trường hợp vi phạm | tối thiểu 0": "trừ 1 điểm mỗi trường hợp vi phạm; thấp nhất 0 điểm",
    "per_event: theo thực tế": "theo thực tế",
}
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("rule", "words"), WORDS.items())
def test_in_words_reads_every_notation(rule: str, words: str) -> None:
    assert in_words(rule) == words


def test_options_of_steps_keep_their_order() -> None:
    assert options("steps: kịp thời=1.2 | không kịp thời=0.6 | không=0", Decimal("1.2")) == (
        Option("kịp thời", Decimal("1.2")),
        Option("không kịp thời", Decimal("0.6")),
        Option("không", Decimal(0)),
    )


def test_options_of_tiers_read_as_words() -> None:
    assert options("tiers: >=30=1.5 | 20..<30=0.75 | <20=0", Decimal("1.5")) == (
        Option("từ 30% trở lên", Decimal("1.5")),
        Option("từ 20% đến dưới 30%", Decimal("0.75")),
        Option("dưới 20%", Decimal(0)),
    )


@pytest.mark.parametrize("rule", ["", "linear: tỷ lệ | zero<80", "sum of children", "per_event: -1 mỗi lần"])
def test_options_are_none_for_a_rule_of_another_kind(rule: str) -> None:
    assert options(rule, Decimal(5)) == ()


@pytest.mark.parametrize(
    "part", ["đạt", "đạt=", "=1", "  =1", "đạt=nhiều", "đạt=-1", "đạt=2.01", "đạt=NaN", "đạt=Infinity", "", "1"]
)
@pytest.mark.parametrize("keyword", ["steps", "tiers"])
def test_options_refuse_a_bad_step(keyword: str, part: str) -> None:
    with pytest.raises(BadRule):
        options(f"{keyword}: tốt=2 | {part}", Decimal(2))


@calm
@given(st.lists(st.tuples(LABELS, POINTS), min_size=1, max_size=6))
def test_options_are_exactly_what_was_written(steps: list[tuple[str, Decimal]]) -> None:
    rule = "steps: " + " | ".join(f"{label}={points}" for label, points in steps)

    assert options(rule, Decimal(20)) == tuple(Option(label, points) for label, points in steps)
    assert in_words(rule).count(" điểm") >= len(steps)


@calm
@given(st.text(max_size=80))
def test_in_words_takes_any_text(text: str) -> None:
    for keyword in ("", "steps:", "tiers:", "linear:", "formula:", "penalty:", "per_event:", "survey:"):
        assert isinstance(in_words(keyword + text), str)


@calm
@given(st.text(max_size=60), POINTS)
def test_options_lie_within_the_maximum_or_are_refused(text: str, maximum: Decimal) -> None:
    try:
        offered = options("steps:" + text, maximum)
    except BadRule:
        return
    assert all(0 <= option.points <= maximum and option.label for option in offered)
