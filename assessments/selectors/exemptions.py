"""What an exemption, or taking one back, would do: every leaf of every unit, before it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessments.models import Score
from criteria.models import CriteriaSet, Exemption, SetState
from criteria.selectors import criteria_of
from criteria.selectors.exemptions import IN_FORCE, applied, bare, exemptions_of, measured, rule_of, rules_of
from criteria.tree.applicability import Applied, Contradiction, Difference, Effect, apply, differences, maximum
from criteria.tree.nodes import Outline
from units.models import OF_A_UNIT, Membership, Unit, UnitAttribute, User


@dataclass(frozen=True)
class Row:
    """One leaf of one unit that changes. ``answered``: the unit has scored it; the answer is kept and set aside."""

    unit: Unit
    change: Difference[int]
    answered: bool

    @property
    def is_set_aside(self) -> bool:
        return self.answered and self.change.before is None

    @property
    def is_back(self) -> bool:
        """Whether the leaf applies again."""
        return self.change.after is None


@dataclass(frozen=True)
class UnitRow:
    """A unit's highest reachable points inside the scale, before and after."""

    unit: Unit
    leaves: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Plan:
    """Everything that a change of exemptions does to a set's units. ``contradictions``: new ones; they forbid it."""

    rows: tuple[Row, ...]
    units: tuple[UnitRow, ...]
    contradictions: tuple[tuple[Unit, Contradiction[int]], ...]

    @property
    def set_aside(self) -> int:
        return sum(row.is_set_aside for row in self.rows)

    @cached_property
    def fingerprint(self) -> str:
        """What a person has seen and agreed to: compared again when it is done."""
        seen = [
            f"{row.unit.pk}|{row.change.leaf.code}|{_word(row.change.before)}|{_word(row.change.after)}|{row.answered}"
            for row in self.rows
        ]
        return sha256("\n".join(seen).encode()).hexdigest()


def _sorted(changes: Iterable[Difference[int]], units: Iterable[int]) -> list[Difference[int]]:
    """In the order of the units, and of the printing inside."""
    places = {unit: place for place, unit in enumerate(units)}
    return sorted(changes, key=lambda each: places[each.unit])


def _word(effect: Effect | None) -> str:
    return effect.convention if effect else "-"


def plan(criteria_set: CriteriaSet, *, added: Exemption | None = None, removed: Exemption | None = None) -> Plan:
    """What adding one exemption (as if in force) or removing one would do. Queries do not grow with units or leaves."""
    nodes = criteria_of(criteria_set)
    tree, units = bare(nodes), {unit.pk: unit for unit in measured(criteria_set)}
    now = rules_of(exemptions_of(criteria_set))
    later = [rule for rule in now if removed is None or rule.key != removed.pk]
    later += [rule_of(added)] if added else []
    before, after = (applied(tree, rules, units, criteria_set.cycle.period_end) for rules in (now, later))
    return _plan(criteria_set, tree, units, before, after)


def _plan(
    criteria_set: CriteriaSet, tree: Outline, units: Mapping[int, Unit], before: Applied[int], after: Applied[int]
) -> Plan:
    changes = [
        each for each in _sorted(differences(tree, before, after), units) if _word(each.before) != _word(each.after)
    ]
    answered = _answered(criteria_set, {each.leaf.code for each in changes})
    known = {(each.unit, each.leaf) for each in before.contradictions}
    return Plan(
        rows=tuple(Row(units[each.unit], each, (each.unit, each.leaf.code) in answered) for each in changes),
        units=_unit_rows(tree, units, changes, before, after),
        contradictions=tuple(
            (units[each.unit], each) for each in after.contradictions if (each.unit, each.leaf) not in known
        ),
    )


def _answered(criteria_set: CriteriaSet, codes: Iterable[str]) -> set[tuple[int, str]]:
    """Which of the leaves have been scored by which units."""
    said = Score.objects.filter(Q(points__isnull=False) | Q(not_applicable=True), criterion__code__in=list(codes))
    said = said.filter(criterion__criteria_set=criteria_set, assessment__criteria_set=criteria_set)
    return set(said.order_by().values_list("assessment__unit", "criterion__code"))


def _unit_rows(
    tree: Outline,
    units: Mapping[int, Unit],
    changes: Iterable[Difference[int]],
    before: Applied[int],
    after: Applied[int],
) -> tuple[UnitRow, ...]:
    leaves: dict[int, int] = {}
    for each in changes:
        leaves[each.unit] = leaves.get(each.unit, 0) + 1
    return tuple(
        UnitRow(units[pk], count, maximum(tree, before.of(pk)), maximum(tree, after.of(pk)))
        for pk, count in leaves.items()
    )


@dataclass(frozen=True)
class SetPlan:
    """A plan with the set that it is about."""

    criteria_set: CriteriaSet
    plan: Plan


def attribute_plans(unit: Unit, before: Iterable[UnitAttribute], after: Iterable[UnitAttribute]) -> list[SetPlan]:
    """What it does to a unit that it has the attributes ``after`` instead of ``before``: the sets that it touches."""
    rows = Exemption.objects.filter(state__in=IN_FORCE).exclude(attribute="")
    sets = CriteriaSet.objects.filter(criteria__exemptions__in=rows, kind=unit.kind).exclude(state=SetState.REPLACED)
    found = [
        SetPlan(each, _attribute_plan(each, unit, list(before), list(after)))
        for each in sets.select_related("cycle").distinct()
        if unit in measured(each)
    ]
    return [each for each in found if each.plan.rows or each.plan.contradictions]


def _attribute_plan(
    criteria_set: CriteriaSet, unit: Unit, before: list[UnitAttribute], after: list[UnitAttribute]
) -> Plan:
    tree, rules = bare(criteria_of(criteria_set)), rules_of(exemptions_of(criteria_set))
    on = criteria_set.cycle.period_end
    was, will = (apply(tree, rules, {unit.pk: _words(attributes, on)}) for attributes in (before, after))
    return _plan(criteria_set, tree, {unit.pk: unit}, was, will)


def _words(attributes: Iterable[UnitAttribute], on: date) -> frozenset[str]:
    return frozenset(
        each.word
        for each in attributes
        if each.valid_from <= on and (each.valid_until is None or each.valid_until > on)
    )


@dataclass(frozen=True)
class Listed:
    """One leaf that does not apply to one unit today, and the exemption that says so."""

    unit: Unit
    code: str
    name: str
    points: Decimal
    exemption: Exemption


def listed(criteria_set: CriteriaSet) -> tuple[list[Listed], list[UnitRow], list[tuple[Unit, Contradiction[int]]]]:
    """Every effect in force unit by unit, what each of these units can still reach, and what contradicts itself."""
    tree, units = bare(criteria_of(criteria_set)), {unit.pk: unit for unit in measured(criteria_set)}
    rows = {row.pk: row for row in exemptions_of(criteria_set)}
    result = applied(tree, rules_of(rows.values()), units, criteria_set.cycle.period_end)
    nothing: Applied[int] = Applied({})
    changes = _sorted(differences(tree, nothing, result), units)
    found = [
        Listed(
            units[each.unit],
            each.leaf.code,
            each.leaf.name,
            each.leaf.maximum or Decimal(0),
            rows[each.after.rule],
        )
        for each in changes
        if each.after
    ]
    contradictions = [(units[each.unit], each) for each in result.contradictions]
    return found, list(_unit_rows(tree, units, changes, nothing, result)), contradictions


def asked(criteria_set: CriteriaSet) -> QuerySet[Exemption]:
    """Requests that wait for an answer, oldest first."""
    return exemptions_of(criteria_set).filter(state="asked").order_by("asked_at", "pk")


def requests_of(unit: Unit, criteria_set: CriteriaSet) -> QuerySet[Exemption]:
    """What the unit has asked for, newest first."""
    return exemptions_of(criteria_set).filter(unit=unit, asked_at__isnull=False).order_by("-asked_at", "-pk")


def people_of(units: Iterable[int], *roles: str) -> QuerySet[User]:
    """Who holds one of the roles in one of the units today."""
    today = timezone.localdate()
    holders = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, unit__in=list(units))
    kept = holders.filter(role__in=roles or OF_A_UNIT, user__is_active=True)
    return User.objects.filter(pk__in=kept.values("user"))
