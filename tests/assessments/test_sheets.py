from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import selectors
from assessments.models import Assessment
from assessments.selectors import sheets
from assessments.selectors.sheets import LeafState
from criteria.models import CriteriaSet, Criterion
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_sums_are_exact_and_leave_out_what_does_not_apply() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "0.1", explanation="có")
    rows.score(season.assessments[0], "1.2", None, not_applicable=True)

    filled = sheets.sheet(season.assessments[0])

    found = {line.criterion.code: (line.points, line.maximum, line.answered, line.leaves) for line in filled.lines}
    tenth, two, zero = Decimal("0.1"), Decimal(2), Decimal(0)
    assert found == {
        "1": (tenth, two, 2, 2),
        "1.1": (tenth, two, 1, 1),
        "1.2": (zero, zero, 1, 1),
        "2": (zero, zero, 0, 0),
        "2.1": (zero, zero, 0, 0),
    }
    assert (filled.total.points, filled.total.maximum) == (tenth, two)
    assert [area.criterion.code for area, _ in filled.areas] == ["1", "2"]
    assert [[line.criterion.code for line in lines] for _, lines in filled.areas] == [["1.1", "1.2"], ["2.1"]]


def test_leaf_at_the_top_is_an_area_of_itself() -> None:
    season = rows.season(issued=False)
    rows.criterion(season.criteria_set, "3", "1")

    area, lines = sheets.sheet(season.assessments[0]).areas[-1]

    assert (area.criterion.code, [line.criterion.code for line in lines]) == ("3", ["3"])


def test_states_of_leaves() -> None:
    season = rows.season(issued=False)
    rows.criterion(season.criteria_set, "1.3", "1", parent=Criterion.objects.get(code="1"))
    rows.criterion(season.criteria_set, "1.4", "1", parent=Criterion.objects.get(code="1"))
    rows.score(season.assessments[0], "1.1", "2")
    rows.score(season.assessments[0], "1.2", None, not_applicable=True, explanation="không có")
    rows.score(season.assessments[0], "1.3", "0")

    filled = sheets.sheet(season.assessments[0])

    assert {line.criterion.code: line.state for line in filled.lines} == {
        "1": LeafState.ELSEWHERE,
        "1.1": LeafState.UNFOUNDED,
        "1.2": LeafState.NOT_APPLICABLE,
        "1.3": LeafState.DONE,
        "1.4": LeafState.OPEN,
        "2": LeafState.ELSEWHERE,
        "2.1": LeafState.ELSEWHERE,
    }
    assert (filled.unproven, len(filled.errors), len(filled.warnings)) == (1, 2, 0)


def test_empty_set_has_a_total_of_nothing() -> None:
    season = rows.season()
    empty = CriteriaSet.objects.create(cycle=season.cycle, kind="commune", title="Trống", scale=1, survey_points=0)
    dossier = rows.assessment(season.tier, rows.unit(), empty)

    filled = sheets.sheet(dossier)

    assert filled.areas == []
    assert filled.total.points == 0
    assert filled.saved_at is None
    assert filled.find(1) is None


def test_path_names_the_sums_above_a_leaf() -> None:
    season = rows.season(issued=False)
    deep = rows.criterion(season.criteria_set, "1.3", "1", parent=Criterion.objects.get(code="1"), leaf=False)
    leaf = rows.criterion(season.criteria_set, "1.3.1", "1", parent=deep)

    filled = sheets.sheet(season.assessments[0])
    line = filled.find(leaf.pk)

    assert line is not None
    assert [each.criterion.code for each in filled.path(line)] == ["1.3", "1"]


def test_points_beside_the_steps_are_kept_as_an_option() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "1.5")

    lines = {line.criterion.code: line for line in sheets.sheet(season.assessments[0]).lines}

    assert [option.points for option in lines["1.1"].options] == [2, 1, 0]
    assert (lines["1.1"].is_off_step, lines["1.2"].is_off_step) == (True, False)


def test_rule_that_does_not_follow_its_notation_offers_nothing() -> None:
    assert sheets.offered(Criterion(rule="Hai điểm", max_points=Decimal(2))) == ()


def two_years() -> tuple[rows.Season, Assessment]:
    season = rows.season(issued=False)
    before = rows.cycle(season.province)
    season.cycle.previous = before
    season.cycle.save()
    old_set = rows.criteria_set(before)
    old = rows.assessment(rows.tier(before, season.province), season.units[0], old_set)
    rows.origin(season.criteria_set.criteria.get(code="1.1"), old_set.criteria.get(code="1.1"))
    rows.issue(season.criteria_set)
    return season, old


def test_last_year_stands_beside_the_same_criterion() -> None:
    season, old = two_years()
    rows.score(old, "1.1", "2", final_points=Decimal(1), final_reason="nộp chậm", explanation="đúng hạn")
    rows.score(old, "1.2", "4")
    dossier = Assessment.objects.get(pk=season.assessments[0].pk)
    leaf = season.criteria_set.criteria.get(code="1.1")

    found = selectors.last_year(dossier)
    line = sheets.sheet(dossier).find(leaf.pk)

    assert found == {leaf.pk: selectors.LastYear(Decimal(2), Decimal(1), "nộp chậm")}
    assert line is not None
    assert line.last_year == found[leaf.pk]


def test_last_year_without_a_decision_shows_the_units_own_words() -> None:
    season, old = two_years()
    rows.score(old, "1.1", "2", explanation="đúng hạn")

    found = selectors.last_year(Assessment.objects.get(pk=season.assessments[0].pk))

    assert list(found.values()) == [selectors.LastYear(Decimal(2), None, "đúng hạn")]


def test_first_cycle_has_no_last_year() -> None:
    assert selectors.last_year(rows.season().assessments[0]) == {}


def test_first_sheet_takes_four_queries() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "2")
    dossier = Assessment.objects.select_related("cycle", "criteria_set").get(pk=season.assessments[0].pk)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        sheets.sheet(dossier)

    assert len(queries) == 4


def test_who_saved_each_score_is_read_at_once() -> None:
    season = rows.season()
    dossier = season.assessments[0]
    for code in ("1.1", "1.2"):
        rows.score(dossier, code, "0")
    dossier.scores.update(updated_by=season.officer)
    filled = sheets.sheet(dossier)

    with CaptureQueriesContext(connection) as queries:
        sheets.with_writers(filled)
        found = [line.score.updated_by for line in filled.lines if line.score]

    assert found == [season.officer] * 2
    assert len(queries) == 1


def test_scores_by_criterion_are_those_of_the_dossier() -> None:
    season = rows.season()
    own = rows.score(season.assessments[0], "1.1", "2")
    rows.score(season.assessments[1], "1.1", "1")

    assert selectors.scores_by_criterion(season.assessments[0]) == {own.criterion_id: own}
