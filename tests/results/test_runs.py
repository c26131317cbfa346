"""Runs are opened once, computed once, whatever happens to a worker, and then stand."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from assessments.models import Score
from councils.models import Appraisal
from results import tasks
from results.models import Decision, ResultLine, Run, RunState, UnitResult
from results.selectors import runs as reads
from results.selectors.calculation import proved
from results.services import runs
from results.states import NotAllowed
from surveys.models import SurveyPoint
from tests.results import house
from units import audit, jobs, pdf
from units.jobs import LeaseLost
from units.models import AuditEvent, Job, JobState

ROOT = Path(__file__).resolve().parents[2]
STUCK = """
import sys, time
import django
django.setup()
from django.db import connection
from results import tasks

def stop(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if sql.startswith('INSERT INTO "results_unitresult"'):
        print("written, not committed", flush=True)
        time.sleep(60)
    return done

with connection.execute_wrapper(stop):
    tasks.compute(int(sys.argv[1]))
"""


def environment(**more: str) -> dict[str, str]:
    """What a process needs to work on this test's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        place = f"{database['HOST']}:{database['PORT']}" if database["PORT"] else database["HOST"]
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{place}/{database['NAME']}"
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "parindex.settings",
        "DATABASE_URL": url,
        "DEBUG": "1",
        "PYTHONPATH": str(ROOT),
        **more,
    }


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


def at_once(work: Callable[[], Run]) -> list[Run | str]:
    """What two threads get who do the same at the same time; the name of the error where there is one."""
    found: list[Run | str] = []

    def one() -> None:
        try:
            found.append(work())
        except (IntegrityError, OperationalError) as problem:
            found.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_give_one_run() -> None:
    season = house.ready()
    barrier = threading.Barrier(2)

    def unguarded() -> Run:
        number = Run.objects.filter(tier=season.tier).count() + 1
        barrier.wait()
        return Run.objects.create(tier=season.tier, number=number, started_at=timezone.now())

    def guarded() -> Run:
        barrier.wait()
        return runs.start(tier=season.tier, by=season.staff)

    assert "IntegrityError" in at_once(unguarded), "without the lock both count the same runs"
    first, second = at_once(guarded)

    assert first == second
    assert (Run.objects.filter(job__isnull=False).count(), Job.objects.count()) == (1, 1)


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
def test_a_bell_that_rings_twice_computes_once() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None

    tasks.compute(run.job.pk)
    tasks.compute(run.job.pk)

    assert (ResultLine.objects.count(), Job.objects.get().attempts) == (9, 1)


@pytest.mark.django_db
def test_compute_in_the_foreground_waits_for_nobody() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None
    jobs.claim(run.job.pk)

    with pytest.raises(LeaseLost, match=r"^run 1 is being computed$"):
        runs.compute(run=run)


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None
    slow = jobs.claim(run.job.pk)
    assert slow is not None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    quick = jobs.claim(run.job.pk)
    assert quick is not None
    runs.compute(run=run, job=quick)

    with pytest.raises(NotAllowed):
        runs.compute(run=run, job=slow)

    assert (ResultLine.objects.count(), Job.objects.get().attempts) == (9, 2)


@pytest.mark.django_db
def test_a_task_whose_lease_is_lost_in_the_middle_ends_quietly() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None

    def stolen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        done = execute(sql, params, many, context)
        if 'FROM "results_run"' in sql:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE units_job SET lease = 'another'")
        return done

    with connection.execute_wrapper(stolen):
        tasks.compute(run.job.pk)

    assert (Run.objects.get().state, ResultLine.objects.count()) == (RunState.COMPUTING, 0)


@pytest.mark.django_db
def test_without_lease_and_state_a_second_worker_would_write_twice() -> None:
    """The negative control: what lease and state prevent is refused by the database only at the very last."""
    season = house.ready()
    run = house.computed(season)
    Run.objects.filter(pk=run.pk).update(state=RunState.COMPUTING, job=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        runs.compute(run=run)

    ResultLine.objects.all().delete()
    UnitResult.objects.all().delete()
    assert runs.compute(run=run).state == RunState.COMPUTED


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_a_job_that_finishes_once() -> None:
    season = house.ready()
    run = runs.start(tier=season.tier, by=season.staff)
    assert run.job is not None
    command = [sys.executable, "-c", STUCK, str(run.job.pk)]
    worker = subprocess.Popen(
        command, cwd=ROOT, env=environment(JOB_LEASE_SECONDS="2"), stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "written, not committed\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()

    dead = Job.objects.get()
    assert (dead.state, dead.attempts, Run.objects.get().state) == (JobState.RUNNING, 1, RunState.COMPUTING)
    assert (ResultLine.objects.count(), UnitResult.objects.count()) == (0, 0)
    tasks.compute(dead.pk)
    assert ResultLine.objects.count() == 0, "the lease still holds"
    time.sleep(2.1)
    assert jobs.sweep() == [dead.pk]
    tasks.compute(dead.pk)
    tasks.compute(dead.pk)

    job = Job.objects.get()
    assert (job.state, job.attempts, Run.objects.get().state) == (JobState.DONE, 2, RunState.COMPUTED)
    assert (ResultLine.objects.count(), UnitResult.objects.count()) == (9, 3)
    assert proved(Run.objects.get())


@pytest.mark.django_db
def test_a_render_bell_for_a_finished_job_does_nothing() -> None:
    done = Job.objects.create(
        task="results.tasks.render_decision", title="x", key="x", state="done", finished_at=timezone.now()
    )

    tasks.render_decision(done.pk)

    assert Job.objects.get().attempts == 0


@pytest.mark.skipif(pdf.problem() is not None, reason=pdf.problem() or "")
@pytest.mark.django_db
def test_a_render_bell_renders_the_decision_that_waits_for_it() -> None:
    season = house.ready()
    decision = house.approved(house.computed(season), season.staff, season.chairman)
    job = Job.objects.create(task="results.tasks.render_decision", title="x", key="x")
    Decision.objects.filter(pk=decision.pk).update(job=job, state="drafted", approved_by=None, approved_at=None)

    tasks.render_decision(job.pk)

    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Decision.objects.get(pk=decision.pk).pdf_sha256 != ""


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
