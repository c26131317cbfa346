"""What the habits of typing mean, one by one."""

import unicodedata
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from criteria.imports import heads
from criteria.imports.annex import Wanted, read
from criteria.imports.facts import heading
from criteria.imports.heads import Column
from criteria.imports.verdicts import Reading, SeveralSheets
from criteria.tree.nodes import Node, Outline
from tests.criteria.imports import books
from tests.criteria.imports.books import GOOD, HEAD, SHEET, book, good, put, replaced


def outline(reading: Reading) -> Outline:
    assert [str(problem) for problem in reading.problems] == []
    assert reading.outline is not None
    return reading.outline


def leaf(reading: Reading, code: str = "1.1") -> Node:
    return outline(reading).by_code[code]


def remarks(reading: Reading, row: int) -> str:
    return " ".join(next(each for each in reading.verdicts if each.row == row).remarks)


# ---- the head


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ("Số TT", Column.CODE),
        ("MÃ", Column.CODE),
        ("Tiêu chí, tiêu chí\nthành phần", Column.NAME),
        ("Điểm chuẩn (100)", Column.MAXIMUM),
        ("Hồ sơ, tài liệu minh chứng", Column.EVIDENCE),
        ("Cách tính điểm", Column.RULE),
        ("Điểm tự đánh giá", None),
        ("Giải trình", None),
    ],
)
def test_heads_are_known_by_their_words(words: str, column: Column | None) -> None:
    assert heads.key_of(words) == column


def test_points_under_one_head_are_told_apart() -> None:
    def group(sheet: Worksheet) -> None:
        sheet.insert_rows(2)
        sheet["C1"], sheet["C2"], sheet["D2"] = "Điểm", "Tối đa", "Tự chấm"
        sheet["D1"] = None
        sheet.merge_cells("C1:D1")

    rows = [(row[0], row[1], row[2] if len(row) > 2 else None, 7) for row in GOOD]
    reading = read(book(rows, ("STT", "Nội dung", "Điểm", "x"), finish=group))

    assert outline(reading).scale == 10
    assert "Tự chấm" in reading.remarks[0]


def test_the_head_again_is_no_row() -> None:
    reading = read(book((*GOOD[:4], HEAD, *GOOD[4:])))

    assert outline(reading) == outline(read(good()))
    assert [each.row for each in reading.verdicts if each.kind == "heading"] == [1, 6]


def test_a_sheet_is_named_where_several_have_the_table() -> None:
    data = books.edited(good(), lambda made: made.copy_worksheet(made.worksheets[0]))

    with pytest.raises(SeveralSheets) as several:
        read(data)
    assert several.value.titles == ["Sheet", "Sheet Copy"]
    assert read(data, Wanted(sheet="Sheet Copy")).sheet == "Sheet Copy"


def test_hidden_sheets_and_others_are_told() -> None:
    def more(made: Workbook) -> None:
        made.create_sheet("Ghi chép").append(["x"])

    assert "Ghi chép" in read(books.edited(good(), more)).remarks[0]


def test_what_is_not_read_is_told() -> None:
    def finish(sheet: Worksheet) -> None:
        sheet["F1"], sheet["F3"], sheet["G4"] = "Điểm chuẩn", 9, "lạc"
        sheet.column_dimensions["F"].hidden = True

    made = book(finish=finish)
    merged = replaced(SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A3:A5"/></mergeCells>', made)
    reading = read(replaced(SHEET, b'<c r="B4"', b'<c r="A4"><v>7</v></c><c r="B4"', merged))

    assert outline(reading) == outline(read(good()))
    assert any("F1" in remark for remark in reading.remarks)
    assert any("G4" in remark for remark in reading.remarks)
    assert any("A4" in remark for remark in reading.remarks)


# ---- numbers


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        (" 2,50 điểm", "2.5"),
        (2.5, "2.5"),
        ("2,5000", "2.5"),
        ("2.5000", "2.5"),
        ("+2,5", "2.5"),
    ],
)
def test_numbers_are_exact(value: object, points: str) -> None:
    assert leaf(read(book(finish=put(C3=value)))).maximum == Decimal(points)


def test_a_binary_number_is_read_as_it_was_meant_and_told() -> None:
    reading = read(replaced(SHEET, b"<v>2.5</v>", b"<v>2.4999999999999996</v>"))

    assert leaf(reading).maximum == Decimal("2.5")
    assert "2,4999999999999996" in remarks(reading, 3)


def test_a_number_beyond_all_numbers_is_refused() -> None:
    reading = read(replaced(SHEET, b"<v>2.5</v>", b"<v>1E999</v>"))

    assert [problem.cell for problem in reading.problems] == ["C3"]


def test_the_last_value_of_a_formula_is_taken_and_told() -> None:
    reading = read(replaced(SHEET, b"<v>2.5</v>", b"<f>1+1.5</f><v>2.5</v>"))

    assert leaf(reading).maximum == Decimal("2.5")
    assert "C3" in remarks(reading, 3)


def test_texts_of_other_types_are_shown_as_in_the_sheet() -> None:
    def finish(sheet: Worksheet) -> None:
        sheet["D3"], sheet["E3"] = 0.8, date(2022, 12, 31)
        sheet["D3"].number_format = "0%"
        sheet["D6"] = 2.5

    reading = read(book(finish=finish))

    assert (leaf(reading).evidence, leaf(reading).note) == ("80%", "31/12/2022")
    assert leaf(reading, "1.2").evidence == "2,5"


def test_codes_as_numbers_keep_the_places_that_are_shown() -> None:
    def finish(sheet: Worksheet) -> None:
        for row, code in enumerate([*range(1, 10), 10], 3):
            sheet.cell(row, 1, 1 + code / 100).number_format = "0.00"
        for row in range(3, 12):
            sheet.cell(row, 1, float(f"1.{row - 2}")).number_format = "General"
        sheet.cell(12, 1, 1.1).number_format = "0.00"

    rows = [("1", "A", 10), *[(None, f"Mục {at}", 1) for at in range(1, 11)]]

    assert outline(read(book(rows, finish=finish))).nodes[-1].code == "1.10"


# ---- steps, notes, evidence


def test_words_in_the_points_column_are_a_formula() -> None:
    rows = (GOOD[0], GOOD[1], (None, "Từ 80% trở lên", "tỷ lệ × điểm tối đa"), (None, "Dưới 80%", 0), *GOOD[4:])

    assert leaf(read(book(rows))).rule == "Từ 80% trở lên: tỷ lệ × điểm tối đa\nDưới 80%: 0"


def test_points_in_the_words_and_beside_them_are_told_once() -> None:
    assert leaf(read(book(finish=put(B4="Kịp thời: 2,5")))).rule == "Kịp thời: 2,5\nKhông: 0"


def test_an_empty_points_column_of_spaces_says_nothing() -> None:
    assert leaf(read(book(finish=put(B4="Kịp thời: 2,5", C4="  ")))).rule == "Kịp thời: 2,5\nKhông: 0"


def test_steps_in_the_cell_of_the_name() -> None:
    reading = read(book(finish=put(B3="Kế hoạch\nKịp thời: 2,5\nKhông: 0", B4=None, C4=None, B5=None)))

    assert (leaf(reading).name, leaf(reading).rule) == ("Kế hoạch", "Kịp thời: 2,5\nKhông: 0")


def test_a_name_over_two_lines_is_one_name() -> None:
    reading = read(book(finish=put(B3="Kế hoạch\nvà cộng đồng")))

    assert (leaf(reading).name, leaf(reading).rule) == ("Kế hoạch và cộng đồng", "Kịp thời: 2,5\nKhông: 0")
    assert reading.unread_rules == ()


def test_no_step_is_swallowed_into_a_name() -> None:
    """The middle line is no rule; that the last one alone would be must not hide it."""
    reading = read(book(finish=put(B3="Kế hoạch\nTừ 80%: xem xét thêm\nCó: 2,5\nKhông: 0", B4=None, C4=None, B5=None)))

    assert leaf(reading).name == "Kế hoạch"
    assert leaf(reading).rule.split("\n") == ["Chấm từ 0 đến 2,5 điểm", "Từ 80%: xem xét thêm", "Có: 2,5", "Không: 0"]
    assert [(each.code, each.cell) for each in reading.unread_rules] == [("1.1", "B3")]


def test_a_rule_in_a_column_of_its_own() -> None:
    rows = [(row[0], row[1], row[2] if len(row) > 2 else None) for row in GOOD if row[0]]
    data = book(rows, (*HEAD[:3], "Cách tính điểm"), finish=put(D3="Kịp thời: 2,5\nKhông: 0", D4="Có: 1,5\nKhông: 0"))

    assert leaf(read(data)).rule == "Kịp thời: 2,5\nKhông: 0"


def test_evidence_and_notes_below_a_leaf_are_its_own() -> None:
    rows = (
        *GOOD[:2],
        (None, "Kịp thời", 2.5, "Công văn", "x"),
        *GOOD[3:4],
        (None, None, None, "Báo cáo"),
        (None,) * 4 + ("y",),
        *GOOD[4:],
    )
    reading = read(book(rows))

    assert leaf(reading).evidence == "Kế hoạch năm\nCông văn\nBáo cáo"
    assert leaf(reading).note == "x\ny"
    assert [each.kind for each in reading.verdicts[3:7]] == ["step", "step", "evidence", "note"]


def test_a_note_between_rows_belongs_to_the_criterion_above() -> None:
    def finish(sheet: Worksheet) -> None:
        sheet.insert_rows(6)
        sheet["A6"] = "Ghi chú: chỉ tính văn bản còn hiệu lực"
        sheet.merge_cells("A6:E6")

    assert leaf(read(book(finish=finish))).note == "chỉ tính văn bản còn hiệu lực"


def test_a_note_below_a_criterion_with_others_below_it_is_its_note() -> None:
    found = outline(read(book((GOOD[0], (None, "Ghi chú: chung"), *GOOD[1:]))))

    assert found.by_code["1"].note == "chung"


def test_notes_around_the_table_belong_to_no_criterion() -> None:
    rows = ((None, "Ghi chú: bảng này"), *GOOD, (), ("Ghi chú:",), (None, "- TLKC: tài liệu"))
    reading = read(book(rows))

    assert outline(reading) == outline(read(good()))
    assert [each.kind for each in reading.verdicts if each.row in {2, 15, 16}] == ["note"] * 3


def test_totals_of_areas_are_compared() -> None:
    rows = (*GOOD[:7], (None, "Cộng lĩnh vực I", 4), *GOOD[7:])

    assert outline(read(book(rows))) == outline(read(good()))


def test_a_total_without_a_number_says_nothing() -> None:
    assert outline(read(book(finish=put(C12=None)))) == outline(read(good()))


def test_a_total_is_not_compared_with_what_is_not_known() -> None:
    reading = read(book(finish=put(C9=None)), Wanted(scale=Decimal(10)))

    assert outline(reading).by_code["2"].maximum is None
    assert remarks(reading, 12)


def test_totals_of_areas_beside_parents_are_not_compared() -> None:
    rows = [(*row, *[None] * (5 - len(row)), {"1.1": "1", "1.2": "1", "2.1": "2"}.get(str(row[0]))) for row in GOOD]
    rows.insert(7, (None, "Cộng lĩnh vực", 99))
    reading = read(book(rows, (*HEAD, "Thuộc mục")))

    assert outline(reading).nodes == outline(read(good())).nodes
    assert remarks(reading, 9)


def test_words_of_a_step_may_lie_over_the_columns_beside_them() -> None:
    assert outline(read(book(finish=lambda sheet: sheet.merge_cells("B5:E5")))) == outline(read(good()))


# ---- maxima, sides, methods


def test_a_maximum_that_is_not_known_keeps_the_words_as_they_are() -> None:
    reading = read(book((("1", "A", 4), ("1.1", "B"), (None, "Làm tốt thì điểm cao"), ("1.2", "C"))))

    assert [(node.maximum, node.rule) for node in outline(reading).leaves] == [
        (None, "Làm tốt thì điểm cao"),
        (None, ""),
    ]
    assert len(reading.unread_rules) == 2


def test_bonus_and_penalty_by_their_names() -> None:
    rows = (*GOOD[:-1], ("3", "Điểm thưởng", 5), ("4", "Điểm trừ", -3), ("4.1", "Chậm", 2), ("4.2", "Sai", None))
    reading = read(book(rows))
    found = outline(reading)

    assert [str(points) for points in (found.scale, found.bonus_cap, found.penalty_cap)] == ["10", "5", "3"]
    assert [(node.side, str(node.maximum), str(node.minimum)) for node in found.nodes[-4:]] == [
        ("bonus", "5", "0"),
        ("penalty", "0", "-3"),
        ("penalty", "0", "-2"),
        ("penalty", "None", "0"),
    ]
    assert found.nodes[-2].rule == "Chấm từ -2 đến 0 điểm"


def test_a_penalty_in_the_column_of_the_least_points() -> None:
    rows = (*GOOD[:-1], ("3", "Điểm phạt", 0, None, None, "Điểm phạt", -3))
    data = book(rows, (*HEAD, "Nhóm điểm", "Điểm thấp nhất"))

    node = outline(read(data)).nodes[-1]
    assert node.side == "penalty"
    assert node.minimum == Decimal(-3)


@pytest.mark.parametrize(
    ("cells", "by_survey"),
    [
        ({"E3": "ĐTXHH"}, True),
        ({"E3": "Chấm qua điều tra xã hội học"}, True),
        ({"E2": "Điều tra xã hội học"}, True),
        ({"A3": "1.1 (ĐTXHH)"}, True),
        ({"B4": "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức", "C4": None, "B5": None}, True),
        ({"B5": "Theo điều tra xã hội học"}, True),
        ({"E3": "Báo cáo kết quả khảo sát"}, False),
    ],
)
def test_a_survey_is_known_by_words(cells: dict[str, object], by_survey: bool) -> None:
    reading = read(book(finish=put(**cells)))

    assert (leaf(reading).method == "survey") == by_survey
    assert bool(remarks(reading, 3)) == by_survey


def test_an_export_of_ours_says_everything_itself() -> None:
    """No words are looked into where the file has our sheet of facts: an empty cell there means what it says."""

    def finish(made: Workbook) -> None:
        facts = made.create_sheet("Thông tin")
        for row in (("Tên bộ tiêu chí", "Bộ A"), ("Thang điểm", 10), (), ("Điểm thưởng được vượt thang điểm", "Có")):
            facts.append(row)
        facts["A5"] = None

    reading = read(books.edited(good(), finish))

    assert (outline(reading).title, outline(reading).may_exceed) == ("Bộ A", True)
    assert leaf(reading, "2.1").method == "appraisal"
    assert outline(reading).survey_points == 0


def test_letters_in_pieces_are_put_together() -> None:
    """Files from other systems hold a letter and its marks apart."""
    apart = partial(unicodedata.normalize, "NFD")
    rows = [tuple(apart(each) if isinstance(each, str) else each for each in row) for row in GOOD]
    rows.insert(4, (apart("Ghi chú: chỉ tính bản ký số"),))

    found = outline(read(book(rows, [apart(each) for each in HEAD], above=[(apart("BỘ TIÊU CHÍ CẤP XÃ"),)])))

    assert found.title == "BỘ TIÊU CHÍ CẤP XÃ"
    assert found.by_code["1.1"].note == "chỉ tính bản ký số"
    assert [node.name for node in found.nodes] == [node.name for node in outline(read(good())).nodes]


def test_several_lines_above_the_table_make_the_title() -> None:
    above = [("PHỤ LỤC I",), ("BỘ TIÊU CHÍ",), ("CỦA CÁC SỞ",), ("(Kèm theo Quyết định số 12/QĐ-UBND)",), ("(bản 2)",)]
    found = outline(read(book(above=above)))

    assert (found.title, found.legal_basis) == ("BỘ TIÊU CHÍ CỦA CÁC SỞ", "Kèm theo Quyết định số 12/QĐ-UBND")
    assert heading(["(không có số)"]) == ("", "")


def test_a_problem_is_written_with_its_place() -> None:
    assert [str(problem).partition(":")[0] for problem in read(book(finish=put(C3="x"))).problems] == ["Sheet!C3"]
    assert "!" not in str(read(book(())).problems[0])
