"""Reads of survey points: what is there, what is missing by name, what an import would change."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from criteria.models import Criterion, Method, Phase, PhaseKind, Tier
from criteria.phases import Stand
from criteria.selectors import sets_in_force, stand
from surveys.models import SurveyImport, SurveyPoint
from units.models import Unit
from units.naming import folded


@dataclass(frozen=True)
class Missing:
    """A unit and the survey leaves that have no points yet, in printing order."""

    unit: Unit
    criteria: list[Criterion]


@dataclass(frozen=True)
class Time:
    """A phase, where now lies against it, and the kinds of unit that it is for."""

    phase: Phase
    stand: Stand
    kinds: list[str]


@dataclass(frozen=True)
class Change:
    """What an import does to one leaf of one unit; ``before`` is None where there were no points."""

    given: SurveyPoint
    before: SurveyPoint | None

    @property
    def is_replacement(self) -> bool:
        return self.before is not None and not self.is_same

    @property
    def is_same(self) -> bool:
        now, was = self.given, self.before
        return was is not None and (was.points, was.respondents) == (now.points, now.respondents)


def units_of(tier: Tier) -> list[Unit]:
    """The units that the tier assesses, standing at the end of the measured period."""
    groups = Q(pk__in=[])
    for group in tier.groups.all():
        groups |= Q(kind=group.kind, parent=group.parent_id)
    end = tier.cycle.period_end
    standing = Unit.objects.filter(groups, valid_from__lte=end).exclude(valid_until__lte=end)
    return list(standing.order_by("sort_key", "code"))


def leaves(tier: Tier) -> dict[str, list[Criterion]]:
    """The leaves scored by survey, in printing order, by kind of unit."""
    sets = sets_in_force(tier.cycle)
    found = Criterion.objects.filter(criteria_set__in=sets, is_leaf=True, method=Method.SURVEY)
    by_kind: dict[str, list[Criterion]] = {}
    for criterion in found.select_related("criteria_set").order_by("position"):
        by_kind.setdefault(criterion.criteria_set.kind, []).append(criterion)
    return by_kind


def points(tier: Tier) -> dict[tuple[int, int], SurveyPoint]:
    """The survey points of the tier's units by (unit, criterion)."""
    return _points(tier, units_of(tier))


def _points(tier: Tier, units: list[Unit]) -> dict[tuple[int, int], SurveyPoint]:
    found = SurveyPoint.objects.filter(cycle=tier.cycle_id, unit__in=[unit.pk for unit in units])
    return {(point.unit_id, point.criterion_id): point for point in found}


def missing(tier: Tier) -> list[Missing]:
    """The units of the tier whose survey leaves are not all filled, with the leaves."""
    by_kind, units = leaves(tier), units_of(tier)
    filled = _points(tier, units)
    gaps = [
        Missing(unit, [leaf for leaf in by_kind.get(unit.kind, ()) if (unit.pk, leaf.pk) not in filled])
        for unit in units
    ]
    return [gap for gap in gaps if gap.criteria]


def listed(tier: Tier, text: str = "") -> QuerySet[SurveyPoint]:
    """The tier's survey points with unit, criterion and source; of units or criteria that contain ``text``."""
    units = [unit.pk for unit in units_of(tier)]
    found = SurveyPoint.objects.filter(cycle=tier.cycle_id, unit__in=units)
    found = found.select_related("unit", "criterion", "source").order_by("unit__sort_key", "criterion__position")
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return found
    return found.filter(
        Q(unit__folded__contains=folded(wanted)) | Q(unit__code__iexact=wanted) | Q(criterion__code=wanted)
    )


def changes(cycle_id: int, given: Sequence[SurveyPoint]) -> list[Change]:
    """What storing ``given`` would do, in its order."""
    units = {point.unit_id for point in given}
    there = SurveyPoint.objects.filter(cycle=cycle_id, unit__in=units).select_related("unit", "criterion")
    before = {(point.unit_id, point.criterion_id): point for point in there}
    return [Change(point, before.get((point.unit_id, point.criterion_id))) for point in given]


def fingerprint(found: Iterable[Change]) -> str:
    """A digest of every replacement old -> new; empty when nothing is replaced. What a person confirms is this."""
    lines = [
        f"{change.given.unit_id} {change.given.criterion_id} "
        f"{_plain(change.before.points)} {change.before.respondents} "
        f"{_plain(change.given.points)} {change.given.respondents}"
        for change in found
        if change.before is not None and change.is_replacement
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest() if lines else ""


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def imports(tier: Tier) -> QuerySet[SurveyImport]:
    """The workbooks handed in for the tier, newest first."""
    return SurveyImport.objects.filter(tier=tier).select_related("by").order_by("-at", "-pk")


def phases(tier: Tier) -> list[Phase]:
    """The survey and approval phases of the kinds of unit that the tier assesses, by closing."""
    kinds = {group.kind for group in tier.groups.all()}
    wanted = (PhaseKind.SURVEY, PhaseKind.APPROVAL)
    found = Phase.objects.filter(cycle=tier.cycle_id, kind__in=wanted, unit_kind__in=kinds)
    return list(found.order_by("closes_at", "kind", "unit_kind"))


def times(tier: Tier, now: datetime) -> list[Time]:
    """The same phases, told once for all kinds of unit that share them."""
    shared: dict[tuple[str, datetime, datetime, str], Time] = {}
    for phase in phases(tier):
        key = (phase.kind, phase.opens_at, phase.closes_at, phase.reading)
        shared.setdefault(key, Time(phase, stand(phase, now), [])).kinds.append(phase.get_unit_kind_display())
    return list(shared.values())


def survey_end(tier: Tier, now: datetime) -> Phase | None:
    """The survey phase that ends next, or the last that ended; None where the cycle has none for the tier."""
    surveys = [phase for phase in phases(tier) if phase.kind == PhaseKind.SURVEY]
    ahead = [phase for phase in surveys if phase.closes_at > now]
    return next(iter(ahead or surveys[::-1]), None)
