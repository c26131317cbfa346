"""The cells of a workbook as they stand in its file: plain grids that know nothing of criteria.

Sheets are read as streams, so that a file costs what it holds and not what its ranges claim; the XML goes through
defusedxml, which openpyxl uses when it is installed. No formula is computed: what the spreadsheet program computed last
is taken, and a formula without such a value is marked.
"""

import warnings
import zipfile
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.worksheet.cell_range import CellRange

from units import archive
from units.archive import DAMAGED, Unreadable

MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_ELEMENTS = 800_000
"""XML elements of one part: what a table of the most rows and columns needs, and far less than memory holds."""
MAX_MERGES, MAX_MERGED = 5_000, 300_000
"""Merged ranges of a sheet, and the cells that they may lie over where the sheet has values."""


@dataclass(frozen=True)
class Cell:
    """A value at its place. ``kind``: n(umber), s(tring), d(ate), b(oolean), e(rror).

    ``formula``: the value is one that the spreadsheet program computed; None there means that it never did.
    """

    row: int
    column: int
    value: object = None
    kind: str = "n"
    number_format: str = "General"
    is_bold: bool = False
    formula: bool = False

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def is_empty(self) -> bool:
        return not self.formula and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


@dataclass(frozen=True)
class Merge:
    """A merged range: first and last row and column, inclusive."""

    rows: tuple[int, int]
    columns: tuple[int, int]

    @property
    def address(self) -> str:
        first, last = (get_column_letter(column) for column in self.columns)
        return f"{first}{self.rows[0]}:{last}{self.rows[1]}"


@dataclass
class Sheet:
    """One worksheet: its filled cells by (row, column). Under a merged range only the first cell is there.

    ``covered`` are cells that hold a value which a merged range hides from everybody who looks at the sheet.
    """

    title: str
    is_visible: bool
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    covered: list[Cell] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    height: int = 0
    width: int = 0

    def merges_from(self, row: int) -> list[Merge]:
        """The merged ranges whose first row it is; ``merges`` are in the order of rows."""
        start = bisect_left(self.merges, row, key=lambda merge: merge.rows[0])
        stop = bisect_left(self.merges, row + 1, key=lambda merge: merge.rows[0])
        return self.merges[start:stop]

    def cell(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column)) or Cell(row, column)


def read(data: bytes) -> list[Sheet]:
    """Every worksheet of the workbook. Raises ``Unreadable`` for a file that is none, too large or damaged."""
    archive.check(data)
    try:
        _check_parts(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            return [_sheet(book, sheet) for sheet in book.worksheets]
    except DAMAGED as error:
        raise Unreadable(_("The workbook is damaged. Open it in Excel, save it again and choose that file.")) from error


def _check_parts(data: bytes) -> None:
    """Raise ``Unreadable`` for a part with more elements than a table needs: each costs memory once it is parsed."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        for entry in package.infolist():
            with package.open(entry) as part:
                count = 0
                while block := part.read(1 << 20):
                    count += block.count(b"<")
            if count > MAX_ELEMENTS:
                raise Unreadable(_too_large())


def _too_large() -> str:
    return _("The workbook unpacks to far more than a table needs. Copy the table into a new workbook.")


class _Parser(WorkSheetParser):
    """openpyxl's parser, which also says whether a cell holds a formula."""

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        cell["formula"] = element.find(FORMULA_TAG) is not None
        return cell


def _sheet(book: Any, source: Any) -> Sheet:
    sheet = Sheet(source.title, source.sheet_state == "visible")
    with source._get_source() as part:
        parser = _Parser(
            part,
            source._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, row in parser.parse():
            for raw in row:
                _place(sheet, number, raw, book)
    rows, columns = parser.row_dimensions, parser.column_dimensions
    sheet.hidden_rows = frozenset(int(row) for row, look in rows.items() if _is_on(look))
    sheet.hidden_columns = frozenset(at for look in columns.values() if _is_on(look) for at in _span(look))
    if parser.merged_cells:
        _merge(sheet, [span.ref for span in parser.merged_cells.mergeCell])
    return sheet


def _is_on(look: Mapping[str, str]) -> bool:
    return look.get("hidden") in {"1", "true"}


def _span(look: Mapping[str, str]) -> range:
    return range(int(look["min"]), min(int(look["max"]), MAX_COLUMNS) + 1)


def _place(sheet: Sheet, number: int, raw: Mapping[str, Any], book: Any) -> None:
    """Keep a cell that has a value or a formula.

    Raises ``Unreadable`` beyond the limits, ``ValueError`` for a cell that is not in its row or whose place is taken.
    """
    look = book._cell_styles[raw["style_id"]]
    cell = Cell(
        raw["row"],
        raw["column"],
        raw["value"],
        raw["data_type"],
        _number_format(book, look),
        bool(book._fonts[look.fontId].b),
        raw["formula"],
    )
    if cell.is_empty:
        return
    if cell.row > MAX_ROWS or cell.column > MAX_COLUMNS:
        raise Unreadable(
            _("Sheet “%(sheet)s” reaches to %(address)s; at most %(rows)s rows and %(columns)s columns are read.")
            % {"sheet": sheet.title, "address": cell.address, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
        )
    if (cell.row, cell.column) in sheet.cells or cell.row != number or number < 1:
        raise ValueError(f"{cell.address} stands twice in the file, or not in its row {number}")
    sheet.cells[cell.row, cell.column] = cell
    sheet.height, sheet.width = max(sheet.height, cell.row), max(sheet.width, cell.column)


def _number_format(book: Any, look: Any) -> str:
    number = look.numFmtId
    if number < 164:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(book._number_formats[number - 164])


def _merge(sheet: Sheet, references: list[str]) -> None:
    """Note the merged ranges and take away what stands under them, as far as the sheet has values."""
    left_over = MAX_MERGED if len(references) <= MAX_MERGES else 0
    for reference in references:
        span = CellRange(reference)
        merge = Merge((span.min_row, span.max_row), (span.min_col, span.max_col))
        sheet.merges.append(merge)
        rows = range(span.min_row, min(span.max_row, sheet.height) + 1)
        columns = range(span.min_col, min(span.max_col, sheet.width) + 1)
        left_over -= len(rows) * len(columns) + 1
        if left_over < 0:
            raise Unreadable(_too_large())
        inside = [(row, column) for row in rows for column in columns if (row, column) in sheet.cells]
        sheet.covered += [sheet.cells.pop(place) for place in inside if place != (span.min_row, span.min_col)]
    sheet.merges.sort(key=lambda merge: merge.rows)
