"""Writing the self-assessment report, section by section."""

from datetime import datetime

from django.db import transaction

from assessments.models import Assessment, ReportSection
from assessments.selectors.reports import TITLES
from assessments.services import gates
from units import audit
from units.models import User


class StaleSection(Exception):
    """Somebody else saved since the writer looked; ``stored`` is None where the section is the draft again."""

    def __init__(self, stored: ReportSection | None) -> None:
        super().__init__("another version is stored")
        self.stored = stored


@transaction.atomic
def save_section(*, assessment: Assessment, key: str, text: str, version: int, by: User) -> ReportSection:
    """Keep what the unit wrote, built on ``version`` (0: nothing was written yet); the same again changes nothing.

    Raises ``StaleSection``, ``NotAllowed`` or ``PhaseClosed``; ``KeyError`` for a section that no report has.
    """
    assessment, now = gates.opened(assessment)
    row = _row(assessment, key, now)
    if row.pk and row.text == text:
        return row
    _assert_current(row, version)
    row.text, row.updated_by, row.updated_at = text, by, now
    row.version += 1
    row.save()
    audit.record(by, "report.written", row, unit=assessment.unit, section=key, text=text, version=row.version)
    return row


@transaction.atomic
def drop_section(*, assessment: Assessment, key: str, version: int, by: User) -> None:
    """Go back to what is drafted from the scores; what was written stays in the audit trail. Twice changes nothing.

    Raises as ``save_section``.
    """
    assessment, now = gates.opened(assessment)
    row = _row(assessment, key, now)
    if not row.pk:
        return
    _assert_current(row, version)
    audit.record(by, "report.dropped", row, unit=assessment.unit, section=key, text=row.text, version=row.version)
    row.delete()


def _row(assessment: Assessment, key: str, now: datetime) -> ReportSection:
    """The stored section, locked with its dossier; a new one of version 0 where nothing was written."""
    assert TITLES[key]
    fresh = ReportSection(assessment=assessment, key=key, version=0, updated_at=now)
    rows = ReportSection.objects.select_for_update(of=("self",)).select_related("updated_by")
    return rows.filter(assessment=assessment, key=key).first() or fresh


def _assert_current(row: ReportSection, version: int) -> None:
    """The guard against lost updates: compared under the dossier's lock, never before it."""
    if row.version != version:
        raise StaleSection(row if row.pk else None)
