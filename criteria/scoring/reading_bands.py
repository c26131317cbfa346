"""Lines ``label: points``: steps that a person chooses, or bands that a figure falls in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from criteria.scoring.conditions import Condition, default_measure, read_condition
from criteria.scoring.lines import OUTCOMES, POINTS, Line, Scope, amount, expression, points
from criteria.scoring.numbers import fold
from criteria.scoring.rules import (
    LATE,
    Band,
    Bands,
    Even,
    Expression,
    Full,
    Interval,
    NotApplicable,
    Number,
    Step,
    Steps,
    gettext_noop,
    walk,
)

BY_FORMULA = re.compile(r":? ?(?:được )?tính(?: điểm)? theo công thức$", re.IGNORECASE)
CALCULATES = re.compile(r"[/*×÷]|[0-9)] ?[-+] ?[(\w]")
HUNDRED = 100
LIMITS = frozenset(
    f"{what}{limit}"
    for what in ("", "điểm ", "tổng ", "tổng điểm ")
    for limit in ("tối đa", "tối thiểu", "cao nhất", "thấp nhất", "không quá", "chuẩn")
)
"""Words of a bound, which beside steps would say how far they reach."""
POINTS_INSIDE = re.compile(
    r"(?:\b(?:được|đạt|chấm|tính|cho) |: ?)-?[0-9][0-9.,]* ?điểm\b|: ?-?[0-9][0-9.,]*(?: ?đ)?[,.] |[0-9] ?điểm\)?[,.] "
)
"""A second answer on the same line."""
VALUE_IS = re.compile(r"(?:điểm(?: đánh giá)? ?=|(?:được )?tính(?: điểm)? theo công thức) ?")
EVEN = re.compile(r"(tăng|giảm) đều từ (-? ?[0-9][0-9.,]*)(?: điểm)? đến (-? ?[0-9][0-9.,]*)(?: ?điểm)?")


@dataclass(frozen=True)
class Entry:
    """One line: its label as typed, what follows the colon, and the condition that the label may be."""

    line: Line
    label: str
    value: str
    condition: Condition | None


def read_labelled(lines: Sequence[Line], scope: Scope) -> Steps | Bands:
    """Bands where every line is a condition in one unit, else steps where every line gives plain points."""
    entries = [_entry(line, scope) for line in lines]
    conditions = [entry.condition for entry in entries if entry.condition]
    if len(conditions) == len(entries) and (unit := _unit(conditions)) is not None:
        measure = _measure(conditions, unit, scope)
        if measure:
            return _bands(entries, measure, unit, scope)
        if not all(condition.is_bare or condition.interval is None for condition in conditions):
            raise lines[0].bad(
                gettext_noop("It is not clear what these conditions measure; begin each with the name of a figure.")
            )
    _refuse_halves(entries)
    return _steps(entries)


def _entry(line: Line, scope: Scope) -> Entry:
    by_colon = line.text.rpartition(":")
    label, sign, value = (part.strip() for part in (by_colon if by_colon[1] else line.text.partition(" thì ")))
    label = BY_FORMULA.sub("", label)
    if not sign and CALCULATES.search(line.key):
        raise line.bad(gettext_noop("A formula begins with “Điểm =”."))
    if not sign or not fold(label):
        raise line.bad(
            gettext_noop("This line is not understood; write “label: points” or one of the lines that the help lists.")
        )
    return Entry(line, label, fold(value), read_condition(line, label, scope.names))


def _unit(conditions: Sequence[Condition]) -> str | None:
    """The one unit of all conditions; None when they do not go together."""
    spans = [condition for condition in conditions if condition.interval and not condition.is_in_time]
    in_time = [condition for condition in conditions if condition.is_in_time]
    if not spans or (in_time and not any(span.measure == LATE for span in spans)):
        return None
    units = {span.unit for span in spans}
    late = any(span.measure == LATE for span in spans)
    if late and not all(unit.startswith("ngày") for unit in units):
        return None
    return units.pop() if len(units) == 1 else None


def _measure(conditions: Sequence[Condition], unit: str, scope: Scope) -> str:
    measures = {condition.measure for condition in conditions if condition.measure}
    if len(measures) > 1:
        return ""
    return measures.pop() if measures else default_measure(unit, scope)


def _refuse_halves(entries: Sequence[Entry]) -> None:
    """A share in percent is declared, not chosen: labels beside it are a slip."""
    shares = [entry for entry in entries if entry.condition and entry.condition.unit == "%"]
    others = [entry for entry in entries if entry not in shares]
    if shares:
        raise (others or shares)[0].line.bad(
            gettext_noop("“%(label)s” is no condition in percent like the other lines; one measure and unit for all."),
            label=(others or shares)[0].label,
        )


def _steps(entries: Sequence[Entry]) -> Steps:
    steps: list[Step] = []
    for entry in entries:
        found = points(VALUE_IS.sub("", entry.value, count=1), entry.line)
        if not found:
            raise entry.line.bad(
                gettext_noop("“%(value)s” is no number of points, and “%(label)s” is no condition."),
                value=entry.value,
                label=entry.label,
            )
        if fold(entry.label) in LIMITS or POINTS_INSIDE.search(fold(entry.label)):
            raise entry.line.bad(gettext_noop("“%(label)s” is no answer to choose."), label=entry.label)
        if any(fold(step.label) == fold(entry.label) for step in steps):
            raise entry.line.bad(gettext_noop("“%(label)s” stands twice."), label=entry.label)
        steps.append(Step(entry.label, found.value))
    if len(steps) == 1:
        raise entries[0].line.bad(gettext_noop("One answer alone is no choice; write a line for each answer."))
    return Steps(tuple(steps))


def _bands(entries: Sequence[Entry], measure: str, unit: str, scope: Scope) -> Bands:
    in_percent = any(figure.name == measure and figure.unit == "%" for figure in scope.figures)
    if in_percent and unit != "%":
        raise entries[0].line.bad(
            gettext_noop("“%(name)s” is in percent; write the sign %% after the bounds."), name=measure
        )
    if unit == "%" and any(_times_hundred(each.value) for each in scope.definitions if each.name == measure):
        raise entries[0].line.bad(
            gettext_noop("“%(name)s” would be 92 and not 92%%: multiply by 100%% in its line."), name=measure
        )
    seen: list[Interval | None] = []
    bands = []
    for entry in entries:
        interval = entry.condition.interval if entry.condition else None
        if interval in seen:
            raise entry.line.bad(gettext_noop("“%(label)s” stands twice."), label=entry.label)
        if None in seen:
            raise entry.line.bad(
                gettext_noop("“%(label)s” is out of reach: the line above takes all that is left."), label=entry.label
            )
        seen.append(interval)
        bands.append(Band(interval, _value(entry, interval, scope.names | {measure})))
    return Bands(measure, unit, tuple(bands))


def _times_hundred(value: Expression) -> bool:
    return any(isinstance(each, Number) and each.value == HUNDRED and not each.is_percent for each in walk(value))


def _value(entry: Entry, interval: Interval | None, names: frozenset[str]) -> Expression | Even | NotApplicable | Full:
    outcome = OUTCOMES.get(entry.value)
    if outcome and not isinstance(outcome, Number):
        return outcome
    if found := EVEN.fullmatch(entry.value):
        return _even(entry, interval, *found.groups())
    text = VALUE_IS.sub("", entry.value, count=1)
    plain = POINTS.fullmatch(text)
    made = expression(entry.line, plain[1] if plain else text, names)
    if isinstance(made, Number) and made.is_percent:
        raise entry.line.bad(
            gettext_noop("“%(value)s” of what? Write “%(value)s × điểm tối đa” or a number of points."), value=text
        )
    return made


def _even(entry: Entry, interval: Interval | None, way: str, start: str, end: str) -> Even:
    made = Even(amount(start, entry.line), amount(end, entry.line))
    if interval is None or interval.lower is None or interval.upper is None or interval.lower == interval.upper:
        raise entry.line.bad(gettext_noop("Points that change evenly need a condition with two bounds."))
    if (made.start < made.end) != (way == "tăng") or made.start == made.end:
        raise entry.line.bad(gettext_noop("“tăng đều” goes from fewer to more points, “giảm đều” from more to fewer."))
    return made
