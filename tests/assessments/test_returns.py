"""A dossier goes back for named leaves with a date, comes again under the next number, or stands as it was."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, PartScore, Reopening, Score
from assessments.selectors.rounds import on_leaf, rounds
from assessments.services import evidence, returns, scores, submission
from assessments.services.returns import BadDate, QuestionMissing
from assessments.services.signing import NoteMissing
from assessments.states import NotAllowed
from criteria.models import Phase
from tests.assessments import files
from tests.assessments.pages import complete, leaf, signed_in, text, url
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    made = rows.season()
    complete(made)
    submission.submit(assessment=made.assessments[0], by=made.head)
    return made


def soon() -> datetime:
    return timezone.now() + timedelta(days=2)


def over(season: rows.Season) -> None:
    """Self-scoring is over, the appraisal goes on."""
    Phase.objects.filter(kind="self_scoring").update(closes_at=timezone.now() - timedelta(hours=1))


def ask(season: rows.Season, *codes: str, until: datetime | None = None) -> Assessment:
    questions = {leaf(season, code).pk: f"Vì sao {code}?" for code in codes}
    return returns.return_dossier(
        assessment=season.assessments[0], note="Bổ sung", questions=questions, until=until, by=season.staff
    )


def save(season: rows.Season, code: str, points: str, version: int = 1) -> Score:
    return scores.save_score(
        assessment=season.assessments[0],
        criterion=leaf(season, code),
        points=Decimal(points),
        not_applicable=False,
        explanation="đã sửa",
        version=version,
        by=season.officer,
    )


def test_named_leaves_open_after_self_scoring_the_rest_stays_locked(season: rows.Season) -> None:
    over(season)
    ask(season, "1.1", until=soon())

    save(season, "1.1", "1")
    with pytest.raises(NotAllowed):
        save(season, "1.2", "4")
    with pytest.raises(NotAllowed):
        evidence.attach(
            assessment=season.assessments[0], criterion=leaf(season, "1.2"), file=files.upload(), by=season.officer
        )
    again = submission.submit(assessment=season.assessments[0], by=season.head)

    content = json.loads(again.content)
    assert (again.number, again.late_minutes, content["leaves"][0]["points"]) == (2, 0, "1")
    assert Assessment.objects.get(pk=season.assessments[0].pk).return_until is None


def test_a_late_dossier_stays_as_late_as_it_was_when_it_is_mended(season: rows.Season) -> None:
    other = season.assessments[1]
    for code in ("1.1", "1.2"):
        rows.score(other, code, "0")
    now = timezone.now()
    Phase.objects.update(late_until=None)
    Phase.objects.filter(kind="self_scoring").update(
        closes_at=now - timedelta(minutes=10, seconds=30), late_until=now + timedelta(hours=1)
    )
    first = submission.submit(assessment=other, by=season.outsider)
    returns.return_dossier(
        assessment=other, note="Bổ sung", questions={leaf(season).pk: "?"}, until=soon(), by=season.staff
    )
    again = submission.submit(assessment=other, by=season.outsider)

    assert (first.late_minutes, again.late_minutes) == (11, 11)


def test_a_date_lies_ahead_and_before_the_end_of_the_appraisal(season: rows.Season) -> None:
    for until in (timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(days=6)):
        with pytest.raises(BadDate):
            ask(season, "1.1", until=until)


def test_a_leaf_is_asked_something_and_is_one_that_the_unit_scores(season: rows.Season) -> None:
    for questions in ({leaf(season).pk: " "}, {leaf(season, "2.1").pk: "?"}, {0: "?"}):
        with pytest.raises(QuestionMissing):
            returns.return_dossier(
                assessment=season.assessments[0], note="n", questions=questions, until=soon(), by=season.staff
            )
    season.assessments[0].receipts.all().delete()
    with pytest.raises(NotAllowed):
        ask(season, "1.1", until=soon())


def test_the_page_names_leaves_by_their_questions(season: rows.Season) -> None:
    client = signed_in(season.staff)
    over(season)
    typed = {"note": "Bổ sung", f"question-{leaf(season).pk}": "Văn bản số mấy?"}

    page = client.get(url("return", season))
    closed = client.post(url("return", season), typed)
    bad = client.post(url("return", season), {**typed, "until": "01/01/2020 10:00"})
    far = client.post(url("return", season), {**typed, "until": f"{timezone.now() + timedelta(days=8):%d/%m/%Y %H:%M}"})
    done = client.post(url("return", season), {**typed, "until": f"{soon():%d/%m/%Y %H:%M}"})

    assert [each.status_code for each in (page, closed, bad, far, done)] == [200, 409, 422, 409, 302]
    assert "Văn bản số mấy?" in closed.content.decode()
    assert Reopening.objects.get().criterion.code == "1.1"
    assert "1.1" in season.officer.notices.latest("pk").text


def test_a_return_is_taken_back_and_the_submission_stands(season: rows.Season) -> None:
    other = season.assessments[1]
    rows.score(other, "1.1", "2", explanation="x")
    dossier = season.assessments[0]
    ask(season, "1.1", "1.2", until=soon())
    kept = evidence.attach(assessment=dossier, criterion=leaf(season), file=files.upload(), by=season.officer)
    save(season, "1.1", "1")

    receipt = returns.withdraw(assessment=dossier, note="Quá hạn", by=season.staff)

    score = Score.objects.get(assessment=dossier, criterion=leaf(season))
    dossier.refresh_from_db()
    assert (dossier.state, receipt.number, score.points, score.explanation) == (
        "submitted",
        1,
        Decimal(2),
        "theo kế hoạch",
    )
    assert not Citation.objects.filter(score=score).exists()
    assert Evidence.objects.filter(pk=kept.evidence_id).exists()
    # The same leaf can be asked about again in the same round.
    ask(season, "1.1", until=soon())


def test_documents_and_parts_come_back_as_they_were(season: rows.Season) -> None:
    dossier = season.assessments[0]
    returns.return_dossier(assessment=dossier, note="n", by=season.staff)
    cited = evidence.attach(
        assessment=dossier, criterion=leaf(season), file=files.upload(), place="tr. 1", by=season.head
    )
    part = PartScore.objects.create(score=cited.score, label="a", points=1, explanation="p", updated_at=timezone.now())
    submission.submit(assessment=dossier, by=season.head)
    returns.return_dossier(assessment=dossier, note="n", by=season.staff)
    PartScore.objects.update(points=0)
    Citation.objects.update(place="tr. 9")

    returns.withdraw(assessment=dossier, note="Quá hạn", by=season.staff)
    part.refresh_from_db()
    assert (part.points, Citation.objects.get().place) == (Decimal(1), "tr. 1")

    returns.return_dossier(assessment=dossier, note="n", by=season.staff)
    Citation.objects.all().delete()
    returns.withdraw(assessment=dossier, note="Quá hạn", by=season.staff)
    assert Citation.objects.get().place == "tr. 1"


def test_what_is_not_with_its_unit_cannot_be_taken_back(season: rows.Season) -> None:
    with pytest.raises(NotAllowed):
        returns.withdraw(assessment=season.assessments[0], note="x", by=season.staff)
    with pytest.raises(NotAllowed):
        returns.withdraw(assessment=season.assessments[1], note="x", by=season.staff)
    with pytest.raises(NoteMissing):
        returns.withdraw(assessment=season.assessments[0], note=" ", by=season.staff)
    client = signed_in(season.staff)
    assert client.get(url("return_withdraw", season)).status_code == 200
    assert client.post(url("return_withdraw", season), {"note": "x"}).status_code == 409
    ask(season, "1.1", until=soon())
    assert client.post(url("return_withdraw", season), {"note": ""}).status_code == 409
    assert client.post(url("return_withdraw", season), {"note": "x"}).status_code == 302


def test_both_rounds_stand_side_by_side(season: rows.Season) -> None:
    dossier = season.assessments[0]
    assert on_leaf(dossier, "1.1") is None
    ask(season, "1.1", until=soon())
    evidence.attach(assessment=dossier, criterion=leaf(season), file=files.upload("moi.pdf"), by=season.officer)
    save(season, "1.1", "1")
    submission.submit(assessment=dossier, by=season.head)

    found = rounds(dossier, only_changed=True)
    row = on_leaf(dossier, "1.1")
    page = text(signed_in(season.staff).get(url("rounds", season)))
    whole = text(signed_in(season.staff).get(url("rounds", season) + "?all"))

    assert [each.code for each in found.rows] == ["1.1"]
    assert row is not None
    assert [cell.differs for cell in row.cells] == [False, True]
    assert row.cells[1].added == ("moi.pdf",)
    assert row.questions == ("Vì sao 1.1?",)
    assert "Vì sao 1.1?" in page
    assert "Tiêu chí 1.2" not in page
    assert "Tiêu chí 1.2" in whole


def test_rounds_of_a_dossier_that_was_never_handed_in(season: rows.Season) -> None:
    answer = signed_in(season.outsider).get(reverse("assessments:rounds", args=[season.assessments[1].pk]))

    assert answer.status_code == 200
