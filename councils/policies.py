"""Who may see and do what in a council. Strangers 404; insiders without the right 403."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Citation, Evidence, EvidenceRequest
from assessments.policies.evidence import assert_may_read, readable
from councils.models import Council, CouncilState, Seat, SeatRole
from councils.selectors.pairs import READY, pairs_of
from councils.selectors.rulings import cited
from councils.selectors.seats import Roster, is_appraised, roster
from councils.selectors.work import Answer, SeatWork, work_of
from criteria.models import Criterion, Phase, PhaseKind
from criteria.selectors.amended import standing_leaf
from criteria.selectors.exemptions import exempt_leaf
from units.models import User
from units.permissions import Permission, held
from units.selectors import Due, Place, Task

LEADERS = frozenset({SeatRole.CHAIR, SeatRole.VICE_CHAIR})
ZERO = Decimal(0)


def _council(**fields: object) -> Council:
    councils = Council.objects.select_related("tier__cycle", "tier__authority__parent", "closed_by")
    return get_object_or_404(councils, **fields)


def _seat(user: User, council: Council) -> Seat | None:
    seat = Seat.objects.select_related("user", "agency").filter(council=council, user=user).first()
    if seat is not None:
        seat.council = council
    return seat


def _oversees(user: User, council: Council) -> bool:
    return Permission.PROGRESS_VIEW in held(user, council.tier.authority)


def _own_seat(user: User, council: Council) -> Seat:
    """The person's seat. Whoever oversees the tier knows that the council exists (403), others do not (404)."""
    seat = _seat(user, council)
    if seat is not None:
        return seat
    if _oversees(user, council):
        raise PermissionDenied
    raise Http404


def seat_for(user: User, council_pk: int) -> Seat:
    """The seat with whose queue the person works."""
    return _own_seat(user, _council(pk=council_pk))


@dataclass(frozen=True)
class Desk:
    """A pair before a person: the seat, the council's roster, and whether the seat is one of those that decide."""

    seat: Seat
    assessment: Assessment
    criterion: Criterion
    table: Roster

    def reads(self, criterion_pk: int) -> bool:
        """Whether the seat may open the pair of another leaf of the dossier: to decide on it, or as one that leads."""
        if self.seat in self.table.appraisers(criterion_pk, self.assessment.unit_id):
            return True
        return self.seat.role in LEADERS and self.table.may(self.seat, self.assessment.unit_id)

    @property
    def may_decide(self) -> bool:
        return self.seat in self.table.appraisers(self.criterion.pk, self.assessment.unit_id)


def pair_for(user: User, assessment_pk: int, criterion_pk: int) -> Desk:
    """A pair to read: by the seats that decide on it, and by chair and vice chair; never by the unit's own people."""
    desk = _desk(user, assessment_pk, criterion_pk)
    if not desk.reads(desk.criterion.pk):
        raise PermissionDenied
    return desk


def pair_to_decide(user: User, assessment_pk: int, criterion_pk: int) -> Desk:
    """A pair to decide on: only by a seat whose pair it is."""
    desk = pair_for(user, assessment_pk, criterion_pk)
    if not desk.may_decide:
        raise PermissionDenied
    return desk


def _desk(user: User, assessment_pk: int, criterion_pk: int) -> Desk:
    assessments = Assessment.objects.select_related("unit", "cycle", "criteria_set")
    assessment = get_object_or_404(assessments, pk=assessment_pk)
    seat = _own_seat(user, _council(tier=assessment.tier_id))
    # A page that was opened before an amendment means the leaf in the place of the one that it names.
    criterion = standing_leaf(assessment.criteria_set_id, criterion_pk)
    if criterion is None or not is_appraised(criterion) or assessment.state not in READY:
        raise Http404
    if exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end):
        raise Http404
    return Desk(seat, assessment, criterion, roster(seat.council))


def evidence_for(user: User, assessment_pk: int, criterion_pk: int, evidence_pk: int) -> Evidence:
    """A document cited on a pair that the person may read."""
    desk = pair_for(user, assessment_pk, criterion_pk)
    evidence = get_object_or_404(cited(desk.assessment, desk.criterion), pk=evidence_pk)
    assert_may_read(user, evidence, by_seat=desk.may_decide)
    return evidence


def readable_on(user: User, desk: Desk, documents: Iterable[Evidence]) -> set[int]:
    """Which of the documents on the pair the person may read, by key: all of them where the seat decides."""
    rows = list(documents)
    return {each.pk for each in rows} if desk.may_decide else readable(user, rows)


def citation_to_judge(user: User, pk: int) -> tuple[Desk, Citation]:
    """A document on a leaf, for a seat that decides there."""
    rows = Citation.objects.select_related("evidence", "score__assessment", "score__criterion")
    citation = get_object_or_404(rows, pk=pk)
    return pair_to_decide(user, citation.score.assessment_id, citation.score.criterion_id), citation


def request_to_close(user: User, pk: int) -> tuple[Desk, EvidenceRequest]:
    """A request, for those who decide on its leaf: the asker may have left the council."""
    request = get_object_or_404(EvidenceRequest.objects.select_related("criterion", "asked_by"), pk=pk)
    return pair_to_decide(user, request.assessment_id, request.criterion_id), request


def requests_for(user: User, council_pk: int) -> tuple[Council, QuerySet[Assessment]]:
    """The council's requests: for its seats, and for those who oversee the tier."""
    council = _council(pk=council_pk)
    if not _oversees(user, council):
        _own_seat(user, council)
    return council, Assessment.objects.filter(tier=council.tier)


def dossier_to_return(user: User, assessment_pk: int) -> tuple[Council, Assessment]:
    """A dossier to give back to its unit: by chair and vice chair, never those of the unit itself."""
    related = ("unit", "cycle", "criteria_set", "tier")
    assessment = get_object_or_404(Assessment.objects.select_related(*related), pk=assessment_pk)
    council = _council(tier=assessment.tier_id)
    seat = _own_seat(user, council)
    if seat.role not in LEADERS or not roster(council).may(seat, assessment.unit_id):
        raise PermissionDenied
    return council, assessment


@dataclass(frozen=True)
class View:
    """A council before a person who may see how far it is."""

    council: Council
    seat: Seat | None

    @property
    def may_close(self) -> bool:
        return self.seat is not None and self.seat.role == SeatRole.CHAIR


def council_to_view(user: User, council_pk: int) -> View:
    """The progress of a council: for its chair and vice chair, and for those who oversee the tier."""
    council = _council(pk=council_pk)
    if _oversees(user, council):
        return View(council, _seat(user, council))
    seat = _own_seat(user, council)
    if seat.role not in LEADERS:
        raise PermissionDenied
    return View(council, seat)


def council_to_close(user: User, council_pk: int) -> Council:
    """The council to close or to open again: by its chair alone."""
    view = council_to_view(user, council_pk)
    if not view.may_close:
        raise PermissionDenied
    return view.council


# --- home page and places ---------------------------------------------------------------------------------------------


def _current_seats(user: User) -> list[Seat]:
    """The person's seats in the councils of the newest year."""
    seats = Seat.objects.filter(user=user).select_related("council__tier__cycle")
    held = list(seats.order_by("council__tier__position", "pk"))
    newest = max((seat.council.tier.cycle.year for seat in held), default=0)
    return [seat for seat in held if seat.council.tier.cycle.year == newest]


def places_for(user: User) -> list[Place]:
    """The queue of each seat, the progress for a chair, and the list of work."""
    seats = _current_seats(user)
    places = []
    for seat in seats:
        where = f" · {seat.council.tier.name}" if len(seats) > 1 else ""
        places.append(Place(_("Appraisal") + where, reverse("councils:queue", args=[seat.council_id])))
        if seat.role in LEADERS:
            places.append(Place(_("Appraisal progress") + where, reverse("councils:progress", args=[seat.council_id])))
    if seats:
        places.append(Place(_("My work"), reverse("assessments:queue")))
    return places


def due_for(user: User, now: datetime) -> list[Due]:
    """What waits for the person in the councils that are still open, until the last appraisal phase closes."""
    found: list[Due] = []
    for seat in _current_seats(user):
        if seat.council.state == CouncilState.OPEN:
            found += _due(seat, now)
    return found


def tasks_for(user: User, now: datetime) -> list[Task]:
    """What waits for the person in the councils that are still open: a dossier, a question, a council a line."""
    seats = [seat for seat in _current_seats(user) if seat.council.state == CouncilState.OPEN]
    return [task for seat in seats for task in _tasks(work_of(seat, now))]


def _tasks(work: SeatWork) -> Iterator[Task]:
    council = work.seat.council
    cycle = council.tier.cycle.name
    for pile in work.piles:
        query, unit = f"?state=waiting&unit={pile.assessment.unit_id}", pile.assessment.unit.name
        url = reverse("councils:queue", args=[council.pk]) + query
        text = _count_words(len(pile.pairs))
        yield Task("appraisal", _("Scores to appraise"), unit, cycle, pile.until, pile.points, url, text=text)
    for each in work.answers:
        yield _answer_task(each, cycle)
    if work.concludes:
        url = reverse("councils:progress", args=[council.pk])
        yield Task("conclusion", _("Conclude the appraisal of the council"), council.name, cycle, work.until, ZERO, url)


def _answer_task(each: Answer, cycle: str) -> Task:
    asked, leaf = each.request, each.request.criterion
    return Task(
        kind="answer" if each.is_answered else "unanswered",
        words=_("Answer to judge") if each.is_answered else _("Question without an answer in time"),
        unit=asked.assessment.unit.name,
        cycle=cycle,
        until=each.until,
        points=leaf.max_points,
        url=reverse("councils:pair", args=[asked.assessment_id, leaf.pk]) + "#requests",
        about=f"{leaf.code} {leaf.name}",
        text=asked.text,
    )


def _due(seat: Seat, now: datetime) -> list[Due]:
    council = seat.council
    pairs = pairs_of(council, seat)
    waiting = [pair for pair in pairs if pair.is_waiting]
    phase = _next_phase(council, {pair.assessment.unit.kind for pair in waiting}, now)
    due = []
    if waiting:
        url = reverse("councils:queue", args=[council.pk]) + "?state=waiting"
        due.append(_item(_count_words(len(waiting)), council, phase, url, _("Appraise")))
    if seat.role == SeatRole.CHAIR:
        url = reverse("councils:progress", args=[council.pk])
        due.append(_item(_("Conclude the appraisal of the council"), council, phase, url, _("See progress")))
    return due


def _count_words(count: int) -> str:
    text = ngettext("%(count)d score waits for your appraisal", "%(count)d scores wait for your appraisal", count)
    return text % {"count": count}


def _next_phase(council: Council, kinds: set[str], now: datetime) -> Phase | None:
    phases = Phase.objects.filter(cycle=council.tier.cycle_id, kind=PhaseKind.APPRAISAL, closes_at__gt=now)
    return (phases.filter(unit_kind__in=kinds) if kinds else phases).order_by("closes_at").first()


def _item(title: str, council: Council, phase: Phase | None, url: str, action: str) -> Due:
    until, reading = (phase.closes_at, phase.reading) if phase else (None, "")
    return Due(title, council.name, until, reading, url, action, "open")
