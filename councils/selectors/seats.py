"""Who appraises what, and what nobody may appraise."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessments.models import Assessment
from councils.models import Assignment, Council, Seat, SeatRole
from criteria.models import CriteriaSet, Criterion, Method, Tier
from units.models import Membership, User

Key = tuple[int, int]


@dataclass(frozen=True)
class Roster:
    """Who sits in a council, which leaf is whose, and whom each may never appraise (pairs of seat and unit).

    ``criteria`` are the trees that the tier's units are measured by, in printing order.
    """

    criteria: Sequence[Criterion]
    seats: Sequence[Seat]
    leaves: dict[int, list[Seat]]
    barred: frozenset[Key]

    @cached_property
    def _conflicted(self) -> frozenset[int]:
        """The units that somebody may not appraise: for all others the assigned seats are the answer."""
        return frozenset(unit for _seat, unit in self.barred)

    def may(self, seat: Seat, unit_pk: int) -> bool:
        return (seat.pk, unit_pk) not in self.barred

    def appraisers(self, criterion_pk: int, unit_pk: int) -> list[Seat]:
        """The seats that decide: those assigned without a conflict; else the chair; else a vice chair; else nobody."""
        assigned = self.leaves.get(criterion_pk, [])
        if assigned and unit_pk not in self._conflicted:
            return assigned
        free = [seat for seat in assigned if self.may(seat, unit_pk)]
        return free or self._stand_in(unit_pk)

    def _stand_in(self, unit_pk: int) -> list[Seat]:
        for role in (SeatRole.CHAIR, SeatRole.VICE_CHAIR):
            for seat in self.seats:
                if seat.role == role and self.may(seat, unit_pk):
                    return [seat]
        return []


def leaf_seats(council: Council, criteria_set: CriteriaSet) -> dict[int, list[Seat]]:
    """The assigned seats of each leaf that the council appraises; the nearest assigned ancestor wins."""
    criteria = list(Criterion.objects.filter(criteria_set=criteria_set))
    return _leaf_seats(seats_of(council), criteria)


def roster(council: Council) -> Roster:
    """Criteria, seats, leaves and conflicts of the council's tier, in four queries."""
    criteria, seats = criteria_of_tier(council.tier), seats_of(council)
    return Roster(criteria, seats, _leaf_seats(seats, criteria), _barred(council, seats))


def criteria_of_tier(tier: Tier) -> list[Criterion]:
    """The trees that the tier's units are measured by."""
    sets = Assessment.objects.filter(tier=tier).order_by().values("criteria_set").distinct()
    return list(Criterion.objects.filter(criteria_set__in=sets).order_by("criteria_set_id", "position"))


def seats_of(council: Council) -> list[Seat]:
    return list(Seat.objects.filter(council=council).select_related("user", "agency").order_by("position", "pk"))


def _leaf_seats(seats: Sequence[Seat], criteria: Iterable[Criterion]) -> dict[int, list[Seat]]:
    by_pk = {criterion.pk: criterion for criterion in criteria}
    by_seat = {seat.pk: seat for seat in seats}
    named: dict[int, list[Seat]] = {}
    for seat_pk, criterion_pk in Assignment.objects.filter(seat__in=by_seat).values_list("seat", "criterion"):
        named.setdefault(criterion_pk, []).append(by_seat[seat_pk])
    leaves = (criterion for criterion in by_pk.values() if is_appraised(criterion))
    return {leaf.pk: _nearest(leaf, by_pk, named) for leaf in leaves}


def _nearest(criterion: Criterion, by_pk: dict[int, Criterion], named: dict[int, list[Seat]]) -> list[Seat]:
    while criterion.pk not in named and criterion.parent_id:
        criterion = by_pk[criterion.parent_id]
    return sorted(named.get(criterion.pk, []), key=lambda seat: (seat.position, seat.pk))


def is_appraised(criterion: Criterion) -> bool:
    """Whether the council decides on it: every leaf but those of the survey."""
    return criterion.is_leaf and criterion.method != Method.SURVEY


def _barred(council: Council, seats: Sequence[Seat]) -> frozenset[Key]:
    """Own agency, and every unit that the person belonged to since the measured period began."""
    start, today = council.tier.cycle.period_start, timezone.localdate()
    kept = Q(until=None) | Q(until__gt=start)
    people = {seat.user_id: seat.pk for seat in seats}
    held = Membership.objects.filter(kept, since__lte=today, user__in=people).values_list("user", "unit")
    own = {(seat.pk, seat.agency_id) for seat in seats if seat.agency_id}
    return frozenset(own | {(people[user], unit) for user, unit in held})


def seated(criteria: Collection[int]) -> QuerySet[User]:
    """The people whose seats are assigned to one of the criteria (by key), and the chairs of their councils."""
    seats = Seat.objects.filter(assignments__criterion__in=criteria)
    chairs = Seat.objects.filter(council__in=seats.values("council"), role=SeatRole.CHAIR)
    return User.objects.filter(Q(seats__in=seats) | Q(seats__in=chairs), is_active=True).distinct()
