"""Tables of a page as a workbook."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | datetime | None
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
"""What the title of a sheet may not hold."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """A table with its head."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(file_name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """One sheet with a head that stays. Text stays text: a name that begins with '=' is no formula."""
    return workbook_of(file_name, [Sheet(title, head, rows)])


def workbook_of(file_name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """As ``workbook``, with a sheet for each table."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for each in sheets:
        sheet = book.create_sheet(FORBIDDEN.sub(" ", each.title)[:31])
        assert isinstance(sheet, Worksheet)
        _fill(sheet, each.head, each.rows)
    content = BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    for number, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            _write(cell, value)
    for column in range(1, len(head) + 1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 42 if column == 2 else 16
    sheet.freeze_panes = "A2"


def _write(cell: Cell, value: Value) -> None:
    # A workbook knows no time zones: instants are written as the clock in Viet Nam shows them.
    cell.value = timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value
    if isinstance(value, str):
        cell.data_type = "s"
