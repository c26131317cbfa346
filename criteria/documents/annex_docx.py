"""The annex of a criteria set as DOCX in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục."""

from io import BytesIO
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from criteria.documents.printed import Line, Paper, paper
from criteria.models import CriteriaSet
from criteria.tree.annex import BASE, TOTAL
from units.packing import packed

FAMILY = "Times New Roman"
PAGE = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(20), "bottom_margin": Mm(20), "left_margin": Mm(30), "right_margin": Mm(20)}
WIDTHS = (14, 69, 14, 36, 27)
EXAMPLE_WIDTHS = (14, 76, 70)
GREY = "F0F0F0"
SPACING = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
PAGE_NUMBER = (
    f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="26"/></w:rPr>'
    "<w:t>1</w:t></w:r></w:fldSimple>"
)


def annex_docx(criteria_set: CriteriaSet) -> bytes:
    """The same set gives the same bytes."""
    said = paper(criteria_set)
    book = docx.Document()
    _page(book, said)
    _properties(book, said)
    for place, text in enumerate(said.heading):
        _centred(book.add_paragraph(), text, bold=place < 2, italic=place == 2, size=14)
    if said.mark:
        _centred(book.add_paragraph(), said.mark, bold=True, size=11)
    total = _cells(["", TOTAL, said.total, "", ""], WIDTHS, _AREA)
    _table(book, BASE, WIDTHS, [*(_row(line) for line in said.lines), total])
    for remark in said.remarks:
        _words(book.add_paragraph(), remark, italic=True, size=11)
    if said.examples:
        _words(book.add_paragraph(), "Ví dụ tính điểm", bold=True, size=13)
        rows = [_cells([code, name, "\n".join(lines)], EXAMPLE_WIDTHS, _PLAIN) for code, name, lines in said.examples]
        _table(book, ("STT", "Tiêu chí", "Số liệu và điểm"), EXAMPLE_WIDTHS, rows)
    book.add_paragraph()
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


class _Look:
    """How the text of a row is set."""

    def __init__(self, *, bold: bool = False, italic: bool = False, fill: str = "") -> None:
        self.run = f'{"<w:b/>" if bold else ""}{"<w:i/>" if italic else ""}<w:sz w:val="23"/>'
        self.cell = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""


_PLAIN, _RULE, _INNER = _Look(), _Look(italic=True), _Look(bold=True)
_AREA = _Look(bold=True, fill=GREY)


def _row(line: Line) -> str:
    look = _RULE if line.is_rule else _AREA if not line.level else _INNER if line.is_bold else _PLAIN
    cells = [line.code, line.text, line.maximum, "\n".join(line.evidence), "\n".join(line.notes)]
    over = '<w:vMerge w:val="restart"/>' if line.rows > 1 else "<w:vMerge/>" if line.is_rule else ""
    return _cells(cells, WIDTHS, look, is_kept=line.is_bold or line.rows > 1, over=over)


def _cells(texts: list[str], widths: tuple[int, ...], look: _Look, *, is_kept: bool = False, over: str = "") -> str:
    """A table row. A kept row stays on the page of the row after it. ``over``: how its last two cells are merged."""
    made = []
    for place, text in enumerate(texts):
        centre = '<w:jc w:val="center"/>' if place == 0 or (place == 2 and len(texts) > 3) else ""
        keep = "<w:keepNext/>" if is_kept else ""
        lines = "<w:r><w:br/></w:r>".join(
            f'<w:r><w:rPr>{look.run}</w:rPr><w:t xml:space="preserve">{_clean(each)}</w:t></w:r>'
            for each in text.splitlines()
        )
        width = f'<w:tcW w:w="{_twips(widths[place])}" w:type="dxa"/>{over if place > 2 else ""}'
        about = f"<w:pPr>{keep}{SPACING}{centre}</w:pPr>"
        made.append(f"<w:tc><w:tcPr>{width}{look.cell}</w:tcPr><w:p>{about}{lines}</w:p></w:tc>")
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>"


def _table(book: Document, heads: tuple[str, ...], widths: tuple[int, ...], rows: list[str]) -> None:
    """Built as one text: a row at a time through the library takes seconds for a large set."""
    grid = "".join(f'<w:gridCol w:w="{_twips(each)}"/>' for each in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = _cells(list(heads), widths, _INNER).replace("<w:cantSplit/>", "<w:cantSplit/><w:tblHeader/>")
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"
    )
    body = book.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def _twips(millimetres: int) -> int:
    return millimetres * 1440 * 10 // 254


def _clean(text: str) -> str:
    return escape(_legible(text))


def _legible(text: str) -> str:
    """Without the signs that no XML can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _centred(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _words(paragraph, text, bold=bold, italic=italic, size=size)


def _words(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int) -> None:
    run = paragraph.add_run(_legible(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.paragraph_format.space_after = Pt(4)


def _page(book: Document, said: Paper) -> None:
    """A4 upright; the page's number above from the second page on, the mark on every page."""
    normal = book.styles["Normal"]
    normal.font.name, normal.font.size = FAMILY, Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FAMILY)
    section = book.sections[0]
    section.page_width, section.page_height = PAGE
    for name, value in MARGINS.items():
        setattr(section, name, value)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number._p.append(parse_xml(PAGE_NUMBER))
    for footer in (section.footer, section.first_page_footer):
        if said.mark:
            _centred(footer.paragraphs[0], said.mark, bold=True, size=11)


def _properties(book: Document, said: Paper) -> None:
    about = book.core_properties
    about.author, about.title = said.author, _legible(said.heading[1])[:255]
    about.comments, about.last_modified_by = "", ""
