"""A dossier from several sides at once: signatures, returns, amendments and documents in one another's way."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, EvidenceReader, Score, SignOff
from assessments.policies import evidence as doors
from assessments.selectors.signing import signatures_of
from assessments.services import evidence, gates, library, requests, returns, scores, signing, submission, versions
from assessments.services.signing import Unsigned
from assessments.states import NotAllowed
from tests.assessments import delegated
from tests.assessments.pages import complete, leaf, signed_in, text
from tests.assessments.shelf import cited, document
from tests.factories import rows
from tests.results import amending
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    made = rows.season()
    complete(made)
    return made


@pytest.fixture
def checker(season: rows.Season) -> User:
    signers(season)
    return rows.member("checker", season.units[0], "checker")


def signers(season: rows.Season) -> None:
    signing.set_path(unit=season.units[0], writer_signs=True, checker_signs=True, head_signs=True, by=season.head)


def signed(season: rows.Season, checker: User) -> None:
    for step, by in (("writer", season.officer), ("checker", checker)):
        signing.pass_on(assessment=season.assessments[0], step=step, by=by)


def returned(season: rows.Season, *codes: str) -> None:
    questions = {leaf(season, code).pk: "?" for code in codes}
    until = timezone.now() + timedelta(days=2)
    returns.return_dossier(
        assessment=season.assessments[0], note="Bổ sung", questions=questions, until=until, by=season.staff
    )


def save(season: rows.Season, code: str, points: str) -> Score:
    version = Score.objects.get(assessment=season.assessments[0], criterion__code=code).version
    return scores.save_score(
        assessment=season.assessments[0],
        criterion=leaf(season, code),
        points=Decimal(points),
        not_applicable=False,
        explanation="đã sửa",
        version=version,
        by=season.officer,
    )


def test_signatures_of_a_return_that_was_taken_back_do_not_count_in_the_next(
    season: rows.Season, checker: User
) -> None:
    signed(season, checker)
    submission.submit(assessment=season.assessments[0], by=season.head)
    returned(season, "1.1")
    signed(season, checker)
    returns.withdraw(assessment=season.assessments[0], note="Quá hạn", by=season.staff)
    returned(season, "1.1")
    save(season, "1.1", "0.5")

    with pytest.raises(Unsigned):
        submission.submit(assessment=season.assessments[0], by=season.head)
    last = SignOff.objects.filter(assessment=season.assessments[0], number=2).last()
    assert last is not None
    assert (last.outcome, last.note, last.by) == ("returned", "Quá hạn", season.staff)


def test_a_leaf_that_was_put_back_is_not_open_in_a_later_round_for_another(season: rows.Season) -> None:
    submission.submit(assessment=season.assessments[0], by=season.head)
    returned(season, "1.1")
    save(season, "1.1", "0.5")
    returns.withdraw(assessment=season.assessments[0], note="Quá hạn", by=season.staff)
    returned(season, "1.2")

    save(season, "1.2", "1")
    with pytest.raises(NotAllowed):
        save(season, "1.1", "0.5")


@pytest.mark.parametrize("step", ["writer", "checker"])
def test_an_amendment_takes_a_dossier_back_to_its_writers_and_its_signatures_count_no_more(step: str) -> None:
    """Whoever signed has signed other leaves than those that are asked now."""
    season = amending.season()
    dossier = Assessment.objects.get(pk=season.assessments[0].pk)
    signers(season)
    dossier.state = "checking" if step == "writer" else "signing"
    dossier.save()
    SignOff.objects.create(
        assessment=dossier, number=1, step=step, outcome="passed", by=season.officer, at=timezone.now()
    )

    amending.applied(amending.version(season, n1_1={"rule": amending.YES.format(2)}), season)

    dossier.refresh_from_db()
    assert dossier.state == "draft"
    assert signatures_of(dossier, 1) == []


def test_a_document_taken_off_meanwhile_is_no_error_page_and_does_not_come_back(season: rows.Season) -> None:
    dossier = season.assessments[0]
    old, new = document(season.units[0]), document(season.units[0])
    Evidence.objects.filter(pk=new.pk).update(replaces=old)
    new.refresh_from_db()
    seen = cited(old, dossier)
    evidence.detach(citation=seen, by=season.officer)

    with pytest.raises(NotAllowed):
        evidence.set_place(citation=seen, place="tr. 2", by=season.officer)
    with pytest.raises(NotAllowed):
        library.place(citation=seen, place="", page=1, asked="", period_reason="", by=season.officer)
    assert versions.move(evidence=new, citations=[seen.pk], by=season.officer) == 0


def test_a_citation_that_goes_while_it_is_moved_stays_gone(
    season: rows.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken off after the list was read and before the dossier was locked: it was saved again, as a new row."""
    old, new = document(season.units[0]), document(season.units[0])
    Evidence.objects.filter(pk=new.pk).update(replaces=old)
    new.refresh_from_db()
    seen, gate = cited(old, season.assessments[0]), gates.opened

    def late(assessment: Assessment) -> object:
        Citation.objects.filter(pk=seen.pk).delete()
        return gate(assessment)

    monkeypatch.setattr(gates, "opened", late)
    with pytest.raises(NotAllowed):
        versions.move(evidence=new, citations=[seen.pk], by=season.officer)


def test_a_document_that_somebody_worked_on_outlives_its_last_citation(season: rows.Season) -> None:
    """Taken off one leaf to be cited on another: its data, readers and reasons were typed by people."""
    dossier, unit = season.assessments[0], season.units[0]
    plain, other, older = document(unit), document(unit), document(unit)
    worked = [
        document(unit, confirmed_at=timezone.now(), confirmed_by=season.officer),
        document(unit, shared_reason="Văn bản chung"),
        document(unit, replaces=older),
        other,
    ]
    EvidenceReader.objects.create(evidence=other, user=season.officer, added_by=season.head, added_at=timezone.now())
    for each in (plain, *worked):
        evidence.detach(citation=cited(each, dossier), by=season.officer)

    assert set(Evidence.objects.all()) == {older, *worked}


def test_a_document_that_is_gone_is_neither_cited_nor_brought(season: rows.Season) -> None:
    gone = document(season.units[0])
    Evidence.objects.filter(pk=gone.pk).delete()

    with pytest.raises(NotAllowed):
        library.cite_on(
            assessment=season.assessments[0],
            evidence=gone,
            leaves=[library.Where(leaf(season))],
            by=season.officer,
        )
    submission.submit(assessment=season.assessments[0], by=season.head)
    asked = requests.ask(
        assessment=season.assessments[0],
        criterion=leaf(season),
        text="Văn bản nào?",
        due_at=timezone.now() + timedelta(days=1),
        otherwise="Không chấm điểm",
        by=season.staff,
    )
    with pytest.raises(requests.NotOurs):
        requests.answer(request=asked, text="Đây", documents=[gone], by=season.officer)


def test_a_delegate_knows_the_documents_of_the_dossier_and_his_own_no_others() -> None:
    place = delegated.province()
    place.give("1.1", place.departments[0])
    place.give("1.2", place.departments[1])
    place.issue()
    finance = place.officers[0]
    shown, kept = document(place.unit, "Báo cáo.pdf"), document(place.unit, "Hồ sơ khác.pdf")
    brought = document(place.unit, "Của Sở.pdf", uploaded_by=finance)
    cited(shown, place.assessment)

    assert [doors.evidence_to_view(finance, each.pk) for each in (shown, brought)] == [shown, brought]
    with pytest.raises(Http404):
        doors.evidence_to_view(finance, kept.pk)
    page = text(signed_in(finance).get(reverse("assessments:library", args=[place.unit.pk])))
    book = signed_in(finance).get(reverse("assessments:library_xlsx", args=[place.unit.pk])).content
    names = {cell for row in openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].values for cell in row}
    for known, name in ((True, "Báo cáo.pdf"), (True, "Của Sở.pdf"), (False, "Hồ sơ khác.pdf")):
        assert [name in page, name in names] == [known, known]
    assert "Hồ sơ khác.pdf" in text(signed_in(place.own).get(reverse("assessments:library", args=[place.unit.pk])))
