"""What waits for a seat: leaves to appraise, dossier by dossier; answers to judge; a council that can be concluded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assessments.models import Assessment, EvidenceRequest, RequestState
from councils.models import Seat, SeatRole
from councils.selectors.pairs import Pair, pairs_of
from criteria.models import PhaseKind
from criteria.phases import Stand
from criteria.selectors import phases_of
from criteria.selectors.calendar import Deadline, standing_of


@dataclass(frozen=True)
class Pile:
    """The leaves of one dossier that wait for the seat, until the appraisal of its kind of unit ends."""

    assessment: Assessment
    pairs: list[Pair]
    until: datetime

    @property
    def points(self) -> Decimal:
        return sum((pair.criterion.max_points for pair in self.pairs), Decimal(0))


@dataclass(frozen=True)
class Answer:
    """A question to a unit that the appraisers have to close: it was answered, or its time went by without."""

    request: EvidenceRequest
    until: datetime | None

    @property
    def is_answered(self) -> bool:
        return self.request.state == RequestState.ANSWERED


@dataclass(frozen=True)
class SeatWork:
    """Everything that waits for one seat. ``concludes``: it is the chair's, and the council has nothing left to do."""

    seat: Seat
    piles: list[Pile]
    answers: list[Answer]
    concludes: bool
    until: datetime | None


def work_of(seat: Seat, now: datetime) -> SeatWork:
    """The work of a seat in an open council: a dozen queries for any number of dossiers and questions."""
    pairs = pairs_of(seat.council)
    mine = [pair for pair in pairs if seat in pair.seats]
    ends = _ends(seat)
    stands = {kind: end.window.stand(now) for kind, end in ends.items()}
    waiting = [pair for pair in mine if pair.is_waiting and stands.get(pair.assessment.unit.kind) is Stand.OPEN]
    # What nobody may decide any more keeps no council open.
    alive = {kind for kind, stand in stands.items() if stand is not Stand.OVER}
    left = any(pair.is_waiting and pair.assessment.unit.kind in alive for pair in pairs)
    concludes = seat.role == SeatRole.CHAIR and bool(pairs) and not left
    last = max((end.closes_at for end in ends.values()), default=None)
    return SeatWork(seat, _piles(waiting, ends), _answers(mine, ends, now), concludes, last)


def _ends(seat: Seat) -> dict[str, Deadline]:
    """The appraisal as it stands for each kind of unit; single units have no later one of their own."""
    phases = phases_of(seat.council.tier.cycle).filter(kind=PhaseKind.APPRAISAL)
    return {each.phase.unit_kind: each for each in standing_of(phases)}


def _piles(waiting: Iterable[Pair], ends: dict[str, Deadline]) -> list[Pile]:
    found: dict[int, Pile] = {}
    for pair in waiting:
        dossier = pair.assessment
        until = ends[dossier.unit.kind].closes_at
        found.setdefault(dossier.pk, Pile(dossier, [], until)).pairs.append(pair)
    return list(found.values())


def _answers(mine: Iterable[Pair], ends: dict[str, Deadline], now: datetime) -> list[Answer]:
    keys = {pair.key for pair in mine}
    asked = EvidenceRequest.objects.filter(
        assessment__in={assessment for assessment, _leaf in keys},
        state__in=(RequestState.ANSWERED, RequestState.OPEN),
    )
    found = []
    for row in asked.select_related("assessment__unit", "criterion").order_by("due_at", "pk"):
        is_due = row.state == RequestState.ANSWERED or row.due_at <= now
        if is_due and (row.assessment_id, row.criterion_id) in keys:
            end = ends.get(row.assessment.unit.kind)
            found.append(Answer(row, end.closes_at if end else None))
    return found
