"""Documents on their way in: whole or in pieces, resumed, refused, and never more than there is room for."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments.models import ArchiveMember, Citation, Evidence, Intake
from assessments.selectors.room import taken
from assessments.selectors.uploads import arrived, unhandled, unhandled_of_unit
from assessments.services import gates, intake, keeping
from assessments.services.filetypes import Refusal, RefusedFile
from criteria.phases import PhaseClosed
from tests.assessments import files
from tests.assessments.pages import close
from tests.assessments.test_examiner import archive
from tests.factories import rows
from units.models import AuditEvent, Job

pytestmark = pytest.mark.django_db
PIECE = 500


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begin(season: rows.Season, content: bytes, **fields: Any) -> Intake:
    leaf = season.criteria_set.criteria.get(code="1.1")
    said = {"assessment": season.assessments[0], "criterion": leaf, "key": "khoa-0001", "name": "Báo cáo.pdf"}
    return intake.begin(**{**said, "size": len(content), "by": season.officer, **fields})


def put(row: Intake, content: bytes, offset: int, season: rows.Season, end: int | None = None) -> Intake:
    piece = content[offset : end or offset + PIECE]
    return intake.put(intake=row, offset=offset, sha256=sha(piece), content=piece, by=season.officer)


def send(row: Intake, content: bytes, season: rows.Season) -> Intake:
    while row.received < len(content):
        row = put(row, content, row.received, season)
    return row


def test_pieces_become_a_document_with_the_hash_of_the_whole(season: rows.Season) -> None:
    content = files.pdf(3)
    row = send(begin(season, content, sha256=sha(content)), content, season)

    row = intake.finish(intake=row, by=season.officer)

    kept = Evidence.objects.get()
    assert (row.state, row.evidence, kept.sha256, kept.pages) == ("done", kept, sha(content), 3)
    assert Path(kept.file.path).read_bytes() == content
    assert Citation.objects.get().score.criterion.code == "1.1"
    assert Job.objects.get(task="assessments.tasks.examine").arguments == {"evidence": kept.pk, "first": 1}
    assert not unhandled(season.assessments[0], season.officer).exists()


def test_finishing_twice_is_the_same_document(season: rows.Season) -> None:
    row = send(begin(season, files.pdf()), files.pdf(), season)

    outcomes = {intake.finish(intake=row, by=season.officer).evidence for _ in range(2)}

    assert outcomes == {Evidence.objects.get()}
    assert AuditEvent.objects.filter(action="evidence.attached").count() == 1


def test_another_browser_that_finished_meanwhile_is_believed(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both found the upload open and looked at the file; the second finds it settled under the lock."""
    row = send(begin(season, files.pdf()), files.pdf(), season)
    look = intake._examined
    first: list[Any] = []

    def meanwhile(file: Any, found: Intake) -> Any:
        if not first:
            first.append(True)
            first.append(intake.finish(intake=row, by=season.officer))
        return look(file, found)

    monkeypatch.setattr(intake, "_examined", meanwhile)

    second = intake.finish(intake=row, by=season.officer)

    assert second.evidence == first[1].evidence == Evidence.objects.get()
    assert AuditEvent.objects.filter(action="evidence.attached").count() == 1


def test_the_dossier_is_locked_before_the_upload(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an amendment does, which moves both: in the other order PostgreSQL would have to end one of the two."""
    row = send(begin(season, files.pdf()), files.pdf(), season)
    order: list[str] = []

    def noting(name: str, act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda what: order.append(name) or act(what)  # type: ignore[func-returns-value]

    monkeypatch.setattr(gates, "locked", noting("dossier", gates.locked))
    monkeypatch.setattr(intake, "_locked", noting("upload", intake._locked))

    assert intake.finish(intake=row, by=season.officer).state == "done"
    assert order[:2] == ["dossier", "upload"]


def test_pieces_go_with_the_upload(season: rows.Season, django_capture_on_commit_callbacks: Any) -> None:
    row = send(begin(season, files.pdf()), files.pdf(), season)
    assert default_storage.listdir(f"intake/{row.path}")[1]

    with django_capture_on_commit_callbacks(execute=True):
        intake.finish(intake=row, by=season.officer)

    assert not default_storage.exists(f"intake/{row.path}")


def test_upload_goes_on_where_it_stopped(season: rows.Season) -> None:
    content = files.pdf(2)
    row = put(begin(season, content, sha256=sha(content)), content, 0, season)

    again = begin(season, content, sha256=sha(content))
    elsewhere = begin(season, content, sha256=sha(content), key="khoa-khac-1")

    assert (again, elsewhere, again.received) == (row, row, PIECE)
    assert Intake.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"name": "khác.pdf"}, {"size": 7}, {"by": "head"}, {"assessment": 1}], ids=lambda each: next(iter(each))
)
def test_key_of_another_upload_is_taken(season: rows.Season, other: dict[str, Any]) -> None:
    begin(season, files.pdf())
    if "by" in other:
        other = {"by": season.head}
    if "assessment" in other:
        season.assessments[1].unit = season.units[0]
        other = {"assessment": season.assessments[1]}

    with pytest.raises(intake.KeyTaken):
        begin(season, files.pdf(), **other)


def test_same_piece_twice_changes_nothing(season: rows.Season) -> None:
    content = files.pdf()
    row = put(begin(season, content), content, 0, season)

    assert put(row, content, 0, season).received == PIECE


def test_piece_that_lies_there_from_before_a_crash_is_written_anew(season: rows.Season) -> None:
    content = files.pdf()
    row = begin(season, content)
    put(row, content, 0, season)
    Intake.objects.update(received=0)

    row = send(Intake.objects.get(), content, season)

    assert intake.finish(intake=row, by=season.officer).state == "done"


@pytest.mark.parametrize("offset", [1, 499, 501, 900])
def test_piece_at_a_wrong_place_is_refused_with_the_right_one(season: rows.Season, offset: int) -> None:
    content = files.pdf()
    row = put(begin(season, content), content, 0, season)

    with pytest.raises(intake.WrongOffset) as wrong:
        put(row, content, offset, season)

    assert wrong.value.received == PIECE


def test_changed_empty_large_or_overlong_piece_is_refused(season: rows.Season) -> None:
    content = files.pdf()
    row = begin(season, content)
    for piece, digest in (
        (b"abc", sha(b"abd")),
        (b"", sha(b"")),
        (bytes(intake.MOST_PIECE + 1), sha(bytes(intake.MOST_PIECE + 1))),
        (bytes(len(content) + 1), sha(bytes(len(content) + 1))),
    ):
        with pytest.raises(intake.BadPiece):
            intake.put(intake=row, offset=0, sha256=digest, content=piece, by=season.officer)


def test_upload_that_is_not_whole_is_not_finished(season: rows.Season) -> None:
    row = put(begin(season, files.pdf()), files.pdf(), 0, season)

    with pytest.raises(intake.WrongOffset):
        intake.finish(intake=row, by=season.officer)


def lose_a_piece(row: Intake) -> None:
    default_storage.delete(f"intake/{row.path}/{sorted(default_storage.listdir(f'intake/{row.path}')[1])[1]}")


def lose_all(row: Intake) -> None:
    shutil.rmtree(default_storage.path(f"intake/{row.path}"))


@pytest.mark.parametrize(
    ("harm", "state"), [(lose_a_piece, "refused"), (lose_all, "refused"), (lambda row: None, "done")]
)
def test_lost_piece_is_a_refusal(season: rows.Season, harm: Callable[[Intake], None], state: str) -> None:
    row = send(begin(season, files.pdf()), files.pdf(), season)
    harm(row)

    assert intake.finish(intake=row, by=season.officer).state == state


def test_other_bytes_than_announced_are_a_refusal(season: rows.Season) -> None:
    row = send(begin(season, files.pdf(), sha256=sha(b"khac")), files.pdf(), season)

    row = intake.finish(intake=row, by=season.officer)

    assert (row.state, row.refusal, Evidence.objects.count()) == ("refused", "altered", 0)


def test_refusal_stays_until_somebody_took_note(season: rows.Season) -> None:
    bad = b"MZ" + bytes(300)
    row = intake.finish(intake=send(begin(season, bad), bad, season), by=season.officer)
    assert list(unhandled(season.assessments[0], season.officer)) == [row]
    assert not unhandled(season.assessments[0], season.head).exists()

    row = intake.take_note(intake=row, by=season.officer)
    again = intake.take_note(intake=row, by=season.officer)

    assert (row.refusal, again.handled_at) == ("unknown_type", row.handled_at)
    assert not unhandled(season.assessments[0], season.officer).exists()
    assert put(row, bad, 0, season).state == "refused"


def test_upload_on_its_way_is_given_up_by_noting_it(season: rows.Season) -> None:
    row = intake.take_note(intake=begin(season, files.pdf()), by=season.officer)

    assert (row.state, row.refusal) == ("refused", "abandoned")
    assert intake.finish(intake=row, by=season.officer).state == "refused"
    assert intake.give_up(intake=row, refusal=Refusal.ALTERED).refusal == "abandoned"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"size": 0}, "empty"),
        ({"size": 99_000_000}, "too_large"),
        ({"name": "a.exe"}, "unknown_type"),
        ({"name": "khong-duoi"}, "unknown_type"),
    ],
)
def test_file_that_cannot_be_taken_is_refused_before_it_travels(
    season: rows.Season, fields: dict[str, Any], refusal: str
) -> None:
    row = begin(season, files.pdf(), **fields)

    assert (row.state, row.refusal, row.handled_at) == ("refused", refusal, None)


def test_nothing_begins_and_nothing_is_finished_after_the_deadline(season: rows.Season) -> None:
    row = send(begin(season, files.pdf()), files.pdf(), season)
    close(season)

    with pytest.raises(PhaseClosed):
        begin(season, b"x", key="khoa-0002")
    with pytest.raises(PhaseClosed):
        intake.finish(intake=row, by=season.officer)
    assert Intake.objects.get().state == "receiving"


def test_uploads_on_their_way_take_room(settings: LazySettings, season: rows.Season) -> None:
    settings.EVIDENCE_UNIT_FILES = 1
    row = begin(season, files.pdf())

    assert taken(season.units[0]) == (1, len(files.pdf()))
    assert begin(season, files.pdf(2), key="khoa-0002").refusal == "quota"
    assert intake.finish(intake=send(row, files.pdf(), season), by=season.officer).state == "done"


def test_disk_keeps_its_floor(settings: LazySettings, season: rows.Season) -> None:
    settings.EVIDENCE_FREE_BYTES = keeping.free_bytes() * 2

    assert begin(season, files.pdf()).refusal == "no_room"
    with pytest.raises(RefusedFile):
        intake.document(unit=season.units[0], file=files.upload(), by=season.officer)
    assert Intake.objects.filter(refusal="no_room").count() == 2


def test_store_that_is_no_disk_has_no_floor(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setattr(keeping, "default_storage", object())

    assert keeping.free_bytes() > settings.EVIDENCE_FREE_BYTES


def test_upload_for_the_unit_goes_on_from_another_day(season: rows.Season) -> None:
    said: dict[str, Any] = {"name": "a.pdf", "size": 900, "sha256": "0" * 64, "by": season.officer}
    units = [intake.begin_for_unit(unit=unit, key="khoa-0001", **said) for unit in season.units]

    again = intake.begin_for_unit(unit=season.units[0], key="khoa-0002", **said)

    assert again == units[0] != units[1]
    assert list(unhandled_of_unit(season.units[0], season.officer)) == [again]
    assert not unhandled(season.assessments[0], season.officer).exists()
    with pytest.raises(intake.KeyTaken):
        intake.begin_for_unit(unit=season.units[0], key="khoa-0001", **{**said, "size": 901})


def test_what_arrived_within_the_hour_is_shown_to_who_brought_it(season: rows.Season) -> None:
    for _ in range(2):
        intake.document(unit=season.units[0], file=files.upload(), by=season.officer)
    attached = begin(season, files.pdf(2))
    intake.finish(intake=send(attached, files.pdf(2), season), by=season.officer)

    assert [row.assessment for row in arrived(season.units[0], season.officer)] == [None]
    assert arrived(season.units[0], season.head) == []
    assert arrived(season.units[1], season.officer) == []
    Intake.objects.update(touched_at=timezone.now() - timedelta(minutes=61))
    assert arrived(season.units[0], season.officer) == []


def test_document_of_the_unit_needs_no_leaf(season: rows.Season) -> None:
    kept = intake.document(unit=season.units[0], file=files.upload(), by=season.officer)

    assert (kept.unit, Citation.objects.count()) == (season.units[0], 0)
    assert AuditEvent.objects.get().action == "evidence.received"
    assert intake.document(unit=season.units[0], file=files.upload("b.pdf"), by=season.officer) == kept


def test_members_of_an_archive_are_kept(season: rows.Season) -> None:
    content = archive({"thư mục/" + "x" * 300 + ".pdf": files.pdf()})
    intake.document(unit=season.units[0], file=files.upload("a.zip", content), by=season.officer)

    member = ArchiveMember.objects.get()
    assert (len(member.name), member.sha256) == (200, sha(files.pdf()))


def test_bytes_in_which_a_virus_was_found_stay_out(season: rows.Season) -> None:
    kept = intake.document(unit=season.units[0], file=files.upload(), by=season.officer)
    Evidence.objects.filter(pk=kept.pk).update(state="refused")

    with pytest.raises(RefusedFile) as refused:
        intake.document(unit=season.units[0], file=files.upload(), by=season.officer)

    assert refused.value.refusal == Refusal.INFECTED


def test_file_that_nobody_can_store_leaves_nothing(season: rows.Season, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(evidence: Evidence) -> None:
        raise OSError("the broker is gone")

    monkeypatch.setattr(keeping, "ask_to_examine", broken)

    with pytest.raises(OSError, match="broker"):
        intake.document(unit=season.units[0], file=files.upload(), by=season.officer)
    assert default_storage.listdir("evidence")[1] == []


@pytest.mark.parametrize(("number", "first"), [(1, 1), (20, 1), (21, 21), (41, 41)])
def test_pages_are_drawn_in_batches(number: int, first: int) -> None:
    assert keeping.batch_of(number) == first
