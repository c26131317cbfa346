"""What the database itself refuses, and how rows name themselves."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from councils.models import Appraisal, Assignment, Council
from tests.councils import makers
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_rows_name_themselves() -> None:
    season = makers.season()
    made = rows.appraisal(season.assessments[0], "1.1", "2", season.member)

    assert str(season.council) == "Hội đồng thẩm định"
    assert str(season.member) == "Sở Nội vụ · Người member"
    assert str(Assignment.objects.get(seat=season.member)) == "Sở Nội vụ · Người member · 1"
    assert str(made) == f"{season.assessments[0]} 1.1: 2"


def test_two_standing_appraisals_of_a_pair_are_refused() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.1", "2", season.member)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.appraisal(season.assessments[0], "1.1", "1", season.member)


@pytest.mark.parametrize(("points", "not_applicable"), [(None, False), (Decimal(1), True)])
def test_an_appraisal_without_sense_is_refused(points: Decimal | None, not_applicable: bool) -> None:
    season = makers.season()
    made = rows.appraisal(season.assessments[0], "1.1", "2", season.member)

    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=made.pk).update(points=points, not_applicable=not_applicable)


def test_a_council_is_closed_as_a_whole() -> None:
    season = makers.season()

    with pytest.raises(IntegrityError), transaction.atomic():
        Council.objects.filter(pk=season.council.pk).update(closed_at=timezone.now())
