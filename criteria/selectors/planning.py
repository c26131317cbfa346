"""A cycle's calendar as plain data, what is wrong with it, and what else keeps its plan from being issued."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext

from criteria.models import Carried, CriteriaSet, Criterion, Cycle, DayOff, Method, PhaseKind, Tier
from criteria.phases.impossible import Finding, Load, Plan, Step, findings
from criteria.phases.workdays import Days
from criteria.selectors import sets_in_force, tiers_of, units_of_group
from criteria.selectors.calendar import deadlines
from units.models import UnitKind

SeatCount = Callable[[Cycle], Mapping[int, int]]
_counters: list[SeatCount] = []


def count_seats_by(counter: SeatCount) -> None:
    """Let an app that knows councils say how many members each tier (by key) has: this app knows of none."""
    if counter not in _counters:
        _counters.append(counter)


def working_days() -> Days:
    """The days off and the days worked in exchange, as far as they are known."""
    rows = list(DayOff.objects.all())
    return Days(
        {row.day: row.name for row in rows if not row.is_working}, frozenset(row.day for row in rows if row.is_working)
    )


def plan_of(cycle: Cycle) -> Plan:
    """The calendar as it stands for all units, with what it has to make room for."""
    phases = list(cycle.phases.all())
    standing = deadlines((phase, None) for phase in phases)
    tiers, sets = tiers_of(cycle), list(sets_in_force(cycle))
    assessed = tuple(dict.fromkeys(group.kind for tier in tiers for group in tier.groups.all()))
    return Plan(
        period_end=cycle.period_end,
        steps={
            (phase.kind, phase.unit_kind): Step(
                phase.kind,
                phase.unit_kind,
                phase.opens_at,
                standing[phase.pk, None].closes_at,
                standing[phase.pk, None].late_until,
            )
            for phase in phases
        },
        assessed=assessed,
        days=working_days(),
        nested=_nested(tiers, assessed),
        loads=tuple(_loads(cycle, tiers, sets)),
        surveyed=frozenset(each.kind for each in sets if each.survey_points),
        asked=frozenset(each.kind for each in sets),
    )


def _nested(tiers: Iterable[Tier], assessed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Kinds whose assessor is itself assessed in the same cycle, each pair once."""
    pairs = [(group.kind, tier.authority.kind) for tier in tiers for group in tier.groups.all()]
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1] in assessed and pair[0] != pair[1]))


def _loads(cycle: Cycle, tiers: Iterable[Tier], sets: Iterable[CriteriaSet]) -> list[Load]:
    """What each tier's council has to decide: every leaf but those of the survey, for every unit."""
    leaves = Criterion.objects.filter(criteria_set__in=[each.pk for each in sets], is_leaf=True)
    counted = leaves.exclude(method=Method.SURVEY).values_list("criteria_set__kind").annotate(Count("pk")).order_by()
    by_kind = dict(counted)
    seats = {tier: count for counter in _counters for tier, count in counter(cycle).items()}
    found = []
    for tier in tiers:
        groups = list(tier.groups.all())
        pairs = 0
        for group in groups:
            group.tier = tier
            tier.cycle = cycle
            pairs += units_of_group(group).count() * by_kind.get(group.kind, 0)
        found.append(Load(tier.name, frozenset(group.kind for group in groups), pairs, seats.get(tier.pk, 0)))
    return found


def findings_of(cycle: Cycle) -> list[Finding]:
    """What makes the calendar impossible or doubtful, errors first."""
    return findings(plan_of(cycle))


def in_words(finding: Finding) -> str:
    """The finding in the language of the reader."""
    kinds = {name: str(UnitKind(finding.values[name]).label) for name in ("kind", "below") if name in finding.values}
    steps = {name: str(PhaseKind(finding.values[name]).label) for name in ("step", "other") if name in finding.values}
    return gettext(finding.message) % {**finding.values, **kinds, **steps}


def unaffirmed(cycle: Cycle) -> int:
    """How many things came from the last cycle and nobody has answered for yet."""
    return Carried.objects.filter(cycle=cycle, is_left_out=False, affirmed_at=None).count()


def carried_into(cycle: Cycle) -> list[Carried]:
    """What came from the last cycle, and what did not, with who answered for it."""
    return list(Carried.objects.filter(cycle=cycle).select_related("affirmed_by"))


def years_of(cycle: Cycle) -> set[int]:
    """The years in which something of the cycle may close: the measured one and the next."""
    closing: set[date] = {phase.closes_at.date() for phase in cycle.phases.all()}
    return {cycle.period_end.year, cycle.period_end.year + 1, *(day.year for day in closing)}
