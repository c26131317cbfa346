"""Papers of a run: layout and words of the decision, workbook and open data with the published figures."""

import csv
import io
import re
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from criteria.models import RankingGroup
from results.documents import data, decision, ranking
from results.models import Decision, Run, UnitResult
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house, papers
from units import pdf
from units.models import Unit

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(pdf.problem() is not None, reason=pdf.problem() or "")
MILLIMETRE = 72 / 25.4


@pytest.fixture
def season() -> Season:
    made = house.ready()
    made.cycle.is_demo = False
    made.cycle.save()
    return made


@pytest.fixture
def drafted(season: Season) -> Decision:
    return whole(papers.drafted(papers.computed(season), season))


def whole(of: Decision) -> Decision:
    return Decision.objects.select_related("run__tier__cycle", "run__tier__authority__parent").get(pk=of.pk)


def second_group(season: Season) -> Unit:
    """The tier ranks districts too; there is one, without a dossier and without points."""
    RankingGroup.objects.create(
        tier=season.tier, code="district", name="UBND các huyện", kind="district", parent=season.province, position=1
    )
    rows.criteria_set(season.cycle, "district")
    return rows.unit("UBND huyện Thử", "district", season.province)


def pages(file: bytes) -> list[str]:
    with PdfDocument(file) as document:
        return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


# --- the decision -----------------------------------------------------------------------------------------------------


def test_paper_has_every_part_in_the_prescribed_form(drafted: Decision) -> None:
    paper = decision.paper(drafted)
    assert paper.agency == ("ỦY BAN NHÂN DÂN", "TỈNH THỬ")
    assert (paper.number, paper.place_and_date) == ("36/QĐ-UBND", "Thử, ngày 15 tháng 01 năm 2023")
    assert paper.subject == "Về việc phê duyệt và công bố Chỉ số cải cách hành chính năm 2022 của khối department"
    assert paper.issuer == "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH THỬ"
    assert paper.summary == (
        "Khối department: 3 đơn vị; chỉ số trung bình 84,38%; cao nhất: Sở Y tế (88,75%) (Phụ lục)",
    )
    assert paper.withheld == "1 đơn vị chưa xác định Chỉ số do còn tiêu chí chưa có điểm: Sở Nội vụ"
    assert paper.recipients == ("Như Điều 3", "Chủ tịch, các Phó Chủ tịch UBND tỉnh Thử", "Lưu: VT, SNV")
    assert (paper.on_behalf_of, paper.offices, paper.signer) == ("", ("CHỦ TỊCH",), "Nguyễn Văn A")
    assert paper.reference == "(Kèm theo Quyết định số 36/QĐ-UBND ngày 15 tháng 01 năm 2023 của Chủ tịch UBND tỉnh Thử)"


def test_paper_signed_for_the_collective_names_it(drafted: Decision) -> None:
    drafted.on_behalf_of, drafted.signer_office = "TM. UBND", "KT. Chủ tịch / Phó Chủ tịch"
    paper = decision.paper(drafted)
    assert (paper.issuer, paper.on_behalf_of) == ("ỦY BAN NHÂN DÂN TỈNH THỬ", "TM. ỦY BAN NHÂN DÂN")
    assert paper.offices == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert paper.reference[-19:] == " của UBND tỉnh Thử)"


def test_paper_of_a_district_reports_to_the_province(drafted: Decision) -> None:
    tier = drafted.run.tier
    tier.authority, tier.standing_body = rows.unit("UBND huyện Thử", "district", tier.authority), ""
    assert decision.paper(drafted).recipients == (
        "Như Điều 3",
        "UBND tỉnh Thử (để báo cáo)",
        "Chủ tịch, các Phó Chủ tịch UBND huyện Thử",
        "Lưu: VT",
    )


def test_annex_has_every_unit_with_its_published_figures(drafted: Decision) -> None:
    (annex,) = decision.paper(drafted).annexes
    assert (annex.number, annex.title) == ("", "CHỈ SỐ CẢI CÁCH HÀNH CHÍNH NĂM 2022 CỦA KHỐI DEPARTMENT")
    printed = [
        (line.place, line.unit, line.points, line.maximum, line.index, line.rank, line.band) for line in annex.lines
    ]
    assert printed == [
        (1, "Sở Y tế", "7,1", "8", "88,75", "1", "Tốt"),
        (2, "Sở Xây dựng", "8", "10", "80,00", "2", "Tốt"),
        (3, "Sở Nội vụ", "0", "10", "chưa xác định", "–", "–"),
    ]


def test_annex_marks_what_did_not_apply(drafted: Decision) -> None:
    (annex,) = decision.paper(drafted).annexes
    assert [line.areas for line in annex.lines] == [("4/\u200b4", "3,1"), ("4,5", "3,5"), ("0", "0")]
    assert annex.has_reduced is True


def test_annex_of_a_unit_to_which_an_area_does_not_apply_has_a_dash(drafted: Decision) -> None:
    result = UnitResult.objects.get(run=drafted.run, unit__code="SYT")
    result.areas = [{**result.areas[0], "points": "0", "maximum": "0", "percent": None}, result.areas[1]]
    result.save()
    (annex,) = decision.paper(drafted).annexes
    assert annex.lines[0].areas == ("–", "3,1")


def test_annexes_of_several_groups_are_numbered(season: Season) -> None:
    second_group(season)
    paper = decision.paper(whole(papers.drafted(papers.computed(season), season)))
    assert [annex.number for annex in paper.annexes] == ["I", "II"]
    assert paper.summary[1] == "UBND các huyện: 1 đơn vị (Phụ lục II)"


def test_notes_say_how_the_cycle_computes(drafted: Decision) -> None:
    notes = decision.paper(drafted).notes
    assert notes[1] == (
        "Xếp hạng theo chỉ số chưa làm tròn trong từng nhóm; các đơn vị bằng nhau cùng một hạng, các hạng tiếp theo "
        "được bỏ qua tương ứng."
    )
    assert notes[2] == "Xếp loại theo chỉ số chưa làm tròn: Tốt: từ 80%; Khá: từ 65%; Yếu: từ 0%."
    assert notes[3] == f"Số liệu của lần tổng hợp số 1; mã kiểm SHA-256: {drafted.run.digest}."


def test_notes_without_bands_leave_them_out(drafted: Decision) -> None:
    drafted.run.settings["bands"] = []
    assert len(decision.paper(drafted).notes) == 3


def test_html_ends_grounds_as_prescribed(drafted: Decision) -> None:
    drafted.grounds = "Căn cứ Luật A;\n\nCăn cứ Luật B.\nTheo đề nghị của Sở Nội vụ"
    found = re.findall(r'<p class="ground">(.*?)</p>', decision.decision_html(drafted))
    assert found == ["Căn cứ Luật A;", "Căn cứ Luật B;", "Theo đề nghị của Sở Nội vụ."]


def test_html_of_practice_data_says_so(drafted: Decision) -> None:
    drafted.run.tier.cycle.is_demo = True
    assert decision.decision_html(drafted).count("DỮ LIỆU TRÌNH DIỄN") == 2


def test_html_of_real_data_has_no_watermark(drafted: Decision) -> None:
    assert decision.decision_html(drafted).count("DỮ LIỆU TRÌNH DIỄN") == 0


def test_html_is_the_same_in_every_language(drafted: Decision) -> None:
    with translation.override("en"):
        english = decision.decision_html(drafted)
    with translation.override("vi"):
        assert decision.decision_html(drafted) == english


@needs_pango
def test_pdf_is_a4_and_starts_with_the_national_heading(drafted: Decision) -> None:
    file = decision.decision_pdf(drafted)
    with PdfDocument(file) as document:
        width, height = document[0].get_size()
    assert (round(width / MILLIMETRE), round(height / MILLIMETRE)) == (210, 297)
    first = squeezed(pages(file)[0])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in first
    assert "Số: 36/QĐ-UBND" in first


@needs_pango
def test_pdf_numbers_each_annex_by_itself(season: Season) -> None:
    second_group(season)
    for number in range(45):
        rows.unit(f"Sở thứ {number}", parent=season.province)
    texts = pages(decision.decision_pdf(whole(papers.drafted(papers.computed(season), season))))
    numbers = [squeezed(text).strip().split(" ")[-1] for text in texts]
    starts = [place for place, text in enumerate(texts) if "Phụ lục I" in text.splitlines()[0]]
    assert len(starts) == 2
    assert numbers[starts[0] + 1 : starts[1]] == [str(place) for place in range(2, starts[1] - starts[0] + 1)]


@needs_pango
def test_pdf_twice_gives_the_same_bytes(drafted: Decision) -> None:
    first = decision.decision_pdf(drafted)
    time.sleep(1.1)
    assert decision.decision_pdf(whole(drafted)) == first


@needs_pango
def test_pdf_prints_the_figures_of_the_run(drafted: Decision) -> None:
    text = squeezed(" ".join(pages(decision.decision_pdf(drafted))))
    assert "1 Sở Y tế 7,1 88,75 1 Tốt 2 Sở Xây dựng 8 80,00 2 Tốt" in text


def test_paper_with_every_index_names_nobody_as_withheld(drafted: Decision) -> None:
    UnitResult.objects.filter(run=drafted.run, index=None).delete()
    assert decision.paper(drafted).withheld == ""


# --- workbook ---------------------------------------------------------------------------------------------------------


def test_workbook_computes_the_published_index(drafted: Decision) -> None:
    book = load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run)))
    sheet = book.worksheets[0]
    cells = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=2)]
    assert cells == [
        [1, "Sở Y tế", 7.1, 8, "=ROUND(C2/D2*100,2)", "Tốt"],
        [2, "Sở Xây dựng", 8, 10, "=ROUND(C3/D3*100,2)", "Tốt"],
        [None, "Sở Nội vụ", 0, 10, cells[2][4], None],
    ]
    assert sheet.cell(2, 5).number_format == "0.00"


def test_workbook_where_a_spreadsheet_would_round_otherwise_has_the_number(drafted: Decision) -> None:
    result = UnitResult.objects.get(run=drafted.run, unit__code="SYT")
    result.index = Decimal("88.76")
    result.save()
    sheet = load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run))).worksheets[0]
    assert sheet.cell(2, 5).value == 88.76


def test_workbook_keeps_names_that_look_like_formulas_as_text(drafted: Decision) -> None:
    Unit.objects.filter(code="SYT").update(name="=1+1")
    sheet = load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run))).worksheets[0]
    assert (sheet.cell(2, 2).value, sheet.cell(2, 2).data_type) == ("=1+1", "s")


def test_workbook_of_a_unit_without_an_area_leaves_the_cell_empty(drafted: Decision) -> None:
    result = UnitResult.objects.get(run=drafted.run, unit__code="SXD")
    result.areas = result.areas[1:]
    result.save()
    sheet = load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run))).worksheets[0]
    assert [cell.value for cell in sheet[3]][6:] == [None, 3.5]


@pytest.mark.parametrize(("limit", "written"), [("2", "(+2)"), ("-1.5", "(-1,5)")])
def test_papers_say_how_far_an_area_outside_the_scale_goes(drafted: Decision, limit: str, written: str) -> None:
    """At most so many bonus points, or down to so many penalty points; it has no percentage."""
    for result in UnitResult.objects.filter(run=drafted.run):
        outside = {"code": "9", "name": "Điểm thưởng, điểm trừ", "points": "1", "maximum": "0", "percent": None}
        result.areas = [*result.areas, {**outside, "limit": limit, "side": "bonus" if limit > "0" else "penalty"}]
        result.save()

    heads = [cell.value for cell in load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run))).worksheets[0][1]]

    assert any(written in str(head) for head in heads), heads


def test_workbook_twice_gives_the_same_bytes(drafted: Decision) -> None:
    first = ranking.ranking_workbook(drafted.run)
    time.sleep(2.1)
    assert ranking.ranking_workbook(drafted.run) == first


def test_workbook_of_practice_data_says_so_first(drafted: Decision) -> None:
    drafted.run.tier.cycle.is_demo = True
    book = load_workbook(io.BytesIO(ranking.ranking_workbook(drafted.run)))
    assert book.worksheets[-1].cell(1, 1).value in {"Practice data", "Dữ liệu trình diễn"}


def test_sheet_title_is_short_and_allowed() -> None:
    assert ranking.sheet_title(1, "UBND các huyện/thành phố: [thị xã] và còn nữa") == "1 UBND các huyện thành phố   th"


# --- open data --------------------------------------------------------------------------------------------------------


def read(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.open_data(run))))


def test_open_data_has_units_areas_and_criteria(drafted: Decision) -> None:
    levels = [(row["unit_code"], row["level"], row["code"]) for row in read(drafted.run)]
    of_unit = [
        ("unit", ""),
        ("area", "1"),
        ("area", "2"),
        ("criterion", "1.1"),
        ("criterion", "1.2"),
        ("criterion", "2.1"),
    ]
    assert levels == [(unit, *each) for unit in ("SYT", "SXD", "SNV") for each in of_unit]


def test_open_data_has_published_and_exact_figures(drafted: Decision) -> None:
    first, *_rest = read(drafted.run)
    names = ("points", "maximum", "percent", "percent_exact", "rank", "band")
    assert [first[name] for name in names] == ["7.1", "8", "88.75", "355/4", "1", "Tốt"]


def test_open_data_recomputes_to_the_published_index(drafted: Decision) -> None:
    of_unit = [row for row in read(drafted.run) if row["unit_code"] == "SXD"]
    leaves = [row for row in of_unit if row["level"] == "criterion"]
    points = sum(Fraction(row["points"]) for row in leaves)
    maximum = sum(Fraction(row["maximum"]) for row in leaves)
    assert 100 * points / maximum == Fraction(of_unit[0]["percent_exact"])


def test_open_data_of_a_withheld_unit_has_empty_figures(drafted: Decision) -> None:
    row = next(row for row in read(drafted.run) if (row["unit_code"], row["level"]) == ("SNV", "unit"))
    assert [row[name] for name in ("percent", "percent_exact", "rank", "band")] == ["", "", "", ""]


def test_open_data_tells_not_applicable_from_missing(drafted: Decision) -> None:
    sources = {(row["unit_code"], row["code"]): row["source"] for row in read(drafted.run)}
    assert (sources["SYT", "1.1"], sources["SNV", "1.1"], sources["SNV", "2.1"]) == (
        "not_applicable",
        "unscored",
        "no_survey",
    )


def test_open_data_of_an_area_that_does_not_apply_has_no_percent(drafted: Decision) -> None:
    result = UnitResult.objects.get(run=drafted.run, unit__code="SYT")
    result.areas = [{**result.areas[0], "points": "0", "maximum": "0", "percent": None}]
    result.save()
    area = read(drafted.run)[1]
    assert (area["percent"], area["percent_exact"]) == ("", "")


@pytest.mark.parametrize(("cell", "written"), [("=1", "'=1"), ("-1", "'-1"), ("@a", "'@a"), ("Sở", "Sở"), ("", "")])
def test_open_data_text_is_no_formula(cell: str, written: str) -> None:
    assert data.text(cell) == written
