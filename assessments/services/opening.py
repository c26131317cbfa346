"""A plan is issued: every unit of every group gets its dossier, once, and is told."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment
from assessments.selectors.opening import missing_dossiers
from assessments.services import carrying
from criteria.models import Cycle
from criteria.selectors.audience import people_of
from criteria.services import planning
from units import audit, notices
from units.models import User


@transaction.atomic
def issue_plan(*, cycle: Cycle, number: str, issued_on: date, by: User, reason: str = "") -> int:
    """Issue the plan and open its dossiers; how many are new. Issuing it again opens those still missing.

    Raises ``planning.NotReady`` while the calendar is impossible or a carried item is not affirmed.
    """
    was_issued = Cycle.objects.select_for_update().get(pk=cycle.pk).issued_at is not None
    held = planning.issue(cycle=cycle, number=number, issued_on=issued_on, by=by, reason=reason)
    count = open_dossiers(cycle=held, by=by)
    if not was_issued:
        text = gettext("The plan %(number)s of %(cycle)s is issued. Its calendar is open to every unit.")
        link = reverse("criteria:calendar", args=[held.code])
        notices.post(people_of(held), text % {"number": held.plan_number, "cycle": held.name}, link)
    return count


@transaction.atomic
def open_dossiers(*, cycle: Cycle, by: User) -> int:
    """A draft dossier for every unit that has none, with last year's delegations as a draft; how many were opened."""
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    made = Assessment.objects.bulk_create(missing_dossiers(held))
    if made:
        carrying.carry_delegations(cycle=held, by=by)
        audit.record(by, "dossiers.opened", held, unit=held.authority, dossiers=len(made))
    return len(made)
