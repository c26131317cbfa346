"""Ranks and bands against slow definitions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.index import published
from results.ranking import band, ranks

# How long an example takes says something of the machine, not of the arithmetic.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.dictionaries(st.text(max_size=3), st.fractions(0, 100, max_denominator=12), max_size=12)
BANDS = [("Tốt", Decimal(80)), ("Khá", Decimal(65)), ("Yếu", Decimal(0))]


@CALM
@given(VALUES)
def test_competition_rank_is_one_more_than_the_number_of_better_units(values: dict[str, Fraction]) -> None:
    assert ranks(values) == {key: 1 + sum(other > value for other in values.values()) for key, value in values.items()}


@CALM
@given(VALUES)
def test_dense_rank_is_one_more_than_the_number_of_better_values(values: dict[str, Fraction]) -> None:
    assert ranks(values, dense=True) == {
        key: 1 + len({other for other in values.values() if other > value}) for key, value in values.items()
    }


@CALM
@given(VALUES)
def test_rank_does_not_depend_on_the_order_of_units(values: dict[str, Fraction]) -> None:
    assert ranks(dict(reversed(values.items()))) == ranks(values)


def test_exact_values_separate_what_published_ones_tie() -> None:
    exact = {"a": Fraction("88.4449"), "b": Fraction("88.4441"), "c": Fraction("88.4351")}
    shown = {key: Fraction(published(value)) for key, value in exact.items()}

    assert ranks(exact) == {"a": 1, "b": 2, "c": 3}
    assert ranks(shown) == {"a": 1, "b": 1, "c": 1}


def test_a_tie_leaves_a_gap_unless_dense() -> None:
    values = {"a": Fraction(90), "b": Fraction(90), "c": Fraction(89), "d": Fraction(90)}

    assert ranks(values) == {"a": 1, "b": 1, "c": 4, "d": 1}
    assert ranks(values, dense=True) == {"a": 1, "b": 1, "c": 2, "d": 1}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("100", "Tốt"), ("80", "Tốt"), ("79.9999", "Khá"), ("65", "Khá"), ("64.99", "Yếu"), ("0", "Yếu")],
)
def test_band_includes_its_lower_limit(value: str, expected: str) -> None:
    assert band(Fraction(value), BANDS) == expected
    assert band(Fraction(value), reversed(BANDS)) == expected


def test_band_on_published_value_differs_from_exact() -> None:
    exact = Fraction("79.996")

    assert (band(exact, BANDS), band(Fraction(published(exact)), BANDS)) == ("Khá", "Tốt")


def test_band_is_empty_below_all() -> None:
    assert band(Fraction(79), BANDS[:1]) == ""
