"""The annex on paper: PDF and DOCX say the same, in the layout of Nghị định 30/2020/NĐ-CP; CSV says everything."""

import csv
import io
import re
import time
from datetime import date
from decimal import Decimal

import docx
import pypdfium2
import pytest
from docx.document import Document
from docx.shared import Mm

from criteria.documents.annex_docx import annex_docx
from criteria.documents.annex_pdf import annex_html, annex_pdf
from criteria.documents.files import FORMATS, file_name
from criteria.documents.printed import heading, mark, marked_heading, paper
from criteria.documents.table import table
from criteria.models import CriteriaSet
from criteria.naming import KINDS
from criteria.selectors import outline
from criteria.services.drafting import create
from criteria.tree.nodes import Node, Outline
from tests.criteria.documents.sets import FULL, PLAIN
from tests.factories import rows
from units.models import UnitKind

pytestmark = pytest.mark.django_db
DOTTED = "(Kèm theo Quyết định số …… ngày …… tháng …… năm …… của Ủy ban nhân dân tỉnh Thử)"


def stored(outline_: Outline = FULL, **fields: object) -> CriteriaSet:
    made = create(cycle=rows.cycle(rows.unit("UBND tỉnh Thử", "province")), kind="district", outline=outline_, by=None)
    CriteriaSet.objects.filter(pk=made.pk).update(**fields)
    return CriteriaSet.objects.select_related("cycle__authority").get(pk=made.pk)


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def tops(content: bytes) -> list[str]:
    """What stands in the margin above each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_bounded(bottom=page.get_height() - 56).strip() for page in document]


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def test_heading_names_the_decision() -> None:
    issued = stored(number="15/QĐ-UBND", issued_on=date(2022, 3, 5))

    assert heading(issued) == (
        "Phụ lục",
        FULL.title.upper(),
        "(Kèm theo Quyết định số 15/QĐ-UBND ngày 05 tháng 3 năm 2022 của Ủy ban nhân dân tỉnh Thử)",
    )
    assert heading(stored())[2] == DOTTED


@pytest.mark.parametrize(
    ("state", "is_demo", "said"),
    [
        ("draft", False, "DỰ THẢO – CHƯA BAN HÀNH"),
        ("checked", False, "DỰ THẢO – CHƯA BAN HÀNH"),
        ("draft", True, "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"),
        ("issued", False, ""),
    ],
)
def test_mark_says_that_there_is_no_legal_effect(state: str, is_demo: bool, said: str) -> None:
    of = stored(state=state, is_demo=is_demo, digest="d" * 64)

    assert mark(of) == said
    assert marked_heading(of) == (*heading(of), *([f"({said})"] if said else []))


def test_paper_has_a_line_for_every_node_and_rule() -> None:
    said = paper(stored())
    leaf = next(line for line in said.lines if line.code == "1.1.1")

    assert [line.text for line in said.lines if line.is_rule][:3] == [
        "Kịp thời: 1,25",
        "Không kịp thời: 0,5",
        "Không ban hành: -1",
    ]
    assert leaf.evidence == ("- Kế hoạch (kỳ: năm; cơ quan ban hành: UBND huyện)", "- Báo cáo năm")
    assert leaf.notes == (
        "Thấp nhất: -1",
        "Hướng dẫn: Kịp thời: trước ngày 31/12 của năm trước.",
        "Căn cứ: 52/2019/QĐ-UBND, Điều 5",
    )
    assert said.total == "10"
    assert [code for code, _name, _lines in said.examples] == ["1.1.1"]
    notes = {line.code: line.notes for line in said.lines}
    assert (notes["1.1.2"], notes["2.1"]) == (("Nhập điểm: Người thẩm định",), ("Điều tra xã hội học",))
    assert (leaf.rows, said.lines[0].rows) == (4, 1)
    assert {line.code for line in said.lines if line.is_bold} == {"1", "1.1", "2", "3", "4"}
    assert said.remarks == (
        "Thang điểm: 10; trong đó điều tra xã hội học: 4.",
        "Điểm thưởng tối đa 1, được vượt thang điểm.",
        "Điểm phạt tối đa 2.",
        "Căn cứ: 52/2019/QĐ-UBND, Điều 7.",
    )


def test_paper_of_a_set_without_maxima_leaves_them_empty() -> None:
    said = paper(stored(PLAIN))

    assert ([line.maximum for line in said.lines], said.total, said.examples) == (["", "1"], "", ())
    assert said.remarks == ("Thang điểm: 1; trong đó điều tra xã hội học: 0.",)


def test_remarks_end_with_the_digest_of_what_was_checked() -> None:
    assert paper(stored(PLAIN, digest="ab12")).remarks[-1] == "Mã kiểm SHA-256 của nội dung: ab12."


def test_bonus_that_stays_within_the_scale_is_said() -> None:
    assert paper(stored(may_exceed=False)).remarks[1] == "Điểm thưởng tối đa 1, không được vượt thang điểm."


LONG = Outline(
    "Bộ tiêu chí nhiều trang",
    Decimal(80),
    Decimal(0),
    tuple(
        node
        for area in "12345678"
        for node in (
            Node(area, f"Lĩnh vực {area}", maximum=Decimal(10)),
            *(
                Node(f"{area}.{each}", f"Tiêu chí {area}.{each}", area, Decimal(1), rule="Có: 1\nKhông: 0")
                for each in range(1, 11)
            ),
        )
    ),
)


def test_pdf_repeats_head_and_mark_on_every_page_and_numbers_all_but_the_first() -> None:
    made = pages(annex_pdf(stored(LONG, is_demo=True)))

    assert len(made) > 3
    assert all("DỮ LIỆU TRÌNH DIỄN" in page and "Tài liệu kiểm chứng" in page for page in made)
    assert tops(annex_pdf(stored(LONG))) == ["", *(str(number) for number in range(2, len(made) + 1))]
    assert "Phụ lục" in made[0]


def test_pdf_keeps_a_leaf_on_the_page_of_its_rule() -> None:
    for page in pages(annex_pdf(stored(LONG)))[1:]:
        assert not page.split("Ghi chú")[1].strip().startswith(("Có", "Không"))


def test_html_sets_nothing_that_was_typed_as_markup() -> None:
    html = annex_html(stored(Outline("<b>x</b>", Decimal(1), Decimal(0), (Node("1", "<script>", note="<i>"),))))

    assert ("<script>" in html, "<i>" in html.replace("<p><i>", ""), "&lt;script&gt;" in html) == (False, False, True)


def test_docx_is_the_annex_on_a4_with_its_head_repeated() -> None:
    book = opened(annex_docx(stored(is_demo=True)))
    section, first = book.sections[0], book.tables[0]

    assert [paragraph.text for paragraph in book.paragraphs[:4]] == [
        "Phụ lục",
        FULL.title.upper(),
        DOTTED,
        "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
    ]
    lengths = (section.page_width, section.page_height, section.left_margin)
    sizes = [round(each / Mm(1)) for each in lengths if each]
    assert sizes == [210, 297, 30]
    assert "w:tblHeader" in first.rows[0]._tr.xml
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text == "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
    assert (book.core_properties.author, book.core_properties.comments) == ("Ủy ban nhân dân tỉnh Thử", "")


def test_docx_has_every_row_of_the_paper_and_the_examples() -> None:
    made = stored()
    first, second = opened(annex_docx(made)).tables
    cells = [[cell.text for cell in row.cells] for row in first.rows]

    assert cells[0] == [
        "STT",
        "Lĩnh vực, tiêu chí, tiêu chí thành phần",
        "Điểm tối đa",
        "Tài liệu kiểm chứng",
        "Ghi chú",
    ]
    assert [row[:3] for row in cells[1:-1]] == [[line.code, line.text, line.maximum] for line in paper(made).lines]
    assert cells[-1][1:3] == ["Tổng cộng", "10"]
    # The evidence of a leaf stands beside all lines of its rule.
    assert len({row[3] for row in cells[3:7]}) == 1
    assert cells[3][3].startswith("- Kế hoạch")
    assert [cell.text for cell in second.rows[1].cells][2] == "mức = Kịp thời → 1,25\nmức = Không ban hành → -1"


def test_docx_without_examples_and_mark_has_one_table_and_an_empty_foot() -> None:
    issued = rows.season().criteria_set
    book = opened(annex_docx(CriteriaSet.objects.get(pk=issued.pk)))

    assert (len(book.tables), book.sections[0].footer.paragraphs[0].text) == (1, "")


def test_docx_takes_text_that_is_no_xml() -> None:
    made = stored(Outline("a\x0bb", Decimal(1), Decimal(0), (Node("1", "<w:p> & \x01", maximum=Decimal(1)),)))

    assert opened(annex_docx(made)).tables[0].rows[1].cells[1].text == "<w:p> & "


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_same_set_gives_the_same_bytes(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stored()
    first = FORMATS[suffix].make(made)
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(4_000_000_000))

    assert FORMATS[suffix].make(made) == first


def test_csv_has_every_value_of_every_node() -> None:
    read = list(csv.DictReader(io.StringIO(table(FULL))))

    assert list(read[0])[:5] == ["code", "parent_code", "name", "max_points", "min_points"]
    assert [row["code"] for row in read] == [node.code for node in FULL.nodes]
    leaf, other = read[2], read[3]
    assert (leaf["max_points"], leaf["min_points"], leaf["parent_code"]) == ("1.25", "-1", "1.1")
    assert leaf["rule"] == FULL.nodes[2].rule
    assert (other["name"], other["rule"]) == ("'=1+1", "'+ có: 2,25\n-không: 0")
    assert next(csv.DictReader(io.StringIO(table(PLAIN))))["max_points"] == ""


def test_every_kind_of_unit_has_a_name_for_files() -> None:
    assert set(KINDS) == set(UnitKind.values)
    assert all(re.fullmatch(r"[a-z-]+", each) for each in KINDS.values())


def test_file_name_says_which_set_it_is() -> None:
    made = stored()

    assert file_name(made, "pdf") == f"bo-tieu-chi-{made.cycle.code}-huyen-v1.pdf"
    assert outline(made) == FULL
