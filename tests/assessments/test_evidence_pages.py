"""Documents over HTTP: taken in, placed, taken off, shown and handed out."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from assessments import tasks
from assessments.models import Citation, Evidence
from criteria.models import Phase
from tests.assessments import files
from tests.assessments.pages import HTMX, attach, citation, close, signed_in, text
from tests.factories import rows
from units.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


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

    assert answer.getvalue() == files.pdf()
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
    tasks.examine(Job.objects.get(key=f"evidence:{kept.pk}:1").pk)

    answer = client.get(reverse("assessments:evidence_page", args=[kept.pk, 1]))

    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    assert client.get(reverse("assessments:evidence_page", args=[kept.pk, 2])).status_code == 404


def test_preview_shows_some_pages_at_a_time(season: rows.Season) -> None:
    kept, client = citation(season).evidence, signed_in(season.officer)
    address = reverse("assessments:evidence", args=[kept.pk])

    def pictures(pages: int, **query: str) -> list[str]:
        Evidence.objects.update(pages=pages)
        shown = client.get(address, {"preview": "", **query}).content.decode()
        return re.findall(r'id="page-(\d+)"', shown)

    assert [len(pictures(pages)) for pages in (0, 2, 60)] == [0, 2, 20]
    assert pictures(60, at="47") == [str(number) for number in range(41, 61)]
    assert [pictures(3, at=typed)[0] for typed in ("0", "-1", "x", "99999999")] == ["1"] * 4
    assert pictures(3, at="9")[-1] == "3"
