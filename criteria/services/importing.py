"""Annexes on their way into a set: kept as they were handed in until they are confirmed, then made a draft."""

import hashlib
from datetime import timedelta

from django.db import transaction

from criteria.models import CriteriaSet, Cycle, Upload
from criteria.selectors import sets_in_force
from criteria.services import drafting
from criteria.tree.nodes import Outline
from units import audit
from units.models import User
from units.selectors import database_now

WAITS = timedelta(days=7)
"""What nobody confirms within this time is deleted when the next annex comes in."""


@transaction.atomic
def keep(*, cycle: Cycle, kind: str, file_name: str, content: bytes, by: User | None) -> Upload:
    """Put the annex aside; nothing of it is in any set yet."""
    now = database_now()
    Upload.objects.filter(made=None, at__lt=now - WAITS).delete()
    upload = Upload.objects.create(
        cycle=cycle,
        kind=kind,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        by=by,
        at=now,
    )
    audit.record(
        by, "criteria.uploaded", upload, unit=cycle.authority, file_name=upload.file_name, sha256=upload.sha256
    )
    return upload


@transaction.atomic
def confirm(*, upload: Upload, outline: Outline, by: User | None) -> CriteriaSet:
    """The draft that the annex says; confirming again gives the same draft.

    Where a set of the kind is in force, the draft is the version to take its place.
    """
    waiting = Upload.objects.select_for_update().get(pk=upload.pk)
    if waiting.made:
        return waiting.made
    standing = sets_in_force(waiting.cycle).filter(kind=waiting.kind).first()
    waiting.made = drafting.create(
        cycle=waiting.cycle,
        kind=waiting.kind,
        outline=outline,
        by=by,
        replaces=standing,
        is_demo=waiting.cycle.is_demo,
    )
    waiting.save(update_fields=["made"])
    words = {"file_name": waiting.file_name, "sha256": waiting.sha256, "set": waiting.made.pk}
    audit.record(by, "criteria.imported", waiting, unit=waiting.cycle.authority, **words)
    return waiting.made


@transaction.atomic
def cancel(*, upload: Upload, by: User | None) -> None:
    """Forget an annex that was not confirmed. One that became a draft stays as its source."""
    waiting = Upload.objects.select_for_update().filter(pk=upload.pk, made=None).first()
    if waiting is None:
        return
    words = {"file_name": waiting.file_name, "sha256": waiting.sha256}
    audit.record(by, "criteria.upload_cancelled", waiting, unit=waiting.cycle.authority, **words)
    waiting.delete()
