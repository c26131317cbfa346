"""A dossier packed as one ZIP file: the same content gives the same bytes, stored once."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, DossierArchive, Evidence, Receipt
from assessments.selectors import Altered
from assessments.selectors.archives import Entry, Manifest, Paper, archive_key, is_stored, manifest
from assessments.selectors.naming import closed_in, names_closed
from assessments.selectors.previews import whole
from assessments.services import keeping
from units import audit, jobs
from units.models import Job, Unit, User
from units.selectors import database_now

TASK = "assessments.tasks.pack_dossier"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first instant that a ZIP file can name: no clock goes into the bytes."""
PIECE = 1024 * 1024
MODE = 0o100644 << 16
UNIX = 3
KEPT = 2
Index = Callable[[Manifest], Mapping[str, bytes]]


@transaction.atomic
def ask(*, assessment: Assessment, by: User) -> DossierArchive:
    """The archive of the dossier as it stands: the stored one where nothing changed since, else a job is begun."""
    assessment = (
        Assessment.objects.select_for_update(of=("self",)).select_related("unit", "cycle").get(pk=assessment.pk)
    )
    content = manifest(assessment).digest
    given = {"asked_by": by, "asked_at": database_now()}
    archive, created = DossierArchive.objects.get_or_create(assessment=assessment, content=content, defaults=given)
    if is_stored(archive):
        return archive
    archive.job = _open(archive, by)
    archive.save(update_fields=["job"])
    if created:
        audit.record(by, "archive.asked", archive, unit=assessment.unit, content=content)
    return archive


def _open(archive: DossierArchive, by: User) -> Job:
    return jobs.open_job(
        task=TASK,
        title=gettext("Dossier of %(unit)s as a ZIP file") % {"unit": archive.assessment.unit.name},
        key=archive_key(archive),
        by=by,
        arguments={"archive": archive.pk},
        link=reverse("assessments:archive", args=[archive.assessment_id]),
    )


def pack(*, job: Job, index: Index) -> None:
    """Write the archive of the job beside the store and keep it. ``index``: the names and bytes of its index files.

    What has changed since it was asked for goes in as it is now; one that newer archives took the place of meanwhile
    is not made. Raises ``LeaseLost``.
    """
    rows = DossierArchive.objects.select_related("assessment__unit", "assessment__cycle")
    archive = rows.filter(pk=job.arguments["archive"]).first()
    if archive is None:
        jobs.finish(job)
        return
    found = manifest(archive.assessment)
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        try:
            write(file, found, index(found), lambda done, total, step: jobs.progress(job, done, total, step[:200]))
        except Altered as error:
            jobs.fail(job, gettext("The stored file of “%(name)s” is missing or changed.") % {"name": error})
            return
        _keep(archive, found, file, job)


def write(file: IO[bytes], found: Manifest, index: Mapping[str, bytes], tell: Callable[[int, int, str], None]) -> None:
    """The archive's bytes: index, receipts, then the documents leaf by leaf, stored and not compressed.

    ``tell(done, total, step)`` is called for every file. Raises ``Altered`` with the name of a document that is gone.
    """
    total = len(index) + len(found.packed_papers) + len(found.packed)
    done = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
        for name, content in sorted(index.items()):
            _put(packed, name, content)
        for paper in found.packed_papers:
            _put(packed, paper.path, _content(paper))
        done = len(index) + len(found.packed_papers)
        tell(done, total, "")
        for entry in found.packed:
            _copy(packed, entry)
            done += 1
            tell(done, total, entry.path)


def _info(path: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_STORED, UNIX, MODE
    info.file_size = size
    return info


def _put(packed: zipfile.ZipFile, path: str, content: bytes) -> None:
    packed.writestr(_info(path, len(content)), content)


def _content(paper: Paper) -> bytes:
    receipt = Receipt.objects.get(pk=paper.receipt)
    if not paper.is_pdf:
        return receipt.content.encode()
    try:
        with receipt.pdf.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise Altered(paper.path) from error
    return content


def _copy(packed: zipfile.ZipFile, entry: Entry) -> None:
    """Piece by piece: a document of two gigabytes never lies in memory."""
    try:
        document = Evidence.objects.get(pk=entry.evidence)
        with whole(document) as source, packed.open(_info(entry.path, entry.size), "w") as target:
            for piece in iter(lambda: source.read(PIECE), b""):
                target.write(piece)
    except (Altered, Evidence.DoesNotExist) as error:
        raise Altered(entry.name) from error


@transaction.atomic
def _keep(archive: DossierArchive, found: Manifest, file: IO[bytes], job: Job) -> None:
    """Store the file once and close the job with it; of earlier archives only the last few files stay.

    One that holds what became confidential while it was packed is not kept: the next one goes without it.
    """
    keeping.locked(archive.assessment.unit)
    if _holds_closed(archive.assessment, found):
        jobs.finish(job)
        return
    given = {"asked_by": archive.asked_by, "asked_at": archive.asked_at, "job": job}
    row, _ = DossierArchive.objects.get_or_create(assessment=archive.assessment, content=found.digest, defaults=given)
    row = DossierArchive.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not is_stored(row):
        file.seek(0)
        row.sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        row.size = file.seek(0, 2)
        file.seek(0)
        row.file.save(f"{row.content}.zip", File(file), save=False)
        row.save()
        unit = archive.assessment.unit
        audit.record(job.created_by, "archive.made", row, unit=unit, sha256=row.sha256, size=row.size)
    _drop_older(row)
    jobs.finish(job, archive=row.pk, sha256=row.sha256)


def _holds_closed(assessment: Assessment, found: Manifest) -> bool:
    """Whether a document in the archive is confidential by now, or a receipt in it names one that is."""
    if Evidence.objects.filter(pk__in=[each.evidence for each in found.packed], is_confidential=True).exists():
        return True
    receipts = {each.receipt for each in found.packed_papers}
    closed = closed_in(assessment.unit_id)
    return any(names_closed(each, closed) for each in Receipt.objects.filter(pk__in=receipts))


def _drop_older(row: DossierArchive) -> None:
    """Archives are made again in minutes: a full disk would stop the uploads of a whole province."""
    older = DossierArchive.objects.filter(assessment=row.assessment_id).exclude(pk=row.pk).order_by("-pk")
    for each in older[KEPT - 1 :]:
        _drop(each)


def forget(unit: Unit) -> None:
    """Drop every archive of the unit's dossiers, for one may hold what became confidential. The unit is locked."""
    for each in DossierArchive.objects.filter(assessment__unit=unit):
        _drop(each)


def _drop(archive: DossierArchive) -> None:
    storage, name = archive.file.storage, archive.file.name
    archive.delete()
    if name:
        transaction.on_commit(partial(storage.delete, name))
