"""Deadlines as they stand for one unit: the plan's date, or the latest extension that two people made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from criteria.models import Cycle, DayOff, Extension, ExtensionState, Phase
from criteria.phases import VIETNAM, Window, in_words, late_figures
from criteria.phases.readings import words
from units.models import Unit

__all__ = [
    "Deadline",
    "days_of",
    "deadline_of",
    "deadlines",
    "extensions_of",
    "late_figures",
    "phase_words",
    "standing_of",
]


def phase_words(phase: Phase, shift_days: int = 0) -> str:
    """When the phase closes by the plan, and how its words were read. ``shift_days``: of a demonstration's calendar."""
    named = phase.named_day + timedelta(days=shift_days) if phase.named_day else None
    return words(phase.reads, named, phase.closes_at)


@dataclass(frozen=True)
class Deadline:
    """A phase as it stands for a unit. ``extension``: the act that moved its end; None where the plan's date holds."""

    phase: Phase
    closes_at: datetime
    extension: Extension | None = None

    @property
    def window(self) -> Window:
        return Window(self.phase.opens_at, self.closes_at)

    @property
    def words(self) -> str:
        """The instant with the rule by which the plan was read; an extension is what it says."""
        if self.extension:
            return in_words(self.closes_at)
        return phase_words(self.phase, self.phase.cycle.demo_shift_days)

    @property
    def late_until(self) -> datetime | None:
        """Until when a dossier is still taken as late; None where none is, or the extension has outlasted it."""
        late = self.phase.late_until
        return late if late and late > self.closes_at else None


def deadlines(pairs: Iterable[tuple[Phase, Unit | None]]) -> dict[tuple[int, int | None], Deadline]:
    """The deadlines by (phase, unit), in one query for any number of pairs; without a unit: as it stands for all."""
    wanted = list(pairs)
    approved = _approved({phase.pk for phase, _unit in wanted})
    found: dict[tuple[int, int | None], Deadline] = {}
    for phase, unit in wanted:
        of = unit.pk if unit else None
        mine = [row for row in approved.get(phase.pk, ()) if row.unit_id in (None, of)]
        latest = max(mine, key=lambda row: row.closes_at, default=None)
        moved = latest is not None and latest.closes_at > phase.closes_at
        found[phase.pk, of] = Deadline(
            phase, latest.closes_at if latest and moved else phase.closes_at, latest if moved else None
        )
    return found


def _approved(phases: set[int]) -> dict[int, list[Extension]]:
    found: dict[int, list[Extension]] = {}
    for row in Extension.objects.filter(phase__in=phases, state=ExtensionState.APPROVED) if phases else ():
        found.setdefault(row.phase_id, []).append(row)
    return found


def deadline_of(phase: Phase, unit: Unit | None) -> Deadline:
    """The deadline of one unit; without a unit: as it stands for all."""
    return deadlines([(phase, unit)])[phase.pk, unit.pk if unit else None]


def standing_of(phases: Iterable[Phase]) -> list[Deadline]:
    """Each phase as it stands for all units of its kind, in the order of the phases. One query."""
    rows = list(phases)
    found = deadlines((phase, None) for phase in rows)
    return [found[phase.pk, None] for phase in rows]


def days_of(standing: Iterable[Deadline]) -> list[DayOff]:
    """The days off, and those worked in exchange, between the first day of the phases and their last."""
    known = list(standing)
    if not known:
        return []
    first = min(each.phase.opens_at for each in known)
    last = max(each.late_until or each.closes_at for each in known)
    days = (localdate(first, VIETNAM), localdate(last, VIETNAM))
    return list(DayOff.objects.filter(day__range=days).order_by("day"))


def extensions_of(cycle: Cycle) -> list[Extension]:
    """Every request to extend a phase of the cycle, newest first."""
    rows = Extension.objects.filter(phase__cycle=cycle).select_related("phase", "unit", "asked_by", "decided_by")
    return list(rows.order_by("-asked_at", "-pk"))
