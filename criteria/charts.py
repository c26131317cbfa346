"""Where the pieces of the calendar's picture stand. Plain Python; a template draws them, with a table behind.

All figures are units of the picture, ``WIDTH`` across.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

WIDTH = 1000
LEFT, RIGHT = 180, 990
TOP, LINE, GAP = 34, 20, 10


@dataclass(frozen=True)
class Span:
    """A dated step of one lane."""

    lane: str
    word: str
    kind: str
    opens_at: datetime
    closes_at: datetime
    until: datetime | None = None

    @property
    def last(self) -> datetime:
        """``until``, where more follows on ``closes_at``: an extension, or a time in which late dossiers are taken."""
        return max(self.closes_at, self.until or self.closes_at)


@dataclass(frozen=True)
class Bar:
    kind: str
    word: str
    x: float
    y: float
    width: float
    more: float = 0

    @property
    def more_x(self) -> float:
        """Where what follows on the bar begins; ``more`` is its width."""
        return round(self.x + self.width, 1)

    @property
    def text_y(self) -> float:
        """The base line of the word, which stands in a column before all bars."""
        return self.y + 11


@dataclass(frozen=True)
class Lane:
    """A row with the lane's name, and a row for each of its bars."""

    name: str
    y: float
    bars: list[Bar]

    @property
    def height(self) -> float:
        return (len(self.bars) + 1) * LINE + GAP / 2

    @property
    def text_y(self) -> float:
        return self.y + 15


@dataclass(frozen=True)
class Tick:
    x: float
    word: str


@dataclass(frozen=True)
class Timeline:
    """``today`` is where now lies, or None outside of the calendar."""

    height: float
    lanes: list[Lane]
    ticks: list[Tick]
    today: float | None
    width: int = WIDTH
    word_x: int = LEFT - 8


def timeline(spans: Iterable[Span], now: datetime, zone: tzinfo) -> Timeline | None:
    """The picture of the calendar, lanes and bars as given, months of ``zone``; None for an empty calendar."""
    known = list(spans)
    if not known:
        return None
    first, last = min(span.opens_at for span in known), max(span.last for span in known)
    lanes, y = [], float(TOP)
    for name in dict.fromkeys(span.lane for span in known):
        own = [span for span in known if span.lane == name]
        lanes.append(Lane(name, y, [_bar(span, y + row * LINE, first, last) for row, span in enumerate(own, start=1)]))
        y += lanes[-1].height + GAP
    today = _x(now, first, last) if first <= now <= last else None
    return Timeline(y, lanes, _ticks(first.astimezone(zone), last), today)


def _x(instant: datetime, first: datetime, last: datetime) -> float:
    return round(LEFT + (RIGHT - LEFT) * ((instant - first) / (last - first)), 1)


def _bar(span: Span, y: float, first: datetime, last: datetime) -> Bar:
    start, end = _x(span.opens_at, first, last), _x(span.closes_at, first, last)
    more = round(_x(span.last, first, last) - end, 1)
    return Bar(span.kind, span.word, start, y + 4, max(2.0, round(end - start, 1)), more)


def _ticks(first: datetime, last: datetime) -> list[Tick]:
    """The first of each month that lies inside; of every second month and so on when they would not fit."""
    months = []
    day = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while day <= last:
        if day >= first:
            months.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = -(-len(months) // 12) or 1
    return [Tick(_x(month, first, last), f"{month:%m/%Y}") for month in months[::step]]
