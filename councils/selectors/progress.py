"""How far a council is: in all, per seat, per unit and area, and what waits by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from assessments.models import Assessment
from councils.models import Appraisal, Council, Seat
from councils.selectors.pairs import Pair, PairState, pairs_of
from councils.selectors.seats import seats_of
from criteria.models import Criterion


@dataclass
class Tally:
    """How many pairs there are and how many are decided."""

    total: int = 0
    done: int = 0
    changed: int = 0

    def add(self, pair: Pair) -> None:
        self.total += 1
        self.done += not pair.is_waiting
        self.changed += pair.state is PairState.CHANGED

    @property
    def waiting(self) -> int:
        return self.total - self.done

    @property
    def accepted(self) -> int:
        return self.done - self.changed

    @property
    def percent(self) -> int:
        """Whole percent decided, rounded down, so that 100 means all."""
        return 100 * self.done // self.total if self.total else 0


def tally(pairs: Iterable[Pair]) -> Tally:
    """The tally of a queue."""
    counted = Tally()
    for pair in pairs:
        counted.add(pair)
    return counted


@dataclass
class UnitRow:
    assessment: Assessment
    total: Tally = field(default_factory=Tally)
    areas: dict[int, Tally] = field(default_factory=dict)


@dataclass
class Grid:
    """Units of one kind against the areas of their criteria set."""

    kind: str
    areas: list[Criterion] = field(default_factory=list)
    rows: dict[int, UnitRow] = field(default_factory=dict)

    def add(self, pair: Pair) -> None:
        if pair.area not in self.areas:
            self.areas.append(pair.area)
        row = self.rows.setdefault(pair.assessment.pk, UnitRow(pair.assessment))
        row.total.add(pair)
        row.areas.setdefault(pair.area.pk, Tally()).add(pair)

    def lines(self) -> list[tuple[UnitRow, list[tuple[Criterion, Tally]]]]:
        """Each unit with its tallies in the order of the areas."""
        return [(row, [(area, row.areas[area.pk]) for area in self.areas]) for row in self.rows.values()]


@dataclass
class SeatRow:
    seat: Seat
    tally: Tally = field(default_factory=Tally)
    last: datetime | None = None


@dataclass
class Progress:
    """How far a council is: in all, per seat, per unit and area, and what waits."""

    total: Tally
    seats: list[SeatRow]
    grids: list[Grid]
    waiting: list[Pair]

    @property
    def kinds(self) -> set[str]:
        return {row.assessment.unit.kind for grid in self.grids for row in grid.rows.values()}


def progress(council: Council) -> Progress:
    """The standing of the whole council; a pair open to two seats counts for both, and once in the total."""
    pairs = pairs_of(council)
    made = Appraisal.objects.filter(seat__council=council).order_by().values_list("seat").annotate(Max("decided_at"))
    last: dict[int, datetime] = dict(made)
    seats = {seat.pk: SeatRow(seat, last=last.get(seat.pk)) for seat in seats_of(council)}
    total, grids = Tally(), dict[int, Grid]()
    for pair in pairs:
        total.add(pair)
        grids.setdefault(pair.assessment.criteria_set_id, Grid(pair.assessment.unit.get_kind_display())).add(pair)
        for seat in pair.seats:
            seats[seat.pk].tally.add(pair)
    return Progress(total, list(seats.values()), list(grids.values()), [pair for pair in pairs if pair.is_waiting])
