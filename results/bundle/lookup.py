"""Questions that checks, generator and loader all ask of a bundle. Plain Python."""

from functools import cached_property

from results.bundle.rows import AccountRow, Bundle, CriterionRow, GroupRow, SeatRow, SetRow, UnitRow

Leaf = tuple[str, str]


class Lookup:
    """The bundle's rows by their keys. Of duplicates the first counts; the checks name the others."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @cached_property
    def units(self) -> dict[str, UnitRow]:
        """The unit that stands under each code at the end of the measured period."""
        end = self.bundle.cycle.period_end
        standing: dict[str, UnitRow] = {}
        for unit in self.bundle.units:
            if unit.valid_from <= end and (unit.valid_until is None or unit.valid_until > end):
                standing.setdefault(unit.code, unit)
        return standing

    @cached_property
    def groups(self) -> dict[tuple[str, str], GroupRow]:
        """The group of the units of a kind below a parent."""
        return {(group.kind, group.parent): group for group in reversed(self.bundle.groups)}

    @cached_property
    def sets(self) -> dict[str, SetRow]:
        return {each.kind: each for each in reversed(self.bundle.sets)}

    @cached_property
    def criteria(self) -> dict[Leaf, CriterionRow]:
        return {(each.kind, each.code): each for each in reversed(self.bundle.criteria)}

    @cached_property
    def inner(self) -> frozenset[Leaf]:
        """Criteria that have criteria below them."""
        return frozenset((each.kind, each.parent_code) for each in self.bundle.criteria if each.parent_code)

    @cached_property
    def leaves(self) -> dict[str, tuple[CriterionRow, ...]]:
        """The leaves of each kind's set, in printing order."""
        found: dict[str, list[CriterionRow]] = {each.kind: [] for each in self.bundle.sets}
        for each in self.bundle.criteria:
            if (each.kind, each.code) not in self.inner:
                found.setdefault(each.kind, []).append(each)
        return {kind: tuple(leaves) for kind, leaves in found.items()}

    @cached_property
    def assessed(self) -> dict[str, UnitRow]:
        """The units that the cycle assesses: those of a group."""
        return {code: unit for code, unit in self.units.items() if (unit.kind, unit.parent_code) in self.groups}

    def tier_of(self, unit: UnitRow) -> str:
        """Code of the tier that assesses the unit."""
        return self.groups[unit.kind, unit.parent_code].tier

    @cached_property
    def prepared(self) -> frozenset[str]:
        """The tiers that only prepare their dossiers: their sets may be drafts, and nobody appraises yet."""
        return frozenset(tier.code for tier in self.bundle.tiers if tier.is_prepared)

    @cached_property
    def seats(self) -> dict[tuple[str, str], SeatRow]:
        return {(seat.tier, seat.username): seat for seat in reversed(self.bundle.seats)}

    @cached_property
    def people(self) -> tuple[AccountRow, ...]:
        """The first row of each person."""
        return tuple({row.username: row for row in reversed(self.bundle.accounts)}.values())[::-1]

    @cached_property
    def roles(self) -> frozenset[tuple[str, str]]:
        """(username, unit code) of everybody who holds a role in a unit."""
        return frozenset((each.username, each.unit_code) for each in self.bundle.accounts if each.role)

    @cached_property
    def appraisers(self) -> dict[tuple[str, str, str], tuple[SeatRow, ...]]:
        """By tier, kind and leaf: the seats that appraise it. The nearest assigned criterion above wins."""
        assigned: dict[tuple[str, str, str], list[SeatRow]] = {}
        for row in self.bundle.assignments:
            if seat := self.seats.get((row.tier, row.username)):
                assigned.setdefault((row.tier, row.kind, row.criterion_code), []).append(seat)
        found = {}
        for tier, kind in {(group.tier, group.kind) for group in self.bundle.groups}:
            for leaf in self.leaves.get(kind, ()):
                seats = next((seats for code in self.path(leaf) if (seats := assigned.get((tier, kind, code)))), [])
                found[tier, kind, leaf.code] = tuple(seats)
        return found

    def path(self, criterion: CriterionRow) -> list[str]:
        """Codes of the criterion and of all above it, nearest first."""
        codes = [criterion.code]
        above = self.criteria.get((criterion.kind, criterion.parent_code))
        while above and above.code not in codes:
            codes.append(above.code)
            above = self.criteria.get((above.kind, above.parent_code))
        return codes

    def is_own(self, seat: SeatRow, unit_code: str) -> bool:
        """Whether the seat may never appraise the unit: sent by it, or holding a role in it."""
        return seat.agency_code == unit_code or (seat.username, unit_code) in self.roles

    def deciders(self, unit: UnitRow, leaf: CriterionRow) -> tuple[SeatRow, ...]:
        """The seats that may appraise the leaf of the unit; the chair, then the vice chair, where all are its own."""
        tier = self.tier_of(unit)
        seats = self.appraisers.get((tier, unit.kind, leaf.code), ())
        free = tuple(seat for seat in seats if not self.is_own(seat, unit.code))
        if free or not seats:
            return free
        leading = [seat for role in ("chair", "vice_chair") for seat in self.bundle.seats if seat.role == role]
        return tuple(seat for seat in leading if seat.tier == tier and not self.is_own(seat, unit.code))[:1]
