"""Every door, tried by everybody."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from criteria.models import Tier
from results import policies
from results.models import Decision, Publication
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import User
from units.selectors import Due, Place, database_now

pytestmark = pytest.mark.django_db

NOBODY = ("anonymous", "outsider", "officer", "head", "member", "own_member", "chair", "administrator")
LOOK = dict.fromkeys(NOBODY, 404) | {"staff": 200, "chairman": 200, "below": 404}
WORK = dict.fromkeys(NOBODY, 404) | {"staff": 200, "chairman": 403, "below": 404}
SIGN = dict.fromkeys(NOBODY, 404) | {"staff": 403, "chairman": 200, "below": 404}
DOORS = {
    "tier_for_progress": ("tier", LOOK),
    "tier_to_compute": ("tier", WORK),
    "run_to_view": ("run", LOOK),
    "run_to_draft": ("run", WORK),
    "decision_to_view": ("decision", LOOK),
    "decision_to_approve": ("decision", SIGN),
    "decision_to_publish": ("decision", SIGN),
    "publication_to_withdraw": ("publication", SIGN),
}


@pytest.fixture(name="house_")
def _house() -> tuple[Season, Decision, Publication]:
    season = house.ready()
    decision = house.approved(house.computed(season), season.staff, season.chairman)
    return season, decision, house.published(decision, season.chairman)


def person(season: Season, name: str) -> User | AnonymousUser:
    if name == "anonymous":
        return AnonymousUser()
    if name == "below":
        return rows.member("staff", rows.unit("Huyện", "district", parent=season.province), "district-staff")
    found = getattr(season, name)
    return found if isinstance(found, User) else found.user


@pytest.mark.parametrize("door", DOORS)
def test_every_door_for_everybody(door: str, house_: tuple[Season, Decision, Publication]) -> None:
    season, decision, publication = house_
    target, expected = DOORS[door]
    keys = {"tier": season.tier.pk, "run": decision.run_id, "decision": decision.pk, "publication": publication.pk}

    found = {name: tried(door, person(season, name), keys[target]) for name in expected}

    assert found == expected


def tried(door: str, user: User | AnonymousUser, pk: int) -> int:
    try:
        assert getattr(policies, door)(user, pk).pk == pk
    except Http404:
        return 404
    except PermissionDenied:
        return 403
    return 200


@pytest.mark.parametrize("door", DOORS)
def test_what_does_not_exist_is_not_found(door: str, house_: tuple[Season, Decision, Publication]) -> None:
    assert tried(door, house_[0].staff, 0) == 404


@pytest.mark.parametrize("door", DOORS)
def test_a_role_that_ended_opens_nothing(door: str, house_: tuple[Season, Decision, Publication]) -> None:
    season, decision, publication = house_
    for each in (season.staff, season.chairman):
        each.memberships.update(until=timezone.localdate())
    keys = {"tier": season.tier.pk, "run": decision.run_id, "decision": decision.pk, "publication": publication.pk}

    found = {tried(door, each, keys[DOORS[door][0]]) for each in (season.staff, season.chairman)}

    assert found == {404}


def test_the_province_looks_on_at_a_district_but_does_not_work_there() -> None:
    season = house.ready()
    district = rows.unit("UBND huyện", "district", parent=season.province)
    tier = rows.tier(season.cycle, district, "commune", "huyen")

    assert policies.tier_for_progress(season.staff, tier.pk) == tier
    assert tried("tier_to_compute", season.staff, tier.pk) == 403
    assert policies.tiers_beside(season.staff, season.tier) == [tier, season.tier]
    assert policies.tiers_beside(rows.member("staff", district, "ds"), season.tier) == [tier]
    assert policies.tiers_beside(AnonymousUser(), season.tier) == []


def test_offers_follow_the_doors(house_: tuple[Season, Decision, Publication]) -> None:
    season, decision, _publication = house_

    found = {
        name: (
            policies.may_compute(getattr(season, name), season.tier),
            policies.may_draft(getattr(season, name), season.tier),
            policies.may_approve(getattr(season, name), decision),
            policies.may_publish(getattr(season, name), season.tier),
        )
        for name in ("staff", "chairman", "officer")
    }

    assert found == {
        "staff": (True, True, False, False),
        "chairman": (False, False, True, True),
        "officer": (False, False, False, False),
    }


def test_nobody_is_offered_to_approve_the_own_draft(house_: tuple[Season, Decision, Publication]) -> None:
    season, decision, _publication = house_
    decision.drafted_by = season.chairman

    assert not policies.may_approve(season.chairman, decision)


def test_a_published_tier_is_open_to_all_from_its_instant_on(house_: tuple[Season, Decision, Publication]) -> None:
    season, _decision, publication = house_
    now = database_now()
    publication.publish_at = now + timedelta(seconds=30)
    publication.save()

    with pytest.raises(Http404):
        policies.published_tier(season.tier.pk, now)
    assert policies.publications_open_to_all(now) == []

    later = now + timedelta(seconds=30)
    assert policies.published_tier(season.tier.pk, later) == publication
    assert policies.publications_open_to_all(later) == [publication]


def test_a_withdrawn_publication_is_gone(house_: tuple[Season, Decision, Publication]) -> None:
    season, _decision, publication = house_
    publication.withdrawn_at, publication.withdrawn_by, publication.withdrawn_reason = (
        timezone.now(),
        season.chairman,
        "Sai số liệu",
    )
    publication.save()

    with pytest.raises(Http404):
        policies.published_tier(season.tier.pk, database_now())


def test_a_published_unit_is_one_with_a_result(house_: tuple[Season, Decision, Publication]) -> None:
    season, _decision, publication = house_

    assert policies.published_unit(season.tier.pk, season.units[0].pk, database_now()) == (publication, season.units[0])
    with pytest.raises(Http404):
        policies.published_unit(season.tier.pk, season.province.pk, database_now())


def dues(user: User) -> list[tuple[str, str]]:
    return [(due.title, due.url) for due in policies.due_for(user, database_now())]


def test_due_for_each_in_turn() -> None:
    season = house.ready()
    assert (dues(season.staff), dues(season.chairman), dues(season.officer)) == ([], [], [])

    house.closed(season)
    board = f"/tiers/{season.tier.pk}/progress/"
    assert [url for _title, url in dues(season.staff)] == [board]

    run = house.computed(season)
    assert [url for _title, url in dues(season.staff)] == [f"/runs/{run.pk}/"]

    decision = house.approved(run, season.staff, season.chairman)
    Decision.objects.update(state="drafted", approved_by=None, approved_at=None, pdf="decisions/x.pdf")
    assert dues(season.staff) == []
    (approve,) = dues(season.chairman)

    Decision.objects.update(state="approved", approved_by=season.chairman, approved_at=timezone.now())
    (publish,) = dues(season.chairman)
    assert approve[1] == publish[1] == f"/decisions/{decision.pk}/"
    assert approve[0] != publish[0]

    house.published(decision, season.chairman)
    assert dues(season.chairman) == []


def test_due_names_tier_and_run() -> None:
    season = house.ready()
    house.closed(season)
    house.computed(season)

    (due,) = policies.due_for(season.staff, database_now())

    assert isinstance(due, Due)
    assert due.detail in {"Cấp tinh, lần tổng hợp 1", "Cấp tinh, run 1"}


def test_places_are_the_boards_of_the_newest_cycle() -> None:
    season = rows.season()
    house.year_before(season)

    places = policies.places_for(season.staff)

    assert [place.url for place in places] == [f"/tiers/{season.tier.pk}/progress/"]
    assert isinstance(places[0], Place)
    assert policies.places_for(season.officer) == []
    assert Tier.objects.count() == 2
