"""The dates of a phase a year later, moved to working days, and what was moved in words. Plain Python."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from criteria.phases.readings import Reading, instant, last_day, plain, weekday
from criteria.phases.windows import VIETNAM
from criteria.phases.workdays import DAY, Days, year_later


@dataclass(frozen=True)
class Dated:
    """A phase's dates. ``named_day`` None: the closing instant alone is known."""

    opens_at: datetime
    closes_at: datetime
    reads: str
    named_day: date | None
    late_until: datetime | None


@dataclass(frozen=True)
class Later:
    """The dates of the next year, its plain wording, and what was moved because the offices are closed."""

    dates: Dated
    reading: str
    moved: str


def next_year(dates: Dated, days: Days) -> Later:
    """A year later: the first and the last day are working days, hours stay, and the phase keeps running forward."""
    opens_at, opening = _moved(dates.opens_at, days, "Mở")
    reads, hour = Reading(dates.reads), None
    if reads is Reading.BEFORE and dates.named_day:
        last = year_later(dates.named_day) - DAY
        named = days.on_or_after(last) + DAY
        closing = _said("Đóng", last, named - DAY)
    elif reads is Reading.INSTANT or dates.named_day is None:
        reads, (closes, closing) = Reading.INSTANT, _end_moved(dates.closes_at, days)
        local = closes.astimezone(VIETNAM)
        named, hour = local.date(), local.timetz().replace(tzinfo=None)
    else:
        last = year_later(dates.named_day)
        named = days.on_or_after(last)
        closing = _said("Đóng", last, named)
    closes_at = instant(reads, named, hour, days)
    opens_at = min(opens_at, closes_at - DAY)
    late = end_moved(dates.late_until, days) if dates.late_until else None
    late = late if late and late > closes_at else None
    made = Dated(opens_at, closes_at, reads.value, named, late)
    return Later(made, plain(reads, named, hour), "; ".join(filter(None, (opening, closing))))


def end_moved(end: datetime, days: Days) -> datetime:
    """A closing instant a year later, on a working day."""
    return _end_moved(end, days)[0]


def _moved(instant_: datetime, days: Days, word: str) -> tuple[datetime, str]:
    """The hour of the first working day on or after the same day of the next year."""
    local = instant_.astimezone(VIETNAM)
    wanted = year_later(local.date())
    found = days.on_or_after(wanted)
    return datetime.combine(found, local.timetz().replace(tzinfo=None), VIETNAM), _said(word, wanted, found)


def _end_moved(instant_: datetime, days: Days) -> tuple[datetime, str]:
    """As ``_moved``, for an end: midnight belongs to the day that it ends."""
    local = instant_.astimezone(VIETNAM)
    if local.timetz().replace(tzinfo=None) != time():
        return _moved(instant_, days, "Đóng")
    wanted = year_later(last_day(instant_))
    found = days.on_or_after(wanted)
    return datetime.combine(found, time(), VIETNAM) + timedelta(days=1), _said("Đóng", wanted, found)


def _said(word: str, wanted: date, found: date) -> str:
    if wanted == found:
        return ""
    return f"{word}: {weekday(wanted)} {wanted:%d/%m/%Y} là ngày nghỉ, chuyển sang {weekday(found)} {found:%d/%m/%Y}"
