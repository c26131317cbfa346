"""What a pace leads to, at the edges."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.phases import VIETNAM
from criteria.phases.pace import DAYS, HORIZON, Forecast, Outlook, day_of, forecast, past

NOW = datetime(2022, 11, 10, 9, 0, tzinfo=VIETNAM)
CLOSES = datetime(2022, 11, 20, 0, 0, tzinfo=VIETNAM)
"""The plan says until the end of the 19th."""
INSTANT = timedelta(microseconds=1)


def at_pace(done: int, total: int, recent: int, closes_at: datetime | None = CLOSES) -> Forecast:
    return forecast(done, total, recent, now=NOW, closes_at=closes_at)


def test_seven_days_begin_at_midnight_in_viet_nam() -> None:
    found = past(datetime(2022, 11, 9, 17, 30, tzinfo=ZoneInfo("UTC")))

    assert (found.begins_at, found.days) == (datetime(2022, 11, 4, 0, 0, tzinfo=VIETNAM), DAYS)


@pytest.mark.parametrize(
    ("opens_at", "begins_on", "days"),
    [
        (datetime(2022, 11, 1, tzinfo=VIETNAM), date(2022, 11, 4), 7),
        (datetime(2022, 11, 4, 23, 0, tzinfo=VIETNAM), date(2022, 11, 4), 7),
        (datetime(2022, 11, 5, 8, 0, tzinfo=VIETNAM), date(2022, 11, 5), 6),
        (datetime(2022, 11, 10, 8, 0, tzinfo=VIETNAM), date(2022, 11, 10), 1),
        (NOW, date(2022, 11, 10), 1),
        (NOW + INSTANT, date(2022, 11, 4), 7),
    ],
)
def test_days_before_the_work_began_are_not_counted(opens_at: datetime, begins_on: date, days: int) -> None:
    found = past(NOW, opens_at)

    assert (found.begins_at.date(), found.days) == (begins_on, days)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (CLOSES, date(2022, 11, 19)),
        (CLOSES + INSTANT, date(2022, 11, 20)),
        (datetime(2022, 11, 19, 17, 0, tzinfo=ZoneInfo("UTC")), date(2022, 11, 19)),
    ],
)
def test_midnight_ends_the_day_before(instant: datetime, day: date) -> None:
    assert day_of(instant) == day


@pytest.mark.parametrize(
    ("figures", "outlook"),
    [
        ((0, 0, 0), Outlook.NOTHING),
        ((5, 5, 0), Outlook.DONE),
        ((6, 5, 1), Outlook.DONE),
        ((0, 5, 0), Outlook.NO_PACE),
        ((4, 5, 0), Outlook.NO_PACE),
        ((1, 1000, 1), Outlook.FAR),
        ((1, 10**12, 1), Outlook.FAR),
    ],
)
@pytest.mark.parametrize("closes_at", [None, CLOSES, NOW])
def test_without_an_end(figures: tuple[int, int, int], outlook: Outlook, closes_at: datetime | None) -> None:
    found = at_pace(*figures, closes_at)

    assert (found.outlook, found.finishes_at, found.finishes_on, found.late_days) == (outlook, None, None, 0)
    assert found.is_over is (closes_at == NOW)


def test_an_end_at_the_horizon_is_named_and_beyond_it_is_not() -> None:
    # One a day: the rest takes as many days as there are pieces.
    assert at_pace(0, HORIZON.days, DAYS, None).finishes_at == NOW + HORIZON
    assert at_pace(0, HORIZON.days + 1, DAYS, None).outlook is Outlook.FAR


def test_without_a_deadline_the_end_stands_alone() -> None:
    found = at_pace(0, 14, 7, None)

    assert (found.outlook, found.finishes_on, found.spare) == (Outlook.UNDATED, date(2022, 11, 24), 0)


def test_pace_just_enough_is_in_time() -> None:
    # 4 a day, and 28 pieces to go in 7 days.
    closes_at = NOW + timedelta(days=7)

    enough = forecast(10, 38, 28, now=NOW, closes_at=closes_at)
    short = forecast(9, 38, 28, now=NOW, closes_at=closes_at)

    assert (enough.outlook, enough.finishes_at, enough.spare) == (Outlook.IN_TIME, closes_at, 0)
    assert (short.outlook, short.finishes_at) == (Outlook.LATE, closes_at + timedelta(hours=6))


def test_an_instant_after_the_deadline_is_late_without_a_day() -> None:
    found = forecast(10, 38, 28, now=NOW, closes_at=NOW + timedelta(days=7) - INSTANT)

    assert (found.outlook, found.late_days, found.is_over) == (Outlook.LATE, 0, False)


def test_late_by_the_days_that_a_reader_counts() -> None:
    # One a day, 12 to go: the 22nd; the deadline is the end of the 19th.
    found = at_pace(0, 12, 7)

    assert (found.outlook, found.finishes_on, found.spare, found.late_days) == (Outlook.LATE, date(2022, 11, 22), -3, 3)


def test_in_time_with_days_to_spare() -> None:
    found = at_pace(0, 4, 7)

    assert (found.outlook, found.finishes_on, found.spare, found.late_days) == (
        Outlook.IN_TIME,
        date(2022, 11, 14),
        5,
        0,
    )


def test_after_the_deadline_what_is_left_is_late_whatever_the_pace() -> None:
    found = at_pace(99, 100, 700, NOW)

    assert (found.outlook, found.is_over, found.late_days) == (Outlook.LATE, True, 0)


def test_an_end_between_two_instants_is_the_later_one() -> None:
    # An eleventh of a day is no whole number of microseconds: the end is rounded up, never down.
    found = forecast(0, 1, 7 * 11, now=NOW, closes_at=None)

    assert found.finishes_at is not None
    exact = Fraction(86_400_000_000, 11)
    assert 0 <= (found.finishes_at - NOW) // INSTANT - exact < 1


def test_pace_is_exact() -> None:
    assert at_pace(3, 10, 3).per_day == Fraction(3, 7)
    assert forecast(3, 10, 3, now=NOW, days=3).per_day == 1


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 500), st.integers(1, DAYS), st.integers(0, 400))
def test_in_time_if_and_only_if_the_pace_covers_the_rest(
    done: int, more: int, recent: int, days: int, ahead: int
) -> None:
    found = forecast(done, done + more, recent, now=NOW, days=days, closes_at=NOW + timedelta(days=ahead))

    if found.outlook is not Outlook.FAR:
        assert (found.outlook is Outlook.IN_TIME) is (Fraction(recent, days) * ahead >= more)
        assert found.finishes_at is not None
        assert found.finishes_at > NOW
