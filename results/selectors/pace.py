"""How fast the work of a tier goes, and when it will be done at that pace. A fixed number of queries."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from criteria import selectors as criteria
from criteria.models import Phase, PhaseKind, Tier
from criteria.phases.pace import Forecast, Past, forecast, past
from criteria.selectors.calendar import Deadline, deadlines
from criteria.selectors.exemptions import Key
from results.selectors.board import HANDED_IN, Board, Row, Step, answered, counts, decided

TENTH = Decimal("0.1")


class Work(TextChoices):
    """The steps that a pace is taken of."""

    SCORED = "scored", _("Self-scored criteria")
    SUBMITTED = "submitted", _("Dossiers submitted")
    APPRAISED = "appraised", _("Appraised criteria")


PHASES = {
    Work.SCORED: PhaseKind.SELF_SCORING,
    Work.SUBMITTED: PhaseKind.SELF_SCORING,
    Work.APPRAISED: PhaseKind.APPRAISAL,
}


@dataclass(frozen=True)
class Line:
    """One step of the groups that share a deadline. ``groups``: their names, empty where it is all of the tier."""

    work: Work
    groups: tuple[str, ...]
    deadline: Deadline | None
    forecast: Forecast

    @property
    def per_day(self) -> Decimal:
        """The pace to a tenth, half up."""
        tenths = 10 * self.forecast.per_day
        return (2 * tenths.numerator + tenths.denominator) // (2 * tenths.denominator) * TENTH


@dataclass
class _Batch:
    """The rows of one step that share a deadline."""

    deadline: Deadline | None
    groups: dict[str, None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def lines(board: Board, now: datetime) -> list[Line]:
    """Every step of the tier against the deadlines as they stand for all; an extension of one unit moves none."""
    standing = deadlines_of(board.tier)
    recent = _recent(board, past(now))
    size = len(board.groups)
    return [
        _line(work, batch, recent[work], now, size)
        for work in Work
        for batch in _batches(board.rows, standing, PHASES[work])
    ]


def _batches(
    rows: Collection[Row], standing: Mapping[tuple[str, str], Deadline], kind: PhaseKind
) -> Collection[_Batch]:
    found: dict[tuple[datetime, datetime] | None, _Batch] = {}
    for row in rows:
        deadline = standing.get((kind, row.group.kind))
        key = (deadline.phase.opens_at, deadline.closes_at) if deadline else None
        batch = found.setdefault(key, _Batch(deadline))
        batch.rows.append(row)
        batch.groups[row.group.name] = None
    return found.values()


def _line(work: Work, batch: _Batch, recent: Mapping[int, int], now: datetime, size: int) -> Line:
    opens_at = batch.deadline.phase.opens_at if batch.deadline else None
    closes_at = batch.deadline.closes_at if batch.deadline else None
    steps = [_step(work, row) for row in batch.rows]
    found = forecast(
        sum(step.done for step in steps),
        sum(step.total for step in steps),
        sum(recent.get(row.unit.pk, 0) for row in batch.rows),
        now=now,
        days=past(now, opens_at).days,
        closes_at=closes_at,
    )
    return Line(work, tuple(batch.groups) if len(batch.groups) < size else (), batch.deadline, found)


def _step(work: Work, row: Row) -> Step:
    if work is Work.SUBMITTED:
        return Step(int(row.state in HANDED_IN), 1)
    return row.scored if work is Work.SCORED else row.appraised


def deadlines_of(tier: Tier) -> dict[tuple[str, str], Deadline]:
    """Those of the cycle as they stand for all, by kind of phase and of unit. Two queries."""
    phases: list[Phase] = []
    for phase in criteria.phases_of(tier.cycle):
        phase.cycle = tier.cycle
        phases.append(phase)
    standing = deadlines((phase, None) for phase in phases)
    return {(phase.kind, phase.unit_kind): standing[phase.pk, None] for phase in phases}


def _recent(board: Board, days: Past) -> dict[Work, Mapping[int, int]]:
    """How much of each step was done by each unit since the days began: of what was done twice, the last time."""
    begins = days.begins_at
    handed_in = Counter(
        row.unit.pk
        for row in board.rows
        if row.state in HANDED_IN and row.submitted_at is not None and row.submitted_at >= begins
    )
    return {
        Work.SCORED: _applying(answered(board.tier).filter(updated_at__gte=begins), board.exempt),
        Work.SUBMITTED: handed_in,
        Work.APPRAISED: _applying(decided(board.tier).filter(decided_at__gte=begins), board.exempt),
    }


def _applying(rows: QuerySet[Any], exempt: Collection[Key]) -> Mapping[int, int]:
    """The rows by unit, without the leaves that do not apply to it."""
    found = Counter(counts(rows, "assessment__unit"))
    if exempt:
        pairs = rows.filter(criterion__in={leaf for _unit, leaf in exempt}).order_by()
        known = pairs.values_list("assessment__unit", "criterion")
        found.subtract(unit for unit, leaf in known if (unit, leaf) in exempt)
    return found
