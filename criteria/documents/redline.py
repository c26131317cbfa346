"""What differs between two sets as an annex ready to sign: PDF, DOCX and XLSX, Vietnamese whoever prints it.

In the layout of Nghị định 30/2020/NĐ-CP, Phụ lục, on A4 across. The same two sets give the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

import docx
from django.template.loader import render_to_string
from django.utils import translation
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from criteria.documents.printed import heading, mark
from criteria.models import CriteriaSet
from criteria.selectors.redline import Cell, Redline, Row, redline
from criteria.tree.redline import COME, GONE, KEPT, Piece
from units import pdf, word
from units.naming import full_name
from units.packing import packed

TITLE = "SO SÁNH, THUYẾT MINH NHỮNG NỘI DUNG THAY ĐỔI"
COLUMNS = ("STT", "Nội dung cũ", "Nội dung mới", "Lý do, loại thay đổi")
WIDTHS = (12, 97, 97, 41)
"""Of the columns, in millimetres: A4 across between its margins."""
LEGEND = "Chữ gạch ngang: bỏ; chữ gạch chân: bổ sung hoặc thay thế."
HEAD = "Nội dung chung của bộ tiêu chí"
GREY = "F0F0F0"


@dataclass(frozen=True)
class Run:
    """Words of one look. ``mark``: kept (``=``), gone (``-``, struck through) or come (``+``, underlined)."""

    text: str
    mark: str = KEPT
    is_bold: bool = False


Paragraph = tuple[Run, ...]


@dataclass(frozen=True)
class Printed:
    """A row of the table. A row without ``number`` is about the set as a whole."""

    number: str
    old: tuple[Paragraph, ...]
    new: tuple[Paragraph, ...]
    why: tuple[str, ...]
    is_inner: bool


@dataclass(frozen=True)
class Paper:
    """All words of the annex. ``mark`` stands on every page where the paper has no legal effect, else it is empty."""

    heading: tuple[str, ...]
    mark: str
    author: str
    rows: tuple[Printed, ...]
    remarks: tuple[str, ...]

    @property
    def watermark(self) -> str:
        return self.mark.partition(" – ")[0]


def in_vietnamese(old: CriteriaSet, new: CriteriaSet, make: Callable[[Redline], bytes]) -> bytes:
    """The file that ``make`` makes of the comparison of the two sets."""
    with translation.override("vi"):
        return make(redline(old, new))


def paper(found: Redline) -> Paper:
    """What the annex says. To be asked in Vietnamese, see ``in_vietnamese``."""
    annex, title, reference = heading(found.new)
    rows = [_head(found)] if found.head else []
    rows += [_printed(number, row) for number, row in enumerate(found.changed, 1)]
    return Paper(
        heading=(annex, TITLE, title, reference),
        mark=mark(found.new),
        author=full_name(found.new.cycle.authority.name),
        rows=tuple(rows),
        remarks=tuple(_remarks(found)),
    )


def _head(found: Redline) -> Printed:
    old = tuple(_labelled(label, before) for label, before, _after in found.head)
    new = tuple(_labelled(label, after) for label, _before, after in found.head)
    return Printed("", old, new, (HEAD,), is_inner=True)


def _labelled(label: str, pieces: tuple[Piece, ...]) -> Paragraph:
    return (Run(f"{label}: "), *_runs(pieces))


def _printed(number: int, row: Row) -> Printed:
    why = tuple(f"{label}: {more}" if more else label for _kind, label, more in row.why)
    inner = not row.difference.is_leaf
    return Printed(str(number), tuple(_cells(row.old, inner)), tuple(_cells(row.new, inner)), why, inner)


def _cells(cells: Iterable[Cell], is_inner: bool) -> Iterator[Paragraph]:
    """Each node's code, name and points, then what else of it differs."""
    for cell in cells:
        name = _runs(cell.name, is_inner)
        points = (Run(f" ({cell.points} điểm)"),) if cell.points else ()
        yield (Run(f"{cell.code}. ", is_bold=True), *name, *points)
        for line in cell.lines:
            yield _labelled(line.label, line.pieces)


def _runs(pieces: tuple[Piece, ...], is_bold: bool = False) -> Paragraph:
    """The pieces with a space between two of them, unless a line ends there."""
    made: list[Run] = []
    for each in pieces:
        if made and not made[-1].text.endswith("\n") and not each.text.startswith("\n"):
            made.append(Run(" ", is_bold=is_bold))
        made.append(Run(each.text, each.op, is_bold))
    return tuple(made)


def _remarks(found: Redline) -> Iterator[str]:
    yield f"Nội dung cũ: {_named(found.old)}. Nội dung mới: {_named(found.new)}."
    yield LEGEND
    if found.counts:
        listed = "; ".join(f"{label.lower()}: {count}" for _kind, label, count in found.counts)
        yield f"Tổng số {len(found.changed)} mục có thay đổi ({listed})."
    else:
        yield "Hai bộ tiêu chí không có tiêu chí nào khác nhau."
    if found.open:
        proposed = "chưa được xác nhận nguồn gốc; phần so sánh của các tiêu chí này do máy đề xuất"
        yield f"Còn {found.open} tiêu chí {proposed}."


def _named(criteria_set: CriteriaSet) -> str:
    number = f", Quyết định số {criteria_set.number}" if criteria_set.number else ""
    digest = f", mã kiểm SHA-256 {criteria_set.digest}" if criteria_set.digest else ""
    return f"{criteria_set.title} ({criteria_set.cycle.name}, phiên bản {criteria_set.version}{number}{digest})"


# --- PDF --------------------------------------------------------------------------------------------------------------


def annex_pdf(found: Redline, each_step: Callable[[], None] | None = None) -> bytes:
    """Raises ``pdf.MissingLibrary``. ``each_step`` is called at least once a page."""
    return pdf.render(annex_html(found), each_step)


def annex_html(found: Redline) -> str:
    return render_to_string("criteria/documents/redline.html", {"paper": paper(found), "columns": COLUMNS})


# --- DOCX -------------------------------------------------------------------------------------------------------------

LOOKS = {KEPT: "", GONE: "<w:strike/>", COME: '<w:u w:val="single"/>'}


def annex_docx(found: Redline) -> bytes:
    said = paper(found)
    book = docx.Document()
    _page(book, said)
    for place, text in enumerate(said.heading):
        _centred(book, text, bold=place < 3, italic=place == 3)
    if said.mark:
        _centred(book, said.mark, bold=True, size=11)
    body = book.element.body
    body.insert(len(body) - 1, parse_xml(_table(said)))
    for remark in said.remarks:
        run = book.add_paragraph().add_run(word.legible(remark))
        run.italic, run.font.size = True, Pt(11)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _page(book: Document, said: Paper) -> None:
    """A4 across; the page's number above from the second page on, the mark below on every page."""
    normal = book.styles["Normal"]
    normal.font.name, normal.font.size = word.FAMILY, Pt(13)
    normal.paragraph_format.space_after = Pt(4)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), word.FAMILY)
    section = book.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = word.ACROSS
    for name, value in word.MARGINS.items():
        setattr(section, name, value)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number._p.append(parse_xml(word.PAGE_NUMBER))
    for footer in (section.footer, section.first_page_footer):
        if said.mark:
            line = footer.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(said.mark).bold = True
    about = book.core_properties
    about.author, about.title, about.comments, about.last_modified_by = said.author, TITLE.capitalize(), "", ""


def _centred(book: Document, text: str, *, bold: bool = False, italic: bool = False, size: int = 14) -> None:
    paragraph = book.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(word.legible(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _table(said: Paper) -> str:
    """Written as one text: a cell at a time through the library takes seconds for a large set."""
    grid = "".join(f'<w:gridCol w:w="{_twips(each)}"/>' for each in WIDTHS)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = _tr([((Run(text, is_bold=True),),) for text in COLUMNS], centred=(0, 1, 2, 3), options="<w:tblHeader/>")
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(sum(WIDTHS))}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{head}{''.join(_row(each) for each in said.rows)}</w:tbl>"
    )


def _row(row: Printed) -> str:
    why = tuple((Run(each),) for each in row.why)
    return _tr([((Run(row.number),),), row.old, row.new, why], centred=(0,), fill=GREY if row.is_inner else "")


def _tr(cells: Iterable[tuple[Paragraph, ...]], *, centred: tuple[int, ...], options: str = "", fill: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(WIDTHS[place])}" w:type="dxa"/>{shade}</w:tcPr>'
        f"{_paragraphs(cell, is_centred=place in centred)}</w:tc>"
        for place, cell in enumerate(cells)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{options}</w:trPr>{made}</w:tr>"


def _paragraphs(cell: tuple[Paragraph, ...], *, is_centred: bool) -> str:
    centre = '<w:jc w:val="center"/>' if is_centred else ""
    start = f'<w:p><w:pPr><w:spacing w:after="40"/>{centre}</w:pPr>'
    return "".join(f"{start}{''.join(_run(run) for run in each)}</w:p>" for each in cell or ((Run(""),),))


def _run(run: Run) -> str:
    look = f"{'<w:b/>' if run.is_bold else ''}{LOOKS[run.mark]}"
    # The schema wants the size before the underline.
    look = look.replace('<w:u w:val="single"/>', "") + '<w:sz w:val="22"/>' + (LOOKS[COME] if run.mark == COME else "")
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(word.legible(each))}</w:t>' for each in run.text.rstrip("\n").split("\n")
    )
    end = "<w:br/>" if run.text.endswith("\n") else ""
    return f"<w:r><w:rPr>{look}</w:rPr>{lines}{end}</w:r>"


def _twips(millimetres: int) -> int:
    return millimetres * 1440 * 10 // 254


# --- XLSX -------------------------------------------------------------------------------------------------------------

THIN = Side(style="thin")
EDGES = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FONTS = {
    GONE: InlineFont(strike=True, color=Color(rgb="00A3201D")),
    COME: InlineFont(u="single", color=Color(rgb="0017603A")),
}


def annex_xlsx(found: Redline) -> bytes:
    """For those who sort and filter. Every text is stored as text, whatever it begins with."""
    said = paper(found)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "So sánh"
    for line in (*said.heading, *([said.mark] if said.mark else [])):
        _put(sheet, [CellRichText(line)], is_bold=True)
    sheet.append([])
    _put(sheet, [CellRichText(each) for each in COLUMNS], is_bold=True, edges=EDGES, fill=GREY)
    for row in said.rows:
        why = CellRichText("\n".join(row.why))
        cells = [CellRichText(row.number), _rich(row.old), _rich(row.new), why]
        _put(sheet, cells, edges=EDGES, fill=GREY if row.is_inner else "")
    for remark in said.remarks:
        _put(sheet, [CellRichText(remark)])
    for letter, width in zip("ABCD", (6, 70, 70, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _rich(cell: tuple[Paragraph, ...]) -> CellRichText:
    made = CellRichText()
    for place, paragraph in enumerate(cell):
        for run in paragraph:
            text = word.legible(run.text)
            made.append(TextBlock(FONTS[run.mark], text) if run.mark in FONTS and text else text)
        if place < len(cell) - 1:
            made.append("\n")
    return made


def _put(
    sheet: Worksheet, cells: list[CellRichText], *, is_bold: bool = False, edges: Border | None = None, fill: str = ""
) -> None:
    number = sheet.max_row + 1 if sheet.cell(1, 1).value is not None else 1
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number, column)
        if str(value):
            cell.value = value
        cell.number_format, cell.font = "@", Font(bold=is_bold)
        if edges:
            cell.border, cell.alignment = edges, Alignment(wrap_text=True, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
