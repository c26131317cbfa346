"""Uploads in pieces over HTTP, and the tray that keeps what failed."""

import hashlib
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Evidence, Intake
from assessments.services import intake
from assessments.services.gates import Amended
from tests.assessments import files
from tests.assessments.pages import close, leaf, queries_of, signed_in, text, url
from tests.factories import rows
from units.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def begin(season: rows.Season, content: bytes, name: str = "Báo cáo.pdf", **more: Any) -> Any:
    said = {"key": "khoa-0001", "name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    address = url("upload_begin", season, leaf(season).pk)
    return signed_in(more.pop("by", season.officer)).post(address, {**said, **more})


def send(client: Client, address: str, piece: bytes, offset: int = 0, **more: Any) -> Any:
    said = {"offset": offset, "sha256": hashlib.sha256(piece).hexdigest(), "piece": SimpleUploadedFile("p", piece)}
    return client.post(address, {**said, **more})


def test_file_comes_in_pieces_and_gives_a_receipt(season: rows.Season) -> None:
    content, client = files.pdf(2), signed_in(season.officer)
    begun = begin(season, content).json()
    middle = len(content) // 2

    assert send(client, begun["url"], content[:middle]).json()["received"] == middle
    assert client.get(begun["url"]).json()["received"] == middle
    assert send(client, begun["url"], content[middle:], middle).json()["received"] == len(content)
    done = client.post(f"{begun['url']}finish/").json()

    kept = Evidence.objects.get()
    assert (done["state"], done["sha256"], done["size"]) == ("done", kept.sha256, kept.size)
    assert kept.sha256 in done["html"]
    assert client.post(f"{begun['url']}finish/").json()["state"] == "done"


def test_pieces_that_do_not_fit_are_told_what_does(season: rows.Season) -> None:
    content, client = files.pdf(), signed_in(season.officer)
    address = begin(season, content).json()["url"]

    wrong = send(client, address, content[5:9], 5)
    assert (wrong.status_code, wrong.json()["received"]) == (409, 0)
    assert send(client, address, b"abc", sha256="0" * 64).status_code == 422
    assert send(client, address, bytes(intake.MOST_PIECE + 1)).status_code == 413
    assert client.post(address, {"offset": "x"}).status_code == 400
    early = client.post(f"{address}finish/")
    assert (early.status_code, early.json()["received"]) == (409, 0)


@pytest.mark.parametrize("bad", [{"key": "x"}, {"size": "-1"}, {"sha256": "zz"}, {"name": ""}, {"size": "1" * 30}])
def test_nonsense_is_no_upload(season: rows.Season, bad: dict[str, str]) -> None:
    assert begin(season, files.pdf(), **bad).status_code == 400
    assert Intake.objects.count() == 0


def test_key_of_another_file_is_a_conflict(season: rows.Season) -> None:
    begin(season, files.pdf())

    assert begin(season, files.pdf(2)).status_code == 409


def test_refused_file_says_why_and_stays_in_the_tray(season: rows.Season) -> None:
    bad, client = b"MZ" + bytes(90), signed_in(season.officer)
    address = begin(season, bad, "x.pdf").json()["url"]
    send(client, address, bad)

    refused = client.post(f"{address}finish/").json()
    assert (refused["state"], refused["reason"]) == ("refused", "nội dung không thuộc các loại tệp được nhận.")
    sheet = client.get(url("sheet", season))
    assert "Không được nhận: nội dung không thuộc các loại tệp được nhận." in text(sheet)
    assert "x.pdf" in text(client.get(url("uploads", season)))
    assert "x.pdf" not in text(signed_in(season.head).get(url("uploads", season)))

    assert client.post(f"{address}note/", headers={"accept": "application/json"}).json()["state"] == "refused"
    assert "Không có tệp nào cần xử lý" in text(client.get(url("uploads", season)))


def test_plain_form_notes_a_refusal_too(season: rows.Season) -> None:
    client = signed_in(season.officer)
    client.post(url("attach", season, leaf(season).pk), {"files": SimpleUploadedFile("x.pdf", b"MZ")})
    row = Intake.objects.get()

    answer = client.post(reverse("assessments:upload_note", args=[row.pk]))

    assert answer["Location"] == url("uploads", season)
    row.refresh_from_db()
    assert row.handled_at is not None
    Intake.objects.update(assessment=None)
    note = reverse("assessments:upload_note", args=[row.pk])
    assert client.post(note)["Location"] == reverse("assessments:library", args=[season.units[0].pk])
    Membership.objects.filter(user=season.officer).delete()
    assert client.post(note)["Location"] == reverse("assessments:mine")


# --- for the unit, on any day -----------------------------------------------------------------------------------------


def of_unit(name: str, season: rows.Season) -> str:
    return reverse(f"assessments:{name}", args=[season.units[0].pk])


def test_file_for_the_unit_comes_in_pieces_whatever_the_season(season: rows.Season) -> None:
    content, client = files.pdf(2), signed_in(season.officer)
    close(season)
    said = {"key": "khoa-0001", "name": "Kế hoạch.pdf", "size": len(content)}
    begun = client.post(of_unit("library_upload", season), said).json()
    send(client, begun["url"], content)

    done = client.post(f"{begun['url']}finish/").json()

    kept = Evidence.objects.get()
    assert (done["state"], kept.unit, kept.citations.count()) == ("done", season.units[0], 0)
    assert kept.sha256 in done["html"]
    assert reverse("assessments:document", args=[kept.pk]) in done["html"]
    assert client.post(of_unit("library_upload", season), said | {"size": 1}).status_code == 409
    assert client.post(of_unit("library_upload", season), {"key": "x"}).status_code == 400


def test_refused_file_of_the_unit_stays_in_the_librarys_tray(season: rows.Season) -> None:
    client = signed_in(season.officer)
    said = {"key": "khoa-0001", "name": "a.exe", "size": 5}
    begun = client.post(of_unit("library_upload", season), said).json()

    assert begun["state"] == "refused"
    assert "a.exe" in text(client.get(of_unit("library", season)))
    assert "a.exe" not in text(signed_in(season.head).get(of_unit("library", season)))
    assert "a.exe" not in text(client.get(url("sheet", season)))
    client.post(f"{begun['url']}note/")
    assert "a.exe" not in text(client.get(of_unit("library", season)))


def test_upload_for_the_unit_ends_with_the_role(season: rows.Season) -> None:
    client = signed_in(season.officer)
    begun = client.post(of_unit("library_upload", season), {"key": "khoa-0001", "name": "a.pdf", "size": 5}).json()
    Membership.objects.filter(user=season.officer).delete()

    assert client.get(begun["url"]).status_code == 404


def test_whole_files_are_taken_without_a_script(season: rows.Season) -> None:
    client = signed_in(season.officer)
    sent = {"files": [files.upload("a.pdf"), SimpleUploadedFile("b.pdf", b"MZ")]}

    answer = client.post(of_unit("library_add", season), sent, follow=True)

    said = text(answer)
    assert "Đã nhận a.pdf" in said
    assert "b.pdf không được tiếp nhận: nội dung không thuộc các loại tệp được nhận." in said
    assert Evidence.objects.get().name == "a.pdf"
    assert Intake.objects.get(refusal="unknown_type").handled_at is None
    assert "hãy chọn tệp trước" in text(client.post(of_unit("library_add", season), follow=True))


def test_only_who_scores_is_offered_to_add(season: rows.Season) -> None:
    assert 'data-into="arrived"' in signed_in(season.officer).get(of_unit("library", season)).content.decode()
    assert 'data-into="arrived"' not in signed_in(season.staff).get(of_unit("library", season)).content.decode()


def test_upload_of_another_person_is_hidden(season: rows.Season) -> None:
    address = begin(season, files.pdf()).json()["url"]

    for person in (season.head, season.outsider):
        client = signed_in(person)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}note/").status_code == 404


def test_after_the_deadline_the_upload_waits_and_says_so(season: rows.Season) -> None:
    content, client = files.pdf(), signed_in(season.officer)
    address = begin(season, content).json()["url"]
    send(client, address, content)
    close(season)

    late = client.post(f"{address}finish/")

    assert (late.status_code, late.json()) == (409, {"closed": True})
    assert begin(season, content, key="khoa-0002", name="b.pdf").status_code == 409
    assert "Dừng ở" in text(client.get(url("uploads", season)))


def test_leaf_that_was_amended_away_is_not_there(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    def amended(**_: object) -> None:
        raise Amended("1.1")

    monkeypatch.setattr(intake, "begin", amended)

    assert begin(season, files.pdf()).status_code == 404


def test_page_of_another_person_uploads_nothing(season: rows.Season) -> None:
    client, address = signed_in(season.officer), url("upload_begin", season, leaf(season).pk)

    assert client.post(address, {}, headers={"x-person": "999999"}).status_code == 412


def test_tray_asks_as_much_for_three_as_for_one(season: rows.Season) -> None:
    counts = set()
    for number in range(3):
        begin(season, b"x" * (number + 1), name="a.exe", key=f"khoa-000{number}")
        client: Any = signed_in(season.officer)
        counts.add(queries_of(partial(client.get, url("uploads", season)))[0])

    assert len(counts) == 1
