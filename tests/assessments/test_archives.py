"""A dossier as one ZIP file: what is in it, the same bytes every time, once in the store."""

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.documents.archive import index
from assessments.models import DossierArchive, Evidence, Receipt
from assessments.selectors.archives import component, manifest
from assessments.services import archives, confidential
from assessments.tasks import pack_dossier
from tests.assessments.pages import signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows
from units import jobs
from units.models import AuditEvent, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def packed(season: rows.Season) -> tuple[DossierArchive, zipfile.ZipFile, bytes]:
    """Asked for and packed by the worker."""
    archive = archives.ask(assessment=season.assessments[0], by=season.officer)
    if archive.job:
        pack_dossier(archive.job.pk)
    archive.refresh_from_db()
    content = Path(archive.file.path).read_bytes()
    return archive, zipfile.ZipFile(io.BytesIO(content)), content


def test_a_folder_a_leaf_with_an_index_and_hashes(season: rows.Season) -> None:
    kept = document(season.units[0], "Báo cáo: quý 1/2022.pdf", b"%PDF one", number="1/BC", abstract="=1+1")
    box = {"box_left": 1000, "box_top": 2050, "box_right": 9000, "box_bottom": 4000}
    cited(kept, season.assessments[0], "1.1", place="mục I", page=2, page_to=3, asked="Báo cáo quý", **box)
    cited(kept, season.assessments[0], "1.2")

    archive, found, content = packed(season)

    assert found.testzip() is None
    assert found.namelist() == [
        "00 Mục lục.csv",
        "00 Mục lục.xlsx",
        "SHA256SUMS",
        "1.1 Tiêu chí 1.1/Báo cáo_ quý 1_2022.pdf",
        "1.2 Tiêu chí 1.2/Báo cáo_ quý 1_2022.pdf",
    ]
    assert found.read(found.namelist()[3]) == b"%PDF one"
    assert f"{kept.sha256}  1.1 Tiêu chí 1.1/Báo cáo_ quý 1_2022.pdf" in found.read("SHA256SUMS").decode()
    table = list(csv.reader(io.StringIO(found.read("00 Mục lục.csv").decode("utf-8-sig")), delimiter=";"))
    assert table[0][0] == "Mã"
    assert (table[1][4], table[1][7], table[1][8:12]) == (
        "1/BC",
        "'=1+1",
        ["mục I", "2–3", "10; 20,5; 90; 40", "Báo cáo quý"],
    )
    sheet = openpyxl.load_workbook(io.BytesIO(found.read("00 Mục lục.xlsx"))).active
    assert sheet is not None
    assert (sheet["H4"].value, sheet["H4"].data_type, sheet["N4"].value) == ("=1+1", "s", kept.sha256)
    assert (archive.sha256, archive.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_same_dossier_gives_the_same_bytes_and_one_file(season: rows.Season) -> None:
    cited(document(season.units[0]), season.assessments[0])
    first, _zip, content = packed(season)
    events = AuditEvent.objects.count()

    again = archives.ask(assessment=season.assessments[0], by=season.head)
    assert (again.pk, Job.objects.count(), AuditEvent.objects.count()) == (first.pk, 1, events)
    # The file was lost: it is made again, byte by byte.
    first.file.storage.delete(str(first.file.name))
    once_more, _zip, repeated = packed(season)

    assert once_more.pk == first.pk
    assert repeated == content


def test_confidential_and_unchecked_documents_are_left_out_and_named(season: rows.Season) -> None:
    """Of a confidential one the index says that it is there, and on which leaf, not what it is called."""
    closed = document(season.units[0], "Đơn tố cáo.pdf", b"%PDF kin", number="9/TC", abstract="Nội dung kín")
    confidential.set_class(evidence=closed, is_confidential=True, by=season.head)
    waiting = document(season.units[0], "Chờ.pdf", state="waiting")
    link = document(season.units[0], "https://example.vn/", url="https://example.vn/")
    Evidence.objects.filter(pk=link.pk).update(file="")
    for each in (closed, waiting, link):
        cited(each, season.assessments[0])

    _archive, found, content = packed(season)

    table = list(csv.reader(io.StringIO(found.read("00 Mục lục.csv").decode("utf-8-sig")), delimiter=";"))
    assert found.namelist() == ["00 Mục lục.csv", "00 Mục lục.xlsx", "SHA256SUMS"]
    assert [(row[3], row[4], row[7], row[13] != "") for row in table[1:]] == [
        ("", "", "", False),
        ("Chờ.pdf", "", "", True),
        ("https://example.vn/", "", "", True),
    ]
    assert all(row[14] for row in table[1:])
    assert b"%PDF kin" not in content


def test_receipts_go_along_as_they_were_frozen(season: rows.Season) -> None:
    content = '{"points": "6"}'
    receipt = Receipt.objects.create(
        assessment=season.assessments[0],
        number=1,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        points=6,
        maximum=6,
        at=timezone.now(),
        by=season.head,
    )
    receipt.pdf.save("r.pdf", ContentFile(b"%PDF receipt"))

    _archive, found, _content = packed(season)

    assert found.read("00 Biên nhận/1.json").decode() == receipt.content
    assert hashlib.sha256(found.read("00 Biên nhận/1.json")).hexdigest() == receipt.digest
    assert found.read("00 Biên nhận/1.pdf") == b"%PDF receipt"
    receipt.pdf.storage.delete(str(receipt.pdf.name))
    DossierArchive.objects.all().delete()
    archive = archives.ask(assessment=season.assessments[0], by=season.officer)
    assert archive.job
    pack_dossier(archive.job.pk)
    assert Job.objects.get(pk=archive.job.pk).state == "failed"


def handed_in(season: rows.Season, order: int, **file: object) -> Receipt:
    """A receipt whose frozen text has one document, with its PDF."""
    content = json.dumps({"leaves": [{"code": "1.1", "evidence": [file]}]}, ensure_ascii=False)
    receipt = Receipt.objects.create(
        assessment=season.assessments[0],
        number=order,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        points=6,
        maximum=6,
        at=timezone.now(),
        by=season.head,
    )
    receipt.pdf.save("r.pdf", ContentFile(b"%PDF Don to cao"))
    return receipt


def test_a_receipt_that_names_what_became_confidential_is_left_out_and_listed(season: rows.Season) -> None:
    """Frozen text is never altered; one that was frozen later, or names open documents only, goes along."""
    closed = document(season.units[0], "Đơn tố cáo.pdf", is_confidential=True)
    said = {"sha256": closed.sha256, "name": f"Tài liệu mật {closed.sha256[:8]}"}
    named = [handed_in(season, 1, **{**said, "name": closed.name}), handed_in(season, 2, **said, number="9/TC")]
    later, other = handed_in(season, 3, **said), handed_in(season, 4, sha256="0" * 64, name="Mở.pdf")

    _archive, found, content = packed(season)

    assert [name for name in found.namelist() if name.startswith("00 Biên nhận")] == [
        f"00 Biên nhận/{each.number}.{suffix}" for each in (later, other) for suffix in ("json", "pdf")
    ]
    assert closed.name.encode() not in content
    table = list(csv.reader(io.StringIO(found.read("00 Mục lục.csv").decode("utf-8-sig")), delimiter=";"))
    assert [(row[3], row[13]) for row in table[1:]] == [
        (f"Phiếu tiếp nhận lần {each.number} ({kind})", digest)
        for each in named
        for kind, digest in (("JSON", each.digest), ("PDF", each.pdf_sha256))
    ]
    assert all("mật" in row[14] for row in table[1:])
    assert all(each.digest not in found.read("SHA256SUMS").decode() for each in named)
    page = signed_in(season.officer).get(reverse("assessments:archive", args=[season.assessments[0].pk]))
    assert all(reverse("assessments:receipt", args=[each.pk]) in page.content.decode() for each in named)
    assert "4 tệp biên nhận" in text(page)


def test_an_archive_under_way_is_not_kept_with_a_receipt_that_names_a_document_closed_meanwhile(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_one = document(season.units[0], "Đơn tố cáo.pdf")
    handed_in(season, 1, sha256=open_one.sha256, name=open_one.name)
    job, write = archives.ask(assessment=season.assessments[0], by=season.officer).job, archives.write
    assert job

    def meanwhile(*said: Any) -> None:
        write(*said)
        confidential.set_class(evidence=open_one, is_confidential=True, by=season.head)

    monkeypatch.setattr(archives, "write", meanwhile)
    pack_dossier(job.pk)

    assert (DossierArchive.objects.count(), Job.objects.get(pk=job.pk).state) == (0, "done")


def test_a_changed_file_stops_the_job_with_its_name(season: rows.Season) -> None:
    kept = document(season.units[0], "Quyết định.pdf")
    cited(kept, season.assessments[0])
    archive = archives.ask(assessment=season.assessments[0], by=season.officer)
    Path(kept.file.path).write_bytes(b"khac")
    assert archive.job

    pack_dossier(archive.job.pk)

    job = Job.objects.get(pk=archive.job.pk)
    assert (job.state, "Quyết định.pdf" in job.error) == ("failed", True)
    assert not DossierArchive.objects.get().file


def test_what_changed_since_goes_in_as_it_is_now(season: rows.Season) -> None:
    cited(document(season.units[0], "A.pdf"), season.assessments[0])
    archive = archives.ask(assessment=season.assessments[0], by=season.officer)
    cited(document(season.units[0], "B.pdf"), season.assessments[0], "1.2")
    assert archive.job

    pack_dossier(archive.job.pk)
    pack_dossier(archive.job.pk)  # A second worker that heard the same message finds nothing to do.

    row = DossierArchive.objects.exclude(file="").get()
    assert row.content == manifest(season.assessments[0]).digest != archive.content


def test_only_the_last_two_files_stay(season: rows.Season) -> None:
    for number in range(4):
        cited(document(season.units[0], f"{number}.pdf"), season.assessments[0])
        packed(season)

    assert DossierArchive.objects.count() == 2


def test_what_was_asked_for_earlier_and_comes_later_makes_no_second_file(season: rows.Season) -> None:
    cited(document(season.units[0], "A.pdf"), season.assessments[0])
    earlier = archives.ask(assessment=season.assessments[0], by=season.officer)
    cited(document(season.units[0], "B.pdf"), season.assessments[0], "1.2")
    stored, _zip, _content = packed(season)
    assert earlier.job

    pack_dossier(earlier.job.pk)

    job = Job.objects.get(pk=earlier.job.pk)
    assert (job.state, job.result["archive"], job.result["sha256"]) == ("done", stored.pk, stored.sha256)
    assert AuditEvent.objects.filter(action="archive.made").count() == 1
    assert DossierArchive.objects.exclude(file="").get() == stored


def test_an_archive_that_newer_ones_took_the_place_of_is_not_made(season: rows.Season) -> None:
    cited(document(season.units[0], "A.pdf"), season.assessments[0])
    earlier = archives.ask(assessment=season.assessments[0], by=season.officer)
    for number in range(2):
        cited(document(season.units[0], f"{number}.pdf"), season.assessments[0])
        packed(season)
    assert earlier.job

    pack_dossier(earlier.job.pk)

    assert (Job.objects.get(pk=earlier.job.pk).state, DossierArchive.objects.count()) == ("done", 2)


def test_a_worker_that_lost_its_lease_stores_nothing(season: rows.Season) -> None:
    cited(document(season.units[0]), season.assessments[0])
    archive = archives.ask(assessment=season.assessments[0], by=season.officer)
    assert archive.job
    job = jobs.claim(archive.job.pk)
    assert job
    Job.objects.update(lease="another")

    with pytest.raises(jobs.LeaseLost):
        archives.pack(job=job, index=index)

    assert not DossierArchive.objects.get().file


def test_a_large_document_never_lies_in_memory(season: rows.Season) -> None:
    big = b"%PDF" + bytes(48 * 1024 * 1024)
    cited(document(season.units[0], "Lớn.pdf", big), season.assessments[0])
    found = manifest(season.assessments[0])
    steps: list[tuple[int, int, str]] = []
    tracemalloc.start()

    with TemporaryFile() as file:
        archives.write(file, found, {}, lambda *step: steps.append(step))
        size = file.seek(0, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size > len(big)
    assert peak < 16 * 1024 * 1024
    assert steps[-1][:2] == (1, 1)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Số liệu: quý 1/2022.xlsx", "Số liệu_ quý 1_2022.xlsx"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("...", "_"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("dòng\nhai.pdf", "dòng_hai.pdf"),
        ("x.tênđuôirấtdài", "x.tênđuôirấtdài"),
        ("Bao ca\u0301o.pdf", "Bao cáo.pdf"),
    ],
)
def test_names_that_every_system_stores(typed: str, expected: str) -> None:
    assert component(typed, 150) == expected


@given(st.text(min_size=0, max_size=300))
def test_any_name_becomes_a_short_plain_one(typed: str) -> None:
    made = component(typed, 150)

    assert 0 < len(made.encode()) <= 151
    assert made not in {".", ".."}
    assert not set(made) & set('<>:"/\\|?*\0\n\r')
    assert made == made.strip()


def test_500_names_go_through_the_archive(season: rows.Season) -> None:
    """Of 200 letters, in both normal forms, with orders to the screen, reserved, quoted: each file is found again."""
    pieces = ["Báo cáo ", "Bao ca\u0301o ", "con", "\u202egpj", "a/b\\c", '"q"', "x\ny", "đ" * 120, "...", "Ủy ban "]
    contents = {}
    for number in range(500):
        name = f"{pieces[number % 10]}{pieces[number // 10 % 10]}{number // 100}.pdf"[:200]
        content = f"%PDF {number}".encode()
        contents[hashlib.sha256(content).hexdigest()] = content
        cited(document(season.units[0], name, content), season.assessments[0])

    _archive, found, _content = packed(season)

    inside = [name for name in found.namelist() if name.startswith("1.1")]
    assert len({name.casefold() for name in inside}) == 500
    assert {hashlib.sha256(found.read(name)).hexdigest() for name in inside} == set(contents)
    listed = dict(line.split("  ", 1)[::-1] for line in found.read("SHA256SUMS").decode().splitlines())
    assert all(hashlib.sha256(found.read(name)).hexdigest() == sha for name, sha in listed.items())


# --- pages ------------------------------------------------------------------------------------------------------------


def test_page_from_asking_to_the_file(season: rows.Season) -> None:
    dossier, client = season.assessments[0], signed_in(season.officer)
    cited(document(season.units[0], "Mở.pdf"), dossier)
    cited(document(season.units[0], "Kín.pdf", is_confidential=True), dossier)
    address = reverse("assessments:archive", args=[dossier.pk])

    before = client.get(address)
    assert client.post(reverse("assessments:archive_ask", args=[dossier.pk])).status_code == 302
    making = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    archive = DossierArchive.objects.get()
    not_yet = client.get(reverse("assessments:archive_file", args=[archive.pk]))
    assert archive.job
    pack_dossier(archive.job.pk)
    ready = client.get(address)
    answer = client.get(reverse("assessments:archive_file", args=[archive.pk]))

    assert "Kín.pdf" not in text(before)
    assert 'id="left-h"' in before.content.decode()
    assert ('hx-trigger="every 2s"' in making, "<html" in making) == (True, False)
    assert not_yet.status_code == 404
    assert "Tải tệp ZIP" in text(ready)
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).testzip() is None
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.post(reverse("assessments:archive_ask", args=[dossier.pk])).status_code == 302
    assert Job.objects.count() == 1


def test_page_says_what_went_wrong_and_keeps_the_older_file(season: rows.Season) -> None:
    dossier, client = season.assessments[0], signed_in(season.staff)
    cited(document(season.units[0], "Một.pdf"), dossier)
    packed(season)
    bad = document(season.units[0], "Hỏng.pdf")
    cited(bad, dossier)
    Path(bad.file.path).unlink()
    archive = archives.ask(assessment=dossier, by=season.staff)
    assert archive.job
    pack_dossier(archive.job.pk)

    shown = text(client.get(reverse("assessments:archive", args=[dossier.pk])))

    assert "Hỏng.pdf" in shown
    assert "Trước đây" in shown
