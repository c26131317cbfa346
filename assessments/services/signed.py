"""The signed and sealed scan of a paper, put beside the submission that it is the paper of."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, Evidence, PaperKind, Receipt, SignedCopy
from assessments.selectors.exemptions import people_of
from assessments.services import intake
from units import audit, notices
from units.models import Role, User
from units.selectors import database_now

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def bring_signed(*, receipt: Receipt, kind: PaperKind, file: "UploadedFile[bytes]", by: User) -> SignedCopy:
    """Store the scan as a document of the unit and put it beside the submission; the standing body hears of it.

    The same scan twice is one copy. Raises ``RefusedFile`` with the reason.
    """
    return _kept(receipt, kind, intake.document(unit=receipt.assessment.unit, file=file, by=by), by)


@transaction.atomic
def _kept(receipt: Receipt, kind: PaperKind, evidence: Evidence, by: User) -> SignedCopy:
    Assessment.objects.select_for_update().get(pk=receipt.assessment_id)
    newest = SignedCopy.objects.filter(receipt=receipt, kind=kind).first()
    if newest and newest.evidence_id == evidence.pk:
        return newest
    copy = SignedCopy.objects.create(receipt=receipt, kind=kind, evidence=evidence, by=by, at=database_now())
    unit = receipt.assessment.unit
    words = {"unit": unit.name, "paper": kind.label, "number": receipt.number}
    text = gettext("%(unit)s has brought the signed copy: %(paper)s, submission %(number)s.") % words
    notices.post(
        people_of([receipt.assessment.tier.authority_id], Role.STAFF),
        text,
        reverse("assessments:receipt", args=[receipt.pk]),
    )
    audit.record(by, "paper.signed", copy, unit=unit, paper=str(kind), sha256=evidence.sha256, receipt=receipt.number)
    return copy
