"""Doorbells of the assessments app."""

from celery import shared_task

from assessments import documents
from assessments.models import Receipt
from assessments.services import receipts
from units import jobs, pdf


@shared_task
def render_receipt(job_id: int) -> None:
    """Print the receipt of the job, unless another worker has the job or it is done."""
    job = jobs.claim(job_id)
    if job is None:
        return
    receipt = Receipt.objects.get(pk=job.arguments["receipt"])
    try:
        content = pdf.render(documents.receipt(receipt))
    except pdf.MissingLibrary as error:
        jobs.fail(job, str(error))
        return
    receipts.store_pdf(receipt=receipt, content=content, job=job)
