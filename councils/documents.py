"""What a council hands out as a workbook."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assessments.models import EvidenceRequest
from assessments.selectors.naming import paper_name
from assessments.selectors.requests import Refusals
from councils.selectors.pairs import Pair
from councils.selectors.seats import Key
from criteria.phases import in_words
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
    _dress(sheet, WIDTHS)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def refusals_workbook(found: Refusals, asked: Iterable[EvidenceRequest]) -> bytes:
    """Refused documents with their reasons, how many there are of each, and everything that was asked of units."""
    book = Workbook()
    counts = book.active
    assert counts is not None
    counts.title = _("Counts")
    counts.append([_("Reason"), _("Documents")])
    for row in [*found.by_reason, (_("Judged"), found.judged), (_("Waiting"), found.waiting)]:
        counts.append(list(row))
    refused = book.create_sheet(_("Refused documents"))
    refused.append([_("Unit"), _("Code"), _("Criterion"), _("Document"), _("Reason"), _("Note"), _("By")])
    for each in found.rows:
        leaf, said = each.score.criterion, (str(each.get_refusal_display()), each.verdict_note, str(each.verdict_by))
        refused.append([each.score.assessment.unit.name, leaf.code, leaf.name, paper_name(each.evidence), *said])
    page = book.create_sheet(_("Requests"))
    page.append([_("Unit"), _("Code"), _("What is asked"), _("Answer until"), _("State"), _("Answer"), _("Note")])
    for one in asked:
        until, state = in_words(one.due_at), str(one.get_state_display())
        told = (one.text, until, state, one.answer, one.verdict_note)
        page.append([one.assessment.unit.name, one.criterion.code, *told])
    _dress(counts, (40, 12))
    _dress(refused, (30, 9, 50, 40, 30, 40, 24))
    _dress(page, (30, 9, 50, 24, 18, 50, 40))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _dress(page: Any, widths: Sequence[int]) -> None:
    """Texts are cells of text: nothing typed becomes a formula."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        page.cell(1, column).font = Font(bold=True)
    page.freeze_panes = "A2"


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
