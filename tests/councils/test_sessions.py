"""Closing and opening again."""

import json
import threading
from decimal import Decimal

import pytest
from django.db import connection

from assessments.models import Assessment, Score
from councils import states
from councils.models import Appraisal, Council
from councils.services import appraisals, sessions
from tests.councils import makers
from tests.factories import rows
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.django_db


def decided(*handed_in: int) -> rows.Season:
    season = makers.season(*handed_in)
    for index in handed_in:
        rows.appraisal(season.assessments[index], "1.1", "2", season.member, self_points=Decimal(2))
        rows.appraisal(
            season.assessments[index], "1.2", "1", season.member, self_points=Decimal(3), reason="thiếu văn bản"
        )
    return season


def test_close_marks_dossiers_appraised_and_copies_the_final_points() -> None:
    season = decided(0)

    closed = sessions.close(council=season.council, by=season.chair.user)

    council = Council.objects.get()
    assert (council.state, council.closed_by, council.closed_at) == ("closed", season.chair.user, closed.closed_at)
    assert list(Assessment.objects.order_by("unit__code").values_list("state", flat=True)) == ["appraised", "draft"]
    finals = Score.objects.order_by("criterion__code").values_list("final_points", "final_reason")
    assert list(finals) == [(Decimal(2), ""), (Decimal(1), "thiếu văn bản")]
    event = AuditEvent.objects.get(action="council.closed")
    assert (event.unit, json.loads(event.data)) == (season.province, {"appraised": 1, "reason": "", "undecided": 0})


def test_close_tells_every_seat_and_the_staff() -> None:
    season = decided(0)

    sessions.close(council=season.council, by=season.chair.user)

    told = {notice.to.username: notice.link for notice in Notice.objects.select_related("to")}
    queue, progress = f"/councils/{season.council.pk}/queue/", f"/councils/{season.council.pk}/progress/"
    assert told == {"chair": queue, "member": queue, "own-member": queue, "staff": progress}


def test_close_with_undecided_pairs_is_refused() -> None:
    season = decided(0)
    makers.hand_in(season, 1)

    with pytest.raises(sessions.Unfinished) as caught:
        sessions.close(council=season.council, by=season.chair.user)

    assert caught.value.waiting == 2
    assert Council.objects.get().state == "open"


def test_close_with_undecided_pairs_needs_a_reason() -> None:
    season = decided(0)
    makers.hand_in(season, 1)

    with pytest.raises(sessions.NoReason):
        sessions.close(council=season.council, by=season.chair.user, even_if_unfinished=True, reason=" ")


def test_close_with_undecided_pairs_and_a_reason() -> None:
    season = decided(0)
    makers.hand_in(season, 1)

    sessions.close(council=season.council, by=season.chair.user, even_if_unfinished=True, reason="hết thời hạn")

    assert list(Assessment.objects.values_list("state", flat=True)) == ["appraised", "appraised"]
    data = json.loads(AuditEvent.objects.get(action="council.closed").data)
    assert data == {"appraised": 2, "reason": "hết thời hạn", "undecided": 2}


def test_close_a_closed_council_is_refused() -> None:
    season = decided(0)
    sessions.close(council=season.council, by=season.chair.user)

    with pytest.raises(states.NotAllowed):
        sessions.close(council=season.council, by=season.chair.user)


def test_reopen_takes_the_closing_and_the_dossiers_back() -> None:
    season = decided(0)
    sessions.close(council=season.council, by=season.chair.user)

    sessions.reopen(council=season.council, by=season.chair.user, reason="bổ sung điểm")

    council = Council.objects.get()
    assert (council.state, council.closed_at, council.closed_by) == ("open", None, None)
    assert list(Assessment.objects.order_by("unit__code").values_list("state", flat=True)) == ["submitted", "draft"]
    assert json.loads(AuditEvent.objects.get(action="council.reopened").data) == {"reason": "bổ sung điểm"}


def test_reopen_without_a_reason_is_refused() -> None:
    season = decided(0)
    sessions.close(council=season.council, by=season.chair.user)

    with pytest.raises(sessions.NoReason):
        sessions.reopen(council=season.council, by=season.chair.user, reason="  ")


def test_reopen_an_open_council_is_refused() -> None:
    season = decided(0)

    with pytest.raises(states.NotAllowed):
        sessions.reopen(council=season.council, by=season.chair.user, reason="x")


def test_close_after_reopening_copies_the_new_points() -> None:
    season = decided(0)
    sessions.close(council=season.council, by=season.chair.user)
    sessions.reopen(council=season.council, by=season.chair.user, reason="bổ sung điểm")
    appraisals.decide(
        seat=season.member,
        assessment=season.assessments[0],
        criterion=makers.leaf(season, "1.1"),
        points=Decimal(1),
        not_applicable=False,
        reason="ban hành chậm",
        by=season.member.user,
        expected=Appraisal.objects.get(criterion__code="1.1").pk,
    )

    sessions.close(council=season.council, by=season.chair.user)

    assert list(Score.objects.order_by("criterion__code").values_list("final_points", flat=True)) == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_close_and_decide_at_once_never_leave_a_decision_behind_the_closing() -> None:
    """Whoever comes second finds the other's work: the points are copied, or the decision is refused."""
    season = makers.season(0)
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def decide() -> None:
        barrier.wait()
        try:
            appraisals.decide(
                seat=season.member,
                assessment=season.assessments[0],
                criterion=makers.leaf(season, "1.1"),
                points=Decimal(2),
                not_applicable=False,
                reason="",
                by=season.member.user,
            )
        except states.NotAllowed as error:
            refused.append(str(error))
        finally:
            connection.close()

    thread = threading.Thread(target=decide)
    thread.start()
    barrier.wait()
    sessions.close(council=season.council, by=season.chair.user, even_if_unfinished=True, reason="hết thời hạn")
    thread.join()

    kept = list(Appraisal.objects.values_list("points", flat=True))
    assert kept == list(Score.objects.exclude(final_points=None).values_list("final_points", flat=True))
    assert len(kept) + len(refused) == 1
