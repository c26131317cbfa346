"""What is written of a unit's documents: what was read from them, what a person confirms, where they are cited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from assessments import headings
from assessments.models import Assessment, AssessmentState, Citation, Evidence
from assessments.models.boxes import FIELDS, Box
from assessments.services import citing, gates, keeping
from assessments.services.indexing import indexed
from assessments.states import NotAllowed
from criteria.models import Criterion
from units import audit
from units.models import User
from units.naming import normalised
from units.selectors import database_now

DATA = ("number", "issued_on", "issuer", "abstract", "effective_from", "period_start", "period_end")
READ = "is_read"
HANDED_IN = (AssessmentState.SUBMITTED, AssessmentState.APPRAISED)


class Held(Exception):
    """The document's data were confirmed and a dossier that cites it is handed in: they stay as they are."""


@transaction.atomic
def read_heading(evidence: Evidence) -> Evidence:
    """Keep what the document's text says of itself as proposals, and index it. Reading it again changes nothing.

    Called by the worker once ``text`` stands there; people confirm the values.
    """
    row = Evidence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=evidence.pk)
    found, index = _proposals(row.text), indexed(row)
    if (row.read, row.folded) != (found, index):
        row.read, row.folded = found, index
        row.save(update_fields=["read", "folded"])
        audit.record(None, "evidence.read", row, unit=row.unit, found=sorted(found))
    return row


def is_read(evidence: Evidence) -> bool:
    """Whether the document's text was looked at, also where it says nothing: ``folded`` is written before."""
    return READ in evidence.read


def _proposals(text: str) -> dict[str, str]:
    """What was found, as text: days as YYYY-MM-DD."""
    heading = headings.read(text)
    first, last = heading.period or (None, None)
    values = {
        "kind": heading.kind,
        "number": heading.number,
        "issued_on": heading.issued_on,
        "issuer": heading.issuer,
        "abstract": heading.abstract,
        "signer": heading.signer,
        "effective_from": heading.effective_from,
        "period_start": first,
        "period_end": last,
    }
    return {READ: "1"} | {name: str(value) for name, value in values.items() if value}


@transaction.atomic
def confirm(*, evidence: Evidence, by: User, **data: str | date | None) -> Evidence:
    """A person answers for the document's data: all of ``DATA``. The same once more changes nothing.

    Raises ``Held`` where others were confirmed before and a dossier that cites the document is handed in.
    """
    row = Evidence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=evidence.pk)
    before = {name: getattr(row, name) for name in DATA}
    values = {name: normalised(value) if isinstance(value, str) else value for name, value in data.items()}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if row.confirmed_at and not changed:
        return row
    if row.confirmed_at and is_held(row):
        raise Held(row.name)
    for name, value in values.items():
        setattr(row, name, value)
    row.confirmed_by, row.confirmed_at, row.folded = by, database_now(), indexed(row)
    row.save(update_fields=[*values, "confirmed_by", "confirmed_at", "folded"])
    audit.record(by, "evidence.confirmed", row, unit=row.unit, name=row.name, **_texts(changed))
    return row


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def is_held(evidence: Evidence) -> bool:
    """Whether a dossier that was handed in rests on the document."""
    return Citation.objects.filter(evidence=evidence, score__assessment__state__in=HANDED_IN).exists()


@dataclass(frozen=True)
class Where:
    """A leaf that the document is to prove: where in it, on which pages, which asked line it answers."""

    criterion: Criterion
    place: str = ""
    page: int | None = None
    asked: str = ""
    page_to: int | None = None


@transaction.atomic
def cite_on(*, assessment: Assessment, evidence: Evidence, leaves: Iterable[Where], by: User) -> list[Citation]:
    """Cite one document on any number of leaves: on all of them or on none. A leaf that cites it stays as it is.

    Raises ``BadScore``, ``Amended``, ``NotAllowed`` (also for a document of another unit or one that was refused) or
    ``PhaseClosed``.
    """
    if evidence.unit_id != assessment.unit_id or evidence.state == "refused":
        raise NotAllowed(f"evidence {evidence.pk}")
    gates.locked(assessment)
    # Who takes the document's last citation off drops it under the same lock.
    keeping.locked(assessment.unit)
    if not Evidence.objects.filter(pk=evidence.pk).exists():
        raise NotAllowed(f"evidence {evidence.pk} is gone")
    made = []
    for each in leaves:
        standing, criterion = citing.assert_citable(assessment, each.criterion)
        kept = {"place": each.place, "asked": each.asked}
        citation = citing.cite(assessment=standing, criterion=criterion, evidence=evidence, by=by, **kept)
        if each.page and citation.page is None:
            citation.page, citation.page_to = each.page, each.page_to
            citation.save(update_fields=["page", "page_to"])
        made.append(citation)
    return made


@transaction.atomic
def place(
    *,
    citation: Citation,
    place: str,
    page: int | None,
    page_to: int | None = None,
    box: Box | None = None,
    asked: str,
    period_reason: str,
    by: User,
) -> Citation:
    """Where the proof stands, which asked line it answers, and why a document outside the period proves it.

    ``box``: on ``page``. One that stays as it was while the page changes was drawn on the page before, and goes.
    Raises ``NotAllowed`` or ``PhaseClosed``. The same once more changes nothing.
    """
    assessment, _ = gates.opened(citation.score.assessment)
    row = gates.cited(citation)
    gates.assert_leaf_open(assessment, row.score.criterion)
    if page is None or (page != row.page and box == row.box):
        box = None
    boxed = dict(zip(FIELDS, box or (None,) * len(FIELDS), strict=True))
    said = {"place": place, "page": page, "page_to": page_to, "asked": asked, "period_reason": period_reason}
    changed = {name: value for name, value in said.items() if getattr(row, name) != value}
    told = _texts(changed) | ({} if box == row.box else {"box": str(box or "")})
    if told:
        for name, value in (changed | boxed).items():
            setattr(row, name, value)
        row.save(update_fields=[*changed, *boxed])
        code = row.score.criterion.code
        audit.record(by, "evidence.placed", row, unit=assessment.unit, criterion=code, **told)
    return row


@transaction.atomic
def share(*, evidence: Evidence, reason: str, by: User) -> Evidence:
    """Say why the same document may stand at other units too; an empty reason takes that back."""
    row = Evidence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=evidence.pk)
    if row.shared_reason != reason:
        row.shared_reason = reason
        row.save(update_fields=["shared_reason"])
        audit.record(by, "evidence.shared", row, unit=row.unit, name=row.name, reason=reason)
    return row
