"""What waits for a person: delegated leaves and parts, dossiers, returned leaves, requests."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment, EvidenceRequest, Receipt, Reopening, Score
from assessments.policies.work import due_for, url_of, work_for
from assessments.services import delegation, parts
from tests.assessments.delegated import Province, province
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Province:
    return province()


def hand_in(place: Province) -> None:
    Assessment.objects.filter(pk=place.assessment.pk).update(
        state="submitted", submitted_at=timezone.now(), submitted_by=place.head
    )


def kinds(place: Province, person: object) -> list[tuple[str, str]]:
    return [(each.kind, each.criterion.code if each.criterion else "") for each in work_for(person, timezone.now())]  # type: ignore[arg-type]


def test_queue_of_the_own_unit(place: Province) -> None:
    assert kinds(place, place.own) == kinds(place, place.head) == [("fill", "")]
    for code, points in (("1.1", "2"), ("1.2", "3"), ("2.1.1", "2"), ("2.2", "3")):
        rows.score(place.assessment, code, points, explanation="x")
    assert (kinds(place, place.own), kinds(place, place.head)) == ([], [("submit", "")])
    checker = rows.member("checker", place.unit)
    Assessment.objects.update(state="checking")
    assert (kinds(place, checker), kinds(place, place.own)) == ([("check", "")], [])
    Assessment.objects.update(state="signing")
    assert kinds(place, place.head) == [("sign", "")]
    assert [due.url for due in due_for(place.head, timezone.now())] == [url_of(work_for(place.head, timezone.now())[0])]


def test_queue_by_parts_deadline_and_points(place: Province) -> None:
    soon = timezone.now() + timedelta(days=1)
    place.give("1", place.departments[0])
    place.give("2.1", place.departments[0], due_at=soon)
    place.give("2.2", place.departments[0], facet="b", due_at=soon)
    place.give("2.2", place.departments[1], facet="a")
    place.give("2.2", place.departments[1], facet="c")
    place.issue()

    found = work_for(place.officers[0], timezone.now())
    assert [(each.criterion.code, each.part[:1], str(each.points)) for each in found if each.criterion] == [
        ("2.1.1", "", "2.0000"),
        ("2.2", "b", "1"),
        ("1.2", "", "3.0000"),
        ("1.1", "", "2.0000"),
    ]
    leaf = place.criteria_set.criteria.get(code="2.2")
    parts.save_part(
        assessment=place.assessment,
        criterion=leaf,
        label="b",
        points=Decimal(1),
        explanation="",
        version=0,
        by=place.officers[0],
    )
    assert ("leaf", "2.2") not in kinds(place, place.officers[0])
    (due,) = due_for(place.officers[0], timezone.now())
    assert due.until == soon
    assert kinds(place, place.officers[2]) == []
    assert work_for(place.officers[0], timezone.now() + timedelta(days=60)) == []


def test_queue_of_returned_leaves_and_requests(place: Province) -> None:
    place.give("1", place.departments[0])
    place.give("2", place.departments[1])
    place.issue()
    rows.score(place.assessment, "1.1", "2")
    rows.score(place.assessment, "1.2", "2")
    Receipt.objects.create(assessment=place.assessment, number=1, points=1, maximum=1, at=timezone.now(), by=place.head)
    later = timezone.now() + timedelta(minutes=1)
    Assessment.objects.update(state="returned", submitted_at=timezone.now(), submitted_by=place.head)
    for code in ("1.1", "2.1.1"):
        Reopening.objects.create(
            assessment=place.assessment,
            number=1,
            criterion_id=place.leaf(code),
            question="Bổ sung",
            asked_by=place.staff,
            asked_at=later,
        )
    EvidenceRequest.objects.create(
        assessment=place.assessment,
        criterion_id=place.leaf("1.2"),
        text="Nộp báo cáo",
        due_at=later,
        otherwise="0 điểm",
        asked_by=place.staff,
        asked_at=timezone.now(),
    )

    assert kinds(place, place.officers[0]) == [("request", "1.2"), ("returned", "1.1")]
    assert ("returned", "1.1") in kinds(place, place.own)
    assert [each.detail for each in due_for(place.officers[0], timezone.now())]
    Score.objects.filter(criterion=place.leaf("1.1")).update(updated_at=later + timedelta(minutes=1))
    assert kinds(place, place.officers[0]) == [("request", "1.2")]
    hand_in(place)
    assert kinds(place, place.officers[0]) == [("request", "1.2")]
    assert kinds(place, place.officers[1]) == []


def test_queue_asks_the_same_questions_however_much_there_is(place: Province) -> None:
    place.give("1.1", place.departments[0])
    place.give("2", place.departments[1])
    place.issue()
    with CaptureQueriesContext(connection) as few:
        work_for(type(place.officers[0]).objects.get(pk=place.officers[0].pk), timezone.now())
    delegation.reopen(assessment=place.assessment, reason="x", by=place.staff)
    for text in ("1.2", "2.1", "2.2"):
        place.give(text, place.departments[0])
    with CaptureQueriesContext(connection) as more:
        found = work_for(type(place.officers[0]).objects.get(pk=place.officers[0].pk), timezone.now())

    assert len(found) > 3
    assert len(more) == len(few)
