"""What is done without anybody asking: uploads given up, files of nobody, and a nightly look at what is stored."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments import tasks
from assessments.models import DossierArchive, Evidence, Intake
from assessments.services import submission, sweeping
from tests.assessments import files
from tests.assessments.test_intake import begin, put
from tests.assessments.test_quarantine import take, work
from tests.assessments.test_submission import complete
from tests.factories import rows
from units.models import Job, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def age(name: str, days: int = 2) -> None:
    path, then = default_storage.path(name), timezone.now().timestamp() - days * 86_400
    os.utime(path, (then, then))


def test_upload_is_given_up_after_a_week(season: rows.Season) -> None:
    row = put(begin(season, files.pdf()), files.pdf(), 0, season)
    assert sweeping.sweep()["given_up"] == 0
    Intake.objects.update(touched_at=timezone.now() - timedelta(days=8))

    tasks.sweep_documents()

    row.refresh_from_db()
    assert (row.state, row.refusal, row.handled_at) == ("refused", "abandoned", None)


def test_document_that_nobody_read_is_asked_for_again(season: rows.Season) -> None:
    kept = take(season)
    Job.objects.all().delete()

    assert sweeping.sweep()["asked"] == 1
    assert Job.objects.get().task == "assessments.tasks.examine"
    work(kept)
    assert sweeping.sweep()["asked"] == 0


def test_document_is_found_by_its_name_before_anybody_read_it(season: rows.Season) -> None:
    kept = take(season)

    assert kept.folded == kept.name.lower()
    assert kept.read == {}


def test_files_of_nobody_go_after_a_day(season: rows.Season) -> None:
    kept, _ = work(take(season))
    row = put(begin(season, files.pdf(2)), files.pdf(2), 0, season)
    (piece,) = default_storage.listdir(f"intake/{row.path}")[1]
    for name in ("evidence/cu.pdf", "pages/cu.png", "intake/cu/1-x", "evidence/moi.pdf"):
        default_storage.save(name, ContentFile(b"x"))
    old = ["evidence/cu.pdf", "intake/cu/1-x", "pages/cu.png"]
    for name in [*old, str(kept.file.name), str(kept.images.get().file.name), f"intake/{row.path}/{piece}"]:
        age(name)

    assert sorted(sweeping.remove_files_of_nobody()) == old
    assert [default_storage.exists(name) for name in old] == [False] * 3
    assert default_storage.exists(str(kept.file.name))
    assert sweeping.remove_files_of_nobody() == []


def test_what_a_killed_worker_left_of_archives_and_receipts_goes(season: rows.Season) -> None:
    """One of the files is the row's, the other lies there because its worker was killed before it wrote the row."""
    dossier = complete(season)
    receipt = submission.submit(assessment=dossier, by=season.head)
    receipt.pdf.save("la.pdf", ContentFile(b"x"))
    archive = DossierArchive(assessment=dossier, content="0" * 64, asked_by=season.head, asked_at=timezone.now())
    archive.file.save("la.zip", ContentFile(b"x"))
    left = [default_storage.save(name, ContentFile(b"x")) for name in ("archives/cu.zip", "receipts/cu.pdf")]
    for name in (*left, str(archive.file.name), str(receipt.pdf.name)):
        age(name)

    assert sorted(sweeping.remove_files_of_nobody()) == left
    assert default_storage.exists(str(archive.file.name))
    assert default_storage.exists(str(receipt.pdf.name))


def test_file_that_goes_away_meanwhile_is_no_failure(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_stored", lambda folders: iter(["evidence/gone.pdf"]))

    assert sweeping.remove_files_of_nobody() == []


def test_changed_and_lost_files_raise_an_alarm(season: rows.Season) -> None:
    kept = [take(season, content=files.pdf(pages)) for pages in (1, 2, 3)]
    Path(kept[0].file.path).write_bytes(b"x")
    Path(kept[1].file.path).unlink()

    tasks.recheck_files()

    notices = Notice.objects.filter(to=season.administrator)
    assert sorted(kept[number].sha256[:12] in notice.text for notice in notices for number in (0, 1)) == [
        False,
        False,
        True,
        True,
    ]
    assert sweeping.recheck(0) == []


def test_every_changed_file_of_a_hundred_is_found(season: rows.Season) -> None:
    for number in range(100):
        row = Evidence(unit=season.units[0], name=f"{number}.pdf", content_type="application/pdf", size=1)
        row.sha256, row.uploaded_at = f"{number:064}", timezone.now()
        row.file.save(f"{number}.pdf", ContentFile(b"x"), save=False)
        row.save()

    assert len(sweeping.recheck()) == 100
