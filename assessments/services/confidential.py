"""Confidential documents: their class, who needs to know them, and every look at one."""

from django.db import transaction

from assessments.models import Evidence, EvidenceReader
from assessments.services import archives, keeping
from assessments.services.indexing import indexed
from units import audit
from units.models import User
from units.selectors import database_now

LOOKED = "evidence.looked"


@transaction.atomic
def set_class(*, evidence: Evidence, is_confidential: bool, by: User) -> Evidence:
    """Make a document confidential, or open it to the whole unit again; as it is already: nothing changes.

    The list of those who need to know stays for the next time. What a search finds changes at once, and archives in
    which it may lie are dropped.
    """
    keeping.locked(evidence.unit)
    row = Evidence.objects.select_for_update(of=("self",)).select_related("unit").get(pk=evidence.pk)
    if row.is_confidential != is_confidential:
        row.is_confidential = is_confidential
        row.folded = indexed(row)
        row.save(update_fields=["is_confidential", "folded"])
        if is_confidential:
            archives.forget(row.unit)
        audit.record(by, "evidence.classed", row, unit=row.unit, name=row.name, confidential=is_confidential)
    return row


@transaction.atomic
def add_reader(*, evidence: Evidence, user: User, by: User) -> EvidenceReader:
    """Put a person on the list; one who is on it stays as he is."""
    at = database_now()
    reader, created = EvidenceReader.objects.get_or_create(
        evidence=evidence, user=user, defaults={"added_by": by, "added_at": at}
    )
    if created:
        audit.record(by, "evidence.reader_added", evidence, unit=evidence.unit, reader=user.username)
    return reader


@transaction.atomic
def remove_reader(*, evidence: Evidence, user: User, by: User) -> None:
    """Take a person off the list; one who is not on it: nothing changes."""
    gone, _ = EvidenceReader.objects.filter(evidence=evidence, user=user).delete()
    if gone:
        audit.record(by, "evidence.reader_removed", evidence, unit=evidence.unit, reader=user.username)


@transaction.atomic
def look(*, evidence: Evidence, how: str, by: User, page: int | None = None) -> None:
    """Record that a person is shown a confidential document; nothing of one that is open.

    ``how``: ``preview``, ``page``, ``file`` or ``difference``. Written before anything is handed out.
    """
    if evidence.is_confidential:
        where = {} if page is None else {"page": page}
        audit.record(by, LOOKED, evidence, unit=evidence.unit, how=how, name=evidence.name, **where)
