"""The score workbook out and back: what it opens, what it locks, and what is found when it returns."""

import io
import random
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from assessments import merging
from assessments.documents.roundtrip import PLACE, roundtrip
from assessments.imports.roundtrip import read
from assessments.merging import Trouble
from assessments.models import Assessment
from assessments.selectors import sheets, workbooks
from tests.assessments import books
from tests.factories import rows
from units.archive import Unreadable

pytestmark = pytest.mark.django_db
MERGED = b'<mergeCells count="1"><mergeCell ref="D7:D8"/></mergeCells>'
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", '=HYPERLINK("http://x")', "'=1"]


@pytest.fixture
def dossier() -> Assessment:
    season = rows.season()
    own = season.assessments[0]
    rows.score(own, "1.1", "1.5", explanation="Đã ban hành\nkế hoạch", updated_by=season.officer)
    rows.score(own, "1.2", "3.2", figures='{"tỷ lệ":"80"}', proposed=Decimal("3.2"))
    return own


def test_only_what_the_unit_writes_is_open(dossier: Assessment) -> None:
    page = openpyxl.load_workbook(io.BytesIO(books.made(dossier))).worksheets[0]
    opened = {cell.coordinate for line in page.iter_rows() for cell in line if not cell.protection.locked}

    assert page.protection.sheet
    assert opened == {f"{column}{row}" for row in (7, 8) for column in "DEGH"} | {"F9"}
    assert page.column_dimensions["N"].hidden
    assert page.row_dimensions[4].hidden


def test_what_a_person_may_not_write_is_locked_and_not_read_back(dossier: Assessment) -> None:
    data = roundtrip(sheets.sheet(dossier), lambda leaf: False)
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]

    assert all(cell.protection.locked for line in page.iter_rows() for cell in line)
    assert page["D7"].value == 1.5
    assert read(data, dossier).rows == []


def test_the_same_dossier_gives_the_same_bytes(dossier: Assessment) -> None:
    assert books.made(dossier) == books.made(Assessment.objects.get(pk=dossier.pk))


def test_untouched_it_comes_back_as_it_went(dossier: Assessment) -> None:
    returned = read(books.edited(books.made(dossier), lambda page: None), dossier)

    assert returned.findings == []
    assert [row.findings for row in returned.rows] == [[], []]
    first, second = returned.rows
    assert {name: said.text for name, said in first.said.items()} == {
        "points": "1,5",
        "not_applicable": "",
        "explanation": "Đã ban hành\nkế hoạch",
        "reason": "",
    }
    assert second.said[f"{merging.FIGURE}tỷ lệ"].text == "80"
    assert (second.said["points"].cell, second.said[f"{merging.FIGURE}tỷ lệ"].cell) == ("D8", "F9")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_and_all_come_back(dossier: Assessment, text: str) -> None:
    dossier.scores.filter(criterion__code="1.1").update(explanation=text, reason=text)
    data = books.made(dossier)
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]

    assert {cell.data_type for line in page.iter_rows() for cell in line if cell.value == text} <= {"s"}
    assert page["G7"].quotePrefix
    row = books.row_of(read(data, dossier), "1.1")
    assert row.said["explanation"].text == row.base["explanation"] == text.strip()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(max_size=300).filter(
        lambda text: "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
    )
)
def test_any_text_comes_back_as_it_went(dossier: Assessment, text: str) -> None:
    dossier.scores.filter(criterion__code="1.1").update(explanation=text)

    row = books.row_of(read(books.made(dossier), dossier), "1.1")

    assert row.said["explanation"].text == row.base["explanation"]
    assert ILLEGAL_CHARACTERS_RE.search(row.base["explanation"]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1,5"),
        (2, "2"),
        (0.1 + 0.2, "0,3"),
        ("1,25", "1,25"),
        (" 1,25 ", "1,25"),
        (None, ""),
        (1e300, "1e+300"),
        (-0.5, "-0,5"),
    ],
)
def test_points_are_read_as_a_person_types_them(dossier: Assessment, value: object, text: str) -> None:
    row = books.brought(dossier, "1.1", points=value)

    assert row.findings == []
    assert row.said["points"].text == text


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("points", date(2022, 5, 1), "D8"),
        ("points", time(1, 5), "D8"),
        ("points", timedelta(days=1), "D8"),
        ("points", True, "D8"),
        ("points", "#DIV/0!", "D8"),
        ("points", "=1+1", "D8"),
        ("figures", date(2022, 5, 1), "F9"),
        ("explanation", "=A1", "G8"),
        ("explanation", "#N/A", "G8"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(dossier: Assessment, column: str, value: object, cell: str) -> None:
    row = books.brought(dossier, "1.2", **{column: value})

    assert [(each.kind, each.cell) for each in row.findings] == [(Trouble.UNREADABLE, cell)]
    assert row.is_refused


def test_percent_is_a_figure_but_no_points(dossier: Assessment) -> None:
    def percent(page: Any) -> None:
        for name in ("points", "figures"):
            cell = books.cell(page, "1.2", name)
            cell.value, cell.number_format = 0.925, "0.0%"

    row = books.row_of(read(books.edited(books.made(dossier), percent), dossier), "1.2")

    assert row.said[f"{merging.FIGURE}tỷ lệ"].text == "92,5%"
    assert [(each.kind, each.cell) for each in row.findings] == [(Trouble.UNREADABLE, "D8")]


def test_a_formula_with_a_value_is_taken_and_said(dossier: Assessment) -> None:
    data = books.with_part(
        books.typed(dossier, "1.1", points="=1+1"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"
        ),
    )
    row = books.row_of(read(data, dossier), "1.1")

    assert (books.kinds(row), row.said["points"].text, row.is_refused) == ([Trouble.COMPUTED], "2", False)


def test_a_day_in_a_text_stays_a_day_and_a_tick_is_an_x(dossier: Assessment) -> None:
    row = books.brought(dossier, "1.1", explanation=date(2022, 5, 1), not_applicable=True, reason=0.25)

    assert (row.said["explanation"].text, row.said["not_applicable"].text) == ("01/05/2022", "x")
    assert row.said["reason"].text == "0,25"
    assert books.brought(dossier, "1.1", not_applicable=False).said["not_applicable"].text == ""


def test_a_moved_row_is_read_where_it_stands(dossier: Assessment) -> None:
    returned = read(books.edited(books.made(dossier), lambda page: page.insert_rows(7)), dossier)

    assert [books.kinds(row) for row in returned.rows] == [[Trouble.MOVED], [Trouble.MOVED]]
    assert [row.cell for row in returned.rows] == ["A8", "A9"]
    assert returned.rows[0].said["points"].text == "1,5"


def test_columns_that_were_moved_are_found_by_their_hidden_names(dossier: Assessment) -> None:
    returned = read(books.edited(books.made(dossier), lambda page: page.insert_cols(3)), dossier)

    assert [row.findings for row in returned.rows] == [[], []]
    assert returned.rows[0].said["points"].cell == "E7"


def test_a_missing_row_keeps_the_dossier(dossier: Assessment) -> None:
    returned = read(books.edited(books.made(dossier), lambda page: page.delete_rows(9)), dossier)

    assert [books.kinds(row) for row in returned.rows] == [[], [Trouble.MISSING]]
    gone = read(books.edited(books.made(dossier), lambda page: page.delete_rows(7)), dossier)
    assert books.kinds(gone.rows[0]) == [Trouble.MISSING]


def _copy(page: Any, source: int, target: int) -> None:
    for column in range(1, len(PLACE) + 1):
        page.cell(target, column).value = page.cell(source, column).value


def test_a_doubled_row_is_not_taken(dossier: Assessment) -> None:
    returned = read(books.edited(books.made(dossier), lambda page: _copy(page, 7, 20)), dossier)
    twice = read(books.edited(books.made(dossier), lambda page: _copy(page, 9, 20)), dossier)

    assert [(each.kind, each.cell) for each in returned.rows[0].findings] == [
        (Trouble.DOUBLED, "A7"),
        (Trouble.DOUBLED, "A20"),
    ]
    assert books.kinds(twice.rows[1]) == [Trouble.DOUBLED, Trouble.DOUBLED]


def test_a_row_that_says_another_criterion_is_not_taken(dossier: Assessment) -> None:
    def rename(page: Any) -> None:
        page["B7"].value = "Tiêu chí khác"

    row = read(books.edited(books.made(dossier), rename), dossier).rows[0]

    assert (books.kinds(row), row.is_refused) == ([Trouble.RENAMED], True)


@pytest.mark.parametrize(
    "foreign",
    [
        {"N20": "999999", "A20": "9.9"},
        {"A20": "1.1", "B20": "Tiêu chí 1.1"},
        {"D20": 2},
    ],
)
def test_a_foreign_row_is_found(dossier: Assessment, foreign: dict[str, object]) -> None:
    def paste(page: Any) -> None:
        for address, value in foreign.items():
            page[address].value = value

    returned = read(books.edited(books.made(dossier), paste), dossier)

    assert [(each.kind, each.cell) for each in returned.findings] == [(Trouble.FOREIGN, "A20")]
    assert [row.findings for row in returned.rows] == [[], []]


def test_a_note_below_the_table_is_no_row(dossier: Assessment) -> None:
    def note(page: Any) -> None:
        page["B20"].value = "Ghi chú của tôi"

    assert read(books.edited(books.made(dossier), note), dossier).findings == []


def test_a_value_under_a_merged_range_is_named(dossier: Assessment) -> None:
    data = books.with_part(
        books.made(dossier),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="D7:D8"/></mergeCells>'
        ),
    )
    data = books.with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml[: xml.index(b"<sheetProtection")] + xml[xml.index(b"<sheetProtection") :],
    )

    assert [(each.kind, each.cell) for each in read(data, dossier).findings] == [(Trouble.FOREIGN, "D8")]


def test_another_dossier_s_workbook_is_refused(dossier: Assessment) -> None:
    other = Assessment.objects.exclude(pk=dossier.pk).get()

    with pytest.raises(Unreadable, match=str(other)):
        read(books.made(other), dossier)


def test_an_older_set_s_workbook_is_refused(dossier: Assessment) -> None:
    data = books.made(dossier)
    dossier.criteria_set.digest = "0" * 64

    with pytest.raises(Unreadable, match=r"đã được sửa đổi|amended"):
        read(data, dossier)


def test_a_tampered_hidden_sheet_is_refused(dossier: Assessment) -> None:
    book = openpyxl.load_workbook(io.BytesIO(books.made(dossier)))
    hidden = book[workbooks.MARK]
    assert hidden.sheet_state == "veryHidden"
    text = hidden["A2"].value
    for forged in (text[:-1] + ("A" if text[-1] != "A" else "B"), None, "x"):
        hidden["A2"].value = forged
        out = io.BytesIO()
        book.save(out)
        with pytest.raises(Unreadable, match=r"[Tt]rang tính ẩn|hidden sheet"):
            read(out.getvalue(), dossier)


def test_a_workbook_without_our_sheets_is_refused(dossier: Assessment) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"].value = "Sheet"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Unreadable):
        read(out.getvalue(), dossier)

    with pytest.raises(Unreadable):
        read(books.edited(books.made(dossier), lambda page: page.delete_cols(PLACE["points"])), dossier)


def test_a_large_sheet_is_sealed_in_pieces(dossier: Assessment) -> None:
    rng = random.Random(4)
    text = "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(20_000))
    dossier.scores.filter(criterion__code="1.1").update(explanation=text)
    data = books.made(dossier)
    book = openpyxl.load_workbook(io.BytesIO(data))

    assert book[workbooks.MARK].max_row > 2
    assert books.row_of(read(data, dossier), "1.1").base["explanation"] == text


def test_exempt_leaves_and_leaves_scored_in_parts_are_locked() -> None:
    season = rows.season()
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0], reason="Không có TTHC")
    own = season.assessments[0]

    page = openpyxl.load_workbook(io.BytesIO(books.made(own))).worksheets[0]

    assert page["D7"].protection.locked
    assert page["G7"].value == "Không có TTHC"
    assert [row.code for row in read(books.made(own), own).rows] == ["1.2"]
