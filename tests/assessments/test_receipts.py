import hashlib
import re

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from assessments import documents, tasks
from assessments.models import Receipt
from assessments.services import evidence, receipts, submission
from tests.assessments import files
from tests.factories import rows
from units import jobs, pdf
from units.jobs import LeaseLost
from units.models import Job

pytestmark = pytest.mark.django_db


def handed_in() -> tuple[rows.Season, Receipt]:
    season = rows.season(issued=False)
    rows.score(season.assessments[0], "1.1", "1.25", explanation="<b>theo</b> kế hoạch")
    rows.score(season.assessments[0], "1.2", None, not_applicable=True, explanation="không có kiến nghị")
    leaf = season.criteria_set.criteria.get(code="1.1")
    evidence.attach(
        assessment=season.assessments[0], criterion=leaf, file=files.upload(), place="trang 1", by=season.officer
    )
    return season, submission.submit(assessment=season.assessments[0], by=season.head)


def test_paper_says_what_was_handed_in_and_nothing_later() -> None:
    season, receipt = handed_in()
    before = documents.receipt(receipt)
    season.criteria_set.criteria.filter(code="1.1").update(name="Tên khác")

    html = documents.receipt(Receipt.objects.get())

    assert html == before
    assert receipt.digest in html
    assert "&lt;b&gt;theo&lt;/b&gt;" in html
    assert "<b>1,25</b> trên 2 điểm" in html
    assert "Báo cáo.pdf (trang 1)" in html


@pytest.mark.skipif(pdf.problem() is not None, reason="no pdf without Pango")
def test_job_prints_the_receipt_once() -> None:
    season, receipt = handed_in()
    job = Job.objects.get(task="assessments.tasks.render_receipt")

    tasks.render_receipt(job.pk)
    tasks.render_receipt(job.pk)

    job.refresh_from_db()
    receipt.refresh_from_db()
    with receipt.pdf.open("rb") as file:
        content = file.read()
    document = pypdfium2.PdfDocument(content)
    printed = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_bounded() for page in document))
    document.close()
    assert (job.state, job.attempts) == ("done", 1)
    assert receipt.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert receipt.digest in printed
    assert "SởXâydựng" in printed

    client = Client()
    client.force_login(season.staff)
    answer = client.get(reverse("assessments:receipt_pdf", args=[receipt.pk]))
    page = client.get(reverse("assessments:receipt", args=[receipt.pk])).content.decode()
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert reverse("assessments:receipt_pdf", args=[receipt.pk]) in page
    assert "every 1s" not in page


def test_job_without_the_library_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in()

    def missing(html: str) -> bytes:
        raise pdf.MissingLibrary(pdf.CURE)

    monkeypatch.setattr(pdf, "render", missing)
    job = Job.objects.get(task="assessments.tasks.render_receipt")
    tasks.render_receipt(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", pdf.CURE)


def test_paper_of_a_worker_that_lost_its_lease_is_not_kept() -> None:
    _, receipt = handed_in()
    job = jobs.claim(Job.objects.get(task="assessments.tasks.render_receipt").pk)
    assert job is not None
    Job.objects.update(lease="another")

    with pytest.raises(LeaseLost):
        receipts.store_pdf(receipt=receipt, content=b"%PDF", job=job)

    assert not Receipt.objects.get().pdf


def test_paper_is_kept_as_first_printed() -> None:
    season, receipt = handed_in()
    first = jobs.claim(Job.objects.get(task="assessments.tasks.render_receipt").pk)
    assert first is not None
    receipts.store_pdf(receipt=receipt, content=b"%PDF one", job=first)
    kept = Receipt.objects.get().pdf_sha256

    assert submission.ask_for_pdf(receipt=receipt, by=season.head) is None
    late = Job.objects.create(task="x", title="x", key="late", state="running", lease="mine")
    receipts.store_pdf(receipt=receipt, content=b"%PDF two", job=late)

    assert Receipt.objects.get().pdf_sha256 == kept
