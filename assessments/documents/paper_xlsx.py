"""The self-scoring table and the self-assessment report as workbooks in the layout of the paper, with live sums."""

from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.documents.official import Paper
from assessments.selectors.papers import Row
from units.packing import packed

WIDTHS = (9, 56, 11, 11, 52)
HEADS = (
    "STT",
    "Lĩnh vực, tiêu chí, tiêu chí thành phần",
    "Điểm tối đa",
    "Điểm tự chấm",
    "Giải trình, tài liệu kiểm chứng",
)
FAMILY = "Times New Roman"
PLAIN, BOLD, SLANTED = Font(FAMILY, 12), Font(FAMILY, 12, bold=True), Font(FAMILY, 12, italic=True)
LARGE, LARGE_SLANTED = Font(FAMILY, 13, bold=True), Font(FAMILY, 13, italic=True)
LINE = Side("thin", "000000")
FRAME = Border(LINE, LINE, LINE, LINE)
HEAD, AREA = PatternFill("solid", fgColor="E6EDF7"), PatternFill("solid", fgColor="F0F0F0")
LEFT, MIDDLE = Alignment("left", "top", wrap_text=True), Alignment("center", "top", wrap_text=True)
CENTRE = Alignment("center", "center", wrap_text=True)
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
SUM = 9
"""The function of SUBTOTAL that adds and leaves other subtotals out."""


def paper_xlsx(paper: Paper) -> bytes:
    """The same paper gives the same bytes. Texts are texts whatever they begin with; sums are formulas."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Báo cáo" if paper.report else "Bảng tự chấm điểm"
    row = _heading(page, paper)
    if paper.report:
        row = _sections(page, paper, row)
        _foot(page, paper, row)
        table = book.create_sheet("Bảng tự chấm điểm")
        _scores(table, paper, 1)
        _layout(table, 1)
    else:
        last = _scores(page, paper, row)
        _foot(page, paper, _notes(page, paper, last + 1))
    _layout(page, 0 if paper.report else row)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _heading(page: Worksheet, paper: Paper) -> int:
    """Letterhead, mark and title; the next free row."""
    agency = (*paper.above, *paper.agency)
    for row in range(1, max(len(agency), len(NATION)) + 1):
        for lines, first, last in ((agency, 1, 2), (NATION, 3, 5)):
            if row <= len(lines):
                _over(page, row, first, last, lines[row - 1], PLAIN if lines[row - 1] in paper.above else BOLD)
    row = max(len(agency), len(NATION)) + 1
    _over(page, row, 1, 2, paper.number, PLAIN)
    _over(page, row, 3, 5, paper.place_and_date, SLANTED)
    for text, font in (
        (paper.mark, LARGE),
        (paper.practice, BOLD),
        (paper.name, LARGE),
        (paper.subject, LARGE),
        (f"Kính gửi: {paper.to}" if paper.to else f"Cơ quan, đơn vị: {paper.table.unit}", LARGE_SLANTED),
    ):
        if text:
            row += 1
            _over(page, row, 1, 5, text, font)
    return row + 2


def _over(page: Worksheet, row: int, first: int, last: int, text: str, font: Font) -> None:
    cell = _put(page, row, first, text)
    cell.font, cell.alignment = font, CENTRE
    page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _sections(page: Worksheet, paper: Paper, row: int) -> int:
    assert paper.report is not None
    for number, section in enumerate(paper.report.sections, start=1):
        _paragraph(page, row, f"{number}. {section.title}", BOLD)
        for text in section.paragraphs:
            row += 1
            _paragraph(page, row, text, PLAIN)
        row += 1
    _paragraph(page, row, paper.source, SLANTED)
    return row + 2


def _paragraph(page: Worksheet, row: int, text: str, font: Font) -> None:
    """Over the whole width. Merged cells do not grow by themselves: the row is made as high as its text."""
    cell = _put(page, row, 1, text)
    cell.font, cell.alignment = font, LEFT
    page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
    page.row_dimensions[row].height = 16 * (1 + len(text) // sum(WIDTHS))


def _scores(page: Worksheet, paper: Paper, top: int) -> int:
    """The table from row ``top``; its last row."""
    for column, title in enumerate(HEADS, start=1):
        _dress(_put(page, top, column, title), BOLD, CENTRE, HEAD)
    rows = paper.table.rows
    for number, row in enumerate(rows, start=top + 1):
        _row(page, number, row, _end(rows, number - top - 1) + top + 1)
    last = top + len(rows) + 1
    is_sum = bool(rows) and not paper.table.way and not paper.table.exempt
    total: list[str | Decimal] = ["", "Tổng cộng", paper.table.maximum, paper.table.points, ""]
    if is_sum:
        total[2:4] = [f"=SUBTOTAL({SUM},{letter}{top + 1}:{letter}{last - 1})" for letter in "CD"]
    for column, value in enumerate(total, start=1):
        cell = _put(page, last, column, value, is_formula=is_sum and column in {3, 4})
        _dress(cell, BOLD, MIDDLE if column in {1, 3, 4} else LEFT, HEAD)
    return last


def _end(rows: tuple[Row, ...], place: int) -> int:
    """The place of the last row below the row at ``place``."""
    end = place
    while end + 1 < len(rows) and rows[end + 1].level > rows[place].level:
        end += 1
    return end


def _row(page: Worksheet, number: int, row: Row, last: int) -> None:
    leaf = row.leaf
    values: list[str | Decimal | None]
    if leaf is None:
        sums = [f"=SUBTOTAL({SUM},{letter}{number + 1}:{letter}{last})" for letter in "CD"]
        values = [row.code, row.name, *sums, ""]
    else:
        said = "\n".join(filter(None, [leaf.explanation, *(f"– {name}" for name in leaf.documents)]))
        points = "Không áp dụng" if leaf.not_applicable else leaf.points
        values = [leaf.code, leaf.name, "" if leaf.not_applicable else leaf.maximum, points, said]
    for column, value in enumerate(values, start=1):
        is_sum = leaf is None and column in {3, 4}
        cell = _put(page, number, column, value, is_formula=is_sum)
        font = PLAIN if leaf else BOLD
        _dress(cell, font, MIDDLE if column in {1, 3, 4} else LEFT, AREA if not row.level and not leaf else None)


def _notes(page: Worksheet, paper: Paper, row: int) -> int:
    exempt = (f"Không áp dụng đối với đơn vị: {each.code} {each.name}. {each.reason}" for each in paper.table.exempt)
    for text in (*paper.table.way, *exempt, paper.source):
        _paragraph(page, row, text, SLANTED)
        row += 1
    return row + 1


def _foot(page: Worksheet, paper: Paper, row: int) -> None:
    left = ["Nơi nhận:", *(f"- {each};" for each in paper.recipients)] if paper.recipients else []
    right = [*paper.office, "", "", "", paper.signer]
    for place, text in enumerate(left):
        _put(page, row + place, 1, text).font = SLANTED if place == 0 else PLAIN
    for place, text in enumerate(right):
        _over(page, row + place, 3, 5, text, BOLD)


def _put(page: Worksheet, row: int, column: int, value: str | Decimal | None, *, is_formula: bool = False) -> Cell:
    """Numbers as numbers, our own sums as formulas, everything else as text."""
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, Decimal):
        cell.value = value
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        if not is_formula:
            cell.data_type, cell.number_format = "s", "@"
    return cell


def _dress(cell: Cell, font: Font, alignment: Alignment, fill: PatternFill | None) -> None:
    cell.font, cell.alignment, cell.border = font, alignment, FRAME
    if fill:
        cell.fill = fill


def _layout(page: Worksheet, head: int) -> None:
    """A4 upright, as wide as the paper, the head of the table on every page, numbered above."""
    for number, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    if head:
        page.print_title_rows = f"{head}:{head}"
    page.page_setup.paperSize, page.page_setup.orientation = 9, "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.oddHeader.center.text = "&P"  # type: ignore[union-attr]
