"""To whom pieces of a dossier can be given, found by what a person types."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from assessments.models import Assessment
from assessments.selectors.delegation import WRITERS
from units.models import Division, Membership, Unit, User
from units.naming import folded

Owner = Unit | Division | User
MOST_OFFERED = 300


class Unknown(ValueError):
    """Nobody is called so."""


class Ambiguous(ValueError):
    """More than one is called so. ``names``: what tells them apart."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("; ".join(names))
        self.names = names


@dataclass(frozen=True)
class Candidate:
    """One to whom work can be given. ``name`` tells it from all others; ``called``: all that people type for it."""

    owner: Owner
    name: str
    called: frozenset[str]


def candidates_of(assessment: Assessment) -> list[Candidate]:
    """The dossier's unit and those directly below it, its divisions, the people who write for any of them.

    Three queries. People of the own unit stand before those of units below.
    """
    end = assessment.cycle.period_end
    units = Unit.objects.filter(Q(pk=assessment.unit_id) | Q(parent=assessment.unit_id), valid_from__lte=end)
    units = units.filter(Q(valid_until=None) | Q(valid_until__gt=end)).order_by("sort_key", "code")
    found = [Candidate(unit, unit.name, _words(unit.name, unit.code)) for unit in units]
    for division in Division.objects.filter(unit=assessment.unit_id).select_related("unit"):
        name = f"{division.name} ({division.unit.name})"
        found.append(Candidate(division, name, _words(name, division.name)))
    return found + list(_people(assessment))


def _people(assessment: Assessment) -> Iterable[Candidate]:
    today, own = timezone.localdate(), assessment.unit_id
    rows = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, role__in=WRITERS)
    rows = rows.filter(Q(unit=own) | Q(unit__parent=own), user__is_active=True).select_related("user")
    people = {row.user_id: row.user for row in sorted(rows, key=lambda row: (row.unit_id != own, row.user.full_name))}
    for person in people.values():
        name = f"{person.full_name} ({person.username})"
        yield Candidate(person, name, _words(name, person.full_name, person.username))


def _words(*texts: str) -> frozenset[str]:
    return frozenset(folded(text) for text in texts if text)


def offered(candidates: Iterable[Candidate]) -> list[str]:
    """The names that the page offers while a person types."""
    return [each.name for each in candidates][:MOST_OFFERED]


def find(candidates: Iterable[Candidate], typed: str) -> Owner:
    """The one that is called so, without regard to case and diacritics. Raises ``Unknown``, ``Ambiguous``."""
    wanted, known = folded(typed), list(candidates)
    exact = [each for each in known if folded(each.name) == wanted]
    found = exact or [each for each in known if wanted in each.called]
    if not found:
        raise Unknown(typed)
    if len(found) > 1:
        raise Ambiguous([each.name for each in found])
    return found[0].owner
