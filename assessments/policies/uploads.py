"""The door to uploads: one's own, as long as one may bring documents for their leaf or for their unit."""

from django.shortcuts import get_object_or_404

from assessments.models import Intake
from assessments.policies.dossiers import Rights, leaf_to_prove
from assessments.policies.evidence import library_to_fill
from units.models import User


def intake_to_continue(user: User, pk: int) -> tuple[Intake, Rights | None]:
    """An upload that the person began; 404 for those of others, 403 once the leaf or the unit is another's.

    The rights are those in the dossier; None for a document that was brought for the unit.
    """
    related = ("assessment", "criterion", "unit", "by", "evidence")
    intake = get_object_or_404(Intake.objects.select_related(*related), pk=pk, by=user)
    if intake.assessment_id is None or intake.criterion_id is None:
        library_to_fill(user, intake.unit_id)
        return intake, None
    assessment, rights, criterion = leaf_to_prove(user, intake.assessment_id, intake.criterion_id)
    intake.assessment, intake.criterion = assessment, criterion
    return intake, rights


def intake_to_note(user: User, pk: int) -> Intake:
    """An upload that the person began, to be taken off the list: also once nothing more can be uploaded."""
    return get_object_or_404(Intake.objects.select_related("assessment", "unit", "by"), pk=pk, by=user)
