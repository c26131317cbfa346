"""What is stored after the rush, to be held against what the officers' browsers were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from assessments.models import Assessment, AssessmentState, Evidence, Receipt, Score
from parindex.rush.load import Desk, Done
from parindex.rush.script import Kind
from units.models import AuditEvent, Job, JobState

GOALS = {Kind.SAVE: 0.3, Kind.PAGE: 0.6}
"""The most seconds at the 95th percentile."""


def stored() -> dict[str, object]:
    """The rows as they stand, ready for JSON."""
    scores = Score.objects.filter(version__gt=1).values_list("assessment", "criterion", "points")
    return {
        "receipts": [reverse("assessments:receipt", args=[pk]) for pk in Receipt.objects.values_list("pk", flat=True)],
        "submitted": Assessment.objects.filter(state=AssessmentState.SUBMITTED).count(),
        "submissions": AuditEvent.objects.filter(action="assessment.submitted").count(),
        "scored": AuditEvent.objects.filter(action="assessment.scored").count(),
        "documents": Evidence.objects.count(),
        "waiting": Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count(),
        "points": {reverse("assessments:save", args=[dossier, leaf]): str(points) for dossier, leaf, points in scores},
    }


@dataclass(frozen=True)
class Row:
    """One kind of request: how many, milliseconds at the median, the 95th and 99th percentile and at most."""

    kind: Kind
    count: int
    median: int
    p95: int
    p99: int
    most: int
    failed: int


def table(done: Sequence[Done]) -> list[Row]:
    return [_row(kind, [each for each in done if each.kind is kind]) for kind in Kind]


def _row(kind: Kind, done: list[Done]) -> Row:
    taken = sorted(each.late for each in done) or [0.0]

    def at(percent: int) -> int:
        return round(1000 * taken[max(0, -(-percent * len(taken) // 100) - 1)])

    failed = sum(each.status == 0 or each.status >= 400 for each in done)
    return Row(kind, len(done), at(50), at(95), at(99), round(1000 * taken[-1]), failed)


def troubles(rows: Sequence[Row], desks: Sequence[Desk], found: dict[str, object]) -> list[str]:
    """What does not hold, in sentences; empty: nothing was lost, nothing doubled, all within the goals."""
    told = {receipt for desk in desks for receipt in desk.receipts}
    said = {desk.officer.saves[at]: points for desk in desks for at, points in desk.said.items()}
    kept = found["points"]
    assert isinstance(kept, dict)
    checks = {
        "receipts told and receipts stored differ": told == set(found["receipts"]),  # type: ignore[call-overload]
        "dossiers handed in and receipts differ": found["submitted"] == len(told),
        "audit events and receipts differ": found["submissions"] == len(told),
        "documents told and documents stored differ": found["documents"] == sum(desk.documents for desk in desks),
        "acknowledged points are not stored": all(
            _exact(kept.get(path, "")) == _exact(points) for path, points in said.items()
        ),
        "audit events and saves differ": found["scored"] == sum(desk.turns for desk in desks),
        "requests failed": not any(row.failed for row in rows),
    }
    slow = [row for row in rows if row.kind in GOALS and row.p95 > 1000 * GOALS[row.kind]]
    late = [f"{row.kind}: {row.p95} ms at the 95th percentile" for row in slow]
    return [sentence for sentence, holds in checks.items() if not holds] + late


def _exact(text: str) -> Fraction | None:
    return Fraction(text.replace(",", ".")) if text else None


def summary(desks: Sequence[Desk], found: dict[str, object]) -> str:
    """One line: what was acknowledged and what is stored."""
    receipts, documents = {each for desk in desks for each in desk.receipts}, sum(desk.documents for desk in desks)
    kept = found["receipts"]
    assert isinstance(kept, list)
    return (
        f"receipts told {len(receipts)}, stored {len(kept)}, dossiers handed in {found['submitted']}, audit events "
        f"{found['submissions']}; documents told {documents}, stored {found['documents']}; saves acknowledged "
        f"{sum(desk.turns for desk in desks)}, recorded {found['scored']}; jobs that "
        f"still wait for the worker {found['waiting']}"
    )
