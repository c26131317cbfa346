"""Runs."""

from results.models import Run
from units.models import Job


def compute(*, run: Run, job: Job | None = None) -> Run:
    return run
