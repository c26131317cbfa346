import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from criteria.models import Criterion
from surveys.models import SurveyImport, SurveyPoint
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_import_rows_add_up_in_the_database() -> None:
    season = rows.season()
    values = {"tier": season.tier, "file_name": "diem.xlsx", "sha256": "a" * 64, "at": timezone.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyImport.objects.create(rows=3, accepted=1, refused=1, **values)

    assert str(SurveyImport.objects.create(rows=3, accepted=1, refused=2, **values)) == "diem.xlsx"


def test_points_of_a_leaf_are_there_once() -> None:
    season = rows.season()
    values = {"cycle": season.cycle, "unit": season.units[0], "criterion": Criterion.objects.get(code="2.1")}
    point = SurveyPoint.objects.create(points=2, **values)

    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyPoint.objects.create(points=3, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyPoint.objects.filter(pk=point.pk).update(points=-1)

    assert str(point) == "Sở Xây dựng 2.1: 2"
