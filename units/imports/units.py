"""A workbook of units into rows: which are new, which change, which are refused and at which cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.bundle import UnitRow
from units.imports.cells import Cells
from units.imports.workbook import Column, Line, Preview, Problem, read
from units.models import Unit, UnitKind
from units.naming import normalised

FIRST = date(1900, 1, 1)
COLUMNS = (
    Column("code", gettext_lazy("Code"), gettext_lazy("Official code of the unit"), "SXD", required=True),
    Column("name", gettext_lazy("Name of unit"), gettext_lazy("The unit’s full name"), "Sở Xây dựng", required=True),
    Column("kind", gettext_lazy("Kind"), gettext_lazy("One of the kinds of unit"), "department", required=True),
    Column("parent", gettext_lazy("Code of the unit above"), gettext_lazy("Empty for the province only"), "TINH"),
    Column("valid_from", gettext_lazy("From day"), gettext_lazy("First day; empty: has always been"), "01/07/2025"),
    Column("valid_until", gettext_lazy("Until day"), gettext_lazy("First day on which it is no more"), ""),
)


@dataclass
class Book:
    """The units that exist, by code and first day, and which codes lie in the administrator's reach."""

    units: dict[tuple[str, date], Unit]
    reach: set[str]
    may_root: bool

    def of_code(self, code: str) -> list[Unit]:
        return [unit for (each, _first), unit in self.units.items() if each == code]


def parse(content: bytes, scope: Sequence[Unit]) -> Preview[UnitRow]:
    """The preview of a workbook for an administrator of ``scope``. Raises ``workbook.Unreadable``."""
    lines = read(content, COLUMNS)
    book = _book(scope)
    book.reach |= {line.cells.get("code", "") for line in lines}
    preview: Preview[UnitRow] = Preview(len(lines))
    seen: dict[tuple[str, date], int] = {}
    rows = [_row(line, book, seen, preview.problems) for line in lines]
    good = [(line, row) for line, row in zip(lines, rows, strict=True) if row]
    preview.accepted = _with_parents(good, book, preview.problems)
    return preview


def _book(scope: Sequence[Unit]) -> Book:
    units = list(Unit.objects.select_related("parent"))
    inside = {unit.pk for unit in scope}
    grown = True
    while grown:
        below = {unit.pk for unit in units if unit.parent_id in inside} - inside
        inside |= below
        grown = bool(below)
    known = {(unit.code, unit.valid_from): unit for unit in units}
    return Book(known, {unit.code for unit in units if unit.pk in inside}, any(not unit.parent_id for unit in scope))


def _row(line: Line, book: Book, seen: dict[tuple[str, date], int], problems: list[Problem]) -> UnitRow | None:
    """One line; None when a cell of it is refused."""
    cells = Cells(line, problems)
    row = UnitRow(
        code=cells.code("code", 32),
        name=normalised(cells.text("name", 200, required=True)),
        kind=cells.choice("kind", UnitKind.choices),
        parent=cells.code("parent", 32, required=False),
        valid_from=cells.day("valid_from") or _only_first_day(line.cells.get("code", ""), book),
        valid_until=cells.day("valid_until"),
    )
    if row.valid_until and row.valid_until <= row.valid_from:
        cells.refuse("valid_until", _("must be after the first day"))
    twin = seen.setdefault((row.code, row.valid_from), line.number)
    if row.code and twin != line.number:
        cells.refuse("code", _("stands already in row %(row)s") % {"row": twin})
    _check_parent(row, book, cells)
    _check_standing(row, book, cells)
    return row if cells.is_good else None


def _only_first_day(code: str, book: Book) -> date:
    """The first day of the one unit with this code; without one, or with several, the day that means always."""
    lives = book.of_code(code)
    return lives[0].valid_from if len(lives) == 1 else FIRST


def _check_parent(row: UnitRow, book: Book, cells: Cells) -> None:
    if not row.parent and not (row.kind == UnitKind.PROVINCE and book.may_root):
        cells.refuse("parent", _("must not be empty: only the province has no unit above it"))
    elif row.parent and row.parent == row.code:
        cells.refuse("parent", _("is the unit itself"))
    elif row.parent and row.parent not in book.reach:
        cells.refuse("parent", _("is no unit that you administer, neither stored nor in this file"))


def _check_standing(row: UnitRow, book: Book, cells: Cells) -> None:
    """A stored unit keeps its kind and place in the tree: past results refer to it."""
    standing = book.units.get((row.code, row.valid_from))
    if standing is None:
        for other in book.of_code(row.code):
            if row.valid_from < (other.valid_until or date.max) and other.valid_from < (row.valid_until or date.max):
                cells.refuse(
                    "code", _("is still the code of %(unit)s; give that unit a last day first") % {"unit": other}
                )
        return
    if row.kind and row.kind != standing.kind:
        cells.refuse("kind", _("cannot change: end this unit and add a new one with a later first day"))
    if row.parent != (standing.parent.code if standing.parent else ""):
        cells.refuse("parent", _("cannot change: end this unit and add a new one with a later first day"))


def _with_parents(good: Iterable[tuple[Line, UnitRow]], book: Book, problems: list[Problem]) -> list[UnitRow]:
    """The rows whose units above are stored or accepted, parents first; the others hang on a refused row or a ring."""
    stored = {code for code, _first in book.units}
    waiting, ready = list(good), list[UnitRow]()
    codes = set(stored) | {""}
    while waiting:
        now = [(line, row) for line, row in waiting if row.parent in codes]
        if not now:
            break
        ready += [row for _line, row in now]
        codes |= {row.code for _line, row in now}
        waiting = [pair for pair in waiting if pair not in now]
    for line, _row_left in waiting:
        Cells(line, problems).refuse("parent", _("hangs on a row that is refused, or on itself"))
    return ready
