from datetime import date, timedelta

import pytest
from django.utils import timezone

from criteria import selectors
from criteria.models import Criterion
from criteria.phases import Stand
from tests.factories import rows

pytestmark = pytest.mark.django_db


def codes(criteria: list[Criterion]) -> list[str]:
    return [criterion.code for criterion in criteria]


def test_criteria_of_is_in_printing_order() -> None:
    season = rows.season()

    assert codes(selectors.criteria_of(season.criteria_set)) == ["1", "1.1", "1.2", "2", "2.1"]
    assert codes(selectors.leaves(selectors.criteria_of(season.criteria_set))) == ["1.1", "1.2", "2.1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["1", "1.1", "1.2", "2", "2.1"]),
        ("  ", ["1", "1.1", "1.2", "2", "2.1"]),
        ("1.2", ["1", "1.2"]),
        ("2", ["2", "2.1"]),
        ("bao cao", ["1", "1.1"]),
        ("BÁO CÁO", ["1", "1.1"]),
        ("biên bản", ["2", "2.1"]),
        ("không có", []),
    ],
)
def test_search_keeps_the_way_to_what_it_finds(text: str, found: list[str]) -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="1.1").update(name="Chế độ báo cáo")
    Criterion.objects.filter(code="2.1").update(name="Khảo sát", evidence_asked="Biên bản")
    Criterion.objects.filter(code__in=["1", "1.2", "2"]).update(name="Lĩnh vực")

    assert codes(selectors.search(selectors.criteria_of(season.criteria_set), text)) == found


def test_by_area_puts_each_criterion_under_its_area() -> None:
    season = rows.season()

    areas = selectors.by_area(selectors.criteria_of(season.criteria_set))

    assert [(area.code, codes(below)) for area, below in areas] == [("1", ["1.1", "1.2"]), ("2", ["2.1"])]


def test_area_of_climbs_to_the_top() -> None:
    season = rows.season()
    by_pk = {criterion.pk: criterion for criterion in selectors.criteria_of(season.criteria_set)}
    by_code = {criterion.code: criterion for criterion in by_pk.values()}

    assert selectors.area_of(by_code["2.1"], by_pk) == by_code["2"]
    assert selectors.area_of(by_code["1"], by_pk) == by_code["1"]


def test_window_of_a_phase_and_of_none() -> None:
    season = rows.season()

    window = selectors.window(season.cycle, "survey", "department")

    assert window is not None
    assert window.stand(timezone.now()) is Stand.OPEN
    assert selectors.window(season.cycle, "survey", "commune") is None


def test_calendar_goes_by_kind_of_unit_and_opening() -> None:
    season = rows.season()
    rows.phase(season.cycle, "self_scoring", "commune", opens=-9)
    rows.phase(season.cycle, "appraisal", "commune", opens=-20)

    assert [(phase.unit_kind, phase.kind) for phase in selectors.calendar(season.cycle)] == [
        ("department", "self_scoring"),
        ("department", "appraisal"),
        ("department", "survey"),
        ("department", "approval"),
        ("commune", "appraisal"),
        ("commune", "self_scoring"),
    ]


def test_phases_of_one_kind_or_all() -> None:
    season = rows.season()
    rows.phase(season.cycle, "survey", "commune")

    assert (selectors.phases_of(season.cycle).count(), selectors.phases_of(season.cycle, "commune").count()) == (5, 1)


def test_stand_of_a_phase() -> None:
    season = rows.season()
    phase = rows.phase(season.cycle, "survey", "commune", opens=2)

    assert selectors.stand(phase, timezone.now()) is Stand.BEFORE


def test_standing_cycles_have_a_phase_to_close() -> None:
    season = rows.season()

    assert list(selectors.standing_cycles(timezone.now())) == [season.cycle]
    assert list(selectors.standing_cycles(timezone.now() + timedelta(days=10))) == []


def test_units_of_group_stand_at_the_end_of_the_period() -> None:
    season = rows.season()
    rows.unit("Sở cũ", parent=season.province, valid_until=date(2022, 12, 31))
    rows.unit("Sở mới", parent=season.province, valid_from=date(2023, 1, 1))
    rows.unit("UBND huyện", "district", parent=season.province)
    group = selectors.groups_of(season.tier)[0]

    assert [unit.name for unit in selectors.units_of_group(group)] == ["Sở Nội vụ", "Sở Xây dựng", "Sở Y tế"]


def test_tier_of_a_unit() -> None:
    season = rows.season()

    assert selectors.tier_of(season.cycle, season.units[0]) == season.tier
    assert selectors.tier_of(season.cycle, season.province) is None
    assert selectors.tiers_of(season.cycle) == [season.tier]
