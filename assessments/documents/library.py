"""The library of a unit and what is found twice, as workbooks."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assessments.selectors.copies import Group
from assessments.selectors.library import Row
from assessments.selectors.naming import paper_name
from assessments.selectors.places import pages_of
from units.models import Unit

WIDTHS = (40, 20, 12, 28, 50, 12, 12, 24, 14, 8, 60, 40, 66)


def workbook(unit: Unit, rows: Iterable[Row]) -> bytes:
    """One document a row. Of a confidential one that the reader need not know, that it is there and is cited."""
    book, page = _book(_("Documents"), f"{_('Documents')} · {unit.name}")
    page.append([str(head) for head in _heads()])
    for row in rows:
        page.append(_row(row))
    return _bytes(book, page, WIDTHS)


def _heads() -> tuple[str, ...]:
    return (
        _("File"),
        _("Number and symbol"),
        _("Date"),
        _("Issuer"),
        _("Abstract"),
        _("Figures from"),
        _("Figures until"),
        _("Confirmed by"),
        _("State"),
        _("Pages"),
        _("Cited on"),
        _("Outside the period"),
        "SHA-256",
    )


def _row(row: Row) -> list[object]:
    each = row.evidence
    closed = each.is_confidential and not row.readable
    cited = "\n".join(
        " · ".join(filter(None, (one.score.assessment.cycle.name, one.score.criterion.code, pages_of(one), one.place)))
        for one in row.citations
    )
    data: list[object] = ["", "", "", ""]
    if not closed:
        data = [each.issuer, each.abstract, _day(each.period_start), _day(each.period_end)]
    state = _("confidential") if each.is_confidential else str(each.get_state_display())
    return [
        paper_name(each) if closed else each.name,
        "" if closed else each.number,
        "" if closed else _day(each.issued_on),
        *data,
        str(each.confirmed_by or ""),
        state,
        each.pages,
        cited,
        "\n".join(f"{one.score.criterion.code}: {why} {one.period_reason}".strip() for one, why in row.outside),
        "" if closed else each.sha256,
    ]


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def duplicates_workbook(groups: Iterable[Group]) -> bytes:
    """One place of a content a row, the same content one below the other."""
    title = _("Documents at several units")
    book, page = _book(_("Duplicates"), title)
    heads = (_("Content"), _("Unit"), _("File"), _("Inside the archive"), _("Number and symbol"), _("Why it is shared"))
    page.append([*(str(head) for head in heads), "SHA-256"])
    for number, group in enumerate(groups, start=1):
        for each in group.copies:
            found = each.evidence
            symbol = "" if found.is_confidential else found.number
            said = (paper_name(found), each.member, symbol, found.shared_reason, group.sha256)
            page.append([number, found.unit.name, *said])
    return _bytes(book, page, (9, 36, 40, 40, 20, 40, 66))


def _book(sheet: str, title: str) -> tuple[Workbook, Any]:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet[:31]
    page.append([title])
    page.append([])
    return book, page


def _bytes(book: Workbook, page: Any, widths: Sequence[int]) -> bytes:
    """A text that begins with = + - or @ stays a text."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=cell.row > 1)
            cell.font = Font(bold=cell.row <= 3)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "B4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
