"""A criteria set as a workbook, as it stands on its page."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from criteria.models import CriteriaSet, Criterion
from criteria.scoring.notation import in_words

COLUMNS = (
    ("Mã", 10),
    ("Lĩnh vực, tiêu chí, tiêu chí thành phần", 70),
    ("Điểm tối đa", 12),
    ("Hình thức chấm", 22),
    ("Cách tính điểm", 60),
    ("Tài liệu kiểm chứng", 40),
)
HEAD = PatternFill("solid", fgColor="E6EDF7")
AREA = PatternFill("solid", fgColor="EEF1F5")


def workbook(criteria_set: CriteriaSet, criteria: Iterable[Criterion]) -> bytes:
    """The whole tree; every text is stored as text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Bộ tiêu chí")
    sheet.freeze_panes = "A4"
    for number, (_label, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    title = f"{criteria_set.title}{' (dữ liệu minh họa)' if criteria_set.is_demo else ''}"
    sheet.append([_cell(sheet, title, is_bold=True)])
    sheet.append([_cell(sheet, criteria_set.cycle.name)])
    sheet.append([_cell(sheet, label, is_bold=True, fill=HEAD) for label, _width in COLUMNS])
    for criterion in criteria:
        sheet.append(_row(sheet, criterion))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _row(sheet: Any, criterion: Criterion) -> list[Any]:
    values: list[str | Decimal] = [
        criterion.code,
        criterion.name,
        criterion.max_points,
        str(criterion.get_method_display()) if criterion.is_leaf else "",
        in_words(criterion.rule) if criterion.is_leaf else "",
        criterion.evidence_asked,
    ]
    fill = None if criterion.depth else AREA
    return [_cell(sheet, value, is_bold=not criterion.is_leaf, fill=fill) for value in values]


def _cell(sheet: Any, value: Any, *, is_bold: bool = False, fill: PatternFill | None = None) -> Any:
    cell = WriteOnlyCell(sheet, value or None)
    if value and isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
    cell.font, cell.alignment = Font(bold=is_bold), Alignment(wrap_text=True, vertical="top")
    if fill:
        cell.fill = fill
    return cell
