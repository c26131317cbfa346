"""Confidential documents: who reads them, on every way out; each look is recorded; pages carry the reader's name."""

import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from PIL import Image

from assessments.documents.library import duplicates_workbook
from assessments.documents.papers import workbook
from assessments.documents.roundtrip import roundtrip
from assessments.models import ArchiveMember, Assessment, DossierArchive, Evidence, EvidenceReader, Score
from assessments.policies import evidence as doors
from assessments.selectors import NoPreview
from assessments.selectors.archives import manifest
from assessments.selectors.copies import copies_of, groups
from assessments.selectors.frozen import frozen
from assessments.selectors.looks import looks_at
from assessments.selectors.papers import of_receipt, of_sheet
from assessments.selectors.previews import marked, page_file
from assessments.selectors.readers import readers_of
from assessments.selectors.sheets import sheet
from assessments.services import archives, confidential, library, returns, submission
from assessments.tasks import pack_dossier
from tests.assessments.pages import signed_in, text
from tests.assessments.shelf import cited, document, drawn
from tests.factories import rows
from units.models import AuditEvent, Job, User

pytestmark = pytest.mark.django_db
WAYS = ("evidence", "evidence?preview", "evidence_page")


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


@pytest.fixture
def closed(season: rows.Season) -> Evidence:
    """Brought by a colleague of the officer, and cited."""
    row = document(season.units[0], "Đơn tố cáo.pdf", text="Bà Nguyễn Thị Kín", abstract="Tố cáo bà Kín", pages=1)
    cited(row, season.assessments[0])
    drawn(row)
    library.read_heading(row)
    Evidence.objects.filter(pk=row.pk).update(uploaded_by=rows.member("officer", season.units[0], "colleague"))
    return confidential.set_class(evidence=Evidence.objects.get(pk=row.pk), is_confidential=True, by=season.head)


def get(person: User, way: str, row: Evidence) -> int:
    name, _, query = way.partition("?")
    args = [row.pk, 1] if name == "evidence_page" else [row.pk]
    answer = signed_in(person).get(reverse(f"assessments:{name}", args=args) + (f"?{query}" if query else ""))
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


@pytest.mark.parametrize("way", WAYS)
def test_only_those_who_need_to_know_it_read_it(season: rows.Season, closed: Evidence, way: str) -> None:
    colleague = User.objects.get(username="colleague")

    assert [get(each, way, closed) for each in (season.head, colleague)] == [200, 200]
    assert [get(each, way, closed) for each in (season.officer, season.staff, season.chairman)] == [403] * 3
    confidential.add_reader(evidence=closed, user=season.officer, by=season.head)
    assert get(season.officer, way, closed) == 200
    confidential.remove_reader(evidence=closed, user=season.officer, by=season.head)
    assert get(season.officer, way, closed) == 403
    assert get(season.outsider, way, closed) == 404


def test_every_look_is_recorded_and_shown(season: rows.Season, closed: Evidence) -> None:
    for way in WAYS:
        get(season.head, way, closed)
        get(season.officer, way, closed)

    assert [(look.name, look.how, look.page) for look in looks_at(closed)] == [
        (str(season.head), "page", 1),
        (str(season.head), "preview", None),
        (str(season.head), "file", None),
    ]
    shown = text(signed_in(season.head).get(reverse("assessments:document", args=[closed.pk])))
    assert "Những ai đã xem" in shown
    assert "trang 1" in shown


def test_an_open_document_leaves_no_trace(season: rows.Season, closed: Evidence) -> None:
    confidential.set_class(evidence=closed, is_confidential=False, by=season.head)
    before = AuditEvent.objects.count()

    assert [get(season.officer, way, closed) for way in WAYS] == [200, 200, 200]
    assert AuditEvent.objects.count() == before


def test_those_who_may_only_know_of_it_see_name_and_number(season: rows.Season, closed: Evidence) -> None:
    """Neither the page of the document nor the list says what is in it, a workbook not even what it is called."""
    for person in (season.officer, season.staff):
        client = signed_in(person)
        for address in (
            reverse("assessments:document", args=[closed.pk]),
            reverse("assessments:library", args=[closed.unit_id]),
            reverse("assessments:library", args=[closed.unit_id]) + "?q=to+cao",
        ):
            shown = text(client.get(address))
            assert "Đơn tố cáo.pdf" in shown
            assert "Tố cáo bà Kín" not in shown
            assert "Nguyễn Thị Kín" not in shown
        book = client.get(reverse("assessments:library_xlsx", args=[closed.unit_id])).content
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(book)).active.values for cell in row]  # type: ignore[union-attr]
        assert not {"Đơn tố cáo.pdf", "Tố cáo bà Kín", closed.sha256} & set(cells)
        assert f"Tài liệu mật {closed.sha256[:8]}" in cells


def test_no_paper_and_no_workbook_of_the_dossier_has_its_name(season: rows.Season, closed: Evidence) -> None:
    """Of what was handed in before it became confidential, the frozen text has; what is shown of it has not."""
    dossier = season.assessments[0]
    Score.objects.filter(assessment=dossier).update(points=0)
    rows.score(dossier, "1.2", "0")
    confidential.set_class(evidence=closed, is_confidential=False, by=season.head)
    Evidence.objects.filter(pk=closed.pk).update(number="12/TT")
    before = submission.submit(assessment=dossier, by=season.head)
    confidential.set_class(evidence=closed, is_confidential=True, by=season.head)
    returns.return_dossier(assessment=dossier, note="Bổ sung", by=season.staff)
    after = submission.submit(assessment=dossier, by=season.head)

    known = sheet(Assessment.objects.select_related("unit", "cycle", "criteria_set").get(pk=dossier.pk))
    name = f"Tài liệu mật {closed.sha256[:8]}"
    tables = [of_sheet(known), of_receipt(before), of_receipt(after)]
    said = [[each for leaf in table.leaves for each in leaf.documents] for table in tables]
    files = [each for row in (before, after) for each in frozen(row).documents if each["sha256"] == closed.sha256]
    shown = [(each["name"], each.get("number", "")) for each in files]
    books = [cells(content) for content in (workbook(known), roundtrip(known, lambda _pk: True))]

    assert [closed.name in row.content for row in (before, after)] == [True, False]
    assert "12/TT" not in after.content
    assert all(name in each and closed.name not in each for each in [*said, *books])
    assert shown[0] == shown[1] == (name, "")
    assert hashlib.sha256(before.content.encode()).hexdigest() == before.digest
    entries = [each for each in manifest(dossier).entries if each.evidence == closed.pk]
    assert [(each.name, each.number, each.issued_on, each.left_out) for each in entries] == [
        ("", "", "", "confidential")
    ]


def test_archives_in_which_it_lies_are_dropped_and_none_is_kept_that_was_on_its_way(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    dossier, row = season.assessments[0], document(season.units[0])
    cited(row, dossier, "1.2")
    made = archives.ask(assessment=dossier, by=season.officer)
    assert made.job
    pack_dossier(made.job.pk)
    made.refresh_from_db()
    path = Path(made.file.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        confidential.set_class(evidence=row, is_confidential=True, by=season.head)
    assert (DossierArchive.objects.count(), path.exists()) == (0, False)

    confidential.set_class(evidence=row, is_confidential=False, by=season.head)
    job, write = archives.ask(assessment=dossier, by=season.officer).job, archives.write
    assert job

    def meanwhile(*said: Any) -> None:
        write(*said)
        confidential.set_class(evidence=row, is_confidential=True, by=season.head)

    monkeypatch.setattr(archives, "write", meanwhile)
    pack_dossier(job.pk)
    assert (DossierArchive.objects.count(), Job.objects.get(pk=job.pk).state) == (0, "done")


def cells(content: bytes) -> set[object]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {cell for page in book.worksheets for row in page.values for cell in row}


def test_what_is_inside_a_confidential_archive_is_named_nowhere(season: rows.Season, closed: Evidence) -> None:
    twin = document(season.units[1], "Bản sao.pdf")
    ArchiveMember.objects.create(evidence=closed, name="Tố cáo/kín.pdf", size=1, sha256=twin.sha256)
    ArchiveMember.objects.create(evidence=twin, name="Mở.pdf", size=1, sha256=closed.sha256)
    visible = doors.documents_visible_to(season.staff)

    found = groups(visible)
    book = cells(duplicates_workbook(found))

    assert {each.member for each in copies_of(twin, visible)} == {""}
    assert all(each.name not in {closed.name, "Tố cáo/kín.pdf"} for each in found)
    assert not {closed.name, "Tố cáo/kín.pdf"} & book


def test_the_page_of_duplicates_names_it_to_those_on_its_list_alone(season: rows.Season, closed: Evidence) -> None:
    twin = document(season.units[1], "Bản sao.pdf", Path(closed.file.path).read_bytes())
    assert twin.sha256 == closed.sha256
    client, address = signed_in(season.staff), reverse("assessments:duplicates")

    before = text(client.get(address))
    beside = text(client.get(reverse("assessments:document", args=[twin.pk])))
    confidential.add_reader(evidence=closed, user=season.staff, by=season.head)
    after = text(client.get(address))
    beside_after = text(client.get(reverse("assessments:document", args=[twin.pk])))

    assert all("Đơn tố cáo.pdf" not in page for page in (before, beside))
    assert all(f"Tài liệu mật {closed.sha256[:8]}" in page for page in (before, beside))
    assert all("Đơn tố cáo.pdf" in page for page in (after, beside_after))


def test_a_search_finds_its_text_no_more_and_again_once_it_is_open(season: rows.Season, closed: Evidence) -> None:
    address = reverse("assessments:library", args=[closed.unit_id]) + "?q=nguyen+thi+kin"

    before = text(signed_in(season.head).get(address))
    confidential.set_class(evidence=closed, is_confidential=False, by=season.head)
    after = text(signed_in(season.head).get(address))

    assert "Đơn tố cáo.pdf" not in before
    assert "Đơn tố cáo.pdf" in after
    assert "Nguyễn Thị Kín" in after


def test_same_act_twice_is_one_act(season: rows.Season, closed: Evidence) -> None:
    for _ in range(2):
        confidential.set_class(evidence=closed, is_confidential=True, by=season.head)
        confidential.add_reader(evidence=closed, user=season.officer, by=season.head)
    for _ in range(2):
        confidential.remove_reader(evidence=closed, user=season.officer, by=season.head)

    actions = AuditEvent.objects.filter(action__startswith="evidence.").values_list("action", flat=True)
    assert sorted(actions) == [
        "evidence.classed",
        "evidence.read",
        "evidence.reader_added",
        "evidence.reader_removed",
    ]


def test_list_of_readers_says_why(season: rows.Season, closed: Evidence) -> None:
    confidential.add_reader(evidence=closed, user=season.officer, by=season.head)

    assert [(each.user.username, each.why) for each in readers_of(Evidence.objects.get())] == [
        ("head", "head"),
        ("colleague", "uploader"),
        ("officer", "named"),
    ]
    Evidence.objects.update(uploaded_by=season.head)
    assert [each.why for each in readers_of(Evidence.objects.get())] == ["head", "named"]


def test_page_of_the_list(season: rows.Season, closed: Evidence) -> None:
    client, address = signed_in(season.head), reverse("assessments:document_access", args=[closed.pk])

    assert client.post(address, {"username": "officer"}).status_code == 302
    stranger = client.post(address, {"username": "outsider"})
    nobody = client.post(address, {"username": "không có"})
    empty = client.post(address, {"username": ""})
    shown = text(client.get(address))

    assert [answer.status_code for answer in (stranger, nobody, empty)] == [422, 422, 422]
    assert 'value="outsider"' in stranger.content.decode()
    assert "Người officer" in shown
    assert EvidenceReader.objects.count() == 1
    gone = reverse("assessments:document_forget", args=[closed.pk, season.officer.pk])
    assert [client.post(gone).status_code for _ in range(2)] == [302, 404]
    client.post(reverse("assessments:document_class", args=[closed.pk]), {"class": "open"})
    assert not Evidence.objects.get().is_confidential
    assert "đặt chế độ mật" in text(client.get(address)).lower()


def test_the_uploader_guards_a_document_too(season: rows.Season, closed: Evidence) -> None:
    colleague = User.objects.get(username="colleague")

    assert doors.may_guard(colleague, closed)
    assert not doors.may_guard(season.officer, closed)


def test_reading_rights_of_a_list_cost_one_query(season: rows.Season, django_assert_max_num_queries: object) -> None:
    documents = [document(season.units[0], is_confidential=number % 2 == 0) for number in range(6)]
    confidential.add_reader(evidence=documents[0], user=season.officer, by=season.head)
    doors.readable(season.officer, documents)

    with django_assert_max_num_queries(1):  # type: ignore[operator]
        found = doors.readable(season.officer, documents)

    assert found == {documents[each].pk for each in (0, 1, 3, 5)}


# --- watermark --------------------------------------------------------------------------------------------------------


def test_a_page_carries_the_name_of_its_reader(season: rows.Season, closed: Evidence) -> None:
    """The plain picture is white where nothing is drawn; the marked one differs for each reader and at each height."""
    white = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(white, "PNG")
    one, other = (marked(white.getvalue(), words) for words in ("Người một · Sở", "Người hai · Sở"))

    assert one != other
    with Image.open(io.BytesIO(one)) as image:
        page = image.convert("L")
        for top in range(0, 800, 200):
            assert min(page.crop((0, top, 600, top + 200)).tobytes()) < 250


def test_what_is_no_picture_is_no_page(season: rows.Season, closed: Evidence) -> None:
    with pytest.raises(NoPreview):
        marked(b"khong phai anh", "x")
    image = closed.images.get()
    image.file.storage.delete(str(image.file.name))
    image.file.storage.save(str(image.file.name), io.BytesIO(b"GIF89a"))
    Evidence.objects.update(is_confidential=False)

    with pytest.raises(NoPreview):
        page_file(Evidence.objects.get(), 1, season.officer)
