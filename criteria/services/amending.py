"""What an amendment in mid-cycle does to exemptions. Part of the caller's transaction."""

from collections.abc import Mapping

from django.db import transaction

from criteria.models import CriteriaSet, Exemption
from units import audit
from units.models import User


@transaction.atomic
def move_exemptions(*, new: CriteriaSet, nodes: Mapping[int, int], by: User | None) -> int:
    """Exemptions of the criteria in ``nodes`` go along to the other version, old to new; how many."""
    moved = sum(Exemption.objects.filter(criterion=before).update(criterion=after) for before, after in nodes.items())
    audit.record(by, "exemptions.moved", new, unit=new.cycle.authority, exemptions=moved)
    return moved
