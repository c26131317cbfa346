"""Who appraises what: nearest ancestor, conflicts, stand-ins."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from councils.models import Assignment
from councils.selectors import leaf_seats
from councils.selectors.seats import is_appraised, roster
from criteria.models import Criterion
from tests.factories import rows
from units.models import Membership

pytestmark = pytest.mark.django_db


def leaf(season: rows.Season, code: str) -> Criterion:
    return Criterion.objects.get(criteria_set=season.criteria_set, code=code)


def test_leaf_seats_of_an_area_reach_its_leaves_and_leave_the_survey_out() -> None:
    season = rows.season()

    found = leaf_seats(season.council, season.criteria_set)

    assert found == {
        leaf(season, "1.1").pk: [season.member, season.own_member],
        leaf(season, "1.2").pk: [season.member, season.own_member],
    }


def test_leaf_seats_with_a_deeper_assignment_takes_the_nearest() -> None:
    season = rows.season()
    Assignment.objects.create(seat=season.chair, criterion=leaf(season, "1.2"))

    found = leaf_seats(season.council, season.criteria_set)

    assert found[leaf(season, "1.1").pk] == [season.member, season.own_member]
    assert found[leaf(season, "1.2").pk] == [season.chair]


def test_leaf_seats_without_any_assignment_are_empty() -> None:
    season = rows.season()
    Assignment.objects.all().delete()

    found = leaf_seats(season.council, season.criteria_set)

    assert found[leaf(season, "1.1").pk] == []


def test_is_appraised_is_true_for_leaves_not_asked_by_survey() -> None:
    season = rows.season()

    assert [is_appraised(leaf(season, code)) for code in ("1", "1.1", "2.1")] == [False, True, False]


def test_appraisers_of_the_own_agency_are_left_out() -> None:
    season = rows.season()
    table = roster(season.council)
    pk = leaf(season, "1.1").pk

    assert table.appraisers(pk, season.units[0].pk) == [season.member]
    assert table.appraisers(pk, season.units[1].pk) == [season.member, season.own_member]


@pytest.mark.parametrize("role", ["officer", "head", "staff"])
def test_appraisers_with_a_role_in_the_unit_are_left_out(role: str) -> None:
    season = rows.season()
    Membership.objects.create(user=season.member.user, unit=season.units[1], role=role, since=date(2020, 1, 1))

    assert roster(season.council).appraisers(leaf(season, "1.1").pk, season.units[1].pk) == [season.own_member]


def test_appraisers_who_left_the_unit_within_the_measured_period_are_left_out() -> None:
    season = rows.season()
    start = season.cycle.period_start
    held = Membership.objects.create(
        user=season.member.user,
        unit=season.units[1],
        role="officer",
        since=start - timedelta(days=400),
        until=start + timedelta(days=1),
    )
    pk, unit = leaf(season, "1.1").pk, season.units[1].pk

    assert roster(season.council).appraisers(pk, unit) == [season.own_member]

    held.until = start
    held.save()
    assert roster(season.council).appraisers(pk, unit) == [season.member, season.own_member]


def test_appraisers_whose_role_in_the_unit_has_not_begun_are_kept() -> None:
    season = rows.season()
    tomorrow = timezone.localdate() + timedelta(days=1)
    Membership.objects.create(user=season.member.user, unit=season.units[1], role="officer", since=tomorrow)

    found = roster(season.council).appraisers(leaf(season, "1.1").pk, season.units[1].pk)

    assert found == [season.member, season.own_member]


def test_appraisers_all_in_conflict_give_way_to_the_chair() -> None:
    season = rows.season()
    Assignment.objects.filter(seat=season.member).delete()

    assert roster(season.council).appraisers(leaf(season, "1.1").pk, season.units[0].pk) == [season.chair]


def test_appraisers_all_in_conflict_with_the_chair_give_way_to_a_vice_chair() -> None:
    season = rows.season()
    Assignment.objects.filter(seat=season.member).delete()
    barred = rows.seat(season.council, role="vice_chair", agency=season.units[0])
    vice = rows.seat(season.council, role="vice_chair")
    season.chair.agency = season.units[0]
    season.chair.save()

    table = roster(season.council)

    assert table.appraisers(leaf(season, "1.1").pk, season.units[0].pk) == [vice]
    assert not table.may(barred, season.units[0].pk)


def test_appraisers_are_nobody_when_all_are_in_conflict() -> None:
    season = rows.season()
    Assignment.objects.filter(seat=season.member).delete()
    season.chair.agency = season.units[0]
    season.chair.save()

    assert roster(season.council).appraisers(leaf(season, "1.1").pk, season.units[0].pk) == []
