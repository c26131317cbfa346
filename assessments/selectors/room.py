"""How much of its room for documents a unit has taken, uploads on their way included."""

from django.db.models import Count, Sum

from assessments.models import Evidence, Intake, IntakeState
from units.models import Unit


def taken(unit: Unit, besides: Intake | None = None) -> tuple[int, int]:
    """Documents of the unit and their bytes, with those that uploads will become when they are through.

    ``besides``: an upload that is not counted.
    """
    kept = Evidence.objects.filter(unit=unit).aggregate(count=Count("pk"), size=Sum("size"))
    coming = Intake.objects.filter(unit=unit, state=IntakeState.RECEIVING)
    coming = coming.exclude(pk=besides.pk) if besides else coming
    more = coming.aggregate(count=Count("pk"), size=Sum("size"))
    return kept["count"] + more["count"], (kept["size"] or 0) + (more["size"] or 0)
