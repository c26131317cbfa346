"""The calendar of a cycle. The demonstration calendar moves to today; a real one is never moved here."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from criteria import phases
from criteria.models import Cycle, Extension, Phase, PhaseKind
from units import audit
from units.models import User


class NotForPractice(Exception):
    """The cycle is a real one, or it has no self-scoring or no appraisal to practise."""


@transaction.atomic
def move_for_practice(*, cycle: Cycle, now: datetime, by: User | None) -> int:
    """Move every phase by whole weeks, so that at ``now`` self-scoring and appraisal of every kind of unit are open.

    Returns by how many days it moved them; 0, and nothing is written, when ``now`` already lies inside. ``reading``
    keeps the plan's own wording. Raises ``NotForPractice`` for a cycle that is not a demonstration.
    """
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    window = _practice_window(locked)
    if window.stand(now) is phases.Stand.OPEN:
        return 0
    days = phases.days_to_practice(window.opens_at, window.closes_at, now)
    if days:
        _move(locked, days, by)
        cycle.demo_shift_days = locked.demo_shift_days
    return days


def _practice_window(cycle: Cycle) -> phases.Window:
    """From the latest opening of an appraisal to the earliest closing of a self-scoring."""
    openings = Phase.objects.filter(cycle=cycle, kind=PhaseKind.APPRAISAL).values_list("opens_at", flat=True)
    closings = Phase.objects.filter(cycle=cycle, kind=PhaseKind.SELF_SCORING).values_list("closes_at", flat=True)
    if not (cycle.is_demo and openings and closings):
        raise NotForPractice(cycle.code)
    return phases.Window(max(openings), min(closings))


def _move(cycle: Cycle, days: int, by: User | None) -> None:
    step = timedelta(days=days)
    moved = {name: F(name) + step for name in ("opens_at", "closes_at", "late_until")}
    Phase.objects.filter(cycle=cycle).update(**moved)
    Extension.objects.filter(phase__cycle=cycle).update(closes_at=F("closes_at") + step)
    cycle.demo_shift_days += days
    cycle.save(update_fields=["demo_shift_days"])
    audit.record(by, "calendar.moved_for_practice", cycle, days=days, shift=cycle.demo_shift_days)
