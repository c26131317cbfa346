from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from tests.factories import rows
from units.models import Membership
from units.permissions import ROLES, Permission, held, holds_anywhere, units_where

pytestmark = pytest.mark.django_db


def test_nobody_holds_nothing() -> None:
    assert held(AnonymousUser(), rows.unit()) == frozenset()
    assert held(rows.user(), rows.unit()) == frozenset()


def test_officer_scores_the_own_unit_only() -> None:
    own, other = rows.unit(), rows.unit()
    officer = rows.member("officer", own)

    assert held(officer, own) == ROLES["officer"].here
    assert held(officer, other) == frozenset()


def test_role_of_a_district_does_not_reach_its_communes_but_oversight_does() -> None:
    district = rows.unit("UBND huyện", "district")
    commune = rows.unit("UBND xã", "commune", parent=district)

    assert held(rows.member("officer", district), commune) == frozenset()
    assert held(rows.member("staff", district), commune) == ROLES["staff"].below


def test_staff_of_the_province_looks_on_but_does_not_compute_for_a_district() -> None:
    province = rows.unit("UBND tỉnh", "province")
    district = rows.unit("UBND huyện", "district", parent=province)
    staff = rows.member("staff", province)

    assert Permission.RUN_COMPUTE in held(staff, province)
    assert Permission.RUN_COMPUTE not in held(staff, district)
    assert Permission.RUN_VIEW in held(staff, district)


@pytest.mark.parametrize(("until", "holds"), [(0, False), (1, True)])
def test_role_ends_by_its_date_without_a_job(until: int, holds: bool) -> None:
    unit = rows.unit()
    person = rows.user()
    today = timezone.localdate()
    Membership.objects.create(
        user=person, unit=unit, role="officer", since=date(2020, 1, 1), until=today + timedelta(days=until)
    )

    assert (Permission.ASSESSMENT_SCORE in held(person, unit)) is holds


def test_a_blocked_account_holds_nothing() -> None:
    unit = rows.unit()
    person = rows.member("head", unit)
    person.is_active = False

    assert held(person, unit) == frozenset()
    assert units_where(person, Permission.ASSESSMENT_VIEW) == ([], [])


def test_an_action_that_does_not_exist_is_held_by_nobody() -> None:
    unit = rows.unit()
    people = [rows.member(role, unit) for role in ROLES]

    assert [person for person in people if "score.delete" in held(person, unit)] == []


def test_units_where_tells_own_from_below() -> None:
    province = rows.unit("UBND tỉnh", "province")
    staff = rows.member("staff", province)

    assert units_where(staff, Permission.RUN_VIEW) == ([province], [province])
    assert units_where(staff, Permission.RUN_COMPUTE) == ([province], [])
    assert holds_anywhere(staff, [Permission.AUDIT_VIEW, Permission.RUN_VIEW])
    assert not holds_anywhere(staff, [Permission.AUDIT_VIEW])
