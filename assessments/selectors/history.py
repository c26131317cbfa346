"""What was said of a leaf in earlier years: by the unit, by the council, and which documents were refused."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.models import Assessment, Citation, Score, Verdict
from criteria.models import Criterion, Lineage, LineageKind

YEARS = 2
STEPS = 12
"""So many sets back at most, versions of one cycle included."""
WHOLE = frozenset({LineageKind.SAME, LineageKind.MOVED})


@dataclass
class Earlier:
    """One leaf of an earlier cycle from which this one comes.

    ``is_whole``: it is the same question, perhaps under another number; else only a part of it went to this leaf, or
    several went into it, and its points say nothing of this one's.
    """

    criterion: Criterion
    kind: str
    score: Score | None = None
    refused: list[Citation] = field(default_factory=list)

    @property
    def year(self) -> int:
        year: int = self.criterion.criteria_set.cycle.year
        return year

    @property
    def is_whole(self) -> bool:
        return self.kind in WHOLE

    @property
    def lost(self) -> Decimal | None:
        """By how much the council went below the unit; None where it did not."""
        score = self.score
        if score is None or score.points is None or score.final_points is None or score.final_points >= score.points:
            return None
        return score.points - score.final_points

    @property
    def is_reduced(self) -> bool:
        return self.lost is not None or bool(self.refused)


def earlier_of(assessment: Assessment, criterion: Criterion) -> list[Earlier]:
    """The leaf's past over two cycles, newest first, through confirmed lineage; as far as something was said.

    One narrow query a step back; two more for all that was said, where there is an earlier leaf at all.
    """
    kinds = _origins(criterion)
    if not kinds:
        return []
    rows = Score.objects.filter(assessment__unit=assessment.unit_id, criterion__in=list(kinds)).order_by()
    scores = {each.criterion_id: each for each in rows.select_related("criterion__criteria_set__cycle")}
    refused = _refused(scores.values())
    said = [Earlier(score.criterion, kinds[pk], score, refused.get(score.pk, [])) for pk, score in scores.items()]
    return sorted(said, key=lambda each: (-each.year, each.criterion.position))


def _refused(scores: Iterable[Score]) -> dict[int, list[Citation]]:
    """The documents that a council refused, by the score that they were to prove."""
    refused: dict[int, list[Citation]] = {}
    rows = Citation.objects.filter(score__in=scores, verdict=Verdict.REFUSED).select_related("evidence")
    for row in rows.defer("evidence__text", "evidence__folded", "evidence__read").order_by("pk"):
        refused.setdefault(row.score_id, []).append(row)
    return refused


def _origins(criterion: Criterion) -> dict[int, str]:
    """How the leaf comes from those of the two cycles before, by their primary key.

    Versions of the same cycle are stepped over.
    """
    own = criterion.criteria_set.cycle_id
    front: dict[int, tuple[str, frozenset[int]]] = {criterion.pk: (LineageKind.SAME, frozenset({own}))}
    kinds: dict[int, str] = {}
    for _ in range(STEPS):
        following: dict[int, tuple[str, frozenset[int]]] = {}
        for leaf, before, step, cycle in _steps(front):
            kind, cycles = front[leaf]
            kind = step if kind == LineageKind.SAME or step not in WHOLE else kind
            cycles |= {cycle}
            if len(cycles) > YEARS + 1:
                continue
            following[before] = (kind, cycles)
            if cycle != own:
                kinds[before] = kind
        if not following:
            break
        front = following
    return kinds


def _steps(front: Collection[int]) -> Iterable[tuple[int, int, str, int]]:
    """One step back from each leaf: (leaf, the one before, how it comes from it, the cycle of the one before)."""
    rows = Lineage.objects.filter(criterion__in=front, previous__isnull=False, is_confirmed=True).order_by("pk")
    return rows.values_list("criterion", "previous", "kind", "previous__criteria_set__cycle")


def reduced(earlier: Iterable[Earlier]) -> list[Earlier]:
    """The years in which the leaf lost points, or documents of it were refused."""
    return [each for each in earlier if each.is_reduced]
