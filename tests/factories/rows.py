"""Makers of real rows. Each returns a saved row; a province with two departments is one call (``season``)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from assessments.models import Assessment, Score
from councils.models import Appraisal, Assignment, Council, Seat
from criteria.models import (
    Band,
    CriteriaSet,
    Criterion,
    Cycle,
    Exemption,
    Lineage,
    Phase,
    RankingGroup,
    SetState,
    Tier,
)
from criteria.selectors import outline
from criteria.tree.nodes import digest
from units.models import Membership, Unit, User
from units.naming import folded, sort_key

PASSWORD = "mat-khau-thu-nghiem"
numbers = count(1)


def unit(name: str = "", kind: str = "department", parent: Unit | None = None, **fields: object) -> Unit:
    name = name or f"Sở {next(numbers)}"
    code = str(fields.pop("code", f"U{next(numbers)}"))
    return Unit.objects.create(
        code=code, name=name, kind=kind, parent=parent, folded=folded(name), sort_key=sort_key(name), **fields
    )


def user(username: str = "", **fields: Any) -> User:
    username = username or f"user{next(numbers)}"
    return User.objects.create_user(username, password=PASSWORD, full_name=f"Người {username}", **fields)


def member(role: str, of: Unit, username: str = "") -> User:
    person = user(username or f"{role}-{of.code}".lower())
    Membership.objects.create(user=person, unit=of, role=role, since=date(2020, 1, 1))
    return person


def cycle(authority: Unit, code: str = "", **fields: object) -> Cycle:
    """A cycle whose plan is issued, unless ``issued_at`` is None."""
    code = code or f"c{next(numbers)}"
    fields.setdefault("issued_at", timezone.now())
    made = Cycle.objects.create(
        code=code,
        name=f"Kỳ {code}",
        year=2022,
        authority=authority,
        period_start=date(2022, 1, 1),
        period_end=date(2022, 12, 31),
        **fields,
    )
    for name, lower in (("Tốt", 80), ("Khá", 65), ("Yếu", 0)):
        Band.objects.create(cycle=made, name=name, lower=lower)
    return made


def phase(of: Cycle, kind: str, unit_kind: str = "department", *, opens: int = -5, closes: int = 5) -> Phase:
    """A phase that opened ``opens`` days from now and closes ``closes`` days from now."""
    now = timezone.now()
    return Phase.objects.create(
        cycle=of,
        kind=kind,
        unit_kind=unit_kind,
        opens_at=now + timedelta(days=opens),
        closes_at=now + timedelta(days=closes),
        reading="trước ngày 25/11/2022",
    )


def criteria_set(of: Cycle, kind: str = "department", scale: str = "10", version: int = 1) -> CriteriaSet:
    """Two areas: 1 (6 points: 1.1 steps of 2, 1.2 of 4 by hand) and 2 (4 points by survey: 2.1)."""
    made = CriteriaSet.objects.create(
        cycle=of, kind=kind, title=f"Bộ tiêu chí {kind}", scale=Decimal(scale), survey_points=4, version=version
    )
    one = criterion(made, "1", "6", leaf=False)
    criterion(made, "1.1", "2", parent=one, rule="Kịp thời: 2; Chậm: 1; Không: 0")
    criterion(made, "1.2", "4", parent=one, rule="Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; Dưới 80%: 0")
    two = criterion(made, "2", "4", leaf=False, method="survey")
    criterion(made, "2.1", "4", parent=two, method="survey")
    return made


def issue(criteria: CriteriaSet) -> CriteriaSet:
    """Issue the set as it stands: from now on the database keeps it as it is."""
    criteria.state, criteria.digest, criteria.issued_at = SetState.ISSUED, digest(outline(criteria)), timezone.now()
    criteria.save()
    return criteria


def origin(of: Criterion, before: Criterion, kind: str = "same") -> Lineage:
    """Confirmed lineage from a leaf of an earlier set to one of a set that is not issued yet."""
    return Lineage.objects.create(
        criteria_set=of.criteria_set, criterion=of, previous=before, kind=kind, is_confirmed=True
    )


def criterion(
    of: CriteriaSet, code: str, maximum: str, *, parent: Criterion | None = None, leaf: bool = True, **fields: object
) -> Criterion:
    return Criterion.objects.create(
        **{
            "criteria_set": of,
            "code": code,
            "name": f"Tiêu chí {code}",
            "parent": parent,
            "position": next(numbers),
            "depth": parent.depth + 1 if parent else 0,
            "is_leaf": leaf,
            "max_points": Decimal(maximum),
            "method": "appraisal",
            **fields,
        }
    )


def exemption(of: CriteriaSet, code: str, **fields: object) -> Exemption:
    """By rule, for all units, lowering the maximum, unless ``fields`` say otherwise."""
    given = {"convention": "reduce", "state": "by_rule", "reason": "Không có TTHC", "document": "12/HD-SNV"}
    return Exemption.objects.create(criterion=of.criteria.get(code=code), **{**given, **fields})


def tier(of: Cycle, authority: Unit, kind: str = "department", code: str = "tinh") -> Tier:
    made = Tier.objects.create(cycle=of, code=code, name=f"Cấp {code}", authority=authority, standing_body="Sở Nội vụ")
    RankingGroup.objects.create(tier=made, code=kind, name=f"Khối {kind}", kind=kind, parent=authority)
    return made


def assessment(of: Tier, unit: Unit, criteria: CriteriaSet, **fields: object) -> Assessment:
    return Assessment.objects.create(cycle=of.cycle, tier=of, unit=unit, criteria_set=criteria, **fields)


def score(of: Assessment, code: str, points: str | None, **fields: object) -> Score:
    leaf = Criterion.objects.get(criteria_set=of.criteria_set, code=code)
    value = None if points is None else Decimal(points)
    return Score.objects.create(assessment=of, criterion=leaf, points=value, updated_at=timezone.now(), **fields)


def council(of: Tier) -> Council:
    return Council.objects.create(tier=of, name="Hội đồng thẩm định")


def seat(
    of: Council, *areas: Criterion, role: str = "member", agency: Unit | None = None, person: User | None = None
) -> Seat:
    made = Seat.objects.create(
        council=of, user=person or user(), agency=agency, agency_name=agency.name if agency else "UBND", role=role
    )
    for area in areas:
        Assignment.objects.create(seat=made, criterion=area)
    return made


def appraisal(of: Assessment, code: str, points: str | None, by: Seat, **fields: object) -> Appraisal:
    leaf = Criterion.objects.get(criteria_set=of.criteria_set, code=code)
    value = None if points is None else Decimal(points)
    return Appraisal.objects.create(
        assessment=of, criterion=leaf, seat=by, by=by.user, points=value, decided_at=timezone.now(), **fields
    )


@dataclass
class Season:
    """A province with two departments in mid-season, and one person for each role."""

    province: Unit
    units: list[Unit]
    cycle: Cycle
    tier: Tier
    criteria_set: CriteriaSet
    assessments: list[Assessment]
    council: Council
    member: Seat
    own_member: Seat
    chair: Seat
    officer: User
    head: User
    outsider: User
    staff: User
    chairman: User
    administrator: User


def season(*, issued: bool = True) -> Season:
    """Officer, head and own_member are of ``units[0]``; the outsider heads ``units[1]``. ``issued``: the set is."""
    province = unit("UBND tỉnh Thử", "province", code="P")
    units = [unit("Sở Xây dựng", parent=province, code="SXD"), unit("Sở Y tế", parent=province, code="SYT")]
    year = cycle(province)
    for kind in ("self_scoring", "appraisal", "survey", "approval"):
        phase(year, kind)
    level = tier(year, province)
    criteria = criteria_set(year)
    if issued:
        issue(criteria)
    board = council(level)
    areas = list(criteria.criteria.filter(depth=0).order_by("position"))
    home_affairs = unit("Sở Nội vụ", parent=province, code="SNV")
    return Season(
        province=province,
        units=units,
        cycle=year,
        tier=level,
        criteria_set=criteria,
        assessments=[assessment(level, each, criteria) for each in units],
        council=board,
        chair=seat(board, role="chair", agency=province, person=user("chair")),
        member=seat(board, areas[0], agency=home_affairs, person=user("member")),
        own_member=seat(board, areas[0], agency=units[0], person=user("own-member")),
        officer=member("officer", units[0], "officer"),
        head=member("head", units[0], "head"),
        outsider=member("head", units[1], "outsider"),
        staff=member("staff", province, "staff"),
        chairman=member("chairman", province, "chairman"),
        administrator=member("administrator", province, "administrator"),
    )
