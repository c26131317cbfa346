"""Score workbooks that came back: kept as they were read, then written into the dossier as a whole or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from assessments.models import Assessment, Score, SheetReturn
from assessments.services import gates, scores
from criteria.models import Criterion
from units import audit
from units.models import User
from units.selectors import database_now

MOST_WAITING = 20
"""Workbooks of one dossier that were read and not taken; older ones are forgotten when another comes."""


class Overtaken(Exception):
    """Leaves were written by somebody else since the person looked; nothing of the workbook was written."""


@transaction.atomic
def keep(*, assessment: Assessment, name: str, sha256: str, content: str, by: User) -> SheetReturn:
    """Put aside what was read of a workbook. The same file that still waits is kept once."""
    assessment = gates.locked(assessment)
    waiting = SheetReturn.objects.filter(assessment=assessment, applied_at=None)
    if standing := waiting.filter(sha256=sha256, content=content).first():
        return standing
    kept = SheetReturn.objects.create(
        assessment=assessment, name=name[:200], sha256=sha256, content=content, by=by, at=database_now()
    )
    old = waiting.values_list("pk", flat=True)[MOST_WAITING:]
    SheetReturn.objects.filter(pk__in=list(old)).delete()
    audit.record(by, "sheet.brought_back", kept, unit=assessment.unit, name=kept.name, sha256=sha256)
    return kept


def is_taken(row: SheetReturn) -> bool:
    """Whether somebody confirmed the workbook; asked under the lock of its dossier."""
    return row.applied_at is not None


@transaction.atomic
def take(*, returned: SheetReturn, changes: Sequence[tuple[Criterion, Mapping[str, Any]]], by: User) -> list[Score]:
    """Write what the person confirmed, each leaf on the version that was looked at: all of it or nothing.

    A workbook that was taken is not taken again. Raises ``Overtaken``, ``BadScore``, ``NotAllowed``, ``PhaseClosed`` or
    ``Amended``.
    """
    assessment = gates.locked(returned.assessment)
    row = SheetReturn.objects.select_for_update().get(pk=returned.pk)
    if is_taken(row):
        return []
    try:
        written = [
            scores.save_score(assessment=assessment, criterion=criterion, by=by, **values)
            for criterion, values in changes
        ]
    except scores.StaleScore as stale:
        raise Overtaken(stale.stored.criterion.code) from stale
    row.applied_at = database_now()
    row.save(update_fields=["applied_at"])
    codes = [criterion.code for criterion, _values in changes]
    audit.record(by, "sheet.taken", row, unit=assessment.unit, name=row.name, sha256=row.sha256, leaves=codes)
    return written
