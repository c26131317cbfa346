"""Why a leaf got less than the unit said in earlier years: what the council decided, and the documents it refused."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from assessments.models import Assessment, Citation, Score, Verdict
from criteria.models import Criterion
from criteria.selectors.lineage import carried_from

YEARS = 3


@dataclass(frozen=True)
class Reduction:
    """One year in which the leaf lost points, or documents of it were refused. ``year``: of the cycle."""

    year: int
    points_self: Decimal | None
    points_final: Decimal | None
    reason: str
    refused: tuple[str, ...] = ()

    @property
    def is_reduced(self) -> bool:
        return self.points_self is not None and self.points_final is not None and self.points_final < self.points_self


def reductions_of(assessment: Assessment) -> dict[int, list[Reduction]]:
    """The reductions of the last years by this year's criterion, newest first; leaves that never lost are left out.

    Each year is reached through the lineage of the one after it: a leaf that was split or merged has no past. At most
    four queries a year, none for a dossier of a first cycle.
    """
    found: dict[int, list[Reduction]] = {}
    ahead = {pk: pk for pk in _leaves(assessment)} if assessment.cycle.previous_id else {}
    current: Assessment | None = assessment
    for _ in range(YEARS):
        earlier = _before(current) if current and ahead else None
        if earlier is None:
            break
        lost = _lost(earlier)
        ahead = _through(earlier, ahead)
        for leaf, before in ahead.items():
            if before in lost:
                found.setdefault(leaf, []).append(lost[before])
        current = earlier
    return found


def _leaves(assessment: Assessment) -> Collection[int]:
    return list(assessment.criteria_set.criteria.filter(is_leaf=True).values_list("pk", flat=True))


def _before(assessment: Assessment) -> Assessment | None:
    previous = assessment.cycle.previous_id
    rows = Assessment.objects.filter(unit=assessment.unit_id, cycle=previous).select_related("cycle", "criteria_set")
    return rows.first() if previous else None


def _through(earlier: Assessment, ahead: dict[int, int]) -> dict[int, int]:
    """This year's leaf → the leaf of the earlier dossier, for those that are the same."""
    scored = set(Score.objects.filter(assessment=earlier).values_list("criterion", flat=True))
    steps = carried_from(Criterion.objects.filter(pk__in=set(ahead.values())), scored)
    return {leaf: steps[here] for leaf, here in ahead.items() if here in steps}


def _lost(earlier: Assessment) -> dict[int, Reduction]:
    """What the earlier dossier lost, by its criterion."""
    refused: dict[int, list[str]] = {}
    rows = Citation.objects.filter(score__assessment=earlier, verdict=Verdict.REFUSED)
    for row in rows.select_related("evidence", "score"):
        words = ": ".join(filter(None, (row.evidence.name, str(row.get_refusal_display()), row.verdict_note)))
        refused.setdefault(row.score.criterion_id, []).append(words)
    found = {}
    for score in Score.objects.filter(assessment=earlier):
        documents = tuple(refused.get(score.criterion_id, ()))
        lost = Reduction(earlier.cycle.year, score.points, score.final_points, score.final_reason, documents)
        if lost.is_reduced or documents:
            found[score.criterion_id] = lost
    return found
