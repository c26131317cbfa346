"""What the worker does with a document: has it scanned, reads its text, draws its pages."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.examiner.kinds import DRAWN, LAID_OUT, PDF
from assessments.models import Evidence, EvidenceState, PageImage
from assessments.selectors.quarantine import VIRUS
from assessments.services import examining, library, scanning
from assessments.services.examining import Reading
from assessments.services.filetypes import RefusedFile
from assessments.services.keeping import BATCH
from units import audit, jobs, notices
from units.models import Job
from units.selectors import database_now

LayOut = Callable[[Evidence, Reading], bytes]
READ = 256 * 1024


class Lost(Exception):
    """The stored file is gone, or is not what was taken in."""


@contextmanager
def checked_out(evidence: Evidence) -> Iterator[IO[bytes]]:
    """The document on disk, once its digest is the one that was taken in. Raises ``Lost``."""
    try:
        with evidence.file.open("rb") as stored, examining.on_disk(iter(lambda: stored.read(READ), b"")) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != evidence.sha256:  # type: ignore[arg-type]
                raise Lost(evidence.name)
            file.seek(0)
            yield file
    except FileNotFoundError as error:
        raise Lost(evidence.name) from error


def examine(*, job: Job, lay_out: LayOut) -> None:
    """Do the job's work on its document: scan it if it waits, read it if nobody has, draw a batch of its pages.

    Where the scanner is off, the document goes on waiting; the sweep asks again. ``lay_out(evidence, reading)`` makes a
    PDF of what was read in an Office file.
    """
    evidence = Evidence.objects.select_related("unit", "uploaded_by").filter(pk=job.arguments["evidence"]).first()
    if evidence is None or not evidence.file:
        jobs.finish(job)
        return
    try:
        with checked_out(evidence) as file:
            evidence = _scanned(evidence, file)
            if evidence.state == EvidenceState.CLEAN:
                _shown(evidence, file, job, lay_out)
    except Lost:
        jobs.fail(job, f"The stored file of evidence {evidence.pk} is missing or changed.")
        return
    jobs.finish(job, state=evidence.state)


def _scanned(evidence: Evidence, file: IO[bytes]) -> Evidence:
    if evidence.state != EvidenceState.WAITING or not scanning.is_configured():
        return evidence
    try:
        verdict = scanning.scan(file)
    except scanning.ScannerOff:
        return evidence
    file.seek(0)
    return settle(evidence=evidence, virus=verdict.virus)


@transaction.atomic
def settle(*, evidence: Evidence, virus: str) -> Evidence:
    """Let the document out of quarantine, or shut it away for good and tell its uploader."""
    row = Evidence.objects.select_related("unit", "uploaded_by").select_for_update(of=("self",)).get(pk=evidence.pk)
    if row.state != EvidenceState.WAITING:
        return row
    row.scanned_at = database_now()
    row.state = EvidenceState.REFUSED if virus else EvidenceState.CLEAN
    if virus:
        row.state_note = " ".join(filter(None, [row.state_note, f"{VIRUS}{'_'.join(virus.split())}"]))[:300]
    row.save(update_fields=["state", "state_note", "scanned_at"])
    if virus and row.uploaded_by:
        with override("vi"):
            words = _("The virus scanner found “%(virus)s” in “%(name)s”. The file is locked; bring another one.")
            notices.post([row.uploaded_by], words % {"virus": virus, "name": row.name})
    audit.record(None, "evidence.scanned", row, unit=row.unit, name=row.name, virus=virus)
    return row


def _shown(evidence: Evidence, file: IO[bytes], job: Job, lay_out: LayOut) -> None:
    reading = None
    if not library.is_read(evidence) or evidence.content_type in LAID_OUT:
        reading = _read(evidence, file)
    first = int(job.arguments.get("first", 1))
    if evidence.content_type in DRAWN:
        _draw(evidence, file, evidence.content_type, first, job)
    elif reading and reading.blocks and not evidence.pages:
        _draw_laid_out(evidence, lay_out(evidence, reading), job)


def _read(evidence: Evidence, file: IO[bytes]) -> Reading | None:
    """The text goes into the row, once; a document without readable text is none the worse for it."""
    try:
        reading = examining.read(file, evidence.content_type)
    except RefusedFile:
        reading = None
    if not library.is_read(evidence):
        Evidence.objects.filter(pk=evidence.pk).update(text=reading.text if reading else "")
        library.read_heading(evidence)
    return reading


def _draw(evidence: Evidence, file: IO[bytes], content_type: str, first: int, job: Job) -> None:
    last = min(evidence.pages, first + BATCH - 1)
    there = set(PageImage.objects.filter(evidence=evidence).values_list("number", flat=True))
    if there.issuperset(range(first, last + 1)):
        return
    for number, image in examining.draw(file, content_type, first, last):
        if number not in there:
            store_page(evidence, number, image)
        jobs.progress(job, number - first + 1, last - first + 1)


def _draw_laid_out(evidence: Evidence, laid_out: bytes, job: Job) -> None:
    """An Office file has as many pages as its plain layout, which is drawn at once and not kept."""
    if not laid_out:
        return
    with examining.on_disk(iter([laid_out])) as file:
        evidence.pages = examining.inspect(file, "a.pdf").pages
        for first in range(1, evidence.pages + 1, BATCH):
            _draw(evidence, file, PDF.content_type, first, job)
    Evidence.objects.filter(pk=evidence.pk).update(pages=evidence.pages)


def store_page(evidence: Evidence, number: int, image: bytes) -> None:
    """Keep the picture of a page, unless the document went away or another worker was faster."""
    row = PageImage(evidence=evidence, number=number)
    row.file.save(f"{uuid4().hex}.png", ContentFile(image), save=False)
    PageImage.objects.bulk_create([row], ignore_conflicts=True)
    kept = PageImage.objects.filter(evidence=evidence, number=number, file=row.file.name)
    if not kept.exists():
        row.file.delete(save=False)
