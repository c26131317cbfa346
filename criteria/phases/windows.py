"""Which phase is open at an instant, and instants in words. Plain Python; nothing depends on a job having run."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

VIETNAM = timezone(timedelta(hours=7), "+07")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Stand(StrEnum):
    """Where an instant lies against a phase."""

    BEFORE = "before"
    OPEN = "open"
    OVER = "over"


class PhaseClosed(Exception):
    """The write came before its phase opened or at or after the instant it closed."""

    def __init__(self, stand: Stand, instant: datetime) -> None:
        super().__init__(f"{stand} {instant.isoformat()}")
        self.stand = stand
        self.instant = instant


@dataclass(frozen=True)
class Window:
    """A phase: from ``opens_at`` (included) to ``closes_at`` (not included)."""

    opens_at: datetime
    closes_at: datetime

    def stand(self, now: datetime) -> Stand:
        if now < self.opens_at:
            return Stand.BEFORE
        return Stand.OPEN if now < self.closes_at else Stand.OVER

    def assert_open(self, now: datetime) -> None:
        """Raise ``PhaseClosed`` unless ``now`` lies inside."""
        stand = self.stand(now)
        if stand is not Stand.OPEN:
            raise PhaseClosed(stand, self.opens_at if stand is Stand.BEFORE else self.closes_at)


def in_words(instant: datetime) -> str:
    """The instant in Vietnamese words, as officials read a deadline; midnight ends the day before.

    >>> from datetime import datetime
    >>> in_words(datetime(2022, 12, 25, 0, 0, tzinfo=VIETNAM))
    'hết ngày thứ Bảy 24/12/2022'
    >>> in_words(datetime(2022, 11, 25, 17, 0, tzinfo=VIETNAM))
    '17:00 thứ Sáu 25/11/2022'
    """
    local = instant.astimezone(VIETNAM)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        day = local - timedelta(days=1)
        return f"hết ngày {WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"


def remaining(now: datetime, until: datetime) -> tuple[int, int, int]:
    """Whole days, hours and minutes left; zeros when the instant has passed.

    >>> from datetime import datetime
    >>> remaining(datetime(2022, 11, 21, 12, 30), datetime(2022, 11, 25, 17, 0))
    (4, 4, 30)
    """
    minutes = max(0, int((until - now).total_seconds() // 60))
    return minutes // 1440, minutes % 1440 // 60, minutes % 60


def days_to_practice(first: datetime, last: datetime, now: datetime) -> int:
    """By how many days a calendar is moved so that ``now`` falls into the first week between ``first`` and ``last``.

    Whole weeks, so that every weekday stays what it was; where less than a week lies between the two and no whole week
    fits, ``now`` falls before ``first``. The demonstration calendar only.

    >>> from datetime import datetime
    >>> days_to_practice(datetime(2022, 11, 11), datetime(2022, 11, 18), datetime(2026, 11, 21))
    1470
    """
    week = timedelta(weeks=1)
    weeks = (now - first) // week
    return 7 * (weeks if now - weeks * week < last else weeks + 1)
