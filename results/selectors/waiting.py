"""Who holds up whom: what of a tier waits for which unit, which member of its council, which body.

A fixed number of queries, however many units there are. Nothing of what a council says is read, only how much of it
is still to be said.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, AssessmentState, EvidenceRequest, RequestState, SignOff
from assessments.selectors.locks import Span
from assessments.states import EDITABLE, INSIDE
from councils.models import CouncilState, Seat
from councils.selectors.loads import Load, loads
from criteria.models import PhaseKind, Tier
from criteria.selectors.calendar import Deadline
from results.models import Decision, DecisionState
from results.selectors.board import HANDED_IN, Board, Row
from results.selectors.pace import deadlines_of
from units.models import AuditEvent, Unit, User
from units.naming import folded, sort_key

NEVER = datetime.max.replace(tzinfo=UTC)


class Why(TextChoices):
    """What somebody holds."""

    NO_DOSSIER = "no_dossier", _("No dossier opened")
    DRAFT = "draft", _("Being self-scored")
    CHECKING = "checking", _("With the checker of the unit")
    SIGNING = "signing", _("With the head of the unit")
    RETURNED = "returned", _("Returned, being mended")
    QUESTIONS = "questions", _("Questions of the appraisers")
    ANSWERS = "answers", _("Answers to be judged")
    APPRAISING = "appraising", _("Being appraised")
    NOBODY = "nobody", _("Nobody may appraise it")
    NO_COUNCIL = "no_council", _("No council set up")
    BELOW = "below", _("Results of the tier below")


@dataclass(frozen=True)
class Hold:
    """What one of them holds. ``count``: how many pieces (leaves, questions, dossiers) of ``units`` units.

    ``of``: how many there are in all, where that is known; of questions, how many are past their day. ``tier``: the
    one whose results are waited for.
    """

    why: Why
    since: datetime | None = None
    until: datetime | None = None
    count: int = 1
    units: int = 1
    of: int = 0
    dossier: Assessment | None = None
    tier: Tier | None = None

    def is_late(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now

    def days(self, now: datetime) -> int | None:
        """Whole days since it lies there."""
        return (now - self.since).days if self.since else None


@dataclass
class Holder:
    """A unit, a person or a body with everything that waits for it."""

    name: str
    detail: str = ""
    code: str = ""
    holds: list[Hold] = field(default_factory=list)

    @property
    def since(self) -> datetime | None:
        return min((hold.since for hold in self.holds if hold.since), default=None)

    @property
    def until(self) -> datetime | None:
        return min((hold.until for hold in self.holds if hold.until), default=None)

    @property
    def count(self) -> int:
        return sum(hold.count for hold in self.holds)

    def is_late(self, now: datetime) -> bool:
        return any(hold.is_late(now) for hold in self.holds)


class _Pile(defaultdict[tuple[str, int], list[Hold]]):
    """What everybody holds, and who they are."""

    def __init__(self) -> None:
        super().__init__(list)
        self.who: dict[tuple[str, int], tuple[str, str, str]] = {}

    def at_unit(self, unit: Unit, hold: Hold) -> None:
        self.who["unit", unit.pk] = (unit.name, "", unit.code)
        self["unit", unit.pk].append(hold)

    def at_person(self, person: User, agency: str, hold: Hold) -> None:
        self.who["person", person.pk] = (str(person), agency, person.username)
        self["person", person.pk].append(hold)

    def at_body(self, name: str, hold: Hold) -> None:
        self.who["body", 0] = (name, "", "")
        self["body", 0].append(hold)

    def holders(self) -> list[Holder]:
        return [Holder(*self.who[key], holds) for key, holds in self.items()]


def holders(board: Board, now: datetime) -> list[Holder]:
    """Everybody for whom something of the tier waits, the most pressing first."""
    pile, standing = _Pile(), deadlines_of(board.tier)
    _with_units(pile, board, now)
    _with_body(pile, board)
    _asked(pile, board, now)
    if board.council and board.council.state == CouncilState.OPEN:
        _with_council(pile, board, standing)
    _below(pile, board, standing)
    return arranged(pile.holders(), "", now)


# --- units ------------------------------------------------------------------------------------------------------------


def _with_units(pile: _Pile, board: Board, now: datetime) -> None:
    """The dossiers that have not been handed in, with whoever of the unit has them now."""
    rows = [row for row in board.rows if row.state in INSIDE]
    moved = _moved(board.tier, [row.dossier for row in rows if row.dossier])
    for row in rows:
        span = board.spans.get(row.dossier.pk) if row.dossier else None
        if row.dossier and span is not None and span.phase.opens_at <= now:
            pile.at_unit(row.unit, _held(row, row.dossier, span, moved.get(row.dossier.pk)))


def _held(row: Row, dossier: Assessment, span: Span, moved: datetime | None) -> Hold:
    since = moved or (span.phase.opens_at if dossier.state == AssessmentState.DRAFT else None)
    count = row.scored.total - row.scored.done if dossier.state in EDITABLE else 1
    return Hold(Why(dossier.state), since, span.closes_at, count, of=row.scored.total, dossier=dossier)


def _moved(tier: Tier, dossiers: Iterable[Assessment]) -> dict[int, datetime]:
    """When each dossier came to whoever has it: the last signature inside its unit, or its return. Two queries."""
    signed = SignOff.objects.filter(assessment__tier=tier, assessment__state__in=INSIDE).order_by()
    found: dict[int, datetime] = dict(signed.values_list("assessment").annotate(Max("at")))
    returned = [str(each.pk) for each in dossiers if each.state == AssessmentState.RETURNED]
    events = AuditEvent.objects.filter(target_type=Assessment._meta.label_lower, action="assessment.returned")
    rows = events.filter(target_id__in=returned).order_by().values_list("target_id").annotate(Max("at"))
    for pk, at in ((int(text), at) for text, at in rows):
        found[pk] = max(at, found.get(pk, at))
    return found


def body_of(tier: Tier) -> str:
    return tier.standing_body or tier.authority.name


def _with_body(pile: _Pile, board: Board) -> None:
    """What only the standing body can move: dossiers not opened, a council not set up."""
    name = body_of(board.tier)
    if missing := sum(row.dossier is None for row in board.rows):
        pile.at_body(name, Hold(Why.NO_DOSSIER, count=missing, units=missing))
    waiting = [row.submitted_at for row in board.rows if row.state in HANDED_IN and row.submitted_at]
    if waiting and board.council is None:
        pile.at_body(name, Hold(Why.NO_COUNCIL, min(waiting), count=len(waiting), units=len(waiting)))


# --- council ----------------------------------------------------------------------------------------------------------


def _asked(pile: _Pile, board: Board, now: datetime) -> None:
    """Questions that units have not answered, and answers that who asked has not judged. Four queries at most."""
    dossiers = {row.dossier.pk: row.dossier for row in board.rows if row.dossier}
    rows = EvidenceRequest.objects.filter(assessment__tier=board.tier).order_by()
    asked = rows.filter(state=RequestState.OPEN).values_list("assessment")
    late = Count("pk", filter=Q(due_at__lte=now))
    figures = asked.annotate(Count("pk"), Min("asked_at"), Min("due_at"), late=late)
    for pk, count, since, until, past_due in figures:
        if pk in dossiers:
            hold = Hold(Why.QUESTIONS, since, until, count, of=past_due, dossier=dossiers[pk])
            pile.at_unit(dossiers[pk].unit, hold)
    answered = rows.filter(state=RequestState.ANSWERED).values_list("asked_by")
    judged = answered.annotate(Count("pk"), Min("answered_at"), units=Count("assessment", distinct=True))
    answers = {pk: Hold(Why.ANSWERS, since, count=count, units=units) for pk, count, since, units in judged}
    agencies = dict(Seat.objects.filter(council__tier=board.tier).values_list("user", "agency_name"))
    for person in User.objects.filter(pk__in=answers):
        pile.at_person(person, agencies.get(person.pk, ""), answers[person.pk])


def _with_council(pile: _Pile, board: Board, standing: Mapping[tuple[str, str], Deadline]) -> None:
    """How many leaves each member has still to appraise; a leaf that two may appraise waits for both."""
    assert board.council is not None, "only asked of a tier with a council"
    for load in loads(board.council):
        hold = _load(load, standing)
        if load.seat is None:
            pile.at_body(body_of(board.tier), hold)
        else:
            pile.at_person(load.seat.user, load.seat.agency_name, hold)


def _load(load: Load, standing: Mapping[tuple[str, str], Deadline]) -> Hold:
    """The leaves of one member: since the first of their dossiers lies there, until the first appraisal ends."""
    kinds = {each.unit.kind for each in load.dossiers.values()}
    ends = [standing[key].closes_at for kind in kinds if (key := (PhaseKind.APPRAISAL.value, kind)) in standing]
    since = min((each.submitted_at for each in load.dossiers.values() if each.submitted_at), default=None)
    why = Why.APPRAISING if load.seat else Why.NOBODY
    return Hold(why, since, min(ends, default=None), load.leaves, len(load.dossiers))


# --- tiers below ------------------------------------------------------------------------------------------------------


def _below(pile: _Pile, board: Board, standing: Mapping[tuple[str, str], Deadline]) -> None:
    """The units that assess others in the same cycle and have not approved their results. Three queries."""
    units = {row.unit.pk: row.unit for row in board.rows}
    done = Decision.objects.filter(state=DecisionState.APPROVED).values("run__tier")
    tiers = Tier.objects.filter(cycle=board.tier.cycle_id, authority__in=units).exclude(pk=board.tier.pk)
    rows = Assessment.objects.filter(tier__in=tiers).order_by().values_list("tier")
    handed_in = Count("pk", filter=Q(state__in=HANDED_IN))
    counted = {pk: (count, of) for pk, count, of in rows.annotate(handed_in=handed_in, of=Count("pk"))}
    for tier in tiers.exclude(pk__in=done).prefetch_related("groups"):
        count, of = counted.get(tier.pk, (0, 0))
        keys = [(PhaseKind.APPROVAL.value, group.kind) for group in tier.groups.all()]
        until = max((standing[key].closes_at for key in keys if key in standing), default=None)
        pile.at_unit(units[tier.authority_id], Hold(Why.BELOW, None, until, count, of=of, tier=tier))


# --- narrowing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. ``sort``: "" the most pressing first, "most", "name". Empty: everything."""

    search: str = ""
    why: str = ""
    sort: str = ""


def narrowed(found: Iterable[Holder], filters: Filters, now: datetime) -> list[Holder]:
    """Those whose name, agency or code matches, with what they hold of the kind asked for."""
    text = folded(filters.search)
    kept = [
        replace(each, holds=[hold for hold in each.holds if filters.why in {"", hold.why}])
        for each in found
        if text in folded(f"{each.name} {each.detail} {each.code}")
    ]
    return arranged((each for each in kept if each.holds), filters.sort, now)


def arranged(found: Iterable[Holder], sort: str, now: datetime) -> list[Holder]:
    """Past their day first, then by how long it lies there; what has no instant stands last."""
    orders: dict[str, Callable[[Holder], Any]] = {
        "most": lambda each: (-each.count, sort_key(each.name)),
        "name": lambda each: (sort_key(each.name), each.code),
    }

    def pressing(each: Holder) -> Any:
        return (not each.is_late(now), each.since or NEVER, -each.count, sort_key(each.name))

    return sorted(found, key=orders.get(sort, pressing))
