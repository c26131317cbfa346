"""The papers of a dossier as PDF: asked for, printed by the worker, stored once a content."""

import hashlib
from functools import partial
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, PaperKind, Receipt
from assessments.selectors.printing import digest_of, paper_key
from units import audit, jobs
from units.models import Job, JobState, User


@transaction.atomic
def ask_for_paper(*, kind: PaperKind, of: Assessment | Receipt, by: User) -> Job:
    """Ask the worker for the paper of a dossier as it stands, or of a submission; an open request is not doubled."""
    is_receipt = isinstance(of, Receipt)
    assessment = of.assessment if isinstance(of, Receipt) else of
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    page = "assessments:receipt" if is_receipt else "assessments:report"
    job = jobs.open_job(
        task="assessments.tasks.render_paper",
        title=gettext("%(paper)s of %(unit)s") % {"paper": kind.label, "unit": assessment.unit.name},
        key=paper_key(kind, of),
        by=by,
        arguments={"kind": str(kind), "receipt" if is_receipt else "assessment": of.pk},
        link=reverse(page, args=[of.pk]),
    )
    audit.record(by, "paper.asked", of, unit=assessment.unit, paper=str(kind), job=job.pk)
    return job


@transaction.atomic
def store_paper(*, job: Job, html: str, content: bytes) -> None:
    """Keep the rendered paper and close the job with it: both once, or neither. Raises ``LeaseLost``.

    What was printed of it before goes: it was of another content.
    """
    path = default_storage.save(f"papers/{uuid4().hex}.pdf", ContentFile(content))
    try:
        jobs.finish(job, path=path, content=digest_of(html), sha256=hashlib.sha256(content).hexdigest())
    except jobs.LeaseLost:
        default_storage.delete(path)
        raise
    for old in Job.objects.filter(key=job.key, state=JobState.DONE).exclude(pk=job.pk).exclude(result={}):
        gone = str(old.result.get("path", ""))
        Job.objects.filter(pk=old.pk).update(result={})
        transaction.on_commit(partial(default_storage.delete, gone))
