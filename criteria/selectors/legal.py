"""Legal documents: the library, and what rests on a document that is no longer in force."""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
    """A set that rests on a repealed document. ``whole``: the set itself names it; ``leaves``: criteria that do."""

    criteria_set: CriteriaSet
    number: str
    replaced_by: str
    whole: bool
    criteria: tuple[Criterion, ...]


def resting_on_repealed(authorities: Collection[Unit], now: datetime) -> list[Resting]:
    """By set and document: drafts of the authorities, and their issued sets in cycles that still run."""
    _known, repealed = numbers()
    if not repealed or not authorities:
        return []
    sets = CriteriaSet.objects.filter(cycle__authority__in=authorities).select_related("cycle")
    working = sets.filter(state__in=(SetState.DRAFT, SetState.CHECKED))
    in_force = sets.filter(state=SetState.ISSUED, cycle__in=standing_cycles(now).values("pk"))
    found = [*in_force.order_by("cycle", "kind"), *working.order_by("cycle", "kind", "version")]
    criteria = Criterion.objects.filter(criteria_set__in=found).exclude(legal_basis="").order_by("position")
    by_set: dict[int, list[Criterion]] = {}
    for criterion in criteria:
        by_set.setdefault(criterion.criteria_set_id, []).append(criterion)
    return [each for one in found for each in _resting(one, by_set.get(one.pk, []), repealed)]


def _resting(one: CriteriaSet, criteria: list[Criterion], repealed: Mapping[str, str]) -> Iterator[Resting]:
    named = dict(_repealed(one.legal_basis, repealed))
    whole = set(named)
    leaves: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        for key, number in dict(_repealed(criterion.legal_basis, repealed)).items():
            named.setdefault(key, number)
            leaves.setdefault(key, []).append(criterion)
    for key, number in named.items():
        yield Resting(one, number, repealed[key], key in whole, tuple(leaves.get(key, ())))


def _repealed(text: str, repealed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Key and number, as typed, of each repealed document that the text names."""
    for each in bases.parse(text):
        if (key := bases.key(each.number)) in repealed:
            yield key, each.number
