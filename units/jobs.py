"""Job rows: opened with the write that asks for them, claimed by a conditional update, swept when abandoned.

The broker's message only says that a row may be waiting. A job is finished by whoever holds its lease, once.
"""

import logging
import uuid
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from units.models import Job, JobState, User
from units.selectors import database_now

logger = logging.getLogger(__name__)
ATTEMPTS = 5


class LeaseLost(Exception):
    """Another worker has taken the job over; whatever this one still holds must not be written."""


def open_job(
    *, task: str, title: str, key: str, by: User | None, arguments: dict[str, object] | None = None, link: str = ""
) -> Job:
    """The open job with ``key``, or a new one that rings the worker when the transaction commits."""
    standing = Job.objects.filter(key=key, state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if standing:
        return standing
    job = Job.objects.create(task=task, title=title, key=key, created_by=by, arguments=arguments or {}, link=link)
    ring(job)
    return job


def ring(job: Job) -> None:
    """Tell the broker after the commit. A lost message only delays: the sweep rings again."""
    task, pk = job.task, job.pk
    transaction.on_commit(lambda: _send(task, pk))


def _send(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk]) if not current_app.conf.task_always_eager else current_app.tasks[
            task
        ].delay(pk)
    except (OperationalError, OSError):
        logger.warning("The broker did not take the message of job %s; the sweep will send it again.", pk)


def claim(pk: int) -> Job | None:
    """Take a waiting job, or one whose lease has run out. None when another worker was faster or it is finished."""
    now, lease = database_now(), uuid.uuid4().hex
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=pk).update(
        state=JobState.RUNNING,
        lease=lease,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        heartbeat_at=now,
        attempts=F("attempts") + 1,
    )
    return Job.objects.get(pk=pk) if taken else None


def progress(job: Job, done: int, total: int, step: str = "") -> None:
    """Say how far the work is and keep the lease. Raises ``LeaseLost`` when the job is no longer ours."""
    now = database_now()
    kept = Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING).update(
        done=done,
        total=total,
        step=step,
        heartbeat_at=now,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
    )
    if not kept:
        raise LeaseLost(f"job {job.pk}")


def finish(job: Job, **result: object) -> None:
    """Close the job in the transaction that writes its result, so that both happen once or not at all.

    Raises ``LeaseLost`` when another worker has taken over; the transaction must then roll back.
    """
    closed = Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING).update(
        state=JobState.DONE, result=result, done=F("total"), finished_at=database_now(), error=""
    )
    if not closed:
        raise LeaseLost(f"job {job.pk}")


def fail(job: Job, error: str) -> None:
    """Close the job with what went wrong, in words for the person who started it."""
    Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING).update(
        state=JobState.FAILED, error=error, finished_at=database_now()
    )


def sweep() -> list[int]:
    """Ring again for every job that waits or whose worker has gone silent; give up after ``ATTEMPTS`` attempts."""
    now = database_now()
    silent = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    silent.filter(attempts__gte=ATTEMPTS).update(
        state=JobState.FAILED, error=f"The worker stopped {ATTEMPTS} times in the middle of this work.", finished_at=now
    )
    waiting = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    jobs = list(Job.objects.filter(waiting).order_by("pk"))
    for job in jobs:
        ring(job)
    return [job.pk for job in jobs]
