"""What an amendment of a criteria set in mid-cycle does to survey points. Part of the caller's transaction."""

from collections.abc import Mapping

from django.db import transaction

from criteria.models import CriteriaSet
from surveys.models import SurveyPoint
from units import audit
from units.models import User


@transaction.atomic
def move(*, new: CriteriaSet, pairs: Mapping[int, int], by: User | None) -> int:
    """Points of the leaves of ``pairs`` go along to the other version; how many. The others stay, set aside."""
    moved = sum(SurveyPoint.objects.filter(criterion=before).update(criterion=after) for before, after in pairs.items())
    audit.record(by, "survey.moved", new, unit=new.cycle.authority, points=moved)
    return moved
