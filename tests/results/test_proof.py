"""Index, ranks and bands put together over random groups; the digest."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.index import Answer, Line
from results.proof import Entry, Incalculable, digest, plain, settings_from, standings

# How long an example takes says something of the machine, not of the arithmetic.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FROZEN: dict[str, Any] = {
    "published_places": 2,
    "rank_on": "exact",
    "band_on": "exact",
    "tie_rule": "competition",
    "not_applicable": "reduce",
    "unscored": "zero",
    "missing_survey": "withhold",
    "bands": [{"name": "A", "lower": "80"}, {"name": "B", "lower": "50"}],
}


def entry(key: int, points: str | None, group: str = "g", maximum: str = "100") -> Entry:
    answer = Answer.NO_SURVEY if points is None else Answer.POINTS
    return Entry(key, group, (Line("1", "1", Decimal(maximum), None if points is None else Decimal(points), answer),))


def found(entries: list[Entry], **changed: object) -> dict[int, tuple[Decimal | None, int | None, str]]:
    result = standings(entries, settings_from({**FROZEN, **changed}))
    return {key: (each.index, each.rank, each.band) for key, each in result.items()}


def test_rank_on_exact_or_published_values() -> None:
    entries = [entry(1, "79.9951"), entry(2, "79.9952"), entry(3, "79")]

    assert {key: each[1] for key, each in found(entries).items()} == {1: 2, 2: 1, 3: 3}
    assert {key: each[1] for key, each in found(entries, rank_on="published").items()} == {1: 1, 2: 1, 3: 3}
    dense = found(entries, rank_on="published", tie_rule="dense")
    assert {key: each[1] for key, each in dense.items()} == {1: 1, 2: 1, 3: 2}


def test_band_on_exact_or_published_values() -> None:
    entries = [entry(1, "79.995")]

    assert found(entries) == {1: (Decimal("80.00"), 1, "B")}
    assert found(entries, band_on="published") == {1: (Decimal("80.00"), 1, "A")}


def test_a_withheld_unit_takes_no_rank() -> None:
    entries = [entry(1, None), entry(2, "10"), entry(3, "20")]

    assert found(entries) == {1: (None, None, ""), 2: (Decimal("10.00"), 2, ""), 3: (Decimal("20.00"), 1, "")}


def test_groups_are_ranked_apart() -> None:
    entries = [entry(1, "10", "one"), entry(2, "20", "one"), entry(3, "5", "two")]

    assert {key: each[1] for key, each in found(entries).items()} == {1: 2, 2: 1, 3: 1}


def test_points_over_the_maximum_name_the_unit() -> None:
    with pytest.raises(Incalculable, match=r"^1: 101 is not between 0 and 100$") as problem:
        found([entry(1, "1"), entry(7, "101")])

    assert problem.value.key == 7


@CALM
@given(st.lists(st.tuples(st.integers(0, 600_000), st.sampled_from("ab")), max_size=15), st.booleans())
def test_standings_equal_the_oracle_on_scale_sixty(units: list[tuple[int, str]], dense: bool) -> None:
    entries = [
        Entry(key, group, (Line("1", "1", Decimal(60), Decimal(points).scaleb(-4)),))
        for key, (points, group) in enumerate(units)
    ]

    result = found(entries, tie_rule="dense" if dense else "competition")

    for key, (points, group) in enumerate(units):
        better = [other for other, its in units if its == group and other > points]
        rank = 1 + (len(set(better)) if dense else len(better))
        share = Fraction(points, 6000)
        band = "A" if share >= 80 else "B" if share >= 50 else ""
        rounded = Decimal((2 * points * 100 + 6000) // 12000).scaleb(-2)
        assert result[key] == (rounded, rank, band)


def test_digest_is_the_same_for_other_order_zeros_and_time_zone() -> None:
    at = datetime(2022, 12, 1, 3, 4, 5, 6, tzinfo=UTC)
    east = at.astimezone(timezone(timedelta(hours=7)))

    one = digest({"a": 1, "b": 2}, [("x", Decimal("2.50"), at), ("y", Decimal(100), None)], [])
    two = digest({"b": 2, "a": 1}, [("y", Decimal("100.0"), None), ("x", Decimal("2.5"), east)], [])

    assert one == two


@pytest.mark.parametrize(
    ("frozen", "lines", "results"),
    [
        ({"a": 2}, [("x", Decimal(1))], [("u", 1)]),
        ({"a": 1}, [("x", Decimal("1.0001"))], [("u", 1)]),
        ({"a": 1}, [("x", None)], [("u", 1)]),
        ({"a": 1}, [("x", Decimal(1))], [("u", 2)]),
        ({"a": 1}, [("x", Decimal(1)), ("u", 1)], []),
    ],
)
def test_digest_differs_for_any_change(frozen: Any, lines: Any, results: Any) -> None:
    assert digest(frozen, lines, results) != digest({"a": 1}, [("x", Decimal(1))], [("u", 1)])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.0000"), "0"),
        (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.0500"), "0.05"),
        (True, True),
        ("Sở", "Sở"),
    ],
)
def test_plain_values(value: object, expected: object) -> None:
    assert plain(value) == expected
