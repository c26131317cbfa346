"""Who reaches what: strangers 404, insiders without the right 403."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from assessments.models import Citation, Evidence
from councils import policies
from councils.models import Assignment, Council, Seat
from criteria.models import Exemption
from tests.councils import makers
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db


def outcome(door: Callable[..., Any], *values: Any) -> int:
    """200, 403 or 404, as the page would answer."""
    try:
        door(*values)
    except PermissionDenied:
        return 403
    except Http404:
        return 404
    return 200


def people(season: rows.Season) -> dict[str, User]:
    district = rows.unit("Huyện", "district", season.province)
    names = ("officer", "head", "outsider", "staff", "chairman", "administrator")
    found = {name: getattr(season, name) for name in names}
    found |= {"member": season.member.user, "own_member": season.own_member.user, "chair": season.chair.user}
    return found | {"vice_chair": vice(season).user, "district_staff": rows.member("staff", district)}


def vice(season: rows.Season) -> Seat:
    return rows.seat(season.council, role="vice_chair")


def test_seat_for_each_role() -> None:
    season = makers.season()

    found = {name: outcome(policies.seat_for, who, season.council.pk) for name, who in people(season).items()}

    assert found == {
        "officer": 404,
        "head": 404,
        "outsider": 404,
        "district_staff": 404,
        "administrator": 404,
        "staff": 403,
        "chairman": 403,
        "member": 200,
        "own_member": 200,
        "chair": 200,
        "vice_chair": 200,
    }


def test_seat_for_a_council_that_does_not_exist() -> None:
    season = makers.season()

    assert outcome(policies.seat_for, season.chair.user, 0) == 404


def test_seat_of_another_tier_is_not_seen() -> None:
    season = makers.season()
    district = rows.unit("Huyện", "district", season.province)
    other = rows.council(rows.tier(season.cycle, district, "commune", "huyen"))

    assert outcome(policies.seat_for, season.chair.user, other.pk) == 404
    assert outcome(policies.council_to_view, season.chair.user, other.pk) == 404


def pair(season: rows.Season, who: User, code: str = "1.1", door: Any = policies.pair_for) -> int:
    return outcome(door, who, season.assessments[0].pk, makers.leaf(season, code).pk)


def test_pair_for_each_role() -> None:
    season = makers.season()

    found = {name: pair(season, who) for name, who in people(season).items()}

    assert found == {
        "officer": 404,
        "head": 404,
        "outsider": 404,
        "district_staff": 404,
        "administrator": 404,
        "staff": 403,
        "chairman": 403,
        "member": 200,
        "own_member": 403,
        "chair": 200,
        "vice_chair": 200,
    }


def test_pair_to_decide_only_by_a_seat_whose_it_is() -> None:
    season = makers.season()

    assert pair(season, season.member.user, door=policies.pair_to_decide) == 200
    assert pair(season, season.chair.user, door=policies.pair_to_decide) == 403
    assert not policies.pair_for(season.chair.user, season.assessments[0].pk, makers.leaf(season, "1.1").pk).may_decide


def test_pair_of_the_chairs_own_unit_is_refused() -> None:
    season = makers.season()
    Seat.objects.filter(pk=season.chair.pk).update(agency=season.units[0])

    assert pair(season, season.chair.user) == 403


def test_pair_of_another_members_leaf_is_refused() -> None:
    season = makers.season()
    Assignment.objects.create(seat=season.chair, criterion=makers.leaf(season, "1.2"))

    assert pair(season, season.member.user, "1.2") == 403


@pytest.mark.parametrize("code", ["1", "2.1"])
def test_pair_that_no_council_appraises_does_not_exist(code: str) -> None:
    season = makers.season()

    assert pair(season, season.member.user, code) == 404


def test_pair_of_a_draft_does_not_exist() -> None:
    season = rows.season()

    assert pair(season, season.member.user) == 404


def test_pair_that_is_exempted_does_not_exist() -> None:
    season = makers.season()
    leaf = season.criteria_set.criteria.get(code="1.1")
    Exemption.objects.create(criterion=leaf, convention="reduce", state="by_rule", reason="Không có thủ tục")

    assert pair(season, season.member.user, "1.1") == 404
    assert pair(season, season.member.user, "1.2") == 200


def test_pair_of_another_set_does_not_exist() -> None:
    season = makers.season()
    other = rows.criteria_set(season.cycle, "district").criteria.get(code="1.1")

    assert outcome(policies.pair_for, season.member.user, season.assessments[0].pk, other.pk) == 404


def test_evidence_only_of_the_pair() -> None:
    season = makers.season()
    dossier = season.assessments[0]
    one, two = (
        Evidence.objects.create(unit=dossier.unit, name=name, size=1, sha256=name, uploaded_at=timezone.now())
        for name in ("a.pdf", "b.pdf")
    )
    Citation.objects.create(score=dossier.scores.get(criterion__code="1.1"), evidence=one)
    Citation.objects.create(score=dossier.scores.get(criterion__code="1.2"), evidence=two)
    pk = makers.leaf(season, "1.1").pk

    assert policies.evidence_for(season.member.user, dossier.pk, pk, one.pk) == one
    assert outcome(policies.evidence_for, season.member.user, dossier.pk, pk, two.pk) == 404
    assert outcome(policies.evidence_for, season.own_member.user, dossier.pk, pk, one.pk) == 403
    assert outcome(policies.evidence_for, season.outsider, dossier.pk, pk, one.pk) == 404


def test_council_to_view_and_to_close_for_each_role() -> None:
    season = makers.season()
    pk = season.council.pk

    found = {
        name: (
            outcome(policies.council_to_view, who, pk),
            outcome(policies.council_to_close, who, pk),
        )
        for name, who in people(season).items()
    }

    assert found == {
        "officer": (404, 404),
        "head": (404, 404),
        "outsider": (404, 404),
        "district_staff": (404, 404),
        "administrator": (404, 404),
        "staff": (200, 403),
        "chairman": (200, 403),
        "member": (403, 403),
        "own_member": (403, 403),
        "chair": (200, 200),
        "vice_chair": (200, 403),
    }


def test_council_of_a_district_is_seen_by_the_provinces_staff() -> None:
    season = makers.season()
    district = rows.unit("Huyện", "district", season.province)
    other = rows.council(rows.tier(season.cycle, district, "commune", "huyen"))

    view = policies.council_to_view(season.staff, other.pk)

    assert (view.council, view.seat, view.may_close) == (other, None, False)


def test_places_for_members_and_leaders() -> None:
    season = makers.season()
    pk = season.council.pk

    assert [place.url for place in policies.places_for(season.member.user)] == [f"/councils/{pk}/queue/", "/work/"]
    assert [place.url for place in policies.places_for(season.chair.user)] == [
        f"/councils/{pk}/queue/",
        f"/councils/{pk}/progress/",
        "/work/",
    ]
    assert policies.places_for(season.officer) == []


def test_places_for_seats_in_two_councils_name_the_tier_and_leave_old_years_out() -> None:
    season = makers.season()
    district = rows.unit("Huyện", "district", season.province)
    other = rows.council(rows.tier(season.cycle, district, "commune", "huyen"))
    old_cycle = rows.cycle(season.province)
    old_cycle.year = 2021
    old_cycle.save()
    old = rows.council(rows.tier(old_cycle, season.province))
    for board in (other, old):
        rows.seat(board, person=season.member.user)

    labels = [place.label for place in policies.places_for(season.member.user)]

    assert [label.split(" · ")[1] for label in labels[:-1]] == ["Cấp tinh", "Cấp huyen"]


def test_due_for_a_member_counts_what_waits() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))

    due = policies.due_for(season.member.user, timezone.now())

    phase = season.cycle.phases.get(kind="appraisal")
    assert [(each.url, each.until, each.reading, each.detail) for each in due] == [
        (f"/councils/{season.council.pk}/queue/?state=waiting", phase.closes_at, phase.reading, season.council.name)
    ]
    assert due[0].title.startswith("1 ")


def test_due_for_the_chair_is_the_conclusion() -> None:
    season = makers.season()

    due = policies.due_for(season.chair.user, timezone.now())

    assert [each.url for each in due] == [f"/councils/{season.council.pk}/progress/"]


def test_due_after_the_phase_has_no_deadline() -> None:
    season = makers.season()

    due = policies.due_for(season.member.user, timezone.now() + timedelta(days=30))

    assert [(each.until, each.reading) for each in due] == [(None, "")]


def test_due_is_nothing_in_a_closed_council_and_for_others() -> None:
    season = makers.season()
    Council.objects.update(state="closed", closed_at=timezone.now(), closed_by=season.chair.user)

    assert policies.due_for(season.member.user, timezone.now()) == []
    assert policies.due_for(season.officer, timezone.now()) == []


def test_a_former_staff_member_sees_nothing() -> None:
    season = makers.season()
    season.staff.memberships.update(until=date(2021, 1, 1))

    assert outcome(policies.council_to_view, season.staff, season.council.pk) == 404
