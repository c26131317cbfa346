"""Checks of the criteria sets: codes, nesting, maxima that add up, rules that can be read. Plain Python."""

from collections.abc import Iterator
from decimal import Decimal

from criteria.scoring.notation import options, parse
from criteria.scoring.rules import BadRule
from criteria.tree.nodes import PENALTY, SCALE
from results.bundle.lookup import Lookup
from results.bundle.rows import CriterionRow, Problem, SetRow, gettext_noop

SURVEY = "survey"


def check_sets(look: Lookup) -> Iterator[Problem]:
    """One set a kind, a scale above 0, a survey share within it."""
    kinds = set()
    for each in look.bundle.sets:
        if each.kind in kinds:
            text = gettext_noop("There is already a criteria set for the kind “%(kind)s”.")
            yield Problem(*each.place.at("kind"), text, {"kind": each.kind})
        kinds.add(each.kind)
        if each.scale <= 0:
            yield Problem(*each.place.at("scale"), gettext_noop("must be more than 0"), {"cell": "scale"})
        if each.survey_points > each.scale:
            text = gettext_noop("The survey share is greater than the scale.")
            yield Problem(*each.place.at("survey_points"), text)


def check_trees(look: Lookup) -> Iterator[Problem]:
    """Each tree by itself, then its sums against what the set states. A draft need not add up yet."""
    children: dict[tuple[str, str], list[CriterionRow]] = {}
    for row in look.bundle.criteria:
        children.setdefault((row.kind, row.parent_code), []).append(row)
    yield from _nodes(look)
    complete = {kind for kind, each in look.sets.items() if not each.is_draft}
    for row in look.criteria.values():
        if row.kind in complete:
            yield from _stated(row)
            yield from _sum(row, children.get((row.kind, row.code), []))
    for each in look.sets.values():
        if each.kind in complete:
            yield from _totals(look, each, children.get((each.kind, ""), []))


def _nodes(look: Lookup) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for row in look.bundle.criteria:
        if (row.kind, row.code) in seen:
            yield Problem(*row.place.at("code"), gettext_noop("“%(value)s” stands twice."), {"value": row.code})
        if row.parent_code and (row.kind, row.parent_code) not in seen:
            known = row.parent_code != row.code and (row.kind, row.parent_code) in look.criteria
            after = gettext_noop("“%(code)s” must stand below its parent “%(parent)s”.")
            text = after if known else gettext_noop("“%(code)s” has an unknown parent “%(parent)s”.")
            yield Problem(*row.place.at("parent_code"), text, {"code": row.code, "parent": row.parent_code})
        seen.add((row.kind, row.code))
        yield from _bounds(look, row)
        if row.previous_code and not look.bundle.cycle.previous:
            text = gettext_noop("The cycle names no previous cycle in which to look for “%(code)s”.")
            yield Problem(*row.place.at("previous_code"), text, {"code": row.previous_code})
        if (row.kind, row.code) not in look.inner:
            yield from _rule(row)


def _stated(row: CriterionRow) -> Iterator[Problem]:
    if row.stated is None:
        yield Problem(*row.place.at("max_points"), gettext_noop("must not be empty"), {"cell": "max_points"})


def _bounds(look: Lookup, row: CriterionRow) -> Iterator[Problem]:
    """Most and least of a node as its side has them: a penalty gives nothing and takes something."""
    parent = look.criteria.get((row.kind, row.parent_code))
    if parent and parent.side != row.side:
        text = gettext_noop("“%(code)s” stands on another side than its parent “%(parent)s”.")
        yield Problem(*row.place.at("side"), text, {"code": row.code, "parent": parent.code})
    if row.stated is None:
        return
    if row.side == PENALTY:
        if row.max_points or row.min_points >= 0:
            text = gettext_noop("A penalty has the maximum 0 and a minimum below 0.")
            yield Problem(*row.place.at("min_points"), text)
    elif row.stated <= 0:
        yield Problem(*row.place.at("max_points"), gettext_noop("must be more than 0"), {"cell": "max_points"})
    elif row.min_points >= row.stated:
        yield Problem(*row.place.at("min_points"), gettext_noop("The minimum must be below the maximum."))


def _rule(row: CriterionRow) -> Iterator[Problem]:
    """A rule that cannot be read, or that offers points beyond the criterion's. No rule is no problem."""
    if not row.rule:
        return
    try:
        parse(row.rule)
    except BadRule as bad:
        yield Problem(*row.place.at("rule"), bad.reason, bad.fields)
    for points in [option.points for option in options(row.rule, row.max_points)] if row.stated is not None else []:
        if not row.min_points <= points <= row.max_points:
            text = gettext_noop("The rule offers %(points)s points, outside %(minimum)s and the maximum %(maximum)s.")
            limits = {"minimum": plain(row.min_points), "maximum": plain(row.max_points)}
            yield Problem(*row.place.at("rule"), text, {"points": plain(points), **limits})


def _sum(row: CriterionRow, below: list[CriterionRow]) -> Iterator[Problem]:
    """Inside the scale the parts make the whole; a bonus or penalty may be capped below the sum of its parts."""
    total = sum((_amount(each) for each in below), Decimal(0))
    if below and (total != _amount(row) if row.side == SCALE else total < _amount(row)):
        text = gettext_noop("The criteria below “%(code)s” add up to %(sum)s, its maximum is %(maximum)s.")
        values = {"code": row.code, "sum": plain(total), "maximum": plain(_amount(row))}
        yield Problem(*row.place.at("max_points"), text, values)


def _amount(row: CriterionRow) -> Decimal:
    """What the criterion gives, or takes, at most."""
    return -row.min_points if row.side == PENALTY else row.max_points


def _totals(look: Lookup, each: SetRow, areas: list[CriterionRow]) -> Iterator[Problem]:
    total = sum((area.max_points for area in areas if area.side == SCALE), Decimal(0))
    if total != each.scale:
        text = gettext_noop("The areas add up to %(sum)s, the scale is %(scale)s.")
        yield Problem(*each.place.at("scale"), text, {"sum": plain(total), "scale": plain(each.scale)})
    leaves = look.leaves.get(each.kind, ())
    survey = sum((leaf.max_points for leaf in leaves if leaf.method == SURVEY), Decimal(0))
    if survey != each.survey_points:
        text = gettext_noop("The survey criteria add up to %(sum)s points, stated are %(stated)s.")
        values = {"sum": plain(survey), "stated": plain(each.survey_points)}
        yield Problem(*each.place.at("survey_points"), text, values)


def plain(number: Decimal) -> str:
    """Without exponent and trailing zeros.

    >>> plain(Decimal("100.50"))
    '100.5'
    """
    return format(number.normalize(), "f")
