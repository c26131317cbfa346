"""A criteria set as a workbook in the layout of the official annex, from which it can be imported again."""

from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from criteria.tree import annex as layout
from criteria.tree.annex import Row
from criteria.tree.nodes import Outline
from units.packing import packed

WIDTHS = {layout.CODE: 8, layout.NAME: 62, layout.MAXIMUM: 10, layout.EVIDENCE: 36, layout.NOTE: 22}
FAMILY = "Times New Roman"
PLAIN, BOLD, SLANTED = Font(FAMILY, 12), Font(FAMILY, 12, bold=True), Font(FAMILY, 12, italic=True)
LARGE, LARGE_SLANTED = Font(FAMILY, 13, bold=True), Font(FAMILY, 13, italic=True)
LINE = Side("thin", "000000")
FRAME = Border(LINE, LINE, LINE, LINE)
HEAD, AREA = PatternFill("solid", fgColor="E6EDF7"), PatternFill("solid", fgColor="EEF1F5")
LEFT, MIDDLE = Alignment("left", "top", wrap_text=True), Alignment("center", "top", wrap_text=True)
CENTRE = Alignment("center", "center", wrap_text=True)
INDENTED = Alignment("left", "top", wrap_text=True, indent=1)


def annex(outline: Outline, *, heading: tuple[str, ...]) -> bytes:
    """The workbook; the same set gives the same bytes. ``heading``: the lines above the table, the first ones bold.

    A heading line in brackets is set in italics. Points are numbers, every other cell is text whatever it begins with.
    A maximum that is not known is an empty cell. What no node uses has no column.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = layout.SHEET
    extras = layout.extras(outline)
    columns = [*layout.BASE, *(each.title for each in extras)]
    widths = [*WIDTHS.values(), *(each.width for each in extras)]
    _heading(sheet, heading)
    top = len(heading) + 2
    for number, title in enumerate(columns, 1):
        _dress(_put(sheet, top, number, title), BOLD, CENTRE, HEAD)
    for number, row in enumerate(layout.rows(outline), top + 1):
        _row(sheet, number, row, [each.value(row.node, row.is_leaf) for each in extras])
    _total(sheet, outline, sheet.max_row + 1, len(columns))
    _page(sheet, top, widths)
    _facts(book.create_sheet(layout.FACTS), outline)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _heading(sheet: Worksheet, heading: tuple[str, ...]) -> None:
    for number, text in enumerate(heading, 1):
        cell = _put(sheet, number, 1, text)
        cell.font = LARGE_SLANTED if text.startswith("(") else LARGE
        cell.alignment = CENTRE
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(layout.BASE))


def _row(sheet: Worksheet, number: int, row: Row, further: list[str | Decimal]) -> None:
    node = row.node
    if row.rule_line:
        cells: list[str | Decimal | None] = ["", row.rule_line, "", "", "", *("" for _ in further)]
    else:
        evidence = node.evidence if row.is_leaf else ""
        cells = [node.code, node.name, node.maximum, evidence, node.note, *further]
    font = SLANTED if row.rule_line else PLAIN if row.is_leaf and row.level else BOLD
    fill = AREA if not row.level and not row.rule_line else None
    for column, value in enumerate(cells, 1):
        alignment = MIDDLE if column in {1, 3} else INDENTED if row.rule_line and column == 2 else LEFT
        _dress(_put(sheet, number, column, value), font if column < 4 else PLAIN, alignment, fill)


def _total(sheet: Worksheet, outline: Outline, number: int, columns: int) -> None:
    for column, value in enumerate(["", layout.TOTAL, layout.total(outline), *[""] * (columns - 3)], 1):
        _dress(_put(sheet, number, column, value), BOLD, MIDDLE if column in {1, 3} else LEFT, HEAD)


def _facts(sheet: Worksheet, outline: Outline) -> None:
    for number, (name, value) in enumerate(layout.facts(outline), 1):
        _dress(_put(sheet, number, 1, name), BOLD, LEFT, None)
        _dress(_put(sheet, number, 2, value), PLAIN, LEFT, None)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 80


def _put(sheet: Worksheet, row: int, column: int, value: str | Decimal | None) -> Cell:
    cell = sheet.cell(row, column)
    assert not isinstance(cell, MergedCell)
    if isinstance(value, Decimal):
        cell.value = value
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type, cell.number_format = "s", "@"
    return cell


def _dress(cell: Cell, font: Font, alignment: Alignment, fill: PatternFill | None) -> None:
    cell.font, cell.alignment, cell.border = font, alignment, FRAME
    if fill:
        cell.fill = fill


def _page(sheet: Worksheet, top: int, widths: list[int]) -> None:
    """A4 upright, as wide as the paper, the head of the table on every page, numbered above."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"C{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.oddHeader.center.text = "&P"  # type: ignore[union-attr]
