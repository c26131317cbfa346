"""The score sheet as a workbook that can be filled in without a connection and brought back.

Only what the unit writes is open; everything else is locked. A hidden sheet carries the sealed snapshot, a hidden
column the key of every row. Texts are texts whatever they begin with, so that none is ever computed.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assessments.models import Assessment
from assessments.selectors import workbooks
from assessments.selectors.places import on_paper
from assessments.selectors.sheets import Line, Sheet
from assessments.selectors.workbooks import COLUMNS, Declared, Origin
from criteria.scoring.notation import in_words
from criteria.templatetags.points import points
from units.packing import packed

WIDTHS = {
    "code": 9,
    "name": 46,
    "maximum": 9,
    "points": 10,
    "not_applicable": 9,
    "figures": 16,
    "explanation": 46,
    "reason": 30,
    "rule": 36,
    "last_self": 10,
    "last_final": 10,
    "last_remark": 30,
    "documents": 30,
    "key": 4,
}
PLACE = {name: number for number, name in enumerate(COLUMNS, start=1)}
NAMES, HEAD = 4, 5
"""The rows of the hidden names and of the head that people read."""
LONGEST = {"explanation": 5000, "reason": 2000}
FAMILY = "Times New Roman"
PLAIN, BOLD, QUIET = Font(FAMILY, 11), Font(FAMILY, 11, bold=True), Font(FAMILY, 11, color="595959")
LARGE, SLANTED = Font(FAMILY, 14, bold=True), Font(FAMILY, 11, italic=True)
LINE = Side("thin", "A6A6A6")
FRAME = Border(LINE, LINE, LINE, LINE)
GREY, AREA, OPEN = (PatternFill("solid", fgColor=colour) for colour in ("F2F2F2", "DDE6F0", "FFFBE6"))
LEFT = Alignment("left", "top", wrap_text=True)
MIDDLE = Alignment("center", "top", wrap_text=True)
CENTRE = Alignment("center", "center", wrap_text=True)
CENTRED = frozenset({"code", "maximum", "points", "not_applicable", "last_self", "last_final"})
GREYED = frozenset({"rule", "last_self", "last_final", "last_remark", "documents"})


@dataclass(frozen=True)
class _Open:
    """Cells that the unit writes: what may stand there."""

    column: str
    row: int
    bounds: tuple[str, str] = ("", "")


def roundtrip(sheet: Sheet, writes: Callable[[int], bool]) -> bytes:
    """The workbook of the dossier, in which the leaves are open that the person ``writes``.

    The same dossier gives the same bytes.
    """
    book = Workbook()
    page = book.worksheets[0]
    page.title = _("Self-scores")
    _heading(page, sheet.assessment)
    origins: list[Origin] = []
    written: list[_Open] = []
    row = HEAD
    for line in sheet.lines:
        row += 1
        _line(page, row, line)
        if workbooks.is_asked(line) and writes(line.criterion.pk):
            figures = workbooks.declared(line)
            origins.append(_origin(line, row, figures))
            written += _leaf(page, row, line, origins[-1], figures)
            row += len(figures)
    _validate(page, written)
    _page(page, row)
    _sealed(book, sheet.assessment, origins)
    book.security = WorkbookProtection(lockStructure=True)
    out = io.BytesIO()
    book.save(out)
    return packed(out.getvalue())


def _origin(line: Line, row: int, figures: tuple[Declared, ...]) -> Origin:
    base = workbooks.values_of(line.score, ((each.name, each.text) for each in figures))
    names = tuple(each.name for each in figures)
    criterion = line.criterion
    return Origin(criterion.pk, criterion.code, criterion.name, row, line.version, base, names)


def _heading(page: Worksheet, assessment: Assessment) -> None:
    top = (
        (f"{_('Self-scoring table')} · {assessment.unit.name}", LARGE),
        (assessment.cycle.name, BOLD),
        (
            _(
                "Fill in the pale yellow cells only, then bring the file back on the page of the dossier. Points with "
                "a decimal comma; x under “not applicable” where the criterion does not apply."
            ),
            SLANTED,
        ),
    )
    for number, (text, font) in enumerate(top, start=1):
        _put(page, number, "code", text).font = font
    for name in COLUMNS:
        _put(page, NAMES, name, f"#{name}")
        head = _put(page, HEAD, name, str(_heads()[name]))
        head.font, head.alignment, head.fill, head.border = BOLD, CENTRE, AREA, FRAME


def _heads() -> dict[str, str]:
    return {
        "code": _("Code"),
        "name": _("Criterion"),
        "maximum": _("Maximum"),
        "points": _("Self-score"),
        "not_applicable": _("Not applicable (x)"),
        "figures": _("Declared figures"),
        "explanation": _("Explanation"),
        "reason": _("Why other points than the rule gives"),
        "rule": _("Scoring rule"),
        "last_self": _("Last year: self"),
        "last_final": _("Last year: final"),
        "last_remark": _("Last year: remark"),
        "documents": _("Evidence"),
        "key": "",
    }


def _line(page: Worksheet, row: int, line: Line) -> None:
    """What is locked in the row of any node."""
    criterion, last = line.criterion, line.last_year
    texts = {
        "code": criterion.code,
        "name": criterion.name,
        "maximum": points(line.limit),
        "rule": in_words(criterion.rule) if criterion.is_leaf else "",
        "last_self": points(last.points_self) if last else "",
        "last_final": points(last.points_final) if last else "",
        "last_remark": last.reason if last else "",
        "documents": "\n".join(on_paper(each) for each in line.citations),
        "not_applicable": _("not applicable") if line.exempt else "",
        "explanation": line.exempt.reason if line.exempt else "",
    }
    inner = not criterion.is_leaf
    for name in COLUMNS[:-1]:
        cell = _put(page, row, name, texts.get(name, ""))
        cell.font = QUIET if name in GREYED else BOLD if inner else PLAIN
        cell.alignment = MIDDLE if name in CENTRED else LEFT
        cell.border = FRAME
        if inner or name in GREYED:
            cell.fill = AREA if inner else GREY
    if criterion.is_leaf and line.score and line.score.points is not None:
        page.cell(row, PLACE["points"]).value = line.score.points


def _leaf(page: Worksheet, row: int, line: Line, origin: Origin, figures: tuple[Declared, ...]) -> list[_Open]:
    """What is open in the row of a leaf, and a row under it for each figure that its rule asks."""
    score, criterion = line.score, line.criterion
    _put(page, row, "key", origin.key())
    _put(page, row, "not_applicable", "x" if score and score.not_applicable else "")
    _put(page, row, "explanation", origin.base["explanation"])
    _put(page, row, "reason", origin.base["reason"])
    for name in ("points", "not_applicable", "explanation", "reason"):
        _unlock(page, row, name)
    bounds = (format(criterion.min_points, "f"), format(criterion.max_points, "f"))
    opened = [_Open("points", row, bounds), _Open("not_applicable", row)]
    opened += [_Open("explanation", row), _Open("reason", row)]
    for place, figure in enumerate(figures):
        _figure(page, row + 1 + place, origin.key(place), figure)
    return opened


def _figure(page: Worksheet, row: int, key: str, figure: Declared) -> None:
    for name in COLUMNS[:-1]:
        cell = _put(page, row, name, "")
        cell.border, cell.font, cell.alignment = FRAME, QUIET, LEFT
        if name in GREYED:
            cell.fill = GREY
    _put(page, row, "name", f"– {figure.label}").alignment = Alignment("left", "top", wrap_text=True, indent=2)
    _put(page, row, "key", key)
    _put(page, row, "figures", figure.text)
    _unlock(page, row, "figures")


def _unlock(page: Worksheet, row: int, name: str) -> None:
    cell = page.cell(row, PLACE[name])
    cell.protection = Protection(locked=False)
    cell.fill, cell.font = OPEN, PLAIN


def _put(page: Worksheet, row: int, name: str, text: str) -> Cell:
    """A text that stays a text: it is stored as one, shown as one, and stays one when its cell is edited."""
    cell = page.cell(row, PLACE[name])
    assert isinstance(cell, Cell)
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = True
    return cell


def _validate(page: Worksheet, written: list[_Open]) -> None:
    """What Excel itself refuses: points outside the bounds, anything but x, a text that is too long."""
    groups: dict[tuple[str, tuple[str, str]], list[int]] = {}
    for each in written:
        groups.setdefault((each.column, each.bounds), []).append(each.row)
    for (column, bounds), rows in groups.items():
        check = _check(column, bounds)
        letter = get_column_letter(PLACE[column])
        for row in rows:
            check.add(f"{letter}{row}")
        page.add_data_validation(check)


def _check(column: str, bounds: tuple[str, str]) -> DataValidation:
    if column == "points":
        check = DataValidation("decimal", operator="between", formula1=bounds[0], formula2=bounds[1], allow_blank=True)
        shown = {"low": bounds[0].replace(".", ","), "high": bounds[1].replace(".", ",")}
        check.error = _("Points lie between %(low)s and %(high)s.") % shown
    elif column == "not_applicable":
        check = DataValidation("list", formula1='"x"', allow_blank=True)
        check.error = _("Write x, or leave the cell empty.")
    else:
        check = DataValidation(
            "textLength", operator="lessThanOrEqual", formula1=str(LONGEST[column]), allow_blank=True
        )
        check.error = _("At most %(most)s characters.") % {"most": LONGEST[column]}
    check.showErrorMessage = True
    return check


def _page(page: Worksheet, last: int) -> None:
    """A4 across, as wide as the paper, the head on every page; the names and the keys hidden."""
    for name, number in PLACE.items():
        page.column_dimensions[get_column_letter(number)].width = WIDTHS[name]
    page.column_dimensions[get_column_letter(PLACE["key"])].hidden = True
    page.row_dimensions[NAMES].hidden = True
    page.freeze_panes = page.cell(HEAD + 1, PLACE["maximum"]).coordinate
    page.print_title_rows = f"{HEAD}:{HEAD}"
    page.print_area = f"A1:{get_column_letter(PLACE['documents'])}{last}"
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.protection.sheet = True
    # People may widen what they cannot read.
    page.protection.formatColumns = page.protection.formatRows = False


def _sealed(book: Workbook, assessment: Assessment, origins: list[Origin]) -> None:
    hidden = book.create_sheet(workbooks.MARK)
    for number, text in enumerate(_pieces(assessment, origins), start=1):
        cell = hidden.cell(number, 1)
        cell.value = text
        cell.data_type = "s"
    hidden.sheet_state = "veryHidden"
    hidden.protection.sheet = True


def _pieces(assessment: Assessment, origins: list[Origin]) -> Iterator[str]:
    yield workbooks.MARK
    yield from workbooks.sealed(workbooks.snapshot(assessment, origins))
