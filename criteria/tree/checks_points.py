"""Maxima, minima, sums, the survey's share, and what counts outside the scale."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from criteria.scoring.rules import gettext_noop as _
from criteria.tree.findings import Facts, Finding, error, points, warning
from criteria.tree.nodes import ADJUSTMENT, BONUS, PENALTY, SCALE, SURVEY, ZERO, Node, Outline

PLACES = 4


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value or ZERO for value in values), ZERO)


def unknown(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        if node.maximum is None:
            message = _("Criterion %(code)s has no maximum yet.")
            yield error("maximum_unknown", node.code, "maximum", message, code=node.code)


def areas(outline: Outline, facts: Facts) -> Iterator[Finding]:
    inside = [node.maximum for node in outline.children() if node.side == SCALE]
    rest = outline.scale - _sum(inside)
    if rest and None not in inside:
        yield error(
            "areas_sum",
            "",
            "scale",
            _("The areas sum to %(sum)s points; the scale is %(scale)s (%(rest)s left)."),
            sum=points(_sum(inside)),
            scale=points(outline.scale),
            rest=points(rest),
        )


def sums(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        below = [child.maximum for child in outline.children(node.code)]
        if not below or node.side != SCALE or node.maximum is None or None in below or node.maximum == _sum(below):
            continue
        yield error(
            "children_sum",
            node.code,
            "maximum",
            _("What belongs to %(code)s sums to %(sum)s points; its maximum is %(maximum)s (%(rest)s left)."),
            code=node.code,
            sum=points(_sum(below)),
            maximum=points(node.maximum),
            rest=points(node.maximum - _sum(below)),
        )


def survey(outline: Outline, facts: Facts) -> Iterator[Finding]:
    given = [leaf.maximum for leaf in outline.leaves if leaf.method == SURVEY and leaf.side == SCALE]
    if _sum(given) != outline.survey_points and None not in given:
        yield error(
            "survey_share",
            "",
            "survey_points",
            _("The survey's leaves sum to %(sum)s points; the set says %(stated)s."),
            sum=points(_sum(given)),
            stated=points(outline.survey_points),
        )


def decimals(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for name in ("scale", "survey_points", "bonus_cap", "penalty_cap"):
        if _is_too_fine(getattr(outline, name)):
            yield error("decimals", "", name, _("Points have at most four decimals."))
    for node in outline.nodes:
        for name in ("maximum", "minimum"):
            if _is_too_fine(getattr(node, name)):
                yield error("decimals", node.code, name, _("Points have at most four decimals."))


def _is_too_fine(value: Decimal | None) -> bool:
    return value is not None and value != round(value, PLACES)


def bounds(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        if node.side == PENALTY:
            yield from _penalty(outline, node)
        elif node.maximum is not None and (node.maximum <= 0 or node.minimum >= node.maximum):
            message = _("The maximum of %(code)s must be above 0 and above its minimum.")
            yield error("bounds_wrong", node.code, "maximum", message, code=node.code)


def _penalty(outline: Outline, node: Node) -> Iterator[Finding]:
    if node.maximum:
        message = _("Criterion %(code)s takes points away: its maximum is 0.")
        yield error("bounds_wrong", node.code, "maximum", message, code=node.code)
    if node.minimum >= 0:
        message = _("Criterion %(code)s takes points away without a floor: give a negative minimum.")
        yield error("penalty_without_floor", node.code, "minimum", message, code=node.code)


def caps_of_nodes(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """Outside the scale an inner node says how much of what is below it counts: never more than there is."""
    for node in outline.nodes:
        below = outline.children(node.code)
        if not below or any(child.maximum is None for child in below):
            continue
        most, least = _sum(child.maximum for child in below), _sum(child.minimum for child in below)
        if node.side == BONUS and (node.maximum or ZERO) > most:
            yield _cap(node, "maximum", most)
        if node.side == PENALTY and node.minimum < least:
            yield _cap(node, "minimum", least)


def _cap(node: Node, where: str, reached: Decimal) -> Finding:
    message = _("The limit of %(code)s can never be reached: what belongs to it sums to %(sum)s points.")
    return error("cap_out_of_reach", node.code, where, message, code=node.code, sum=points(reached))


def caps(outline: Outline, facts: Facts) -> Iterator[Finding]:
    bonus = [node.maximum or ZERO for node in outline.children() if node.side == BONUS]
    penalty = [-node.minimum for node in outline.children() if node.side == PENALTY]
    yield from _of_set("bonus_cap", outline.bonus_cap, bonus)
    yield from _of_set("penalty_cap", outline.penalty_cap, penalty)


def _of_set(name: str, cap: Decimal, areas: list[Decimal]) -> Iterator[Finding]:
    most = sum(areas, ZERO)
    if areas and cap <= 0:
        yield error(f"{name}_missing", "", name, _("The set has points outside the scale, but none of them counts."))
    elif not areas and cap:
        yield warning(f"{name}_idle", "", name, _("The limit is for points outside the scale, but the set has none."))
    elif areas and cap > most:
        yield warning(
            f"{name}_out_of_reach",
            "",
            name,
            _("The limit of %(cap)s points can never be reached: the areas outside the scale sum to %(sum)s."),
            cap=points(cap),
            sum=points(most),
        )


def adjustments(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for leaf in outline.leaves:
        if leaf.method == ADJUSTMENT and leaf.side == SCALE:
            message = _("Criterion %(code)s is a bonus or penalty, but lies inside the scale.")
            yield error("adjustment_in_scale", leaf.code, "method", message, code=leaf.code)


CHECKS = (areas, survey, caps, unknown, sums, decimals, bounds, caps_of_nodes, adjustments)
