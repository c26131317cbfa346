"""Progress, final points, what stands beside a pair, the workbook."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from councils import documents
from councils.models import Appraisal, Assignment
from councils.selectors import Final, final_points
from councils.selectors.pairs import pairs_for
from councils.selectors.progress import Tally, progress, tally
from councils.selectors.rulings import appraisal_phases, last_year, reasons_of, rulings_on, score_of
from tests.councils import makers
from tests.factories import rows
from units.models import Unit

pytestmark = pytest.mark.django_db


def ruled() -> rows.Season:
    """Two dossiers; of the first, one leaf accepted and one changed."""
    season = makers.season(0, 1)
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))
    rows.appraisal(season.assessments[0], "1.2", "1", season.member, self_points=Decimal(3), reason="=thiếu văn bản")
    return season


def test_progress_per_seat_unit_and_area() -> None:
    season = ruled()

    found = progress(season.council)

    assert found.total == Tally(total=4, done=2, changed=1)
    assert (found.total.waiting, found.total.accepted, found.total.percent) == (2, 1, 50)
    assert {row.seat: row.tally.total for row in found.seats} == {
        season.chair: 0,
        season.member: 4,
        season.own_member: 2,
    }
    assert {row.seat: row.last is None for row in found.seats} == {
        season.chair: True,
        season.member: False,
        season.own_member: True,
    }
    grid = found.grids[0]
    assert [area.code for area in grid.areas] == ["1"]
    assert [(row.assessment.unit, row.total.done, cells[0][1].done) for row, cells in grid.lines()] == [
        (season.units[0], 2, 2),
        (season.units[1], 0, 0),
    ]
    assert [pair.assessment.unit for pair in found.waiting] == [season.units[1], season.units[1]]
    assert found.kinds == {"department"}


def test_progress_without_dossiers_is_empty() -> None:
    season = rows.season()

    found = progress(season.council)

    assert (found.total.percent, found.grids, found.waiting) == (0, [], [])


def test_progress_names_pairs_that_nobody_may_appraise() -> None:
    season = makers.season()
    Assignment.objects.filter(seat=season.member).delete()
    season.chair.agency = season.units[0]
    season.chair.save()

    assert [list(pair.seats) for pair in progress(season.council).waiting] == [[], []]


def test_progress_costs_the_same_queries_for_one_unit_and_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    season = makers.season(0)
    with django_assert_num_queries(10):
        progress(season.council)

    makers.hand_in(season, 1)
    with django_assert_num_queries(10):
        progress(season.council)


def test_tally_of_a_queue() -> None:
    season = ruled()

    assert tally(pairs_for(season.member)) == Tally(total=4, done=2, changed=1)


def test_final_points_are_the_standing_appraisals_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    season = ruled()
    Appraisal.objects.filter(criterion__code="1.1").update(is_current=False)
    made = rows.appraisal(season.assessments[0], "1.1", None, season.member, not_applicable=True, reason="không có")

    with django_assert_num_queries(1):
        found = final_points(season.tier)

    unit = season.units[0].pk
    decider = "Sở Nội vụ · Người member"
    second = Appraisal.objects.get(criterion__code="1.2")
    assert found == {
        (unit, makers.leaf(season, "1.1").pk): Final(None, True, decider, "không có", made.decided_at),
        (unit, makers.leaf(season, "1.2").pk): Final(Decimal(1), False, decider, "=thiếu văn bản", second.decided_at),
    }


def test_final_points_of_another_tier_are_left_out() -> None:
    season = ruled()
    district = rows.unit("Huyện", "district", season.province)

    assert final_points(rows.tier(season.cycle, district, "commune", "huyen")) == {}


def test_rulings_on_a_pair_newest_first() -> None:
    season = ruled()
    dossier, leaf = season.assessments[0], makers.leaf(season, "1.1")
    Appraisal.objects.filter(criterion=leaf).update(is_current=False)
    newer = rows.appraisal(dossier, "1.1", "1", season.member, reason="chậm")

    assert next(ruling.pk for ruling in rulings_on(dossier, leaf)) == newer.pk
    assert len(rulings_on(dossier, leaf)) == 2


def test_score_of_a_pair() -> None:
    season = makers.season()

    assert score_of(season.assessments[0], makers.leaf(season, "1.1")) == season.assessments[0].scores.get(
        criterion__code="1.1"
    )
    assert score_of(season.assessments[1], makers.leaf(season, "1.1")) is None


def earlier(season: rows.Season, unit: Unit) -> rows.Season:
    """Last year's dossier of ``unit``: 1.1 was scored 2 and appraised 1."""
    cycle = rows.cycle(season.province)
    level = rows.tier(cycle, season.province)
    criteria = rows.criteria_set(cycle)
    dossier = rows.assessment(level, unit, criteria)
    rows.score(dossier, "1.1", "2")
    seat = rows.seat(rows.council(level))
    rows.appraisal(dossier, "1.1", "1", seat, self_points=Decimal(2), reason="ban hành chậm")
    for code in ("1.1", "1.2"):
        rows.origin(makers.leaf(season, code), criteria.criteria.get(code=code))
    return season


def test_last_year_of_the_unit() -> None:
    season = makers.season(issued=False)
    earlier(season, season.units[0])

    found = last_year(season.assessments[0], makers.leaf(season, "1.1"))

    assert found is not None
    assert found.score is not None
    assert found.appraisal is not None
    assert (found.score.points, found.appraisal.points, found.appraisal.reason) == (
        Decimal(2),
        Decimal(1),
        "ban hành chậm",
    )


def test_last_year_of_a_predecessor() -> None:
    season = makers.season(issued=False)
    gone = rows.unit("Sở Giao thông", parent=season.province)
    season.units[0].predecessors.add(gone)
    earlier(season, gone)

    assert last_year(season.assessments[0], makers.leaf(season, "1.1")) is not None


def test_last_year_is_nothing_for_new_criteria_and_unscored_ones() -> None:
    season = makers.season(issued=False)

    assert last_year(season.assessments[0], makers.leaf(season, "1.1")) is None
    earlier(season, season.units[0])
    assert last_year(season.assessments[0], makers.leaf(season, "1.2")) is None


def test_appraisal_phases_of_the_kinds_asked_for() -> None:
    season = makers.season()
    rows.phase(season.cycle, "appraisal", "district")

    assert [phase.unit_kind for phase in appraisal_phases(season.council, ["department"])] == ["department"]


def test_workbook_has_a_line_for_each_pair_and_no_formula() -> None:
    season = ruled()
    dossier = season.assessments[1]
    dossier.scores.filter(criterion__code="1.1").update(points=None, not_applicable=True)
    dossier.scores.filter(criterion__code="1.2").delete()
    rows.appraisal(dossier, "1.1", None, season.member, not_applicable=True, self_not_applicable=True)
    pairs = pairs_for(season.member)

    book = openpyxl.load_workbook(io.BytesIO(documents.queue_workbook(pairs, reasons_of(pairs))))

    sheet = book.worksheets[0]
    assert [[cell.value for cell in row][2:7] for row in sheet.iter_rows(min_row=2)] == [
        ["1.1", "Tiêu chí 1.1", 2, 2, 2],
        ["1.2", "Tiêu chí 1.2", 4, 3, 1],
        ["1.1", "Tiêu chí 1.1", 2, "không áp dụng", "không áp dụng"],
        ["1.2", "Tiêu chí 1.2", 4, None, None],
    ]
    assert (sheet["I3"].value, sheet["I3"].data_type) == ("=thiếu văn bản", "s")
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_pairs_decided_long_ago_keep_their_state() -> None:
    season = ruled()
    Appraisal.objects.update(decided_at=timezone.now() + timedelta(minutes=1))

    assert tally(pairs_for(season.member)) == Tally(total=4, done=2, changed=1)
