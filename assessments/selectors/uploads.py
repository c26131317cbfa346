"""Uploads that somebody has still to look after."""

from django.db.models import QuerySet

from assessments.models import Assessment, Intake, IntakeState
from units.models import User


def unhandled(assessment: Assessment, user: User) -> QuerySet[Intake]:
    """The person's uploads to the dossier that are not through, or were refused and nobody took note of it."""
    rows = Intake.objects.filter(assessment=assessment, by=user, handled_at=None).exclude(state=IntakeState.DONE)
    return rows.select_related("criterion").order_by("began_at", "pk")
