"""Pages over HTTP, with the frame that people see."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, Receipt, Score
from assessments.services import evidence, submission
from criteria.models import Criterion, Phase
from tests.assessments import files
from tests.factories import rows
from units.models import Job, User

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, season: rows.Season, *more: int) -> str:
    return reverse(f"assessments:{name}", args=[season.assessments[0].pk, *more])


def leaf(season: rows.Season, code: str = "1.1") -> Criterion:
    return Criterion.objects.get(criteria_set=season.criteria_set, code=code)


def save(season: rows.Season, person: User, code: str = "1.1", htmx: bool = True, **data: object) -> HttpResponse:
    address = url("save", season, leaf(season, code).pk)
    values = {"version": 0, "points": "2", "explanation": "", **data}
    return signed_in(person).post(address, values, **(HTMX if htmx else {}))  # type: ignore[arg-type,return-value]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def attach(season: rows.Season, *uploads: object, htmx: bool = True, code: str = "1.1") -> HttpResponse:
    address = url("attach", season, leaf(season, code).pk)
    return signed_in(season.officer).post(address, {"files": uploads}, **(HTMX if htmx else {}))  # type: ignore[arg-type,return-value]


def close(season: rows.Season) -> None:
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=-2, closes=-1)


def complete(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2", explanation="theo kế hoạch")
    rows.score(season.assessments[0], "1.2", "0")


# --- saving -----------------------------------------------------------------------------------------------------------


def test_save_answers_with_the_parts_that_changed(season: rows.Season) -> None:
    answer = save(season, season.officer, points="1", explanation="chậm 2 ngày")

    body = answer.content.decode()
    pk = leaf(season).pk
    assert answer.status_code == 200
    assert Score.objects.get().points == 1
    assert f'id="v-{pk}" value="1" hx-swap-oob="true"' in body
    assert f'id="s-{pk}" hx-swap-oob="true"' in body
    assert f'id="t-{leaf(season, "1").pk}" hx-swap-oob="true"' in body
    assert re.search('id="foot"[^>]* hx-swap-oob="true"', body)
    assert len(answer.content) < 60_000


def test_stale_save_shows_both_values_and_loses_neither(season: rows.Season) -> None:
    save(season, season.head, points="2", explanation="đủ")

    answer = save(season, season.officer, points="1", explanation="thiếu")

    said = text(answer)
    assert answer.status_code == 409
    assert "Người head" in said
    assert "Giá trị của anh/chị: 1 thiếu" in said
    assert "Giá trị đang lưu: 2 đủ" in said
    assert 'name="version" value="1"' in answer.content.decode()
    assert Score.objects.get().points == 2


def test_chosen_value_is_saved_and_the_whole_leaf_drawn_anew(season: rows.Season) -> None:
    save(season, season.head, points="2")

    answer = save(season, season.officer, points="1", version=1, resolve="mine")

    assert answer.status_code == 200
    assert f'id="leaf-{leaf(season).pk}" hx-swap-oob="true"' in answer.content.decode()
    assert Score.objects.get().points == 1


def test_stored_value_can_be_taken(season: rows.Season) -> None:
    save(season, season.head, points="2")

    answer = save(season, season.officer, points="2", version=1, resolve="stored")

    assert answer.status_code == 200
    assert Score.objects.get().version == 1


def test_invalid_save_says_why(season: rows.Season) -> None:
    answer = save(season, season.officer, code="1.2", points="5")

    assert answer.status_code == 422
    assert "5 vượt điểm tối đa của tiêu chí 1.2 là 4." in text(answer)
    assert Score.objects.count() == 0


def test_save_without_a_version_asks_to_load_again(season: rows.Season) -> None:
    answer = save(season, season.officer, version="")

    assert answer.status_code == 422
    assert "trang đã cũ" in text(answer)


@pytest.mark.parametrize(("points", "status"), [("5", 422), ("3", 409)])
def test_without_javascript_the_page_keeps_what_was_typed(season: rows.Season, points: str, status: int) -> None:
    rows.score(season.assessments[0], "1.2", "1")

    answer = save(season, season.officer, code="1.2", htmx=False, points=points, explanation="gõ dở")

    body = answer.content.decode()
    assert answer.status_code == status
    assert f'value="{points}"' in body
    assert "gõ dở" in body


def test_without_javascript_a_save_leads_back_to_its_leaf(season: rows.Season) -> None:
    pk = leaf(season).pk

    answer = save(season, season.officer, htmx=False)

    assert (answer.status_code, answer["Location"]) == (302, f"{url('sheet', season)}?open={pk}#leaf-{pk}")


def test_save_after_the_deadline_keeps_what_was_typed(season: rows.Season) -> None:
    close(season)

    answer = save(season, season.officer, points="1")

    assert answer.status_code == 409
    assert "Giá trị anh/chị nhập vẫn còn ở đây: 1." in text(answer)
    assert Score.objects.count() == 0


def test_markup_in_an_explanation_is_shown_as_text(season: rows.Season) -> None:
    save(season, season.officer, explanation="<script>alert(1)</script>")

    body = signed_in(season.officer).get(url("sheet", season)).content.decode()

    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_sheet_of_an_officer_can_be_filled_in(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.2", "1.5")

    answer = signed_in(season.officer).get(url("sheet", season), {"open": leaf(season, "1.2").pk})

    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.count('<form class="line"') == 2
    assert 'value="1,5"' in body
    assert '<option value="2">2 · kịp thời</option>' in body
    assert body.count('<details class="more" open>') == 1


@pytest.mark.parametrize("opened", ["x", "999999", ""])
def test_sheet_opens_whatever_leaf_is_asked_for(season: rows.Season, opened: str) -> None:
    assert signed_in(season.officer).get(url("sheet", season), {"open": opened}).status_code == 200


def locked_reason(season: rows.Season, person: User) -> str:
    answer = signed_in(person).get(url("sheet", season))
    assert '<form class="line"' not in answer.content.decode()
    return text(answer)


def test_sheet_is_read_only_with_the_reason_in_words(season: rows.Season) -> None:
    assert "chỉ cán bộ và lãnh đạo của đơn vị được chấm điểm" in locked_reason(season, season.staff)

    complete(season)
    submission.submit(assessment=season.assessments[0], by=season.head)
    assert "Người head đã nộp lúc" in locked_reason(season, season.officer)

    Assessment.objects.update(state="returned", return_note="Thiếu báo cáo")
    close(season)
    said = locked_reason(season, season.officer)
    assert "Đã hết thời hạn tự chấm điểm" in said
    assert "Thiếu báo cáo" in said

    Phase.objects.filter(kind="self_scoring").delete()
    assert "không quy định thời hạn tự chấm điểm" in locked_reason(season, season.officer)

    rows.phase(season.cycle, "self_scoring", opens=2, closes=5)
    assert "Tự chấm điểm bắt đầu từ" in locked_reason(season, season.officer)


def sixty_leaves(season: rows.Season) -> Criterion:
    area = Criterion.objects.get(code="1")
    for number in range(58):
        rows.criterion(
            season.criteria_set, f"1.9.{number}", "1", parent=area, rule="linear: điểm = tỷ lệ x điểm tối đa"
        )
    return leaf(season)


def queries_of(ask: Callable[[], HttpResponse]) -> tuple[int, HttpResponse]:
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    return len(queries), answer


def test_sheet_of_sixty_leaves_is_light_whatever_its_documents(season: rows.Season) -> None:
    one = sixty_leaves(season)
    client = signed_in(season.officer)

    def ask() -> HttpResponse:
        return client.get(url("sheet", season))  # type: ignore[return-value]

    evidence.attach(assessment=season.assessments[0], criterion=one, file=files.upload(), by=season.officer)
    with_one, _ = queries_of(ask)
    score = Score.objects.get(criterion=one)
    for number in range(59):
        kept = Evidence.objects.create(
            **{"unit": season.units[0], "name": f"Báo cáo số {number} của Sở Xây dựng.pdf", "sha256": f"{number:064x}"},
            **{"content_type": "application/pdf", "size": 1000, "file": "x", "pages": 3, "uploaded_at": timezone.now()},
        )
        Citation.objects.create(score=score, evidence=kept)
    with_sixty, answer = queries_of(ask)

    assert with_one == with_sixty
    assert with_sixty <= 15
    assert len(answer.content) <= 300_000


def test_save_on_a_sheet_of_sixty_leaves_is_small(season: rows.Season) -> None:
    sixty_leaves(season)

    assert len(save(season, season.officer).content) <= 60_000


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_upload_gives_a_receipt_with_the_hash(season: rows.Season) -> None:
    answer = attach(season, files.upload("Kế hoạch.pdf"), files.upload("ảnh.png", files.image("PNG")))

    assert answer.status_code == 200
    assert {kept.sha256 for kept in Evidence.objects.all()} == set(
        re.findall(r"SHA-256 <code[^>]*>(\w{64})", answer.content.decode())
    )


def test_refused_upload_says_why_beside_what_was_taken(season: rows.Season) -> None:
    answer = attach(season, files.upload("Kế hoạch.pdf"), files.upload("x.pdf", b"MZ" + bytes(600)))

    said = text(answer)
    assert answer.status_code == 422
    assert "x.pdf không được nhận: nội dung không thuộc các loại tệp được nhận." in said
    assert "Đã nhận Kế hoạch.pdf." in said
    assert Evidence.objects.count() == 1


def test_upload_without_a_file_says_so(season: rows.Season) -> None:
    answer = attach(season)

    assert answer.status_code == 422
    assert "hãy chọn tệp trước." in text(answer)


def test_upload_after_the_deadline_says_so(season: rows.Season) -> None:
    close(season)

    answer = attach(season, files.upload())

    assert answer.status_code == 409
    assert "Đã hết thời hạn tự chấm điểm" in text(answer)
    assert Evidence.objects.count() == 0


def test_without_javascript_a_refused_upload_stays_visible(season: rows.Season) -> None:
    answer = attach(season, files.upload("x.exe"), htmx=False)

    assert answer.status_code == 422
    assert "tên tệp không khớp nội dung" in text(answer)
    assert attach(season, files.upload(), htmx=False).status_code == 302


def citation(season: rows.Season) -> Citation:
    name = 'Báo cáo "quý\r\n1".pdf'
    made = evidence.attach(
        assessment=season.assessments[0], criterion=leaf(season), file=files.upload(name), by=season.officer
    )
    assert isinstance(made, Citation)
    return made


def test_place_of_a_proof_is_saved_by_itself(season: rows.Season) -> None:
    client, address = signed_in(season.officer), reverse("assessments:place", args=[citation(season).pk])

    assert client.post(address, {"place": "trang 3"}, **HTMX).status_code == 200  # type: ignore[arg-type]
    assert client.post(address, {"place": "x" * 200}, **HTMX).status_code == 422  # type: ignore[arg-type]
    assert client.post(address, {"place": "trang 4"}).status_code == 302
    close(season)
    assert client.post(address, {"place": "trang 5"}, **HTMX).status_code == 409  # type: ignore[arg-type]
    assert client.post(address, {"place": "trang 5"}).status_code == 409
    assert Citation.objects.get().place == "trang 4"


def test_document_is_taken_off_again(season: rows.Season) -> None:
    client, made = signed_in(season.officer), citation(season)
    address = reverse("assessments:detach", args=[made.pk])
    phase = Phase.objects.get(kind="self_scoring")
    close(season)

    refused = client.post(address, **HTMX)  # type: ignore[arg-type]
    Phase.objects.filter(kind="self_scoring").update(closes_at=phase.closes_at)
    done = client.post(address, **HTMX)  # type: ignore[arg-type]

    assert (refused.status_code, done.status_code) == (409, 200)
    assert Citation.objects.count() == 0
    assert client.post(address).status_code == 404


def test_download_is_an_attachment_that_no_browser_runs(season: rows.Season) -> None:
    kept = citation(season).evidence

    answer = signed_in(season.staff).get(reverse("assessments:evidence", args=[kept.pk]))

    assert answer.content == files.pdf()
    assert answer["Content-Disposition"] == ("attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o%20%22qu%C3%BD1%22.pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Type"] == "application/pdf"


def test_altered_file_is_not_handed_out(season: rows.Season) -> None:
    kept = citation(season).evidence
    address = reverse("assessments:evidence", args=[kept.pk])
    Path(kept.file.path).write_bytes(b"khac")

    changed = signed_in(season.officer).get(address)
    Path(kept.file.path).unlink()
    gone = signed_in(season.officer).get(address)

    assert (changed.status_code, gone.status_code) == (410, 410)


def test_page_of_a_document_is_a_png(season: rows.Season) -> None:
    kept, client = citation(season).evidence, signed_in(season.officer)

    answer = client.get(reverse("assessments:evidence_page", args=[kept.pk, 1]))

    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    assert client.get(reverse("assessments:evidence_page", args=[kept.pk, 2])).status_code == 404


# --- handing in -------------------------------------------------------------------------------------------------------


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


# --- receipts, lists, exports -----------------------------------------------------------------------------------------


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

    assert "mỗi tệp không quá 7 MB" in text(signed_in(season.officer).get(url("sheet", season)))
