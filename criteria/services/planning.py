"""The dates of a plan that is being drawn up, and the act that issues it. Afterwards only extensions move a date."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from criteria.models import Carried, CarriedKind, Cycle, Phase
from criteria.phases.impossible import Finding
from criteria.phases.readings import Reading, instant
from criteria.selectors.planning import findings_of, unaffirmed, working_days
from units import audit
from units.models import User
from units.selectors import database_now

DATES = ("opens_at", "closes_at", "reading", "reads", "named_day", "late_until")


class PlanIssued(Exception):
    """The plan is issued: its dates move by an extension alone, made by two people."""


class BadDates(ValueError):
    """The phase would close before it opens, or take late dossiers until a day before it closes."""


class NotReady(Exception):
    """The plan cannot be issued yet: ``errors`` make its calendar impossible, ``open_items`` nobody has affirmed."""

    def __init__(self, errors: list[Finding], open_items: int) -> None:
        super().__init__(f"{len(errors)} errors, {open_items} items not affirmed")
        self.errors, self.open_items = errors, open_items


@dataclass(frozen=True)
class Dates:
    """A phase as a plan says it. ``hour``: where it names one; ``late_until``: None where nothing late is taken."""

    opens_at: datetime
    reads: Reading
    named_day: date
    hour: time | None
    reading: str
    late_until: datetime | None = None


def draft(cycle: Cycle) -> Cycle:
    """The cycle's row, held until the transaction ends. Raises ``PlanIssued``."""
    found = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if found.issued_at:
        raise PlanIssued(found.code)
    return found


@transaction.atomic
def set_phase(*, cycle: Cycle, kind: str, unit_kind: str, dates: Dates, by: User) -> Phase:
    """Give the phase of one kind of unit its dates; the same dates again are no act. Who dates it answers for it.

    Raises ``PlanIssued`` and ``BadDates``.
    """
    held = draft(cycle)
    closes_at = instant(dates.reads, dates.named_day, dates.hour, working_days())
    if closes_at <= dates.opens_at or (dates.late_until and dates.late_until <= closes_at):
        raise BadDates(closes_at)
    phase = Phase.objects.filter(cycle=held, kind=kind, unit_kind=unit_kind).first()
    phase = phase or Phase(cycle=held, kind=kind, unit_kind=unit_kind)
    new = (dates.opens_at, closes_at, dates.reading, dates.reads.value, dates.named_day, dates.late_until)
    if phase.pk and new == tuple(getattr(phase, name) for name in DATES):
        return phase
    for name, value in zip(DATES, new, strict=True):
        setattr(phase, name, value)
    phase.save()
    _answered(phase, by)
    told = {"kind": kind, "unit_kind": unit_kind, "opens": phase.opens_at, "closes": closes_at, "reads": phase.reads}
    audit.record(by, "calendar.changed", phase, unit=held.authority, cycle=held.code, **told)
    return phase


def _answered(phase: Phase, by: User) -> None:
    """Dates that somebody has just given are not the last cycle's any more."""
    rows = Carried.objects.filter(cycle=phase.cycle_id, kind=CarriedKind.PHASE, key=str(phase.pk), affirmed_at=None)
    rows.update(affirmed_by=by, affirmed_at=database_now())


@transaction.atomic
def drop_phase(*, phase: Phase, by: User) -> None:
    """Take a phase out of a plan that is not issued. Raises ``PlanIssued``."""
    held = draft(phase.cycle)
    found = Phase.objects.filter(pk=phase.pk).first()
    if found is None:
        return
    pk, told = found.pk, {"kind": found.kind, "unit_kind": found.unit_kind, "closes": found.closes_at}
    Carried.objects.filter(cycle=held, kind=CarriedKind.PHASE, key=str(pk)).delete()
    found.delete()
    found.pk = pk
    audit.record(by, "calendar.dropped", found, unit=held.authority, cycle=held.code, **told)


@transaction.atomic
def issue(*, cycle: Cycle, number: str, issued_on: date, by: User, reason: str = "") -> Cycle:
    """Issue the plan; issuing it again changes nothing. ``reason``: why errors that are excusable stay.

    Raises ``NotReady`` while the calendar is impossible or anything of the last cycle is not affirmed.
    """
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if held.issued_at:
        return held
    errors = [each for each in findings_of(held) if each.is_error and not (each.is_excusable and reason.strip())]
    open_items = unaffirmed(held)
    if errors or open_items:
        raise NotReady(errors, open_items)
    held.plan_number, held.plan_date = number, issued_on
    held.issued_at, held.issued_by = database_now(), by
    held.save(update_fields=["plan_number", "plan_date", "issued_at", "issued_by"])
    told = {"number": number, "date": issued_on, "reason": reason.strip()}
    audit.record(by, "plan.issued", held, unit=held.authority, **told)
    return held
