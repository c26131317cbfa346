"""The way of a dossier over HTTP: check, submission, return, receipts, lists and exports."""

import io

import openpyxl
import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Receipt
from assessments.services import evidence, submission
from tests.assessments import files
from tests.assessments.pages import HTMX, close, complete, leaf, queries_of, signed_in, text, url
from tests.factories import rows
from units.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def test_check_links_to_what_is_missing(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2")

    answer = signed_in(season.head).get(url("check", season))

    body, pk = answer.content.decode(), leaf(season, "1.2").pk
    assert f'href="{url("sheet", season)}?open={pk}#leaf-{pk}"' in body
    assert "chưa có tài liệu và giải trình" in body
    assert "disabled" in body


def test_officer_is_told_that_the_head_submits(season: rows.Season) -> None:
    complete(season)

    answer = signed_in(season.officer).get(url("check", season))

    assert "chờ lãnh đạo duyệt" in text(answer)
    assert url("submit", season) not in answer.content.decode()
    assert signed_in(season.officer).post(url("submit", season)).status_code == 403


def test_head_submits_once_and_gets_one_receipt(season: rows.Season) -> None:
    complete(season)
    client = signed_in(season.head)

    first, second = client.post(url("submit", season)), client.post(url("submit", season))

    receipt = Receipt.objects.get()
    assert first["Location"] == second["Location"] == reverse("assessments:receipt", args=[receipt.pk])
    page = client.get(first["Location"])
    assert receipt.digest in page.content.decode()
    # Who lost the answer and comes back to the check finds the way to the receipt.
    assert f'href="{first["Location"]}"' in client.get(url("check", season)).content.decode()
    assert "Đang tạo phiếu tiếp nhận" in text(page)
    assert 'hx-trigger="every 1s"' in client.get(first["Location"], **HTMX).content.decode()  # type: ignore[arg-type]


def test_incomplete_dossier_is_not_submitted(season: rows.Season) -> None:
    answer = signed_in(season.head).post(url("submit", season))

    assert answer.status_code == 422
    assert "Chưa nộp được vì hồ sơ chưa đầy đủ" in text(answer)


def test_submission_after_the_deadline_says_so(season: rows.Season) -> None:
    complete(season)
    close(season)

    answer = signed_in(season.head).post(url("submit", season))

    assert answer.status_code == 409
    assert "Đã hết thời hạn tự chấm điểm" in text(answer)


def test_staff_returns_a_dossier_with_a_note(season: rows.Season) -> None:
    complete(season)
    submission.submit(assessment=season.assessments[0], by=season.head)
    client = signed_in(season.staff)

    empty = client.post(url("return", season), {"note": " "})
    done = client.post(url("return", season), {"note": "Thiếu báo cáo quý III"})
    again = client.post(url("return", season), {"note": "lần nữa"})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 302, 409)
    assert "lần nữa" in again.content.decode()
    assert Assessment.objects.get(pk=season.assessments[0].pk).return_note == "Thiếu báo cáo quý III"


def test_receipt_content_is_what_the_digest_is_of(season: rows.Season) -> None:
    complete(season)
    receipt = submission.submit(assessment=season.assessments[0], by=season.head)

    answer = signed_in(season.staff).get(reverse("assessments:receipt_content", args=[receipt.pk]))

    assert answer.content.decode() == receipt.content


def test_paper_can_be_asked_for_again(season: rows.Season) -> None:
    complete(season)
    receipt = submission.submit(assessment=season.assessments[0], by=season.head)
    Job.objects.update(state="failed", error="Pango is missing", finished_at=timezone.now())
    client = signed_in(season.head)
    address = reverse("assessments:receipt", args=[receipt.pk])

    failed = client.get(address)
    asked = client.post(reverse("assessments:print", args=[receipt.pk]))

    assert "Pango is missing" in text(failed)
    assert (asked.status_code, asked["Location"]) == (302, address)
    assert Job.objects.filter(state="queued").count() == 1
    assert client.get(reverse("assessments:receipt_pdf", args=[receipt.pk])).status_code == 404


def test_list_has_the_dossiers_of_own_units_in_as_many_queries(season: rows.Season) -> None:
    client = signed_in(season.officer)

    def ask() -> HttpResponse:
        return client.get(reverse("assessments:mine"))  # type: ignore[return-value]

    one, _ = queries_of(ask)
    for code in ("a", "b"):
        year = rows.cycle(season.province, code)
        rows.assessment(rows.tier(year, season.province), season.units[0], rows.criteria_set(year))
    three, answer = queries_of(ask)

    assert one == three
    assert answer.content.decode().count('<li class="panel">') == 3
    assert "0/2" in text(answer)


def test_list_without_dossiers_says_what_to_do(season: rows.Season) -> None:
    assert "Không có hồ sơ nào chờ anh/chị" in text(signed_in(season.staff).get(reverse("assessments:mine")))


def test_export_has_numbers_as_numbers_and_texts_as_texts(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "0.25", explanation="=HYPERLINK(1)")
    rows.score(season.assessments[0], "1.2", None, not_applicable=True)
    citation_of = evidence.attach(
        assessment=season.assessments[0],
        criterion=leaf(season),
        file=files.upload(),
        place="trang 1",
        by=season.officer,
    )

    answer = signed_in(season.officer).get(url("export", season))

    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = {row[0].value: row for row in page.iter_rows(min_row=4)}
    assert citation_of.place == "trang 1"
    assert (cells["1.1"][3].value, cells["1.1"][3].data_type) == (0.25, "n")
    assert (cells["1.1"][6].value, cells["1.1"][6].data_type) == ("=HYPERLINK(1)", "s")
    assert cells["1.1"][7].value == "Báo cáo.pdf · trang 1"
    assert cells["1.2"][3].value == "không áp dụng"
    assert cells["2.1"][3].value == "điều tra xã hội học"
    assert cells["1"][3].value == 0.25


def test_export_of_an_empty_sheet_works(season: rows.Season) -> None:
    assert signed_in(season.officer).get(url("export", season)).status_code == 200


def test_upload_limit_is_said_beside_the_field(season: rows.Season, settings: LazySettings) -> None:
    settings.EVIDENCE_MAX_BYTES = 7 * 1024 * 1024

    assert "mỗi tệp tối đa 7 MB" in text(signed_in(season.officer).get(url("leaf", season, leaf(season).pk)))
