"""A new file for a document: what moves to it, what stays bound, what its text says otherwise, pages that it lacks."""

import subprocess
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from assessments.models import Assessment, Citation, Evidence, Intake
from assessments.selectors.versions import compared, missing_page, moves, versions_of
from assessments.services import confidential, versions
from assessments.services.filetypes import RefusedFile
from assessments.states import NotAllowed
from tests.assessments import files
from tests.assessments.pages import close, signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def newer(old: Evidence, **fields: Any) -> Evidence:
    made = document(old.unit, "Bản mới.pdf", **fields)
    Evidence.objects.filter(pk=made.pk).update(replaces=old)
    return Evidence.objects.get(pk=made.pk)


def test_a_new_file_stands_after_the_newest_version(season: rows.Season) -> None:
    old = document(season.units[0])
    confidential.set_class(evidence=old, is_confidential=True, by=season.head)
    confidential.add_reader(evidence=old, user=season.officer, by=season.head)

    second = versions.replace(evidence=old, file=files.upload("b.pdf", files.pdf(2)), by=season.head)
    third = versions.replace(evidence=old, file=files.upload("c.png", files.image("PNG")), by=season.head)

    assert [each.pk for each in versions_of(second)] == [old.pk, second.pk, third.pk]
    assert (second.is_confidential, third.is_confidential) == (True, True)
    assert third.readers.get().user == season.officer
    for same in (files.upload("c.png", files.image("PNG")), files.upload("b.pdf", files.pdf(2))):
        with pytest.raises(versions.NotNew):
            versions.replace(evidence=old, file=same, by=season.head)
    with pytest.raises(RefusedFile):
        versions.replace(evidence=old, file=files.upload("x.exe", b"MZ"), by=season.head)


def test_a_document_does_not_follow_upon_itself(season: rows.Season) -> None:
    first = document(season.units[0], content=files.pdf(3))
    newer(first)

    with pytest.raises(versions.NotNew):
        versions.replace(evidence=first, file=files.upload("a.pdf", files.pdf(3)), by=season.head)


def test_citations_move_by_choice_and_lose_the_verdict(season: rows.Season) -> None:
    old = document(season.units[0])
    one = cited(old, season.assessments[0], verdict="accepted")
    other = cited(old, season.assessments[0], "1.2")
    made = newer(old)

    moved = versions.move(evidence=made, citations=[one.pk], by=season.officer)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (moved, one.evidence, one.verdict, other.evidence) == (1, made, "waiting", old)
    assert versions.move(evidence=made, citations=[one.pk], by=season.officer) == 0


def test_a_leaf_that_cites_both_keeps_one(season: rows.Season) -> None:
    old = document(season.units[0])
    made = newer(old)
    one = cited(old, season.assessments[0])
    cited(made, season.assessments[0])

    versions.move(evidence=made, citations=[one.pk], by=season.officer)

    assert Citation.objects.get().evidence == made


def test_what_was_handed_in_stays_bound_to_its_file(season: rows.Season) -> None:
    old = document(season.units[0])
    one = cited(old, season.assessments[0])
    made = newer(old)
    Assessment.objects.update(state="submitted", submitted_at=old.uploaded_at, submitted_by=season.head)

    assert [each.is_open for each in moves(old, made)] == [False]
    with pytest.raises(NotAllowed):
        versions.move(evidence=made, citations=[one.pk], by=season.officer)
    one.refresh_from_db()
    assert one.evidence == old


def test_a_citation_in_another_unit_s_dossier_does_not_move(season: rows.Season) -> None:
    old = document(season.units[0])
    one = cited(old, season.assessments[1])

    with pytest.raises(NotAllowed):
        versions.move(evidence=newer(old), citations=[one.pk], by=season.officer)

    one.refresh_from_db()
    assert one.evidence == old


def test_a_cited_page_that_the_new_file_lacks_is_told(season: rows.Season) -> None:
    old = document(season.units[0], pages=9)
    one = cited(old, season.assessments[0], page=7)
    made = newer(old, pages=5)
    assert missing_page(one) is None
    assert [each.lacks for each in moves(old, made)] == [7]

    versions.move(evidence=made, citations=[one.pk], by=season.officer)

    assert missing_page(Citation.objects.get()) == 7
    shown = text(signed_in(season.officer).get(reverse("assessments:document", args=[made.pk])))
    assert "Thiếu trang: dẫn chiếu trang 7, tệp chỉ có 5 trang." in shown


def test_text_is_compared_line_by_line_and_word_by_word(season: rows.Season) -> None:
    same = "\n".join(f"Dòng {number}" for number in range(20))
    old = document(season.units[0], text=f"{same}\nĐạt 80 % hồ sơ\nHết")
    made = newer(old, text=f"{same}\nĐạt 95 % hồ sơ\nHết")

    found = compared(old, made)

    assert [(each.op, each.text) for each in found.pieces if each.op != "="] == [("-", "80"), ("+", "95")]
    assert "…" in found.pieces[0].text
    assert not found.is_same
    assert not found.is_cut
    assert compared(old, old).is_same
    assert compared(document(season.units[0], text="a " * 40_000), made).is_cut


def test_pages_of_a_new_version(season: rows.Season) -> None:
    old, client = document(season.units[0], text="Cũ"), signed_in(season.officer)
    one = cited(old, season.assessments[0], place="mục I")
    address = reverse("assessments:document_replace", args=[old.pk])

    nothing = client.post(address, {})
    wrong = client.post(address, {"file": files.upload("x.exe", b"MZ" + bytes(99))})
    done = client.post(address, {"file": files.upload("b.pdf", files.pdf(2))})
    again = client.post(address, {"file": files.upload("b.pdf", files.pdf(2))})
    made = Evidence.objects.exclude(pk=old.pk).get()
    asked = text(client.get(done["Location"]))
    moved = client.post(done["Location"], {"citation": [one.pk, "x"]})
    difference = client.get(reverse("assessments:document_compare", args=[made.pk]))
    nowhere = client.get(reverse("assessments:document_compare", args=[old.pk]))

    assert [answer.status_code for answer in (nothing, wrong, done, again)] == [422, 422, 302, 422]
    assert "mục I" in asked
    assert moved.status_code == 302
    assert Citation.objects.get().evidence == made
    assert (difference.status_code, nowhere.status_code) == (200, 404)
    assert "Cũ" in text(difference)
    assert client.get(reverse("assessments:document_move", args=[old.pk])).status_code == 404


def test_moving_after_the_deadline_says_so(season: rows.Season) -> None:
    old = document(season.units[0])
    one = cited(old, season.assessments[0])
    made = newer(old)
    close(season)

    answer = signed_in(season.officer).post(reverse("assessments:document_move", args=[made.pk]), {"citation": one.pk})

    assert answer.status_code == 409
    assert "hiện không được sửa" in text(answer)


@pytest.mark.django_db(transaction=True)
def test_the_file_is_examined_before_the_transaction_that_stores_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child process may take half a minute: nobody else waits for a lock of ours as long."""
    season, begun, start = rows.season(), [], subprocess.Popen
    old = document(season.units[0])

    def started(*words: Any, **how: Any) -> Any:
        begun.append(connection.in_atomic_block)
        return start(*words, **how)

    monkeypatch.setattr(subprocess, "Popen", started)
    made = versions.replace(evidence=old, file=files.upload("b.pdf", files.pdf(2)), by=season.head)

    assert begun == [False]
    assert made.replaces == old


@pytest.mark.django_db(transaction=True)
def test_a_refused_version_leaves_its_refusal_and_one_that_is_not_new_leaves_nothing() -> None:
    season = rows.season()
    old = document(season.units[0], content=files.pdf(3))
    newer(old)
    events = AuditEvent.objects.count()

    with pytest.raises(versions.NotNew):
        versions.replace(evidence=old, file=files.upload("a.pdf", files.pdf(3)), by=season.head)
    assert (AuditEvent.objects.count(), Intake.objects.count()) == (events, 0)
    with pytest.raises(RefusedFile):
        versions.replace(evidence=old, file=files.upload("x.exe", b"MZ"), by=season.head)

    assert [(row.name, row.state) for row in Intake.objects.all()] == [("x.exe", "refused")]
