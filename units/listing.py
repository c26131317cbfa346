"""Lists as workbooks: a text stays a text whatever it begins with, a number is a number, an instant is a date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from django.utils.timezone import make_naive
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from units.packing import packed

Value = str | int | Decimal | date | datetime | None
INSTANT, DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"
LONGEST_TITLE = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Listed:
    """One sheet: its title, the heads with the width of each column, and the rows."""

    title: str
    heads: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]


def workbook(*sheets: Listed) -> bytes:
    """The sheets in their order; the same lists give the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for each in sheets:
        _sheet(book.create_sheet(each.title.translate(FORBIDDEN)[:LONGEST_TITLE]), each)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _sheet(sheet: Worksheet, listed: Listed) -> None:
    for column, (head, width) in enumerate(listed.heads, start=1):
        cell = sheet.cell(1, column)
        _put(cell, str(head))
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(listed.rows, start=2):
        for column, value in enumerate(values, start=1):
            _put(sheet.cell(row, column), value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(cell: Cell | MergedCell, value: Value) -> None:
    """A text without the signs that a workbook cannot hold; an instant by our own clock: a cell has no zone."""
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.value, cell.number_format = make_naive(value), INSTANT
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = DAY
