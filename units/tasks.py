"""Doorbells of the units app."""

from celery import shared_task

from units import jobs


@shared_task
def sweep_jobs() -> None:
    """Ring again for abandoned work."""
    jobs.sweep()
