"""The library of legal documents."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from django.db import transaction

from criteria.models import LegalDocument
from criteria.selectors import legal
from criteria.tree import bases
from criteria.tree.bases import Entry
from units import audit
from units.models import User


class BadDocument(ValueError):
    """Nothing was written. ``field`` of the entry is wrong for ``reason``: taken, unknown or circle."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@transaction.atomic
def save(*, entry: Entry, by: User | None, document: LegalDocument | None = None) -> LegalDocument:
    """Add a document, or change the one given.

    Raises ``BadDocument``: another document has the number, nobody knows the one that took its place, or the two took
    each other's.
    """
    saved = _store(entry, document)
    audit.record(by, "legal.changed", saved, new=document is None, **asdict(entry))
    return saved


def _store(entry: Entry, document: LegalDocument | None) -> LegalDocument:
    documents = legal.by_key(LegalDocument.objects.select_for_update())
    taken, other = (documents.get(bases.key(number)) for number in (entry.number, entry.replaced_by))
    if taken and (document is None or taken.pk != document.pk):
        raise BadDocument("number", "taken")
    if entry.replaced_by and other is None:
        raise BadDocument("replaced_by", "unknown")
    saved = document or LegalDocument()
    if other and _leads_to(other, saved.pk, {each.pk: each for each in documents.values()}):
        raise BadDocument("replaced_by", "circle")
    _fill(saved, entry, other)
    saved.save()
    return saved


def _leads_to(document: LegalDocument, pk: int | None, by_pk: Mapping[int, LegalDocument]) -> bool:
    """Whether ``pk`` is the document or one of those that took its place, one after the other."""
    while document.pk != pk and document.replaced_by_id is not None:
        document = by_pk[document.replaced_by_id]
    return document.pk == pk


def _fill(document: LegalDocument, entry: Entry, other: LegalDocument | None) -> None:
    document.number, document.date, document.issuer = entry.number, entry.issued_on, entry.issuer
    document.subject, document.source = entry.subject, entry.source
    document.replaced_by = other
    document.is_repealed = entry.is_repealed or other is not None
    document.repealed_on = entry.repealed_on if document.is_repealed else None


@dataclass(frozen=True)
class Added:
    """How many documents were new, and how many were known and left as they are."""

    new: int
    known: int


@transaction.atomic
def add_all(*, entries: Iterable[Entry], by: User | None) -> Added:
    """Add the documents that the library does not know; those that it knows stay as people have left them.

    Raises ``BadDocument`` as ``save`` does; then nothing was written.
    """
    wanted = list(entries)
    known = legal.by_key(LegalDocument.objects.all())
    fresh = [each for each in wanted if bases.key(each.number) not in known]
    made = [_store(replace(each, replaced_by=""), None) for each in fresh]
    for document, entry in zip(made, fresh, strict=True):
        if entry.replaced_by:
            _store(entry, document)
    if made:
        audit.record(by, "legal.loaded", made[-1], new=len(made), known=len(wanted) - len(made))
    return Added(len(made), len(wanted) - len(made))
