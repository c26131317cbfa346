"""Last year's delegations as drafts of this year's: each unit looks at its own and issues it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext

from assessments.models import Assessment, Delegation, DelegationPlan
from criteria.models import Carried, CarriedKind, Cycle
from criteria.phases.workdays import Days
from criteria.phases.yearly import end_moved
from criteria.selectors.planning import working_days
from units import audit
from units.models import User


@transaction.atomic
def carry_delegations(*, cycle: Cycle, by: User) -> int:
    """Copy the issued delegations of the cycle before to every dossier that has none; how many dossiers got some.

    A delegation to a unit that is gone, or to a person who has left, is listed with its reason instead.
    """
    plans = DelegationPlan.objects.filter(assessment__cycle=cycle.previous_id, issued_at__isnull=False)
    old = {plan.assessment.unit_id: plan for plan in plans.select_related("assessment")} if cycle.previous_id else {}
    dossiers = Assessment.objects.filter(cycle=cycle, unit__in=old, delegation_plan=None).select_related("unit")
    days = working_days()
    items: list[Carried] = []
    for dossier in dossiers:
        items += _carry(dossier, old[dossier.unit_id], days)
    Carried.objects.bulk_create(items)
    carried = sum(not item.is_left_out for item in items)
    if items:
        told = {"dossiers": carried, "left_out": len(items) - carried}
        audit.record(by, "delegations.carried", cycle, unit=cycle.authority, **told)
    return carried


def _carry(dossier: Assessment, old: DelegationPlan, days: Days) -> Iterable[Carried]:
    made = DelegationPlan.objects.create(assessment=dossier)
    copies = []
    for row in old.delegations.select_related("unit", "division", "person").order_by("position"):
        if why := _gone(row, dossier.cycle.period_end):
            label = f"{dossier.unit.name}: {row}"[:300]
            kind, key = CarriedKind.DELEGATION, f"-{made.pk}-{row.pk}"
            yield Carried(cycle=dossier.cycle, kind=kind, key=key, label=label, note=why, is_left_out=True)
            continue
        copies.append(
            Delegation(
                plan=made,
                position=row.position,
                text=row.text,
                facet=row.facet,
                unit=row.unit,
                division=row.division,
                person=row.person,
                role=row.role,
                task=row.task,
                due_at=end_moved(row.due_at, days) if row.due_at else None,
            )
        )
    Delegation.objects.bulk_create(copies)
    label = gettext("Delegations of %(unit)s: %(count)s") % {"unit": dossier.unit.name, "count": len(copies)}
    note = gettext("a draft: it holds once the unit has looked at it and issued it")
    yield Carried(cycle=dossier.cycle, kind=CarriedKind.DELEGATION, key=str(made.pk), label=label[:300], note=note)


def _gone(row: Delegation, on: date) -> str:
    """Why the owner cannot be given it again; empty where there is nothing against it."""
    if row.unit and row.unit.valid_until and row.unit.valid_until <= on:
        return gettext("the unit exists until %(day)s only") % {"day": f"{row.unit.valid_until:%d/%m/%Y}"}
    if row.person and not row.person.is_active:
        return gettext("the person's account is closed")
    return ""
