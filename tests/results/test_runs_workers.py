"""Runs finish once, whatever happens to their workers: killed, stalled, rung twice, two at once."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from results import tasks
from results.models import Decision, ResultLine, Run, RunState, UnitResult
from results.selectors.calculation import proved
from results.services import runs
from results.states import NotAllowed
from tests.results import house
from tests.results.house import ROOT, environment
from units import jobs, pdf
from units.jobs import LeaseLost
from units.models import Job, JobState

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
