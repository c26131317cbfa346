"""Documents between their receipt and their use: scanned, read, drawn, or shut away."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from assessments import selectors, tasks
from assessments.models import Evidence, PageImage
from assessments.selectors import previews
from assessments.selectors.quarantine import active_note, safety_of
from assessments.services import examining, intake, keeping, quarantine, scanning, sweeping
from assessments.services.filetypes import Refusal, RefusedFile
from tests.assessments import files
from tests.assessments.clamd import EICAR, clamd
from tests.assessments.pages import signed_in
from tests.assessments.test_examiner_child import book, word
from tests.factories import rows
from units import pdf
from units.models import AuditEvent, Job, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def take(season: rows.Season, name: str = "a.pdf", content: bytes | None = None) -> Evidence:
    return intake.document(unit=season.units[0], file=files.upload(name, content), by=season.officer)


def work(evidence: Evidence, first: int = 1) -> tuple[Evidence, Job]:
    """What the worker does with the newest job of the document."""
    job = Job.objects.filter(key=f"evidence:{evidence.pk}:{first}").latest("pk")
    tasks.examine(job.pk)
    job.refresh_from_db()
    return Evidence.objects.get(pk=evidence.pk), job


# --- without a scanner ------------------------------------------------------------------------------------------------


def test_without_a_scanner_a_document_is_usable_at_once_and_says_so(season: rows.Season) -> None:
    kept = take(season)

    assert (kept.state, kept.state_note) == ("clean", "no_scanner")
    assert safety_of(kept) == ["Máy chủ này chưa cấu hình chương trình quét vi-rút."]
    assert selectors.content_of(kept) == files.pdf()


def test_worker_reads_the_text_and_draws_the_pages(season: rows.Season) -> None:
    content = pdf.render("<p>Số: 15/KH-UBND</p><p style='break-before: page'>hai</p>")
    kept, job = work(take(season, content=content))

    assert "15/KH-UBND" in kept.text
    assert "15/kh-ubnd" in kept.folded
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert [image.number for image in kept.images.all()] == [1, 2]
    assert selectors.page_image(kept, 2).startswith(b"\x89PNG")
    tasks.examine(job.pk)
    assert PageImage.objects.count() == 2


@pytest.mark.parametrize(("name", "content"), [("a.docx", word()), ("a.xlsx", book())])
def test_office_file_becomes_plain_pages(season: rows.Season, name: str, content: bytes) -> None:
    kept, _ = work(take(season, name, content))

    assert kept.pages == 1
    assert selectors.page_image(kept, 1).startswith(b"\x89PNG")
    keeping.ask_to_examine(kept)
    assert work(kept)[0].images.count() == 1


def test_office_file_has_no_pages_on_a_machine_without_pango(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(html: str) -> bytes:
        raise pdf.MissingLibrary

    monkeypatch.setattr(pdf, "render", missing)

    kept, job = work(take(season, "a.docx", word()))

    assert (kept.pages, job.state, bool(kept.text)) == (0, "done", True)


def test_document_without_text_is_none_the_worse(season: rows.Season) -> None:
    kept, job = work(take(season, "a.doc", files.compound("WordDocument")))

    assert (kept.text, bool(kept.folded), job.state, kept.images.count()) == ("", True, "done", 0)


def test_document_that_cannot_be_read_is_none_the_worse(season: rows.Season) -> None:
    kept, job = work(take(season, "a.docx", files.docx().replace(b"<w/>", b"<w >")))

    assert (kept.text, job.state) == ("", "done")


def test_pages_after_the_first_batch_are_drawn_when_asked(season: rows.Season) -> None:
    kept, _ = work(take(season, "a.tif", files.image("TIFF", frames=23)))
    assert kept.images.count() == 20
    with pytest.raises(selectors.NotDrawn):
        selectors.page_image(kept, 21)

    keeping.ask_to_examine(kept, keeping.batch_of(22))

    assert work(kept, 21)[0].images.count() == 23


def test_picture_that_got_lost_is_to_be_drawn_again(season: rows.Season) -> None:
    kept, _ = work(take(season))
    Path(kept.images.get().file.path).unlink()

    with pytest.raises(selectors.NotDrawn):
        selectors.page_image(kept, 1)


def test_page_that_another_worker_drew_is_kept_once(season: rows.Season, tmp_path: Path) -> None:
    kept, _ = work(take(season))

    quarantine.store_page(kept, 1, b"\x89PNG again")

    assert PageImage.objects.count() == 1
    assert len(list((tmp_path / "files" / "pages").iterdir())) == 1


def again(evidence: Evidence) -> Job:
    """The same job once more, as after a worker that died before it said that it was done."""
    Job.objects.filter(key=f"evidence:{evidence.pk}:1").update(state="queued", finished_at=None)
    return work(evidence)[1]


def test_pages_that_are_there_are_not_drawn_again(season: rows.Season) -> None:
    kept, _ = work(take(season, content=files.pdf(2)))
    first = PageImage.objects.get(number=1)

    assert again(kept).state == "done"
    PageImage.objects.filter(number=2).delete()
    assert again(kept).state == "done"

    assert [row.number for row in PageImage.objects.order_by("number")] == [1, 2]
    assert PageImage.objects.get(number=1) == first


def test_a_document_that_nothing_can_read_has_no_text(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = take(season)
    monkeypatch.setattr(examining, "MEMORY", 1024 * 1024)

    found, job = work(kept)

    assert (found.text, job.state, PageImage.objects.count()) == ("", "done", 0)


def test_job_of_a_document_that_went_away_ends(season: rows.Season) -> None:
    kept = take(season)
    job = Job.objects.get(key=f"evidence:{kept.pk}:1")
    kept.delete()

    tasks.examine(job.pk)
    tasks.examine(job.pk)

    assert Job.objects.get(pk=job.pk).state == "done"


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(files.pdf(2))])
def test_changed_or_lost_file_fails_the_job(season: rows.Season, harm: Any) -> None:
    kept = take(season)
    harm(Path(kept.file.path))

    assert work(kept)[1].state == "failed"


def test_pages_are_asked_for_by_looking_at_them(season: rows.Season) -> None:
    kept = take(season)
    Job.objects.all().delete()

    answer = signed_in(season.officer).get(f"/evidence/{kept.pk}/pages/1/")

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (202, "image/svg+xml", "no-store")
    assert "Ảnh của trang này đang được tạo." in answer.content.decode()
    work(kept)
    assert signed_in(season.officer).get(f"/evidence/{kept.pk}/pages/1/")["Content-Type"] == "image/png"


# --- with a scanner ---------------------------------------------------------------------------------------------------


def test_document_waits_until_the_scanner_has_seen_all_of_it(
    season: rows.Season, settings: LazySettings, tmp_path: Path
) -> None:
    with clamd(tmp_path / "clamd.sock") as (address, seen):
        settings.CLAMD_ADDRESS = address
        kept = take(season)
        assert (kept.state, kept.state_note) == ("waiting", "")
        with pytest.raises(selectors.Withheld):
            selectors.content_of(kept)
        with pytest.raises(selectors.Withheld):
            previews.whole(kept)
        with pytest.raises(selectors.NoPreview):
            selectors.page_image(kept, 1)

        kept, _ = work(kept)

    assert (kept.state, seen, kept.scanned_at is not None) == ("clean", [files.pdf()], True)
    assert kept.images.count() == 1
    assert AuditEvent.objects.filter(action="evidence.scanned").count() == 1


def test_infected_document_is_shut_away_and_its_uploader_told(season: rows.Season, settings: LazySettings) -> None:
    with clamd() as (address, _):
        settings.CLAMD_ADDRESS = address
        kept, job = work(take(season, content=files.pdf() + b"\n" + EICAR))

    assert (kept.state, kept.state_note, job.state) == ("refused", "virus:Eicar-Test-Signature", "done")
    assert (kept.text, kept.images.count()) == ("", 0)
    assert "Eicar-Test-Signature" in Notice.objects.get(to=season.officer).text
    assert any("Eicar-Test-Signature" in said for said in safety_of(kept))
    answer = signed_in(season.officer).get(f"/evidence/{kept.pk}/")
    assert (answer.status_code, "vi-rút" in answer.content.decode()) == (410, True)
    assert quarantine.settle(evidence=kept, virus="").state == "refused"


def test_nobody_is_told_of_an_infected_file_that_nobody_uploaded(season: rows.Season, settings: LazySettings) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    kept = take(season)
    Evidence.objects.update(uploaded_by=None)

    assert quarantine.settle(evidence=kept, virus="X").state == "refused"
    assert Notice.objects.count() == 0


def test_with_the_scanner_off_a_document_goes_on_waiting_until_the_sweep(
    season: rows.Season, settings: LazySettings
) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    kept, job = work(take(season))
    assert (kept.state, job.state, job.result) == ("waiting", "done", {"state": "waiting"})
    assert safety_of(kept) == ["Đang cách ly cho đến khi chương trình quét vi-rút kiểm tra xong."]

    with clamd() as (address, _):
        settings.CLAMD_ADDRESS = address
        assert sweeping.sweep()["asked"] == 1
        assert work(kept)[0].state == "clean"
    assert sweeping.sweep()["asked"] == 0


@pytest.mark.parametrize("answer", [b"stream: Size limit exceeded ERROR\0", b"", b"x" * 5000])
def test_scanner_that_says_nothing_useful_leaves_the_document_waiting(
    season: rows.Season, settings: LazySettings, answer: bytes
) -> None:
    with clamd(answer=answer) as (address, _):
        settings.CLAMD_ADDRESS = address
        assert work(take(season))[0].state == "waiting"


@pytest.mark.parametrize("address", ["127.0.0.1:nothing", "/no/such/socket"])
def test_wrong_address_is_a_scanner_that_is_off(settings: LazySettings, address: str) -> None:
    settings.CLAMD_ADDRESS = address

    with pytest.raises(scanning.ScannerOff):
        scanning.scan(io.BytesIO(b"x"))


def test_document_stays_waiting_when_the_scanner_is_taken_away(season: rows.Season, settings: LazySettings) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    kept = take(season)
    settings.CLAMD_ADDRESS = ""

    assert work(kept)[0].state == "waiting"


def test_what_moves_is_said_beside_the_document(season: rows.Season) -> None:
    kept = take(season, content=files.pdf() + b"\n/OpenAction /JavaScript")

    assert kept.state_note == "no_scanner active:opening,script"
    assert "chạy mã lệnh" in safety_of(kept)[1]
    assert active_note([]) == []


# --- the child that fails ---------------------------------------------------------------------------------------------


def test_child_that_is_killed_is_a_refusal(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(examining, "CHILD", slow)
    monkeypatch.setattr(examining, "PATIENCE", 0.2)

    with pytest.raises(RefusedFile) as refused:
        take(season)

    assert refused.value.refusal == Refusal.HEAVY


@pytest.mark.parametrize("said", ["print('1 999999999')", "print('1 50'); print('short')", ""])
def test_child_that_draws_nonsense_gives_no_page(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    kept = take(season)
    wrong = tmp_path / "wrong.py"
    wrong.write_text(said)
    monkeypatch.setattr(examining, "CHILD", wrong)

    with Path(kept.file.path).open("rb") as file:
        assert list(examining.draw(file, "application/pdf", 1, 3)) == []
