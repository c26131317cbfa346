"""The delegations of a dossier as XLSX: the rows as given, and every leaf with its owners."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assessments.selectors.delegation_board import Board, Matter, Place

HEADS = 3


def delegation_workbook(board: Board) -> bytes:
    """Texts are texts, even where they begin like a formula."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Delegations")
    heads = [_("What"), _("Part"), _("To whom"), _("Role"), _("Own deadline"), _("Task"), _("Done"), _("Note")]
    rows = [
        [
            row.delegation.text,
            row.delegation.facet,
            row.name,
            str(row.delegation.get_role_display()),
            _instant(row.delegation.due_at),
            row.delegation.task,
            _instant(row.delegation.done_at),
            row.delegation.done_note,
        ]
        for row in board.rows
    ]
    _fill(page, board, heads, rows, (44, 24, 40, 12, 18, 40, 18, 40))
    leaves = [each for each in board.places if each.criterion.is_leaf]
    owned = [_("Code"), _("Criterion"), _("Lead"), _("Contributors"), _("To settle"), _("Justification")]
    _fill(book.create_sheet(_("Criteria")), board, owned, [_leaf(each) for each in leaves], (9, 60, 44, 44, 20, 44))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _instant(at: datetime | None) -> str:
    return f"{localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _leaf(place: Place) -> list[str]:
    leads = "\n".join(_owner(part, name) for part, name, is_lead in place.owners if is_lead)
    others = "\n".join(_owner(part, name) for part, name, is_lead in place.owners if not is_lead)
    matter = place.matter
    reason = matter.justification.reason if matter and matter.justification else ""
    return [place.criterion.code, place.criterion.name, leads, others, _matter(matter), reason]


def _owner(part: str, name: str) -> str:
    return f"{part}: {name}" if part else name


def _matter(matter: Matter | None) -> str:
    if matter is None:
        return ""
    return _("nobody leads") if matter.is_gap else _("%(count)s lead") % {"count": len(matter.leads)}


def _fill(page: Any, board: Board, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    page.append([f"{board.assessment.unit.name} · {board.assessment.cycle.name}"])
    page.append([])
    page.append(list(heads))
    for row in rows:
        page.append([ILLEGAL_CHARACTERS_RE.sub(" ", value) for value in row])
    for cells in page.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=cell.row > 1, vertical="top")
            cell.font = Font(bold=cell.row <= HEADS)
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A4"
