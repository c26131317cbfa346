"""The doors to the papers of a submission."""

from django.core.exceptions import PermissionDenied

from assessments.models import Receipt
from assessments.policies.dossiers import receipt_to_view
from units.models import User
from units.permissions import Permission, held


def receipt_to_sign(user: User, pk: int) -> Receipt:
    """A submission whose signed papers the person may bring: one of the unit's own people."""
    receipt = receipt_to_view(user, pk)
    if Permission.ASSESSMENT_SCORE not in held(user, receipt.assessment.unit):
        raise PermissionDenied
    return receipt
