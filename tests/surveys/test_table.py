"""Finding the table of a workbook, and refusing files that are none."""

import zipfile
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from surveys.imports import grid, table
from surveys.imports.points import COLUMNS, FILLED
from surveys.imports.table import Table
from tests.surveys.sheets import HEAD, rewritten, saved, without, workbook
from units import archive
from units.archive import Unreadable

ROW = ("SXD", "Sở Xây dựng", "2.1", 3.5, 120)
GOOD = workbook([ROW])
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes) -> Table:
    return table.read(data, COLUMNS, FILLED)


def texts(found: Table) -> list[dict[str, str]]:
    return [{key: cell.text for key, cell in row.items()} for row in found.rows]


PLAIN = [{"unit": "SXD", "name": "Sở Xây dựng", "criterion": "2.1", "points": "3.5", "respondents": "120"}]


def test_read_a_plain_table() -> None:
    found = read(GOOD)

    assert (texts(found), found.blank, found.remarks, found.head_row) == (PLAIN, [], [], 1)
    assert {key: cell.address for key, cell in found.rows[0].items()} == {
        "unit": "A2",
        "name": "B2",
        "criterion": "C2",
        "points": "D2",
        "respondents": "E2",
    }


@pytest.mark.parametrize(
    "head",
    [
        ("MÃ ĐƠN VỊ", "TÊN ĐƠN VỊ", "MÃ TIÊU CHÍ", "ĐIỂM", "SỐ PHIẾU HỢP LỆ"),
        ("Đơn vị (mã)", "Tên cơ quan, đơn vị", "Mã số tiêu chí", "Điểm điều tra", "Phiếu hợp lệ"),
        ("ma don vi", "ten don vi", "ma tieu chi", "diem so", "so phieu"),
        ("Mã\nđơn vị", "Tên đơn vị", "Mã  tiêu chí ", "Điểm:", "Số phiếu"),
    ],
)
def test_read_knows_the_head_by_its_words(head: tuple[str, ...]) -> None:
    assert texts(read(workbook([ROW], head))) == PLAIN


def test_read_takes_columns_in_any_order_and_leaves_others_aside() -> None:
    head = ("STT", "Điểm", "Điểm tối đa", "Mã tiêu chí", "Tên tiêu chí", "Ghi chú điểm", "Mã đơn vị")

    found = read(workbook([(1, 3.5, 4, "2.1", "Hài lòng", "x", "SXD")], head))

    assert texts(found) == [{"unit": "SXD", "criterion": "2.1", "points": "3.5"}]


def test_read_finds_the_head_below_a_title_and_skips_blank_rows() -> None:
    above = [("BẢNG ĐIỂM ĐIỀU TRA XÃ HỘI HỌC",), (), ("Mã đơn vị", "chú thích")]

    found = read(workbook([(), ROW, (None, None, None, " ", None), ("SYT", "Sở Y tế", "2.1", None, None)], above=above))

    assert (texts(found), found.head_row, found.blank) == (PLAIN, 4, ["D8"])


def test_read_a_head_merged_over_two_rows() -> None:
    def merge(sheet: Worksheet) -> None:
        for span in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
            sheet.merge_cells(span)

    above = [("Mã đơn vị", "Tên đơn vị", "Mã tiêu chí", "Kết quả", None)]
    found = read(workbook([ROW], (None, None, None, "Điểm", "Số phiếu hợp lệ"), above=above, finish=merge))

    assert (texts(found), found.head_row) == (PLAIN, 2)


def test_read_fills_a_merged_unit_into_all_its_rows() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")

    found = read(workbook([ROW, (None, None, "2.2", 1, None)], finish=merge))

    assert [(row["unit"].text, row["unit"].address, row["unit"].spread) for row in found.rows] == [
        ("SXD", "A2", "A2:A3"),
        ("SXD", "A3", "A2:A3"),
    ]


def test_read_a_head_merged_sideways_as_one_column() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("D1:E1")

    found = read(
        workbook([("SXD", None, "2.1", 3.5)], ("Mã đơn vị", "Tên đơn vị", "Mã tiêu chí", "Điểm"), finish=merge)
    )

    assert found.rows[0]["points"].text == "3.5"


@pytest.mark.parametrize("marks", [("A", "B", "C", 1, 2), ("(1)", "(2)", "(3)", "(4)", "(5)"), (1, 2, 3, 4, 5)])
def test_read_leaves_a_numbering_of_columns_aside(marks: tuple[object, ...]) -> None:
    found = read(workbook([marks, ROW]))

    assert (texts(found), len(found.remarks)) == (PLAIN, 1)


@pytest.mark.parametrize("marks", [(1, 2), ("A", "C", "2.1", 1), (2, 3, 4, 5, 6), ("SXD", "B", "C", 1, 2)])
def test_read_keeps_a_row_that_only_looks_like_a_numbering(marks: tuple[object, ...]) -> None:
    found = read(workbook([(*marks, *[None] * (5 - len(marks)))]))

    assert (len(found.rows) + len(found.blank), found.remarks) == (1, [])


def test_read_names_other_sheets_and_hidden_rows() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook([ROW] * 20)))
    book.active.row_dimensions[3].hidden = True  # type: ignore[union-attr]
    book.create_sheet("Trống")
    book.create_sheet("Ghi chú").append(["x"])
    hidden = book.create_sheet("Ẩn")
    hidden.append(list(HEAD))
    hidden.sheet_state = "hidden"

    found = read(saved(book))

    assert len(found.rows) == 20
    assert [found.remarks[0].endswith(": 3."), found.remarks[1].endswith(": Ghi chú, Ẩn.")] == [True, True]


def test_read_lists_a_dozen_hidden_rows_at_most() -> None:
    def hide(sheet: Worksheet) -> None:
        for number in range(2, 21):
            sheet.row_dimensions[number].hidden = True

    assert read(workbook([ROW] * 20, finish=hide)).remarks[0].endswith("12, 13 ….")


def test_read_refuses_two_sheets_with_the_table() -> None:
    book = openpyxl.load_workbook(BytesIO(GOOD))
    book.create_sheet("Hai").append(list(HEAD))

    with pytest.raises(Unreadable, match="Sheet, Hai"):
        read(saved(book))


def test_read_refuses_a_column_that_is_there_twice() -> None:
    with pytest.raises(Unreadable, match="D1, F1"):
        read(workbook([(*ROW, 4)], (*HEAD, "Điểm")))


def test_read_names_the_columns_it_misses() -> None:
    with pytest.raises(Unreadable, match="Mã tiêu chí, Điểm"):
        read(workbook([], ("Mã đơn vị", "Tên đơn vị")))
    with pytest.raises(Unreadable, match="Mã đơn vị, Mã tiêu chí, Điểm"):
        read(workbook([], ()))


def test_read_does_not_take_a_table_of_a_hidden_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(GOOD))
    book.active.sheet_state = "hidden"  # type: ignore[union-attr]
    book.create_sheet("Khác")

    with pytest.raises(Unreadable, match="Mã đơn vị, Mã tiêu chí, Điểm"):
        read(saved(book))


def test_read_keeps_formulas_errors_dates_and_percentages_as_what_they_are() -> None:
    def finish(sheet: Worksheet) -> None:
        sheet["D2"].number_format = "0%"
        sheet["E2"].number_format = "dd/mm/yyyy"

    found = read(workbook([("=A1", "#N/A", True, 0.85, 44000)], finish=finish))

    row = found.rows[0]
    assert [row[key].kind for key in ("unit", "name", "criterion", "points", "respondents")] == [
        "f",
        "e",
        "b",
        "n",
        "d",
    ]
    assert row["points"].number_format == "0%"


# --- files that are refused as a whole --------------------------------------------------------------------------------


def test_refuses_a_file_that_is_too_large() -> None:
    with pytest.raises(Unreadable, match="5 MB"):
        archive.check(b"PK" + bytes(archive.MAX_BYTES))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", "Mã đơn vị;Điểm".encode(), b"PK\x03\x04broken", GOOD[:200], GOOD[200:]]
)
def test_refuses_a_file_that_is_no_workbook(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_refuses_an_old_or_encrypted_workbook() -> None:
    with pytest.raises(Unreadable, match=r"\.xls"):
        read(archive.OLD_EXCEL + bytes(100))


def test_refuses_another_kind_of_archive() -> None:
    with pytest.raises(Unreadable, match="Excel"):
        read(without(GOOD, "xl/workbook.xml"))


def test_refuses_macros() -> None:
    with pytest.raises(Unreadable, match="macro"):
        read(rewritten(GOOD, "xl/vbaProject.bin", lambda _old: b"x"))


def test_refuses_an_archive_with_a_password() -> None:
    data = bytearray(GOOD)
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1

    with pytest.raises(Unreadable, match="mật khẩu"):
        read(bytes(data))


def test_refuses_a_bomb() -> None:
    with pytest.raises(Unreadable, match="giải nén"):
        read(rewritten(GOOD, "xl/media/x.bin", lambda _old: bytes(15 * 1024**2)))


def test_refuses_too_many_entries() -> None:
    out = BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as target:
        for number in range(archive.MAX_ENTRIES):
            target.writestr(f"xl/media/{number}", b"")

    with pytest.raises(Unreadable, match="giải nén"):
        read(out.getvalue())


def test_refuses_an_entity_bomb() -> None:
    def bomb(old: bytes) -> bytes:
        head, rest = old.split(b"<worksheet", 1) if b"<worksheet" in old else (b"", old)
        return head + b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet' + rest

    with pytest.raises(Unreadable, match="hỏng"):
        read(rewritten(GOOD, SHEET, bomb))


def test_refuses_an_external_entity() -> None:
    def external(old: bytes) -> bytes:
        return b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + old[old.index(b"<worksheet") :]

    with pytest.raises(Unreadable, match="hỏng"):
        read(rewritten(GOOD, SHEET, external))


def test_refuses_a_cell_far_out() -> None:
    def far(sheet: Worksheet) -> None:
        sheet.cell(grid.MAX_ROWS + 1, 1, "x")

    with pytest.raises(Unreadable, match="A5001"):
        read(workbook([ROW], finish=far))
    with pytest.raises(Unreadable, match="DA1"):
        read(workbook([ROW], finish=lambda sheet: setattr(sheet.cell(1, 105), "value", "x")))


def test_refuses_two_cells_of_one_address() -> None:
    with pytest.raises(Unreadable, match="hỏng"):
        read(rewritten(GOOD, SHEET, lambda old: old.replace(b'r="B2"', b'r="A2"')))


def test_a_merged_range_of_a_million_rows_costs_nothing() -> None:
    def claim(old: bytes) -> bytes:
        return old.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="G1:XFD1048576"/></mergeCells>'
        )

    assert texts(read(rewritten(GOOD, SHEET, claim))) == PLAIN


def test_refuses_merged_ranges_beyond_measure() -> None:
    spans = b"".join(b'<mergeCell ref="A1:E1000"/>' for _number in range(50))

    def claim(old: bytes) -> bytes:
        return old.replace(b"</sheetData>", b"</sheetData><mergeCells>" + spans + b"</mergeCells>")

    with pytest.raises(Unreadable, match="gộp"):
        read(rewritten(workbook([ROW] * 999), SHEET, claim))


def test_thirty_damaged_files_are_refused_clearly() -> None:
    parts = ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET, "xl/styles.xml"]
    changes = [
        lambda old: old[: len(old) // 2],
        lambda old: b"",
        lambda old: old.replace(b"<", b"\x00", 3),
        lambda old: old.replace(b">", b">>&amp", 2) + b"<x>",
        lambda old: b"\xff\xfe" + old,
        lambda old: old[::-1],
    ]
    damaged = [rewritten(GOOD, part, change) for part in parts for change in changes]
    outcomes = []
    for data in damaged:
        try:
            outcomes.append(texts(read(data)) == PLAIN)
        except Unreadable as refusal:
            outcomes.append(bool(str(refusal)))

    assert outcomes == [True] * 30


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>3.5</v>", b"<v>ba</v>"),
        (b't="n"', b't="s"'),
        (b'r="D2"', b'r="D0"'),
        (b'r="D2"', b'r="DDDD2"'),
        (b'<row r="2"', b'<row r="hai"'),
    ],
)
def test_refuses_a_cell_that_makes_no_sense(old: bytes, new: bytes) -> None:
    data = rewritten(GOOD, SHEET, lambda xml: xml.replace(old, new))

    with pytest.raises(Unreadable):
        read(data)


def test_a_cell_that_is_only_formatted_is_nothing() -> None:
    def form(sheet: Worksheet) -> None:
        sheet["D3"].number_format = "0%"
        sheet["A30000"].number_format = "0%"

    found = read(workbook([ROW], finish=form))

    assert (texts(found), found.blank, found.remarks) == (PLAIN, [], [])


def test_refuses_a_sheet_that_does_not_unpack() -> None:
    """The archive is whole, but the compressed bytes of the sheet are not."""
    data = bytearray(GOOD)
    with zipfile.ZipFile(BytesIO(GOOD)) as source:
        start = source.getinfo(SHEET).header_offset + 30 + len(SHEET)
    data[start : start + 40] = bytes(40)

    with pytest.raises(Unreadable):
        read(bytes(data))
