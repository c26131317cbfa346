"""The self-scoring table and the self-assessment report as DOCX in the layout of Nghị định 30/2020/NĐ-CP."""

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from assessments.documents.official import Paper
from assessments.documents.paper_pdf import share, shares
from assessments.selectors.papers import Row
from criteria.templatetags.points import points
from units import word
from units.packing import packed

WIDTHS = (14, 66, 16, 16, 48)
SUMMARY_WIDTHS = (14, 74, 24, 24, 24)
HEADS = (
    "STT",
    "Lĩnh vực, tiêu chí, tiêu chí thành phần",
    "Điểm tối đa",
    "Điểm tự chấm",
    "Giải trình, tài liệu kiểm chứng",
)
SUMMARY_HEADS = ("STT", "Lĩnh vực", "Điểm tối đa", "Điểm tự chấm", "Tỷ lệ (%)")
GREY = '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>'
SPACING = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
RULE = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'


def paper_docx(paper: Paper) -> bytes:
    """The same paper gives the same bytes."""
    book = docx.Document()
    _page(book, paper)
    _letterhead(book, paper)
    if paper.mark:
        word.centred(book.add_paragraph(), paper.mark, bold=True, size=13)
    if paper.practice:
        word.centred(book.add_paragraph(), paper.practice, bold=True, size=11)
    word.centred(book.add_paragraph(), paper.name, bold=True, size=14)
    subject = book.add_paragraph()
    word.centred(subject, paper.subject, bold=True, size=14)
    _ruled(subject, Mm(50))
    if paper.to:
        word.centred(book.add_paragraph(), f"Kính gửi: {paper.to}", size=14)
    (_report if paper.report else _scores)(book, paper)
    _signature(book, paper)
    raw = BytesIO()
    book.save(raw)
    return packed(raw.getvalue())


def _report(book: Document, paper: Paper) -> None:
    assert paper.report is not None
    for number, section in enumerate(paper.report.sections, start=1):
        heading = book.add_paragraph()
        heading.paragraph_format.keep_with_next = True
        _body(heading, f"{number}. {section.title}", bold=True)
        for text in section.paragraphs:
            _body(book.add_paragraph(), text, italic=section.key == "grounds")
        if section.key == "results":
            _table(book, SUMMARY_HEADS, SUMMARY_WIDTHS, _summary(paper))
    year = paper.table.assessment.cycle.year
    last = f"Trên đây là báo cáo tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm {year} của {paper.table.unit}./."
    _body(book.add_paragraph(), last)
    word.words(book.add_paragraph(), paper.source, italic=True, size=11)


def _scores(book: Document, paper: Paper) -> None:
    line = book.add_paragraph()
    word.centred(line, f"Cơ quan, đơn vị: {paper.table.unit}", size=13)
    word.centred(book.add_paragraph(), paper.table.criteria, size=13)
    rows = [_row(row) for row in paper.table.rows]
    total = ["", "Tổng cộng", points(paper.table.maximum), points(paper.table.points), ""]
    _table(book, HEADS, WIDTHS, [*rows, _cells(total, WIDTHS, bold=True, fill=GREY)])
    notes = [*paper.table.way, *(_exempt(each) for each in paper.table.exempt), paper.source]
    for note in notes:
        word.words(book.add_paragraph(), note, italic=True, size=11)


def _exempt(leaf: Any) -> str:
    effect = "cho điểm tối đa" if leaf.is_full else "trừ khỏi điểm tối đa"
    return f"Không áp dụng: {leaf.code} {leaf.name} ({points(leaf.maximum)} điểm; {effect}). {leaf.reason}"


def _row(row: Row) -> str:
    leaf = row.leaf
    if leaf is None:
        texts = [row.code, row.name, points(row.maximum), points(row.points), ""]
        return _cells(texts, WIDTHS, bold=True, fill="" if row.level else GREY, keep=True)
    said = "Không áp dụng" if leaf.not_applicable else points(leaf.points)
    beside = "\n".join(filter(None, [leaf.explanation, *(f"– {name}" for name in leaf.documents)]))
    return _cells([leaf.code, leaf.name, points(leaf.maximum), said, beside], WIDTHS)


def _summary(paper: Paper) -> list[str]:
    rows = [
        _cells([area.code, area.name, points(area.maximum), points(area.points), part], SUMMARY_WIDTHS)
        for area, part in shares(paper)
    ]
    table = paper.table
    last = ["", "Tổng cộng", points(table.maximum), points(table.points), share(table.points, table.maximum)]
    return [*rows, _cells(last, SUMMARY_WIDTHS, bold=True)]


def _cells(texts: list[str], widths: tuple[int, ...], *, bold: bool = False, fill: str = "", keep: bool = False) -> str:
    """A table row; a kept one stays on the page of the row after it."""
    made = []
    look = f'{"<w:b/>" if bold else ""}<w:sz w:val="23"/>'
    for place, text in enumerate(texts):
        is_middle = place == 0 or (place > 1 and (place < 4 or widths is SUMMARY_WIDTHS))
        lines = "<w:r><w:br/></w:r>".join(
            f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(word.legible(each))}</w:t></w:r>'
            for each in text.splitlines()
        )
        centre = '<w:jc w:val="center"/>' if is_middle else ""
        about = f"{'<w:keepNext/>' if keep else ''}{SPACING}{centre}"
        width = f'<w:tcW w:w="{_twips(widths[place])}" w:type="dxa"/>'
        made.append(f"<w:tc><w:tcPr>{width}{fill}</w:tcPr><w:p><w:pPr>{about}</w:pPr>{lines}</w:p></w:tc>")
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>"


def _table(book: Document, heads: tuple[str, ...], widths: tuple[int, ...], rows: list[str]) -> None:
    """Built as one text: a row at a time through the library takes seconds for a large set."""
    grid = "".join(f'<w:gridCol w:w="{_twips(each)}"/>' for each in widths)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>' for side in sides)
    head = _cells(list(heads), widths, bold=True).replace("<w:cantSplit/>", "<w:cantSplit/><w:tblHeader/>")
    _insert(
        book,
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>",
    )


def _insert(book: Document, xml: str) -> None:
    body = book.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def _twips(millimetres: int) -> int:
    return millimetres * 1440 * 10 // 254


def _letterhead(book: Document, paper: Paper) -> None:
    """Agency to the left, nation to the right; number and date under them."""
    table = book.add_table(rows=2, cols=2)
    table.autofit = False
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(68), Mm(92)
    left, right = table.rows[0].cells
    _stacked(left, [*((line, False) for line in paper.above), *((line, True) for line in paper.agency)], 13)
    _ruled(left.paragraphs[-1], Mm(20))
    _stacked(right, [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True)], 13)
    motto = right.add_paragraph()
    word.centred(motto, "Độc lập - Tự do - Hạnh phúc", bold=True, size=14)
    _ruled(motto, Mm(16))
    number, dated = table.rows[1].cells
    word.centred(number.paragraphs[0], paper.number, size=13)
    word.centred(dated.paragraphs[0], paper.place_and_date, italic=True, size=14)


def _stacked(cell: Any, lines: list[tuple[str, bool]], size: int) -> None:
    for place, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        word.centred(paragraph, text, bold=bold, size=size)
        paragraph.paragraph_format.space_after = Pt(0)


def _ruled(paragraph: Paragraph, inset: Mm) -> None:
    """A line below, shorter than the paragraph by ``inset`` on both sides."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = inset
    paragraph.paragraph_format.first_line_indent = None
    about = paragraph._p.get_or_add_pPr()
    about.insert_element_before(parse_xml(RULE), "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _signature(book: Document, paper: Paper) -> None:
    book.add_paragraph()
    table = book.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    if paper.recipients:
        word.words(left.paragraphs[0], "Nơi nhận:", bold=True, italic=True, size=12)
        for place, text in enumerate(paper.recipients, start=1):
            end = "." if place == len(paper.recipients) else ";"
            line = left.add_paragraph()
            word.words(line, f"- {text}{end}", size=11)
            line.paragraph_format.space_after = Pt(0)
    _stacked(right, [(line, True) for line in paper.office], 14)
    for _ in range(4):
        right.add_paragraph()
    word.centred(right.add_paragraph(), paper.signer, bold=True, size=14)


def _body(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Pt(36)
    word.words(paragraph, text, bold=bold, italic=italic, size=14)
    paragraph.paragraph_format.space_before = Pt(6)


def _page(book: Document, paper: Paper) -> None:
    word.set_page(book, paper.mark)
    about = book.core_properties
    about.author, about.title = word.legible(paper.author)[:255], word.legible(f"{paper.name} {paper.subject}")[:255]
    about.comments, about.last_modified_by = "", ""
