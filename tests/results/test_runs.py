"""Runs are opened once, computed once, and then stand."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.models import Score
from councils.models import Appraisal
from results import tasks
from results.models import ResultLine, Run, RunState, UnitResult
from results.selectors import runs as reads
from results.selectors.calculation import proved
from results.services import runs
from results.states import NotAllowed
from surveys.models import SurveyPoint
from tests.results import house
from units import audit
from units.models import AuditEvent, Job, JobState, Notice


@pytest.mark.django_db
def test_start_opens_a_run_with_its_job_and_says_so() -> None:
    season = house.ready()

    run = runs.start(tier=season.tier, by=season.staff)

    job = run.job
    assert job is not None
    assert (run.number, run.state, run.started_by) == (1, RunState.COMPUTING, season.staff)
    assert (job.task, job.state, job.key) == ("results.tasks.compute", JobState.QUEUED, f"compute:{season.tier.pk}")
    assert (job.arguments, job.link) == ({"run": run.pk}, f"/runs/{run.pk}/")
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.target_id, event.unit, event.actor) == (
        "run.started",
        str(run.pk),
        season.province,
        season.staff,
    )


@pytest.mark.django_db
def test_a_second_click_gives_the_same_run() -> None:
    season = house.ready()

    first, second = (runs.start(tier=season.tier, by=season.staff) for _click in range(2))

    assert first == second
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_compute_freezes_lines_results_settings_and_digest() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None

    tasks.compute(run.job.pk)

    run = Run.objects.get(pk=run.pk)
    assert (run.state, ResultLine.objects.count(), UnitResult.objects.count()) == (RunState.COMPUTED, 9, 3)
    assert [(each.unit.code, each.rank, each.band, str(each.exact)) for each in reads.results_of(run)] == [
        ("SYT", 1, "Tốt", "355/4"),
        ("SXD", 2, "Tốt", "80"),
        ("SNV", None, "", "None"),
    ]
    assert {key: run.settings[key] for key in ("rank_on", "tie_rule", "missing_survey", "published_places")} == {
        "rank_on": "exact",
        "tie_rule": "competition",
        "missing_survey": "withhold",
        "published_places": 2,
    }
    assert run.settings["bands"][0] == {"name": "Tốt", "lower": "80"}
    assert [(each["unit_code"], each["code"]) for each in run.missing] == [
        ("SNV", "1.1"),
        ("SNV", "1.2"),
        ("SNV", "2.1"),
    ]
    assert len(run.digest) == 64
    assert proved(run)
    job = Job.objects.get(key=f"compute:{season.tier.pk}")
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"run": 1, "units": 3, "missing": 3}, 3, 3)
    event = AuditEvent.objects.latest("number")
    assert (event.action, run.digest in event.data) == ("run.computed", True)
    assert [(each.to, each.link) for each in Notice.objects.all()] == [(season.staff, f"/runs/{run.pk}/")]
    assert audit.first_break() is None


@pytest.mark.django_db
def test_a_line_keeps_every_layer() -> None:
    season = house.ready()

    run = house.computed(season)

    line = ResultLine.objects.get(run=run, unit=season.units[0], code="1.1")
    assert (line.self_points, line.final_points, line.maximum) == (Decimal(2), Decimal("1.5"), Decimal(2))
    assert line.source == "appraisal"
    assert (line.decider, line.reason, line.decided_at) == (
        "Sở Nội vụ · Người member",
        "Nộp chậm 3 ngày",
        house.AT,
    )
    other = ResultLine.objects.get(run=run, unit=season.units[1], code="1.1")
    assert (other.self_not_applicable, other.source) == (True, "not_applicable")


@pytest.mark.django_db
def test_the_same_rows_give_the_same_digest_and_a_new_number() -> None:
    season = house.ready()

    first, second = house.computed(season), house.computed(season)

    assert (first.number, second.number) == (1, 2)
    assert first.digest == second.digest


@pytest.mark.django_db
def test_later_changes_leave_a_run_as_it_was() -> None:
    season = house.ready()
    first = house.computed(season)

    Appraisal.objects.filter(criterion__code="1.2").update(points=0)
    Score.objects.update(points=None)
    SurveyPoint.objects.update(points=0)
    second = house.computed(season)

    assert first.digest != second.digest
    assert proved(Run.objects.get(pk=first.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["computed", "approved", "failed"])
def test_a_run_is_never_computed_again(state: str) -> None:
    season = house.ready()
    run = house.computed(season)
    Run.objects.filter(pk=run.pk).update(state=state)

    with pytest.raises(NotAllowed, match=f"^finish from {state}$"):
        runs.compute(run=run)

    assert ResultLine.objects.count() == 9
    assert house.computed(season).number == 2


@pytest.mark.django_db
def test_points_over_the_maximum_fail_run_and_job_in_words() -> None:
    season = house.ready()
    SurveyPoint.objects.filter(unit=season.units[1]).update(points=5)
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None

    tasks.compute(run.job.pk)

    run, job = Run.objects.get(pk=run.pk), Job.objects.get()
    assert (run.state, job.state) == (RunState.FAILED, JobState.FAILED)
    assert job.error.startswith("Sở Y tế: ")
    assert re.findall(r"[\d.]+\d|\d", job.error) == ["2.1", "5", "0", "4"]
    assert (ResultLine.objects.count(), AuditEvent.objects.latest("number").action) == (0, "run.failed")


@pytest.mark.django_db
def test_a_run_without_a_job_fails_alike() -> None:
    season = house.ready()
    SurveyPoint.objects.update(points=5)
    run = Run.objects.create(tier=season.tier, number=1, started_at=timezone.now())

    assert runs.compute(run=run).state == RunState.FAILED


@pytest.mark.django_db
def test_a_run_without_a_job_is_computed() -> None:
    season = house.ready()
    run = Run.objects.create(tier=season.tier, number=1, started_at=timezone.now())

    assert runs.compute(run=run).state == RunState.COMPUTED


@pytest.mark.django_db
def test_a_start_closes_the_run_of_work_that_was_given_up() -> None:
    season = house.ready()
    first = runs.start(tier=season.tier, by=season.staff)
    Job.objects.update(state=JobState.FAILED, finished_at=timezone.now())

    second = runs.start(tier=season.tier, by=season.staff)

    assert (Run.objects.get(pk=first.pk).state, second.number) == (RunState.FAILED, 2)


@pytest.mark.django_db
def test_names_of_runs_lines_and_results() -> None:
    season = house.ready()
    run = house.computed(season)
    decision = house.approved(run, season.staff, season.chairman)
    publication = house.published(decision, season.chairman)

    assert str(run) == "Cấp tinh · 1"
    assert str(run.lines.get(unit=season.units[0], code="1.1")) == "1.1: 1.5000 / 2.0000"
    assert str(run.results.get(unit=season.units[0])) == "Sở Xây dựng: 80.000000"
    assert (str(decision), str(publication)) == ("36/QĐ-UBND", "Cấp tinh · 01/12/2022")
