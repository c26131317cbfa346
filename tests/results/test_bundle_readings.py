"""How a bundle's plan words its deadlines: the reading, the day it names, the time for late dossiers."""

from datetime import date, datetime
from pathlib import Path

import pytest

from criteria.models import Cycle, DayOff, Phase
from criteria.phases import VIETNAM
from criteria.selectors.calendar import phase_words
from results.imports.folder import read_bundle
from results.services.bundle import load
from tests.factories.bundles import bundle, damage
from tests.results.test_bundle_refusals import problems

LATE = 'reading = "đến 17:00 ngày 05/12/2022"'
BEFORE = 'reading = "trước ngày 25/12/2022"'


def with_keys(folder: Path, after: str, *keys: str) -> Path:
    return damage(folder, "cycle.toml", after, "\n".join([after, *keys]))


@pytest.mark.django_db
def test_readings_are_stored_and_the_plan_counts_as_issued(tmp_path: Path) -> None:
    folder = with_keys(bundle(tmp_path), BEFORE, 'reads = "before"', "named_day = 2022-12-25")
    with_keys(folder, LATE, "named_day = 2022-12-05", "late_until = 2022-12-07T17:00:00+07:00")

    load(bundle=read_bundle(folder), by=None)

    appraisal, scoring = (Phase.objects.get(kind=kind) for kind in ("appraisal", "self_scoring"))
    assert (appraisal.reads, appraisal.named_day, appraisal.late_until) == ("before", date(2022, 12, 25), None)
    assert phase_words(appraisal) == "hết ngày thứ Bảy 24/12/2022 (đọc “trước ngày 25/12/2022”)"
    assert (scoring.reads, scoring.late_until) == ("instant", datetime(2022, 12, 7, 17, tzinfo=VIETNAM))
    assert Cycle.objects.get().issued_at is not None
    assert DayOff.objects.filter(day=date(2022, 9, 2)).exists()


@pytest.mark.parametrize(
    ("closes", "reads", "day"),
    [
        ("2022-12-25T00:00:00+07:00", "through", "2022-12-24"),
        ("2022-12-27T00:00:00+07:00", "moved", "2022-12-24"),
        ("2022-12-24T17:00:00+00:00", "before", "2022-12-25"),
    ],
)
def test_an_instant_that_its_reading_gives(tmp_path: Path, closes: str, reads: str, day: str) -> None:
    folder = damage(bundle(tmp_path), "cycle.toml", "closes_at = 2022-12-25T00:00:00+07:00", f"closes_at = {closes}")
    with_keys(folder, BEFORE, f'reads = "{reads}"', f"named_day = {day}")

    assert problems(folder) == []


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (('reads = "before"', "named_day = 2022-12-24"), "“2022-12-24” read as “before” is not this instant."),
        (('reads = "moved"', "named_day = 2022-12-26"), "“2022-12-26” read as “moved” is not this instant."),
        (('reads = "before"',), "This reading needs the day that the plan names."),
        (("late_until = 2022-12-25T00:00:00+07:00",), "Late dossiers are taken until a day before the end."),
        (('reads = "soon"',), "reads: “soon” is not one of: before, through, moved, instant"),
    ],
)
def test_a_reading_that_gives_another_instant_is_refused(tmp_path: Path, keys: tuple[str, ...], said: str) -> None:
    (problem,) = problems(with_keys(bundle(tmp_path), BEFORE, *keys))

    assert problem.endswith(said)
