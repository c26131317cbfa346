"""When a dossier may be written, and which of its leaves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, Receipt, Reopening, Score
from assessments.selectors import locks
from assessments.selectors.locks import Lock
from assessments.services import gates
from assessments.states import NotAllowed
from criteria.models import Extension, Phase
from criteria.phases import PhaseClosed
from tests.assessments.pages import leaf
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db


def handed_in(season: rows.Season) -> Assessment:
    dossier, now = season.assessments[0], timezone.now()
    Receipt.objects.create(
        assessment=dossier, number=1, content="{}", digest="0" * 64, points=1, maximum=6, at=now, by=season.head
    )
    dossier.submitted_at, dossier.submitted_by, dossier.state = now, season.head, AssessmentState.RETURNED
    dossier.save()
    return dossier


def ask(dossier: Assessment, code: str, by: User, number: int = 1) -> Reopening:
    criterion = dossier.criteria_set.criteria.get(code=code)
    return Reopening.objects.create(
        assessment=dossier, number=number, criterion=criterion, question="Vì sao?", asked_by=by, asked_at=timezone.now()
    )


def answered(dossier: Assessment, code: str) -> None:
    """An answer that the dossier was handed in with."""
    rows.score(dossier, code, "1")
    Score.objects.filter(assessment=dossier).update(updated_at=timezone.now() - timedelta(days=1))


def test_lock_names_the_most_telling_reason() -> None:
    season = rows.season()
    dossier, now = season.assessments[0], timezone.now()
    when = locks.span_of(dossier)

    assert locks.lock_of(dossier, when, now, True) is None
    assert locks.lock_of(dossier, when, now, False) == Lock.VIEWER
    assert locks.lock_of(dossier, when, now + timedelta(days=9), True) == Lock.OVER
    assert locks.lock_of(dossier, when, now - timedelta(days=9), True) == Lock.BEFORE
    assert locks.lock_of(dossier, None, now, True) == Lock.NO_PHASE
    for state in ("checking", "signing", "submitted", "appraised"):
        dossier.state = state
        assert locks.lock_of(dossier, when, now, True) == Lock(state)


def test_late_dossiers_are_taken_until_their_instant_and_flagged() -> None:
    season, now = rows.season(), timezone.now()
    Phase.objects.filter(kind="self_scoring").update(closes_at=now - timedelta(hours=1))
    with pytest.raises(PhaseClosed):
        gates.opened(season.assessments[0])
    Phase.objects.filter(kind="self_scoring").update(late_until=now + timedelta(hours=1))

    gates.opened(season.assessments[0])
    when = locks.span_of(season.assessments[0])

    assert when is not None
    assert when.is_late(now)
    assert not when.is_late(now - timedelta(hours=2))
    assert not when.is_late(now + timedelta(hours=2))
    assert locks.lock_of(season.assessments[0], when, now, True) is None


def test_an_extension_of_the_unit_moves_its_own_end_alone() -> None:
    season, now = rows.season(), timezone.now()
    phase = Phase.objects.get(kind="self_scoring")
    Phase.objects.filter(pk=phase.pk).update(closes_at=now - timedelta(hours=1))
    phase.refresh_from_db()
    Extension.objects.create(
        phase=phase,
        unit=season.units[0],
        closes_at=now + timedelta(hours=1),
        reason="bão",
        document="1/UBND",
        state="approved",
        asked_by=season.staff,
        asked_at=now,
        decided_by=season.chairman,
        decided_at=now,
    )

    found = locks.spans_of(season.assessments)

    assert [locks.lock_of(each, found[each.pk], now, True) for each in season.assessments] == [None, Lock.OVER]
    gates.opened(season.assessments[0])
    with pytest.raises(PhaseClosed):
        gates.opened(season.assessments[1])


def test_a_returned_dossier_has_the_time_that_it_was_given() -> None:
    season, now = rows.season(), timezone.now()
    dossier = handed_in(season)
    Phase.objects.filter(kind="self_scoring").update(closes_at=now - timedelta(hours=1))
    with pytest.raises(PhaseClosed):
        gates.opened(dossier)

    dossier.return_until = now + timedelta(hours=1)
    dossier.save()
    found = locks.span_of(dossier)

    assert gates.opened(dossier)[0].pk == dossier.pk
    assert found is not None
    assert found.is_returned
    assert not found.is_late(now)


def test_only_the_leaves_that_were_returned_are_open() -> None:
    season = rows.season()
    dossier = handed_in(season)
    rows.score(dossier, "1.1", "2")
    answered(dossier, "1.2")
    gates.assert_leaf_open(dossier, leaf(season, "1.2"))
    ask(dossier, "1.1", season.staff)

    gates.assert_leaf_open(dossier, leaf(season, "1.1"))
    with pytest.raises(NotAllowed):
        gates.assert_leaf_open(dossier, leaf(season, "1.2"))


def test_a_leaf_without_an_answer_is_always_open() -> None:
    season = rows.season()
    dossier = handed_in(season)
    ask(dossier, "1.1", season.staff)

    gates.assert_leaf_open(dossier, leaf(season, "1.2"))
    stored = rows.score(dossier, "1.2", None)
    gates.assert_leaf_open(dossier, leaf(season, "1.2"))
    # What is typed in this round can be typed again.
    stored.points = Decimal(1)
    stored.save()
    gates.assert_leaf_open(dossier, leaf(season, "1.2"))


def test_what_was_asked_in_an_earlier_round_binds_no_more() -> None:
    season = rows.season()
    dossier = handed_in(season)
    rows.score(dossier, "1.2", "4")
    ask(dossier, "1.1", season.staff, number=7)

    assert locks.reopened(dossier) == {}
    gates.assert_leaf_open(dossier, leaf(season, "1.2"))


def test_a_cycle_without_self_scoring_takes_nothing() -> None:
    season = rows.season()
    Phase.objects.filter(kind="self_scoring").delete()

    assert locks.spans_of(season.assessments) == {}
    with pytest.raises(NotAllowed):
        gates.opened(season.assessments[0])
