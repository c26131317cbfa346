from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Score
from assessments.services import scores
from assessments.states import NotAllowed
from criteria.models import Criterion, Phase
from criteria.phases import PhaseClosed
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def save(season: rows.Season, code: str = "1.1", **fields: object) -> Score:
    values = {"points": Decimal(2), "not_applicable": False, "explanation": "", "version": 0, "by": season.officer}
    leaf = Criterion.objects.get(criteria_set=season.criteria_set, code=code)
    return scores.save_score(assessment=season.assessments[0], criterion=leaf, **{**values, **fields})  # type: ignore[arg-type]


def test_first_save_is_version_one_with_a_trace() -> None:
    season = rows.season()

    score = save(season, points=Decimal("1.25"), explanation="theo kế hoạch")

    stored = Score.objects.get()
    assert (stored.points, stored.version, stored.updated_by) == (Decimal("1.25"), 1, season.officer)
    assert score == stored
    assert [event.action for event in AuditEvent.objects.all()] == ["assessment.scored"]


def test_save_on_an_old_version_carries_what_is_stored() -> None:
    season = rows.season()
    save(season, points=Decimal(1))

    with pytest.raises(scores.StaleScore) as stale:
        save(season, points=Decimal(2), version=0, by=season.head)

    assert stale.value.stored.points == 1
    assert stale.value.stored.updated_by == season.officer
    assert Score.objects.get().points == 1


def test_same_save_again_changes_nothing() -> None:
    season = rows.season()
    save(season)

    again = save(season)

    assert again.version == 1
    assert AuditEvent.objects.count() == 1


def test_a_save_does_not_read_the_whole_set_under_its_lock() -> None:
    """Unless something is exempted, the tree of the set is of no use to one leaf: all who write the dossier wait."""
    season = rows.season()
    save(season)

    with CaptureQueriesContext(connection) as asked:
        save(season, points=Decimal(1), version=1)

    trees = [each["sql"] for each in asked if 'FROM "criteria_criterion"' in each["sql"] and "position" in each["sql"]]
    # The leaf itself is looked up by the test.
    assert len([sql for sql in trees if '"criteria_criterion"."code" =' not in sql]) == 0
    assert len(asked) <= 14


def test_points_can_be_taken_back() -> None:
    season = rows.season()
    save(season)

    save(season, points=None, version=1)

    assert Score.objects.get().is_answered is False


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("2.1", {}),
        ("1", {}),
        ("1.1", {"points": Decimal("2.01")}),
        ("1.1", {"points": Decimal("-0.01")}),
        ("1.1", {"points": Decimal("NaN")}),
        ("1.1", {"points": Decimal("0.00001")}),
        ("1.1", {"not_applicable": True}),
    ],
)
def test_points_that_cannot_be_are_refused(code: str, fields: dict[str, object]) -> None:
    season = rows.season()

    with pytest.raises(scores.BadScore):
        save(season, code, **fields)

    assert Score.objects.count() == 0


def test_leaf_of_another_set_is_refused() -> None:
    season = rows.season()
    other = rows.criteria_set(season.cycle, kind="commune")
    leaf = other.criteria.get(code="1.1")

    with pytest.raises(scores.BadScore):
        scores.save_score(
            assessment=season.assessments[0],
            criterion=leaf,
            points=Decimal(1),
            not_applicable=False,
            explanation="",
            version=0,
            by=season.officer,
        )


def test_not_applicable_is_stored_without_points() -> None:
    season = rows.season()

    score = save(season, points=None, not_applicable=True, explanation="không có kiến nghị")

    assert score.is_answered is True
    assert score.points is None


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
def test_save_outside_the_phase_is_refused(opens: int, closes: int) -> None:
    season = rows.season()
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=opens, closes=closes)

    with pytest.raises(PhaseClosed):
        save(season)


def test_save_without_a_phase_is_refused() -> None:
    season = rows.season()
    Phase.objects.filter(kind="self_scoring").delete()

    with pytest.raises(NotAllowed):
        save(season)


def test_save_after_submission_is_refused() -> None:
    season = rows.season()
    season.assessments[0].state = "submitted"
    season.assessments[0].submitted_at = season.cycle.phases.all()[0].opens_at
    season.assessments[0].submitted_by = season.head
    season.assessments[0].save()

    with pytest.raises(NotAllowed):
        save(season)
