"""What every seat has still to appraise: counted in the database, the same as pair by pair."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Assessment
from councils.models import Seat
from councils.selectors.loads import loads, standing_keys
from councils.selectors.pairs import pairs_of
from councils.selectors.progress import progress
from tests.factories import rows
from tests.factories.rows import Season

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def sent(season: Season) -> Season:
    at = timezone.now() - 5 * HOUR
    Assessment.objects.update(state="submitted", submitted_at=at, submitted_by=season.head)
    return season


def counted(season: Season) -> dict[str, tuple[int, int]]:
    return {
        each.seat.user.username if each.seat else "": (each.leaves, len(each.dossiers))
        for each in loads(season.council)
    }


def test_each_seat_with_its_leaves_and_dossiers() -> None:
    season = sent(rows.season())

    assert counted(season) == {"member": (4, 2), "own-member": (2, 1)}


def test_what_nobody_may_appraise_has_a_load_of_its_own() -> None:
    season = sent(rows.season())
    Seat.objects.filter(council=season.council).delete()

    assert counted(season) == {"": (4, 2)}


def test_exempted_leaves_and_dossiers_not_handed_in_wait_for_nobody() -> None:
    season = sent(rows.season())
    rows.exemption(season.criteria_set, "1.1", unit=season.units[1])
    Assessment.objects.filter(unit=season.units[0]).update(state="returned")

    assert counted(season) == {"member": (1, 1), "own-member": (1, 1)}


@pytest.mark.parametrize("handed_in_later", [False, True])
def test_a_decision_stands_where_no_pair_waits(handed_in_later: bool) -> None:
    """Every way in which a self-score can be or have been changed, against the question asked row by row."""
    season = rows.season(issued=False)
    area = season.criteria_set.criteria.get(code="1")
    said = [None, (None, False), (None, True), ("0", False), ("1.5", False)]
    decided = [(None, False), (None, True), ("0", False), ("1.5000", False)]
    cases = list(product(said, decided, (-HOUR, HOUR)))
    for number in range(len(cases)):
        rows.criterion(season.criteria_set, f"1.{number + 3}", "1", parent=area)
    sent(season)
    at = timezone.now() - 5 * HOUR + (-HOUR if handed_in_later else HOUR)
    dossier = season.assessments[1]
    for number, (score, ruling, touched) in enumerate(cases):
        code = f"1.{number + 3}"
        made = rows.appraisal(dossier, code, "1", season.member, self_not_applicable=ruling[1])
        made.self_points, made.decided_at = (Decimal(ruling[0]) if ruling[0] else None), at
        made.save()
        if score is not None:
            row = rows.score(dossier, code, score[0], not_applicable=score[1])
            row.updated_at = at + touched
            row.save()

    waiting = {pair.key for pair in pairs_of(season.council) if pair.is_waiting}
    every = {pair.key for pair in pairs_of(season.council)}

    assert standing_keys(season.tier) == every - waiting
    assert 0 < len(standing_keys(season.tier)) < len(cases)


def test_loads_are_those_of_the_progress_page() -> None:
    season = sent(rows.season())
    dice = Random(7)
    for dossier, code in product(season.assessments, ("1.1", "1.2")):
        rows.score(dossier, code, "1")
        if dice.random() < 0.5:
            rows.appraisal(dossier, code, "1", season.member, self_points=Decimal(dice.choice((0, 1))))

    on_the_page = {row.seat.user.username: row.tally.waiting for row in progress(season.council).seats}

    assert {name: leaves for name, (leaves, _dossiers) in counted(season).items()} == {
        name: waiting for name, waiting in on_the_page.items() if waiting
    }


def test_as_many_queries_for_three_dossiers_as_for_one() -> None:
    season = sent(rows.season())
    Assessment.objects.filter(unit=season.units[1]).delete()
    with CaptureQueriesContext(connection) as few:
        loads(season.council)
    for number in range(2):
        unit = rows.unit(f"Sở mới {number}", parent=season.province)
        at = timezone.now()
        rows.assessment(
            season.tier, unit, season.criteria_set, state="submitted", submitted_at=at, submitted_by=season.head
        )
    with CaptureQueriesContext(connection) as many:
        assert sum(len(each.dossiers) for each in loads(season.council)) == 5

    assert len(many) == len(few)
