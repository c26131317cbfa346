from datetime import timedelta

import pytest
from celery import current_app
from django.conf import LazySettings
from django.db import transaction
from kombu.exceptions import OperationalError

from tests.factories import rows
from units import jobs
from units.models import Job, JobState
from units.selectors import database_now

pytestmark = pytest.mark.django_db


def a_job(key: str = "k") -> Job:
    return jobs.open_job(task="units.tasks.sweep_jobs", title="Tính chỉ số", key=key, by=rows.user())


def lapse(job: Job) -> None:
    """What a killed worker leaves behind: a running job whose lease has run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=database_now() - timedelta(seconds=1))


def test_open_job_twice_gives_one_row() -> None:
    assert a_job() == a_job()
    assert Job.objects.count() == 1


def test_open_job_after_the_first_is_done_gives_another() -> None:
    first = a_job()
    claimed = jobs.claim(first.pk)
    assert claimed
    jobs.finish(claimed)

    assert a_job() != first


def test_claim_is_for_one_worker_only() -> None:
    job = a_job()

    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None


def test_claim_takes_over_a_lapsed_lease() -> None:
    job = a_job()
    jobs.claim(job.pk)
    lapse(job)

    second = jobs.claim(job.pk)

    assert second
    assert second.attempts == 2


def test_finish_by_the_first_worker_is_refused_after_a_take_over() -> None:
    first = jobs.claim(a_job().pk)
    assert first
    lapse(first)
    second = jobs.claim(first.pk)
    assert second

    with pytest.raises(jobs.LeaseLost):
        jobs.finish(first, run=1)
    jobs.finish(second, run=2)

    assert Job.objects.get().result == {"run": 2}


def test_finish_twice_is_refused() -> None:
    job = jobs.claim(a_job().pk)
    assert job
    jobs.finish(job)

    with pytest.raises(jobs.LeaseLost):
        jobs.finish(job)


def test_progress_keeps_the_lease_and_counts() -> None:
    job = jobs.claim(a_job().pk)
    assert job
    before = Job.objects.get().lease_until

    jobs.progress(job, 1, 4, "đang tính")

    after = Job.objects.get()
    assert (after.done, after.total, after.percent, after.step) == (1, 4, 25, "đang tính")
    assert before
    assert after.lease_until
    assert after.lease_until >= before


def test_progress_is_refused_when_the_lease_is_lost() -> None:
    first = jobs.claim(a_job().pk)
    assert first
    lapse(first)
    jobs.claim(first.pk)

    with pytest.raises(jobs.LeaseLost):
        jobs.progress(first, 1, 2)


def test_fail_leaves_the_words() -> None:
    job = jobs.claim(a_job().pk)
    assert job

    jobs.fail(job, "Thiếu phông chữ")

    row = Job.objects.get()
    assert (row.state, row.error, row.is_open) == (JobState.FAILED, "Thiếu phông chữ", False)


def test_sweep_rings_for_waiting_and_abandoned_jobs_only() -> None:
    waiting, abandoned, running, done = (a_job(key) for key in "abcd")
    jobs.claim(abandoned.pk)
    lapse(abandoned)
    jobs.claim(running.pk)
    finished = jobs.claim(done.pk)
    assert finished
    jobs.finish(finished)

    assert jobs.sweep() == [waiting.pk, abandoned.pk]


def test_sweep_gives_up_after_the_last_attempt() -> None:
    job = a_job()
    jobs.claim(job.pk)
    lapse(job)
    Job.objects.update(attempts=jobs.ATTEMPTS)

    assert jobs.sweep() == []
    assert Job.objects.get().state == JobState.FAILED


def test_ring_survives_a_broker_that_is_down(
    django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app, "send_task", down)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():  # type: ignore[operator]
        job = a_job()

    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_percent_is_zero_while_the_amount_is_unknown() -> None:
    assert Job(done=0, total=0).percent == 0
