"""Properties of bands: every value in one band, no more for less, even between two bounds."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.scoring.evaluation import (
    Undefined,
    evaluate,
)
from criteria.scoring.rules import (
    BadRule,
    Band,
    Bands,
    Case,
    Even,
    Interval,
    Number,
)

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
