"""Uploads that somebody has still to look after, and those that have just become documents."""

from datetime import timedelta

from django.db.models import QuerySet

from assessments.models import Assessment, Intake, IntakeState
from units.models import Unit, User
from units.selectors import database_now

JUST_NOW = timedelta(hours=1)


def _unhandled(user: User) -> QuerySet[Intake]:
    """The person's uploads that are not through, or were refused and nobody took note of it."""
    rows = Intake.objects.filter(by=user, handled_at=None).exclude(state=IntakeState.DONE)
    return rows.select_related("criterion").order_by("began_at", "pk")


def unhandled(assessment: Assessment, user: User) -> QuerySet[Intake]:
    """Those to the dossier."""
    return _unhandled(user).filter(assessment=assessment)


def unhandled_of_unit(unit: Unit, user: User) -> QuerySet[Intake]:
    """Those to the unit that are meant for no dossier."""
    return _unhandled(user).filter(unit=unit, assessment=None)


def arrived(unit: Unit, user: User) -> list[Intake]:
    """What the person brought for the unit within the last hour, newest first, each document once: to be cited next."""
    since = database_now() - JUST_NOW
    rows = Intake.objects.filter(unit=unit, assessment=None, by=user, state=IntakeState.DONE, touched_at__gt=since)
    found = {row.evidence_id: row for row in rows.order_by("touched_at", "pk")}
    return list(reversed(found.values()))
