"""When a piece of work will be done if it goes on as it went in the last days. Plain Python, exact."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from criteria.phases.windows import VIETNAM

DAYS = 7
"""How many calendar days in Viet Nam a pace is taken from, today among them."""
HORIZON = timedelta(days=366)
"""Beyond it a forecast says nothing but that it is far away."""
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


class Outlook(StrEnum):
    """What the pace leads to."""

    NOTHING = "nothing"
    DONE = "done"
    NO_PACE = "no_pace"
    FAR = "far"
    UNDATED = "undated"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True)
class Past:
    """The calendar days that a pace is taken from: the instant at which they begin, and how many they are."""

    begins_at: datetime
    days: int


@dataclass(frozen=True)
class Forecast:
    """``recent`` of ``done`` pieces were done in the last ``days``. ``finishes_at``: when all ``total`` will be.

    ``spare``: calendar days between the day of the end and that of the deadline, negative when it is late.
    ``is_over``: the deadline has passed already.
    """

    done: int
    total: int
    recent: int
    days: int
    outlook: Outlook
    finishes_at: datetime | None = None
    spare: int = 0
    is_over: bool = False

    @property
    def per_day(self) -> Fraction:
        return Fraction(self.recent, self.days)

    @property
    def finishes_on(self) -> date | None:
        return day_of(self.finishes_at) if self.finishes_at else None

    @property
    def late_days(self) -> int:
        return max(0, -self.spare)


def past(now: datetime, opens_at: datetime | None = None) -> Past:
    """The last seven calendar days, today counted whole; fewer where the work began later than that.

    >>> past(datetime(2022, 11, 10, 9, 0, tzinfo=VIETNAM)).begins_at.isoformat()
    '2022-11-04T00:00:00+07:00'
    >>> past(datetime(2022, 11, 10, 9, 0, tzinfo=VIETNAM), datetime(2022, 11, 8, 8, 0, tzinfo=VIETNAM)).days
    3
    """
    today = now.astimezone(VIETNAM).date()
    first = today - (DAYS - 1) * DAY
    if opens_at is not None and opens_at <= now:
        first = max(first, opens_at.astimezone(VIETNAM).date())
    return Past(datetime.combine(first, time.min, VIETNAM), (today - first).days + 1)


def day_of(instant: datetime) -> date:
    """The day in Viet Nam that an end falls on: midnight ends the day before."""
    return (instant.astimezone(VIETNAM) - INSTANT).date()


def forecast(
    done: int, total: int, recent: int, *, now: datetime, days: int = DAYS, closes_at: datetime | None = None
) -> Forecast:
    """When the rest is done at the pace of ``recent`` in ``days``, and whether that is before ``closes_at``.

    What ends at the very instant of the deadline is in time.
    """
    is_over = closes_at is not None and closes_at <= now
    if done >= total:
        outlook = Outlook.DONE if total else Outlook.NOTHING
        return Forecast(done, total, recent, days, outlook, is_over=is_over)
    if recent <= 0:
        return Forecast(done, total, recent, days, Outlook.NO_PACE, is_over=is_over)
    needed = Fraction((total - done) * days, recent)
    if needed > HORIZON.days:
        return Forecast(done, total, recent, days, Outlook.FAR, is_over=is_over)
    ends = now + -(-needed.numerator * (DAY // INSTANT) // needed.denominator) * INSTANT
    if closes_at is None:
        return Forecast(done, total, recent, days, Outlook.UNDATED, ends)
    outlook = Outlook.IN_TIME if ends <= closes_at else Outlook.LATE
    spare = (day_of(closes_at) - day_of(ends)).days
    return Forecast(done, total, recent, days, outlook, ends, spare, is_over)
