"""The receipt's paper, stored once beside what it prints."""

import hashlib
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from assessments.models import Receipt
from units import audit, jobs
from units.models import Job


@transaction.atomic
def store_pdf(*, receipt: Receipt, content: bytes, job: Job) -> Receipt:
    """Keep the rendered receipt and close the job with it: both once, or neither. Raises ``LeaseLost``."""
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("assessment__unit").get(pk=receipt.pk)
    if not receipt.pdf:
        receipt.pdf_sha256 = hashlib.sha256(content).hexdigest()
        receipt.pdf.save(f"{uuid4().hex}.pdf", ContentFile(content), save=False)
        receipt.save(update_fields=["pdf", "pdf_sha256"])
    jobs.finish(job, sha256=receipt.pdf_sha256)
    audit.record(job.created_by, "receipt.printed", receipt, unit=receipt.assessment.unit, sha256=receipt.pdf_sha256)
    return receipt
