"""Writers in processes of their own lose no update, double no submission and pass no quota."""

from typing import Any

import pytest

from assessments.models import Evidence, Receipt, Score
from tests.concurrency.crew import Crew
from tests.factories import rows
from units import audit
from units.models import AuditEvent, Job

# One crew for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crew")]
CONTROL = 10
INTERLEAVINGS, STORMS, UPLOADS, QUOTAS = 10_000, 5_000, 50, 20
# What the ordinary run plays of it.
FEW_INTERLEAVINGS, FEW_STORMS, FEW_UPLOADS = 40, 8, 10


@pytest.fixture(name="season")
def _season() -> rows.Season:
    return rows.season()


def saves(crew: Crew, season: rows.Season, rounds: int, **how: Any) -> list[tuple[int, int, str]]:
    """What was acknowledged, in the order of versions."""
    dossier, leaf = season.assessments[0], season.criteria_set.criteria.get(code="1.2")
    found = crew.act("save_scores", dossier=dossier.pk, leaf=leaf.pk, by=season.officer.pk, rounds=rounds, **how)
    return sorted((each for hand in found for each in hand), key=lambda each: each[1])


def lost(acknowledged: list[tuple[int, int, str]]) -> int:
    """Saves that were written over a version that their writer had not seen."""
    return sum(made != seen + 1 for seen, made, _mark in acknowledged)


def test_without_the_version_updates_are_lost(crew: Crew, season: rows.Season) -> None:
    acknowledged = saves(crew, season, CONTROL, guarded=False)

    assert lost(acknowledged) >= CONTROL


def test_every_stored_value_is_somebodys_built_on_what_he_saw(crew: Crew, season: rows.Season, is_full: bool) -> None:
    rounds = INTERLEAVINGS if is_full else FEW_INTERLEAVINGS

    acknowledged = saves(crew, season, rounds)

    assert lost(acknowledged) == 0
    assert [made for _seen, made, _mark in acknowledged] == list(range(1, rounds + 1))
    assert Score.objects.get().explanation == acknowledged[-1][2]
    assert AuditEvent.objects.filter(action="assessment.scored").count() == rounds
    assert audit.first_break() is None


def storms(crew: Crew, season: rows.Season, rounds: int, **how: Any) -> dict[int, set[int]]:
    """The receipts by round."""
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "0", explanation="Không có")
    found = crew.act("submit_copies", dossier=season.assessments[0].pk, by=season.head.pk, rounds=rounds, **how)
    told: dict[int, set[int]] = {}
    for turn, receipt in (each for hand in found for each in hand):
        told.setdefault(turn, set()).add(receipt)
    return told


def test_without_the_guard_a_dossier_is_handed_in_twice(crew: Crew, season: rows.Season) -> None:
    told = storms(crew, season, 5, guarded=False)

    assert sum(len(receipts) > 1 for receipts in told.values()) == 5


def test_a_storm_of_submissions_is_one(crew: Crew, season: rows.Season, is_full: bool) -> None:
    rounds = STORMS if is_full else FEW_STORMS

    told = storms(crew, season, rounds)

    assert [len(told[turn]) for turn in range(rounds)] == [1] * rounds
    assert Receipt.objects.count() == rounds
    assert AuditEvent.objects.filter(action="assessment.submitted").count() == rounds
    assert Job.objects.count() == rounds
    assert audit.first_break() is None


def uploads(crew: Crew, season: rows.Season, copies: int, turn: int = 0, **how: Any) -> list[str]:
    found = crew.act("upload", unit=season.units[0].pk, by=season.officer.pk, copies=copies, turn=turn, **how)
    return sorted(each for hand in found for each in hand)


def test_without_the_guard_a_quota_is_passed(crew: Crew, season: rows.Season) -> None:
    assert uploads(crew, season, FEW_UPLOADS, guarded=False).count("taken") > 1


def test_one_of_many_uploads_takes_the_last_place(crew: Crew, season: rows.Season, is_full: bool) -> None:
    copies, rounds = (UPLOADS, QUOTAS) if is_full else (FEW_UPLOADS, 1)

    found = [uploads(crew, season, copies, turn) for turn in range(rounds)]

    assert found == [["quota"] * (copies - 1) + ["taken"]] * rounds
    assert Evidence.objects.count() == rounds
