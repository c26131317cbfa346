"""Rows of a cycle bundle that are dossiers. They join the transaction of the whole bundle."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from assessments.models import Assessment, Citation, Evidence, Receipt, Score
from assessments.selectors.sheets import sheet
from assessments.services.filetypes import inspect, named
from assessments.services.submission import canonical
from criteria.models import Cycle
from units import audit
from units.models import User


@dataclass(frozen=True)
class Document:
    """A file that proves a score: its name, its digest, and how to read it."""

    score: Score
    name: str
    sha256: str
    read: Callable[[], bytes]
    place: str


@transaction.atomic
def add_dossiers(*, cycle: Cycle, assessments: Sequence[Assessment], scores: Sequence[Score], by: User | None) -> None:
    """Store the dossiers of a new cycle and their self-scores."""
    Assessment.objects.bulk_create(assessments)
    Score.objects.bulk_create(scores, batch_size=2000)
    counts = {"dossiers": len(assessments), "scores": len(scores)}
    audit.record(by, "dossiers.loaded", cycle, unit=cycle.authority, **counts)


@transaction.atomic
def add_documents(
    *, cycle: Cycle, documents: Sequence[Document], handed_in: Sequence[Assessment], by: User | None
) -> None:
    """Store each document once a unit, cite it, and write the receipts; a rollback leaves no file behind.

    Raises ``RefusedFile`` for a file of a type that is not taken.
    """
    units = {document.score.assessment.unit_id for document in documents}
    stored = {(row.unit_id, row.sha256): row for row in Evidence.objects.filter(unit__in=units)}
    with _no_file_left() as made:
        for document in documents:
            key = (document.score.assessment.unit_id, document.sha256)
            if key not in stored:
                stored[key] = _stored(document)
                made.append(stored[key])
        Evidence.objects.bulk_create(made)
        Citation.objects.bulk_create(_citation(document, stored) for document in documents)
        Receipt.objects.bulk_create(_receipt(assessment) for assessment in handed_in)
        counts = {"documents": len(made), "citations": len(documents), "receipts": len(handed_in)}
        audit.record(by, "evidence.loaded", cycle, unit=cycle.authority, **counts)


def _stored(document: Document) -> Evidence:
    content, name = document.read(), named(document.name)
    kind, pages = inspect(content, name)
    score = document.score
    evidence = Evidence(
        unit=score.assessment.unit,
        name=name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        pages=pages,
        uploaded_by=score.updated_by,
        uploaded_at=score.updated_at,
    )
    extension = PurePosixPath(name).suffix.lower()
    evidence.file.save(f"{uuid4().hex}{extension}", ContentFile(content), save=False)
    return evidence


def _citation(document: Document, stored: dict[tuple[int, str], Evidence]) -> Citation:
    evidence = stored[document.score.assessment.unit_id, document.sha256]
    return Citation(score=document.score, evidence=evidence, place=document.place)


@contextmanager
def _no_file_left() -> Iterator[list[Evidence]]:
    """A list of documents whose files are removed again when the block fails."""
    made: list[Evidence] = []
    try:
        yield made
    except Exception:
        for evidence in made:
            evidence.file.delete(save=False)
        raise


def _receipt(assessment: Assessment) -> Receipt:
    """What the dossier said when it was handed in, frozen as ``submission.submit`` does."""
    at, person = assessment.submitted_at, assessment.submitted_by
    assert at is not None, "only a dossier that was handed in has a receipt"
    assert person is not None, "only a dossier that was handed in has a receipt"
    filled = sheet(assessment)
    content = canonical(filled, 1, at, person)
    return Receipt(
        assessment=assessment,
        number=1,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        points=filled.total.points,
        maximum=filled.total.maximum,
        at=at,
        by=person,
    )
