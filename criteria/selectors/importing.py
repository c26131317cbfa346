"""What an annex meets in its cycle."""

from dataclasses import dataclass

from django.db.models import Max

from criteria.models import CriteriaSet, Cycle
from criteria.selectors import sets_in_force


@dataclass(frozen=True)
class Becomes:
    """What would be made: a draft with this version number; ``in_force`` is the set whose place it may take."""

    version: int
    in_force: CriteriaSet | None

    @property
    def is_first(self) -> bool:
        return self.version == 1


def becomes(cycle: Cycle, kind: str) -> Becomes:
    last = CriteriaSet.objects.filter(cycle=cycle, kind=kind).aggregate(last=Max("version"))["last"] or 0
    return Becomes(last + 1, sets_in_force(cycle).filter(kind=kind).first())
