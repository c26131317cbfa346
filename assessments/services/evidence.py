"""Documents brought forward for a score: attached, placed, taken off again."""

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.models import Assessment, Citation, Evidence, Receipt, RequestDocument, SignedCopy
from assessments.services import gates, intake
from criteria.models import Criterion
from units import audit
from units.models import Unit, User

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def attach(
    *, assessment: Assessment, criterion: Criterion, file: "UploadedFile[bytes]", place: str = "", by: User
) -> Citation:
    """Store the document once a unit and cite it for the score of ``criterion``; citing it twice changes nothing.

    Raises ``RefusedFile`` with the reason, ``BadScore``, ``Amended``, ``NotAllowed`` or ``PhaseClosed``.
    """
    done = intake.receive(
        unit=assessment.unit, assessment=assessment, criterion=criterion, file=file, place=place, by=by
    )
    cited = Citation.objects.filter(evidence=done.evidence, score__assessment=assessment)
    # An amendment may have put another leaf in the place of the one that was asked for.
    return cited.select_related("evidence", "score").order_by("-pk").get(score__criterion=done.criterion)


@transaction.atomic
def set_place(*, citation: Citation, place: str, by: User) -> Citation:
    """Say on which page or in which section the proof stands. Raises ``NotAllowed`` or ``PhaseClosed``."""
    assessment, _ = gates.opened(citation.score.assessment)
    citation = gates.cited(citation)
    gates.assert_leaf_open(assessment, citation.score.criterion)
    if citation.place != place:
        citation.place = place
        citation.save(update_fields=["place"])
        code = citation.score.criterion.code
        audit.record(by, "evidence.placed", citation, unit=assessment.unit, criterion=code, place=place)
    return citation


@transaction.atomic
def detach(*, citation: Citation, by: User) -> None:
    """Take the document off the score; the file goes too unless it is cited elsewhere or was ever handed in.

    One on which somebody worked in the library stays there, cited or not. Raises ``NotAllowed`` or ``PhaseClosed``.
    Doing it twice changes nothing.
    """
    assessment, _ = gates.opened(citation.score.assessment)
    gates.assert_leaf_open(assessment, citation.score.criterion)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=assessment.unit_id)
    gone, _ = Citation.objects.filter(pk=citation.pk).delete()
    if not gone:
        return
    evidence = Evidence.objects.get(pk=citation.evidence_id)
    dropped = not _is_needed(evidence)
    if dropped:
        _drop(evidence)
    code = citation.score.criterion.code
    audit.record(
        by,
        "evidence.detached",
        citation.score,
        unit=unit,
        criterion=code,
        name=evidence.name,
        sha256=evidence.sha256,
        dropped=dropped,
    )


def _is_needed(evidence: Evidence) -> bool:
    """Whether something else rests on the document: what a person said of it, a score, an answer, a paper, another
    version, or a receipt.
    """
    if evidence.confirmed_at or evidence.shared_reason or evidence.replaces_id or evidence.readers.exists():
        return True
    others = (
        Citation.objects.filter(evidence=evidence),
        RequestDocument.objects.filter(evidence=evidence),
        SignedCopy.objects.filter(evidence=evidence),
        Evidence.objects.filter(replaces=evidence),
        Receipt.objects.filter(assessment__unit=evidence.unit_id, content__contains=evidence.sha256),
    )
    return any(rows.exists() for rows in others)


def _drop(evidence: Evidence) -> None:
    """Remove the row, and with the end of the transaction the file and the pictures of its pages."""
    files = [evidence.file, *(image.file for image in evidence.images.all())]
    paths = [(file.storage, file.name) for file in files if file.name]
    evidence.delete()
    for storage, path in paths:
        transaction.on_commit(partial(storage.delete, path))
