"""Which figures a rule asks a unit for, and whether a value can be one of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from criteria.scoring.cannot import BadFigure
from criteria.scoring.numbers import fold, read_number
from criteria.scoring.rules import (
    CHOICE,
    LATE,
    MAXIMUM,
    NO_FORMS,
    NO_TASK,
    RATE,
    RESULT,
    Bands,
    Best,
    Case,
    Count,
    Expression,
    Figure,
    Formula,
    Manual,
    Name,
    Parts,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    gettext_noop,
    walk,
)

Value = Fraction | int | Decimal | str
"""A declared value: a number (a share of 1 where the figure is in percent), or the label of a step."""

POINTS = "điểm"
"""The figure of a rule of manual points."""
FLAGS = {
    Case.NO_TASK: Figure(NO_TASK, "Trong năm không có nhiệm vụ"),
    Case.NO_FORMS: Figure(NO_FORMS, "Không có phiếu hợp lệ"),
}
"""Cases that no arithmetic shows: the unit says that they hold. A rule that counts forms sees by itself."""
YES, NO = frozenset({"1", "có", "yes", "x"}), frozenset({"0", "không", "no"})
LONG = re.compile(r"[0-9]{10,15}")
CROWDED = (Steps, SurveyShare, SurveyWeights, Taken, Manual)


@dataclass(frozen=True)
class Asked:
    """What a whole rule asks. ``percents``: names shown in percent. ``crowded``: kinds that stand in it repeatedly."""

    figures: Mapping[str, Figure]
    percents: frozenset[str]
    crowded: frozenset[type]

    def name(self, base: str, rule: Rule, place: str) -> str:
        """What the figure ``base`` of ``rule`` is called. Two rules of steps in one are told apart by their place."""
        return base + place if type(rule) in self.crowded else base


def needed(rule: Rule) -> tuple[Figure, ...]:
    """The figures to declare: those with a line of their own in its order, the others in order of first use, and last
    the flags ``không có nhiệm vụ`` and ``không có phiếu``, where the rule declares that case. A figure with a line but
    no use is left out.

    A rule of steps asks for ``mức``; several of them in one rule for ``mức phần 1``, ``mức trường hợp 2`` and so on.
    """
    return tuple(ask(rule).figures.values())


@lru_cache(maxsize=4096)
def ask(rule: Rule) -> Asked:
    """What ``rule`` asks, worked out once."""
    everything = [each for each, _ in inside(rule)]
    kinds = [type(each) for each in everything]
    crowded = frozenset(kind for kind in CROWDED if kinds.count(kind) > 1)
    empty = Asked({}, frozenset(), crowded)
    used: dict[str, Figure] = {}
    for each in _figures(rule, empty, {}, {}, ""):
        used.setdefault(each.name, each)
    declared = {each.name: each for part in everything for each in part.figures if each.name in used}
    figures = declared | {name: each for name, each in used.items() if name not in declared}
    figures |= {each.name: each for each in _flags(everything)}
    percents = {each.name for each in figures.values() if each.unit == "%"}
    percents |= {each.measure for each in everything if isinstance(each, Bands) and each.unit == "%"}
    percents |= {each.name for part in everything for each in part.definitions if each.name.startswith(RATE)}
    return Asked(figures, frozenset(percents), crowded)


def _flags(everything: list[Rule]) -> Iterator[Figure]:
    cases = {each.case for part in everything for each in part.declared}
    counts_forms = any(isinstance(each, SurveyShare | SurveyWeights) for each in everything)
    yield from [FLAGS[Case.NO_TASK]] if Case.NO_TASK in cases else []
    yield from [FLAGS[Case.NO_FORMS]] if Case.NO_FORMS in cases and not counts_forms else []


def inside(rule: Rule, place: str = "") -> Iterator[tuple[Rule, str]]:
    """The rule and every alternative and part in it, each with its place in words."""
    yield rule, place
    for each, where in members(rule, place):
        yield from inside(each, where)


def members(rule: Rule, place: str = "") -> tuple[tuple[Rule, str], ...]:
    """The alternatives or parts of a rule with their places: " phần 1", " trường hợp 2" …"""
    if isinstance(rule, Best):
        return tuple((each, f"{place} trường hợp {at}") for at, each in enumerate(rule.alternatives, 1))
    if isinstance(rule, Parts):
        return tuple((each, f"{place} phần {at}") for at, each in enumerate(rule.parts, 1))
    return ()


def expressions(rule: Rule) -> tuple[Expression, ...]:
    """The expressions of a rule itself, its definitions and members apart."""
    if isinstance(rule, Bands):
        values = [each.value for each in rule.bands]
        return (Name(rule.measure), *(each for each in values if isinstance(each, Expression)))
    return (rule.value,) if isinstance(rule, Formula | Taken) else ()


def _figures(
    rule: Rule, asked: Asked, known: Mapping[str, Figure], defined: Mapping[str, Expression], place: str
) -> Iterator[Figure]:
    """May name a figure repeatedly; the first time counts."""
    known = {**known, **_implied(rule), **{each.name: each for each in rule.figures}}
    defined = {**defined, **{each.name: each.value for each in rule.definitions}}
    yield from own(rule, asked, place)
    used = list(_names(expressions(rule), defined))
    used += [each.event for each in rule.terms] if isinstance(rule, Count) else []
    conditions = [Name(each.figure) for each in rule.declared if each.figure]
    own_result = asked.name(RESULT, rule, place)
    for name in used:
        is_result = name == RESULT and isinstance(rule, Taken)
        yield Figure(own_result, "", "%") if is_result else known.get(name, Figure(name))
    for each, where in members(rule, place):
        yield from _figures(each, asked, known, defined, where)
    for name in _names(conditions, defined):
        yield known.get(name, Figure(name))


def own(rule: Rule, asked: Asked, place: str) -> tuple[Figure, ...]:
    """The figures that belong to the kind of the rule rather than to its expressions."""
    if isinstance(rule, Steps):
        return (Figure(asked.name(CHOICE, rule, place)),)
    if isinstance(rule, SurveyShare):
        levels = range(1, rule.scale + 1)
        return tuple(Figure(asked.name(f"mức {level}", rule, place), "", "phiếu", True) for level in levels)
    if isinstance(rule, SurveyWeights):
        return tuple(Figure(asked.name(fold(label), rule, place), "", "phiếu", True) for label, _ in rule.weights)
    return (Figure(asked.name(POINTS, rule, place), "Điểm chấm", "điểm"),) if isinstance(rule, Manual) else ()


def _implied(rule: Rule) -> dict[str, Figure]:
    """Figures that need no line of their own because the rule itself says what they are."""
    implied = {RATE: Figure(RATE, "", "%"), LATE: Figure(LATE, "", "ngày", True)}
    if isinstance(rule, Bands) and rule.measure not in implied:
        implied[rule.measure] = Figure(rule.measure, rule.measure, rule.unit, rule.unit not in {"", "%"})
    if isinstance(rule, Count):
        implied |= {each.event: Figure(each.event, "", "", True) for each in rule.terms}
    return implied


def _names(found: Iterable[Expression], defined: Mapping[str, Expression]) -> Iterator[str]:
    """The figures behind expressions, in order of use: a definition stands for what it is computed from."""
    for expression in found:
        for each in walk(expression):
            if isinstance(each, Name) and each.name in defined:
                yield from _names([defined[each.name]], defined)
            elif isinstance(each, Name) and each.name != MAXIMUM:
                yield each.name


def check(figure: Figure, value: Value) -> Fraction:
    """The exact number that ``value`` is. Raises ``BadFigure``.

    Counts are whole and not negative. Other figures may be negative only where the rule describes them in words (a
    growth, say): a share of tasks, a survey's result cannot.
    """
    if isinstance(value, str) or (isinstance(value, Decimal) and not value.is_finite()):
        raise BadFigure(figure.name, gettext_noop("“%(figure)s” must be a number."))
    number = Fraction(value)
    if is_flag(figure) and number not in {0, 1}:
        raise BadFigure(figure.name, gettext_noop("“%(figure)s” is answered by yes or no."))
    if figure.is_count and (number.denominator != 1 or number < 0):
        raise BadFigure(figure.name, gettext_noop("“%(figure)s” must be a whole number, 0 or more."))
    if number < 0 and not figure.words:
        raise BadFigure(figure.name, gettext_noop("“%(figure)s” cannot be negative."))
    return number


def read_figure(figure: Figure, text: str) -> Value:
    """What a person typed for ``figure``: ``46``, ``0,25``, ``92%``, ``1/3``, the label of a step.

    A number for a figure in percent is in percent with or without its sign: ``92`` and ``92%`` are both 23/25. A flag
    reads yes and no. Amounts of money may have 15 digits. Raises ``BadFigure``.
    """
    if is_choice(figure):
        return " ".join(text.split())
    if is_flag(figure) and fold(text) in YES | NO:
        return Fraction(int(fold(text) in YES))
    try:
        number = Fraction(int(text)) if LONG.fullmatch(text.strip()) else read_number(text)
    except ValueError:
        raise BadFigure(
            figure.name, gettext_noop("“%(figure)s” must be a number, with a decimal comma and no points in between.")
        ) from None
    return check(figure, number / 100 if figure.unit == "%" and not text.rstrip().endswith("%") else number)


def is_flag(figure: Figure) -> bool:
    """Whether the figure is answered by yes (1) or no (0)."""
    return figure in FLAGS.values()


def is_choice(figure: Figure) -> bool:
    """Whether the figure is a label to be chosen rather than a number."""
    bare = not figure.unit and not figure.words and not figure.is_count
    return bare and (figure.name == CHOICE or figure.name.startswith((f"{CHOICE} phần ", f"{CHOICE} trường hợp ")))
