"""Requests of the appraisers and what they said of documents: listed, counted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from assessments.models import Assessment, Citation, EvidenceRequest, RefusalReason, RequestState, Verdict
from criteria.models import Criterion
from units.naming import folded


def requests_of(dossiers: QuerySet[Assessment]) -> QuerySet[EvidenceRequest]:
    """What is asked on the dossiers, what waits longest first, with everything that a list shows."""
    rows = EvidenceRequest.objects.filter(assessment__in=dossiers).select_related(
        "assessment__unit", "assessment__cycle", "criterion", "asked_by", "answered_by", "closed_by"
    )
    return rows.prefetch_related("documents__evidence").order_by("due_at", "pk")


def on_leaf(assessment: Assessment, criterion: Criterion) -> list[EvidenceRequest]:
    """What is asked on one leaf of one dossier."""
    rows = requests_of(Assessment.objects.filter(pk=assessment.pk))
    return list(rows.filter(criterion=criterion))


def narrowed(rows: Iterable[EvidenceRequest], text: str, state: str) -> list[EvidenceRequest]:
    """The requests in ``state`` (empty: all) that contain the text, whatever its diacritics."""
    wanted = folded(text)
    return [row for row in rows if state in {"", row.state} and (not wanted or wanted in _words(row))]


def _words(row: EvidenceRequest) -> str:
    leaf = row.criterion
    return folded(f"{row.assessment.unit.name} {leaf.code} {leaf.name} {row.text} {row.answer}")


def open_requests(dossiers: QuerySet[Assessment]) -> QuerySet[EvidenceRequest]:
    """Those that the units have to answer."""
    return requests_of(dossiers).filter(state=RequestState.OPEN)


@dataclass(frozen=True)
class Refusals:
    """How many documents were refused, by reason; and each of them."""

    by_reason: list[tuple[str, int]]
    rows: list[Citation]
    judged: int
    waiting: int


def refusals(dossiers: QuerySet[Assessment]) -> Refusals:
    """What was said of the documents of the dossiers. Three queries."""
    cited = Citation.objects.filter(score__assessment__in=dossiers)
    counts = dict(cited.order_by().values_list("verdict").annotate(Count("pk")))
    refused = cited.filter(verdict=Verdict.REFUSED).select_related(
        "evidence", "score__criterion", "score__assessment__unit", "verdict_by"
    )
    rows = list(refused.order_by("score__assessment__unit__sort_key", "score__criterion__position", "pk"))
    found = [(str(label), sum(row.refusal == value for row in rows)) for value, label in RefusalReason.choices]
    waiting = counts.get(Verdict.WAITING, 0)
    return Refusals(found, rows, sum(counts.values()) - waiting, waiting)
