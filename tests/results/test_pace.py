"""The pace of a tier on its board."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from assessments.models import Assessment, Score
from councils.models import Appraisal
from criteria.models import Phase, RankingGroup
from criteria.phases.pace import Outlook, past
from results.selectors.board import board
from results.selectors.pace import Line, Work, lines
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import Unit
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return house.ready()


def paces(season: Season, now: datetime | None = None) -> dict[str, Line]:
    now = now or database_now()
    return {line.work: line for line in lines(board(season.tier, now), now)}


def figures(season: Season) -> dict[str, tuple[int, int, int]]:
    """Done, of how many, and how many of them lately."""
    found = {work: line.forecast for work, line in paces(season).items()}
    return {work: (each.done, each.total, each.recent) for work, each in found.items()}


def test_what_was_done_in_the_last_days_of_each_step(season: Season) -> None:
    # Scores are of today; dossiers and decisions of the house are of long ago. The phases opened five days ago.
    Assessment.objects.filter(unit__code="SYT").update(submitted_at=timezone.now())
    Appraisal.objects.filter(criterion__code="1.1").update(decided_at=timezone.now())

    found = {
        work: (line.forecast.done, line.forecast.total, line.forecast.recent) for work, line in paces(season).items()
    }

    assert found == {Work.SCORED: (4, 6, 4), Work.SUBMITTED: (2, 3, 1), Work.APPRAISED: (4, 6, 2)}
    assert {line.forecast.days for line in paces(season).values()} == {6}
    assert {line.groups for line in paces(season).values()} == {()}


def test_days_are_those_of_viet_nam(season: Season) -> None:
    Phase.objects.update(opens_at=timezone.now() - timedelta(days=30))
    now = database_now()
    begins = past(now).begins_at
    Score.objects.filter(criterion__code="1.1").update(updated_at=begins)
    Score.objects.filter(criterion__code="1.2").update(updated_at=begins - timedelta(microseconds=1))

    assert paces(season, now)[Work.SCORED].forecast.recent == 2


def test_exempted_and_set_aside_leaves_count_for_no_pace(season: Season) -> None:
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0])
    Appraisal.objects.update(decided_at=timezone.now())
    Appraisal.objects.filter(assessment__unit__code="SYT", criterion__code="1.2").update(is_current=False)

    found = {
        work: (line.forecast.done, line.forecast.total, line.forecast.recent) for work, line in paces(season).items()
    }

    assert (found[Work.SCORED], found[Work.APPRAISED]) == ((3, 5, 3), (2, 5, 2))


def test_an_answer_that_was_taken_back_is_no_work_done(season: Season) -> None:
    Score.objects.filter(assessment__unit__code="SXD", criterion__code="1.1").update(points=None)

    assert paces(season)[Work.SCORED].forecast.recent == 3


def test_groups_with_other_deadlines_have_lines_of_their_own(season: Season) -> None:
    RankingGroup.objects.create(
        tier=season.tier, code="district", name="Khối huyện", kind="district", parent=season.province, position=1
    )
    rows.unit("Huyện Thử", "district", parent=season.province)
    rows.phase(season.cycle, "self_scoring", "district", closes=9)

    now = database_now()
    found = [line for line in lines(board(season.tier, now), now) if line.work is Work.SUBMITTED]

    assert [(line.groups, line.forecast.done, line.forecast.total) for line in found] == [
        (("Khối department",), 2, 3),
        (("Khối huyện",), 0, 1),
    ]
    appraised = [line for line in lines(board(season.tier, now), now) if line.work is Work.APPRAISED]
    assert [(line.deadline is None, line.forecast.outlook) for line in appraised] == [
        (False, Outlook.NO_PACE),
        (True, Outlook.NOTHING),
    ]


def test_groups_with_the_same_deadline_share_a_line(season: Season) -> None:
    RankingGroup.objects.create(
        tier=season.tier, code="other", name="Khối khác", kind="public_service", parent=season.province, position=1
    )
    rows.unit("Trường Thử", "public_service", parent=season.province)
    mine = Phase.objects.get(kind="self_scoring")
    Phase.objects.create(
        cycle=season.cycle,
        kind="self_scoring",
        unit_kind="public_service",
        opens_at=mine.opens_at,
        closes_at=mine.closes_at,
        reading="",
    )

    now = database_now()
    found = [line for line in lines(board(season.tier, now), now) if line.work is Work.SUBMITTED]

    assert [(line.groups, line.forecast.total) for line in found] == [((), 4)]


@pytest.mark.parametrize(
    ("recent", "days", "shown"), [(96 * 7, 7, "96"), (1, 7, "0.1"), (1, 3, "0.3"), (1, 4, "0.3"), (0, 7, "0")]
)
def test_pace_is_shown_to_a_tenth(season: Season, recent: int, days: int, shown: str) -> None:
    line = paces(season)[Work.SCORED]
    forecast = replace(line.forecast, recent=recent, days=days)

    assert replace(line, forecast=forecast).per_day == Decimal(shown)


def outlooks(client: Client, season: Season) -> list[str]:
    client.force_login(season.staff)
    page = client.get(f"/tiers/{season.tier.pk}/progress/").content.decode()
    return re.findall(r'class="forecast-(\w+)"', page)


def test_board_says_when_it_will_be_done(client: Client, season: Season) -> None:
    # 4 of 6 scores in 6 days: the rest takes three days, and there are five. Nothing else was done lately.
    assert outlooks(client, season) == ["in_time", "no_pace", "no_pace"]

    Phase.objects.update(closes_at=timezone.now() + timedelta(days=1))
    assert outlooks(client, season)[0] == "late"

    Phase.objects.all().delete()
    assert outlooks(client, season)[0] == "undated"


def test_board_says_what_has_no_end(client: Client, season: Season) -> None:
    Score.objects.filter(assessment__unit__code="SYT").update(updated_at=timezone.now() - timedelta(days=40))
    for number in range(500):
        rows.unit(f"Sở thứ {number}", parent=season.province)

    assert outlooks(client, season)[0] == "far"

    Unit.objects.filter(parent=season.province).exclude(code__in=["SXD", "SYT"]).update(valid_until=date(2000, 1, 1))
    assert outlooks(client, season) == ["done", "done", "done"]

    Unit.objects.filter(parent=season.province).update(valid_until=date(2000, 1, 1))
    assert outlooks(client, season) == []


def test_units_without_a_criteria_set_have_nothing_to_do(client: Client, season: Season) -> None:
    RankingGroup.objects.update(kind="district")
    rows.unit("Huyện Thử", "district", parent=season.province)

    assert outlooks(client, season) == ["nothing", "no_pace", "nothing"]


def test_board_parts_the_thousands(client: Client, season: Season) -> None:
    client.force_login(season.staff)
    for number in range(500):
        rows.unit(f"Sở thứ {number}", parent=season.province)

    page = client.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert "4/1.006" in page
