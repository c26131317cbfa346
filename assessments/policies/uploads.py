"""The door to uploads: one's own, as long as one may bring documents for their leaf."""

from django.shortcuts import get_object_or_404

from assessments.models import Intake
from assessments.policies.dossiers import Rights, leaf_to_prove
from units.models import User


def intake_to_continue(user: User, pk: int) -> tuple[Intake, Rights]:
    """An upload to a leaf that the person began; 404 for those of others, 403 once the leaf is another's."""
    related = ("assessment", "criterion", "unit", "by", "evidence")
    intake = get_object_or_404(
        Intake.objects.select_related(*related), pk=pk, by=user, assessment__isnull=False, criterion__isnull=False
    )
    assert intake.assessment_id is not None, "asked for with a dossier"
    assert intake.criterion_id is not None, "asked for with a leaf"
    assessment, rights, criterion = leaf_to_prove(user, intake.assessment_id, intake.criterion_id)
    intake.assessment, intake.criterion = assessment, criterion
    return intake, rights


def intake_to_note(user: User, pk: int) -> Intake:
    """An upload that the person began, to be taken off the list: also once nothing more can be uploaded."""
    return get_object_or_404(Intake.objects.select_related("assessment", "unit", "by"), pk=pk, by=user)
