"""What the boards of a large tier cost on this machine: 400 units, 8 areas of 8 leaves, half of the dossiers in."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AssessmentState, Score
from councils.models import Appraisal, Assignment, Council, Seat, SeatRole
from criteria.models import Criterion, Cycle, Phase, PhaseKind, RankingGroup, Tier
from criteria.services import drafting
from criteria.tree.nodes import Node, Outline
from parindex.bench import BACKEND, Figure, measured, nothing_stays, page, unit_of
from units.models import Membership, Role, UnitKind, User
from units.selectors import database_now

UNITS, AREAS, LEAVES = 400, 8, 8
WORTH, BATCH = Decimal(2), 2000
BOARDS = {"board": "units by steps", "areas": "units by areas", "waiting": "who waits for whom"}


def figures(times: int, units: int = UNITS) -> list[Figure]:
    """The pages of the standing body, inside a transaction that is rolled back."""
    with nothing_stays():
        tier, staff = _tier(units)
        client = Client(HTTP_HOST="localhost")
        client.force_login(staff, backend=BACKEND)

        def board(name: str) -> Callable[[int], HttpResponse]:
            return lambda _: page(client, reverse(f"results:{name}", args=[tier.pk]))

        return [measured(f"{words}, {units} units", times, board(name)) for name, words in BOARDS.items()]


def _tier(units: int) -> tuple[Tier, User]:
    province = unit_of("bench-b", UnitKind.PROVINCE, None)
    now = database_now()
    cycle = Cycle.objects.create(
        code="bench-b",
        name="bench",
        year=1,
        authority=province,
        period_start=date(1, 1, 1),
        period_end=date(1, 12, 31),
        issued_at=now,
    )
    for kind in (PhaseKind.SELF_SCORING, PhaseKind.APPRAISAL):
        Phase.objects.create(
            cycle=cycle,
            kind=kind,
            unit_kind=UnitKind.DEPARTMENT,
            opens_at=now - timedelta(days=9),
            closes_at=now + timedelta(days=9),
            reading="bench",
        )
    tier = Tier.objects.create(cycle=cycle, code="bench", name="bench", authority=province)
    RankingGroup.objects.create(tier=tier, code="bench", name="bench", kind=UnitKind.DEPARTMENT, parent=province)
    staff = User.objects.create(username="bench-b", full_name="bench")
    Membership.objects.create(user=staff, unit=province, role=Role.STAFF, since=date(1, 1, 1))
    _fill(tier, staff, units)
    return tier, staff


def _set() -> Outline:
    nodes: list[Node] = []
    for area in range(1, AREAS + 1):
        nodes.append(Node(f"{area}", f"Lĩnh vực {area}", maximum=WORTH * LEAVES))
        nodes += [Node(f"{area}.{n}", f"Tiêu chí {area}.{n}", f"{area}", WORTH) for n in range(1, LEAVES + 1)]
    return Outline("bench", WORTH * AREAS * LEAVES, Decimal(0), tuple(nodes))


def _fill(tier: Tier, staff: User, units: int) -> None:
    """Every second dossier is handed in; of each, two thirds of the leaves are scored, and of those in, appraised."""
    now = database_now()
    criteria = drafting.create(cycle=tier.cycle, kind=UnitKind.DEPARTMENT, outline=_set(), by=staff)
    type(criteria).objects.filter(pk=criteria.pk).update(state="issued", digest="0" * 64, issued_at=now)
    leaves = list(criteria.criteria.filter(is_leaf=True))
    seats = _seats(tier, list(criteria.criteria.filter(depth=0).order_by("position")))
    dossiers = [
        Assessment.objects.create(
            tier=tier,
            cycle=tier.cycle,
            unit=unit_of(f"bench-{number:04}", UnitKind.DEPARTMENT, tier.authority),
            criteria_set=criteria,
            **({"state": AssessmentState.SUBMITTED, "submitted_at": now, "submitted_by": staff} if number % 2 else {}),
        )
        for number in range(units)
    ]
    some = [pair for number, pair in enumerate(product(dossiers, leaves)) if number % 3]
    Score.objects.bulk_create(
        (Score(assessment=dossier, criterion=leaf, points=1, updated_at=now) for dossier, leaf in some), BATCH
    )
    decided = {"points": 1, "self_points": 1, "decided_at": now, "by": staff, "seat": seats[0]}
    Appraisal.objects.bulk_create(
        (Appraisal(assessment=dossier, criterion=leaf, **decided) for dossier, leaf in some if dossier.submitted_at),
        BATCH,
    )


def _seats(tier: Tier, areas: list[Criterion]) -> list[Seat]:
    """A chair, and a member for each area."""
    council = Council.objects.create(tier=tier, name="bench")
    roles = [SeatRole.CHAIR, *(SeatRole.MEMBER for _area in areas)]
    people = [User.objects.create(username=f"bench-b-{number}", full_name="bench") for number in range(len(roles))]
    seats = [
        Seat.objects.create(council=council, user=person, agency_name="bench", role=role)
        for person, role in zip(people, roles, strict=True)
    ]
    for seat, area in zip(seats[1:], areas, strict=True):
        Assignment.objects.create(seat=seat, criterion=area)
    return seats
