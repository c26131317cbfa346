"""Workbooks that leave the house: the form to fill in, and the points that are there."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from surveys.models import SurveyPoint
from surveys.selectors import Missing

TO_FILL = (
    ("Mã đơn vị", 14),
    ("Tên đơn vị", 44),
    ("Mã tiêu chí", 12),
    ("Tên tiêu chí", 60),
    ("Điểm tối đa", 12),
    ("Điểm", 12),
    ("Số phiếu hợp lệ", 16),
)
THERE = (*TO_FILL, ("Tệp nguồn", 36), ("Ngày nhập", 18))
HEAD_FILL = PatternFill("solid", fgColor="E6EDF7")


def form_to_fill(gaps: Iterable[Missing]) -> bytes:
    """A row for every survey leaf without points, by unit; codes as text, so that none becomes a date or a number."""
    rows = [
        [gap.unit.code, gap.unit.name, leaf.code, leaf.name, leaf.max_points, None, None]
        for gap in gaps
        for leaf in gap.criteria
    ]
    return _workbook("Điểm điều tra XHH", TO_FILL, rows, is_form=True)


def points_there(found: Iterable[SurveyPoint]) -> bytes:
    """The points of a tier with the workbook that each came from."""
    rows = [
        [
            point.unit.code,
            point.unit.name,
            point.criterion.code,
            point.criterion.name,
            point.criterion.max_points,
            point.points,
            point.respondents or None,
            point.source.file_name if point.source else None,
            localtime(point.source.at).replace(tzinfo=None) if point.source else None,
        ]
        for point in found
    ]
    return _workbook("Điểm điều tra XHH", THERE, rows)


def _workbook(
    title: str, columns: tuple[tuple[str, int], ...], rows: Sequence[Sequence[object]], *, is_form: bool = False
) -> bytes:
    """A plain table; every text is stored as text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_label, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    if is_form and rows:
        sheet.data_validations.append(_limits(len(rows) + 1))
    heads = [WriteOnlyCell(sheet, label) for label, _width in columns]
    for head in heads:
        head.font, head.fill, head.alignment = Font(bold=True), HEAD_FILL, Alignment(wrap_text=True, vertical="center")
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    return cell


def _limits(last: int) -> DataValidation:
    """The spreadsheet itself warns of points outside 0 and the maximum in the column before."""
    limits = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="E2", allow_blank=True, showErrorMessage=True
    )
    limits.errorTitle, limits.error = "Điểm không hợp lệ", "Điểm phải từ 0 đến điểm tối đa của tiêu chí."
    limits.add(f"F2:F{last}")
    return limits
