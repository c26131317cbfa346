"""Two people at one dossier at the same instant: real threads, real connections, on both databases."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from assessments.models import Assessment, Evidence, Receipt, Score, SignOff
from assessments.services import evidence, returns, scores, signing, submission
from assessments.services.filetypes import RefusedFile
from assessments.states import NotAllowed
from criteria.models import Criterion
from tests.assessments import files
from tests.factories import rows
from units import audit
from units.models import AuditEvent, Job, User

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all at once; what each returned or raised."""
    start = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            start.wait()
            found[number] = acts[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def saves(season: rows.Season, version: int) -> list[Any]:
    """Officer and head both saw ``version`` of criterion 1.2 and save different points at once."""
    leaf = Criterion.objects.get(criteria_set=season.criteria_set, code="1.2")

    def save(points: int, by: User) -> Callable[[], Score]:
        return lambda: scores.save_score(
            assessment=season.assessments[0],
            criterion=leaf,
            points=Decimal(points),
            not_applicable=False,
            explanation="",
            version=version,
            by=by,
        )

    return together(save(1, season.officer), save(2, season.head))


def test_without_the_guard_one_officers_points_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season()
    monkeypatch.setattr(scores, "assert_current", lambda score, version: None)

    found = saves(season, version=0)

    # Both were told "saved", both built on version 0, and only one value stands: the lost update.
    assert [type(each) for each in found] == [Score, Score]
    assert Score.objects.get().version == 2


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_saves_at_once_one_is_stored_and_one_is_told(version: int) -> None:
    season = rows.season()
    if version:
        rows.score(season.assessments[0], "1.2", "4")

    found = saves(season, version)

    stored = Score.objects.get()
    won = [each for each in found if isinstance(each, Score)]
    told = [each for each in found if isinstance(each, scores.StaleScore)]
    assert (len(won), len(told)) == (1, 1)
    assert (stored.points, stored.version) == (won[0].points, version + 1)
    assert told[0].stored.points == stored.points
    assert AuditEvent.objects.count() == 1


def test_many_saves_leave_a_chain_of_acknowledged_versions() -> None:
    season = rows.season()
    acknowledged = []
    for _ in range(10):
        current = Score.objects.filter(criterion__code="1.2").first()
        version = current.version if current else 0
        acknowledged += [each for each in saves(season, version) if isinstance(each, Score)]
        Score.objects.filter(criterion__code="1.2").update(points=None)

    assert [each.version for each in acknowledged] == list(range(1, 11))
    assert audit.first_break() is None


def test_two_submissions_at_once_give_one_receipt() -> None:
    season = rows.season()
    rows.score(season.assessments[0], "1.1", "0")
    rows.score(season.assessments[0], "1.2", "0")

    found = together(*[lambda: submission.submit(assessment=season.assessments[0], by=season.head)] * 4)

    assert {each.pk for each in found} == {Receipt.objects.get().pk}
    assert (Job.objects.count(), AuditEvent.objects.count()) == (1, 1)
    assert Assessment.objects.get(pk=season.assessments[0].pk).state == "submitted"


def test_at_the_edge_of_the_quota_one_of_two_files_gets_in(settings: LazySettings) -> None:
    season = rows.season()
    settings.EVIDENCE_UNIT_FILES = 1
    leaf = Criterion.objects.get(criteria_set=season.criteria_set, code="1.1")

    def attach(color: str) -> Callable[[], Any]:
        file = files.upload("a.pdf", files.pdf(1, color))
        return lambda: evidence.attach(assessment=season.assessments[0], criterion=leaf, file=file, by=season.officer)

    found = together(attach("red"), attach("blue"))

    assert [type(each) for each in found].count(RefusedFile) == 1
    assert Evidence.objects.count() == 1


def test_same_file_sent_twice_at_once_is_stored_once() -> None:
    season = rows.season()
    leaf = Criterion.objects.get(criteria_set=season.criteria_set, code="1.1")

    found = together(
        *[
            lambda: evidence.attach(
                assessment=season.assessments[0], criterion=leaf, file=files.upload(), by=season.officer
            )
        ]
        * 3
    )

    assert len({each.pk for each in found}) == 1
    assert Evidence.objects.count() == 1


def handed_in_thrice(season: rows.Season) -> list[Any]:
    """Three tabs that were all opened for receipt 1."""
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "0")
    act = lambda: submission.submit(assessment=season.assessments[0], by=season.head, number=1)  # noqa: E731
    return together(act, act, act)


def test_without_the_guard_a_second_tab_is_told_that_nothing_was_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season()
    monkeypatch.setattr(submission, "_made", lambda assessment, last, number: None)

    found = handed_in_thrice(season)

    assert [type(each) for each in found].count(Receipt) == 1
    assert sum(isinstance(each, NotAllowed) for each in found) == 2


def test_three_tabs_of_one_round_give_one_receipt() -> None:
    season = rows.season()

    found = handed_in_thrice(season)

    assert {each.pk for each in found} == {Receipt.objects.get().pk}
    assert AuditEvent.objects.filter(action="assessment.submitted").count() == 1


def test_a_lost_answer_is_repeated_even_after_the_dossier_came_back() -> None:
    season = rows.season()
    first = handed_in_thrice(season)[0]
    returns.return_dossier(assessment=season.assessments[0], note="bổ sung", by=season.staff)

    again = submission.submit(assessment=season.assessments[0], by=season.head, number=1)

    assert again == first
    assert Assessment.objects.get(pk=season.assessments[0].pk).state == "returned"
    with pytest.raises(NotAllowed):
        submission.submit(assessment=season.assessments[0], by=season.head, number=3)


def test_passing_on_and_handing_in_at_once_end_in_one_state() -> None:
    season = rows.season()
    for code in ("1.1", "1.2"):
        rows.score(season.assessments[0], code, "0")

    found = together(
        lambda: signing.pass_on(assessment=season.assessments[0], step="writer", by=season.officer),
        lambda: submission.submit(assessment=season.assessments[0], by=season.head),
    )

    # Either the head was first, and there was nothing to pass on any more; or both happened in their order.
    assert isinstance(found[1], Receipt)
    assert isinstance(found[0], SignOff | NotAllowed)
    assert Assessment.objects.get(pk=season.assessments[0].pk).state == "submitted"
