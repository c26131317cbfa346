"""A season whose plan is drawn up or issued, for the tests of the calendar."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from criteria.models import Cycle, Phase
from criteria.phases import VIETNAM
from criteria.phases.readings import Reading
from criteria.services.planning import Dates
from tests.factories import rows
from units.models import User


def drafted() -> rows.Season:
    """The season of the factories with its plan not issued and its dossiers not made; the calendar works."""
    season = rows.season()
    Cycle.objects.filter(pk=season.cycle.pk).update(issued_at=None)
    for assessment in season.assessments:
        assessment.delete()
    season.cycle.refresh_from_db()
    return season


def dates(day: date, reads: Reading = Reading.BEFORE, hour: time | None = None, **more: object) -> Dates:
    """Dates of a phase that opens thirty days before ``day``."""
    opens = datetime.combine(day - timedelta(days=30), time(), VIETNAM)
    given: dict[str, object] = {"opens_at": opens, "reading": "theo kế hoạch", **more}
    return Dates(reads=reads, named_day=day, hour=hour, **given)  # type: ignore[arg-type]


def self_scoring(season: rows.Season) -> Phase:
    return Phase.objects.select_related("cycle__authority").get(cycle=season.cycle, kind="self_scoring")


def later(phase: Phase, days: int = 3) -> datetime:
    return phase.closes_at + timedelta(days=days)


def second(season: rows.Season) -> User:
    """Another person of the standing body."""
    return rows.member("staff", season.province, "staff-2")


def close_in(phase: Phase, seconds: float) -> None:
    """Let the phase close so many seconds from now (before, where negative)."""
    Phase.objects.filter(pk=phase.pk).update(closes_at=timezone.now() + timedelta(seconds=seconds))
    phase.refresh_from_db()
