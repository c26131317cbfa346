"""A plan is drawn up, found impossible or sound, issued once; then every unit has its dossier."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from assessments.models import Assessment
from assessments.services import opening
from criteria.models import Carried, Cycle, DayOff, Phase
from criteria.phases.readings import Reading
from criteria.selectors import planning as read_planning
from criteria.selectors.planning import findings_of, in_words, plan_of
from criteria.services import days_off, planning
from tests.criteria.seasons import dates, drafted, self_scoring
from tests.factories import rows
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.django_db


def set_phase(season: rows.Season, **given: Any) -> Phase:
    values = {"kind": "self_scoring", "unit_kind": "department", "dates": dates(date(2030, 3, 1)), "by": season.staff}
    return planning.set_phase(cycle=season.cycle, **{**values, **given})


def issue(season: rows.Season, **given: Any) -> int:
    values = {"number": "362/KH-UBND", "issued_on": date(2022, 9, 28), "by": season.staff}
    return opening.issue_plan(cycle=season.cycle, **{**values, **given})


def calm(season: rows.Season) -> None:
    """Nothing of the calendar is an error: the survey ends with the approval, and steps follow one another."""
    days_off.seed(years=[each.closes_at.year for each in Phase.objects.all()], by=None)
    assert [each for each in findings_of(season.cycle) if each.is_error] == []


def test_dates_are_stored_as_one_instant_with_the_reading() -> None:
    season = drafted()

    made = set_phase(season, dates=dates(date(2030, 3, 2), Reading.MOVED, reading="đến hết ngày 02/3/2030"))

    assert (made.reads, made.named_day, made.reading) == ("moved", date(2030, 3, 2), "đến hết ngày 02/3/2030")
    assert made.closes_at.isoformat() == "2030-03-05T00:00:00+07:00"
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("calendar.changed", season.staff)


def test_the_same_dates_again_are_no_act() -> None:
    season = drafted()
    set_phase(season)
    set_phase(season)

    assert AuditEvent.objects.count() == 1


def test_a_phase_of_a_new_kind_is_made_and_dropped() -> None:
    season = drafted()
    made = set_phase(season, kind="appraisal", unit_kind="district")
    planning.drop_phase(phase=made, by=season.staff)
    planning.drop_phase(phase=made, by=season.staff)

    assert not Phase.objects.filter(unit_kind="district").exists()
    assert AuditEvent.objects.filter(action="calendar.dropped").count() == 1


@pytest.mark.parametrize("late", [False, True])
def test_dates_that_run_backwards_are_refused(late: bool) -> None:
    season = drafted()
    wrong = dates(date(2030, 3, 1))
    changed: dict[str, Any] = (
        {"late_until": wrong.opens_at} if late else {"opens_at": wrong.opens_at + timedelta(days=40)}
    )

    with pytest.raises(planning.BadDates):
        set_phase(season, dates=dates(date(2030, 3, 1), **changed))


def test_who_dates_a_carried_phase_answers_for_it() -> None:
    season = drafted()
    phase = self_scoring(season)
    Carried.objects.create(cycle=season.cycle, kind="phase", key=str(phase.pk), label="Tự chấm điểm")
    set_phase(season)

    assert Carried.objects.get().affirmed_by == season.staff


def test_issuing_opens_a_dossier_for_every_unit_once_and_tells_them() -> None:
    season = drafted()
    calm(season)

    assert issue(season) == 3  # Two departments of the factories, and the standing body, which is one, too.
    assert issue(season, number="9/KH") == 0

    season.cycle.refresh_from_db()
    assert (season.cycle.plan_number, season.cycle.issued_by) == ("362/KH-UBND", season.staff)
    assert set(Assessment.objects.values_list("unit__code", "state", "criteria_set")) == {
        (code, "draft", season.criteria_set.pk) for code in ("SXD", "SYT", "SNV")
    }
    assert Notice.objects.filter(to=season.officer).count() == 1
    actions = list(AuditEvent.objects.order_by("number").values_list("action", flat=True))
    assert actions.count("plan.issued") == actions.count("dossiers.opened") == 1


def test_a_unit_that_comes_later_gets_its_dossier_by_asking_again() -> None:
    season = drafted()
    calm(season)
    issue(season)
    rows.unit("Sở Tài chính", parent=season.province)

    assert opening.open_dossiers(cycle=season.cycle, by=season.staff) == 1
    assert opening.open_dossiers(cycle=season.cycle, by=season.staff) == 0


def test_a_kind_without_a_set_gets_no_dossier() -> None:
    season = rows.season(issued=False)
    Assessment.objects.all().delete()

    assert opening.open_dossiers(cycle=season.cycle, by=season.staff) == 0


def test_an_impossible_calendar_is_not_issued() -> None:
    season = drafted()
    Phase.objects.filter(kind="survey").update(closes_at=self_scoring(season).closes_at + timedelta(days=90))

    with pytest.raises(planning.NotReady) as refused:
        issue(season)

    assert ([each.check for each in refused.value.errors], refused.value.open_items) == (["survey"], 0)
    assert (Assessment.objects.count(), Cycle.objects.get().issued_at) == (0, None)


def test_a_clash_with_another_authority_is_kept_with_a_reason() -> None:
    """A department's dossier is due while its own communes' appraisal runs: as a district's plan of 2020 had it."""
    season = drafted()
    level = rows.tier(season.cycle, season.units[0], "commune", "xa")
    rows.unit("Xã A", "commune", parent=season.units[0])
    rows.issue(rows.criteria_set(season.cycle, "commune"))
    for kind, closes in (("self_scoring", 5), ("appraisal", 20), ("survey", 20), ("approval", 20)):
        rows.phase(season.cycle, kind, "commune", closes=closes)
    clash = [each for each in findings_of(season.cycle) if each.is_error]
    assert [(each.check, each.is_excusable) for each in clash] == [("results_below", True)]
    assert "Thẩm định" in in_words(clash[0])
    with pytest.raises(planning.NotReady):
        issue(season)

    assert issue(season, reason="Tỉnh đã ấn định thời hạn") == 4
    event = AuditEvent.objects.get(action="plan.issued")
    assert "Tỉnh đã ấn định" in event.data
    assert level.groups.count() == 1


def test_nothing_is_issued_while_a_carried_item_waits() -> None:
    season = drafted()
    calm(season)
    Carried.objects.create(cycle=season.cycle, kind="settings", key="1", label="Cài đặt")
    Carried.objects.create(cycle=season.cycle, kind="council", key="-1", label="Hội đồng", is_left_out=True)

    with pytest.raises(planning.NotReady) as refused:
        issue(season)

    assert (refused.value.errors, refused.value.open_items) == ([], 1)


def test_an_issued_plan_keeps_its_dates() -> None:
    season = rows.season()
    phase = self_scoring(season)

    with pytest.raises(planning.PlanIssued):
        set_phase(season)
    with pytest.raises(planning.PlanIssued):
        planning.drop_phase(phase=phase, by=season.staff)


def test_the_load_counts_units_leaves_and_seats() -> None:
    season = rows.season()

    (load,) = plan_of(season.cycle).loads

    assert (load.pairs, load.seats) == (3 * 2, 3)  # Three departments, two leaves that are not the survey's; seats.


def test_without_anybody_who_counts_seats_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season()
    monkeypatch.setattr(read_planning, "_counters", [])

    assert plan_of(season.cycle).loads[0].seats == 0
    read_planning.count_seats_by(lambda _cycle: {season.tier.pk: 7})
    counter = read_planning._counters[0]
    read_planning.count_seats_by(counter)
    assert (plan_of(season.cycle).loads[0].seats, len(read_planning._counters)) == (7, 1)


def test_findings_are_said_in_the_words_of_the_calendar() -> None:
    season = drafted()
    Phase.objects.filter(kind="appraisal").delete()

    said = [in_words(each) for each in findings_of(season.cycle) if each.check == "missing"]

    assert len(said) == 1
    assert "Thẩm định" in said[0]


def test_public_holidays_are_entered_once() -> None:
    count = days_off.seed(years=[2024], by=None)

    assert count == DayOff.objects.count() > 10
    assert days_off.seed(years=[2024], by=None) == 0
    assert DayOff.objects.get(day=date(2024, 9, 2)).name == "Quốc khánh"
    assert DayOff.objects.get(day=date(2024, 5, 4)).is_working
    assert AuditEvent.objects.filter(action="days_off.seeded").count() == 1


def test_what_somebody_entered_stays() -> None:
    DayOff.objects.create(day=date(2024, 9, 2), name="Lễ", is_working=True)
    days_off.seed(years=[2024], by=None)

    assert DayOff.objects.get(day=date(2024, 9, 2)).name == "Lễ"


def test_a_phase_by_the_hour() -> None:
    season = drafted()

    made = set_phase(season, dates=dates(date(2030, 3, 1), Reading.INSTANT, time(17)))

    assert made.closes_at.isoformat() == "2030-03-01T17:00:00+07:00"
