"""What every page's frame needs. Read when a template asks for it, once a request; fragments ask for nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import assessments.policies
import councils.policies
import criteria.policies
import results.policies
import surveys.policies
import units.policies
from assessments.models import Assessment, AssessmentState
from criteria.models import Cycle, Extension, ExtensionState, Phase, PhaseKind, Tier
from criteria.selectors.calendar import Deadline, deadlines
from results.selectors.runs import newest_tiers
from units import selectors
from units.models import Unit, User
from units.selectors import Due, Place

MOST_PLACES = 7
MOST_CYCLES = 2
PLACES: tuple[Callable[[User], list[Place]], ...] = (
    assessments.policies.places_for,
    councils.policies.places_for,
    results.policies.places_for,
    surveys.policies.places_for,
    criteria.policies.places_for,
    units.policies.places_for,
)
DUES: tuple[Callable[[User, datetime], list[Due]], ...] = (
    assessments.policies.due_for,
    councils.policies.due_for,
    results.policies.due_for,
    surveys.policies.due_for,
    criteria.policies.due_for,
    units.policies.due_for,
)


@dataclass(frozen=True)
class Working:
    """A cycle that is under way, and the phase of it that the person should keep in mind.

    ``deadline``: the phase's end as it stands for the person's unit of that kind, extensions included, else for all.
    """

    cycle: Cycle
    phase: Phase
    is_open: bool
    deadline: Deadline


@dataclass(frozen=True)
class Progress:
    """How far the dossiers of a tier are that the person answers for."""

    tier: Tier
    dossiers: int
    submitted: int
    appraised: int


@dataclass(frozen=True)
class Step:
    """A place in the row under the bar, and whether the page lies in it."""

    place: Place
    here: bool


class Frame:
    """The frame of one request's page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def unread(self) -> int:
        return selectors.unread_notices(self.user).count() if self.user else 0

    @cached_property
    def places(self) -> list[Step]:
        """At most seven, home first; the current one is the deepest that the page's address lies under."""
        places = [Place(_("Home"), reverse("home")), *(places_of(self.user) if self.user else public_places())]
        places = places[:MOST_PLACES]
        under = [place for place in places if place.reach(self.request.path)]
        nearest = max(under, key=lambda place: place.reach(self.request.path), default=None)
        if nearest and nearest.url == reverse("home") != self.request.path:
            nearest = None
        return [Step(place, place is nearest) for place in places]

    @cached_property
    def working(self) -> list[Working]:
        return working_cycles(self.user, timezone.now()) if self.user else []

    @cached_property
    def is_demo(self) -> bool:
        """Whether the cycle that is worked in is a demonstration."""
        return any(each.cycle.is_demo for each in self.working)


def frame(request: HttpRequest) -> dict[str, object]:
    """The request's frame; nothing is read before a template asks."""
    return {"frame": request.__dict__.setdefault("_frame", Frame(request))}


def places_of(user: User) -> list[Place]:
    """The places that the apps offer to the person, each once."""
    found = {place.url: place for offer in PLACES for place in offer(user)}
    return list(found.values())


def public_places() -> list[Place]:
    return [
        Place(_("Published results"), reverse("results:public")),
        Place(_("Criteria sets in force"), reverse("criteria:public_sets")),
        Place(_("Help"), reverse("help")),
    ]


def dues_of(user: User, now: datetime) -> list[Due]:
    """What waits for the person in all apps: by deadline, then what has none."""
    dues = [due for ask in DUES for due in ask(user, now)]
    return sorted(dues, key=lambda due: (due.until is None, due.until or now))


def progress_of(user: User) -> list[Progress]:
    """The tiers of the person's own units in their newest cycle, by dossiers handed in and appraised."""
    authorities = units.policies.overseen_units(user)
    tiers = newest_tiers(authorities) if authorities else []
    states = Assessment.objects.filter(tier__in=tiers).values_list("tier", "state").annotate(Count("pk")).order_by()
    counts: dict[tuple[int, str], int] = {(tier, state): count for tier, state, count in states}
    found = []
    for tier in tiers:
        by_state = {state: counts.get((tier.pk, state), 0) for state in AssessmentState.values}
        appraised = by_state[AssessmentState.APPRAISED]
        submitted = by_state[AssessmentState.SUBMITTED] + appraised
        found.append(Progress(tier, sum(by_state.values()), submitted, appraised))
    return found


def working_cycles(user: User, now: datetime) -> list[Working]:
    """The cycles under way, newest first, each with the person's next closing phase, else the next to open."""
    own = {unit.kind: unit for unit in reversed(units.policies.scored_units(user))}
    open_ends = [end for end in _ends(own, now) if end.closes_at > now]
    kinds, scores = units.policies.scoring_kinds(user)
    steps = {PhaseKind.SELF_SCORING} if scores else {PhaseKind.APPRAISAL, PhaseKind.APPROVAL}
    if units.policies.imports_surveys(user):
        steps.add(PhaseKind.SURVEY)
    found: dict[int, Working] = {}
    for end in sorted(open_ends, key=lambda each: _weight(each, kinds, steps, now)):
        phase = end.phase
        found.setdefault(phase.cycle_id, Working(phase.cycle, phase, phase.opens_at <= now, end))
    return sorted(found.values(), key=lambda each: -each.cycle.year)[:MOST_CYCLES]


def _ends(own: Mapping[str, Unit], now: datetime) -> list[Deadline]:
    """How the phases stand that may be open: one query, and a second where any of them was extended."""
    later = Extension.objects.filter(phase=OuterRef("pk"), state=ExtensionState.APPROVED, closes_at__gt=now)
    issued = Phase.objects.filter(cycle__issued_at__isnull=False).annotate(is_extended=Exists(later))
    standing = list(issued.filter(Q(closes_at__gt=now) | Q(is_extended=True)).select_related("cycle"))
    moved = deadlines((phase, own.get(phase.unit_kind)) for phase in standing if phase.is_extended)
    plain = [Deadline(phase, phase.closes_at) for phase in standing if not phase.is_extended]
    return [*moved.values(), *plain]


def _weight(end: Deadline, kinds: set[str], steps: set[PhaseKind], now: datetime) -> tuple[bool, bool, bool, datetime]:
    """Least first: of the person's kind of unit, open, the person's own step, closing soonest."""
    phase = end.phase
    return (
        bool(kinds) and phase.unit_kind not in kinds,
        phase.opens_at > now,
        phase.kind not in steps,
        end.closes_at if phase.opens_at <= now else phase.opens_at,
    )
