"""A province in the last minutes: so many communes, each with a filled dossier and its head at the sheet."""

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.urls import reverse

from assessments.models import Assessment, Score
from criteria.models import CriteriaSet, Criterion, Cycle, Phase, PhaseKind, RankingGroup, SetState, Tier
from criteria.selectors import outline
from criteria.tree.nodes import digest
from parindex.rush.load import Officer
from units.models import Membership, Role, Unit, UnitKind, User
from units.naming import folded, sort_key
from units.selectors import database_now

AREAS, LEAVES = 6, 10
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def prepare(officers: int, hours: int = 2) -> list[dict[str, object]]:
    """Fill an empty database and sign everybody in; what each browser needs to know, ready for JSON."""
    now = database_now()
    province = _units(["Tỉnh"], UnitKind.PROVINCE, None)[0]
    communes = _units([f"UBND xã {number}" for number in range(officers)], UnitKind.COMMUNE, province)
    tier, criteria = _plan(province)
    Phase.objects.create(
        cycle=tier.cycle,
        kind=PhaseKind.SELF_SCORING,
        unit_kind=UnitKind.COMMUNE,
        opens_at=now - timedelta(days=20),
        closes_at=now + timedelta(hours=hours),
        reading="17 giờ 00",
    )
    leaves = list(criteria.criteria.filter(is_leaf=True))
    dossiers = Assessment.objects.bulk_create(
        Assessment(cycle=tier.cycle, tier=tier, unit=unit, criteria_set=criteria) for unit in communes
    )
    Score.objects.bulk_create(
        [
            Score(assessment=each, criterion=leaf, points=1, explanation="Đã thực hiện", updated_at=now)
            for each in dossiers
            for leaf in leaves
        ],
        batch_size=2000,
    )
    heads = User.objects.bulk_create(
        User(username=f"rush{number}", full_name=f"Chủ tịch xã {number}") for number in range(officers)
    )
    Membership.objects.bulk_create(
        Membership(user=head, unit=unit, role=Role.HEAD, since=date.min)
        for head, unit in zip(heads, communes, strict=True)
    )
    # As the database does by itself within a minute, but not within the first one.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [asdict(_officer(*pair, leaves)) for pair in zip(heads, dossiers, strict=True)]


def _units(names: list[str], kind: str, parent: Unit | None) -> list[Unit]:
    return Unit.objects.bulk_create(
        Unit(
            code=f"{kind}-{number}",
            name=name,
            folded=folded(name),
            sort_key=sort_key(name),
            kind=kind,
            parent=parent,
            valid_from=date.min,
        )
        for number, name in enumerate(names)
    )


def _plan(province: Unit) -> tuple[Tier, CriteriaSet]:
    """One tier of communes, measured by an issued set of ``AREAS`` × ``LEAVES`` leaves of 2 points."""
    cycle = Cycle.objects.create(
        code="rush",
        name="rush",
        year=1,
        authority=province,
        period_start=date.min,
        period_end=date.max,
        issued_at=database_now(),
    )
    tier = Tier.objects.create(cycle=cycle, code="rush", name="rush", authority=province)
    RankingGroup.objects.create(tier=tier, code="rush", name="rush", kind=UnitKind.COMMUNE, parent=province)
    scale = Decimal(2 * AREAS * LEAVES)
    made = CriteriaSet.objects.create(cycle=cycle, kind=UnitKind.COMMUNE, title="rush", scale=scale, survey_points=0)
    for area in range(1, AREAS + 1):
        top = _node(made, None, f"{area}", 100 * area)
        for leaf in range(1, LEAVES + 1):
            _node(made, top, f"{area}.{leaf}", 100 * area + leaf)
    made.state, made.digest, made.issued_at = SetState.ISSUED, digest(outline(made)), database_now()
    made.save()
    return tier, made


def _node(of: CriteriaSet, parent: Criterion | None, code: str, position: int) -> Criterion:
    return Criterion.objects.create(
        criteria_set=of,
        parent=parent,
        code=code,
        name=f"Mức độ thực hiện nhiệm vụ cải cách hành chính số {code} theo kế hoạch năm",
        position=position,
        depth=0 if parent is None else 1,
        is_leaf=parent is not None,
        max_points=Decimal(2 if parent else 2 * LEAVES),
        method="appraisal",
        evidence_asked="Báo cáo kết quả thực hiện" if parent else "",
    )


def _officer(head: User, dossier: Assessment, leaves: list[Criterion]) -> Officer:
    def of_each(name: str) -> tuple[str, ...]:
        return tuple(reverse(name, args=[dossier.pk, leaf.pk]) for leaf in leaves)

    return Officer(
        session=_signed_in(head),
        sheet=reverse("assessments:sheet", args=[dossier.pk]),
        presence=reverse("assessments:here", args=[dossier.pk]),
        submit=reverse("assessments:submit", args=[dossier.pk]),
        saves=of_each("assessments:save"),
        leaves=of_each("assessments:leaf"),
        attaches=of_each("assessments:attach"),
        version=1,
    )


def _signed_in(user: User) -> str:
    """The key of a session like that of a person who signed in; no password is hashed for it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
