"""Legal documents: the library, and what rests on a document that is no longer in force."""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from criteria.models import CriteriaSet, Criterion, LegalDocument, SetState
from criteria.selectors import standing_cycles
from criteria.tree import bases
from units.models import Unit
from units.naming import folded


def library() -> QuerySet[LegalDocument]:
    """Every document with what took its place, by number."""
    return LegalDocument.objects.select_related("replaced_by").order_by("number")


def search(documents: Iterable[LegalDocument], text: str, *, repealed_only: bool = False) -> list[LegalDocument]:
    """Documents with ``text`` in their number, issuer or subject (without diacritics); all for an empty text."""
    wanted = folded(text)
    return [
        each
        for each in documents
        if (not repealed_only or each.is_repealed)
        and wanted in folded(f"{each.number} | {each.issuer} | {each.subject}")
    ]


def by_key(documents: Iterable[LegalDocument]) -> dict[str, LegalDocument]:
    """The documents by the key that references are compared by."""
    return {bases.key(each.number): each for each in documents}


def is_gone(document: LegalDocument, day: date) -> bool:
    """Whether it is no longer in force on ``day``; where nobody knows since when, it is not."""
    if not document.is_repealed:
        return False
    since = document.repealed_on or (document.replaced_by.date if document.replaced_by else None)
    return since is None or since <= day


def numbers(day: date) -> tuple[frozenset[str], dict[str, str]]:
    """Keys of all documents; and of those no longer in force on ``day``, with the number of what took their place."""
    documents = by_key(library())
    gone = {key: each for key, each in documents.items() if is_gone(each, day)}
    return frozenset(documents), {
        key: each.replaced_by.number if each.replaced_by else "" for key, each in gone.items()
    }


@dataclass(frozen=True)
class Resting:
    """A set that rests on a document. ``whole``: the set itself names it; ``criteria``: those that do."""

    criteria_set: CriteriaSet
    key: str
    number: str
    whole: bool
    criteria: tuple[Criterion, ...]


def resting(sets: Collection[CriteriaSet], keys: Container[str]) -> list[Resting]:
    """By set and document, of the documents with the keys. One query."""
    criteria = Criterion.objects.filter(criteria_set__in=sets).exclude(legal_basis="").order_by("position")
    by_set: dict[int, list[Criterion]] = {}
    for criterion in criteria:
        by_set.setdefault(criterion.criteria_set_id, []).append(criterion)
    return [each for one in sets for each in _resting(one, by_set.get(one.pk, []), keys)]


def _resting(one: CriteriaSet, criteria: list[Criterion], keys: Container[str]) -> Iterator[Resting]:
    named = dict(_named(one.legal_basis, keys))
    whole = set(named)
    leaves: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        for key, number in dict(_named(criterion.legal_basis, keys)).items():
            named.setdefault(key, number)
            leaves.setdefault(key, []).append(criterion)
    for key, number in named.items():
        yield Resting(one, key, number, key in whole, tuple(leaves.get(key, ())))


def _named(text: str, keys: Container[str]) -> Iterator[tuple[str, str]]:
    """Key and number, as typed, of each of the documents that the text names."""
    for each in bases.parse(text):
        if (key := bases.key(each.number)) in keys:
            yield key, each.number


def resting_on(document: LegalDocument, authorities: Collection[Unit]) -> list[Resting]:
    """What of the authorities' sets, newest first, names the document."""
    sets = CriteriaSet.objects.filter(cycle__authority__in=authorities).select_related("cycle")
    return resting(list(sets.order_by("-cycle__year", "kind", "-version")), {bases.key(document.number)})


def resting_on_repealed(authorities: Collection[Unit], now: datetime) -> list[tuple[LegalDocument, list[Resting]]]:
    """Each document that is no longer in force, with what still rests on it; none on which nothing does.

    Looked at are drafts of the authorities, and their issued sets in cycles that still run. A document that was in
    force until after the measured period is no worse a basis than it was.
    """
    repealed = by_key(library().filter(is_repealed=True)) if authorities else {}
    if not repealed:
        return []
    sets = CriteriaSet.objects.filter(cycle__authority__in=authorities).select_related("cycle")
    working = sets.filter(state__in=(SetState.DRAFT, SetState.CHECKED))
    in_force = sets.filter(state=SetState.ISSUED, cycle__in=standing_cycles(now).values("pk"))
    both = [*in_force.order_by("cycle", "kind"), *working.order_by("cycle", "kind", "version")]
    found: dict[str, list[Resting]] = {}
    for each in resting(both, repealed):
        if is_gone(repealed[each.key], each.criteria_set.cycle.period_end):
            found.setdefault(each.key, []).append(each)
    return [(repealed[key], rests) for key, rests in found.items()]
