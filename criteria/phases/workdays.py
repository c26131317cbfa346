"""Working days: Monday to Friday without the days off, and the Saturdays or Sundays worked in exchange."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Days:
    """What is known beyond the weekend: ``off`` with the reason, ``worked`` in exchange."""

    off: dict[date, str]
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """
        >>> from datetime import date
        >>> Days({}).is_working(date(2022, 12, 24))
        False
        """
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def why_off(self, day: date) -> str:
        """The name of the day off; "" for a working day and for a plain weekend."""
        return "" if self.is_working(day) else self.off.get(day, "")

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day."""
        while not self.is_working(day):
            day += DAY
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie from ``first`` to ``last``, both included; 0 when ``last`` is earlier."""
        return sum(self.is_working(day) for day in _days(first, last))

    def knows(self, year: int) -> bool:
        """Whether any day off of the year is known: a year without one was never filled in."""
        return any(day.year == year for day in self.off)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY


def year_later(day: date) -> date:
    """The same day of the next year; 28 February for a 29th.

    >>> from datetime import date
    >>> year_later(date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
