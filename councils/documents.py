"""What a council hands out as a workbook."""

import io
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from councils.selectors.pairs import Pair
from councils.selectors.seats import Key
from criteria.selectors.caps import limit_of

WIDTHS = (34, 30, 10, 60, 9, 9, 9, 26, 50)


def queue_workbook(pairs: Iterable[Pair], reasons: Mapping[Key, str]) -> bytes:
    """The pairs of a queue as XLSX: one line each. Texts are cells of text: nothing typed becomes a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Appraisal")
    heads = (_("Unit"), _("Area"), _("Code"), _("Criterion"), _("Maximum"), _("Self-score"), _("Appraised"))
    sheet.append([*heads, _("State"), _("Reason")])
    for pair in pairs:
        sheet.append([*_cells(pair), str(pair.state.label), reasons.get(pair.key)])
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(pair: Pair) -> Sequence[object]:
    said, ruling = pair.said, pair.ruling
    none = _("not applicable")
    claimed = None if said is None else (none if said.not_applicable else said.points)
    awarded = None if ruling is None else (none if ruling.not_applicable else ruling.points)
    criterion = pair.criterion
    return [
        pair.assessment.unit.name,
        pair.area.name,
        criterion.code,
        criterion.name,
        limit_of(criterion),
        claimed,
        awarded,
    ]
