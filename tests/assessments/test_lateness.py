"""Leaves that are about lateness get their points when the dossier is handed in, and say how."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment, Score
from assessments.selectors import with_progress
from assessments.selectors.complete import check
from assessments.selectors.lateness import is_filled_in, of_lateness
from assessments.services import submission
from criteria.models import Phase
from tests.assessments.pages import signed_in, text
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db

RULE = "số ngày nộp muộn là số ngày nộp sau thời hạn\nĐiểm = 1 − 0,5 × số ngày nộp muộn"


def season(rule: str = RULE) -> rows.Season:
    made = rows.season(issued=False)
    one = made.criteria_set.criteria.get(code="1")
    made.criteria_set.criteria.filter(code="1.2").update(max_points=3)
    rows.criterion(made.criteria_set, "1.3", "1", parent=one, rule=rule)
    rows.issue(made.criteria_set)
    for code in ("1.1", "1.2"):
        rows.score(made.assessments[0], code, "0")
    return made


def late(by: timedelta) -> None:
    now = timezone.now()
    Phase.objects.filter(kind="self_scoring").update(closes_at=now - by, late_until=now + timedelta(days=9))


def test_a_dossier_in_time_gets_the_whole_points() -> None:
    here = season()

    assert [each.kind for each in check(here.assessments[0]).errors] == []
    receipt = submission.submit(assessment=here.assessments[0], by=here.head)

    score = Score.objects.get(criterion__code="1.3")
    assert (score.points, score.proposed, score.figures) == (Decimal(1), Decimal(1), '{"số ngày nộp muộn":"0"}')
    assert receipt.late_minutes == 0


def test_minutes_and_points_of_a_late_dossier_are_on_the_receipt() -> None:
    here = season()
    late(timedelta(days=1, minutes=5))

    receipt = submission.submit(assessment=here.assessments[0], by=here.head)

    score = Score.objects.get(criterion__code="1.3")
    leaf = next(each for each in json.loads(receipt.content)["leaves"] if each["code"] == "1.3")
    assert (score.points, receipt.late_minutes) == (Decimal(0), 1446)
    assert (leaf["points"], leaf["figures"]) == ("0", {"số ngày nộp muộn": "2"})
    assert "số ngày nộp muộn = 2" in score.explanation
    assert "0,5 × 2" in score.explanation
    page = text(signed_in(here.staff).get(f"/receipts/{receipt.pk}/"))
    assert "1446" in page or "1.446" in page


def test_what_a_person_typed_there_is_replaced_once() -> None:
    here = season()
    rows.score(here.assessments[0], "1.3", "1", explanation="tự chấm")
    late(timedelta(minutes=1))

    submission.submit(assessment=here.assessments[0], by=here.head)
    events = AuditEvent.objects.filter(action="assessment.filled_in").count()
    submission.submit(assessment=here.assessments[0], by=here.head)

    assert Score.objects.get(criterion__code="1.3").points == Decimal("0.5")
    assert AuditEvent.objects.filter(action="assessment.filled_in").count() == events == 1


def test_other_rules_are_left_to_the_unit() -> None:
    here = season("Nộp muộn: trừ 1 điểm")
    leaf = here.criteria_set.criteria.get(code="1.3")
    both = "số ngày nộp muộn là số ngày\nsố sai sót là số sai sót\nĐiểm = 1 − số ngày nộp muộn − số sai sót"

    assert not is_filled_in(leaf)
    leaf.rule = both
    assert not is_filled_in(leaf)
    assert of_lateness(leaf, timezone.now(), timezone.now()) is None


def test_a_rule_that_cannot_be_computed_is_left_to_the_unit() -> None:
    leaf = season().criteria_set.criteria.get(code="1.3")
    leaf.rule = "số ngày nộp muộn là số ngày nộp sau thời hạn\nĐiểm = 1 / số ngày nộp muộn"
    now = timezone.now()

    assert is_filled_in(leaf)
    assert of_lateness(leaf, now + timedelta(days=1), now) is None


def test_an_exempted_leaf_gets_none() -> None:
    here = season()
    rows.exemption(here.criteria_set, "1.3")

    submission.submit(assessment=here.assessments[0], by=here.head)

    assert not Score.objects.filter(criterion__code="1.3").exists()


def test_what_handing_in_fills_in_is_not_counted_as_open(django_assert_num_queries: Any) -> None:
    here = season(RULE.replace("muộn", "MUỘN"))
    rows.score(here.assessments[1], "1.3", "1")
    rows.exemption(here.criteria_set, "1.2", unit=here.units[1])
    both = Assessment.objects.order_by("pk")

    with CaptureQueriesContext(connection) as one:
        with_progress(both.filter(pk=here.assessments[0].pk))
    with django_assert_num_queries(len(one)):
        found = with_progress(both)

    assert [(each.leaves, each.answered) for each in found] == [(2, 2), (1, 0)]  # type: ignore[attr-defined]


def test_a_set_without_such_a_leaf_costs_no_query() -> None:
    rows.season()
    with CaptureQueriesContext(connection) as plain:
        with_progress(Assessment.objects.all())
    rows_of_leaves = [each["sql"] for each in plain if each["sql"].startswith('SELECT "criteria_criterion"')]

    assert rows_of_leaves == []
