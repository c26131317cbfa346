"""Workbooks as people hand them in."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook, load_workbook


def workbook(*rows: Sequence[object]) -> bytes:
    """An XLSX file whose first sheet holds ``rows``."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def texts(content: bytes, sheet: int = 0) -> list[list[object]]:
    """The values of a sheet, row by row."""
    rows = load_workbook(BytesIO(content)).worksheets[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows]
