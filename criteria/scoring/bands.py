"""Whether bands cover every value once, and whether points go one way."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from criteria.scoring.formula import value
from criteria.scoring.lines import counts
from criteria.scoring.rules import (
    LATE,
    MAXIMUM,
    Band,
    Bands,
    Choose,
    Common,
    Even,
    Expression,
    Full,
    Interval,
    Name,
    Negative,
    NotApplicable,
    Number,
    Operation,
)


@dataclass(frozen=True)
class Domain:
    """What a measure can be: from ``lowest`` to ``highest`` (None: without end); ``is_whole``: whole numbers only."""

    lowest: Fraction
    highest: Fraction | None
    is_whole: bool

    @property
    def interval(self) -> Interval:
        return Interval(self.lowest, self.highest)


SHARE = Domain(Fraction(0), Fraction(1), is_whole=False)
WHOLE = Domain(Fraction(0), None, is_whole=True)
ANY = Domain(Fraction(0), None, is_whole=False)


def domain(rule: Bands, around: Sequence[Common] = ()) -> Domain:
    """0 to 100 % where the bounds are in percent; whole numbers from 0 for days and counts; else any number from 0.

    ``around``: the alternatives or parts that the rule stands in, whose lines may declare the measure.
    """
    if rule.unit == "%":
        return SHARE
    commons = (*around, rule)
    if any(definition.name == rule.measure for common in commons for definition in common.definitions):
        return ANY
    figures = (figure for common in commons for figure in common.figures)
    declared = next((figure for figure in figures if figure.name == rule.measure), None)
    if rule.measure == LATE or rule.unit.startswith("ngày"):
        return WHOLE
    return WHOLE if (declared.is_count if declared else counts(rule.measure)) else ANY


def gaps(rule: Bands, around: Sequence[Common] = ()) -> tuple[Interval, ...]:
    """The stretches of the domain that no band contains, from below; none where the rule says "Còn lại"."""
    whole = domain(rule, around)
    if any(band.interval is None for band in rule.bands):
        return ()
    free = [whole.interval]
    for band in _spans(rule):
        free = [rest for each in free for rest in _without(each, band)]
    return tuple(each for each in free if not _is_empty(each, whole.is_whole))


def overlaps(rule: Bands, around: Sequence[Common] = ()) -> tuple[tuple[Interval, Interval, Interval], ...]:
    """Pairs of bands with the stretch that both contain, within the domain or above it."""
    spans, is_whole = _spans(rule), domain(rule, around).is_whole
    found = []
    for at, one in enumerate(spans):
        for other in spans[at + 1 :]:
            common = _both(one, other)
            if not _is_empty(common, is_whole):
                found.append((one, other, common))
    return tuple(found)


def is_monotone(rule: Bands, maximum: Fraction) -> bool | None:
    """Whether points only rise or only fall as the measure rises; None where that cannot be told.

    That is so for a value that is no straight line in the measure, or reads other figures too.
    """
    spans = sorted((band for band in rule.bands if band.interval), key=lambda band: _from(band.interval))
    ends: list[Fraction] = []
    for band in spans:
        if isinstance(band.value, NotApplicable):
            continue
        pair = _ends(band, rule, maximum)
        if pair is None:
            return None
        ends.extend(pair)
    rising = all(one <= other for one, other in pairwise(ends))
    return rising or all(one >= other for one, other in pairwise(ends))


def _spans(rule: Bands) -> Sequence[Interval]:
    return [band.interval for band in rule.bands if band.interval is not None]


# ---- intervals


def _from(interval: Interval | None) -> tuple[bool, Fraction, bool]:
    """Sorts intervals by where they begin."""
    if interval is None or interval.lower is None:
        return False, Fraction(0), False
    return True, interval.lower, not interval.has_lower


def _to(interval: Interval) -> tuple[bool, Fraction, bool]:
    """Sorts intervals by where they end."""
    if interval.upper is None:
        return True, Fraction(0), True
    return False, interval.upper, interval.has_upper


def _both(one: Interval, other: Interval) -> Interval:
    start, end = max(one, other, key=_from), min(one, other, key=_to)
    return Interval(start.lower, end.upper, start.has_lower, end.has_upper)


def _without(whole: Interval, taken: Interval) -> tuple[Interval, ...]:
    """What is left of ``whole`` below and above ``taken``."""
    left = []
    if taken.lower is not None:
        left.append(_both(whole, Interval(None, taken.lower, has_upper=not taken.has_lower)))
    if taken.upper is not None:
        left.append(_both(whole, Interval(taken.upper, None, has_lower=not taken.has_upper)))
    return tuple(each for each in left if not _is_empty(each, is_whole=False))


def _is_empty(interval: Interval, is_whole: bool) -> bool:
    """Whether no number, or no whole number, lies in it."""
    lower, upper = interval.lower, interval.upper
    if lower is None or upper is None:
        return False
    if not is_whole:
        return lower > upper or (lower == upper and not (interval.has_lower and interval.has_upper))
    first = ceil(lower) if interval.has_lower else floor(lower) + 1
    last = floor(upper) if interval.has_upper else ceil(upper) - 1
    return first > last


# ---- points along the measure


def _ends(band: Band, rule: Bands, maximum: Fraction) -> tuple[Fraction, Fraction] | None:
    """The points where the band begins and where it ends, in the domain; None where that does not tell it all."""
    if isinstance(band.value, Even):
        return band.value.start, band.value.end
    if isinstance(band.value, Full):
        return maximum, maximum
    if isinstance(band.value, NotApplicable) or band.interval is None or not _is_straight(band.value, rule.measure):
        return None
    whole = _both(band.interval, domain(rule).interval)
    lower = whole.lower if whole.lower is not None else Fraction(0)
    upper = whole.upper if whole.upper is not None else lower + 1
    low, high = (
        value(band.value, {Name(rule.measure): at, Name(MAXIMUM): maximum}) for at in (lower, max(lower, upper))
    )
    return low, high


def _is_straight(expression: Expression, measure: str) -> bool:
    """Whether the value is a straight line in the measure, with no other figure in it."""
    return (_degree(expression, measure) or 0) <= 1 and _degree(expression, measure) is not None


def _degree(expression: Expression, measure: str) -> int | None:
    """The power of the measure; None where another figure, a choice or a quotient by the measure comes in."""
    if isinstance(expression, Number) or expression == Name(MAXIMUM):
        return 0
    if isinstance(expression, Name):
        return 1 if expression == Name(measure) else None
    if isinstance(expression, Choose):
        return None
    if isinstance(expression, Negative):
        return _degree(expression.of, measure)
    return _degree_of_operation(expression, measure)


def _degree_of_operation(expression: Operation, measure: str) -> int | None:
    left, right = _degree(expression.left, measure), _degree(expression.right, measure)
    if left is None or right is None:
        return None
    if expression.sign == "/":
        return None if right else left
    return left + right if expression.sign == "*" else max(left, right)
