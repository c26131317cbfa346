"""Extensions: two people, a reason, a document, never shorter; and what one person alone can try."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.services import gates
from criteria import policies
from criteria.models import Cycle, Extension, Phase
from criteria.phases import PhaseClosed
from criteria.phases.readings import Reading
from criteria.selectors import window
from criteria.selectors.calendar import deadline_of
from criteria.services import calendar, extensions, planning
from tests.criteria.seasons import close_in, dates, later, second, self_scoring
from tests.factories import rows
from units.models import AuditEvent, Membership, Notice

pytestmark = pytest.mark.django_db


def ask(season: rows.Season, **given: Any) -> Extension:
    phase = self_scoring(season)
    values = {"unit": None, "closes_at": later(phase), "reason": "Mất điện diện rộng", "document": "15/UBND-NC"}
    return extensions.ask(phase=phase, by=season.staff, **{**values, **given})


def test_an_approved_extension_moves_the_deadline_of_all_and_everybody_is_told() -> None:
    season = rows.season()
    phase, other = self_scoring(season), second(season)
    asked = ask(season)
    assert deadline_of(phase, season.units[0]).closes_at == phase.closes_at

    extensions.approve(extension=asked, by=other)

    found = deadline_of(phase, season.units[0])
    assert (found.closes_at, found.extension) == (asked.closes_at, asked)
    assert window(season.cycle, "self_scoring", "department").closes_at == asked.closes_at  # type: ignore[union-attr]
    told = set(Notice.objects.values_list("to__username", flat=True))
    assert {"officer", "head", "outsider", "staff", "staff-2", "chairman"} <= told
    text = Notice.objects.filter(to=season.outsider).get().text
    assert "Mất điện diện rộng" in text
    assert "15/UBND-NC" in text
    actions = list(AuditEvent.objects.order_by("number").values_list("action", "actor__username"))
    assert actions == [("extension.asked", "staff"), ("extension.approved", "staff-2")]


def test_an_extension_for_one_unit_leaves_the_others_as_they_were() -> None:
    season = rows.season()
    phase = self_scoring(season)
    extensions.approve(extension=ask(season, unit=season.units[0]), by=season.chairman)

    assert deadline_of(phase, season.units[0]).closes_at > phase.closes_at
    assert deadline_of(phase, season.units[1]).closes_at == deadline_of(phase, None).closes_at == phase.closes_at
    assert Notice.objects.filter(to=season.outsider).count() == 1


def test_the_latest_of_several_extensions_counts() -> None:
    season = rows.season()
    phase = self_scoring(season)
    extensions.approve(extension=ask(season, unit=season.units[0], closes_at=later(phase, 9)), by=season.chairman)
    extensions.approve(extension=ask(season, closes_at=later(phase, 2)), by=season.chairman)

    assert deadline_of(phase, season.units[0]).closes_at == later(phase, 9)
    assert deadline_of(phase, season.units[1]).closes_at == later(phase, 2)


def test_the_same_request_waits_once_and_the_same_approval_is_one_act() -> None:
    season = rows.season()
    first, again = ask(season), ask(season)
    extensions.approve(extension=first, by=season.chairman)
    extensions.approve(extension=first, by=season.chairman)

    assert (first, Extension.objects.count(), AuditEvent.objects.count()) == (again, 1, 2)


def test_a_refusal_needs_a_reason_and_changes_nothing() -> None:
    season = rows.season()
    phase, asked = self_scoring(season), ask(season)
    with pytest.raises(extensions.WordsMissing):
        extensions.refuse(extension=asked, note="  ", by=season.chairman)

    extensions.refuse(extension=asked, note="Không có căn cứ", by=season.chairman)
    extensions.refuse(extension=asked, note="Không có căn cứ", by=season.chairman)

    assert deadline_of(phase, None).closes_at == phase.closes_at
    assert [each.to for each in Notice.objects.all()] == [season.staff]
    assert AuditEvent.objects.filter(action="extension.refused").count() == 1


def test_who_asked_may_take_it_back_until_it_is_decided() -> None:
    season = rows.season()
    asked = ask(season)
    with pytest.raises(extensions.SamePerson):
        extensions.withdraw(extension=asked, by=season.chairman)
    extensions.withdraw(extension=asked, by=season.staff)
    extensions.withdraw(extension=asked, by=season.staff)

    assert AuditEvent.objects.filter(action="extension.withdrawn").count() == 1
    granted = ask(season)
    extensions.approve(extension=granted, by=season.chairman)
    with pytest.raises(extensions.Decided):
        extensions.withdraw(extension=granted, by=season.staff)


@pytest.mark.parametrize("given", [{"reason": " "}, {"document": ""}])
def test_reason_and_document_are_obligatory(given: dict[str, str]) -> None:
    with pytest.raises(extensions.WordsMissing):
        ask(rows.season(), **given)


def test_an_extension_is_for_a_unit_of_the_phase() -> None:
    season = rows.season()
    commune = rows.unit("Xã A", "commune", parent=season.units[0])
    elsewhere = rows.unit("Sở tỉnh khác", parent=rows.unit("Tỉnh khác", "province"))
    for unit in (commune, elsewhere):
        with pytest.raises(extensions.NotAssessed):
            ask(season, unit=unit)


def test_an_approval_that_has_become_useless_is_refused() -> None:
    season = rows.season()
    phase = self_scoring(season)
    short, long = ask(season, closes_at=later(phase, 1)), ask(season, closes_at=later(phase, 5))
    extensions.approve(extension=long, by=season.chairman)
    with pytest.raises(extensions.NotLater):
        extensions.approve(extension=short, by=season.chairman)
    Extension.objects.filter(pk=short.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(extensions.Backdated):
        extensions.approve(extension=short, by=season.chairman)


# ---- twelve ways to move a deadline alone


def approve_the_own_request(season: rows.Season) -> None:
    extensions.approve(extension=ask(season), by=season.staff)


def approve_as_chairman_what_was_asked_as_staff(season: rows.Season) -> None:
    Membership.objects.create(user=season.staff, unit=season.province, role="chairman", since="2020-01-01")
    extensions.approve(extension=ask(season), by=season.staff)


def change_the_dates_of_the_issued_plan(season: rows.Season) -> None:
    day = later(self_scoring(season)).date()
    planning.set_phase(
        cycle=season.cycle, kind="self_scoring", unit_kind="department", dates=dates(day), by=season.staff
    )


def drop_the_phase_and_date_it_anew(season: rows.Season) -> None:
    planning.drop_phase(phase=self_scoring(season), by=season.staff)


def issue_the_plan_again_with_other_dates(season: rows.Season) -> None:
    planning.issue(cycle=season.cycle, number="2/KH", issued_on=timezone.localdate(), by=season.staff)
    change_the_dates_of_the_issued_plan(season)


def move_the_calendar_as_for_practice(season: rows.Season) -> None:
    calendar.move_for_practice(cycle=season.cycle, now=timezone.now() + timedelta(days=70), by=season.staff)


def backdate(season: rows.Season) -> None:
    close_in(self_scoring(season), -60)
    ask(season, closes_at=timezone.now() - timedelta(seconds=1))


def shorten(season: rows.Season) -> None:
    ask(season, closes_at=self_scoring(season).closes_at - timedelta(seconds=1))


def store_it_as_approved_by_oneself(season: rows.Season) -> None:
    asked, now = ask(season), timezone.now()
    with transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(state="approved", decided_by=season.staff, decided_at=now)


def store_it_as_approved_by_nobody(season: rows.Season) -> None:
    asked = ask(season)
    with transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(state="approved")


def approve_what_was_withdrawn(season: rows.Season) -> None:
    asked = extensions.withdraw(extension=ask(season), by=season.staff)
    extensions.approve(extension=asked, by=season.chairman)


def approve_what_another_refused(season: rows.Season) -> None:
    asked = extensions.refuse(extension=ask(season), note="Không", by=season.chairman)
    extensions.approve(extension=asked, by=second(season))


def ask_as_a_unit(season: rows.Season) -> None:
    policies.cycle_to_plan(season.head, season.cycle.code)


def approve_from_another_house(season: rows.Season) -> None:
    elsewhere = rows.member("staff", rows.unit("Tỉnh khác", "province"), "staff-x")
    policies.extension_to_decide(elsewhere, ask(season).pk)


ALONE: list[tuple[Callable[[rows.Season], None], type[Exception]]] = [
    (approve_the_own_request, extensions.SamePerson),
    (approve_as_chairman_what_was_asked_as_staff, extensions.SamePerson),
    (change_the_dates_of_the_issued_plan, planning.PlanIssued),
    (drop_the_phase_and_date_it_anew, planning.PlanIssued),
    (issue_the_plan_again_with_other_dates, planning.PlanIssued),
    (move_the_calendar_as_for_practice, calendar.NotForPractice),
    (backdate, extensions.Backdated),
    (shorten, extensions.NotLater),
    (store_it_as_approved_by_oneself, IntegrityError),
    (store_it_as_approved_by_nobody, IntegrityError),
    (approve_what_was_withdrawn, extensions.Decided),
    (approve_what_another_refused, extensions.Decided),
    (ask_as_a_unit, PermissionDenied),
    (approve_from_another_house, Http404),
]


@pytest.mark.parametrize(("attempt", "refused"), ALONE, ids=lambda each: getattr(each, "__name__", ""))
def test_nobody_extends_alone(attempt: Callable[[rows.Season], None], refused: type[Exception]) -> None:
    season = rows.season()
    before = self_scoring(season).closes_at

    with pytest.raises(refused):
        attempt(season)

    phase = self_scoring(season)
    assert deadline_of(phase, season.units[0]).closes_at <= before
    assert Phase.objects.get(pk=phase.pk).closes_at <= before


def test_at_least_twelve_ways_are_tried() -> None:
    assert len(ALONE) >= 12


def test_the_page_gives_nobody_both_parts() -> None:
    """What a browser can send: the own request approved by a crafted form, and names of people in the form."""
    season = rows.season()
    client = Client()
    client.force_login(season.staff, "allauth.account.auth_backends.AuthenticationBackend")
    phase = self_scoring(season)
    day = f"{later(phase):%Y-%m-%d}"
    url = reverse("criteria:extension_ask", args=[season.cycle.code])
    form = {"phase": phase.pk, "day": day, "reason": "Mất điện", "document": "15/UBND", "asked_by": season.chairman.pk}
    client.post(url, {**form, "state": "approved"})
    asked = Extension.objects.get()
    assert (asked.asked_by, asked.state) == (season.staff, "asked")

    client.post(reverse("criteria:extension", args=[asked.pk]), {"act": "approve", "decided_by": season.chairman.pk})

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("asked", None)


# ---- the boundary, and that no job has to run


@pytest.mark.parametrize(("seconds", "is_open"), [(1, True), (-1, False)])
def test_the_deadline_decides_at_the_second(seconds: int, is_open: bool) -> None:
    """Nothing runs between the two: the instant of the database is compared with the instant of the row."""
    season = rows.season()
    close_in(self_scoring(season), seconds)

    if is_open:
        gates.opened(season.assessments[0])
    else:
        with pytest.raises(PhaseClosed):
            gates.opened(season.assessments[0])


def test_an_extension_opens_the_gate_at_once_and_for_its_unit_only() -> None:
    season = rows.season()
    close_in(self_scoring(season), -60)
    asked = ask(season, unit=season.units[0], closes_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(PhaseClosed):
        gates.opened(season.assessments[0])

    extensions.approve(extension=asked, by=season.chairman)

    gates.opened(season.assessments[0])
    with pytest.raises(PhaseClosed):
        gates.opened(season.assessments[1])


def test_a_deadline_is_not_reopened_by_a_clock_that_is_stepped_back() -> None:
    """The database's clock alone is asked: what the web server thinks of the time is not looked at."""
    season = rows.season()
    close_in(self_scoring(season), -1)
    earlier = datetime(2000, 1, 1, tzinfo=timezone.get_current_timezone())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: earlier)
        with pytest.raises(PhaseClosed):
            gates.opened(season.assessments[0])


def test_a_draft_plan_is_changed_not_extended() -> None:
    season = rows.season()
    Cycle.objects.update(issued_at=None)

    with pytest.raises(extensions.NotIssued):
        ask(season)
    planning.set_phase(
        cycle=season.cycle,
        kind="self_scoring",
        unit_kind="department",
        dates=dates(later(self_scoring(season)).date(), Reading.THROUGH),
        by=season.staff,
    )
