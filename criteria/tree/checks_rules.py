"""Scoring rules: readable, within the leaf's points, complete, and with an answer for every case."""

from collections.abc import Collection, Iterator
from fractions import Fraction

from criteria.scoring import bands
from criteria.scoring.conditions import write_condition
from criteria.scoring.figures import expressions
from criteria.scoring.formula import value
from criteria.scoring.reach import bounds
from criteria.scoring.rules import (
    MAXIMUM,
    Bands,
    Case,
    Count,
    Even,
    Expression,
    Formula,
    Manual,
    Name,
    Number,
    Operation,
    Reach,
    Rule,
    Steps,
    SurveyShare,
    SurveyWeights,
    walk,
)
from criteria.scoring.rules import gettext_noop as _
from criteria.tree.findings import ERROR, WARNING, Finding, error, points, warning
from criteria.tree.nodes import OUTCOME, SURVEY
from criteria.tree.readings import Inner, Reading, each_inside

CASES = {
    Case.DIVISION: _("The rule of %(code)s divides by “%(figure)s”, but does not say what holds when it is 0."),
    Case.LONE: _("The rule of %(code)s compares units, but does not say what holds when there is only one."),
    Case.ALL_EQUAL: _("The rule of %(code)s compares units, but does not say what holds when all are equal."),
    Case.TIE: _("The rule of %(code)s compares units, but does not say what holds when several are best."),
    Case.NO_FORMS: _("The rule of %(code)s does not say what holds when there is no form."),
}


def readable(found: Reading) -> Iterator[Finding]:
    leaf = found.leaf
    if found.problem:
        message = _("The rule of %(code)s cannot be read, line %(line)s: %(why)s")
        values = {"code": leaf.code, "line": str(found.problem.line)}
        yield Finding(
            "rule_unreadable",
            ERROR,
            leaf.code,
            "rule",
            message,
            values,
            found.problem.reason,
            found.problem.fields,
        )
    elif found.rule is None:
        # Points of a survey or of another body come as points; without a rule nobody can follow them.
        by_others = leaf.method in {SURVEY, OUTCOME}
        message = _("Criterion %(code)s has no scoring rule.")
        yield Finding("rule_missing", WARNING if by_others else ERROR, leaf.code, "rule", message, {"code": leaf.code})


def by_hand(found: Reading) -> Iterator[Finding]:
    if found.rule and any(isinstance(each.rule, Manual) for each in each_inside(found.rule)):
        message = _("Points of %(code)s are given by a person: no rule computes them.")
        yield warning("rule_manual", found.leaf.code, "rule", message, code=found.leaf.code)


def stated(found: Reading) -> Iterator[Finding]:
    """Points that the rule names outright must be points that the leaf can have."""
    leaf = found.leaf
    if found.rule is None or leaf.maximum is None:
        return
    named = [each for inner in each_inside(found.rule) for each in _stated(inner.rule)]
    if named and max(named) > leaf.maximum:
        yield error(
            "rule_above",
            leaf.code,
            "rule",
            _("The rule of %(code)s names %(points)s points; the maximum is %(maximum)s."),
            code=leaf.code,
            points=points(max(named)),
            maximum=points(leaf.maximum),
        )
    if named and min(named) < leaf.minimum:
        yield error(
            "rule_below",
            leaf.code,
            "rule",
            _("The rule of %(code)s names %(points)s points; the minimum is %(minimum)s."),
            code=leaf.code,
            points=points(min(named)),
            minimum=points(leaf.minimum),
        )


def _stated(rule: Rule) -> Iterator[Fraction]:
    """Every number of points that the rule names."""
    yield from (each.outcome.value for each in rule.declared if isinstance(each.outcome, Number))
    if isinstance(rule, Steps):
        yield from (step.points for step in rule.steps)
    elif isinstance(rule, Bands):
        for band in rule.bands:
            yield from _constants(band.value)
    elif isinstance(rule, Manual):
        yield from (rule.lower, rule.upper)
    elif isinstance(rule, Formula | Count):
        limits = (rule.lowest, rule.highest, rule.start if isinstance(rule, Count) else None)
        yield from (limit for limit in limits if limit is not None)


def _constants(given: object) -> Iterator[Fraction]:
    if isinstance(given, Even):
        yield from (given.start, given.end)
    elif isinstance(given, Expression) and not any(isinstance(each, Name) for each in walk(given)):
        yield value(given, {})


def reach(found: Reading) -> Iterator[Finding]:
    """The maximum, and a minimum below 0, are points that some figures reach."""
    leaf = found.leaf
    if found.rule is None or leaf.maximum is None or leaf.minimum > leaf.maximum:
        return
    ends = bounds(found.rule, maximum=leaf.maximum, minimum=leaf.minimum)
    if ends and ends[1] < leaf.maximum:
        yield error(
            "maximum_unreachable",
            leaf.code,
            "rule",
            _("The rule of %(code)s gives at most %(points)s points; the maximum of %(maximum)s is never reached."),
            code=leaf.code,
            points=points(ends[1]),
            maximum=points(leaf.maximum),
        )
    if ends and leaf.minimum < 0 and ends[0] > leaf.minimum:
        yield error(
            "minimum_unreachable",
            leaf.code,
            "minimum",
            _("The rule of %(code)s gives at least %(points)s points; the minimum of %(minimum)s is never reached."),
            code=leaf.code,
            points=points(ends[0]),
            minimum=points(leaf.minimum),
        )


# ---- bands


def banded(found: Reading) -> Iterator[Finding]:
    """Every value of the measure lies in one band, and points go one way."""
    for inner in each_inside(found.rule) if found.rule else ():
        if isinstance(inner.rule, Bands):
            yield from _bands(found, inner.rule)


def _bands(found: Reading, rule: Bands) -> Iterator[Finding]:
    code = found.leaf.code
    for gap in bands.gaps(rule):
        message = _("The rule of %(code)s gives no points for %(values)s: add a band or “Còn lại”.")
        yield error("band_gap", code, "rule", message, code=code, values=write_condition(gap, rule.unit))
    for one, other, both in bands.overlaps(rule):
        yield error(
            "band_overlap",
            code,
            "rule",
            _("The rule of %(code)s gives points twice for %(values)s: “%(one)s” and “%(other)s”."),
            code=code,
            values=write_condition(both, rule.unit),
            one=write_condition(one, rule.unit),
            other=write_condition(other, rule.unit),
        )
    if found.leaf.maximum is not None and bands.is_monotone(rule, Fraction(found.leaf.maximum)) is False:
        message = _("The points of %(code)s rise and fall again as the measure rises.")
        yield warning("band_not_monotone", code, "rule", message, code=code)


# ---- cases without an answer


def cases(found: Reading) -> Iterator[Finding]:
    """A rule that divides or compares says what holds when that gives no answer."""
    code = found.leaf.code
    missing = dict.fromkeys(each for inner in _inners(found) for each in _missing(inner))
    for case, figure in missing:
        make = warning if case is Case.NO_FORMS else error
        yield make("undefined_case", code, "rule", CASES[case], code=code, figure=figure)


def _inners(found: Reading) -> Iterator[Inner]:
    return each_inside(found.rule) if found.rule else iter(())


def _missing(inner: Inner) -> Iterator[tuple[Case, str]]:
    declared = {each.case for common in inner.commons for each in common.declared if not each.figure}
    zeros = {each.figure for common in inner.commons for each in common.declared if each.figure}
    if isinstance(inner.rule, SurveyShare | SurveyWeights) and Case.NO_FORMS not in declared:
        yield Case.NO_FORMS, ""
    parts = [part for each in _used(inner) for part in walk(each)]
    if any(isinstance(each, Name) and each.reach is not Reach.OWN for each in parts):
        yield from ((case, "") for case in _uncompared(declared))
    for part in parts:
        if isinstance(part, Operation) and part.sign == "/" and _may_be_zero(part.right, zeros, declared):
            yield Case.DIVISION, _figure(part.right)


def _used(inner: Inner) -> Iterator[Expression]:
    """The expressions of the rule and, of the definitions around it, those that they lead to."""
    waiting = list(expressions(inner.rule))
    seen: set[str] = set()
    while waiting:
        expression = waiting.pop(0)
        yield expression
        for each in walk(expression):
            if isinstance(each, Name) and each.name in inner.definitions and each.name not in seen:
                seen.add(each.name)
                waiting.append(inner.definitions[each.name])


def _uncompared(declared: Collection[Case]) -> Iterator[Case]:
    """What a comparison leaves open. All equal is also a tie for best, so the tie's outcome holds for it too."""
    yield from (case for case in (Case.LONE, Case.TIE) if case not in declared)
    if Case.ALL_EQUAL not in declared and Case.TIE not in declared:
        yield Case.ALL_EQUAL


def _may_be_zero(divisor: Expression, zeros: Collection[str], declared: Collection[Case]) -> bool:
    """Whether the divisor can be 0 with nothing said of it.

    The best of a group is 0 only where all are 0, which is the case of all equal.
    """
    names = [each for each in walk(divisor) if isinstance(each, Name) and each != Name(MAXIMUM)]
    if not names or Case.DIVISION in declared:
        return False
    if isinstance(divisor, Name) and divisor.reach is Reach.OWN and divisor.name in zeros:
        return False
    compares = any(each.reach is not Reach.OWN for each in names)
    return not compares or divisor == Name(names[0].name, Reach.LOWEST)


def _figure(divisor: Expression) -> str:
    names = [each.name for each in walk(divisor) if isinstance(each, Name)]
    return ", ".join(dict.fromkeys(names))


CHECKS = (readable, by_hand, stated, reach, banded, cases)
