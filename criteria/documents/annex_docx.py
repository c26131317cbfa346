"""The annex of a criteria set as DOCX in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục."""

from io import BytesIO
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from criteria.documents.printed import Line, Paper, paper
from criteria.models import CriteriaSet
from criteria.tree.annex import BASE, TOTAL
from units import word
from units.packing import packed

WIDTHS = (14, 69, 14, 36, 27)
EXAMPLE_WIDTHS = (14, 76, 70)
GREY = "F0F0F0"
SPACING = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
AFTER = 4


def annex_docx(criteria_set: CriteriaSet) -> bytes:
    """The same set gives the same bytes."""
    said = paper(criteria_set)
    book = docx.Document()
    word.set_page(book, said.mark, AFTER)
    _properties(book, said)
    for place, text in enumerate(said.heading):
        word.centred(book.add_paragraph(), text, bold=place < 2, italic=place == 2, size=14, after=AFTER)
    if said.mark:
        word.centred(book.add_paragraph(), said.mark, bold=True, size=11, after=AFTER)
    total = _cells(["", TOTAL, said.total, "", ""], WIDTHS, _AREA)
    _table(book, BASE, WIDTHS, [*(_row(line) for line in said.lines), total])
    for remark in said.remarks:
        word.words(book.add_paragraph(), remark, italic=True, size=11, after=AFTER)
    if said.examples:
        word.words(book.add_paragraph(), "Ví dụ tính điểm", bold=True, size=13, after=AFTER)
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
    return escape(word.legible(text))


def _properties(book: Document, said: Paper) -> None:
    about = book.core_properties
    about.author, about.title = said.author, word.legible(said.heading[1])[:255]
    about.comments, about.last_modified_by = "", ""
