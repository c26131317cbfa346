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

    One query a step back, then two for all that was said.
    """
    found = _origins(criterion)
    scores = {
        score.criterion_id: score
        for score in Score.objects.filter(assessment__unit=assessment.unit_id, criterion__in=list(found))
    }
    refused: dict[int, list[Citation]] = {}
    rows = Citation.objects.filter(score__in=scores.values(), verdict=Verdict.REFUSED).select_related("evidence")
    for row in rows.defer("evidence__text", "evidence__folded", "evidence__read").order_by("pk"):
        refused.setdefault(row.score_id, []).append(row)
    for pk, each in found.items():
        each.score = scores.get(pk)
        each.refused = refused.get(each.score.pk, []) if each.score else []
    said = [each for each in found.values() if each.score]
    return sorted(said, key=lambda each: (-each.year, each.criterion.position))


def _origins(criterion: Criterion) -> dict[int, Earlier]:
    """The leaves of the two cycles before by primary key; versions of the same cycle are stepped over."""
    own = criterion.criteria_set.cycle_id
    front: dict[int, tuple[str, frozenset[int]]] = {criterion.pk: (LineageKind.SAME, frozenset({own}))}
    found: dict[int, Earlier] = {}
    for _ in range(STEPS):
        following: dict[int, tuple[str, frozenset[int]]] = {}
        for row in _rows(front):
            before, (kind, cycles) = row.previous, front[row.criterion_id or 0]
            assert before is not None
            kind = row.kind if kind == LineageKind.SAME or row.kind not in WHOLE else kind
            cycles |= {before.criteria_set.cycle_id}
            if len(cycles) > YEARS + 1:
                continue
            following[before.pk] = (kind, cycles)
            if before.criteria_set.cycle_id != own:
                found[before.pk] = Earlier(before, kind)
        if not following:
            break
        front = following
    return found


def _rows(front: Collection[int]) -> Iterable[Lineage]:
    rows = Lineage.objects.filter(criterion__in=front, previous__isnull=False, is_confirmed=True)
    return rows.select_related("previous__criteria_set__cycle").order_by("pk")


def reduced(earlier: Iterable[Earlier]) -> list[Earlier]:
    """The years in which the leaf lost points, or documents of it were refused."""
    return [each for each in earlier if each.is_reduced]
