"""Doorbells of the results app: a job's id in, one service called."""

import logging

from celery import shared_task

from results.documents.decision import decision_pdf
from results.models import Decision, Run
from results.services import decisions, runs
from units import jobs

logger = logging.getLogger(__name__)


@shared_task
def compute(job_id: int) -> None:
    """Compute the run that waits for the job, unless another worker has it."""
    job = jobs.claim(job_id)
    if job is None:
        return
    try:
        runs.compute(run=Run.objects.get(job=job), job=job)
    except jobs.LeaseLost:
        logger.warning("Job %s was taken over by another worker; nothing was written here.", job_id)


@shared_task
def render_decision(job_id: int) -> None:
    """Render the decision's document, unless another worker has it."""
    job = jobs.claim(job_id)
    if job is None:
        return
    try:
        decisions.render(decision=Decision.objects.get(job=job), job=job, draw=decision_pdf)
    except jobs.LeaseLost:
        logger.warning("Job %s was taken over by another worker; nothing was written here.", job_id)
