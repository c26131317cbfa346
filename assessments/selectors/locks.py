"""When a dossier may be written, why not, and which of its leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assessments.models import Assessment, Receipt, Reopening, Score
from assessments.selectors import phases_by_kind, self_scoring_phase
from assessments.states import EDITABLE
from criteria.models import Phase
from criteria.phases import Stand, Window
from criteria.selectors.calendar import Deadline, deadline_of, deadlines


@dataclass(frozen=True)
class Span:
    """When one unit writes: from the phase's beginning until ``until``; what comes after ``closes_at`` is late.

    ``closes_at``: the unit's deadline with its extension, or the date that a returned dossier was given.
    """

    deadline: Deadline
    closes_at: datetime
    until: datetime
    is_returned: bool = False

    @property
    def phase(self) -> Phase:
        return self.deadline.phase

    @property
    def window(self) -> Window:
        return Window(self.phase.opens_at, self.until)

    def is_late(self, now: datetime) -> bool:
        """Whether what is handed in ``now`` misses the deadline, though it is still taken."""
        return self.closes_at <= now < self.until


def span(assessment: Assessment, deadline: Deadline) -> Span:
    """The time of one dossier, as it stands."""
    if assessment.return_until is not None and assessment.submitted_at is not None:
        return Span(deadline, assessment.return_until, assessment.return_until, is_returned=True)
    return Span(deadline, deadline.closes_at, deadline.late_until or deadline.closes_at)


def span_of(assessment: Assessment) -> Span | None:
    """The time of one dossier; None where the cycle has no self-scoring for its kind of unit.

    One query, two where the phase was extended.
    """
    phase = self_scoring_phase(assessment)
    if phase is None:
        return None
    is_extended = phase.is_extended  # type: ignore[attr-defined]
    return span(assessment, deadline_of(phase, assessment.unit) if is_extended else Deadline(phase, phase.closes_at))


def spans_of(assessments: Iterable[Assessment]) -> dict[int, Span]:
    """The times of dossiers by their keys, in two queries for any number; those without a phase are left out."""
    rows = list(assessments)
    phases = phases_by_kind(rows)
    dated = [(each, phases[key]) for each in rows if (key := (each.cycle_id, each.unit.kind)) in phases]
    found = deadlines((phase, each.unit) for each, phase in dated)
    return {each.pk: span(each, found[phase.pk, each.unit_id]) for each, phase in dated}


class Lock(StrEnum):
    """Why a sheet cannot be changed, most telling first."""

    CHECKING = "checking"
    SIGNING = "signing"
    SUBMITTED = "submitted"
    APPRAISED = "appraised"
    NO_PHASE = "no_phase"
    BEFORE = "before"
    OVER = "over"
    VIEWER = "viewer"


def lock_of(assessment: Assessment, when: Span | None, now: datetime, may_score: bool) -> Lock | None:
    """What keeps the sheet read-only at ``now``; None when it may be filled in."""
    if assessment.state not in EDITABLE:
        return Lock(assessment.state)
    if when is None:
        return Lock.NO_PHASE
    stand = when.window.stand(now)
    if stand is not Stand.OPEN:
        return Lock(stand.value)
    return None if may_score else Lock.VIEWER


def last_receipt(assessment: Assessment) -> Receipt | None:
    """The newest submission."""
    return assessment.receipts.order_by("-number").first()


def reopened(assessment: Assessment) -> dict[int, Reopening]:
    """What is asked leaf by leaf in the round that the dossier was returned for, by criterion; empty when none is."""
    last = last_receipt(assessment) if assessment.submitted_at else None
    if last is None:
        return {}
    rows = Reopening.objects.filter(assessment=assessment, number=last.number)
    return {row.criterion_id: row for row in rows.select_related("asked_by", "criterion")}


def is_leaf_open(assessment: Assessment, criterion_pk: int) -> bool:
    """Whether the leaf may be written in this round.

    A leaf that was not answered when the dossier was handed in always may: else nothing could be handed in again after
    an amendment that asks something new.
    """
    asked = reopened(assessment)
    if not asked or criterion_pk in asked:
        return True
    last = last_receipt(assessment)
    stored = Score.objects.filter(assessment=assessment, criterion=criterion_pk).first()
    return stored is None or not stored.is_answered or (last is not None and stored.updated_at > last.at)
