"""A new file instead of an old one: the old stays bound to what was handed in and decided on it."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.models import Citation, Evidence, EvidenceReader, Verdict
from assessments.models.boxes import FIELDS
from assessments.selectors.versions import newest
from assessments.services import gates, intake
from assessments.services.indexing import indexed
from assessments.states import NotAllowed
from units import audit
from units.models import User
from units.selectors import database_now

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class NotNew(Exception):
    """The file is the document itself or one of its versions, or it already is a version of another one."""


def replace(*, evidence: Evidence, file: "UploadedFile[bytes]", by: User) -> Evidence:
    """Take the file in as the version after the newest one. Citations stay where they are until they are moved.

    It is examined first, which may take half a minute, and then stored as the version that it is in one transaction:
    a confidential document's new version is confidential too, for the same readers, and never stands open. Raises
    ``RefusedFile`` or ``NotNew``.
    """
    return intake.document(unit=evidence.unit, file=file, by=by, then=partial(_follow, evidence, by))


def _follow(evidence: Evidence, by: User, made: Evidence) -> None:
    """Make the document the version after the newest one. Its unit is locked."""
    last = newest(Evidence.objects.get(pk=evidence.pk))
    if made.pk == last.pk or made.replaces_id or _leads_to(last, made):
        raise NotNew(made.name)
    made.replaces, made.is_confidential = last, made.is_confidential or last.is_confidential
    made.folded = indexed(made)
    made.save(update_fields=["replaces", "is_confidential", "folded"])
    for reader in last.readers.all():
        known = {"added_by": by, "added_at": database_now()}
        EvidenceReader.objects.get_or_create(evidence=made, user=reader.user, defaults=known)
    audit.record(by, "evidence.replaced", made, unit=evidence.unit, name=made.name, before=last.sha256)


def _leads_to(document: Evidence, earlier: Evidence) -> bool:
    """Whether ``earlier`` is among the versions before the document."""
    while document.replaces_id and document.replaces is not None:
        document = document.replaces
        if document.pk == earlier.pk:
            return True
    return False


@transaction.atomic
def move(*, evidence: Evidence, citations: Collection[int], by: User) -> int:
    """Let the chosen citations of the version before rest on this one. Returns how many were moved.

    What the appraisers said of the old file does not hold for the new one. A leaf that cites both keeps one citation.
    Words and pages go along: where the new file lacks a page, the check finds it. A box does not: it lies on a page
    that was drawn from the old file, and on the new one it would point with the same certainty at other lines. The
    event says ``box_dropped``; receipts that were frozen with the old file keep the box that they have.
    Raises ``NotAllowed`` or ``PhaseClosed``, and then none is moved.
    """
    rows = Citation.objects.filter(pk__in=citations, evidence=evidence.replaces_id)
    moved = 0
    for seen in rows.select_related("score__assessment").order_by("pk"):
        assessment, _ = gates.opened(seen.score.assessment)
        each = gates.cited(seen)
        gates.assert_leaf_open(assessment, each.score.criterion)
        if assessment.unit_id != evidence.unit_id:
            raise NotAllowed(f"evidence {evidence.pk}")
        dropped = {"box_dropped": True} if each.box else {}
        _moved(each, evidence)
        said = {"criterion": each.score.criterion.code, "name": evidence.name, "sha256": evidence.sha256} | dropped
        audit.record(by, "evidence.moved", each.score, unit=assessment.unit, **said)
        moved += 1
    return moved


def _moved(citation: Citation, evidence: Evidence) -> None:
    if Citation.objects.filter(score=citation.score, evidence=evidence).exists():
        citation.delete()
        return
    citation.evidence, citation.verdict, citation.refusal, citation.verdict_note = evidence, Verdict.WAITING, "", ""
    citation.verdict_by = citation.verdict_at = None
    for name in FIELDS:
        setattr(citation, name, None)
    citation.save()
