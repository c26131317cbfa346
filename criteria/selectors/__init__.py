"""Reads of cycles, phases, tiers, groups and criteria."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from criteria.models import CriteriaSet, Criterion, Cycle, Phase, PhaseKind, RankingGroup, SetState, Tier
from criteria.phases import Stand, Window
from criteria.selectors.calendar import deadline_of
from criteria.tree.nodes import Node, Outline
from units.models import Unit, UnitKind
from units.naming import folded


def criteria_of(criteria_set: CriteriaSet) -> list[Criterion]:
    """The whole tree in printing order, each node with its parent: one query without a join."""
    nodes = list(criteria_set.criteria.order_by("position"))
    by_pk = {each.pk: each for each in nodes}
    for node in nodes:
        if node.parent_id is not None:
            node.parent = by_pk[node.parent_id]
    return nodes


def sets_in_force(cycle: Cycle) -> QuerySet[CriteriaSet]:
    """The issued sets of the cycle, one a kind of unit: drafts and replaced versions count for nobody."""
    return CriteriaSet.objects.filter(cycle=cycle, state=SetState.ISSUED)


def outline(criteria_set: CriteriaSet, criteria: Iterable[Criterion] | None = None) -> Outline:
    """The set as plain data; ``criteria``: its nodes, if they are at hand in printing order."""
    nodes = criteria_of(criteria_set) if criteria is None else list(criteria)
    codes = {each.pk: each.code for each in nodes}
    return Outline(
        title=criteria_set.title,
        scale=criteria_set.scale,
        survey_points=criteria_set.survey_points,
        bonus_cap=criteria_set.bonus_cap,
        penalty_cap=criteria_set.penalty_cap,
        may_exceed=criteria_set.may_exceed,
        legal_basis=criteria_set.legal_basis,
        nodes=tuple(_node(each, codes.get(each.parent_id or 0, "")) for each in nodes),
    )


def _node(criterion: Criterion, parent: str) -> Node:
    return Node(
        code=criterion.code,
        name=criterion.name,
        parent=parent,
        maximum=None if criterion.is_max_unknown else criterion.max_points,
        minimum=criterion.min_points,
        side=criterion.side,
        method=criterion.method,
        entered_by=criterion.entered_by,
        evidence=criterion.evidence_asked,
        rule=criterion.rule,
        examples=criterion.examples,
        guidance=criterion.guidance,
        legal_basis=criterion.legal_basis,
        facets=criterion.facets,
        note=criterion.note,
    )


def window(cycle: Cycle, kind: str, unit_kind: str, unit: Unit | None = None) -> Window | None:
    """When the phase is open for the kind of unit, or for one unit, extensions included; None: no such phase."""
    phase = Phase.objects.filter(cycle=cycle, kind=kind, unit_kind=unit_kind).first()
    return deadline_of(phase, unit).window if phase else None


def phases_of(cycle: Cycle, unit_kind: str | None = None) -> QuerySet[Phase]:
    """The dated phases, of one kind of unit or of all."""
    phases = Phase.objects.filter(cycle=cycle).order_by("closes_at", "kind")
    return phases.filter(unit_kind=unit_kind) if unit_kind else phases


def standing_cycles(now: datetime) -> QuerySet[Cycle]:
    """Cycles that have a phase still to close, newest first."""
    return Cycle.objects.filter(phases__closes_at__gt=now).distinct().order_by("-year", "code")


def groups_of(tier: Tier) -> list[RankingGroup]:
    return list(tier.groups.select_related("parent").order_by("position"))


def units_of_group(group: RankingGroup) -> QuerySet[Unit]:
    """The units ranked in the group: of its kind, directly below its parent, standing at the end of the period."""
    end = group.tier.cycle.period_end
    units = Unit.objects.filter(kind=group.kind, parent=group.parent, valid_from__lte=end)
    return units.exclude(valid_until__lte=end).order_by("sort_key", "code")


def tier_of(cycle: Cycle, unit: Unit) -> Tier | None:
    """The tier that assesses the unit in the cycle."""
    group = RankingGroup.objects.filter(tier__cycle=cycle, kind=unit.kind, parent=unit.parent_id).first()
    return group.tier if group else None


def area_of(criterion: Criterion, by_pk: dict[int, Criterion]) -> Criterion:
    """The top node above (or the criterion itself)."""
    while criterion.parent_id:
        criterion = by_pk[criterion.parent_id]
    return criterion


def leaves(criteria: Iterable[Criterion]) -> list[Criterion]:
    return [criterion for criterion in criteria if criterion.is_leaf]


def calendar(cycle: Cycle) -> list[Phase]:
    """The cycle's phases by kind of unit and, inside, in the order of the work."""
    kinds, steps = UnitKind.values, PhaseKind.values
    return sorted(
        Phase.objects.filter(cycle=cycle),
        key=lambda phase: (kinds.index(phase.unit_kind), phase.opens_at, steps.index(phase.kind)),
    )


def stand(phase: Phase, now: datetime) -> Stand:
    """Whether the phase is still to come, open or over."""
    return Window(phase.opens_at, phase.closes_at).stand(now)


def tiers_of(cycle: Cycle) -> list[Tier]:
    """The competent levels with their ranking groups, in printing order."""
    tiers = cycle.tiers.select_related("authority").prefetch_related("groups__parent")
    return list(tiers.order_by("position", "code"))


def search(criteria: Iterable[Criterion], text: str) -> list[Criterion]:
    """Criteria whose code begins with ``text``, or whose name or evidence contains it (without diacritics).

    With everything below and above them; all for an empty text.
    """
    known, wanted = list(criteria), folded(text)
    if not wanted:
        return known
    by_pk = {criterion.pk: criterion for criterion in known}
    kept: set[int] = set()
    for criterion in known:
        above = _above(criterion, by_pk)
        hit = any(_contains(each, wanted) for each in above)
        kept |= {each.pk for each in above} if hit else set()
    return [criterion for criterion in known if criterion.pk in kept]


def _above(criterion: Criterion, by_pk: dict[int, Criterion]) -> list[Criterion]:
    """The criterion and its ancestors."""
    line = [criterion]
    while line[-1].parent_id:
        line.append(by_pk[line[-1].parent_id])
    return line


def _contains(criterion: Criterion, wanted: str) -> bool:
    words = folded(f"{criterion.name} | {criterion.evidence_asked}")
    return criterion.code == wanted or criterion.code.startswith(f"{wanted}.") or wanted in words


def by_area(criteria: Iterable[Criterion]) -> list[tuple[Criterion, list[Criterion]]]:
    """Each area with everything below it, in printing order."""
    areas: list[tuple[Criterion, list[Criterion]]] = []
    for criterion in criteria:
        if criterion.depth == 0:
            areas.append((criterion, []))
        else:
            areas[-1][1].append(criterion)
    return areas
