"""Survey points of a cycle bundle. They join the transaction of the whole bundle."""

from collections.abc import Sequence

from django.db import transaction

from criteria.models import Cycle
from surveys.models import SurveyPoint
from units import audit
from units.models import User


@transaction.atomic
def add_points(*, cycle: Cycle, points: Sequence[SurveyPoint], by: User | None) -> None:
    """Store the points of a new cycle's survey."""
    SurveyPoint.objects.bulk_create(points, batch_size=2000)
    audit.record(by, "survey.loaded", cycle, unit=cycle.authority, points=len(points))
