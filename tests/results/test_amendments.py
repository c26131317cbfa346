"""Amendments in mid-cycle: planned to the last count, applied, taken back; nobody's answer is changed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, EvidenceRequest, Reopening, Score
from assessments.selectors import with_progress
from councils.models import Appraisal, Assignment
from criteria.models import CriteriaSet, Criterion, Exemption, Lineage, Phase, SetState
from criteria.selectors import outline
from criteria.services import drafting, life
from results.models import Run, UnitResult
from results.selectors.amending import Obstacle, plan
from results.services import amendments
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import amending, house
from tests.results.amending import SIGNED, YES, answers, applied, checked, close, everything, planned, sound, version
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return amending.season()


def test_plan_counts_every_answer_before_anything_is_done(season: Season) -> None:
    new = version(season, n1_1={"rule": "Kịp thời: 2\nChậm: 0,5\nKhông: 0"})

    made = planned(new)

    assert made.counts == {"kept": 2, "redo": 1, "new": 0, "aside": 0}
    assert [(each.unit.code, each.kept, each.redo, each.aside) for each in made.effects] == [
        ("SXD", 1, 1, 0),
        ("SYT", 1, 1, 0),
    ]
    points = [(str(each.points_before), str(each.points_kept), str(each.points_moved)) for each in made.effects]
    assert points == [("5.0000", "3.0000", "2.0000"), ("4.0000", "4.0000", "0.0000")]
    assert (made.totals["units"], made.totals["returned"], made.totals["points_moved"]) == (2, 2, Decimal(2))
    assert (made.totals["survey_kept"], made.totals["survey_aside"], made.letters) == (2, 0, 6)
    assert (made.obstacles, made.seats_lost, made.unassigned) == ((), 0, ())


def test_a_leaf_that_was_opened_and_never_scored_is_no_answer(season: Season) -> None:
    Score.objects.filter(assessment__unit__code="SXD", criterion__code="1.1").update(points=None)

    assert [each.kept for each in planned(version(season)).effects] == [1, 2]


def test_plan_asks_as_many_queries_for_more_units(season: Season) -> None:
    new = CriteriaSet.objects.select_related("replaces__cycle", "cycle").get(pk=version(season).pk)
    with CaptureQueriesContext(connection) as few:
        plan(new)
    for _number in range(5):
        unit = rows.unit(parent=season.province)
        rows.score(rows.assessment(season.tier, unit, season.criteria_set), "1.1", "1")

    with CaptureQueriesContext(connection) as many:
        made = plan(new)

    assert made is not None
    assert (len(made.effects), len(many)) == (7, len(few))


def test_an_unchanged_version_moves_everything_and_asks_nobody(season: Season) -> None:
    before, said = answers(season), Appraisal.objects.count()
    new = version(season, n1_1={"guidance": "Xem hướng dẫn"})

    applied(new, season)

    assert answers(season) == before
    assert set(Score.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert Appraisal.objects.filter(criterion__criteria_set=new).count() == said
    assert set(Assignment.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert set(SurveyPoint.objects.values_list("criterion__criteria_set", flat=True)) == {new.pk}
    assert set(Assessment.objects.values_list("criteria_set", "state")) == {(new.pk, "submitted")}
    assert set(CriteriaSet.objects.filter(kind="department").values_list("version", "state")) == {
        (1, "replaced"),
        (2, "issued"),
    }


def test_the_index_is_the_same_on_an_unchanged_version(season: Season) -> None:
    first = house.computed(season)

    applied(version(season), season)

    second = house.computed(season)
    assert [(each.unit.code, each.index, each.rank) for each in _results(first)] == [
        (each.unit.code, each.index, each.rank) for each in _results(second)
    ]


def _results(run: Any) -> Any:
    return UnitResult.objects.filter(run=run).select_related("unit").order_by("unit__code")


def test_a_changed_leaf_is_set_aside_and_its_dossiers_go_back(season: Season) -> None:
    before = answers(season)
    new = version(season, n1_1={"rule": "Kịp thời: 2\nChậm: 0,5\nKhông: 0"})

    made = applied(new, season)

    assert answers(season) == before, "no stored answer changes"
    old_leaf = season.criteria_set.criteria.get(code="1.1")
    assert Score.objects.filter(criterion=old_leaf).count() == 2
    assert not Score.objects.filter(criterion__criteria_set=new, criterion__code="1.1").exists()
    assert set(Assessment.objects.values_list("state", "return_note")) == {
        ("returned", "Bộ tiêu chí được sửa đổi: Quy định mới")
    }
    assert sorted(made.moves["returned"]) == sorted(each.pk for each in season.assessments)
    counted = with_progress(Assessment.objects.all())
    assert {vars(each)["answered"] for each in counted} == {1}, "what is set aside does not count"
    assert Notice.objects.filter(text__contains="12/QĐ-UBND").count() == 6, "three of the units, three of the council"
    assert AuditEvent.objects.filter(action="criteria.amended").count() == 1


def test_what_was_asked_on_a_leaf_goes_along_with_its_answer(season: Season) -> None:
    old = season.criteria_set.criteria.get(code="1.2")
    asked: dict[str, Any] = {"criterion": old, "asked_by": season.staff, "asked_at": timezone.now()}
    Reopening.objects.create(assessment=season.assessments[0], number=1, question="Thiếu số", **asked)
    request: dict[str, Any] = {"text": "Gửi báo cáo", "due_at": timezone.now(), "otherwise": "Không tính điểm"}
    EvidenceRequest.objects.create(assessment=season.assessments[0], **request, **asked)

    made = applied(version(season, n1_1={"rule": YES.format(2)}), season)

    leaf = made.new.criteria.get(code="1.2")
    assert Reopening.objects.get().criterion == EvidenceRequest.objects.get().criterion == leaf


def test_dossiers_stay_submitted_when_self_scoring_is_over(season: Season) -> None:
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=-9, closes=-2)
    new = version(season, n1_1={"rule": YES.format(2)})

    assert (planned(new).is_open, planned(new).totals["returned"]) == (False, 0)
    applied(new, season)

    assert set(Assessment.objects.values_list("state", flat=True)) == {AssessmentState.SUBMITTED}


def test_undo_puts_every_row_back(season: Season) -> None:
    Exemption.objects.create(
        criterion=season.criteria_set.criteria.get(code="2.1"), convention="reduce", state="by_rule", reason="Không có"
    )
    before = everything()
    made = applied(version(season, n1_1={"rule": YES.format(2)}), season)
    assert everything() != before

    amendments.undo(amendment=made, reason="Ban hành nhầm", by=season.staff)

    assert everything() == before
    assert set(CriteriaSet.objects.filter(kind="department").values_list("version", "state")) == {
        (1, "issued"),
        (2, "replaced"),
    }


def test_undo_keeps_what_was_answered_since(season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2)})
    made = applied(new, season)
    dossier = season.assessments[0]
    leaf = Criterion.objects.get(criteria_set=new, code="1.1")
    Score.objects.create(assessment=dossier, criterion=leaf, points=2, updated_at=timezone.now())

    amendments.undo(amendment=made, reason="Ban hành nhầm", by=season.staff)

    assert Score.objects.get(criterion=leaf).points == 2
    states = dict(Assessment.objects.values_list("unit__code", "state"))
    assert states == {"SXD": "returned", "SYT": "submitted"}, "a dossier that was worked on stays with its unit"


def test_undo_happens_once_and_not_under_a_later_amendment(season: Season) -> None:
    first = applied(version(season, n1_1={"note": "Một"}), season)
    season.criteria_set = CriteriaSet.objects.get(kind="department", state="issued")
    second = applied(version(season, n1_1={"note": "Hai"}), season)

    with pytest.raises(amendments.Undone):
        amendments.undo(amendment=first, reason="?", by=season.staff)
    amendments.undo(amendment=second, reason="Nhầm", by=season.staff)
    with pytest.raises(amendments.Undone):
        amendments.undo(amendment=second, reason="Nhầm", by=season.staff)
    amendments.undo(amendment=first, reason="Nhầm", by=season.staff)

    assert CriteriaSet.objects.get(kind="department", state="issued").version == 1


def test_a_plan_that_changed_since_is_not_applied(season: Season) -> None:
    new = planned(version(season)).new
    seen = amendments.fingerprint(planned(new))
    Score.objects.filter(assessment=season.assessments[0]).first().delete()  # type: ignore[union-attr]

    with pytest.raises(amendments.Changed):
        amendments.apply(new=new, seen=seen, by=season.staff, **SIGNED)

    assert CriteriaSet.objects.get(pk=new.pk).state == SetState.CHECKED


def test_what_stands_in_the_way_is_named(season: Season) -> None:
    new = version(season)
    Lineage.objects.filter(criteria_set=new, criterion__code="1.2").delete()
    CriteriaSet.objects.filter(pk=new.pk).update(state="draft", digest="")
    close(season)
    house.computed(season)
    Run.objects.update(state="approved")

    made = planned(new)

    assert made.obstacles == (Obstacle.NOT_CHECKED, Obstacle.LINEAGE, Obstacle.CLOSED, Obstacle.APPROVED)
    with pytest.raises(amendments.Blocked):
        amendments.apply(new=made.new, seen="", by=season.staff, **SIGNED)


def test_a_set_that_replaces_none_has_no_plan(season: Season) -> None:
    assert plan(rows.criteria_set(season.cycle, "commune")) is None
    with pytest.raises(amendments.Blocked):
        amendments.apply(new=CriteriaSet.objects.get(kind="commune"), seen="", by=season.staff, **SIGNED)


def test_a_version_of_what_is_no_longer_in_force_is_refused(season: Season) -> None:
    late = version(season)
    applied(version(season), season)

    assert planned(late).obstacles == (Obstacle.NOT_A_VERSION,)


def test_no_undo_after_an_appraisal_was_closed(season: Season) -> None:
    made = applied(version(season), season)
    close(season)

    with pytest.raises(amendments.Blocked):
        amendments.undo(amendment=made, reason="Nhầm", by=season.staff)


def test_seats_on_a_dropped_criterion_are_counted(season: Season) -> None:
    leaf = season.criteria_set.criteria.get(code="1.2")
    Assignment.objects.create(seat=season.chair, criterion=leaf)
    new = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    known = outline(new)
    other = sound(replace(known.by_code["1.2"], code="1.3", name="Sáng kiến", rule=YES.format(4)))
    nodes = tuple(other if each.code == "1.2" else each for each in known.nodes)
    drafting.rewrite(criteria_set=new, outline=replace(known, nodes=nodes))
    Lineage.objects.create(criteria_set=new, previous=leaf, kind="dropped", is_confirmed=True)
    added = Criterion.objects.get(criteria_set=new, code="1.3")
    Lineage.objects.create(criteria_set=new, criterion=added, kind="new", is_confirmed=True)

    made = planned(checked(new))

    assert (made.seats_lost, made.counts["aside"], made.unassigned) == (1, 1, ())
    assert [each.decisions_aside for each in made.effects] == [1, 1]


def test_a_leaf_that_no_seat_would_have_is_named(season: Season) -> None:
    """One seat is assigned to 1.1 alone, and none to the area above."""
    Assignment.objects.all().delete()
    Assignment.objects.create(seat=season.member, criterion=season.criteria_set.criteria.get(code="1.1"))

    assert planned(version(season)).unassigned == ("1.2",)
