"""What an amendment would do, as a workbook: one sheet of criteria, one of units."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from criteria.tree.amending import Answer, Fate
from criteria.tree.nodes import Node
from results.selectors.amending import Plan

Cells = Iterable[str | int | Decimal | None]


def words(answer: str) -> str:
    """What becomes of an answer, as it stands on the page too."""
    said = {
        Answer.KEPT: _("the answer stands"),
        Answer.REDO: _("to be answered again"),
        Answer.NEW: _("new: to be answered"),
        Answer.ASIDE: _("set aside"),
    }
    return said[Answer(answer)]


def workbook(plan: Plan, fields: Mapping[str, Promise]) -> bytes:
    """Both sheets; every text is stored as text."""
    book = Workbook(write_only=True)
    criteria = (
        _("Code before"),
        _("Code after"),
        _("Criterion"),
        _("Maximum before"),
        _("Maximum after"),
        _("Effect"),
        _("Changed"),
    )
    _sheet(book, _("Criteria"), criteria, (_criterion(each, fields) for each in plan.fates))
    units = (
        _("Unit code"),
        _("Unit"),
        _("Answers that stand"),
        _("To be answered again"),
        _("Set aside"),
        _("Self-scored points before"),
        _("Self-scored points that stand"),
        _("Decisions that stand"),
        _("Decisions set aside"),
    )
    rows = (
        (
            each.unit.code,
            each.unit.name,
            each.kept,
            each.redo,
            each.aside,
            each.points_before,
            each.points_kept,
            each.decisions_kept,
            each.decisions_aside,
        )
        for each in plan.effects
    )
    _sheet(book, _("Units"), units, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _criterion(fate: Fate, fields: Mapping[str, Promise]) -> Cells:
    shown: Node | None = fate.new or fate.old
    return (
        fate.old.code if fate.old else None,
        fate.new.code if fate.new else None,
        shown.name if shown else None,
        fate.old.maximum if fate.old else None,
        fate.new.maximum if fate.new else None,
        words(fate.answer),
        ", ".join(str(fields[name]) for name in fate.differs),
    )


def _sheet(book: Workbook, title: str, head: Iterable[str], rows: Iterable[Cells]) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    head = list(head)
    for number, label in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = 60 if label == _("Criterion") else 18
    sheet.append([_cell(sheet, label, is_bold=True) for label in head])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, *, is_bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
    cell.font, cell.alignment = Font(bold=is_bold), Alignment(wrap_text=True, vertical="top")
    return cell
