"""Decisions on single pairs: who, when, what; append-only; no update is lost."""

import json
import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from councils import states
from councils.models import Appraisal, Assignment, Council
from councils.services import appraisals
from councils.services.appraisals import BadDecision, NotEligible, StaleDecision
from criteria.models import Phase
from criteria.phases import PhaseClosed
from tests.councils import makers
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def decide(season: rows.Season, points: str | None = "2", **fields: Any) -> Appraisal:
    seat = fields.pop("seat", season.member)
    values: dict[str, Any] = {
        "seat": seat,
        "assessment": season.assessments[0],
        "criterion": makers.leaf(season, "1.1"),
        "points": None if points is None else Decimal(points),
        "not_applicable": False,
        "reason": "",
        "by": seat.user,
        **fields,
    }
    return appraisals.decide(**values)


def standing(season: rows.Season) -> list[Any]:
    return list(Appraisal.objects.order_by("pk").values_list("points", "is_current"))


def test_decide_accepting_keeps_the_self_layer_and_leaves_a_trace() -> None:
    season = makers.season()

    made = decide(season)

    assert (made.points, made.self_points, made.is_changed, made.is_current) == (Decimal(2), Decimal(2), False, True)
    assert (made.seat, made.by) == (season.member, season.member.user)
    event = AuditEvent.objects.get()
    assert (event.action, event.unit, event.actor) == ("appraisal.decided", season.units[0], season.member.user)
    assert json.loads(event.data) == {
        "criterion": "1.1",
        "not_applicable": False,
        "points": "2",
        "reason": "",
        "replaces": None,
        "self_points": "2",
    }


def test_decide_again_appends_and_keeps_the_first() -> None:
    season = makers.season()
    first = decide(season)

    second = decide(season, "1", reason="ban hành chậm", expected=first.pk)

    assert standing(season) == [(2, False), (1, True)]
    assert (second.is_changed, second.reason) == (True, "ban hành chậm")


def test_decide_the_same_twice_is_one_decision() -> None:
    season = makers.season()
    first = decide(season)

    assert decide(season) == first
    assert decide(season, expected=first.pk) == first
    assert standing(season) == [(2, True)]


def test_decide_the_same_on_a_dossier_handed_in_anew_is_a_new_decision() -> None:
    season = makers.season()
    first = decide(season)
    Appraisal.objects.update(decided_at=timezone.now() - timedelta(hours=9))

    second = decide(season, expected=first.pk)

    assert second != first
    assert standing(season) == [(2, False), (2, True)]


def test_decide_not_applicable_with_a_reason() -> None:
    season = makers.season()

    made = decide(season, None, not_applicable=True, reason="không có thủ tục hành chính")

    assert (made.points, made.not_applicable, made.is_changed) == (None, True, True)


def test_decide_on_an_unscored_leaf_takes_points_and_a_reason() -> None:
    season = makers.season()
    season.assessments[0].scores.all().delete()

    made = decide(season, "1", reason="có văn bản kèm theo", seen=0)

    assert (made.self_points, made.self_not_applicable, made.is_changed) == (None, False, True)


@pytest.mark.parametrize(
    ("points", "fields"),
    [
        ("1", {"reason": " "}),
        ("2.5", {"reason": "x"}),
        ("-1", {"reason": "x"}),
        ("1.00001", {"reason": "x"}),
        ("NaN", {"reason": "x"}),
        ("1", {"reason": "x", "not_applicable": True}),
        (None, {"reason": "x"}),
        (None, {"not_applicable": True}),
    ],
)
def test_decide_refuses_what_makes_no_sense(points: str | None, fields: dict[str, Any]) -> None:
    season = makers.season()

    with pytest.raises(BadDecision):
        decide(season, points, **fields)

    assert standing(season) == []


def test_decide_by_a_seat_of_the_own_unit_is_refused() -> None:
    season = makers.season()

    with pytest.raises(NotEligible):
        decide(season, seat=season.own_member)


def test_decide_by_a_seat_without_the_leaf_is_refused() -> None:
    season = makers.season()

    with pytest.raises(NotEligible):
        decide(season, seat=season.chair)


def test_decide_in_the_name_of_another_is_refused() -> None:
    season = makers.season()

    with pytest.raises(NotEligible):
        decide(season, by=season.chair.user)


def test_decide_on_a_survey_leaf_is_refused() -> None:
    season = makers.season()

    with pytest.raises(NotEligible):
        decide(season, criterion=makers.leaf(season, "2.1"))


def test_decide_on_a_leaf_of_another_set_is_refused() -> None:
    season = makers.season()
    other = rows.criteria_set(season.cycle, "district")

    with pytest.raises(NotEligible):
        decide(season, criterion=other.criteria.get(code="1.1"))


def test_decide_as_the_stand_in_chair() -> None:
    season = makers.season()
    Assignment.objects.filter(seat=season.member).delete()

    assert decide(season, seat=season.chair).seat == season.chair


@pytest.mark.parametrize("state", ["draft", "returned", "appraised"])
def test_decide_on_a_dossier_that_is_not_submitted_is_refused(state: str) -> None:
    season = makers.season()
    season.assessments[0].state = state
    season.assessments[0].save()

    with pytest.raises(states.NotAllowed):
        decide(season)


def test_decide_in_a_closed_council_is_refused() -> None:
    season = makers.season()
    Council.objects.update(state="closed", closed_at=timezone.now(), closed_by=season.chair.user)

    with pytest.raises(states.NotAllowed):
        decide(season)


def test_decide_on_a_dossier_of_another_tier_is_refused() -> None:
    season = makers.season()
    district = rows.unit("Huyện", "district", season.province)
    other = rows.council(rows.tier(season.cycle, district, "commune", "huyen"))

    with pytest.raises(states.NotAllowed):
        decide(season, seat=rows.seat(other, makers.leaf(season, "1"), role="chair"))


def test_decide_in_a_cycle_without_an_appraisal_phase_is_refused() -> None:
    season = makers.season()
    Phase.objects.filter(kind="appraisal").delete()

    with pytest.raises(states.NotAllowed):
        decide(season)


@pytest.mark.parametrize(("opens", "closes"), [(1, 5), (-5, -1)])
def test_decide_outside_the_phase_is_refused(opens: int, closes: int) -> None:
    season = makers.season()
    Phase.objects.filter(kind="appraisal").delete()
    rows.phase(season.cycle, "appraisal", opens=opens, closes=closes)

    with pytest.raises(PhaseClosed):
        decide(season)


def test_decide_on_a_self_score_that_changed_meanwhile_is_stale() -> None:
    season = makers.season()
    score = season.assessments[0].scores.get(criterion__code="1.1")

    with pytest.raises(StaleDecision) as caught:
        decide(season, seen=score.version + 1)

    assert (caught.value.current, caught.value.score) == (None, score)


def test_race_of_two_members_loses_a_decision_without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard is for: both opened the pair undecided, and the second overwrites the first unseen."""
    season = makers.season()
    Assignment.objects.create(seat=season.chair, criterion=makers.leaf(season, "1"))
    monkeypatch.setattr(appraisals, "_assert_fresh", lambda *values: None)

    decide(season, "1", reason="ban hành chậm")
    decide(season, "0", reason="không ban hành", seat=season.chair)

    assert standing(season) == [(1, False), (0, True)]


def test_race_of_two_members_shows_the_second_what_stands() -> None:
    season = makers.season()
    Assignment.objects.create(seat=season.chair, criterion=makers.leaf(season, "1"))
    first = decide(season, "1", reason="ban hành chậm")

    with pytest.raises(StaleDecision) as caught:
        decide(season, "0", reason="không ban hành", seat=season.chair)

    assert caught.value.current == first
    assert standing(season) == [(1, True)]


@pytest.mark.django_db(transaction=True)
def test_race_of_many_threads_leaves_one_standing_decision() -> None:
    """Eight people press at once on the database that runs; one decision stands, seven are told."""
    season = makers.season()
    seats = [rows.seat(season.council, makers.leaf(season, "1.1")) for _ in range(8)]
    barrier = threading.Barrier(len(seats))
    outcomes: list[str] = []

    def press(index: int) -> None:
        close_old_connections()
        barrier.wait()
        try:
            decide(season, "1", reason=f"lý do {index}", seat=seats[index])
            outcomes.append("decided")
        except StaleDecision:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(index,)) for index in range(len(seats))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["decided", *["stale"] * 7]
    assert standing(season) == [(1, True)]
