"""Word documents in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục: the page, its number, its mark, centred lines."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FAMILY = "Times New Roman"
UPRIGHT = (Mm(210), Mm(297))
ACROSS = UPRIGHT[::-1]
MARGINS = {"top_margin": Mm(20), "bottom_margin": Mm(20), "left_margin": Mm(30), "right_margin": Mm(20)}
PAGE_NUMBER = (
    f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="26"/></w:rPr>'
    "<w:t>1</w:t></w:r></w:fldSimple>"
)


def legible(text: str) -> str:
    """Without the signs that no XML can hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def words(
    paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int, after: int = 2
) -> None:
    """Set the text at the end of the paragraph, ``size`` and the space ``after`` it in points."""
    run = paragraph.add_run(legible(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.paragraph_format.space_after = Pt(after)


def centred(
    paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int, after: int = 2
) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words(paragraph, text, bold=bold, italic=italic, size=size, after=after)


def set_page(book: Document, mark: str, after: int = 2) -> None:
    """A4 upright; the page's number above from the second page on, the mark (empty: none) below on every page."""
    normal = book.styles["Normal"]
    normal.font.name, normal.font.size = FAMILY, Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FAMILY)
    section = book.sections[0]
    section.page_width, section.page_height = UPRIGHT
    for name, value in MARGINS.items():
        setattr(section, name, value)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number._p.append(parse_xml(PAGE_NUMBER))
    for footer in (section.footer, section.first_page_footer):
        if mark:
            centred(footer.paragraphs[0], mark, bold=True, size=11, after=after)
