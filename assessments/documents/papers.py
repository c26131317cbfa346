"""What the papers of a dossier contain."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assessments.models import Receipt
from assessments.selectors.exemptions import Listed, UnitRow
from assessments.selectors.frozen import frozen
from assessments.selectors.places import on_paper
from assessments.selectors.sheets import Line, Sheet
from criteria.models import CriteriaSet
from criteria.scoring.notation import in_words
from units.models import UnitAttribute

WIDTHS = (9, 60, 10, 12, 12, 12, 50, 40, 40)


def receipt(row: Receipt) -> str:
    """The receipt as HTML for print, made from the frozen content alone."""
    context = {"receipt": row, "assessment": row.assessment, "frozen": frozen(row)}
    return render_to_string("assessments/documents/receipt.html", context)


def workbook(sheet: Sheet) -> bytes:
    """The score sheet as XLSX: points are numbers, texts are texts even where they begin like a formula."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Self-scores")
    page.append([f"{sheet.assessment.unit.name} · {sheet.assessment.cycle.name}"])
    page.append([])
    page.append([str(head) for head in _heads()])
    for line in sheet.lines:
        page.append(_row(line))
    page.append(["", _("Total"), sheet.total.maximum, sheet.total.points])
    for row in page.iter_rows():
        for cell in row:
            _dress(cell)
    for number, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "C4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def exemptions_workbook(criteria_set: CriteriaSet, effects: Sequence[Listed], units: Sequence[UnitRow]) -> bytes:
    """Every leaf that does not apply to a unit, one a row, and on a second sheet what each unit can still reach."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Does not apply")
    page.append([criteria_set.title])
    page.append([])
    heads = (_("Unit"), _("Code"), _("Criterion"), _("Maximum"), _("Effect"), _("State"), _("Document"), _("Reason"))
    page.append([str(head) for head in heads])
    for each in effects:
        row = each.exemption
        said = (str(row.get_convention_display()), str(row.get_state_display()), row.document, row.reason)
        page.append([each.unit.name, each.code, each.name, each.points, *said])
    _finish(page, (34, 9, 60, 10, 26, 16, 30, 60))
    reach = book.create_sheet(_("Maxima"))
    reach.append([criteria_set.title])
    reach.append([])
    reach.append([str(head) for head in (_("Unit"), _("Criteria"), _("Maximum"), _("Maximum that applies"))])
    for unit in units:
        reach.append([unit.unit.name, unit.leaves, unit.before, unit.after])
    _finish(reach, (34, 12, 14, 18))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def attributes_workbook(attributes: Iterable[UnitAttribute]) -> bytes:
    """The attributes of units, as given."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Attributes of units")
    page.append([page.title])
    page.append([])
    heads = (_("Unit code"), _("Unit"), _("Attribute"), _("From day"), _("Until (not including) day"))
    page.append([str(head) for head in heads])
    for row in attributes:
        until = f"{row.valid_until:%d/%m/%Y}" if row.valid_until else ""
        page.append([row.unit.code, row.unit.name, row.word, f"{row.valid_from:%d/%m/%Y}", until])
    _finish(page, (14, 44, 30, 14, 24))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _finish(page: Any, widths: Sequence[int]) -> None:
    for row in page.iter_rows():
        for cell in row:
            _dress(cell)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A4"


def _heads() -> tuple[str, ...]:
    return (
        _("Code"),
        _("Criterion"),
        _("Maximum"),
        _("Self-score"),
        _("Last year: self"),
        _("Last year: final"),
        _("Explanation"),
        _("Evidence"),
        _("Scoring rule"),
    )


def _row(line: Line) -> list[object]:
    criterion, score = line.criterion, line.score
    points: object = None
    if line.exempt:
        points = _("not applicable")
    elif not criterion.is_leaf:
        points = line.points if line.leaves else None
    elif score is not None:
        points = _("not applicable") if score.not_applicable else score.points
    last = line.last_year
    return [
        criterion.code,
        criterion.name,
        line.limit,
        points if line.leaves or line.exempt else criterion.get_method_display(),
        last.points_self if last else None,
        last.points_final if last else None,
        f"{line.exempt.reason} ({line.exempt.source})" if line.exempt else score.explanation if score else "",
        "\n".join(on_paper(each) for each in line.citations),
        in_words(criterion.rule) if criterion.is_leaf else "",
    ]


def _dress(cell: Any) -> None:
    """A text that begins with = + - or @ stays a text; the first three rows and the inner nodes are bold."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=cell.row > 1)
    cell.font = Font(bold=cell.row <= 3)
