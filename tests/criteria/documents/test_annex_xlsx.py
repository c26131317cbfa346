"""The annex as a workbook: every value in its cell, text as text, the same bytes for the same set."""

import time
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from criteria.documents.annex_xlsx import annex
from criteria.tree import annex as layout
from criteria.tree.nodes import Node, Outline
from tests.criteria.documents.sets import FULL, PLAIN, ROMAN

HEADING = ("Phụ lục", "BỘ TIÊU CHÍ", "(Kèm theo Quyết định số 5)")


def sheets(outline: Outline) -> list[Worksheet]:
    book = openpyxl.load_workbook(BytesIO(annex(outline, heading=HEADING)))
    return [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]


def table(outline: Outline) -> list[tuple[Any, ...]]:
    return list(sheets(outline)[0].iter_rows(min_row=5, values_only=True))


def test_columns_that_no_node_uses_are_left_out() -> None:
    assert table(PLAIN) == [
        ("STT", "Lĩnh vực, tiêu chí, tiêu chí thành phần", "Điểm tối đa", "Tài liệu kiểm chứng", "Ghi chú"),
        ("1", "Lĩnh vực", None, None, None),
        ("1.1", "Tiêu chí", 1, None, None),
        (None, "Tổng cộng", None, None, None),
    ]


def test_every_column_has_what_the_nodes_say() -> None:
    head, *rows = table(FULL)
    by_code = {row[0]: dict(zip(head, row, strict=True)) for row in rows if row[0]}

    assert head[5:] == (
        "Hình thức chấm",
        "Người nhập điểm",
        "Điểm thấp nhất",
        "Nhóm điểm",
        "Hướng dẫn",
        "Ví dụ tính điểm",
        "Căn cứ pháp lý",
        "Các phần",
    )
    leaf = by_code["1.1.1"]
    assert (leaf["Điểm tối đa"], leaf["Điểm thấp nhất"], leaf["Hình thức chấm"]) == (1.25, -1, None)
    assert leaf["Tài liệu kiểm chứng"] == "Kế hoạch (kỳ: năm; cơ quan ban hành: UBND huyện)\nBáo cáo năm"
    assert leaf["Ví dụ tính điểm"] == "mức = Kịp thời → 1,25\nmức = Không ban hành → -1"
    assert by_code["1.1.2"]["Người nhập điểm"] == "Người thẩm định"
    assert by_code["1.2"]["Các phần"] == "a) Ngân sách: 1,5 (Sở Tài chính)\nb) Đất đai: 1"
    assert (by_code["2"]["Hình thức chấm"], by_code["2.1"]["Người nhập điểm"]) == (
        "Điều tra xã hội học",
        "Nhập số liệu",
    )
    assert (by_code["3.1"]["Nhóm điểm"], by_code["4"]["Nhóm điểm"]) == ("Điểm thưởng", "Điểm phạt")
    assert (by_code["4"]["Điểm tối đa"], by_code["4"]["Điểm thấp nhất"]) == (0, -2)


def test_rule_stands_below_its_leaf_without_a_number() -> None:
    rows = table(FULL)
    start = next(place for place, row in enumerate(rows) if row[0] == "1.1.1")

    assert [row[:3] for row in rows[start + 1 : start + 5]] == [
        (None, "Kịp thời: 1,25", None),
        (None, "Không kịp thời: 0,5", None),
        (None, "Không ban hành: -1", None),
        ("1.1.2", "=1+1", 2.25),
    ]


def test_total_is_that_of_the_areas_inside_the_scale() -> None:
    assert table(FULL)[-1][1:3] == ("Tổng cộng", 10)


def test_text_that_begins_like_a_formula_stays_text() -> None:
    sheet = sheets(FULL)[0]
    kinds = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}

    assert (kinds["=1+1"], kinds["+ có: 2,25"], kinds["-không: 0"]) == ("s", "s", "s")
    assert set(kinds.values()) == {"s"}


def test_second_sheet_has_what_the_set_says() -> None:
    assert list(sheets(FULL)[1].values) == [
        ("Tên bộ tiêu chí", FULL.title),
        ("Thang điểm", 10),
        ("Điểm điều tra xã hội học", 4),
        ("Điểm thưởng tối đa", 1),
        ("Điểm phạt tối đa", 2),
        ("Điểm thưởng được vượt thang điểm", "Có"),
        ("Căn cứ pháp lý", "52/2019/QĐ-UBND, Điều 7"),
    ]
    assert [name for name, _value in sheets(PLAIN)[1].values] == [layout.TITLE, layout.SCALE_WORD, layout.SURVEY_WORD]


@pytest.mark.parametrize(
    ("outline", "has_column"),
    [
        (FULL, False),
        (ROMAN, True),
        (Outline("x", FULL.scale, FULL.scale, (Node("1", "a"), Node("1.2.1", "b", "1"))), True),
        (Outline("x", FULL.scale, FULL.scale, (Node("1", "a"), Node("1.", "b", "1"))), True),
    ],
    ids=["numbers", "roman", "a number left out", "nothing after the point"],
)
def test_parent_has_a_column_where_the_codes_do_not_tell_it(outline: Outline, has_column: bool) -> None:
    assert ("Thuộc mục" in table(outline)[0]) is has_column


def test_character_that_no_workbook_can_hold_is_left_out() -> None:
    outline = Outline("x", FULL.scale, FULL.scale, (Node("1", "a\x0bb"),))

    assert table(outline)[1][1] == "ab"


def test_same_set_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = annex(FULL, heading=HEADING)
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(4_000_000_000))

    assert annex(FULL, heading=HEADING) == first


def test_page_repeats_the_head_and_fits_the_paper() -> None:
    sheet = sheets(FULL)[0]

    assert (sheet.print_title_rows, sheet.page_setup.fitToHeight, sheet.page_setup.orientation) == (
        "$5:$5",
        0,
        "portrait",
    )
    assert sorted(str(each) for each in sheet.merged_cells.ranges) == ["A1:E1", "A2:E2", "A3:E3"]


def test_rule_for_reading_is_parted_where_a_line_holds_several() -> None:
    assert layout.parted("Có: 1; Không: 0\nKhi a = 0: không áp dụng") == (
        "Có: 1",
        "Không: 0",
        "Khi a = 0: không áp dụng",
    )
    assert layout.parted(" ") == ()
    assert layout.parted("Có: 1;\n" * 50) == ("Có: 1;",) * 50
