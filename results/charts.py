"""Pictures as inline SVG: bars, radar, histogram, rank lines, ring. Plain Python, no style attributes.

Every picture carries a title and a description and stands beside a table with the same figures. Shapes differ in
pattern (solid, outlined, dashed, filled or hollow marks), so that they can be told apart in grey. Words come from the
caller, already translated. Figures stay exact; only the places of marks on the paper are rounded.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape

Number = int | Decimal | Fraction
WIDTH = 420
INK, QUIET, LINE, FULL = "#1b2430", "#5a6676", "#8a95a5", "#163f78"


class Svg(str):
    """Markup that was escaped where it was made; Django prints it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Words:
    """What a picture is called and what it says; ``key`` tells its identifiers from those of other pictures."""

    key: str
    title: str
    description: str


@dataclass(frozen=True)
class Bar:
    """One area: what was reached of the maximum (> 0), in words as ``value``, and the group's mean where known."""

    label: str
    value: str
    reached: Number
    maximum: Number
    mean: Number | None = None


@dataclass(frozen=True)
class Axis:
    """One spoke of a radar: percent (0 to 100) of the unit, and the mean percent of its group."""

    label: str
    own: Number
    mean: Number


@dataclass(frozen=True)
class Course:
    """Ranks of one unit, one for each year; None where it had none."""

    label: str
    ranks: Sequence[int | None]
    chosen: bool = False


def _at(value: Number | float) -> str:
    """A place on the paper, to a tenth of a pixel."""
    return f"{round(float(value), 1) + 0.0:.1f}".removesuffix(".0")


def _tag(name: str, body: str = "", /, **attributes: object) -> str:
    pairs = (f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>{body}</{name}>"


def _value(value: object) -> str:
    return _at(value) if isinstance(value, float | Fraction) else escape(str(value))


def _text(x: Number | float, y: Number | float, words: str, anchor: str = "start", /, **attributes: object) -> str:
    look = {"font_size": 13, "fill": INK, "class_": "chart-text", **attributes}
    return _tag("text", escape(words), x=_at(x), y=_at(y), text_anchor=anchor, **look)


def _line(x1: Number | float, y1: Number | float, x2: Number | float, y2: Number | float, **attributes: object) -> str:
    look = {"stroke": LINE, "class_": "chart-line", **attributes}
    return _tag("line", x1=_at(x1), y1=_at(y1), x2=_at(x2), y2=_at(y2), **look)


def _picture(words: Words, height: Number, parts: Iterable[str], width: int = WIDTH) -> Svg:
    title = _tag("title", escape(words.title), id=f"{words.key}-title")
    description = _tag("desc", escape(words.description), id=f"{words.key}-desc")
    return Svg(
        _tag(
            "svg",
            title + description + "".join(parts),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width} {_at(height)}",
            role="img",
            aria_labelledby=f"{words.key}-title",
            aria_describedby=f"{words.key}-desc",
            class_="chart",
        )
    )


def shortened(text: str, most: int) -> str:
    """The text, cut at a word to at most ``most`` characters and marked with an ellipsis.

    >>> shortened("Cải cách thủ tục hành chính", 16)
    'Cải cách thủ…'
    """
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;.") + "…"


# --- bars -------------------------------------------------------------------------------------------------------------
STEP = 44


def bars(words: Words, items: Sequence[Bar]) -> Svg:
    """What was reached (solid) and lost (outlined) in each area, with a mark at the group's mean."""
    parts = []
    for place, item in enumerate(items):
        parts += _bar(item, place * STEP)
    return _picture(words, max(1, len(items)) * STEP, parts)


def _bar(item: Bar, top: int) -> list[str]:
    span = WIDTH - 2
    reached = Fraction(item.reached) / Fraction(item.maximum) * span
    box = {"x": 1, "y": top + 20, "height": 12}
    parts = [
        _text(1, top + 14, shortened(item.label, 46)),
        _text(WIDTH - 1, top + 14, item.value, "end", font_weight=600),
        _tag("rect", **box, width=span, fill="none", stroke=LINE, class_="chart-lost"),
        _tag("rect", **box, width=reached, fill=FULL, class_="chart-own"),
    ]
    if item.mean is not None:
        x = 1 + Fraction(item.mean) / Fraction(item.maximum) * span
        parts.append(_mean_mark(x, top + 26))
    return parts


def _mean_mark(x: Fraction, y: int) -> str:
    """A hollow diamond: the group's mean."""
    corners = f"{_at(x)},{y - 8} {_at(x + 6)},{y} {_at(x)},{y + 8} {_at(x - 6)},{y}"
    return _tag("polygon", points=corners, fill="#fff", stroke=INK, stroke_width=2, class_="chart-mean")


# --- radar ------------------------------------------------------------------------------------------------------------
CENTRE, RADIUS = 190, 145


def radar(words: Words, axes: Sequence[Axis], own: str, mean: str) -> Svg:
    """A unit (solid line, filled marks) against its group's mean (dashed line, hollow marks); at least three axes.

    Raises ``ValueError`` for fewer: two spokes make no area.
    """
    if len(axes) < 3:
        raise ValueError("a radar needs three axes")
    count = len(axes)
    rings = [_polygon([Fraction(level)] * count, stroke=LINE, class_="chart-line") for level in (25, 50, 75, 100)]
    spokes = [_line(CENTRE, CENTRE, *_spoke(place, count, 100)) for place in range(count)]
    means = [Fraction(axis.mean) for axis in axes]
    owns = [Fraction(axis.own) for axis in axes]
    shapes = [
        _polygon(means, stroke=INK, stroke_width=2, stroke_dasharray="6 4", class_="chart-mean-line"),
        _polygon(owns, stroke=FULL, stroke_width=3, class_="chart-own-line"),
        *_marks(means, fill="#fff", stroke=INK, class_="chart-mean"),
        *_marks(owns, fill=FULL, stroke=FULL, class_="chart-own"),
    ]
    labels = [_spoke_label(axis.label, place, count) for place, axis in enumerate(axes)]
    scale = [
        _text(CENTRE + 4, CENTRE - RADIUS * level / 100 + 4, f"{level}", font_size=11, fill=QUIET)
        for level in (50, 100)
    ]
    return _picture(
        words, 2 * CENTRE + 44, [*rings, *spokes, *scale, *shapes, *labels, *_radar_key(own, mean)], 2 * CENTRE
    )


def _spoke(place: int, count: int, percent: Number) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    reach = RADIUS * float(percent) / 100
    return CENTRE + reach * math.cos(angle), CENTRE + reach * math.sin(angle)


def _polygon(percents: Sequence[Fraction], **look: object) -> str:
    spots = (_spoke(place, len(percents), percent) for place, percent in enumerate(percents))
    return _tag("polygon", points=" ".join(f"{_at(x)},{_at(y)}" for x, y in spots), fill="none", **look)


def _marks(percents: Sequence[Fraction], **look: object) -> list[str]:
    spots = (_spoke(place, len(percents), percent) for place, percent in enumerate(percents))
    return [_tag("circle", cx=x, cy=y, r=4, stroke_width=2, **look) for x, y in spots]


def _spoke_label(label: str, place: int, count: int) -> str:
    x, y = _spoke(place, count, 113)
    side = round(x - CENTRE)
    anchor = "middle" if abs(side) < 10 else "start" if side > 0 else "end"
    return _text(x, y + 5, label, anchor, font_weight=600)


def _radar_key(own: str, mean: str) -> list[str]:
    top = 2 * CENTRE + 10
    return [
        _line(10, top, 44, top, stroke=FULL, stroke_width=3, class_="chart-own-line"),
        _text(52, top + 5, shortened(own, 44)),
        _line(10, top + 22, 44, top + 22, stroke=INK, stroke_width=2, stroke_dasharray="6 4", class_="chart-mean-line"),
        _text(52, top + 27, shortened(mean, 44)),
    ]


# --- histogram --------------------------------------------------------------------------------------------------------
BIN = 5
PLOT = 150


def histogram(words: Words, values: Iterable[Number], bands: Iterable[tuple[str, Number]]) -> Svg:
    """How many indexes (percent, 0 to 100) lie in each step of 5, with a dashed line where a band begins."""
    limits = sorted((Fraction(lower), name) for name, lower in bands)
    counts = [0] * (100 // BIN)
    for value in values:
        counts[min(int(value) // BIN, len(counts) - 1)] += 1
    filled = [place for place, count in enumerate(counts) if count]
    first = min(filled, default=0)
    shown = counts[first:]
    most = max(counts) or 1
    step = Fraction(WIDTH - 20, len(shown))
    parts = [_column(10 + place * step, step, count, most) for place, count in enumerate(shown) if count]
    start = first * BIN
    scale = Fraction(WIDTH - 20, 100 - start)
    ticks = [_tick(10 + (at - start) * scale, at) for at in range(start, 101, 10 if start < 50 else BIN)]
    lines = _band_lines(limits, start, scale)
    base = _line(10, PLOT + 50, WIDTH - 10, PLOT + 50, stroke=INK)
    return _picture(words, PLOT + 76, [*parts, *lines, base, *ticks])


def _column(x: Fraction, step: Fraction, count: int, most: int) -> str:
    height = Fraction(PLOT * count, most)
    top = PLOT + 50 - height
    box = _tag("rect", x=x + 2, y=top, width=step - 4, height=height, fill=FULL, class_="chart-own")
    return box + _text(x + step / 2, top - 4, str(count), "middle", font_weight=600)


def _tick(x: Fraction, value: int) -> str:
    return _text(x, PLOT + 66, str(value), "middle", font_size=11, fill=QUIET)


def _band_lines(limits: Sequence[tuple[Fraction, str]], start: int, scale: Fraction) -> list[str]:
    """Where each band begins, and its name; names of neighbours stand on two heights."""
    parts = []
    for place, (lower, name) in enumerate(limits):
        x = 10 + max(Fraction(0), lower - start) * scale
        following = limits[place + 1][0] if place + 1 < len(limits) else Fraction(100)
        if following <= start:
            continue
        if lower > start:
            parts.append(_line(x, 18, x, PLOT + 50, stroke=QUIET, stroke_dasharray="3 3"))
        parts.append(_text(x + 3, 12 if place % 2 == 0 else 26, name, font_size=11, fill=QUIET))
    return parts


# --- rank lines -------------------------------------------------------------------------------------------------------
def bump(words: Words, years: Sequence[str], courses: Sequence[Course]) -> Svg:
    """Ranks over the years, first rank on top; the chosen unit thick and with its ranks written."""
    lowest = max((rank for course in courses for rank in course.ranks if rank), default=1)
    columns = max(1, len(years) - 1)
    across = Fraction(WIDTH - 80, columns)
    down = Fraction(220, max(1, lowest - 1))
    heads = [_text(40 + place * across, 14, year, "middle", font_weight=600) for place, year in enumerate(years)]
    posts = [_line(40 + place * across, 24, 40 + place * across, 260) for place in range(len(years))]
    quiet = [part for course in courses if not course.chosen for part in _course(course, across, down)]
    loud = [part for course in courses if course.chosen for part in _course(course, across, down)]
    return _picture(words, 272, [*heads, *posts, *quiet, *loud])


def _course(course: Course, across: Fraction, down: Fraction) -> list[str]:
    spots = [
        (40 + place * across, 34 + (rank - 1) * down, rank)
        for place, rank in enumerate(course.ranks)
        if rank is not None
    ]
    look = {"stroke": FULL, "stroke_width": 4, "class_": "chart-own-line"}
    if not course.chosen:
        look = {"stroke": QUIET, "stroke_width": 1, "class_": "chart-other"}
    points = " ".join(f"{_at(x)},{_at(y)}" for x, y, _ in spots)
    parts = [_tag("polyline", points=points, fill="none", **look)] if len(spots) > 1 else []
    if course.chosen:
        parts += [_rank_mark(x, y, rank) for x, y, rank in spots]
    return parts


def _rank_mark(x: Fraction, y: Fraction, rank: int) -> str:
    disc = _tag("circle", cx=x, cy=y, r=13, fill=FULL, class_="chart-own")
    return disc + _text(x, y + 5, str(rank), "middle", fill="#fff", font_weight=700, class_="chart-on-own")


# --- ring, meter ------------------------------------------------------------------------------------------------------
def ring(words: Words, done: int, total: int) -> Svg:
    """How much of the whole is done, with the percentage in the middle; an empty ring while there is nothing to do."""
    share = Fraction(done, total) if total else Fraction(0)
    length = 2 * math.pi * 40
    circle = {"cx": 50, "cy": 50, "r": 40, "fill": "none", "stroke_width": 12}
    parts = [_tag("circle", **circle, stroke=LINE, class_="chart-line")]
    if share:
        dash = f"{_at(float(share) * length)} {_at(length)}"
        turned = {"transform": "rotate(-90 50 50)", "stroke_dasharray": dash}
        parts.append(_tag("circle", **circle, **turned, stroke=FULL, class_="chart-own-line"))
    parts.append(_text(50, 57, f"{int(100 * share)} %", "middle", font_size=20, font_weight=700))
    return _picture(words, 100, parts, 100)


def meter(percent: Number) -> Svg:
    """A bar for a table cell whose number stands beside it; hidden from screen readers, which read the number."""
    width = Fraction(percent)
    return Svg(
        _tag(
            "svg",
            _tag("rect", x=0, y=0, width=100, height=8, fill="none", stroke=LINE, class_="chart-lost")
            + _tag("rect", x=0, y=0, width=width, height=8, fill=FULL, class_="chart-own"),
            xmlns="http://www.w3.org/2000/svg",
            viewBox="0 0 100 8",
            preserveAspectRatio="none",
            aria_hidden="true",
            class_="chart-meter",
        )
    )
