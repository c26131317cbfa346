import pytest

from criteria.models import Band, Criterion, Phase, RankingGroup
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_rows_have_names_that_people_read() -> None:
    season = rows.season()
    phase = Phase.objects.get(kind="survey")

    assert [str(each) for each in (season.cycle, season.tier, RankingGroup.objects.get(), season.criteria_set)] == [
        season.cycle.name,
        "Cấp tinh",
        "Khối department",
        "Bộ tiêu chí department",
    ]
    assert str(phase) == f"Điều tra xã hội học · {phase.get_unit_kind_display()}"
    assert [str(band) for band in Band.objects.all()] == ["Tốt", "Khá", "Yếu"]
    assert str(Criterion.objects.get(code="1.1")) == "1.1 Tiêu chí 1.1"


def test_only_appraised_leaves_are_scorable() -> None:
    rows.season()

    assert [each.code for each in Criterion.objects.order_by("position") if each.is_scorable] == ["1.1", "1.2"]
