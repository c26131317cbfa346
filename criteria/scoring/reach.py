"""The lowest and the highest points that a rule can give, where that can be shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from criteria.scoring.cannot import CannotScore
from criteria.scoring.evaluation import evaluate
from criteria.scoring.figures import Asked, ask, expressions, inside, own
from criteria.scoring.rules import (
    MAXIMUM,
    RATE,
    RESULT,
    Band,
    Bands,
    Best,
    Choose,
    Count,
    Even,
    Expression,
    Formula,
    Full,
    Interval,
    Manual,
    Name,
    Negative,
    NotApplicable,
    Number,
    Parts,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    walk,
)
from criteria.scoring.samples import Setting, outside, samples

Line = tuple[Fraction, Fraction]
"""A straight line: its value at 0 and its slope."""
Corner = tuple[Fraction, bool]
"""Points at the end of a band, and whether that end belongs to it."""


@dataclass(frozen=True)
class Span:
    """From the lowest to the highest points, both reached; None: without end."""

    low: Fraction | None
    high: Fraction | None

    def limited(self, lowest: Fraction | None, highest: Fraction | None) -> "Span":
        """Held within limits; an end that has no limit stays open."""
        low, high = _held(self.low, lowest, highest, lowest), _held(self.high, lowest, highest, highest)
        return Span(low, high)


def bounds(
    rule: Rule, *, maximum: Decimal | Fraction, minimum: Decimal | Fraction = Decimal(0)
) -> tuple[Fraction, Fraction] | None:
    """The lowest and highest points that figures can reach, declared cases apart; None where that is not known.

    Shares (``tỷ lệ``, a measure in percent, the result of a survey) are taken to lie between 0 and 100 %. Where the
    arithmetic cannot be followed, plausible figures that reach both the minimum and the maximum are proof enough.
    """
    return _bounds(rule, Fraction(minimum), Fraction(maximum))


@lru_cache(maxsize=1000)
def _bounds(rule: Rule, least: Fraction, most: Fraction) -> tuple[Fraction, Fraction] | None:
    """The checker and the examples ask for the same rule one after the other."""
    span = None if _is_cut_short(rule) else _span(rule, ask(rule), most)
    if span is not None:
        low, high = least if span.low is None else span.low, most if span.high is None else span.high
        return min(max(low, least), most), min(max(high, least), most)
    reached = set(_reached(rule, most, least))
    return (least, most) if {least, most} <= reached else None


def _held(
    value: Fraction | None, lowest: Fraction | None, highest: Fraction | None, end: Fraction | None
) -> Fraction | None:
    if value is None:
        return end
    if lowest is not None and value < lowest:
        return lowest
    return highest if highest is not None and value > highest else value


def _reached(rule: Rule, maximum: Fraction, minimum: Fraction) -> Iterator[Fraction]:
    """What plausible figures reach without the help of a declared case."""
    for each in samples(rule, maximum):
        try:
            result = evaluate(rule, each.figures, maximum=maximum, minimum=minimum, group=each.group)
        except CannotScore:
            continue
        if result.points is not None and not result.settled:
            yield result.points


def _is_cut_short(rule: Rule) -> bool:
    """Whether a line ``Khi x = 0`` takes away an end: it may where x is more than a divisor."""
    settled = {each.figure for part, _ in inside(rule) for each in part.declared if each.figure}
    setting = Setting(ask(rule), Fraction(0), {})
    divisors = {
        name
        for part, _ in inside(rule)
        for name in setting.divisors([*expressions(part), *(each.value for each in part.definitions)])
    }
    return bool(settled - divisors)


def _span(rule: Rule, asked: Asked, maximum: Fraction) -> Span | None:
    if isinstance(rule, Best | Parts):
        return _span_of_members(rule, asked, maximum)
    if isinstance(rule, Bands):
        return _span_of_bands(rule, asked, maximum)
    if isinstance(rule, Formula | Taken):
        return _span_of_formula(rule, asked, maximum)
    return _span_of_rest(rule, maximum)


def _span_of_rest(rule: Rule, maximum: Fraction) -> Span | None:
    if isinstance(rule, Steps):
        points = [each.points for each in rule.steps]
        return Span(min(points), max(points))
    if isinstance(rule, Count):
        return _span_of_count(rule, maximum)
    if isinstance(rule, SurveyShare):
        low = 1 if len(set(rule.levels)) == rule.scale else 0
        return Span(maximum * low, maximum)
    if isinstance(rule, SurveyWeights):
        weights = [weight for _, weight in rule.weights]
        return Span(min(weights) * maximum, max(weights) * maximum)
    return Span(rule.lower, rule.upper) if isinstance(rule, Manual) else None


def _span_of_count(rule: Count, maximum: Fraction) -> Span:
    """Events may be none or any number."""
    takes, gives = any(each.amount < 0 for each in rule.terms), any(each.amount > 0 for each in rule.terms)
    start = rule.start if rule.start is not None else (Fraction(0) if gives else maximum)
    return Span(None if takes else start, None if gives else start).limited(rule.lowest, rule.highest)


def _span_of_members(rule: Best | Parts, asked: Asked, maximum: Fraction) -> Span | None:
    """Alternatives or parts that share no figure reach their ends independently of one another."""
    each_in = rule.alternatives if isinstance(rule, Best) else rule.parts
    spans = [_span(each, asked, maximum) for each in each_in]
    known = [each for each in spans if each is not None]
    if len(known) < len(spans) or _share_figures(rule) or _may_not_apply(rule):
        return None
    lows, highs = [each.low for each in known], [each.high for each in known]
    if isinstance(rule, Parts):
        return Span(_total(lows), _total(highs))
    numbers = [each for each in lows if each is not None]
    tops = [each for each in highs if each is not None]
    return Span(max(numbers, default=None), max(tops) if len(tops) == len(highs) else None)


def _share_figures(rule: Best | Parts) -> bool:
    figures = [_figures(each, rule) for each in (rule.alternatives if isinstance(rule, Best) else rule.parts)]
    return sum(len(each) for each in figures) > len(set().union(*figures))


def _figures(member: Rule, outer: Rule) -> set[str]:
    """Figures of a member; those of repeated steps and surveys are its own under whatever name."""
    together = replace(member, definitions=(*outer.definitions, *member.definitions))
    shared = {each.name for part, _ in inside(member) for each in own(part, ask(member), "")}
    shared |= {RESULT} if any(isinstance(part, Taken) for part, _ in inside(member)) else set()
    return set(ask(together).figures) - shared


def _may_not_apply(rule: Rule) -> bool:
    bands = (each.value for part, _ in inside(rule) if isinstance(part, Bands) for each in part.bands)
    return any(isinstance(each, NotApplicable) for each in bands)


def _total(ends: list[Fraction | None]) -> Fraction | None:
    numbers = [each for each in ends if each is not None]
    return sum(numbers, Fraction(0)) if len(numbers) == len(ends) else None


# ---- what can be followed along a straight line


def _span_of_formula(rule: Formula | Taken, asked: Asked, maximum: Fraction) -> Span | None:
    """Over one share between 0 and 1."""
    names = {each.name for each in walk(rule.value) if isinstance(each, Name)} - {MAXIMUM}
    name = next(iter(names), RATE)
    is_share = name == RATE or name in asked.percents or (name == RESULT and isinstance(rule, Taken))
    line = _line(rule.value, name, maximum)
    if len(names) > 1 or not is_share or line is None:
        return None
    ends = [line[0], line[0] + line[1]]
    span = Span(min(ends), max(ends))
    return span.limited(rule.lowest, rule.highest) if isinstance(rule, Formula) else span


def _span_of_bands(rule: Bands, asked: Asked, maximum: Fraction) -> Span | None:
    """Over every band within the measure's domain; None where an end is come near to but not reached."""
    corners = [_corners(each, rule, asked, maximum) for each in rule.bands]
    if None in corners:
        return None
    found = [corner for each in corners if each is not None for corner in each]
    if not found:
        return None
    low, high = min(value for value, _ in found), max(value for value, _ in found)
    return Span(low, high) if {(low, True), (high, True)} <= set(found) else None


def _corners(band: Band, rule: Bands, asked: Asked, maximum: Fraction) -> list[Corner] | None:
    """The points at the ends of a band; None where they cannot be followed."""
    if isinstance(band.value, NotApplicable):
        return []
    domain = _within(band.interval, rule, asked) if band.interval else None
    if band.interval and domain is None:
        return []
    if isinstance(band.value, Even):
        return None if domain is None else [(band.value.start, domain.has_lower), (band.value.end, domain.has_upper)]
    line = (maximum, Fraction(0)) if isinstance(band.value, Full) else _line(band.value, rule.measure, maximum)
    if line is None:
        return None
    if not line[1]:
        return [(line[0], True)] if domain or outside(rule, _step(rule)) else []
    if domain is None or domain.lower is None or domain.upper is None:
        return None
    ends = ((domain.lower, domain.has_lower), (domain.upper, domain.has_upper))
    return [(line[0] + line[1] * value, is_reached) for value, is_reached in ends]


def _step(rule: Bands) -> Fraction:
    return Fraction(1, 100) if rule.unit == "%" else Fraction(1)


def _within(interval: Interval, rule: Bands, asked: Asked) -> Interval | None:
    """The band within 0 to 100 % or 0 upwards, its ends closed where the measure counts; None where nothing is left."""
    lower, has_lower = interval.lower, interval.has_lower
    upper, has_upper = interval.upper, interval.has_upper
    if lower is None or lower < 0:
        lower, has_lower = Fraction(0), True
    if rule.unit == "%" and (upper is None or upper > 1):
        upper, has_upper = Fraction(1), True
    measure = asked.figures.get(rule.measure)
    if measure is not None and measure.is_count:
        lower, has_lower = Fraction(ceil(lower) if has_lower else floor(lower) + 1), True
        upper = None if upper is None else Fraction(floor(upper) if has_upper else ceil(upper) - 1)
        has_upper = True
    if upper is not None and (lower > upper or (lower == upper and not (has_lower and has_upper))):
        return None
    return Interval(lower, upper, has_lower, has_upper)


def _line(expression: Expression, name: str, maximum: Fraction) -> Line | None:
    """The expression as a straight line over ``name``; None where it is none, or other names stand in it."""
    if isinstance(expression, Number):
        return expression.value, Fraction(0)
    if isinstance(expression, Name):
        return _line_of_name(expression, name, maximum)
    if isinstance(expression, Negative):
        line = _line(expression.of, name, maximum)
        return line and (-line[0], -line[1])
    if isinstance(expression, Choose):
        return None
    left, right = _line(expression.left, name, maximum), _line(expression.right, name, maximum)
    return None if left is None or right is None else _combined(expression.sign, left, right)


def _line_of_name(found: Name, name: str, maximum: Fraction) -> Line | None:
    if found == Name(MAXIMUM):
        return maximum, Fraction(0)
    return (Fraction(0), Fraction(1)) if found == Name(name) else None


def _combined(sign: str, left: Line, right: Line) -> Line | None:
    if sign in {"+", "-"}:
        way = 1 if sign == "+" else -1
        return left[0] + way * right[0], left[1] + way * right[1]
    if sign == "*" and not (left[1] and right[1]):
        return left[0] * right[0], left[0] * right[1] + left[1] * right[0]
    if sign == "/" and not right[1] and right[0]:
        return left[0] / right[0], left[1] / right[0]
    return None
