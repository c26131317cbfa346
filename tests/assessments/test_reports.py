"""The self-assessment report: drafted, written, checked and frozen; its tables."""

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.documents.official import paper
from assessments.documents.paper_docx import paper_docx
from assessments.documents.paper_pdf import paper_html
from assessments.documents.paper_xlsx import paper_xlsx
from assessments.models import PaperKind, ReportSection
from assessments.selectors import papers, reports
from assessments.selectors.reports import Fault
from assessments.services import reports as writing
from assessments.services import returns
from criteria.models import Cycle
from tests.assessments import pages
from tests.assessments.reporting import filled, save, submitted, table, words, write
from tests.factories import rows
from units import pdf
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
PRINT = "assessments.tasks.render_paper"
needs_pdf = pytest.mark.skipif(pdf.problem() is not None, reason="no pdf without Pango")


@pytest.fixture
def season() -> rows.Season:
    return filled()


# --- drafts, fields, flaws --------------------------------------------------------------------------------------------


def test_every_section_is_drafted_from_the_scores(season: rows.Season) -> None:
    found = reports.report(table(season))
    texts = {each.key: each.filled for each in found.sections}

    assert list(texts) == list(reports.TITLES)
    assert all(texts.values())
    assert "5,2 điểm trên 6 điểm" in texts["results"]
    assert "Tiêu chí 1: 5,2/6 điểm, đạt 86,67%" in texts["results"]
    assert "Tiêu chí 1: 1/2 tiêu chí (1.1)" in texts["strong"]
    assert "1.2 Tiêu chí 1.2: 3,2/4 điểm. Nguyên nhân, giải trình: Còn 2 nhiệm vụ chậm." in texts["weak"]
    assert "1.2 Tiêu chí 1.2. Giải trình: Còn 2 nhiệm vụ chậm." in texts["evidence"]
    assert "Không có số liệu năm trước" in texts["changes"]
    assert texts["grounds"].endswith(".")
    assert "{{" not in "".join(texts.values())


def test_drafts_of_a_perfect_and_of_an_empty_dossier() -> None:
    season = rows.season()
    empty = {each.key: each.filled for each in reports.report(table(season)).sections}
    save(season, "1.1", "2")
    save(season, "1.2", "4", "Đủ")
    full = {each.key: each.filled for each in reports.report(table(season)).sections}

    assert empty["strong"] == "Chưa có tiêu chí đạt điểm tối đa."
    assert "1.1 Tiêu chí 1.1: chưa chấm." in empty["weak"]
    assert empty["evidence"] == "Các tiêu chí có điểm đều có tài liệu kiểm chứng."
    assert full["weak"] == "Không có tiêu chí nào chưa đạt điểm tối đa."
    assert "1.1 Tiêu chí 1.1. Chưa có giải trình." in full["evidence"]


def test_grounds_name_the_plan_and_the_decision() -> None:
    season = rows.season()
    season.cycle.plan = "Kế hoạch số 12/KH-UBND ngày 05/01/2022"
    season.criteria_set.number, season.criteria_set.issued_on = "36/QĐ-UBND", season.cycle.period_start
    found = table(season)
    found.assessment.cycle, found.assessment.criteria_set = season.cycle, season.criteria_set

    grounds = reports.drafts_of(found)["grounds"].splitlines()

    assert grounds[0] == "Căn cứ kế hoạch số 12/KH-UBND ngày 05/01/2022;"
    assert grounds[1] == "Căn cứ Quyết định số 36/QĐ-UBND ngày 01/01/2022 ban hành bộ tiêu chí department;"
    assert grounds[-1].endswith(".")


def _with_last_year(season: rows.Season) -> None:
    before = rows.cycle(season.province)
    older = rows.criteria_set(before)
    level = rows.tier(before, season.province, code="truoc")
    dossier = rows.assessment(level, season.units[0], older)
    rows.score(dossier, "1.1", "1", final_points=Decimal(1))
    rows.score(dossier, "1.2", "4")
    for code in ("1.1", "1.2"):
        rows.origin(season.criteria_set.criteria.get(code=code), older.criteria.get(code=code))
    Cycle.objects.filter(pk=season.cycle.pk).update(previous=before)


def test_changes_since_last_year_go_through_lineage() -> None:
    season = rows.season(issued=False)
    _with_last_year(season)
    save(season, "1.1", "2")
    save(season, "1.2", "3")

    text = {each.key: each.filled for each in reports.report(table(season)).sections}["changes"]

    assert "tổng điểm năm trước của các tiêu chí này: 5 điểm" in text
    assert "- 1.1 Tiêu chí 1.1: từ 1 lên 2 điểm." in text
    assert "- 1.2 Tiêu chí 1.2: từ 4 xuống 3 điểm." in text

    save(season, "1.2", "4")
    assert "Không có tiêu chí giảm điểm." in reports.report(table(season)).sections[4].filled


def test_a_written_section_follows_the_scores_by_its_fields(season: rows.Season) -> None:
    write(season, "results", "Đạt {{TỔNG ĐIỂM}} điểm; lĩnh vực 1: {{điểm lĩnh vực 1}}.")
    save(season, "1.1", "1")

    section = reports.report(table(season)).find("results")

    assert section
    assert (section.filled, section.is_drafted, section.version) == ("Đạt 4,2 điểm; lĩnh vực 1: 4,2.", False, 1)
    assert reports.report(table(season)).find("none") is None


def test_stale_numbers_unknown_fields_and_empty_sections_are_named(season: rows.Season) -> None:
    write(season, "results", "Tổng điểm là 5,2 điểm, tiêu chí 1.2 đạt 3,2 điểm; {{thứ hạng}}.")
    write(season, "proposals", " ")
    assert [flaw.fault for flaw in reports.checked(table(season)).flaws] == [Fault.UNKNOWN, Fault.EMPTY]
    save(season, "1.2", "3")

    flaws = reports.checked(table(season)).flaws

    assert [(each.fault, each.text, each.field, each.now) for each in flaws] == [
        (Fault.UNKNOWN, "thứ hạng", "", ""),
        (Fault.STALE, "5,2", "tổng điểm", "5"),
        (Fault.STALE, "3,2", "điểm 1.2", "3"),
        (Fault.EMPTY, "", "", ""),
    ]
    assert flaws[0].title == "Kết quả tự chấm điểm"


def test_what_an_earlier_submission_said_is_stale_too(season: rows.Season) -> None:
    submitted(season)
    returns.return_dossier(assessment=season.assessments[0], note="Bổ sung", by=season.staff)
    write(season, "results", "Đã tự chấm 5,2 điểm.")
    season.assessments[0].scores.filter(criterion__code="1.2").update(points=Decimal("3.1"))

    assert [flaw.text for flaw in reports.checked(table(season)).flaws] == ["5,2"]


def test_saves_of_leaves_that_are_gone_do_not_count(season: rows.Season) -> None:
    save(season, "1.1", "1")
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0])

    earlier = reports.earlier_values(table(season))

    assert "điểm 1.1" not in earlier
    assert earlier["điểm 1.2"] == {"0"}


def test_nothing_to_reach_is_no_division_by_zero() -> None:
    season = rows.season()
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, None, not_applicable=True, explanation="Không có")

    values = reports.values_of(table(season))

    assert (values["tỷ lệ"], values["điểm 1.1"], values["số tiêu chí không áp dụng"]) == ("0", "không áp dụng", "2")
    assert "Tiêu chí 1: 0 điểm." in reports.report(table(season)).sections[1].filled


# --- writing ----------------------------------------------------------------------------------------------------------


def test_writing_the_same_again_is_nothing_new(season: rows.Season) -> None:
    assert write(season, "weak", "Chậm").version == 1
    assert write(season, "weak", "Chậm").version == 1
    assert AuditEvent.objects.filter(action="report.written").count() == 1


def test_a_stale_writer_overwrites_nothing(season: rows.Season) -> None:
    write(season, "weak", "một")
    with pytest.raises(writing.StaleSection) as stale:
        write(season, "weak", "hai")
    assert stale.value.stored
    assert stale.value.stored.text == "một"
    with pytest.raises(writing.StaleSection):
        writing.drop_section(assessment=season.assessments[0], key="weak", version=7, by=season.officer)

    writing.drop_section(assessment=season.assessments[0], key="weak", version=1, by=season.officer)
    writing.drop_section(assessment=season.assessments[0], key="weak", version=1, by=season.officer)
    assert AuditEvent.objects.filter(action="report.dropped").count() == 1
    with pytest.raises(writing.StaleSection) as gone:
        write(season, "weak", "ba", version=1)
    assert gone.value.stored is None


def test_after_submission_the_report_is_frozen(season: rows.Season) -> None:
    write(season, "proposals", "Tổng điểm {{tổng điểm}}")
    receipt = submitted(season)
    with pytest.raises(Exception, match="submitted"):
        write(season, "proposals", "khác", version=1)
    ReportSection.objects.update(text="sửa sau")

    frozen = reports.report(papers.of_receipt(receipt))

    assert [each.key for each in frozen.sections] == list(reports.TITLES)
    assert frozen.find("proposals").filled == "Tổng điểm 5,2"  # type: ignore[union-attr]
    assert json.loads(receipt.content)["report"]["proposals"] == "Tổng điểm 5,2"


def test_an_old_receipt_without_a_report_still_has_its_paper(season: rows.Season) -> None:
    receipt = submitted(season)
    content = json.loads(receipt.content)
    del content["report"]
    receipt.content = json.dumps(content)

    assert "5,2 điểm" in reports.report(papers.of_receipt(receipt)).sections[1].filled


# --- tables -----------------------------------------------------------------------------------------------------------


def test_the_table_of_a_receipt_is_the_one_that_was_handed_in(season: rows.Season) -> None:
    before = table(season)
    receipt = submitted(season)
    season.assessments[0].scores.filter(criterion__code="1.1").update(points=Decimal(0), explanation="khác")

    after = papers.of_receipt(receipt)

    assert after.rows == before.rows
    assert (after.points, after.maximum) == (before.points, before.maximum)


def test_a_leaf_that_the_set_has_no_more_keeps_its_place(season: rows.Season) -> None:
    receipt = submitted(season)
    content = json.loads(receipt.content)
    content["leaves"][1]["code"] = "1.9.1"
    content["leaves"].append({**content["leaves"][0], "code": "7.7", "name": "Lạ"})
    receipt.content = json.dumps(content)

    found = papers.of_receipt(receipt)

    assert [(row.code, row.level) for row in found.rows] == [("1", 0), ("1.1", 1), ("1.9.1", 1), ("7.7", 0)]
    assert [leaf.code for leaf in found.within(found.rows[3])] == ["7.7"]


def test_exempt_leaves_stand_under_the_table(season: rows.Season) -> None:
    rows.exemption(season.criteria_set, "1.2", unit=season.units[0], reason="Không có TTHC")
    draft = table(season)
    frozen = papers.of_receipt(submitted(season))

    for made in (draft, frozen):
        assert [(each.code, each.reason, each.is_full) for each in made.exempt] == [("1.2", "Không có TTHC", False)]
        assert "Không có TTHC" in paper_html(paper(PaperKind.TABLE, made))
        assert "Không có TTHC" in words(paper_docx(paper(PaperKind.TABLE, made)))
        paper_xlsx(paper(PaperKind.TABLE, made))


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_report_page_shows_drafts_flaws_and_papers(season: rows.Season) -> None:
    write(season, "weak", "{{thứ hạng}}")
    client = pages.signed_in(season.officer)

    response = client.get(pages.url("report", season))

    said = pages.text(response)
    assert "5,2 điểm trên 6 điểm" in said
    assert "thứ hạng" in said
    assert client.get(pages.url("report", season), **pages.HTMX).status_code == 200  # type: ignore[arg-type]


def _section(season: rows.Season, key: str = "weak") -> str:
    return reverse("assessments:report_section", args=[season.assessments[0].pk, key])


def test_a_section_is_written_and_dropped_on_its_page(season: rows.Season) -> None:
    client = pages.signed_in(season.officer)
    assert "Tiêu chí 1.2" in client.get(_section(season)).content.decode()

    assert client.post(_section(season), {"text": "Còn chậm.\r\n", "version": 0}).status_code == 302
    assert ReportSection.objects.get().text == "Còn chậm."
    assert "Còn chậm." in client.get(_section(season)).content.decode()

    drop = reverse("assessments:report_drop", args=[season.assessments[0].pk, "weak"])
    assert client.post(drop, {"version": 5}).status_code == 302
    assert ReportSection.objects.exists()
    client.post(drop, {"version": 1})
    assert not ReportSection.objects.exists()
    assert client.post(drop, {"version": "x"}).status_code == 404
    assert client.get(_section(season, "none")).status_code == 404
    assert client.post(reverse("assessments:report_drop", args=[season.assessments[0].pk, "none"])).status_code == 404


def test_what_was_typed_is_never_lost(season: rows.Season) -> None:
    client = pages.signed_in(season.officer)
    write(season, "weak", "của người khác")

    stale = client.post(_section(season), {"text": "của tôi", "version": 0})
    assert stale.status_code == 409
    assert "của tôi" in stale.content.decode()
    assert "của người khác" in stale.content.decode()
    assert 'name="version" value="1"' in stale.content.decode()

    long = client.post(_section(season), {"text": "a" * 20001, "version": 1})
    assert long.status_code == 422
    assert "a" * 20001 in long.content.decode()

    submitted(season)
    late = client.post(_section(season), {"text": "sau khi nộp", "version": 1})
    assert late.status_code == 409
    assert "sau khi nộp" in late.content.decode()
    drop = reverse("assessments:report_drop", args=[season.assessments[0].pk, "weak"])
    assert client.post(drop, {"version": 1}).status_code == 302
    assert ReportSection.objects.get().text == "của người khác"


def test_the_report_costs_the_same_for_few_and_many_leaves(season: rows.Season) -> None:
    client = pages.signed_in(season.officer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(pages.url("report", season))
        counts.append(len(queries))
        save(season, "1.1", "0")
        save(season, "1.1", "1")

    assert counts[0] == counts[1]
