"""A dossier that was returned with a date and comes again is as late as it was the first time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Assessment, Receipt, Score
from assessments.selectors.sheets import sheet
from assessments.services import freezing, returns, submission
from tests.assessments.test_lateness import late, season
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def returned(here: rows.Season) -> Assessment:
    soon = timezone.now() + timedelta(days=2)
    return returns.return_dossier(assessment=here.assessments[0], note="Bổ sung", until=soon, by=here.staff)


def test_points_for_lateness_are_not_written_again() -> None:
    here = season()
    late(timedelta(days=1, minutes=5))
    submission.submit(assessment=here.assessments[0], by=here.head)
    version = Score.objects.get(criterion__code="1.3").version
    returned(here)

    second = submission.submit(assessment=here.assessments[0], number=2, by=here.head)

    assert (second.number, second.late_minutes) == (2, 1446)
    assert Score.objects.get(criterion__code="1.3").version == version
    assert AuditEvent.objects.filter(action="assessment.filled_in").count() == 1


@pytest.mark.parametrize("missing", ["deadline", "counted_at"])
def test_a_receipt_that_knows_of_no_deadline_was_in_time(missing: str) -> None:
    """As those of dossiers that came in a bundle."""
    here = season()
    dossier = here.assessments[0]
    now = timezone.now()
    content: dict[str, Any] = {"leaves": [], "deadline": now.isoformat(), "counted_at": now.isoformat(), missing: None}
    Receipt.objects.create(
        assessment=dossier,
        number=1,
        content=json.dumps(content),
        digest="0" * 64,
        points=0,
        maximum=10,
        at=now - timedelta(days=9),
        by=here.head,
    )
    Assessment.objects.filter(pk=dossier.pk).update(state="submitted", submitted_at=now, submitted_by=here.head)
    late(timedelta(days=1))
    returned(here)

    second = submission.submit(assessment=dossier, number=2, by=here.head)

    assert (second.number, second.late_minutes) == (2, 0)
    assert Score.objects.get(criterion__code="1.3").points == 1


def test_a_leaf_without_an_answer_freezes_as_such() -> None:
    """Dossiers of a bundle may have none on a leaf."""
    here = season()
    dossier = here.assessments[0]
    dossier.scores.all().delete()

    content = json.loads(freezing.canonical(sheet(dossier), 1, timezone.now(), here.officer))

    assert {each["points"] for each in content["leaves"]} == {None}
