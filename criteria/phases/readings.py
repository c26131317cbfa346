"""How the words of a plan become one instant, and which words stand beside it.

“Trước ngày D” is until day D begins, “đến hết ngày D” until day D ends; where the plan says that a day off moves the
deadline, until the next working day ends; an hour is what it says. All in Vietnam's time, which has no summer time.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from criteria.phases.windows import VIETNAM, WEEKDAYS, in_words
from criteria.phases.workdays import DAY, Days

NO_HOUR = "“đọc theo giờ” cần có giờ"


class Reading(StrEnum):
    """The words of ``criteria.models.DeadlineReading``."""

    BEFORE = "before"
    THROUGH = "through"
    MOVED = "moved"
    INSTANT = "instant"


@dataclass(frozen=True)
class Wording:
    """What a plan's words say: the reading, the day they name, the hour where they name one (24:00 ends the day)."""

    reads: Reading
    day: date
    hour: time | None = None


def instant(reads: Reading, day: date, hour: time | None, days: Days) -> datetime:
    """The instant at which the phase closes. Raises ``ValueError`` for a reading by the hour without an hour.

    >>> from datetime import date
    >>> instant(Reading.BEFORE, date(2022, 12, 25), None, Days({})).isoformat()
    '2022-12-25T00:00:00+07:00'
    >>> instant(Reading.MOVED, date(2022, 12, 24), None, Days({})).isoformat()
    '2022-12-27T00:00:00+07:00'
    """
    if reads == Reading.INSTANT:
        if hour is None:
            raise ValueError(NO_HOUR)
        return datetime.combine(day, hour, VIETNAM)
    if reads == Reading.BEFORE:
        return _midnight(day)
    return _midnight((days.on_or_after(day) if reads == Reading.MOVED else day) + DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def last_day(closes_at: datetime) -> date:
    """The day on which the phase is open for the last time."""
    return (closes_at.astimezone(VIETNAM) - timedelta(microseconds=1)).date()


def words(reads: str, day: date | None, closes_at: datetime) -> str:
    """The instant as it is shown beside a countdown, with the rule by which the plan was read.

    >>> from datetime import date, datetime
    >>> words("before", date(2022, 12, 25), datetime(2022, 12, 25, 0, 0, tzinfo=VIETNAM))
    'hết ngày thứ Bảy 24/12/2022 (đọc “trước ngày 25/12/2022”)'
    """
    until = in_words(closes_at)
    if day is None or reads == Reading.INSTANT:
        return until
    if reads == Reading.BEFORE:
        return f"{until} (đọc “trước ngày {day:%d/%m/%Y}”)"
    if reads == Reading.MOVED and last_day(closes_at) != day:
        moved = f"{weekday(day)} là ngày nghỉ, chuyển sang ngày làm việc kế tiếp"
        return f"{until} (đọc “đến hết ngày {day:%d/%m/%Y}”: {moved})"
    return f"{until} (đọc “đến hết ngày {day:%d/%m/%Y}”)"


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def plain(reads: str, day: date, hour: time | None) -> str:
    """The wording that a plan would use, for a phase whose own words are not known yet."""
    if reads == Reading.BEFORE:
        return f"trước ngày {day:%d/%m/%Y}"
    if reads == Reading.INSTANT and hour is not None:
        return f"đến {hour:%H:%M} ngày {day:%d/%m/%Y}"
    return f"đến hết ngày {day:%d/%m/%Y}"


# ---- the plan's own words

DATE = r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"
LONG = r"(?P<lday>\d{1,2})\s+tháng\s+(?P<lmonth>\d{1,2})\s+năm\s+(?P<lyear>\d{4})"
HOUR = r"(?P<hour>\d{1,2})\s*(?::|giờ|h|g)\s*(?P<minute>\d{2})?(?:\s*phút)?"
DAY_WORDS = re.compile(
    rf"(?P<verb>trước|đến hết|hết|đến|chậm nhất là|chậm nhất|muộn nhất)?\s*"
    rf"(?:{HOUR}\s*(?:,\s*)?)?"
    rf"(?:(?:thứ \w+|chủ nhật)\s*,?\s*)?(?:ngày\s*)?(?:{DATE}|{LONG})",
    re.IGNORECASE,
)
MONTH_WORDS = re.compile(
    r"(?P<verb>trước|trong|đến hết|hết)?\s*tháng\s+(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})", re.IGNORECASE
)


def read(text: str) -> Wording | None:
    """The last deadline that the words name, as they are usually read; None where they name none.

    >>> read("hoàn thành trước ngày **25/12/2022**")
    Wording(reads=<Reading.BEFORE: 'before'>, day=datetime.date(2022, 12, 25), hour=None)
    """
    plain_text = " ".join(text.replace("*", " ").split())
    found = [wording for match in DAY_WORDS.finditer(plain_text) if (wording := _of_day(match))]
    if found:
        return found[-1]
    months = [wording for match in MONTH_WORDS.finditer(plain_text) if (wording := _of_month(match))]
    return months[-1] if months else None


def _of_day(match: re.Match[str]) -> Wording | None:
    parts = match["day"] or match["lday"], match["month"] or match["lmonth"], match["year"] or match["lyear"]
    day = _date(*(int(part) for part in parts))
    if day is None or not match["verb"]:
        return None
    if match["hour"]:
        return _by_the_hour(day, int(match["hour"]), int(match["minute"] or 0))
    return Wording(Reading.BEFORE if match["verb"].lower() == "trước" else Reading.THROUGH, day)


def _by_the_hour(day: date, hour: int, minute: int) -> Wording | None:
    if (hour, minute) == (24, 0):
        return Wording(Reading.INSTANT, day + DAY, time())
    return Wording(Reading.INSTANT, day, time(hour, minute)) if hour < 24 and minute < 60 else None


def _of_month(match: re.Match[str]) -> Wording | None:
    """“Trước tháng M”: before its first day; “trong tháng M”: until its last day ends."""
    first = _date(1, int(match["month"]), int(match["year"]))
    if first is None:
        return None
    if (match["verb"] or "").lower() == "trước":
        return Wording(Reading.BEFORE, first)
    return Wording(Reading.THROUGH, first.replace(day=monthrange(first.year, first.month)[1]))


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
