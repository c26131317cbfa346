import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings

from assessments import selectors, tasks
from assessments.models import Citation, Evidence, Score
from assessments.services import evidence, returns, submission
from assessments.services.filetypes import Refusal, RefusedFile
from assessments.services.scores import BadScore
from assessments.states import NotAllowed
from tests.assessments import files
from tests.factories import rows
from units.models import AuditEvent, Job, User

pytestmark = pytest.mark.django_db


def attach(season: rows.Season, code: str = "1.1", **fields: object) -> Citation:
    leaf = season.criteria_set.criteria.get(code=code)
    values = {"assessment": season.assessments[0], "criterion": leaf, "file": files.upload(), "by": season.officer}
    return evidence.attach(**{**values, **fields})  # type: ignore[arg-type]


def test_attached_file_is_stored_under_its_digest_and_a_generated_name(tmp_path: Path) -> None:
    season = rows.season()
    content = files.pdf(3)

    citation = attach(season, file=files.upload("../Báo cáo quý.PDF", content), place="trang 2")

    kept = Evidence.objects.get()
    assert (kept.name, kept.content_type, kept.size, kept.pages) == (
        "Báo cáo quý.PDF",
        "application/pdf",
        len(content),
        3,
    )
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert (kept.unit, kept.uploaded_by, citation.place) == (season.units[0], season.officer, "trang 2")
    assert Path(kept.file.path).read_bytes() == content
    assert Path(kept.file.name or "").stem.isalnum()
    assert (Score.objects.get().version, Score.objects.get().is_answered) == (0, False)
    assert AuditEvent.objects.get().action == "evidence.attached"


def test_same_bytes_are_stored_once_a_unit_and_cited_twice() -> None:
    season = rows.season()

    attach(season)
    attach(season, "1.2", file=files.upload("khác tên.pdf"))
    attach(season, "1.2", file=files.upload("lần nữa.pdf"))

    assert Evidence.objects.count() == 1
    assert Citation.objects.count() == 2
    assert AuditEvent.objects.count() == 2


def test_another_unit_keeps_its_own_copy() -> None:
    season = rows.season()

    attach(season)
    attach(season, assessment=season.assessments[1], by=season.outsider)

    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(
    ("setting", "value", "refusal"),
    [
        ("EVIDENCE_MAX_BYTES", 10, Refusal.TOO_LARGE),
        ("EVIDENCE_UNIT_FILES", 0, Refusal.QUOTA),
        ("EVIDENCE_UNIT_BYTES", 10, Refusal.QUOTA),
    ],
)
def test_file_over_a_limit_is_refused(settings: LazySettings, setting: str, value: int, refusal: Refusal) -> None:
    season = rows.season()
    setattr(settings, setting, value)

    with pytest.raises(RefusedFile) as refused:
        attach(season)

    assert refused.value.refusal == refusal
    assert (Evidence.objects.count(), Score.objects.count()) == (0, 0)


def test_file_is_not_left_behind_when_its_row_fails(tmp_path: Path) -> None:
    season = rows.season()

    with pytest.raises(ValueError, match="unsaved related object"):
        attach(season, by=User(username="chua-luu"))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("code", ["2.1", "1"])
def test_leaf_that_the_unit_does_not_score_takes_no_file(code: str) -> None:
    season = rows.season()

    with pytest.raises(BadScore):
        attach(season, code)


def test_leaf_of_another_set_takes_no_file() -> None:
    season = rows.season()
    other = rows.criteria_set(season.cycle, kind="commune")

    with pytest.raises(BadScore):
        attach(season, criterion=other.criteria.get(code="1.1"))


def test_place_is_written_once() -> None:
    season = rows.season()
    citation = attach(season)

    evidence.set_place(citation=citation, place="trang 7", by=season.officer)
    evidence.set_place(citation=citation, place="trang 7", by=season.officer)

    assert Citation.objects.get().place == "trang 7"
    assert AuditEvent.objects.count() == 2


def test_detached_file_is_dropped_from_row_and_disk(tmp_path: Path, django_capture_on_commit_callbacks: object) -> None:
    season = rows.season()
    citation = attach(season)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        evidence.detach(citation=citation, by=season.officer)
        evidence.detach(citation=citation, by=season.officer)

    assert (Evidence.objects.count(), Citation.objects.count()) == (0, 0)
    assert [path for path in tmp_path.rglob("*.pdf") if path.is_file()] == []
    assert AuditEvent.objects.count() == 2


def test_detached_file_stays_while_another_score_cites_it() -> None:
    season = rows.season()
    citation = attach(season)
    attach(season, "1.2")

    evidence.detach(citation=citation, by=season.officer)

    assert (Evidence.objects.count(), Citation.objects.count()) == (1, 1)


def test_detached_file_stays_once_it_was_handed_in() -> None:
    season = rows.season()
    citation = attach(season)
    Score.objects.update(points=1, version=1)
    rows.score(season.assessments[0], "1.2", "0")
    submission.submit(assessment=season.assessments[0], by=season.head)
    returns.return_dossier(assessment=season.assessments[0], note="bổ sung", by=season.staff)

    evidence.detach(citation=citation, by=season.officer)

    assert (Evidence.objects.count(), Citation.objects.count()) == (1, 0)


def test_evidence_cannot_change_after_submission() -> None:
    season = rows.season()
    citation = attach(season)
    Score.objects.update(points=1, version=1)
    rows.score(season.assessments[0], "1.2", "0")
    submission.submit(assessment=season.assessments[0], by=season.head)

    for write in (
        lambda: attach(season, "1.2"),
        lambda: evidence.detach(citation=citation, by=season.officer),
        lambda: evidence.set_place(citation=citation, place="x", by=season.officer),
    ):
        with pytest.raises(NotAllowed):
            write()
    assert Citation.objects.get().place == ""


@pytest.mark.parametrize(
    ("name", "content", "pages"),
    [
        ("a.pdf", files.pdf(2), 2),
        ("a.png", files.image("PNG"), 1),
        ("a.jpg", files.image("JPEG"), 1),
        ("a.tif", files.image("TIFF", frames=3), 3),
    ],
)
def test_page_image_is_a_png_of_each_page(name: str, content: bytes, pages: int) -> None:
    season = rows.season()
    kept = attach(season, file=files.upload(name, content)).evidence
    tasks.examine(Job.objects.get(key=f"evidence:{kept.pk}:1").pk)
    kept.refresh_from_db()

    images = [selectors.page_image(kept, number) for number in range(1, pages + 1)]

    assert kept.pages == pages
    assert [image[:4] for image in images] == [b"\x89PNG"] * pages


@pytest.mark.parametrize("number", [0, 2, -1])
def test_page_that_does_not_exist_has_no_preview(number: int) -> None:
    season = rows.season()
    kept = attach(season).evidence

    with pytest.raises(selectors.NoPreview):
        selectors.page_image(kept, number)


def test_file_changed_on_disk_has_no_preview() -> None:
    season = rows.season()
    kept = attach(season).evidence
    Path(kept.file.path).write_bytes(files.pdf(2))

    with pytest.raises(selectors.NoPreview):
        selectors.page_image(kept, 1)


def test_file_lost_from_disk_has_no_preview() -> None:
    season = rows.season()
    kept = attach(season).evidence
    Path(kept.file.path).unlink()

    with pytest.raises(selectors.NoPreview):
        selectors.page_image(kept, 1)


def test_evidence_of_a_score_comes_with_its_place() -> None:
    season = rows.season()
    citation = attach(season, place="mục II")

    assert [(each.evidence.name, each.place) for each in selectors.evidence_of(citation.score)] == [
        ("Báo cáo.pdf", "mục II")
    ]
