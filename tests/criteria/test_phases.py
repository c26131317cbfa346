from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from criteria.phases import (
    VIETNAM,
    WEEKDAYS,
    PhaseClosed,
    Stand,
    Window,
    days_to_practice,
    in_words,
    remaining,
)

OPENS, CLOSES = datetime(2022, 11, 1, 1, tzinfo=UTC), datetime(2022, 11, 25, 10, tzinfo=UTC)
WINDOW = Window(OPENS, CLOSES)
TICK = timedelta(microseconds=1)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from([UTC, VIETNAM])
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("now", "stand"),
    [
        (OPENS - TICK, Stand.BEFORE),
        (OPENS, Stand.OPEN),
        (CLOSES - TICK, Stand.OPEN),
        (CLOSES, Stand.OVER),
        (CLOSES + TICK, Stand.OVER),
    ],
)
def test_stand_around_the_two_instants(now: datetime, stand: Stand) -> None:
    assert WINDOW.stand(now) is stand


def test_assert_open_is_silent_inside() -> None:
    WINDOW.assert_open(OPENS)
    WINDOW.assert_open(CLOSES - TICK)


@pytest.mark.parametrize(
    ("now", "stand", "instant"), [(OPENS - TICK, Stand.BEFORE, OPENS), (CLOSES, Stand.OVER, CLOSES)]
)
def test_assert_open_says_which_instant_decided(now: datetime, stand: Stand, instant: datetime) -> None:
    with pytest.raises(PhaseClosed) as refused:
        WINDOW.assert_open(now)

    assert (refused.value.stand, refused.value.instant) == (stand, instant)


@calm
@given(INSTANTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), st.timedeltas(), ZONES)
def test_stand_is_open_exactly_between_the_instants(
    opens: datetime, length: timedelta, offset: timedelta, zone: object
) -> None:
    try:
        now = (opens + offset).astimezone(zone)  # type: ignore[arg-type]
    except OverflowError:
        assume(False)
    window = Window(opens, opens + length)

    assert (window.stand(now) is Stand.OPEN) == (timedelta(0) <= offset < length)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2022, 12, 25, 0, 0, tzinfo=VIETNAM), "hết ngày thứ Bảy 24/12/2022"),
        (datetime(2022, 12, 24, 17, 0, tzinfo=UTC), "hết ngày thứ Bảy 24/12/2022"),
        (datetime(2022, 12, 25, 0, 0, 1, tzinfo=VIETNAM), "00:00 Chủ nhật 25/12/2022"),
        (datetime(2022, 11, 25, 10, 0, tzinfo=UTC), "17:00 thứ Sáu 25/11/2022"),
        (datetime(2023, 1, 1, 0, 0, tzinfo=VIETNAM), "hết ngày thứ Bảy 31/12/2022"),
    ],
)
def test_in_words_of_a_deadline(instant: datetime, words: str) -> None:
    assert in_words(instant) == words


@calm
@given(INSTANTS)
def test_in_words_names_the_weekday_of_the_date_it_shows(instant: datetime) -> None:
    words = in_words(instant)
    day = datetime.strptime(words[-10:], "%d/%m/%Y")

    assert words.endswith(f"{WEEKDAYS[day.weekday()]} {words[-10:]}")
    assert timedelta(0) <= instant.astimezone(VIETNAM).replace(tzinfo=None) - day <= timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=4, hours=4, minutes=30), (4, 4, 30)),
        (timedelta(seconds=59), (0, 0, 0)),
        (timedelta(minutes=1), (0, 0, 1)),
        (timedelta(days=-1), (0, 0, 0)),
    ],
)
def test_remaining_in_whole_days_hours_minutes(left: timedelta, words: tuple[int, int, int]) -> None:
    assert remaining(OPENS, OPENS + left) == words


@calm
@given(INSTANTS, st.timedeltas(timedelta(days=-800), timedelta(days=800)))
def test_remaining_adds_up(now: datetime, left: timedelta) -> None:
    days, hours, minutes = remaining(now, now + left)
    told = timedelta(days=days, hours=hours, minutes=minutes)

    assert timedelta(0) <= max(left, timedelta(0)) - told < timedelta(minutes=1)
    assert (hours < 24, minutes < 60) == (True, True)


@calm
@given(INSTANTS, st.timedeltas(timedelta(weeks=1), timedelta(days=200)), INSTANTS)
def test_days_to_practice_lands_in_the_first_week(first: datetime, length: timedelta, now: datetime) -> None:
    days = days_to_practice(first, first + length, now)

    assert days % 7 == 0
    assert first <= now - timedelta(days=days) < first + timedelta(weeks=1)


@calm
@given(INSTANTS, st.timedeltas(timedelta(microseconds=1), timedelta(weeks=1) - TICK), INSTANTS)
def test_days_to_practice_never_passes_the_last_instant(first: datetime, length: timedelta, now: datetime) -> None:
    days = days_to_practice(first, first + length, now)

    assert days % 7 == 0
    assert first - timedelta(weeks=1) <= now - timedelta(days=days) < first + length
