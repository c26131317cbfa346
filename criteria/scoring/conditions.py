"""The conditions of bands: read from words or signs, written in words."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

from criteria.scoring.formula import bad_number, is_name
from criteria.scoring.lines import Line, Scope
from criteria.scoring.numbers import fold, number, percent, unsigned
from criteria.scoring.rules import LATE, RATE, Interval, gettext_noop

WORD = r"(?!(?:trở|đến|dưới|trên|từ|hoặc|và)\b)[^\W\d_]+"
BOUND = rf"-?[0-9][0-9.,]*(?: ?%| {WORD}(?: {WORD}){{0,2}})?"
PARTED = re.compile(r"(-?[0-9][0-9.,]*) ?(.*)")
SHAPES = tuple(
    (re.compile(shape), signs)
    for shape, signs in (
        (rf"(?:từ |>= ?|≥ ?)?({BOUND}) trở (?:lên|đi)", ">="),
        (rf"(?:từ |<= ?|≤ ?)?({BOUND}) trở xuống", "<="),
        (rf"(?:từ |>= ?|≥ ?)?({BOUND})(?: đến | ?- ?)(?:dưới |< ?)({BOUND})", ">=<"),
        (rf"(?:từ |>= ?|≥ ?)?({BOUND})(?: đến | ?- ?)(?:<= ?|≤ ?)?({BOUND})", ">=<="),
        (rf"(?:trên |> ?)({BOUND})(?: đến | ?- ?)(?:dưới |< ?)({BOUND})", "><"),
        (rf"(?:trên |> ?)({BOUND})(?: đến | ?- ?)(?:<= ?|≤ ?)?({BOUND})", "><="),
        (rf"(?:từ |>= ?|≥ ?|ít nhất )({BOUND})", ">="),
        (rf"(?:trên |> ?)({BOUND})", ">"),
        (rf"(?:dưới |< ?)({BOUND})", "<"),
        (rf"(?:không quá |<= ?|≤ ?)({BOUND})", "<="),
        (rf"(?:bằng |= ?)?({BOUND})", "="),
    )
)
OTHERWISE = frozenset({"còn lại", "trường hợp khác", "các trường hợp còn lại", "trường hợp còn lại"})
DELAY = "trễ"
LATELY = frozenset({DELAY, "chậm", "trễ hạn", "chậm hạn", "quá hạn"})
IN_TIME = frozenset({"đúng hạn", "đúng thời hạn", "không trễ", "trước hạn hoặc đúng hạn"})
MEASURES = ("tỷ lệ ", "số ", "tổng số ")
MOST_PREFIX = 12


@dataclass(frozen=True)
class Condition:
    """``interval`` None: otherwise. ``measure`` "" where the line names none.

    ``is_in_time``: ``Đúng hạn``, a label unless other lines speak of days late; ``is_bare``: nothing but a number.
    """

    interval: Interval | None
    unit: str = ""
    measure: str = ""
    is_in_time: bool = False
    is_bare: bool = False


def read_condition(line: Line, text: str, names: Collection[str]) -> Condition | None:
    """The condition that ``text`` is; None for a label.

    Raises ``BadRule`` for a condition on a measure that is not declared, a number that is unclear, an empty span.
    """
    key = fold(text)
    if key in OTHERWISE:
        return Condition(None)
    if key in IN_TIME:
        return Condition(Interval(None, Fraction(0)), "ngày", LATE, is_in_time=True)
    words = key.removeprefix("nếu ").split(" ")
    for count in range(min(len(words), MOST_PREFIX)):
        if found := _shape(" ".join(words[count:])):
            return _condition(line, " ".join(words[:count]), *found, names)
    return None


def _shape(text: str) -> tuple[str, tuple[str, ...]] | None:
    for shape, signs in SHAPES:
        if found := shape.fullmatch(text):
            return signs, found.groups()
    return None


def _condition(
    line: Line, before: str, signs: str, bounds: tuple[str, ...], names: Collection[str]
) -> Condition | None:
    if before not in names:
        before = f" {before}".removesuffix(" đạt").strip()
    is_late = before in LATELY and before not in names
    if before and not is_late and before not in {*names, RATE, LATE}:
        if not before.startswith(MEASURES):
            return None
        if not is_name(before):
            raise line.bad(
                gettext_noop("“%(name)s” is no name; define it on a line of its own, as in “Tỷ lệ = b / a”."),
                name=before,
            )
        raise line.bad(
            gettext_noop("The measure “%(name)s” is not declared; add a line “%(name)s là … (%%)”."), name=before
        )
    units = {unit for _, unit in map(_parted, bounds) if unit}
    if len(units) > 1:
        return None
    unit = units.pop() if units else ""
    interval = _interval(line, signs, [_value(line, bound, unit) for bound, _ in map(_parted, bounds)])
    if is_late and interval.lower is None:
        interval = replace(interval, lower=Fraction(0), has_lower=False)
    measure = LATE if is_late else before
    if measure == LATE:
        unit = unit or "ngày"
    return Condition(interval, unit, measure, is_bare=signs == "=" and not before)


def _parted(bound: str) -> tuple[str, str]:
    found = PARTED.fullmatch(bound)
    return (found[1], found[2]) if found else (bound, "")


def _value(line: Line, text: str, unit: str) -> Fraction:
    try:
        value = unsigned(text.removeprefix("-"))
    except ValueError:
        unclear = bad_number(text)
        raise line.bad(unclear.reason, **unclear.fields) from None
    value = -value if text.startswith("-") else value
    return value / 100 if unit == "%" else value


def _interval(line: Line, signs: str, bounds: list[Fraction]) -> Interval:
    lower = bounds[0] if signs[0] in ">=" else None
    upper = bounds[-1] if signs[0] != ">" or "<" in signs else None
    made = Interval(lower, upper, not signs.startswith(">") or signs.startswith(">="), not signs.endswith("<"))
    if lower is not None and upper is not None and (lower > upper or (lower == upper and upper not in made)):
        raise line.bad(gettext_noop("The condition holds for no number: its bounds are the wrong way round."))
    return made


# ---- writing


def write_condition(interval: Interval, unit: str, measure: str = "") -> str:
    """In words, lower case: ``từ 80% đến dưới 90%``, after the measure where one is given."""
    if not measure:
        return _span(interval, unit)
    if interval.lower is not None and interval.lower == interval.upper:
        return f"{measure} bằng {_bound(interval.lower, unit)}"
    return f"{measure} {_span(interval, unit)}"


def _span(interval: Interval, unit: str) -> str:
    lower, upper = interval.lower, interval.upper
    if lower is not None and lower == upper:
        return f"đạt {_bound(lower, unit)}" if unit in {"", "%"} else _bound(lower, unit)
    if lower is None or upper is None:
        return _half(interval, unit)
    first = percent(lower) if unit == "%" else number(lower)
    below = "" if interval.has_upper else "dưới "
    return f"{'từ' if interval.has_lower else 'trên'} {first} đến {below}{_bound(upper, unit)}"


def _half(interval: Interval, unit: str) -> str:
    if interval.lower is not None:
        bound = _bound(interval.lower, unit)
        return f"từ {bound} trở lên" if interval.has_lower else f"trên {bound}"
    bound = _bound(interval.upper or Fraction(0), unit)
    return f"{'không quá' if interval.has_upper else 'dưới'} {bound}"


def write_late(interval: Interval, unit: str) -> str:
    """In words of delay, which say that there is one: ``trễ không quá 5 ngày``."""
    if interval.lower is None:
        return write_condition(interval, unit, LATE)
    if interval.upper is not None and interval.lower == 0 and not interval.has_lower:
        interval = replace(interval, lower=None, has_lower=True)
    return f"{DELAY} {write_condition(interval, unit)}"


def _bound(value: Fraction, unit: str) -> str:
    if unit == "%":
        return percent(value)
    return f"{number(value)} {unit}" if unit else number(value)


def default_measure(unit: str, scope: Scope) -> str:
    """What bands measure that do not say it: "" where that is not clear.

    In percent: ``tỷ lệ``, unless the rule defines or declares one other share. Else the one thing that it defines or
    declares; a rule that declares nothing counts by the unit, "số hồ sơ".
    """
    if unit == "%":
        shares = [figure.name for figure in scope.figures if figure.unit == "%"]
        return RATE if RATE in scope.names else _only(tuple(d.name for d in scope.definitions), tuple(shares)) or RATE
    figures = tuple(figure.name for figure in scope.figures)
    definitions = tuple(definition.name for definition in scope.definitions)
    if figures or definitions:
        return _only(definitions, figures)
    return f"số {unit}" if unit else ""


def _only(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    """The single one of the first that there are any of."""
    names = first or second
    return names[0] if len(names) == 1 else ""
