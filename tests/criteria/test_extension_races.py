"""Two people decide on a deadline at the same instant: real threads, real connections, on both databases."""

from datetime import date
from typing import Any

import pytest

from assessments.models import Assessment
from assessments.services import opening
from criteria.models import Cycle, Extension, Phase
from criteria.services import days_off, extensions
from criteria.services.planning import PlanIssued, set_phase
from tests.assessments.test_races import together
from tests.criteria.seasons import dates, drafted, later, second, self_scoring
from tests.factories import rows
from units.models import AuditEvent, Notice, User

pytestmark = pytest.mark.django_db(transaction=True)


def decisions(season: rows.Season) -> list[Any]:
    """The chairman approves while another of the standing body refuses."""
    asked = extensions.ask(
        phase=self_scoring(season),
        unit=None,
        closes_at=later(self_scoring(season)),
        reason="Mất điện",
        document="15/UBND",
        by=season.staff,
    )
    other = second(season)

    def approve() -> Extension:
        return extensions.approve(extension=asked, by=season.chairman)

    def refuse() -> Extension:
        return extensions.refuse(extension=asked, note="Không", by=other)

    return together(approve, refuse)


def test_without_the_lock_both_believe_to_have_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the guard is for: each read the request while it waited, and each decided it."""
    season = rows.season()
    read: list[Extension] = []

    def waiting(extension: Extension, _by: User, _wanted: object) -> tuple[Extension, Any]:
        """As the guarded read, but of the moment before the other one's decision."""
        read.append(extension)
        return Extension.objects.select_related("phase__cycle__authority", "unit", "asked_by").get(
            pk=extension.pk
        ), extension.asked_at

    monkeypatch.setattr(extensions, "_waiting", waiting)

    found = decisions(season)

    assert (len(read), [type(each) for each in found]) == (2, [Extension, Extension])
    assert {each.state for each in found} == {"approved", "refused"}


def test_of_two_decisions_at_once_one_holds() -> None:
    season = rows.season()

    found = decisions(season)

    won = [each for each in found if isinstance(each, Extension)]
    told = [each for each in found if isinstance(each, extensions.Decided)]
    assert (len(won), len(told)) == (1, 1)
    assert Extension.objects.get().state == won[0].state
    assert AuditEvent.objects.exclude(action="extension.asked").count() == 1


def test_the_same_request_from_two_tabs_waits_once() -> None:
    season = rows.season()
    phase = self_scoring(season)

    def ask() -> Extension:
        return extensions.ask(
            phase=phase, unit=None, closes_at=later(phase), reason="Mất điện", document="15/UBND", by=season.staff
        )

    found = together(*[ask] * 4)

    assert {each.pk for each in found} == {Extension.objects.get().pk}


def test_two_approvals_of_one_request_tell_everybody_once() -> None:
    season = rows.season()
    phase = self_scoring(season)
    asked = extensions.ask(
        phase=phase, unit=None, closes_at=later(phase), reason="Mất điện", document="15/UBND", by=season.staff
    )

    together(*[lambda: extensions.approve(extension=asked, by=season.chairman)] * 3)

    assert Notice.objects.filter(to=season.officer).count() == 1
    assert AuditEvent.objects.filter(action="extension.approved").count() == 1


def test_a_plan_issued_twice_at_once_opens_each_dossier_once() -> None:
    season = drafted()
    days_off.seed(years=[each.closes_at.year for each in Phase.objects.all()], by=None)

    def issue() -> int:
        return opening.issue_plan(
            cycle=season.cycle, number="362/KH-UBND", issued_on=date(2022, 9, 28), by=season.staff
        )

    found = together(*[issue] * 4)

    assert sorted(found) == [0, 0, 0, 3]
    assert Assessment.objects.count() == 3
    assert AuditEvent.objects.filter(action="plan.issued").count() == 1


def test_dates_are_not_changed_past_the_act_that_issues_the_plan() -> None:
    """Whichever comes first: the plan that is issued has the dates that it had at that moment."""
    season = drafted()
    day = later(self_scoring(season), -2).date()

    def issue() -> Any:
        return opening.issue_plan(cycle=season.cycle, number="1/KH", issued_on=day, by=season.staff)

    def change() -> Any:
        return set_phase(
            cycle=season.cycle, kind="self_scoring", unit_kind="department", dates=dates(day), by=season.staff
        )

    _issued, changed = together(issue, change)

    order = list(AuditEvent.objects.order_by("number").values_list("action", flat=True))
    if isinstance(changed, PlanIssued):
        assert "calendar.changed" not in order
    else:
        assert order.index("calendar.changed") < order.index("plan.issued")
    assert Cycle.objects.get().issued_at is not None
