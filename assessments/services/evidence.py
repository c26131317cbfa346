"""Documents brought forward for a score: attached, placed, taken off again."""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.models import Assessment, Citation, Evidence, Receipt, Score
from assessments.selectors import stored_bytes
from assessments.services import gates
from assessments.services.filetypes import Refusal, RefusedFile, inspect, named
from assessments.services.scores import BadScore
from criteria.models import Criterion
from units import audit
from units.models import Unit, User


def attach(
    *, assessment: Assessment, criterion: Criterion, file: "UploadedFile[bytes]", place: str = "", by: User
) -> Citation:
    """Store the document once a unit and cite it for the score of ``criterion``; citing it twice changes nothing.

    Raises ``RefusedFile`` with the reason, ``BadScore``, ``NotAllowed`` or ``PhaseClosed``.
    """
    if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise RefusedFile(Refusal.TOO_LARGE)
    name = named(file.name or "")
    content = file.read()
    kind, pages = inspect(content, name)
    fresh = Evidence(
        name=name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        pages=pages,
        uploaded_by=by,
    )
    return _cite(assessment, criterion, fresh, content, place, by)


@transaction.atomic
def _cite(
    assessment: Assessment, criterion: Criterion, fresh: Evidence, content: bytes, place: str, by: User
) -> Citation:
    assessment, now = gates.opened(assessment)
    if criterion.criteria_set_id != assessment.criteria_set_id or not criterion.is_scorable:
        raise BadScore(f"{criterion.code} is not scored by the unit")
    gates.assert_applies(assessment, criterion)
    score, _ = Score.objects.get_or_create(
        assessment=assessment, criterion=criterion, defaults={"version": 0, "updated_at": now}
    )
    evidence = _kept(assessment.unit, fresh, content, now)
    citation, created = Citation.objects.get_or_create(score=score, evidence=evidence, defaults={"place": place})
    if created:
        audit.record(
            by,
            "evidence.attached",
            citation,
            unit=assessment.unit,
            criterion=criterion.code,
            name=evidence.name,
            sha256=evidence.sha256,
            size=evidence.size,
            place=place,
        )
    return citation


def _kept(unit: Unit, fresh: Evidence, content: bytes, now: datetime) -> Evidence:
    """The unit's document with these bytes, stored if it is new.

    The unit is locked: of two uploads at the edge of the quota exactly one gets in, and the same bytes come in once.
    """
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if standing := Evidence.objects.filter(unit=unit, sha256=fresh.sha256).first():
        return standing
    count, size = stored_bytes(unit)
    if count >= settings.EVIDENCE_UNIT_FILES or size + fresh.size > settings.EVIDENCE_UNIT_BYTES:
        raise RefusedFile(Refusal.QUOTA)
    fresh.unit, fresh.uploaded_at = unit, now
    extension = PurePosixPath(fresh.name).suffix.lower()
    fresh.file.save(f"{uuid4().hex}{extension}", ContentFile(content), save=False)
    try:
        fresh.save(force_insert=True)
    except Exception:
        fresh.file.delete(save=False)
        raise
    return fresh


@transaction.atomic
def set_place(*, citation: Citation, place: str, by: User) -> Citation:
    """Say on which page or in which section the proof stands. Raises ``NotAllowed`` or ``PhaseClosed``."""
    assessment, _ = gates.opened(citation.score.assessment)
    citation = Citation.objects.select_related("evidence", "score__criterion").get(pk=citation.pk)
    if citation.place != place:
        citation.place = place
        citation.save(update_fields=["place"])
        code = citation.score.criterion.code
        audit.record(by, "evidence.placed", citation, unit=assessment.unit, criterion=code, place=place)
    return citation


@transaction.atomic
def detach(*, citation: Citation, by: User) -> None:
    """Take the document off the score; the file goes too unless it is cited elsewhere or was ever handed in.

    Raises ``NotAllowed`` or ``PhaseClosed``. Doing it twice changes nothing.
    """
    assessment, _ = gates.opened(citation.score.assessment)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=assessment.unit_id)
    evidence = citation.evidence
    gone, _ = Citation.objects.filter(pk=citation.pk).delete()
    if not gone:
        return
    dropped = not _is_needed(evidence)
    if dropped:
        storage, path = evidence.file.storage, str(evidence.file.name)
        evidence.delete()
        transaction.on_commit(lambda: storage.delete(path))
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
    """Whether another score cites the document or a receipt names its digest."""
    if Citation.objects.filter(evidence=evidence).exists():
        return True
    return Receipt.objects.filter(assessment__unit=evidence.unit_id, content__contains=evidence.sha256).exists()
