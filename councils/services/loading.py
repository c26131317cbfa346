"""Rows of a cycle bundle that are councils and what they decided. They join the transaction of the whole bundle."""

from collections.abc import Sequence

from django.db import transaction

from councils.models import Appraisal, Assignment, Council, Seat
from criteria.models import Cycle
from units import audit
from units.models import User


@transaction.atomic
def add_councils(
    *,
    cycle: Cycle,
    councils: Sequence[Council],
    seats: Sequence[Seat],
    assignments: Sequence[Assignment],
    by: User | None,
) -> None:
    """Store the councils of a new cycle, their seats and who appraises what."""
    Council.objects.bulk_create(councils)
    Seat.objects.bulk_create(seats)
    Assignment.objects.bulk_create(assignments)
    counts = {"councils": len(councils), "seats": len(seats), "assignments": len(assignments)}
    audit.record(by, "councils.loaded", cycle, unit=cycle.authority, **counts)


@transaction.atomic
def add_appraisals(*, cycle: Cycle, appraisals: Sequence[Appraisal], by: User | None) -> None:
    """Store decisions that were taken before the bundle was written."""
    Appraisal.objects.bulk_create(appraisals, batch_size=2000)
    audit.record(by, "appraisals.loaded", cycle, unit=cycle.authority, appraisals=len(appraisals))
