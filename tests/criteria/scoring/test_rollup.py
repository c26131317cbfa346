"""Facets of one leaf."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.scoring.rollup import HOW, Part, roll_up

SHARES = st.lists(st.fractions(0, 1, max_denominator=12), min_size=1, max_size=5)


def parts(shares: list[Fraction], maximum: int = 2) -> list[Part]:
    return [Part(each * maximum, Decimal(maximum)) for each in shares]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", Fraction(11, 6)), ("mean", Fraction(11, 18)), ("lowest", Fraction(1, 2)), ("highest", Fraction(2, 3))],
)
def test_facets_roll_up_as_declared(how: str, expected: Fraction) -> None:
    facets = [Part(Fraction(1, 2), Decimal(1)), Part(Fraction(2, 3), Decimal(1)), Part(Fraction(2, 3), Decimal(1))]

    assert roll_up(how, facets) == expected


def test_facets_of_a_sum_have_maxima_of_their_own() -> None:
    assert roll_up("sum", [Part(Fraction(1, 3), Decimal("0.5")), Part(Fraction(1), Decimal("1.5"))]) == Fraction(4, 3)


@given(SHARES, st.sampled_from(HOW))
def test_a_facet_that_does_not_apply_is_no_zero(shares: list[Fraction], how: str) -> None:
    """The others count for the leaf: its share is what it would be without that facet."""
    every, fewer = [*parts(shares), Part(None, Decimal(2))], parts(shares)

    full = Fraction(2 * len(every), 2 * len(fewer)) if how == "sum" else 1

    assert roll_up(how, every) == (roll_up(how, fewer) or Fraction(0)) * full


@given(SHARES)
def test_the_ways_stand_in_their_order(shares: list[Fraction]) -> None:
    lowest, mean, highest = (roll_up(how, parts(shares)) or Fraction(0) for how in ("lowest", "mean", "highest"))

    assert lowest <= mean <= highest
    assert mean * len(shares) == roll_up("sum", parts(shares))


@pytest.mark.parametrize("how", HOW)
def test_nothing_applies(how: str) -> None:
    assert roll_up(how, [Part(None, Decimal(1)), Part(None, Decimal(1))]) is None


@pytest.mark.parametrize(
    ("how", "facets"),
    [
        ("median", [Part(Fraction(1), Decimal(1))]),
        ("sum", []),
        ("sum", [Part(Fraction(0), Decimal(0))]),
        ("mean", [Part(Fraction(1), Decimal(1)), Part(Fraction(1), Decimal(2))]),
    ],
)
def test_what_cannot_be_rolled_up_is_refused(how: str, facets: list[Part]) -> None:
    with pytest.raises(ValueError, match=how):
        roll_up(how, facets)
