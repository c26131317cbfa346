"""Rows of a cycle bundle that are dossiers. They join the transaction of the whole bundle."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from assessments.models import Assessment, Citation, Delegation, DelegationPlan, Evidence, Receipt, Score
from assessments.selectors.sheets import Line, Sheet, summed
from assessments.services import freezing
from assessments.services.indexing import indexed
from criteria.models import Criterion, Cycle
from criteria.selectors import criteria_of
from units import audit
from units.models import User


@dataclass(frozen=True)
class Document:
    """A file that proves a score, its type and pages as ``filetypes.inspect`` found them, and how to read it."""

    score: Score
    name: str
    sha256: str
    content_type: str
    pages: int
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
def add_delegations(*, cycle: Cycle, rows: Sequence[Delegation], by: User | None) -> None:
    """Store the rows with their plans, which are not issued. The dossiers of the plans are stored already."""
    DelegationPlan.objects.bulk_create({id(row.plan): row.plan for row in rows}.values())
    Delegation.objects.bulk_create(rows)
    if rows:
        audit.record(by, "delegations.loaded", cycle, unit=cycle.authority, rows=len(rows))


@transaction.atomic
def add_documents(
    *,
    cycle: Cycle,
    scores: Sequence[Score],
    documents: Sequence[Document],
    handed_in: Sequence[Assessment],
    by: User | None,
) -> None:
    """Store each document once a unit, cite it, and write the receipts; a failure leaves no file behind."""
    units = {document.score.assessment.unit_id for document in documents}
    stored = {(row.unit_id, row.sha256): row for row in Evidence.objects.filter(unit__in=units)}
    with _no_file_left() as made:
        for document in documents:
            key = (document.score.assessment.unit_id, document.sha256)
            if key not in stored:
                stored[key] = _stored(document)
                made.append(stored[key])
        Evidence.objects.bulk_create(made)
        citations = Citation.objects.bulk_create(_citation(document, stored) for document in documents)
        Receipt.objects.bulk_create(_receipts(handed_in, scores, citations))
        counts = {"documents": len(made), "citations": len(documents), "receipts": len(handed_in)}
        audit.record(by, "evidence.loaded", cycle, unit=cycle.authority, **counts)


def _stored(document: Document) -> Evidence:
    content, score = document.read(), document.score
    evidence = Evidence(
        unit=score.assessment.unit,
        name=document.name,
        content_type=document.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        pages=document.pages,
        uploaded_by=score.updated_by,
        uploaded_at=score.updated_at,
    )
    evidence.folded = indexed(evidence)
    extension = PurePosixPath(document.name).suffix.lower()
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


def _receipts(
    handed_in: Sequence[Assessment], scores: Sequence[Score], citations: Sequence[Citation]
) -> Iterator[Receipt]:
    """What each dossier said when it was handed in, frozen as ``submission.submit`` does."""
    said: dict[int, dict[int, Score]] = {}
    for score in scores:
        said.setdefault(score.assessment_id, {})[score.criterion_id] = score
    cited: dict[int, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.score_id, []).append(citation)
    trees = {row.criteria_set_id: row.criteria_set for row in handed_in}
    criteria = {pk: criteria_of(tree) for pk, tree in trees.items()}
    for assessment in handed_in:
        yield _receipt(_sheet(assessment, criteria[assessment.criteria_set_id], said.get(assessment.pk, {}), cited))


def _sheet(
    assessment: Assessment, criteria: Sequence[Criterion], said: dict[int, Score], cited: dict[int, list[Citation]]
) -> Sheet:
    """The sheet as ``sheets.sheet`` reads it, as far as a receipt needs it: from rows at hand, without a query."""
    lines = [Line(each, said.get(each.pk)) for each in criteria]
    for line in lines:
        line.citations = cited.get(line.score.pk, []) if line.score else []
    return summed(assessment, lines)


def _receipt(filled: Sheet) -> Receipt:
    at, person = filled.assessment.submitted_at, filled.assessment.submitted_by
    assert at is not None, "only a dossier that was handed in has a receipt"
    assert person is not None, "only a dossier that was handed in has a receipt"
    return freezing.receipt(filled, 1, at, person)
