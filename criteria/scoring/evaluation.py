"""Declared figures turned into points, exactly, with the derivation in words.

What holds when arithmetic gives no answer is only ever what the rule declares. Several cases may hold at once; the
first of these decides, and when none of those that hold is declared, ``Undefined`` names the first:

1. no task in the year (the flag ``không có nhiệm vụ`` is 1), no forms (``không có phiếu``);
2. ``Khi x = 0`` lines, in their order, before anything is divided;
3. no forms counted; a lone unit; all units equal; a tie for best (only for a unit that itself shares the best value);
4. a division by zero.

Lines before the first alternative or part hold for the whole rule (1, 2) or for the alternative or part in which the
case arises (3, 4); a line inside one goes before a line outside. All equal is also a tie for best: where only the tie
is declared, it decides. In the group, a unit whose own points a declared case settles is not compared with.

An alternative or part that does not apply is left out, and the derivation says so; when none applies, neither does the
rule. Points are held within the minimum and the maximum of the leaf once, at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from criteria.scoring import derivation
from criteria.scoring.cannot import BadFigure, CannotScore, MissingFigure, Undefined
from criteria.scoring.derivation import NOT_APPLICABLE, explain, shown
from criteria.scoring.figures import POINTS, Value, ask, members, needed, own, read_figure
from criteria.scoring.numbers import fold
from criteria.scoring.rules import (
    CHOICE,
    MAXIMUM,
    BadRule,
    Band,
    Bands,
    Best,
    Case,
    Count,
    Declared,
    Even,
    Expression,
    Formula,
    Full,
    Manual,
    Name,
    NotApplicable,
    Number,
    Operation,
    Outcome,
    Parts,
    Reach,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    Taken,
    gettext_noop,
)
from criteria.scoring.scope import Scope

__all__ = [
    "BadFigure",
    "CannotScore",
    "MissingFigure",
    "Result",
    "Undefined",
    "Value",
    "evaluate",
    "needed",
    "read_figure",
]


@dataclass(frozen=True)
class Result:
    """``points`` within the leaf's minimum and maximum, exact; None: the leaf does not apply.

    ``settled``: the lines of the rule for declared cases that took part, as they stand in the derivation.
    """

    points: Fraction | None
    derivation: str
    settled: tuple[str, ...] = ()


def evaluate(
    rule: Rule,
    figures: Mapping[str, Value],
    *,
    maximum: Decimal | Fraction,
    minimum: Decimal | Fraction = Decimal(0),
    group: Sequence[Mapping[str, Value]] = (),
) -> Result:
    """The points of one leaf for one unit.

    ``figures``: by the names of ``needed``; more than those are ignored. ``group``: the figures of the other units of
    the ranking group, looked at only by rules that compare.

    Raises ``MissingFigure``, ``BadFigure`` or ``Undefined``, all of them ``CannotScore``.
    """
    asked, most = ask(rule), Fraction(maximum)
    scope = Scope(asked, figures, most)
    scope.everyone = [scope, *(Scope(asked, each, most) for each in group)]
    found = score(rule, scope, "")
    if found.points is None:
        return found
    if found.points > most:
        return replace(found, points=most, derivation=f"{found.derivation} → giữ ở {MAXIMUM} {shown(most)}")
    if found.points < minimum:
        least = Fraction(minimum)
        return replace(found, points=least, derivation=f"{found.derivation} → giữ ở điểm thấp nhất {shown(least)}")
    return found


def score(rule: Rule, outer: Scope, place: str) -> Result:
    """What a rule at its place in another gives, not yet held within the leaf's bounds; raises as ``evaluate``."""
    scope = outer.inside(rule, place)
    is_made_of_others = isinstance(rule, Best | Parts)
    if flagged := scope.flagged():
        if declared := scope.declared.get(flagged):
            return _settled(declared, "", scope)
        if not is_made_of_others:
            raise Undefined(flagged)
    elif declared := scope.condition():
        return _settled(declared, "", scope)
    return KINDS[type(rule)](rule, scope) if is_made_of_others else _simple(rule, scope)


def _simple(rule: Rule, scope: Scope) -> Result:
    """A rule that is not made of others; a case that arises in it is settled by what is declared here or outside."""
    try:
        found, holding = KINDS[type(rule)](rule, scope), _compared(scope)
    except Undefined as problem:
        if problem.member:
            raise
        found, holding = None, [*_compared(scope), problem]
    for each in holding:
        if declared := scope.declared.get(each.case):
            return _settled(declared, each.figure, scope)
    if found is None or holding:
        raise holding[0]
    return found


def _compared(scope: Scope) -> list[Undefined]:
    """The cases that hold for what was taken over the group."""
    reaches = {each.reach for each in scope.compared}
    best = Reach.HIGHEST if Reach.HIGHEST in reaches else Reach.LOWEST
    holding: list[Undefined] = []
    for name, (value, others) in scope.compared.items():
        if not others:
            holding.append(Undefined(Case.LONE, name.name))
        elif set(others) == {value}:
            holding += [Undefined(Case.ALL_EQUAL, name.name), Undefined(Case.TIE, name.name)]
        elif name.reach is best and value == scope[name] and value in others:
            holding.append(Undefined(Case.TIE, name.name))
    order = (Case.LONE, Case.ALL_EQUAL, Case.TIE)
    return sorted(holding, key=lambda each: order.index(each.case))


def _settled(declared: Declared, about: str, scope: Scope) -> Result:
    words = derivation.declared(declared, about, scope.maximum)
    return Result(_worth(declared.outcome, scope), words, (words,))


def _worth(outcome: Outcome, scope: Scope) -> Fraction | None:
    if isinstance(outcome, NotApplicable):
        return None
    return scope.maximum if isinstance(outcome, Full) else outcome.value


# ---- the kinds


def _steps(rule: Steps, scope: Scope) -> Result:
    name = scope.asked.name(CHOICE, rule, scope.place)
    if name not in scope.figures:
        raise MissingFigure(name)
    chosen = scope.figures[name]
    for step in rule.steps:
        if isinstance(chosen, str) and fold(step.label) == fold(chosen):
            return Result(step.points, f"{step.label} → {shown(step.points)}")
    labels = "; ".join(each.label for each in rule.steps)
    raise BadFigure(
        name, gettext_noop("“%(value)s” is none of the steps: %(labels)s."), value=str(chosen), labels=labels
    )


def _bands(rule: Bands, scope: Scope) -> Result:
    value = scope[Name(rule.measure)]
    matching = [each for each in rule.bands if each.interval and value in each.interval]
    matching = matching or [each for each in rule.bands if each.interval is None]
    if not matching:
        raise Undefined(Case.OUTSIDE, rule.measure)
    results = [_band(each, rule, scope) for each in matching]
    if len({each.points for each in results}) > 1:
        raise Undefined(Case.OVERLAP, rule.measure)
    return results[0]


def _band(band: Band, rule: Bands, scope: Scope) -> Result:
    in_percent = rule.unit == "%"
    head = derivation.measured(rule.measure, scope, in_percent=in_percent)
    head = head if in_percent or not rule.unit else f"{head} {rule.unit}"
    head = f"{head} {derivation.condition(band.interval, rule.unit)}"
    if isinstance(band.value, NotApplicable | Full):
        return Result(_worth(band.value, scope), f"{head} → {derivation.outcome(band.value, scope.maximum)}")
    expression = _even(band, rule) if isinstance(band.value, Even) else band.value
    told = derivation.steps([expression], scope, but=rule.measure)
    return Result(scope.compute(expression), f"{head} → {told}{explain(expression, scope)}")


def _even(band: Band, rule: Bands) -> Expression:
    """Points along the straight line between the bounds of the band."""
    interval, value = band.interval, band.value
    if interval is None or interval.lower is None or interval.upper is None or not isinstance(value, Even):
        raise BadRule(gettext_noop("Points rise or fall evenly only between two bounds."))
    lower, upper = (Number(each, rule.unit == "%") for each in (interval.lower, interval.upper))
    share = Operation("/", Operation("-", Name(rule.measure), lower), Operation("-", upper, lower))
    if value.end < value.start:
        return Operation("-", Number(value.start), Operation("*", share, Number(value.start - value.end)))
    return Operation("+", Number(value.start), Operation("*", share, Number(value.end - value.start)))


def _formula(rule: Formula, scope: Scope) -> Result:
    value = scope.compute(rule.value)
    words = derivation.steps([rule.value], scope) + explain(rule.value, scope)
    return _limited(value, words, rule)


def _count(rule: Count, scope: Scope) -> Result:
    start = rule.start
    if start is None and all(each.amount < 0 for each in rule.terms):
        start = scope.maximum
    value, words = start or Fraction(0), "" if start is None else shown(start)
    for term in rule.terms:
        events = scope[Name(term.event)]
        value += events * term.amount
        sign = "-" if term.amount < 0 else "+"
        words += f" {sign} {shown(events)} × {shown(abs(term.amount))}"
    return _limited(value, f"{words.removeprefix(' + ').strip()} = {shown(value)}", rule)


def _limited(value: Fraction, words: str, rule: Formula | Count) -> Result:
    if rule.lowest is not None and value < rule.lowest:
        return Result(rule.lowest, f"{words} → thấp nhất {shown(rule.lowest)}")
    if rule.highest is not None and value > rule.highest:
        return Result(rule.highest, f"{words} → cao nhất {shown(rule.highest)}")
    return Result(value, words)


def _survey_share(rule: SurveyShare, scope: Scope) -> Result:
    counts = [scope.number(each) for each in own(rule, scope.asked, scope.place)]
    counted = [counts[level - 1] for level in rule.levels]
    if not sum(counts):
        raise Undefined(Case.NO_FORMS)
    top = " + ".join(shown(each) for each in counted)
    top = f"({top})" if len(counted) > 1 else top
    return _share_of_maximum(Fraction(sum(counted), sum(counts)), f"{top} / {shown(Fraction(sum(counts)))}", scope)


def _survey_weights(rule: SurveyWeights, scope: Scope) -> Result:
    counts = [scope.number(each) for each in own(rule, scope.asked, scope.place)]
    pairs = list(zip(counts, (weight for _, weight in rule.weights), strict=True))
    if not sum(counts):
        raise Undefined(Case.NO_FORMS)
    top = " + ".join(f"{shown(count)} × {shown(weight, is_percent=True)}" for count, weight in pairs)
    mean = Fraction(sum(count * weight for count, weight in pairs), sum(counts))
    return _share_of_maximum(mean, f"({top}) / {shown(Fraction(sum(counts)))}", scope)


def _share_of_maximum(share: Fraction, words: str, scope: Scope) -> Result:
    points = share * scope.maximum
    factor = explain(Operation("*", Number(share, True), Number(scope.maximum)), scope)
    return Result(points, f"{words} = {shown(share, is_percent=True)} → {factor}")


def _taken(rule: Taken, scope: Scope) -> Result:
    told = derivation.steps([rule.value], scope)
    return Result(scope.compute(rule.value), f"{rule.name}: {told}{explain(rule.value, scope)}")


def _manual(rule: Manual, scope: Scope) -> Result:
    (figure,) = own(rule, scope.asked, scope.place)
    points = scope.number(figure)
    if not rule.lower <= points <= rule.upper:
        reason = gettext_noop("The points lie between %(lower)s and %(upper)s.")
        raise BadFigure(figure.name, reason, lower=shown(rule.lower), upper=shown(rule.upper))
    return Result(points, f"{POINTS} chấm {shown(points)} (từ {shown(rule.lower)} đến {shown(rule.upper)})")


def _best(rule: Best, scope: Scope) -> Result:
    found = _members("Trường hợp", rule, scope)
    if not found.applying:
        return Result(None, f"{found.words} → {NOT_APPLICABLE}", found.settled)
    best = max(found.applying)
    return Result(best, f"{found.words} → lấy cao nhất {shown(best)}", found.settled)


def _parts(rule: Parts, scope: Scope) -> Result:
    found = _members("Phần", rule, scope)
    if not found.applying:
        return Result(None, f"{found.words} → {NOT_APPLICABLE}", found.settled)
    total, terms = sum(found.applying, Fraction(0)), " + ".join(shown(each) for each in found.applying)
    return Result(total, f"{found.words} → cộng {terms} = {shown(total)}", found.settled)


@dataclass(frozen=True)
class _Found:
    """The points of the members that apply, how all came about, and the declared cases that took part."""

    applying: list[Fraction]
    words: str
    settled: tuple[str, ...]


def _members(word: str, rule: Best | Parts, scope: Scope) -> _Found:
    """Every alternative or part; its words in brackets where it has members itself."""
    found, told = [], []
    for at, (each, place) in enumerate(members(rule, scope.place), 1):
        result = score(each, scope, place)
        found.append(result)
        words = f"[{result.derivation}]" if isinstance(each, Best | Parts) else result.derivation
        told.append(f"{word} {at}: {words}")
    points = [each.points for each in found if each.points is not None]
    return _Found(points, ". ".join(told), tuple(line for each in found for line in each.settled))


KINDS: dict[type, Callable[..., Result]] = {
    Steps: _steps,
    Bands: _bands,
    Formula: _formula,
    Count: _count,
    SurveyShare: _survey_share,
    SurveyWeights: _survey_weights,
    Taken: _taken,
    Manual: _manual,
    Best: _best,
    Parts: _parts,
}
