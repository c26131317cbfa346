from datetime import UTC, datetime, timedelta

import pytest

from criteria.models import Cycle, Phase
from criteria.services import calendar
from tests.factories import rows
from units.models import AuditEvent, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
KINDS = ("department", "commune")


def old_cycle() -> Cycle:
    """Self-scoring of both kinds until 25/11 and 11/11/2022, appraisal from 1/11 and 2/11 on."""
    cycle = rows.cycle(rows.unit(kind="province"), is_demo=True)
    spans = {
        ("self_scoring", "department"): ((10, 1), (11, 25)),
        ("self_scoring", "commune"): ((10, 1), (11, 11)),
        ("appraisal", "department"): ((11, 1), (12, 25)),
        ("appraisal", "commune"): ((11, 2), (11, 25)),
    }
    for (kind, unit_kind), (opens, closes) in spans.items():
        Phase.objects.create(
            cycle=cycle,
            kind=kind,
            unit_kind=unit_kind,
            opens_at=datetime(2022, *opens, tzinfo=UTC),
            closes_at=datetime(2022, *closes, tzinfo=UTC),
            reading="trước ngày 25/11/2022",
        )
    return cycle


def dates(cycle: Cycle) -> list[tuple[datetime, datetime, str]]:
    return list(Phase.objects.filter(cycle=cycle).order_by("pk").values_list("opens_at", "closes_at", "reading"))


def test_move_for_practice_opens_both_phases_of_every_kind() -> None:
    cycle, by = old_cycle(), rows.user()
    before = dates(cycle)

    days = calendar.move_for_practice(cycle=cycle, now=NOW, by=by)

    assert days % 7 == 0
    step = timedelta(days=days)
    assert dates(cycle) == [(opens + step, closes + step, reading) for opens, closes, reading in before]
    assert Phase.objects.filter(cycle=cycle, opens_at__lte=NOW, closes_at__gt=NOW).count() == 4
    assert cycle.demo_shift_days == Cycle.objects.get(pk=cycle.pk).demo_shift_days == days
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.target_id) == ("calendar.moved_for_practice", by, str(cycle.pk))


def test_move_for_practice_does_nothing_when_now_lies_inside() -> None:
    cycle = old_cycle()
    calendar.move_for_practice(cycle=cycle, now=NOW, by=None)
    moved = dates(cycle)

    again = calendar.move_for_practice(cycle=cycle, now=NOW + timedelta(minutes=1), by=None)

    assert (again, dates(cycle), AuditEvent.objects.count()) == (0, moved, 1)


def test_move_for_practice_counts_from_the_plan_when_moved_again() -> None:
    cycle = old_cycle()
    first = calendar.move_for_practice(cycle=cycle, now=NOW, by=None)

    second = calendar.move_for_practice(cycle=cycle, now=NOW + timedelta(days=70), by=None)

    assert (second > 0, second % 7) == (True, 0)
    assert Cycle.objects.get(pk=cycle.pk).demo_shift_days == first + second


def test_move_for_practice_leaves_a_window_that_no_whole_week_reaches() -> None:
    cycle = old_cycle()
    Phase.objects.filter(cycle=cycle, kind="appraisal").update(
        opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(days=9)
    )
    Phase.objects.filter(cycle=cycle, kind="self_scoring").update(
        opens_at=NOW - timedelta(days=9), closes_at=NOW + timedelta(hours=2)
    )

    assert calendar.move_for_practice(cycle=cycle, now=NOW, by=None) == 0
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("missing", ["self_scoring", "appraisal"])
def test_move_for_practice_refuses_a_cycle_without_the_phases(missing: str) -> None:
    cycle = old_cycle()
    Phase.objects.filter(cycle=cycle, kind=missing).delete()

    with pytest.raises(calendar.NotForPractice):
        calendar.move_for_practice(cycle=cycle, now=NOW, by=None)


def test_move_for_practice_refuses_a_real_cycle() -> None:
    cycle = old_cycle()
    Cycle.objects.update(is_demo=False)
    before = dates(cycle)

    with pytest.raises(calendar.NotForPractice):
        calendar.move_for_practice(cycle=cycle, now=NOW, by=User.objects.first())

    assert dates(cycle) == before
