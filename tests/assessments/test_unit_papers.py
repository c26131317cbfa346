"""The papers of a dossier and of its submissions, and their signed scans."""

import io
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from assessments import tasks
from assessments.documents.paper_docx import paper_docx
from assessments.documents.paper_pdf import paper_html
from assessments.documents.paper_xlsx import paper_xlsx
from assessments.models import PaperKind, SignedCopy
from assessments.selectors import papers
from assessments.services import printing
from tests.assessments import files, pages
from tests.assessments.reporting import filled, made, save, submitted, table, words, write
from tests.factories import rows
from units import jobs, pdf
from units.models import Job, Notice

pytestmark = pytest.mark.django_db
PRINT = "assessments.tasks.render_paper"
needs_pdf = pytest.mark.skipif(pdf.problem() is not None, reason="no pdf without Pango")


@pytest.fixture
def season() -> rows.Season:
    return filled()


# --- papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_draft_says_so_and_a_submitted_paper_names_its_receipt(season: rows.Season, kind: PaperKind) -> None:
    draft = made(kind, table(season))
    receipt = submitted(season)
    final = made(kind, papers.of_receipt(receipt))

    for said in (paper_html(draft), words(paper_docx(draft))):
        assert "BẢN NHÁP" in said or kind == PaperKind.REPORT
        assert "ngày … tháng … năm …" in said
        assert "SỞ XÂY DỰNG" in said
        assert "TỈNH THỬ" in said
        assert "THỦ TRƯỞNG ĐƠN VỊ" in said
    assert draft.mark == "BẢN NHÁP"
    for said in (paper_html(final), words(paper_docx(final))):
        assert "BẢN NHÁP" not in said
        assert receipt.digest in said
        assert "5,2" in said


def test_a_people_s_committee_signs_for_itself() -> None:
    season = rows.season()
    season.units[0].name, season.units[0].kind = "UBND xã Tây Sơn", "commune"
    season.units[0].save()
    found = made(PaperKind.REPORT, table(season))

    assert found.agency == ("ỦY BAN NHÂN DÂN", "XÃ TÂY SƠN")
    assert found.above == ()
    assert found.office == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert found.place_and_date.startswith("Tây Sơn, ")
    assert found.number.endswith("/BC-UBND")
    season.units[0].name = "Phường Mười"
    season.units[0].save()
    assert made(PaperKind.REPORT, table(season)).agency == ("PHƯỜNG MƯỜI",)


@pytest.mark.parametrize("kind", list(PaperKind))
@pytest.mark.parametrize("maker", [paper_docx, paper_xlsx])
def test_the_same_paper_gives_the_same_bytes(season: rows.Season, kind: PaperKind, maker: Any) -> None:
    receipt = submitted(season)

    assert maker(made(kind, papers.of_receipt(receipt))) == maker(made(kind, papers.of_receipt(receipt)))


def test_the_workbook_adds_up_by_itself_and_holds_no_other_formula(season: rows.Season) -> None:
    season.assessments[0].scores.filter(criterion__code="1.1").update(explanation="=SUBTOTAL(9,A1)\n=1+1")
    book = openpyxl.load_workbook(io.BytesIO(paper_xlsx(made(PaperKind.TABLE, table(season)))))
    page = book.worksheets[0]
    formulas = {cell.coordinate: cell.value for line in page.iter_rows() for cell in line if cell.data_type == "f"}

    assert len(formulas) == 4
    assert all(str(value).startswith("=SUBTOTAL(9,") for value in formulas.values())
    leaf = next(line for line in page.iter_rows() if line[0].value == "1.1")
    assert (leaf[3].value, leaf[4].data_type) == (2, "s")
    assert any("Căn cứ" in str(cell.value) for line in _report_page(season).iter_rows() for cell in line)


def _report_page(season: rows.Season) -> Any:
    return openpyxl.load_workbook(io.BytesIO(paper_xlsx(made(PaperKind.REPORT, table(season))))).worksheets[0]


def test_what_people_type_is_escaped_on_every_paper(season: rows.Season) -> None:
    evil = '<img src="http://127.0.0.1/x"><script>1</script>{{ 7|add:1 }}\x0b'
    season.assessments[0].scores.filter(criterion__code="1.1").update(explanation=evil)
    write(season, "weak", evil)

    for kind in PaperKind:
        html = paper_html(made(kind, table(season)))
        assert "<img" not in html
        assert "<script" not in html
        assert "<img" in words(paper_docx(made(kind, table(season))))


@needs_pdf
@pytest.mark.parametrize("kind", list(PaperKind))
def test_the_worker_prints_a_paper_once_for_a_content(season: rows.Season, kind: PaperKind) -> None:
    client = pages.signed_in(season.officer)
    address = reverse("assessments:paper", args=[season.assessments[0].pk, kind, "pdf"])
    assert client.get(address).status_code == 404

    for _ in range(2):
        client.post(reverse("assessments:paper_print", args=[season.assessments[0].pk, kind]))
    job = Job.objects.get(task=PRINT)
    tasks.render_paper(job.pk)
    tasks.render_paper(job.pk)

    response: Any = client.get(address)
    content = b"".join(response.streaming_content)
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "".join(["BẢN", "NHÁP"]) in "".join(text.split())
    assert "5,2" in text
    first = Job.objects.get(task=PRINT).result["path"]
    save(season, "1.1", "1")
    assert client.get(address).status_code == 404
    client.post(reverse("assessments:paper_print", args=[season.assessments[0].pk, kind]))
    tasks.render_paper(Job.objects.latest("pk").pk)
    assert Job.objects.latest("pk").result["path"] != first
    again: Any = client.get(address)
    assert b"".join(again.streaming_content) != content


@needs_pdf
def test_a_submission_s_paper_is_printed_from_the_receipt(season: rows.Season) -> None:
    receipt = submitted(season)
    client = pages.signed_in(season.officer)
    client.post(reverse("assessments:receipt_paper_print", args=[receipt.pk, "report"]))
    tasks.render_paper(Job.objects.get(task=PRINT).pk)

    response: Any = client.get(reverse("assessments:receipt_paper", args=[receipt.pk, "report", "pdf"]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    page = client.get(reverse("assessments:papers", args=[receipt.pk]))
    assert reverse("assessments:receipt_paper", args=[receipt.pk, "report", "pdf"]) in page.content.decode()


@needs_pdf
def test_an_older_print_goes_when_a_new_one_is_stored(
    season: rows.Season, django_capture_on_commit_callbacks: Any
) -> None:
    for points in ("2", "1"):
        save(season, "1.1", points)
        printing.ask_for_paper(kind=PaperKind.TABLE, of=season.assessments[0], by=season.officer)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.render_paper(Job.objects.latest("pk").pk)

    assert [job.result == {} for job in Job.objects.filter(task=PRINT).order_by("pk")] == [True, False]
    assert len(default_storage.listdir("papers")[1]) == 1


def test_a_print_whose_lease_is_lost_leaves_no_file(season: rows.Season) -> None:
    job = printing.ask_for_paper(kind=PaperKind.TABLE, of=season.assessments[0], by=season.officer)

    with pytest.raises(jobs.LeaseLost):
        printing.store_paper(job=job, html="x", content=b"%PDF")

    assert default_storage.listdir("papers")[1] == []


def test_a_machine_without_pango_says_so(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    job = printing.ask_for_paper(kind=PaperKind.TABLE, of=season.assessments[0], by=season.officer)

    def missing(*args: object) -> bytes:
        raise pdf.MissingLibrary("Cài Pango")

    monkeypatch.setattr(pdf, "render", missing)
    tasks.render_paper(job.pk)

    page = pages.signed_in(season.officer).get(pages.url("report", season))
    assert "Cài Pango" in page.content.decode()


@pytest.mark.parametrize("form", ["docx", "xlsx"])
@pytest.mark.parametrize("kind", list(PaperKind))
def test_papers_are_downloaded(season: rows.Season, kind: PaperKind, form: str) -> None:
    client = pages.signed_in(season.officer)
    receipt = submitted(season)

    for address in (
        reverse("assessments:paper", args=[season.assessments[0].pk, kind, form]),
        reverse("assessments:receipt_paper", args=[receipt.pk, kind, form]),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert response.content[:2] == b"PK"
        assert form in response["Content-Disposition"]


# --- signed scans -----------------------------------------------------------------------------------------------------


def test_a_signed_scan_stands_beside_the_submission(season: rows.Season) -> None:
    receipt = submitted(season)
    client = pages.signed_in(season.officer)
    address = reverse("assessments:papers", args=[receipt.pk])
    Notice.objects.all().delete()

    for _ in range(2):
        scan = files.upload("bao-cao-da-ky.pdf", files.pdf(2))
        assert client.post(address, {"kind": "report", "file": scan}).status_code == 302

    copy = SignedCopy.objects.get()
    assert (copy.kind, copy.by) == ("report", season.officer)
    assert [notice.to for notice in Notice.objects.all()] == [season.staff]
    assert copy.evidence.name in client.get(address).content.decode()
    assert copy.evidence.name in client.get(reverse("assessments:receipt", args=[receipt.pk])).content.decode()


def test_a_scan_that_is_none_is_refused_with_the_reason(season: rows.Season) -> None:
    receipt = submitted(season)
    client = pages.signed_in(season.officer)
    address = reverse("assessments:papers", args=[receipt.pk])

    assert client.post(address, {"kind": "report"}).status_code == 422
    assert client.post(address, {"kind": "x", "file": files.upload()}).status_code == 422
    wrong = files.upload("virus.exe", b"MZ not a paper")
    assert client.post(address, {"kind": "report", "file": wrong}).status_code == 422
    assert not SignedCopy.objects.exists()
    assert pages.signed_in(season.staff).post(address, {"kind": "report", "file": files.upload()}).status_code == 403
