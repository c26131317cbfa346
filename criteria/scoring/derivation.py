"""How points came about, in words: the arithmetic with the figures put in, as an official would write it out."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import floor

from criteria.scoring.formula import write_expression
from criteria.scoring.numbers import number
from criteria.scoring.rules import (
    MAXIMUM,
    RATE,
    Case,
    Choose,
    Declared,
    Expression,
    Full,
    Interval,
    Name,
    Negative,
    NotApplicable,
    Number,
    Operation,
    Outcome,
    Reach,
    walk,
)
from criteria.scoring.scope import Scope

NOT_APPLICABLE = "không áp dụng"
MOST_PLACES = 8
NEGATIVE = re.compile(r"(?<=[-+×/] )(-[0-9,]+%?)")
CASES = {
    Case.NO_TASK: "không có nhiệm vụ",
    Case.LONE: "chỉ có một đơn vị",
    Case.ALL_EQUAL: "mọi đơn vị bằng nhau",
    Case.TIE: "cùng cao nhất",
    Case.NO_FORMS: "không có phiếu",
}


@lru_cache(maxsize=4096)
def shown(value: Fraction, is_percent: bool = False) -> str:
    """A value to be read: exact, and where no few decimals are exact, as a fraction with what it comes near to.

    >>> shown(Fraction(23, 25), is_percent=True), shown(Fraction(1, 3), is_percent=True), shown(Fraction(2, 3))
    ('92%', '1/3 (≈ 33,33%)', '2/3 (≈ 0,6667)')
    """
    scaled, places, sign = (value * 100, 2, "%") if is_percent else (value, 4, "")
    text = number(scaled)
    if _is_short(text):
        return text + sign
    near = number(Fraction(floor(scaled * 10**places + Fraction(1, 2)), 10**places))
    return f"{value.numerator}/{value.denominator} (≈ {near}{sign})"


def _is_short(text: str) -> bool:
    return "/" not in text and ("," not in text or len(text.rpartition(",")[2]) <= MOST_PLACES)


def is_percent(scope: Scope, name: str) -> bool:
    """Whether values of ``name`` are shown in percent."""
    return name == scope.result or name == RATE or name in scope.asked.percents


def explain(expression: Expression, scope: Scope, *, in_percent: bool = False) -> str:
    """The expression with its values and what it comes to: ``92% × 1,8 = 1,656``; a bare value is only shown."""
    value = scope.compute(expression)
    if isinstance(expression, Number):
        return shown(value, expression.is_percent or in_percent)
    if isinstance(expression, Name):
        return shown(value, in_percent or is_percent(scope, expression.name))
    text = NEGATIVE.sub(r"(\1)", write_expression(_filled(expression, scope)))
    return f"{text} = {shown(value, in_percent)}"


def measured(name: str, scope: Scope, *, in_percent: bool) -> str:
    """A measure: ``46 / 50 = 92%`` where the rule defines it, else its value."""
    defined = scope.definitions.get(name)
    if defined is None:
        return shown(scope[Name(name)], in_percent or is_percent(scope, name))
    return steps([defined], scope) + explain(defined, scope, in_percent=in_percent)


def steps(found: list[Expression], scope: Scope, but: str = "") -> str:
    """What the names in expressions came to, each followed by "; ": definitions and values over the group.

    ``but``: a name that was told before.
    """
    told: dict[Name, str] = {}
    for each in (each for expression in found for each in _named(expression, scope, but)):
        if each not in told:
            told[each] = _step(each, scope)
    return "".join(f"{words}; " for words in told.values())


def _named(expression: Expression, scope: Scope, but: str) -> Iterator[Name]:
    """Names that need a step of their own, those that they rest on first."""
    for each in walk(expression):
        if not isinstance(each, Name) or (each.name == but and each.reach is Reach.OWN):
            continue
        if each.name in scope.definitions:
            yield from _named(scope.definitions[each.name], scope, but)
        if each.reach is not Reach.OWN:
            yield from (Name(each.name), each) if each.name in scope.definitions else (each,)
        elif each.name in scope.definitions:
            yield each


def _step(name: Name, scope: Scope) -> str:
    in_percent = is_percent(scope, name.name)
    if name.reach is Reach.OWN:
        return f"{name.name} = {explain(scope.definitions[name.name], scope, in_percent=in_percent)}"
    value, units = scope[name], len(scope.compared[name][1]) + 1
    return f"{write_expression(name)} trong {units} đơn vị = {shown(value, in_percent)}"


def _filled(expression: Expression, scope: Scope) -> Expression:
    """The expression with numbers in the place of names."""
    if isinstance(expression, Name):
        in_percent = expression.name != MAXIMUM and is_percent(scope, expression.name)
        return _literal(scope[expression], in_percent)
    if isinstance(expression, Number):
        return _literal(expression.value, expression.is_percent)
    if isinstance(expression, Negative):
        return Negative(_filled(expression.of, scope))
    if isinstance(expression, Operation):
        return Operation(expression.sign, _filled(expression.left, scope), _filled(expression.right, scope))
    return Choose(expression.which, tuple(_filled(each, scope) for each in expression.of))


def _literal(value: Fraction, in_percent: bool) -> Expression:
    if value < 0:
        return Negative(_literal(-value, in_percent))
    if _is_short(number(value)):
        return Number(value, in_percent)
    return Operation("/", Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def condition(interval: Interval | None, unit: str) -> str:
    """What a band asks, after the measure's value: ``≥ 80%`` or ``(từ 70% đến dưới 80%)``."""
    if interval is None:
        return "(còn lại)"
    lower, upper = interval.lower, interval.upper
    if lower is not None and upper is not None:
        if lower == upper:
            return f"(đạt {bound(lower, unit)})"
        start = f"{'từ' if interval.has_lower else 'trên'} {bound(lower, unit)}"
        return f"({start} đến {'' if interval.has_upper else 'dưới '}{bound(upper, unit)})"
    if lower is not None:
        return f"{'≥' if interval.has_lower else '>'} {bound(lower, unit)}"
    return f"{'≤' if interval.has_upper else '<'} {bound(upper, unit)}" if upper is not None else "(mọi giá trị)"


def bound(value: Fraction, unit: str) -> str:
    """A bound with its unit: ``80%``, ``5 ngày``."""
    return shown(value, is_percent=True) if unit == "%" else f"{shown(value)} {unit}".rstrip()


def outcome(found: Outcome, maximum: Fraction) -> str:
    """What a declared case gives."""
    if isinstance(found, NotApplicable):
        return NOT_APPLICABLE
    return f"{MAXIMUM} {shown(maximum)}" if isinstance(found, Full) else shown(found.value)


def declared(found: Declared, about: str, maximum: Fraction) -> str:
    """The line of the rule that decides: ``Khi a = 0: không áp dụng``. ``about``: the divisor that is 0."""
    case = f"mẫu số bằng 0 ({about} = 0)" if found.case is Case.DIVISION else CASES.get(found.case, "")
    words = f"{found.figure} = 0" if found.figure else case
    return f"Khi {words}: {outcome(found.outcome, maximum)}"
