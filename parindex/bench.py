"""What the pages and the computation cost on this machine: time, queries, bytes. Nothing it writes stays."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment, Citation, Evidence, Score
from criteria.models import CriteriaSet, Criterion, Cycle, Phase, PhaseKind, RankingGroup, Tier
from results.selectors.calculation import calculation
from units.models import Membership, Role, Unit, UnitKind, User
from units.naming import folded, sort_key
from units.selectors import database_now

LEAVES = 60
LARGE, CITED = 150, 300
"""The largest sheet that a page is built for: leaves, and documents on them."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Figure:
    """One row of the table: milliseconds at the median and at the 95th percentile, and the number of queries."""

    what: str
    runs: int
    median: int
    p95: int
    queries: int | None
    kilobytes: int | None = None


class RollBack(Exception):
    """Ends the measurement; nothing it wrote is kept."""


def figures(times: int) -> list[Figure]:
    """Measure everything, inside a transaction that is rolled back."""
    made: list[Figure] = []
    with nothing_stays():
        made += _sheet(times)
    with nothing_stays():
        made += _large_sheet(times)
    with nothing_stays():
        made += _computation(max(3, times // 10))
    return made


@contextmanager
def nothing_stays() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise RollBack
    except RollBack:
        return


def measured(what: str, times: int, act: Callable[[int], HttpResponse | None]) -> Figure:
    """Run ``act`` once to warm up, then ``times`` times."""
    act(0)
    taken: list[float] = []
    for number in range(1, times + 1):
        began = time.perf_counter()
        act(number)
        taken.append(1000 * (time.perf_counter() - began))
    with CaptureQueriesContext(connection) as queries:
        answer = act(times + 1)
    p95 = sorted(taken)[max(0, round(0.95 * times) - 1)]
    size = round(len(answer.content) / 1024) if answer is not None else None
    return Figure(what, times, round(statistics.median(taken)), round(p95), len(queries), size)


def _sheet(times: int) -> list[Figure]:
    """The score sheet of 60 leaves with 1 and with 60 evidence files, and the save of one score."""
    assessment, officer = _dossier()
    client = Client(HTTP_HOST="localhost")
    client.force_login(officer, backend=BACKEND)
    sheet = reverse("assessments:sheet", args=[assessment.pk])
    scores = list(assessment.scores.select_related("criterion"))
    _cite(assessment, scores[:1])
    one = measured(f"score sheet, {LEAVES} leaves, 1 evidence file", times, lambda _: page(client, sheet))
    _cite(assessment, scores[1:])
    all_ = measured(f"score sheet, {LEAVES} leaves, {LEAVES} evidence files", times, lambda _: page(client, sheet))
    address = reverse("assessments:save", args=[assessment.pk, scores[0].criterion_id])
    version = scores[0].version

    def save(number: int) -> HttpResponse:
        data = {"points": f"1,{number % 90 + 10}", "explanation": "", "version": version + number}
        return ok(client.post(address, data, HTTP_HX_REQUEST="true"))

    return [one, all_, measured("save of one score", times, save)]


def _large_sheet(times: int) -> list[Figure]:
    """The score sheet of 150 leaves and 300 citations: the page, a leaf that is opened, a save with figures."""
    assessment, officer = dossier_of(LARGE, rule="Điểm = tỷ lệ × điểm tối đa")
    client = Client(HTTP_HOST="localhost")
    client.force_login(officer, backend=BACKEND)
    scores = list(assessment.scores.select_related("criterion"))
    for _ in range(CITED // LARGE):
        _cite(assessment, scores)
    leaf = scores[0].criterion_id
    sheet = reverse("assessments:sheet", args=[assessment.pk])
    body = reverse("assessments:leaf", args=[assessment.pk, leaf])
    address, version = reverse("assessments:save", args=[assessment.pk, leaf]), scores[0].version

    def opened(_: int) -> HttpResponse:
        return ok(client.get(body, HTTP_HX_REQUEST="true"))

    def save(number: int) -> HttpResponse:
        share = number % 90 + 10
        data = {"points": f"{Decimal(2 * share) / 100}", "figure-1": f"{share}%", "explanation": "Theo báo cáo"}
        return ok(client.post(address, {**data, "version": version + number}, HTTP_HX_REQUEST="true"))

    name = f"sheet of {LARGE} leaves, {CITED} citations"
    return [
        measured(name, times, lambda _: page(client, sheet)),
        measured(f"{name}: a leaf opened", times, opened),
        measured(f"{name}: a save", times, save),
    ]


def page(client: Client, address: str) -> HttpResponse:
    return ok(client.get(address))


def ok(answer: HttpResponseBase) -> HttpResponse:
    if not isinstance(answer, HttpResponse) or answer.status_code != 200:
        raise RuntimeError(f"answered {answer.status_code}, so its time means nothing")
    return answer


def _dossier() -> tuple[Assessment, User]:
    return dossier_of(LEAVES)


def dossier_of(leaves: int, rule: str = "") -> tuple[Assessment, User]:
    """A unit in the middle of self-scoring by a set of 6 areas with ``leaves`` leaves in all, 2 points each."""
    now = database_now()
    province = unit_of("bench-p", UnitKind.PROVINCE, None)
    unit = unit_of("bench-u", UnitKind.DEPARTMENT, province)
    cycle = Cycle.objects.create(
        code="bench",
        name="bench",
        year=1,
        authority=province,
        period_start=date(1, 1, 1),
        period_end=date(1, 12, 31),
        issued_at=now,
    )
    Phase.objects.create(
        cycle=cycle,
        kind=PhaseKind.SELF_SCORING,
        unit_kind=unit.kind,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        reading="bench",
    )
    tier = Tier.objects.create(cycle=cycle, code="bench", name="bench", authority=province)
    RankingGroup.objects.create(tier=tier, code="bench", name="bench", kind=unit.kind, parent=province)
    nodes = _leaves(cycle, unit.kind, leaves // 6, rule)
    assessment = Assessment.objects.create(cycle=cycle, tier=tier, unit=unit, criteria_set=nodes[0].criteria_set)
    Score.objects.bulk_create(
        Score(assessment=assessment, criterion=leaf, points=Decimal(1), updated_at=now) for leaf in nodes
    )
    officer = User.objects.create(username="bench", full_name="bench")
    Membership.objects.create(user=officer, unit=unit, role=Role.OFFICER, since=date(1, 1, 1))
    return assessment, officer


def unit_of(code: str, kind: str, parent: Unit | None) -> Unit:
    return Unit.objects.create(
        code=code,
        name=code,
        folded=folded(code),
        sort_key=sort_key(code),
        kind=kind,
        parent=parent,
        valid_from=date(1, 1, 1),
    )


def _leaves(cycle: Cycle, kind: str, each: int, rule: str) -> list[Criterion]:
    scale = 12 * each
    criteria = CriteriaSet.objects.create(cycle=cycle, kind=kind, title="bench", scale=scale, survey_points=0)
    made: list[Criterion] = []
    for area in range(6):
        first = area * (each + 1)
        top = _node(criteria, None, f"{area + 1}", first, Decimal(2 * each))
        made += [
            _node(criteria, top, f"{area + 1}.{leaf}", first + leaf, Decimal(2), rule) for leaf in range(1, each + 1)
        ]
    return made


def _node(
    of: CriteriaSet, parent: Criterion | None, code: str, position: int, maximum: Decimal, rule: str = ""
) -> Criterion:
    return Criterion.objects.create(
        criteria_set=of,
        parent=parent,
        code=code,
        name=f"Tiêu chí {code}",
        rule=rule,
        position=position,
        depth=0 if parent is None else 1,
        is_leaf=parent is not None,
        max_points=maximum,
        method="appraisal",
    )


def _cite(assessment: Assessment, scores: list[Score]) -> None:
    """A document of its own for each score; the bytes do not matter here."""
    now = database_now()
    for score in scores:
        evidence = Evidence.objects.create(
            unit=assessment.unit,
            name=f"{score.criterion.code}.pdf",
            content_type="application/pdf",
            size=1000,
            sha256=f"{uuid4().int:064x}",
            file="bench",
            pages=3,
            uploaded_at=now,
        )
        Citation.objects.create(score=score, evidence=evidence)


def _computation(times: int) -> list[Figure]:
    """Every tier of the largest cycle: read all layers, compute index, ranks and bands."""
    cycles = sorted(Cycle.objects.all(), key=lambda each: -Assessment.objects.filter(cycle=each).count())
    if not cycles:
        return []
    tiers = list(cycles[0].tiers.select_related("cycle", "authority"))
    units = Assessment.objects.filter(cycle=cycles[0]).count()

    def compute(_: int) -> None:
        for tier in tiers:
            calculation(tier)

    return [measured(f"compute {units} units in {len(tiers)} tiers", times, compute)]
