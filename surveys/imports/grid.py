"""The cells of a workbook as they stand in its file, each with its address. Nothing is computed or filled in silently.

Sheets are read as streams, so that a file costs what it holds and not what its ranges claim; the XML goes through
defusedxml, which openpyxl uses when it is installed.
"""

import warnings
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import product
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.cell_range import CellRange

from units import archive
from units.archive import DAMAGED, Unreadable
from units.naming import normalised

MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_MERGED = 200_000
BRIEF = 60


@dataclass(frozen=True)
class Cell:
    """A value as the sheet holds it, at ``address``.

    In a merged range ``origin`` is the first cell, and ``spread`` the range where that has several rows.
    """

    address: str
    value: object = None
    kind: str = "n"
    number_format: str = "General"
    origin: str = ""
    spread: str = ""

    @property
    def text(self) -> str:
        """The value as plain text with single spaces; a number as a spreadsheet shows it, with 15 digits."""
        value = format(self.value, ".15g") if isinstance(self.value, float) else self.value
        return "" if value is None else normalised(str(value))

    @property
    def brief(self) -> str:
        """The text as far as a message has room for it."""
        return self.text if len(self.text) <= BRIEF else f"{self.text[:BRIEF]}…"


@dataclass
class Grid:
    """One sheet: its cells with a value by (row, column), merged ranges filled from their first cell."""

    title: str
    is_visible: bool
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    height: int = 0
    width: int = 0

    def cell(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column)) or Cell(f"{get_column_letter(column)}{row}")

    def row(self, row: int) -> dict[int, Cell]:
        """The cells of a row that show something, from left to right."""
        found = {column: self.cell(row, column) for column in range(1, self.width + 1)}
        return {column: cell for column, cell in found.items() if cell.text}


def read(data: bytes) -> list[Grid]:
    """Every worksheet of the workbook. Raises ``Unreadable`` for a file that is none, too large or damaged."""
    archive.check(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
            return [_grid(book, sheet) for sheet in book.worksheets]
    except DAMAGED as error:
        raise Unreadable(_("The workbook is damaged. Open it in Excel, save it again and choose that file.")) from error


def _grid(book: Any, sheet: Any) -> Grid:
    grid = Grid(sheet.title, sheet.sheet_state == "visible")
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, row in parser.parse():
            for raw in row:
                _place(grid, number, ReadOnlyCell(sheet, **raw))
    grid.hidden_rows = sorted(int(row) for row, look in parser.row_dimensions.items() if _is_on(look.get("hidden")))
    if parser.merged_cells:
        _spread(grid, [span.ref for span in parser.merged_cells.mergeCell])
    return grid


def _is_on(flag: str | None) -> bool:
    return flag in {"1", "true"}


def _place(grid: Grid, number: int, raw: ReadOnlyCell) -> None:
    """Keep a cell that has a value.

    Raises ``Unreadable`` beyond the limits, ``ValueError`` for a cell that is not in its row or whose place is taken.
    """
    if raw.value is None:
        return
    place = (raw.row, raw.column)
    if raw.row > MAX_ROWS or raw.column > MAX_COLUMNS:
        raise Unreadable(
            _("Sheet “%(sheet)s” reaches to %(address)s; at most %(rows)s rows and %(columns)s columns are read.")
            % {"sheet": grid.title, "address": raw.coordinate, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
        )
    if place in grid.cells or raw.row != number or number < 1:
        raise ValueError(f"{raw.coordinate} stands twice in the file, or not in its row {number}")
    grid.cells[place] = Cell(raw.coordinate, raw.value, raw.data_type, raw.number_format)
    grid.height, grid.width = max(grid.height, raw.row), max(grid.width, raw.column)


def _spread(grid: Grid, references: list[str]) -> None:
    """Fill merged ranges from their first cells, as far as the sheet has values: a range may claim a million rows."""
    left_over = MAX_MERGED
    for reference in references:
        span = CellRange(reference)
        rows = range(span.min_row, min(span.max_row, grid.height) + 1)
        columns = range(span.min_col, min(span.max_col, grid.width) + 1)
        left_over -= len(rows) * len(columns)
        if left_over < 0:
            raise Unreadable(_("Sheet “%(sheet)s” has merged cells over too wide a range.") % {"sheet": grid.title})
        first = grid.cell(span.min_row, span.min_col)
        spread = reference if span.max_row > span.min_row else ""
        for row, column in product(rows, columns):
            grid.cells[row, column] = replace(
                first, address=f"{get_column_letter(column)}{row}", origin=first.address, spread=spread
            )
