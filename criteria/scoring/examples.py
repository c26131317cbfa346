"""Worked examples of a rule: read from their text, run, judged for what they cover, and proposed.

One example a line, figures on the left and the points on the right; other units of the group follow after "|"::

    a = 50; b = 46 → 1,656
    mức = Kịp thời → 1
    a = 0; b = 0 → không áp dụng
    tỷ lệ = 45% | tỷ lệ = 90% | tỷ lệ = 60% → 0,5
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from criteria.scoring.cannot import CannotScore
from criteria.scoring.derivation import NOT_APPLICABLE
from criteria.scoring.evaluation import Result, evaluate
from criteria.scoring.figures import Value, ask, needed, read_figure
from criteria.scoring.numbers import fold, number, percent, read_number
from criteria.scoring.reach import bounds
from criteria.scoring.rules import Figure, Manual, Rule, Steps, gettext_noop
from criteria.scoring.samples import Sample, samples

__all__ = ["BadExample", "Example", "Ran", "bounds", "covers", "parse_examples", "propose", "run"]

FEWEST, MOST = 3, 8
ARROW = re.compile(r"→|->|=>")
SEPARATOR = re.compile(r";(?![^()]*\))")
TOO_FEW = gettext_noop("There are fewer than three worked examples.")
TOO_FEW_STEPS = gettext_noop("The worked examples do not show every answer of the rule.")
NO_HIGHEST = gettext_noop("No worked example has the highest points that the rule can give.")
NO_LOWEST = gettext_noop("No worked example has the lowest points that the rule can give.")


class BadExample(ValueError):
    """A line is no example. ``line`` counts from 1; ``reason`` is a msgid with the fields of ``fields``."""

    def __init__(self, line: int, reason: str, **fields: str) -> None:
        super().__init__(reason % fields if fields else reason)
        self.line, self.reason, self.fields = line, reason, fields


@dataclass(frozen=True)
class Example:
    """``text`` as typed, ``line`` its place from 1. ``expected`` None: the leaf does not apply."""

    line: int
    text: str
    figures: Mapping[str, Value]
    group: tuple[Mapping[str, Value], ...]
    expected: Fraction | None


@dataclass(frozen=True)
class Ran:
    """An example and what the rule gives. ``problem``: the msgid of why it gives nothing, with its ``fields``."""

    line: int
    text: str
    expected: Fraction | None
    got: Fraction | None
    ok: bool
    derivation: str = ""
    problem: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def parse_examples(text: str, rule: Rule) -> tuple[Example, ...]:
    """The examples of a text; blank lines are passed over. Raises ``BadExample`` for the first line that is none."""
    known = {fold(each.name): each for each in needed(rule)}
    lines = enumerate(text.splitlines(), 1)
    return tuple(_example(at, line.strip(), known) for at, line in lines if line.strip())


def _example(line: int, text: str, known: Mapping[str, Figure]) -> Example:
    arrows = list(ARROW.finditer(text))
    if not arrows:
        raise BadExample(line, gettext_noop("No result: write figures, an arrow “→” and the points."))
    left, right = text[: arrows[-1].start()], text[arrows[-1].end() :]
    own_figures, *group = (_figures(line, each, known) for each in left.split("|"))
    return Example(line, text, own_figures, tuple(group), _expected(line, right))


def _expected(line: int, text: str) -> Fraction | None:
    words = fold(text).removesuffix("điểm").strip()
    if words == NOT_APPLICABLE:
        return None
    try:
        return read_number(words)
    except ValueError:
        raise BadExample(line, gettext_noop("“%(text)s” are no points."), text=text.strip()) from None


def _figures(line: int, text: str, known: Mapping[str, Figure]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for each in (part for part in SEPARATOR.split(text) if part.strip()):
        name, sign, typed = each.partition("=")
        figure = known.get(fold(name))
        if not sign:
            raise BadExample(line, gettext_noop("“%(text)s”: write a figure, “=” and its value."), text=each.strip())
        if figure is None:
            raise BadExample(line, gettext_noop("The rule has no figure “%(figure)s”."), figure=name.strip())
        if figure.name in found:
            raise BadExample(line, gettext_noop("The figure “%(figure)s” stands here twice."), figure=figure.name)
        try:
            found[figure.name] = read_figure(figure, typed)
        except CannotScore as problem:
            raise BadExample(line, problem.reason, **problem.fields) from None
    return found


def run(rule: Rule, text: str, *, maximum: Decimal, minimum: Decimal = Decimal(0)) -> tuple[Ran, ...]:
    """Every example of ``text`` against what ``rule`` gives, exactly. Raises ``BadExample``."""
    return tuple(_ran(rule, each, maximum, minimum) for each in parse_examples(text, rule))


def _ran(rule: Rule, example: Example, maximum: Decimal, minimum: Decimal) -> Ran:
    line, text, expected = example.line, example.text, example.expected
    try:
        result = evaluate(rule, example.figures, maximum=maximum, minimum=minimum, group=example.group)
    except CannotScore as problem:
        return Ran(line, text, expected, None, ok=False, problem=problem.reason, fields=problem.fields)
    return Ran(line, text, expected, result.points, result.points == expected, result.derivation)


def covers(rule: Rule, ran: Iterable[Ran], *, maximum: Decimal, minimum: Decimal = Decimal(0)) -> tuple[str, ...]:
    """What the examples do not show, as msgids without fields; nothing is asked of points given by a person.

    At least three different examples, of a rule of one or two steps every step; the highest and the lowest points that
    can be reached, where ``bounds`` knows them.
    """
    if isinstance(rule, Manual):
        return ()
    shown = list(ran)
    missing = _too_few(rule, len({fold(each.text) for each in shown}))
    reachable = bounds(rule, maximum=maximum, minimum=minimum)
    if reachable:
        expected = {each.expected for each in shown}
        missing += [NO_LOWEST] if reachable[0] not in expected else []
        missing += [NO_HIGHEST] if reachable[1] not in expected else []
    return tuple(missing)


def _too_few(rule: Rule, count: int) -> list[str]:
    if isinstance(rule, Steps) and len(rule.steps) < FEWEST:
        return [TOO_FEW_STEPS] if count < len(rule.steps) else []
    return [TOO_FEW] if count < FEWEST else []


# ---- proposals


def propose(rule: Rule, *, maximum: Decimal, minimum: Decimal = Decimal(0)) -> str:
    """A text of examples computed by the rule itself, for a person to check: the highest and the lowest points, what
    lies between, and one for each declared case that plausible figures bring about. Empty for points by a person.
    """
    if isinstance(rule, Manual):
        return ""
    found = list(_computed(rule, Fraction(maximum), Fraction(minimum)))
    return "\n".join(_line(rule, *each) for each in _chosen(found, _answers(rule)))


def _answers(rule: Rule) -> int:
    return len(rule.steps) if isinstance(rule, Steps) else FEWEST


def _computed(rule: Rule, maximum: Fraction, minimum: Fraction) -> Iterable[tuple[Sample, Result]]:
    """Every sample that gives an answer, once."""
    lines: set[str] = set()
    for each in samples(rule, maximum):
        try:
            result = evaluate(rule, each.figures, maximum=maximum, minimum=minimum, group=each.group)
        except CannotScore:
            continue
        line = _line(rule, each, result)
        if line not in lines and _can_be_typed(rule, each, result):
            yield each, result
        lines.add(line)


def _can_be_typed(rule: Rule, sample: Sample, result: Result) -> bool:
    """Whether the line reads back as it was meant: a number may have too many places."""
    try:
        (read,) = parse_examples(_line(rule, sample, result), rule)
    except BadExample:
        return False
    return (read.figures, read.group, read.expected) == (sample.figures, sample.group, result.points)


def _chosen(found: list[tuple[Sample, Result]], fewest: int) -> list[tuple[Sample, Result]]:
    """Both ends, other points as they come, one of each declared case; filled up with more of the same."""
    plain = [each for each in found if not each[1].settled]
    applying = [each for each in plain if each[1].points is not None]
    by_points = sorted(applying, key=lambda each: each[1].points or Fraction(0))
    ends = [*by_points[-1:], *by_points[:1]]
    chosen = _different([*ends, *plain], lambda result: str(result.points))[: max(MOST, fewest)]
    chosen += [each for each in plain if each not in chosen][: max(0, fewest - len(chosen))]
    chosen.sort(key=plain.index)
    settled = [each for each in found if each[1].settled]
    return [*chosen, *_different(settled, lambda result: str(result.settled))[:MOST]]


def _different(found: list[tuple[Sample, Result]], key: Callable[[Result], str]) -> list[tuple[Sample, Result]]:
    """The first of every key."""
    first: dict[str, tuple[Sample, Result]] = {}
    for each in found:
        first.setdefault(key(each[1]), each)
    return list(first.values())


def _line(rule: Rule, sample: Sample, result: Result) -> str:
    figures = ask(rule).figures
    units = " | ".join(_written(each, figures) for each in (sample.figures, *sample.group))
    return f"{units} → {NOT_APPLICABLE if result.points is None else _points(result.points)}"


def _points(points: Fraction) -> str:
    """As a decimal where it can be typed, else as a fraction."""
    try:
        return number(read_number(number(points)))
    except ValueError:
        return f"{points.numerator}/{points.denominator}"


def _written(values: Mapping[str, Value], figures: Mapping[str, Figure]) -> str:
    """As ``parse_examples`` reads it back, in the order in which the rule asks."""
    return "; ".join(f"{name} = {_value(figures[name], values[name])}" for name in figures if name in values)


def _value(figure: Figure, value: Value) -> str:
    if isinstance(value, str):
        return value
    return percent(Fraction(value)) if figure.unit == "%" else number(Fraction(value))
