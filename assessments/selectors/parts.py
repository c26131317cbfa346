"""Reads of a leaf that is scored in parts: what each part may get, what was said of it, whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assessments.delegating.parts import in_parts, least, limit
from assessments.models import Assessment, PartScore
from assessments.selectors.delegation import owners_of
from criteria.models import Criterion


@dataclass(frozen=True)
class PartLine:
    """One part. ``owners``: names of its leads, empty where it was given to nobody."""

    label: str
    name: str
    minimum: Decimal
    maximum: Decimal
    score: PartScore | None
    owners: tuple[str, ...]
    may_write: bool

    @property
    def version(self) -> int:
        return self.score.version if self.score else 0


def parts_of_leaf(assessment: Assessment, criterion: Criterion, mine: Iterable[str]) -> list[PartLine]:
    """The parts in their order; none where the leaf is scored as a whole. ``mine``: labels that the person writes."""
    parts = in_parts(criterion.facets, criterion.max_points)
    if parts is None:
        return []
    said = {each.label: each for each in scores_of(assessment, criterion)}
    leads = [each for each in owners_of(assessment).get(criterion.pk, ()) if each.is_lead]
    writable = set(mine)
    return [
        PartLine(
            each.label,
            each.name,
            least(parts, criterion.min_points),
            limit(parts, each, criterion.max_points),
            said.get(each.label),
            tuple(owner.name for owner in leads if owner.facet in {"", each.label}),
            each.label in writable,
        )
        for each in parts.parts
    ]


def scores_of(assessment: Assessment, criterion: Criterion) -> list[PartScore]:
    rows = PartScore.objects.filter(score__assessment=assessment, score__criterion=criterion)
    return list(rows.select_related("updated_by"))
