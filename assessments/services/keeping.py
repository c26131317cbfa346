"""Bytes of a document put into the store, once a unit, as long as there is room."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from assessments.models import ArchiveMember, Evidence, EvidenceState, Intake
from assessments.selectors.quarantine import NO_SCANNER, active_note
from assessments.selectors.room import taken
from assessments.services import scanning
from assessments.services.examining import Findings
from assessments.services.filetypes import Refusal, RefusedFile, extension
from assessments.services.indexing import indexed
from units import jobs
from units.models import Unit, User
from units.selectors import database_now

LONGEST_MEMBER = 200
BATCH = 20
TASK = "assessments.tasks.examine"


@dataclass(frozen=True)
class Arrived:
    """A document that lies on disk, examined, and has yet to be stored."""

    file: IO[bytes]
    name: str
    size: int
    sha256: str
    findings: Findings


def locked(unit: Unit) -> Unit:
    """The unit, locked: of uploads at the edge of the quota exactly one gets in, and the same bytes come in once."""
    return Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def assert_room(unit: Unit, size: int, besides: Intake | None = None) -> None:
    """Raise ``RefusedFile`` where the unit's quota or the server's disk has no room. The unit is locked.

    ``besides``: the upload that is to become the document, and counts as such already.
    """
    count, stored = taken(unit, besides)
    if count >= settings.EVIDENCE_UNIT_FILES or stored + size > settings.EVIDENCE_UNIT_BYTES:
        raise RefusedFile(Refusal.QUOTA)
    if free_bytes() - size < settings.EVIDENCE_FREE_BYTES:
        raise RefusedFile(Refusal.NO_ROOM)


def free_bytes() -> int:
    """What the disk of the store still holds. A store that is no disk of ours has no bottom that we could see."""
    place = getattr(default_storage, "location", None)
    if place is None:
        return settings.EVIDENCE_FREE_BYTES + settings.EVIDENCE_UNIT_BYTES
    folder = Path(place)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def kept(unit: Unit, arrived: Arrived, by: User, besides: Intake | None = None) -> Evidence:
    """The locked unit's document with these bytes, stored if it is new. A failed transaction leaves no file behind.

    Raises ``RefusedFile`` without room, or for bytes in which the scanner found a virus before.
    """
    standing = Evidence.objects.filter(unit=unit, sha256=arrived.sha256).first()
    if standing and standing.state == EvidenceState.REFUSED:
        raise RefusedFile(Refusal.INFECTED)
    if standing:
        return standing
    assert_room(unit, arrived.size, besides)
    fresh = _fresh(unit, arrived, by)
    arrived.file.seek(0)
    fresh.file.save(f"{uuid4().hex}{extension(arrived.name)}", File(arrived.file), save=False)
    try:
        fresh.save(force_insert=True)
        _keep_members(fresh, arrived)
        ask_to_examine(fresh)
    except Exception:
        fresh.file.delete(save=False)
        raise
    return fresh


def _fresh(unit: Unit, arrived: Arrived, by: User) -> Evidence:
    waits = scanning.is_configured()
    notes = [*([] if waits else [NO_SCANNER]), *active_note(arrived.findings.active)]
    fresh = Evidence(
        unit=unit,
        name=arrived.name,
        content_type=arrived.findings.content_type,
        size=arrived.size,
        sha256=arrived.sha256,
        pages=arrived.findings.pages,
        state=EvidenceState.WAITING if waits else EvidenceState.CLEAN,
        state_note=" ".join(notes),
        uploaded_by=by,
        uploaded_at=database_now(),
    )
    # Found and sorted by its name from the first moment: the worker may be minutes behind with its text.
    fresh.folded = indexed(fresh)
    return fresh


def _keep_members(evidence: Evidence, arrived: Arrived) -> None:
    ArchiveMember.objects.bulk_create(
        ArchiveMember(evidence=evidence, name=each.name[-LONGEST_MEMBER:], size=each.size, sha256=each.sha256)
        for each in arrived.findings.members
    )


def ask_to_examine(evidence: Evidence, first: int = 1) -> None:
    """Have the worker scan the document, read its text and draw its pages from ``first`` on."""
    jobs.open_job(
        task=TASK,
        title=evidence.name,
        key=f"evidence:{evidence.pk}:{first}",
        by=None,
        arguments={"evidence": evidence.pk, "first": first},
    )


def batch_of(number: int) -> int:
    """The first page of the batch that page ``number`` is drawn in.

    >>> batch_of(1), batch_of(20), batch_of(21)
    (1, 1, 21)
    """
    return (number - 1) // BATCH * BATCH + 1
