"""Plausible figures for a rule: what examples are proposed from, and witnesses that points can be reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from criteria.scoring.cannot import CannotScore
from criteria.scoring.evaluation import score
from criteria.scoring.figures import FLAGS, Asked, Value, ask, expressions, inside, is_choice, members, own
from criteria.scoring.rules import (
    MAXIMUM,
    RESULT,
    Band,
    Bands,
    Case,
    Count,
    Expression,
    Figure,
    Manual,
    Name,
    Number,
    Operation,
    Reach,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    walk,
)
from criteria.scoring.scope import Scope

Figures = dict[str, Value]
WHOLES = tuple(Fraction(each) for each in (50, 100, 20, 30, 200, 1000))
MOST_MIXED = 240
SHARES = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(0))
PROPORTIONS = (Fraction(1), Fraction(4, 5), Fraction(2, 5))
NUMBERS = tuple(Fraction(each) for each in (50, 1, 2, 10))


@dataclass(frozen=True)
class Sample:
    """Figures of one unit and of the others of its group."""

    figures: Mapping[str, Value]
    group: tuple[Mapping[str, Value], ...] = ()


@dataclass(frozen=True)
class Setting:
    """What holds around a rule inside another: definitions of the outer ones, its place, the leaf's maximum."""

    asked: Asked
    maximum: Fraction
    definitions: Mapping[str, Expression]
    place: str = ""

    def at(self, rule: Rule, place: str) -> "Setting":
        """The setting inside ``rule``."""
        defined = {each.name: each.value for each in rule.definitions}
        return Setting(self.asked, self.maximum, {**self.definitions, **defined}, place)

    def value(self, expression: Expression, figures: Mapping[str, Value]) -> Fraction | None:
        """What it comes to with these figures; None where it comes to nothing."""
        scope = Scope(self.asked, figures, self.maximum)
        scope.definitions = dict(self.definitions)
        try:
            return scope.compute(expression)
        except CannotScore:
            return None

    def figures(self, found: Sequence[Expression]) -> list[Figure]:
        """The figures behind expressions."""
        return [each for name in dict.fromkeys(self._names(found)) if (each := self.asked.figures.get(name))]

    def divisors(self, found: Sequence[Expression]) -> set[str]:
        """The figures that stand below a line, also inside definitions."""
        every = [*found, *self.definitions.values()]
        quotients = (each for each in every for each in walk(each) if isinstance(each, Operation) and each.sign == "/")
        return set(self._names([each.right for each in quotients]))

    def _names(self, found: Sequence[Expression]) -> Iterator[str]:
        for expression in found:
            for each in walk(expression):
                if isinstance(each, Name) and each.name in self.definitions:
                    yield from self._names([self.definitions[each.name]])
                elif isinstance(each, Name) and each.name != MAXIMUM:
                    yield each.name


def samples(rule: Rule, maximum: Fraction) -> list[Sample]:
    """Plausible inputs, the telling ones first; then one or more for each case that the rule declares."""
    setting = Setting(ask(rule), maximum, {})
    plain = _rule(rule, setting, "")
    if not _compares(rule):
        return [Sample(each) for each in [*plain, *_declared(rule, setting, plain)]]
    return list(_grouped([*plain, *_declared(rule, setting, plain)]))


def _compares(rule: Rule) -> bool:
    found = [*expressions(rule), *(each.value for each in rule.definitions)]
    names = (each for expression in found for each in walk(expression) if isinstance(each, Name))
    return any(each.reach is not Reach.OWN for each in names) or any(_compares(each) for each, _ in members(rule))


def _grouped(plain: list[Figures]) -> Iterator[Sample]:
    """Each among two others; then alone, all equal, tied."""
    for at, each in enumerate(plain):
        others = [other for other in plain if other != each]
        yield Sample(each, tuple(others[:2]))
        yield Sample(each, tuple(others[at : at + 2] or others[-2:]))
    for each in plain:
        yield Sample(each)
        yield Sample(each, (each, each))
        yield from (Sample(each, (each, other)) for other in plain if other != each)


def _rule(rule: Rule, outer: Setting, place: str) -> list[Figures]:
    setting = outer.at(rule, place)
    inner = members(rule, place)
    if not inner:
        return _simple(rule, setting)
    return _mixed([_ordered(each, _rule(each, setting, where), setting, where) for each, where in inner])


def _ordered(rule: Rule, found: list[Figures], outer: Setting, place: str) -> list[Figures]:
    """The figures for one member, those that give most first and those that give least last."""
    known: list[tuple[Fraction, Figures]] = []
    for each in found:
        scope = Scope(outer.asked, each, outer.maximum)
        scope.definitions = dict(outer.definitions)
        try:
            points = score(rule, scope, place).points
        except CannotScore:
            points = None
        known.append((outer.maximum / 2 if points is None else points, each))
    return [each for _, each in sorted(known, key=lambda pair: pair[0], reverse=True)]


def _mixed(found: list[list[Figures]]) -> list[Figures]:
    """Every combination where there are few; else all at their best and at their worst, and each varied by itself."""
    size = 1
    for each in found:
        size *= len(each)
    if size <= MOST_MIXED:
        return [_merged(each) for each in product(*found)]
    best, worst = _merged([each[0] for each in found]), _merged([each[-1] for each in found])
    return [best, *({**best, **each} for member in found for each in member), worst]


def _merged(found: Sequence[Figures]) -> Figures:
    merged: Figures = {}
    for each in found:
        merged = {**each, **merged}
    return merged


def _simple(rule: Rule, setting: Setting) -> list[Figures]:
    if isinstance(rule, Bands):
        return _bands(rule, setting)
    if isinstance(rule, Count):
        return _events(rule, setting)
    names = [each.name for each in own(rule, setting.asked, setting.place)]
    if isinstance(rule, Steps):
        return [{names[0]: each.label} for each in rule.steps]
    if isinstance(rule, SurveyShare | SurveyWeights):
        return _forms(names)
    if isinstance(rule, Manual):
        return [{names[0]: each} for each in (rule.upper, (rule.lower + rule.upper) / 2, rule.lower)]
    if isinstance(rule, Taken):
        result = setting.asked.name(RESULT, rule, setting.place)
        others = [{**each} for each in _spread(setting, expressions(rule))] or [{}]
        return [{**others[0], result: each} for each in SHARES]
    return _spread(setting, expressions(rule))


def _spread(setting: Setting, found: Sequence[Expression]) -> list[Figures]:
    """Divisors at a whole, every other figure in turn at all of it, at most of it and at nothing."""
    figures = [each for each in setting.figures(found) if not is_choice(each)]
    divisors = setting.divisors(found) - {each.name for each in figures if each.unit == "%"}
    base = _at_rest(figures, divisors, WHOLES[0])
    rows: list[Figures] = []
    for each in (each for each in figures if each.name not in divisors):
        if each.unit == "%" or divisors:
            whole = Fraction(1) if each.unit == "%" else WHOLES[0]
            rows += [{**base, each.name: whole * share} for share in PROPORTIONS]
        else:
            rows += [{**base, each.name: value} for value in NUMBERS]
    # Figures that all stand below a line: let each in turn be the larger share.
    rows += [{**base, each.name: WHOLES[0] * 4} for each in figures if each.name in divisors and len(divisors) > 1]
    return [*rows, base]


def _at_rest(figures: Sequence[Figure], divisors: set[str], whole: Fraction) -> Figures:
    """Everything at 0 but the divisors: the first at ``whole``, each further one a fifth, so that none cancel out."""
    below = [each.name for each in figures if each.name in divisors]
    return {each.name: whole / 5 ** below.index(each.name) if each.name in below else Fraction(0) for each in figures}


def _forms(names: list[str]) -> list[Figures]:
    """All forms with one answer, and a mixture."""
    nothing: Figures = dict.fromkeys(names, Fraction(0))
    mixture: Figures = {name: Fraction(10 * (at + 1)) for at, name in enumerate(names)}
    return [mixture, *({**nothing, name: Fraction(100)} for name in reversed(names))]


def _events(rule: Count, setting: Setting) -> list[Figures]:
    names = [each.event for each in rule.terms]
    none: Figures = dict.fromkeys(names, Fraction(0))
    each_once: Figures = dict.fromkeys(names, Fraction(1))
    rows = [none, *({**none, name: Fraction(1)} for name in names), each_once]
    for term in rule.terms:
        limits = [each for each in (rule.start, rule.lowest, rule.highest) if each is not None]
        span = setting.maximum + sum(abs(each) for each in limits)
        # The last outweighs whatever the other parts of a sum give.
        enough = [Fraction(span * times // abs(term.amount) + 1) for times in (1, 5)]
        rows += [{**none, term.event: times} for times in (Fraction(2), *enough)]
    return rows


def _bands(rule: Bands, setting: Setting) -> list[Figures]:
    found = [solve(rule.measure, target, setting) for band in rule.bands for target in _targets(band, rule, setting)]
    solved = [each for each in found if each is not None]
    return solved if len(solved) == len(found) else [*solved, *_spread(setting, [Name(rule.measure)])]


def _targets(band: Band, rule: Bands, setting: Setting) -> list[Fraction]:
    """Values in the band: its closed ends and one between them."""
    step = Fraction(1, 100) if rule.unit == "%" else Fraction(1)
    if band.interval is None:
        return outside(rule, step)
    lower, upper = band.interval.lower, band.interval.upper
    low = lower if lower is not None else Fraction(0)
    # Far enough for points that grow with the measure to reach any maximum.
    top = Fraction(1) if rule.unit == "%" and low < 1 else low + (2 if isinstance(band.value, Number) else 1000) * step
    high = upper if upper is not None else top
    measure = setting.asked.figures.get(rule.measure)
    middle = Fraction((low + high) // 2) if measure and measure.is_count else (low + high) / 2
    inner = [low + step, high - step]
    values = [each for each in dict.fromkeys([high, middle, low, *inner]) if each in band.interval and each >= 0]
    return values[:3]


def outside(rule: Bands, step: Fraction) -> list[Fraction]:
    """Values of the measure's domain that no band names: beside every bound, and 0."""
    intervals = [each.interval for each in rule.bands if each.interval]
    bounds = [each for interval in intervals for each in (interval.lower, interval.upper) if each is not None]
    beside = dict.fromkeys([Fraction(0), *(each + way for each in bounds for way in (-step, Fraction(0), step))])
    domain = (each for each in beside if each >= 0 and (rule.unit != "%" or each <= 1))
    return [each for each in domain if not any(each in interval for interval in intervals)]


def solve(measure: str, target: Fraction, setting: Setting) -> Figures | None:
    """Figures for which the measure is exactly ``target``, found where it goes with one of them or against one."""
    if measure not in setting.definitions:
        return {measure: target}
    figures, divisors = setting.figures([Name(measure)]), setting.divisors([Name(measure)])
    for whole, each in product(WHOLES, figures):
        base = _at_rest(figures, divisors, whole)
        others = [other.name for other in figures if other.name in divisors and other is not each]
        in_turn = _inverted if each.name in divisors else _in_proportion
        tries = [in_turn(measure, target, setting, base, each)]
        tries += [{**base, each.name: target * whole, other: (1 - target) * whole} for other in others]
        for found in tries:
            if found and setting.value(Name(measure), found) == target:
                return found
    return None


def _in_proportion(measure: str, target: Fraction, setting: Setting, base: Figures, figure: Figure) -> Figures | None:
    start = setting.value(Name(measure), base)
    end = setting.value(Name(measure), {**base, figure.name: Fraction(1)})
    if start is None or end is None or start == end:
        return None
    return {**base, figure.name: (target - start) / (end - start)}


def _inverted(measure: str, target: Fraction, setting: Setting, base: Figures, figure: Figure) -> Figures | None:
    once = setting.value(Name(measure), {**base, figure.name: Fraction(1)})
    return {**base, figure.name: once / target} if once and target else None


def _declared(rule: Rule, setting: Setting, plain: list[Figures]) -> Iterator[Figures]:
    """Inputs in which each declared case arises; those of the group arise among ``plain`` ones."""
    base = plain[0] if plain else {}
    numbers: Figures = {name: Fraction(0) for name, each in base.items() if not isinstance(each, str)}
    for each, place in inside(rule):
        setting_here = setting.at(each, place)
        for declared in each.declared:
            if declared.case in FLAGS:
                yield {FLAGS[declared.case].name: Fraction(1)}
            if declared.figure:
                yield from _at_zero(declared.figure, setting_here, base)
            elif declared.case in {Case.DIVISION, Case.NO_FORMS}:
                yield {**base, **numbers}


def _at_zero(name: str, setting: Setting, base: Figures) -> Iterator[Figures]:
    """The named figure at 0 and all others with it, then it alone; a defined name by the figures that make it 0."""
    if name in setting.definitions:
        solved = solve(name, Fraction(0), setting)
        yield from [{**base, **solved}] if solved else []
        return
    yield {
        **{other: value if isinstance(value, str) else Fraction(0) for other, value in base.items()},
        name: Fraction(0),
    }
    yield {**base, name: Fraction(0)}
