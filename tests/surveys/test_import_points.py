"""From the cells of a workbook to survey points: every row is taken as it was meant, or refused with its cell."""

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import DjangoAssertNumQueries

from criteria.models import Criterion
from criteria.templatetags.points import points as written
from surveys.imports import points
from surveys.imports.points import Preview
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.rows import Season
from tests.surveys.sheets import HEAD, workbook

pytestmark = pytest.mark.django_db
FIRST = ("SXD", "Sở Xây dựng", "2.1", 3.5, 120)


@pytest.fixture
def season() -> Season:
    return rows.season()


def read(season: Season, lines: Sequence[Sequence[object]], head: Sequence[object] = HEAD) -> Preview:
    return points.read(workbook(lines, head), season.tier)


def taken(preview: Preview) -> list[tuple[str, str, str, Decimal, int]]:
    return [
        (line.address, line.point.unit.code, line.point.criterion.code, line.point.points, line.point.respondents)
        for line in preview.taken
    ]


def problems(preview: Preview) -> list[str]:
    return [str(problem) for problem in preview.problems]


def test_read_takes_a_row(season: Season) -> None:
    preview = read(season, [FIRST])

    assert taken(preview) == [("D2", "SXD", "2.1", Decimal("3.5"), 120)]
    assert (preview.rows, preview.refused, preview.problems, preview.warnings, preview.blank) == (1, 0, [], [], [])
    assert preview.points[0].cycle == season.cycle
    assert SurveyPoint.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (("SXD", None, "2.1", 5), "D2: 5 lớn hơn điểm tối đa 4"),
        (("SXD", None, "2.1", "4,0001"), "D2: 4,0001 lớn hơn điểm tối đa 4"),
        (("SXD", None, "2.1", "-0,5"), "D2: -0,5 nhỏ hơn 0"),
        (("SXD", None, "2.1", "3,12345"), "D2: 3,12345 có quá 4 chữ số thập phân"),
        (("SXD", None, "2.1", "=1+2"), "D2: ô là công thức; hãy dán giá trị (Paste Values)"),
        (("SXD", None, "2.1", "tốt"), "D2: “tốt” không phải là số điểm; ví dụ cách ghi đúng: 17,25"),
        (("ABC", None, "2.1", 3), "A2: không có đơn vị mang mã “ABC”"),
        (("P", None, "2.1", 3), "A2: UBND tỉnh Thử không thuộc diện đánh giá của “Cấp tinh”"),
        ((None, "Sở Xây dựng", "2.1", 3), "A2: ô để trống"),
        (("SXD", None, None, 3), "C2: ô để trống"),
        (("SXD", None, "9.9", 3), "C2: bộ tiêu chí của Sở Xây dựng không có tiêu chí “9.9”"),
        (("SXD", None, "1.1", 1), "C2: tiêu chí 1.1 không chấm qua điều tra xã hội học"),
        (("SXD", None, "2", 1), "C2: tiêu chí 2 không chấm qua điều tra xã hội học"),
        (("SXD", None, "2.1", None, "nhiều"), "E2: “nhiều” không phải là số phiếu (số nguyên)"),
        (("SXD", None, "2.1", None, 12), "D2: ô để trống"),
        (("SXD", None, "2.1", "#N/A", 12), "D2: ô đang báo lỗi #N/A"),
        (("SXD", None, date(2001, 1, 2), 3), "C2: Excel đã đổi mã này thành ngày; hãy định dạng cột là Văn bản"),
    ],
)
def test_read_refuses_a_row_with_its_cell_and_reason(season: Season, line: tuple[object, ...], problem: str) -> None:
    preview = read(season, [line])

    assert (preview.rows, len(preview.taken), preview.refused) == (1, 0, 1)
    assert [each[: len(problem)] for each in problems(preview)][-1] == problem


def test_read_names_every_wrong_cell_of_a_row(season: Season) -> None:
    preview = read(season, [("ABC", None, "2.1", "tốt", "nhiều")])

    assert [problem.address for problem in preview.problems] == ["A2", "D2", "E2"]
    assert preview.refused == 1


def test_read_speaks_the_language_of_the_person(season: Season) -> None:
    with translation.override("en"):
        assert problems(read(season, [("SXD", None, "2.1", 5)])) == ["D2: 5 is more than the maximum of 4"]


def test_read_refuses_both_of_two_rows_for_one_leaf(season: Season) -> None:
    preview = read(season, [FIRST, ("SYT", None, "2.1", 2), ("SXD", None, "2.1", "tốt")])

    text = "Sở Xây dựng, tiêu chí 2.1 có ở nhiều dòng: D2, D4; chỉ giữ một dòng"
    assert problems(preview) == [
        f"C2: {text}",
        "D4: “tốt” không phải là số điểm; ví dụ cách ghi đúng: 17,25",
        f"C4: {text}",
    ]
    assert taken(preview) == [("D3", "SYT", "2.1", Decimal(2), 0)]
    assert (preview.rows, preview.refused) == (3, 2)


def test_read_lists_half_a_dozen_places_at_most(season: Season) -> None:
    texts = problems(read(season, [("SXD", None, "2.1", 1)] * 9))

    assert len(texts) == 9
    assert texts[0] == "C2: Sở Xây dựng, tiêu chí 2.1 có ở nhiều dòng: D2, D3, D4, D5, D6, D7 …; chỉ giữ một dòng"


def test_read_refuses_points_merged_over_rows(season: Season) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("D2:D3")

    preview = points.read(workbook([FIRST, ("SYT", None, "2.1", None)], finish=merge), season.tier)

    assert [problem.address for problem in preview.problems] == ["D2", "D3"]


def test_read_lists_rows_without_points_as_blank(season: Season) -> None:
    preview = read(season, [("SXD", None, "2.1", None, None), ("SYT", None, "2.1", 2, None)])

    assert (preview.rows, preview.blank, len(preview.taken)) == (1, ["D2"], 1)


def test_read_wonders_about_another_name_and_zero_points(season: Season) -> None:
    preview = read(season, [("SXD", "Sở Y tế", "2.1", 0), ("SYT", "so y te", "2.1", 1)])

    assert [str(warning) for warning in preview.warnings] == [
        "B2: ghi là “Sở Y tế”, nhưng mã SXD là của Sở Xây dựng",
        "D2: 0 điểm",
    ]
    assert len(preview.taken) == 2


def test_read_knows_a_code_whose_zeros_were_dropped(season: Season) -> None:
    rows.unit("Sở Số", parent=season.province, code="00042")

    assert taken(read(season, [(42, None, "2.1", 1)])) == [("D2", "00042", "2.1", Decimal(1), 0)]


def test_read_refuses_a_shortened_code_that_two_units_could_have(season: Season) -> None:
    rows.unit("Sở Một", parent=season.province, code="0042")
    rows.unit("Sở Hai", parent=season.province, code="00042")

    assert problems(read(season, [(42, None, "2.1", 1)])) == ["A2: không có đơn vị mang mã “42”"]


def test_read_refuses_a_code_as_number_that_could_be_two() -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="2.1").update(max_points=2)
    rows.criterion(season.criteria_set, "2.10", "2", parent=Criterion.objects.get(code="2"), method="survey")
    rows.issue(season.criteria_set)

    preview = read(season, [("SXD", None, 2.1, 1), ("SXD", None, "2.1", 1), ("SXD", None, "2.10", 1)])

    assert problems(preview) == ["C2: “2.1” ở dạng số có thể là nhiều mã khác nhau; hãy ghi ở dạng văn bản"]
    assert [line[2] for line in taken(preview)] == ["2.1", "2.10"]


def test_read_takes_a_code_as_number_that_means_one(season: Season) -> None:
    assert [line[2] for line in taken(read(season, [("SXD", None, 2.1, 1)]))] == ["2.1"]


def test_read_takes_as_many_queries_for_more_rows(
    season: Season, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        rows.unit(parent=season.province, code=f"X{number}")
    with django_assert_max_num_queries(20) as one:
        read(season, [FIRST, ("Y", None, "2.1", 1)])

    with django_assert_max_num_queries(20) as many:
        preview = read(season, [(f"X{number}", None, "2.1", 1) for number in range(20)] + [("Z", None, "2.1", 1)])

    assert len(preview.taken) == 20
    assert len(many.captured_queries) == len(one.captured_queries)


# --- workbooks with known truth ---------------------------------------------------------------------------------------


def spelled(value: Decimal, dice: random.Random) -> object:
    """The same points as different people write them."""
    return dice.choice(
        [float(value), written(value), f" {written(value)} ", f"{written(value)}0" if value % 1 else value]
    )


def wrong(dice: random.Random) -> object:
    return dice.choice(["=1+1", "chưa có", 4.5, -1, "1.234", True, "3,00001", "#DIV/0!"])


@pytest.mark.parametrize("seed", range(70))
def test_a_generated_workbook_is_read_without_a_silent_difference(season: Season, seed: int) -> None:
    dice = random.Random(seed)
    units = {f"K{number}": rows.unit(f"Sở {number}", parent=season.province, code=f"K{number}") for number in range(12)}
    truth: dict[str, tuple[Decimal, int]] = {}
    refused, blank, lines = 0, 0, []
    for code in dice.sample(sorted(units), dice.randint(1, 12)):
        value, count = Decimal(dice.randint(0, 40000)) / 10000, dice.randint(0, 2000)
        line: dict[str, object] = {"Mã đơn vị": code, "Tên đơn vị": units[code].name, "Mã tiêu chí": "2.1"}
        fate = dice.random()
        if fate < 0.15:
            line["Điểm"], refused = wrong(dice), refused + 1
        elif fate < 0.25:
            line["Mã tiêu chí"], line["Điểm"], refused = dice.choice(["1.1", "2", "7"]), 1, refused + 1
        elif fate < 0.35:
            blank += 1
        else:
            line["Điểm"] = spelled(value, dice)
            line["Số phiếu hợp lệ"] = dice.choice([count, str(count)])
            truth[code] = (value, count)
        lines.append(line)
        lines += [{}] * dice.choice([0, 0, 0, 1, 2])
    head = [*dice.sample(HEAD, len(HEAD))]
    for extra in dice.sample(["STT", "Điểm tối đa", "Ghi chú", "Tên tiêu chí"], dice.randint(0, 3)):
        head.insert(dice.randint(0, len(head)), extra)
    title: list[list[object]] = [["BẢNG TỔNG HỢP ĐIỂM ĐIỀU TRA XÃ HỘI HỌC"], []]
    above = title[: dice.randint(0, 2)]

    def finish(sheet: Worksheet) -> None:
        if above:
            sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(head))

    data = workbook([[line.get(label) for label in head] for line in lines], head, above=above, finish=finish)
    preview = points.read(data, season.tier)

    assert {code: (value, count) for _cell, code, _leaf, value, count in taken(preview)} == truth
    assert (preview.rows, preview.refused, len(preview.blank)) == (len(truth) + refused, refused, blank)
    assert len({problem.address for problem in preview.problems}) >= refused
