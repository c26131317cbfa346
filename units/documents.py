"""What the workbooks of the units app contain."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from units.bundle import FirstPassword
from units.models import AuditEvent


def audit_workbook(events: Iterable[AuditEvent]) -> bytes:
    """The events as one sheet, as given."""
    heads = [_("No."), _("Time"), _("Person"), _("Action"), _("Object"), _("Unit"), _("Details"), _("Digest")]
    rows = [
        [
            str(event.number),
            f"{timezone.localtime(event.at):%d/%m/%Y %H:%M:%S}",
            str(event.actor or event.actor_name),
            event.action,
            f"{event.target_type}:{event.target_id}",
            str(event.unit or ""),
            event.data,
            event.digest,
        ]
        for event in events
    ]
    return _workbook(_("Audit trail"), heads, rows)


def template(
    title: str, columns: Sequence[tuple[str, str, str]], choices: Sequence[tuple[str, Sequence[str]]]
) -> bytes:
    """An empty sheet to fill in, with one example row; ``columns``: head, help, example. The second sheet explains.

    ``choices``: a head and the words allowed under it.
    """
    book = Workbook()
    sheet = _sheet(book, title, [head for head, _help, _example in columns])
    _append(sheet, [example for _head, _help, example in columns])
    guide = book.create_sheet(_("How to fill in"))
    for head, explanation, _example in columns:
        _append(guide, [head, explanation])
    for head, words in choices:
        _append(guide, [])
        _append(guide, [head, *words])
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 24, 60
    return _saved(book)


def passwords_workbook(passwords: Iterable[FirstPassword]) -> bytes:
    """First passwords, to be handed to their owners."""
    heads = [_("User name"), _("Full name"), _("First password")]
    return _workbook(_("First passwords"), heads, [[row.username, row.full_name, row.password] for row in passwords])


def _workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = _sheet(book, title, heads)
    for row in rows:
        _append(sheet, row)
    return _saved(book)


def _sheet(book: Workbook, title: str, heads: Sequence[str]) -> Worksheet:
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    _append(sheet, heads)
    for place, head in enumerate(heads, start=1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = max(16, len(head) + 4)
    sheet.freeze_panes = "A2"
    return sheet


def _append(sheet: Worksheet, texts: Sequence[str]) -> None:
    """A row of texts. A text that looks like a formula stays a text."""
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for place, text in enumerate(texts, start=1):
        cell = sheet.cell(row, place)
        if isinstance(cell, Cell) and text:
            cell.value = text
            cell.data_type = "s"
            cell.number_format = "@"


def _saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
