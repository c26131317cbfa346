"""What was said of a leaf in earlier years, and its text brought into this year."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, Score
from assessments.selectors import history
from assessments.services import carried_text
from assessments.states import NotAllowed
from criteria.models import CriteriaSet, Criterion
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def years() -> tuple[rows.Season, list[CriteriaSet]]:
    """A season whose first leaf was moved last year and was the same the year before; 1.2 was split."""
    season = rows.season(issued=False)
    sets = [season.criteria_set]
    cycle = season.cycle
    for number in (1, 2, 3):
        before = rows.cycle(season.province)
        before.year = 2022 - number
        before.save()
        cycle.previous = before
        cycle.save()
        sets.append(rows.criteria_set(before))
        cycle = before
    for number, kind in enumerate(("moved", "same", "same")):
        rows.origin(leaf(sets[number], "1.1"), leaf(sets[number + 1], "1.1"), kind)
    rows.origin(leaf(sets[0], "1.2"), leaf(sets[1], "1.2"), "split")
    rows.issue(season.criteria_set)
    return season, sets


def leaf(of: CriteriaSet, code: str) -> Criterion:
    return of.criteria.get(code=code)


def answered(season: rows.Season, of: CriteriaSet, code: str, points: str, **fields: object) -> Score:
    dossier = Assessment.objects.filter(cycle=of.cycle, unit=season.units[0]).first()
    if dossier is None:
        dossier = rows.assessment(rows.tier(of.cycle, season.province), season.units[0], of)
    return rows.score(dossier, code, points, **fields)


def refuse(score: Score, name: str = "Báo cáo.pdf") -> Citation:
    kept = Evidence.objects.create(
        **{"unit": score.assessment.unit, "name": name, "sha256": "0" * 64, "content_type": "application/pdf"},
        **{"size": 1, "file": "x", "pages": 1, "uploaded_at": timezone.now()},
    )
    return Citation.objects.create(
        score=score, evidence=kept, verdict="refused", refusal="outside_period", verdict_note="quý 4 năm trước"
    )


def past(season: rows.Season, code: str = "1.1") -> list[history.Earlier]:
    return history.earlier_of(season.assessments[0], leaf(season.criteria_set, code))


def test_two_years_back_through_a_leaf_that_moved(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    answered(season, sets[1], "1.1", "2", final_points=Decimal(1), final_reason="nộp chậm")
    answered(season, sets[2], "1.1", "1", final_points=Decimal(1))
    answered(season, sets[3], "1.1", "0")

    found = past(season)

    assert [(each.year, each.kind, each.is_whole, each.lost) for each in found] == [
        (2021, "moved", True, Decimal(1)),
        (2020, "moved", True, None),
    ]
    assert history.reduced(found) == found[:1]


def test_a_leaf_that_was_split_shows_where_it_comes_from(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    answered(season, sets[1], "1.2", "4")

    assert [(each.kind, each.is_whole) for each in past(season, "1.2")] == [("split", False)]


def test_refused_documents_are_told(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    refused = refuse(answered(season, sets[1], "1.1", "1", final_points=Decimal(1)))

    found = past(season)

    assert found[0].refused == [refused]
    assert history.reduced(found) == found


def test_versions_of_one_cycle_are_stepped_over() -> None:
    season = rows.season(issued=False)
    before = rows.cycle(season.province)
    season.cycle.previous = before
    season.cycle.save()
    old = rows.criteria_set(before)
    second = rows.criteria_set(season.cycle, version=2)
    rows.origin(leaf(season.criteria_set, "1.1"), leaf(old, "1.1"))
    rows.origin(leaf(second, "1.1"), leaf(season.criteria_set, "1.1"))
    answered(season, old, "1.1", "2")

    found = history.earlier_of(season.assessments[0], leaf(second, "1.1"))

    assert [each.criterion for each in found] == [leaf(old, "1.1")]


def test_another_units_answers_are_not_shown(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    other = rows.assessment(rows.tier(sets[1].cycle, season.province), season.units[1], sets[1])
    rows.score(other, "1.1", "2")

    assert past(season) == []


def test_the_past_of_a_leaf_takes_a_query_a_year_and_two(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    answered(season, sets[1], "1.1", "2")
    answered(season, sets[2], "1.1", "2")
    node = Criterion.objects.select_related("criteria_set").get(pk=leaf(season.criteria_set, "1.1").pk)

    with CaptureQueriesContext(connection) as queries:
        history.earlier_of(season.assessments[0], node)

    assert len(queries) <= 5


def carry(season: rows.Season, source: Score) -> Score:
    node = leaf(season.criteria_set, "1.1")
    return carried_text.carry_text(assessment=season.assessments[0], criterion=node, source=source, by=season.officer)


def test_text_is_carried_over_and_points_are_not(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    source = answered(season, sets[1], "1.1", "2", explanation="Ban hành ngày 02/01")

    carried = carry(season, source)

    assert (carried.explanation, carried.points, carried.is_copied, carried.version) == (
        source.explanation,
        None,
        True,
        1,
    )
    assert AuditEvent.objects.get().action == "assessment.text_carried"


def test_carrying_twice_changes_nothing(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    source = answered(season, sets[1], "1.1", "2", explanation="Ban hành ngày 02/01")
    carry(season, source)

    assert carry(season, source).version == 1
    assert AuditEvent.objects.count() == 1


def test_own_text_stays_above_what_is_carried_over(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    rows.score(season.assessments[0], "1.1", "1", explanation="Năm nay sớm hơn")

    carried = carry(season, answered(season, sets[1], "1.1", "2", explanation="Ban hành ngày 02/01"))

    assert carried.explanation == "Năm nay sớm hơn\n\nBan hành ngày 02/01"
    assert carried.points == 1


def test_text_that_would_be_too_long_is_not_carried(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    rows.score(season.assessments[0], "1.1", "1", explanation="x" * 4999)

    with pytest.raises(carried_text.TooLong):
        carry(season, answered(season, sets[1], "1.1", "2", explanation="Ban hành"))

    assert len(Score.objects.get(assessment=season.assessments[0]).explanation) == 4999


def test_nothing_is_carried_into_a_dossier_that_was_handed_in(years: tuple[rows.Season, list[CriteriaSet]]) -> None:
    season, sets = years
    source = answered(season, sets[1], "1.1", "2", explanation="Ban hành")
    Assessment.objects.filter(pk=season.assessments[0].pk).update(
        state="submitted", submitted_at=timezone.now(), submitted_by=season.head
    )

    with pytest.raises(NotAllowed):
        carry(season, source)
