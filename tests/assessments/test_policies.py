from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation

from assessments import policies
from assessments.models import Assessment, Citation, Receipt
from assessments.services import evidence, submission
from criteria.models import Phase
from tests.assessments import files
from tests.factories import rows
from units.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def test_rights_of_each_role(season: rows.Season) -> None:
    pk = season.assessments[0].pk
    found = {
        person.username: policies.sheet_door(person, pk)[1]
        for person in (season.officer, season.head, season.staff, season.chairman)
    }

    assert found == {
        "officer": policies.Rights(score=True, submit=False, give_back=False),
        "head": policies.Rights(score=True, submit=True, give_back=False),
        "staff": policies.Rights(score=False, submit=False, give_back=True),
        "chairman": policies.Rights(score=False, submit=False, give_back=False),
    }


def test_strangers_get_404_and_insiders_without_the_right_403(season: rows.Season) -> None:
    pk = season.assessments[0].pk
    leaf = season.criteria_set.criteria.get(code="1.1").pk

    for stranger in (season.outsider, season.member.user, season.chair.user, season.administrator):
        for door in (
            lambda who: policies.assessment_to_view(who, pk),
            lambda who: policies.leaf_to_score(who, pk, leaf),
            lambda who: policies.assessment_to_submit(who, pk),
            lambda who: policies.assessment_to_return(who, pk),
        ):
            with pytest.raises(Http404):
                door(stranger)
    with pytest.raises(PermissionDenied):
        policies.assessment_to_score(season.staff, pk)
    with pytest.raises(PermissionDenied):
        policies.assessment_to_submit(season.officer, pk)
    with pytest.raises(PermissionDenied):
        policies.assessment_to_return(season.head, pk)


def test_former_officer_is_a_stranger(season: rows.Season) -> None:
    Membership.objects.filter(user=season.officer).update(until=timezone.localdate())

    with pytest.raises(Http404):
        policies.assessment_to_view(season.officer, season.assessments[0].pk)


def test_staff_returns_and_officer_does_not(season: rows.Season) -> None:
    assert policies.assessment_to_return(season.staff, season.assessments[0].pk)[0] == season.assessments[0]


def test_standing_body_returns_dossiers_handed_in_to_it_but_never_its_own_units(season: rows.Season) -> None:
    district = rows.unit("UBND huyện Thử", "district", parent=season.province, code="H")
    commune = rows.unit("UBND xã Thử", "commune", parent=district, code="X")
    level = rows.tier(season.cycle, district, kind="commune", code="huyen")
    below = rows.assessment(level, commune, rows.criteria_set(season.cycle, kind="commune"))
    own = rows.assessment(season.tier, district, rows.criteria_set(season.cycle, kind="district"))
    staff = rows.member("staff", district)

    assert policies.assessment_to_return(staff, below.pk)[0] == below
    assert policies.assessment_to_return(season.staff, own.pk)[0] == own
    assert policies.sheet_door(staff, own.pk)[1].give_back is False
    # Neither the own unit's, nor, from above, what was handed in to the district.
    for person, dossier in ((staff, own), (season.staff, below)):
        with pytest.raises(PermissionDenied):
            policies.assessment_to_return(person, dossier.pk)


@pytest.mark.parametrize("code", ["2.1", "1"])
def test_leaf_that_the_unit_does_not_score_is_not_found(season: rows.Season, code: str) -> None:
    with pytest.raises(Http404):
        policies.leaf_to_score(season.officer, season.assessments[0].pk, season.criteria_set.criteria.get(code=code).pk)


def test_leaf_of_another_set_is_not_found(season: rows.Season) -> None:
    other = rows.criteria_set(season.cycle, kind="commune").criteria.get(code="1.1")

    with pytest.raises(Http404):
        policies.leaf_to_score(season.officer, season.assessments[0].pk, other.pk)


def cited(season: rows.Season) -> Citation:
    leaf = season.criteria_set.criteria.get(code="1.1")
    return evidence.attach(assessment=season.assessments[0], criterion=leaf, file=files.upload(), by=season.officer)


def test_document_is_seen_by_its_unit_and_overseers_only(season: rows.Season) -> None:
    citation = cited(season)

    assert policies.evidence_to_view(season.staff, citation.evidence_id) == citation.evidence
    assert policies.citation_to_change(season.officer, citation.pk)[0] == citation
    with pytest.raises(Http404):
        policies.evidence_to_view(season.outsider, citation.evidence_id)
    with pytest.raises(PermissionDenied):
        policies.citation_to_change(season.staff, citation.pk)


def test_receipt_is_seen_by_its_unit_and_overseers_only(season: rows.Season) -> None:
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "0")
    receipt: Receipt = submission.submit(assessment=season.assessments[0], by=season.head)

    assert policies.receipt_to_view(season.chairman, receipt.pk) == receipt
    with pytest.raises(Http404):
        policies.receipt_to_view(season.outsider, receipt.pk)


def test_list_and_door_agree(season: rows.Season) -> None:
    district = rows.unit("UBND huyện Thử", "district", parent=season.province, code="H")
    commune = rows.unit("UBND xã Thử", "commune", parent=district, code="X")
    level = rows.tier(season.cycle, district, kind="commune", code="huyen")
    dossier = rows.assessment(level, commune, rows.criteria_set(season.cycle, kind="commune"))
    people = [
        *(season.officer, season.head, season.outsider, season.staff, season.chairman, season.administrator),
        *(season.chair.user, rows.member("staff", district), rows.member("officer", commune)),
    ]

    for person in people:
        listed = set(policies.assessments_visible_to(person).values_list("pk", flat=True))
        reached = set()
        for each in (*season.assessments, dossier):
            try:
                reached.add(policies.assessment_to_view(person, each.pk).pk)
            except Http404:
                continue
        assert listed == reached, person.username


def test_due_says_how_far_the_sheet_is(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2")

    with translation.override("en"):
        due = policies.due_for(season.officer, timezone.now())

    phase = Phase.objects.get(kind="self_scoring")
    assert [(each.detail, each.until, each.reading, each.state, each.url) for each in due] == [
        (
            "1 of 2 criteria scored",
            phase.closes_at,
            phase.reading,
            "draft",
            reverse("assessments:sheet", args=[season.assessments[0].pk]),
        )
    ]


def test_complete_sheet_waits_for_the_head(season: rows.Season) -> None:
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "0")

    with translation.override("en"):
        officer = policies.due_for(season.officer, timezone.now())[0]
        head = policies.due_for(season.head, timezone.now())[0]

    pk = season.assessments[0].pk
    assert (officer.detail, officer.url) == (
        "2 of 2 criteria scored · waits for the head's approval",
        reverse("assessments:sheet", args=[pk]),
    )
    assert (head.detail, head.url) == ("2 of 2 criteria scored", reverse("assessments:check", args=[pk]))


def test_nothing_is_due_outside_the_phase_or_after_submission(season: rows.Season) -> None:
    now = timezone.now()

    assert policies.due_for(season.officer, now + timedelta(days=30)) == []
    assert policies.due_for(season.officer, now - timedelta(days=30)) == []
    Assessment.objects.update(state="submitted", submitted_at=now, submitted_by=season.head)
    assert policies.due_for(season.officer, now) == []


def test_place_is_offered_to_those_who_score(season: rows.Season) -> None:
    assert [place.url for place in policies.places_for(season.officer)][:2] == [
        reverse("assessments:mine"),
        reverse("assessments:queue"),
    ]
    assert [place.url for place in policies.places_for(season.staff)] == [reverse("assessments:attributes")]
