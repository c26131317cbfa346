"""What an amendment of a criteria set in mid-cycle does to appraisals and seats. Part of the caller's transaction."""

from collections.abc import Collection, Mapping

from django.db import transaction

from councils.models import Appraisal, Assignment
from councils.selectors.seats import seated
from criteria.models import CriteriaSet
from units import audit, notices
from units.models import User


@transaction.atomic
def move(
    *, old: CriteriaSet, new: CriteriaSet, pairs: Mapping[int, int], nodes: Mapping[int, int], by: User | None
) -> tuple[int, int]:
    """Decisions on the leaves of ``pairs`` and seats on the criteria of ``nodes`` go along to the other version.

    All decisions on a leaf go, the standing one and those before it. Decisions on other leaves stay where they are, set
    aside. Returns how many decisions and how many assignments of seats moved.
    """
    decisions = sum(
        Appraisal.objects.filter(criterion=before).update(criterion=after) for before, after in pairs.items()
    )
    seats = sum(Assignment.objects.filter(criterion=before).update(criterion=after) for before, after in nodes.items())
    audit.record(by, "councils.moved", new, unit=new.cycle.authority, decisions=decisions, assignments=seats)
    return decisions, seats


@transaction.atomic
def tell(*, criteria: Collection[int], text: str, link: str) -> int:
    """A notice to everybody whose seat is assigned to one of ``criteria`` (by key), and to the chairs; to how many."""
    people = list(seated(criteria))
    notices.post(people, text, link)
    return len(people)
