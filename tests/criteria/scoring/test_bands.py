from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.bands import ANY, SHARE, WHOLE, Domain, domain, gaps, is_monotone, overlaps
from criteria.scoring.notation import parse
from criteria.scoring.rules import RATE, Band, Bands, Interval, Number, Parts

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Bands:
    rule = parse(text)
    assert isinstance(rule, Bands)
    return rule


DOMAINS = {
    "Từ 80%: 1; Dưới 80%: 0": SHARE,
    "Đúng hạn: 1; Trễ từ 1 ngày: 0": WHOLE,
    "Từ 5 ngày: 0; Dưới 5 ngày: 1; a là thời gian": WHOLE,
    "Từ 5: 1; Dưới 5: 0; a là số việc": WHOLE,
    "Từ 5: 1; Dưới 5: 0; a là số tiền": ANY,
    "Từ 5 hồ sơ: 1; Dưới 5 hồ sơ: 0": WHOLE,
    "Từ 0,8: 1; Dưới 0,8: 0; a là số việc; b là số xong; hoàn thành = b / a": ANY,
}


@pytest.mark.parametrize(("text", "expected"), DOMAINS.items())
def test_domains(text: str, expected: Domain) -> None:
    assert domain(read(text)) == expected


GAPS = {
    "Từ 80%: 1; Dưới 80%: 0": [],
    "Trên 90%: 2; Từ 70% đến 90%: 1; Dưới 70%: 0": [],
    "80-100%: 1; <80%: 0": [],
    "Trên 80%: 1; Dưới 80%: 0": [Interval(Fraction(4, 5), Fraction(4, 5))],
    "Từ 90%: 2; Từ 70% đến dưới 80%: 1": [
        Interval(Fraction(0), Fraction(7, 10), has_upper=False),
        Interval(Fraction(4, 5), Fraction(9, 10), has_upper=False),
    ],
    "Từ 0% đến 90%: 1": [Interval(Fraction(9, 10), Fraction(1), has_lower=False)],
    "Từ 90%: 2; Còn lại: 0": [],
    "Đúng hạn: 2; Trễ từ 1 đến 5 ngày: 1; Trễ trên 5 ngày: 0": [],
    "Đúng hạn: 2; Trễ từ 1 đến 5 ngày: 1; Trễ từ 6 ngày: 0": [],
    "Đúng hạn: 2; Trễ từ 2 đến 5 ngày: 1": [
        Interval(Fraction(0), Fraction(2), has_lower=False, has_upper=False),
        Interval(Fraction(5), None, has_lower=False),
    ],
    "Từ 2 việc: 2; 1 việc: 1; 0 việc: 0": [],
    "Từ 5: 1; Từ 2 đến 4: 0; a là số tiền": [
        Interval(Fraction(0), Fraction(2), has_upper=False),
        Interval(Fraction(4), Fraction(5), has_lower=False, has_upper=False),
    ],
}


@pytest.mark.parametrize(("text", "expected"), GAPS.items())
def test_gaps(text: str, expected: list[Interval]) -> None:
    assert list(gaps(read(text))) == expected


def test_lines_around_the_bands_declare_the_measure() -> None:
    rule = parse("Cộng các phần; a là số việc; Từ 5: 1; Dưới 5: 0; Và; Từ 3: 1; Từ 0 đến 2: 0")
    assert isinstance(rule, Parts)
    inner = rule.parts[1]
    assert isinstance(inner, Bands)

    assert (domain(inner), domain(inner, [rule])) == (ANY, WHOLE)
    assert (len(gaps(inner)), len(gaps(inner, [rule]))) == (1, 0)
    assert overlaps(inner, [rule]) == ()


OVERLAPS = {
    "Từ 80%: 1; Dưới 80%: 0": [],
    "Từ 80%: 2; Từ 70% đến 80%: 1; Dưới 70%: 0": [Interval(Fraction(4, 5), Fraction(4, 5))],
    "Từ 80%: 2; Từ 60%: 1": [Interval(Fraction(4, 5), None)],
    "Không quá 80%: 2; Dưới 60%: 1; Còn lại: 0": [Interval(None, Fraction(3, 5), has_upper=False)],
    "Đúng hạn: 2; Trễ dưới 5 ngày: 1; Trễ từ 5 ngày: 0": [],
    "Đúng hạn: 2; Trễ không quá 5 ngày: 1; Trễ trên 4 ngày: 0": [
        Interval(Fraction(4), Fraction(5), has_lower=False, has_upper=True)
    ],
    "Dưới 5 việc: 0; Trên 4 việc: 1": [],
    "Dưới 5: 0; Trên 4: 1; a là số tiền": [Interval(Fraction(4), Fraction(5), has_lower=False, has_upper=False)],
}


@pytest.mark.parametrize(("text", "expected"), OVERLAPS.items())
def test_overlaps(text: str, expected: list[Interval]) -> None:
    assert [common for _, _, common in overlaps(read(text))] == expected


MONOTONE = {
    "Từ 80%: 2; Từ 70% đến dưới 80%: 1; Dưới 70%: 0": True,
    "Từ 80%: 0; Từ 70% đến dưới 80%: 1; Dưới 70%: 2": True,
    "Từ 80%: 2; Từ 70% đến dưới 80%: 0; Dưới 70%: 1": False,
    "Từ 80%: điểm = tỷ lệ × điểm tối đa; Dưới 80%: 0": True,
    "Từ 80%: điểm = -tỷ lệ × điểm tối đa; Dưới 80%: 0": True,
    "Từ 80%: điểm = (1 - tỷ lệ) / 2 + tỷ lệ × 2; Dưới 80%: 1,8": False,
    "Từ 80%: điểm = tỷ lệ × tỷ lệ; Dưới 80%: 0": None,
    "Từ 80%: điểm = 1 / tỷ lệ; Dưới 80%: 0": None,
    "Từ 80%: điểm = nhỏ nhất(tỷ lệ; 1); Dưới 80%: 0": None,
    "Từ 80%: điểm = a + 1; Dưới 80%: 0; a là số việc": None,
    "Từ 50% đến 80%: tăng đều từ 0 đến 2; Trên 80%: điểm tối đa; Dưới 50%: 0; Còn lại: 1": True,
    "Từ 80%: 1; Dưới 80%: không áp dụng": True,
    "Từ 2 việc: điểm = số việc × 2; Dưới 2 việc: 0": True,
    "Trên 100%: điểm = tỷ lệ × 2; Không quá 100%: 0": True,
}


@pytest.mark.parametrize(("text", "expected"), MONOTONE.items())
def test_whether_points_go_one_way(text: str, expected: bool | None) -> None:
    assert is_monotone(read(text), Fraction(2)) is expected


ends = st.one_of(st.none(), st.integers(0, 20).map(lambda whole: Fraction(whole, 2)))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lower, upper = draw(ends), draw(ends)
    if lower is not None and upper is not None and lower >= upper:
        return Interval(upper, lower) if lower != upper else Interval(lower, upper)
    return Interval(lower, upper, draw(st.booleans()), draw(st.booleans()))


@settings(calm, max_examples=300)
@given(st.lists(intervals(), min_size=1, max_size=5), st.sampled_from([("a", "ngày"), (RATE, "")]))
def test_every_value_is_in_a_band_or_in_a_gap_and_in_two_only_where_bands_overlap(
    spans: list[Interval], measured: tuple[str, str]
) -> None:
    rule = Bands(*measured, tuple(Band(span, Number(Fraction(0))) for span in spans))
    whole = domain(rule)
    missing, double = gaps(rule), [common for _, _, common in overlaps(rule)]

    for quarter in range(0, 50):
        at = Fraction(quarter, 4)
        if whole.is_whole and at.denominator != 1:
            continue
        holding = sum(at in span for span in spans)
        assert any(at in gap for gap in missing) == (holding == 0)
        assert any(at in common for common in double) == (holding > 1)
