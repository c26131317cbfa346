"""Sign-off inside the unit: writer, checker, head, each optional; who may do what, and what the receipt keeps of it."""

import json

import pytest
from django.urls import reverse

from assessments.models import Assessment, Score, SigningPath, SignOff
from assessments.policies.signing import way_of
from assessments.services import returns, scores, signing, submission
from assessments.services.gates import Incomplete
from assessments.services.signing import NobodySigns, NoteMissing, SamePerson, Unsigned
from assessments.states import NotAllowed
from criteria.phases import PhaseClosed
from tests.assessments.pages import close, complete, leaf, signed_in, text, url
from tests.factories import rows
from units.models import AuditEvent, Notice, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    made = rows.season()
    complete(made)
    return made


@pytest.fixture
def checker(season: rows.Season) -> User:
    return rows.member("checker", season.units[0], "checker")


def path(season: rows.Season, writer: bool = True, checker: bool = True, head: bool = True) -> SigningPath:
    return signing.set_path(
        unit=season.units[0], writer_signs=writer, checker_signs=checker, head_signs=head, by=season.head
    )


def fresh(season: rows.Season) -> Assessment:
    return Assessment.objects.select_related("unit", "cycle", "criteria_set").get(pk=season.assessments[0].pk)


def test_the_whole_way_stands_on_the_receipt(season: rows.Season, checker: User) -> None:
    path(season)
    dossier = season.assessments[0]

    signing.pass_on(assessment=dossier, step="writer", note="Đã xong", by=season.officer)
    assert fresh(season).state == "checking"
    assert [each.to for each in Notice.objects.all()] == [checker]
    signing.pass_on(assessment=dossier, step="checker", by=checker)
    assert fresh(season).state == "signing"
    assert Notice.objects.first().to == season.head  # type: ignore[union-attr]
    receipt = submission.submit(assessment=dossier, by=season.head)

    frozen = json.loads(receipt.content)["signatures"]
    assert [(each["step"], each["by"]["username"], each["note"]) for each in frozen] == [
        ("writer", "officer", "Đã xong"),
        ("checker", "checker", ""),
    ]


def test_the_sheet_is_locked_while_another_has_it(season: rows.Season, checker: User) -> None:
    path(season)
    signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)

    with pytest.raises(NotAllowed):
        scores.save_score(
            assessment=season.assessments[0],
            criterion=leaf(season),
            points=None,
            not_applicable=False,
            explanation="",
            version=1,
            by=season.officer,
        )
    assert "người kiểm tra" in text(signed_in(season.officer).get(url("sheet", season))).lower()


def test_the_head_cannot_hand_in_without_the_signatures(season: rows.Season, checker: User) -> None:
    path(season)

    with pytest.raises(Unsigned) as missing:
        submission.submit(assessment=season.assessments[0], by=season.head)
    answer = signed_in(season.head).post(url("submit", season))

    assert missing.value.steps == ["writer", "checker"]
    assert answer.status_code == 409
    assert fresh(season).state == "draft"


def test_whoever_wrote_does_not_check(season: rows.Season, checker: User) -> None:
    path(season)
    signing.pass_on(assessment=season.assessments[0], step="writer", by=checker)

    with pytest.raises(SamePerson):
        signing.pass_on(assessment=season.assessments[0], step="checker", by=checker)
    answer = signed_in(checker).post(url("pass_on", season), {"step": "checker"})

    assert answer.status_code == 409
    assert fresh(season).state == "checking"


def test_the_checker_returns_with_a_note_and_signatures_count_no_more(season: rows.Season, checker: User) -> None:
    path(season)
    signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)
    client = signed_in(checker)

    without = client.post(url("send_back", season), {"note": " "})
    done = client.post(url("send_back", season), {"note": "Thiếu số liệu 1.2"})
    again = client.post(url("send_back", season), {"note": "lần nữa"})

    assert (without.status_code, done.status_code, again.status_code) == (422, 302, 409)
    assert fresh(season).state == "draft"
    assert "Thiếu số liệu 1.2" in Notice.objects.filter(to=season.officer).latest("pk").text
    assert way_of(season.officer, fresh(season)).missing == ["writer", "checker"]
    assert [row.outcome for row in SignOff.objects.order_by("pk")] == ["passed", "returned"]


def test_the_writer_takes_it_back(season: rows.Season, checker: User) -> None:
    path(season)
    client = signed_in(season.officer)
    client.post(url("pass_on", season), {"step": "writer", "note": ""})

    assert way_of(season.officer, fresh(season)).may_take_back
    done, again = client.post(url("take_back", season)), client.post(url("take_back", season))

    assert (done.status_code, again.status_code) == (302, 409)
    assert fresh(season).state == "draft"


def test_a_returned_dossier_goes_back_to_returned(season: rows.Season) -> None:
    dossier = season.assessments[0]
    submission.submit(assessment=dossier, by=season.head)
    returns.return_dossier(assessment=dossier, note="bổ sung", by=season.staff)
    signing.pass_on(assessment=dossier, step="writer", by=season.officer)
    signing.send_back(assessment=dossier, step="head", note="sửa", by=season.head)

    assert fresh(season).state == "returned"
    assert SignOff.objects.first().number == 2  # type: ignore[union-attr]


def test_passing_on_twice_is_one_signature(season: rows.Season) -> None:
    client = signed_in(season.officer)

    first, second = (client.post(url("pass_on", season), {"step": "writer"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert SignOff.objects.count() == 1
    assert AuditEvent.objects.count() == 1


def test_an_incomplete_dossier_is_not_passed_on(season: rows.Season) -> None:
    Score.objects.all().delete()

    with pytest.raises(Incomplete):
        signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)
    assert signed_in(season.officer).post(url("pass_on", season), {"step": "writer"}).status_code == 422


def test_nothing_is_passed_on_after_the_deadline(season: rows.Season) -> None:
    close(season)

    with pytest.raises(PhaseClosed):
        signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)


def test_where_nobody_signs_as_writer_the_checker_begins(season: rows.Season, checker: User) -> None:
    path(season, writer=False)

    assert way_of(checker, fresh(season)).passes == "checker"
    signing.pass_on(assessment=season.assessments[0], step="checker", by=checker)

    assert fresh(season).state == "signing"


def test_a_checker_waits_for_the_writer_where_the_writer_signs(season: rows.Season, checker: User) -> None:
    path(season)

    with pytest.raises(NotAllowed):
        signing.pass_on(assessment=season.assessments[0], step="checker", by=checker)


def test_without_a_head_the_checker_hands_in(season: rows.Season, checker: User) -> None:
    path(season, head=False)
    signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)

    with pytest.raises(NotAllowed):
        signing.pass_on(assessment=season.assessments[0], step="checker", by=checker)
    assert not way_of(season.officer, fresh(season)).may_submit
    assert signed_in(season.officer).post(url("submit", season)).status_code == 403
    assert signed_in(checker).post(url("submit", season)).status_code == 302


def test_with_the_writer_alone_the_officer_hands_in(season: rows.Season) -> None:
    path(season, checker=False, head=False)

    with pytest.raises(NotAllowed):
        signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer)
    assert way_of(season.officer, fresh(season)).ready
    assert signed_in(season.officer).post(url("submit", season)).status_code == 302


def test_the_head_sets_the_path(season: rows.Season) -> None:
    address = reverse("assessments:signing", args=[season.units[0].pk])
    client = signed_in(season.head)

    page = client.get(address)
    done = client.post(address, {"writer_signs": "on", "head_signs": "on"})
    nobody = client.post(address, {})

    assert (page.status_code, done.status_code, nobody.status_code) == (200, 302, 422)
    assert SigningPath.objects.get().writer_signs
    events = AuditEvent.objects.count()
    path(season, checker=False)
    assert AuditEvent.objects.count() == events
    with pytest.raises(NobodySigns):
        path(season, False, False, False)


def test_a_note_is_owed_to_the_writer(season: rows.Season) -> None:
    with pytest.raises(NoteMissing):
        signing.send_back(assessment=season.assessments[0], step="head", note=" ", by=season.head)


def test_signing_as_what_one_is_not_is_refused(season: rows.Season) -> None:
    assert signed_in(season.officer).post(url("pass_on", season), {"step": "head"}).status_code == 409
    assert (
        signed_in(season.officer).post(url("pass_on", season), {"step": "writer", "note": "x" * 2001}).status_code
        == 422
    )
