"""The calendar of a cycle as its page shows it: kinds of phases down, kinds of units across."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from criteria import charts
from criteria.models import Cycle, Extension, ExtensionState, Phase, PhaseKind
from criteria.phases import VIETNAM, Stand, in_words
from criteria.phases.impossible import Finding
from criteria.phases.impossible import start as opening
from criteria.selectors.calendar import Deadline, deadlines, phase_words
from criteria.selectors.planning import in_words as finding_words
from units.models import Unit, UnitKind


@dataclass(frozen=True)
class Cell:
    """One phase of one kind of unit. ``own``: extensions for single units; ``findings``: what is wrong with it."""

    kind: str
    unit_kind: str
    phase: Phase | None
    deadline: Deadline | None
    now: datetime
    own: int
    findings: int

    @property
    def anchor(self) -> str:
        return f"p-{self.kind}-{self.unit_kind}"

    @property
    def stand(self) -> str:
        """Before, open, over, or (while late dossiers are taken) late."""
        if self.deadline is None:
            return ""
        found = self.deadline.window.stand(self.now)
        late = self.deadline.late_until
        return "late" if found is Stand.OVER and late and self.now < late else found.value

    @property
    def opens(self) -> str:
        return opening(self.phase.opens_at) if self.phase else ""

    @property
    def by_the_plan(self) -> str:
        """The plan's date with the rule by which it was read."""
        return phase_words(self.phase, self.phase.cycle.demo_shift_days) if self.phase else ""

    @property
    def extended(self) -> Extension | None:
        return self.deadline.extension if self.deadline else None

    @property
    def late_until(self) -> str:
        return in_words(self.deadline.late_until) if self.deadline and self.deadline.late_until else ""


@dataclass(frozen=True)
class Row:
    kind: str
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Line:
    """A finding in words, and where it is mended: in a cell of the table, or among the criteria sets."""

    text: str
    anchor: str
    is_of_sets: bool


@dataclass(frozen=True)
class Own:
    """A phase as it stands for one of the reader's own units."""

    unit: Unit
    deadline: Deadline
    is_open: bool


def kinds_of(cycle: Cycle, phases: Iterable[Phase]) -> list[str]:
    """Kinds of units with a phase or with a ranking group, in the usual order."""
    known = {phase.unit_kind for phase in phases}
    known |= set(cycle.tiers.exclude(groups=None).values_list("groups__kind", flat=True))
    return [kind for kind in UnitKind.values if kind in known]


def phases_of(cycle: Cycle) -> list[Phase]:
    """The phases, each with its cycle at hand."""
    phases = list(cycle.phases.all())
    for phase in phases:
        phase.cycle = cycle
    return phases


def rows(cycle: Cycle, phases: list[Phase], found: Iterable[Finding], now: datetime) -> list[Row]:
    """The table of the calendar."""
    kinds, standing = kinds_of(cycle, phases), deadlines((phase, None) for phase in phases)
    by_place = {(phase.kind, phase.unit_kind): phase for phase in phases}
    about = [each.about for each in found]
    approved = Extension.objects.filter(phase__cycle=cycle, state=ExtensionState.APPROVED, unit__isnull=False)
    own = list(approved.values_list("phase", flat=True))
    made = []
    for kind in PhaseKind:
        cells = []
        for unit_kind in kinds:
            phase = by_place.get((kind.value, unit_kind))
            deadline = standing[phase.pk, None] if phase else None
            count = own.count(phase.pk) if phase else 0
            cells.append(Cell(kind, unit_kind, phase, deadline, now, count, about.count((kind.value, unit_kind))))
        made.append(Row(kind, str(kind.label), cells))
    return made


def lines(found: Iterable[Finding]) -> list[Line]:
    return [Line(finding_words(each), _anchor(each), each.check == "no_set") for each in found]


def _anchor(finding: Finding) -> str:
    return f"p-{finding.about[0]}-{finding.about[1]}" if all(finding.about) else ""


def own_deadlines(phases: list[Phase], units: Iterable[Unit], now: datetime) -> list[Own]:
    """Self-scoring as it stands for each of the units, extensions included."""
    pairs = [
        (phase, unit)
        for unit in units
        for phase in phases
        if phase.kind == PhaseKind.SELF_SCORING and phase.unit_kind == unit.kind
    ]
    standing = deadlines(pairs)
    found = [(unit, standing[phase.pk, unit.pk]) for phase, unit in pairs]
    return [Own(unit, deadline, deadline.window.stand(now) is Stand.OPEN) for unit, deadline in found]


def picture(table: list[Row], now: datetime) -> charts.Timeline | None:
    """A bar for each phase, with what an extension adds to it, by kind of unit."""
    cells = [cell for row in table for cell in row.cells if cell.phase and cell.deadline]
    kinds = list(dict.fromkeys(cell.unit_kind for row in table for cell in row.cells))
    cells.sort(key=lambda cell: kinds.index(cell.unit_kind))
    return charts.timeline([_span(cell) for cell in cells], now, VIETNAM)


def _span(cell: Cell) -> charts.Span:
    assert cell.phase is not None, "only a cell with a phase is drawn"
    assert cell.deadline is not None, "only a cell with a phase is drawn"
    names = str(UnitKind(cell.unit_kind).label), str(PhaseKind(cell.kind).label)
    until = cell.deadline.late_until or cell.deadline.closes_at
    return charts.Span(*names, cell.kind, cell.phase.opens_at, cell.phase.closes_at, until)
