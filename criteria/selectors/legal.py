"""Legal documents: the library, and what rests on a document that is no longer in force."""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

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


def numbers() -> tuple[frozenset[str], dict[str, str]]:
    """Keys of all documents; and of those no longer in force, with the number of what took their place or ""."""
    rows = list(LegalDocument.objects.values_list("number", "is_repealed", "replaced_by__number"))
    known = frozenset(bases.key(number) for number, _gone, _other in rows)
    return known, {bases.key(number): other or "" for number, is_gone, other in rows if is_gone}


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


def resting_on_repealed(authorities: Collection[Unit], now: datetime) -> list[tuple[Resting, str]]:
    """What rests on a document that is no longer in force, with the number of what took its place or "".

    Drafts of the authorities, and their issued sets in cycles that still run.
    """
    _known, repealed = numbers()
    if not repealed or not authorities:
        return []
    sets = CriteriaSet.objects.filter(cycle__authority__in=authorities).select_related("cycle")
    working = sets.filter(state__in=(SetState.DRAFT, SetState.CHECKED))
    in_force = sets.filter(state=SetState.ISSUED, cycle__in=standing_cycles(now).values("pk"))
    both = [*in_force.order_by("cycle", "kind"), *working.order_by("cycle", "kind", "version")]
    return [(each, repealed[each.key]) for each in resting(both, repealed)]
