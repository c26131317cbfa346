"""Two people at once at delegations, at parts of a leaf, at a workbook that came back: real threads, both databases."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages

from assessments import merging
from assessments.models import Delegation, DelegationPlan, PartScore, Score, SheetReturn
from assessments.services import delegation, parts, returning_sheets
from assessments.services.delegation import Entry, Issued
from tests.assessments import books
from tests.assessments.delegated import Province, province
from tests.assessments.test_races import together
from tests.assessments.test_workbook_pages import bring, confirm, seen_of, shown
from tests.factories import rows
from units import audit
from units.models import AuditEvent, User

pytestmark = pytest.mark.django_db(transaction=True)


# --- delegations ------------------------------------------------------------------------------------------------------


def given() -> tuple[Province, Delegation]:
    """Everything is given out and settled; the one row that does not claim a leaf can change without a new gap."""
    place = province()
    for text, to in zip(("1", "2"), place.departments, strict=False):
        place.give(text, to)
    helper = place.give("1", place.departments[2], role="contributor", task="Gửi số liệu")
    place.issue()
    delegation.reopen(assessment=place.assessment, reason="Bổ sung", by=place.staff)
    return place, Delegation.objects.select_related("plan__assessment", "unit").get(pk=helper.pk)


def changing(place: Province, row: Delegation) -> Callable[[], Delegation]:
    entry = Entry(text=row.text, unit=row.unit, role=row.role, task="Gửi báo cáo")
    return lambda: delegation.change(row=row, entry=entry, by=place.staff)


def removing(place: Province, row: Delegation) -> Callable[[], None]:
    return lambda: delegation.remove(row=row, by=place.staff)


def issuing(place: Province) -> Callable[[], DelegationPlan]:
    return lambda: delegation.issue(assessment=place.assessment, by=place.staff)


def tasks_issued() -> list[str]:
    """The tasks of the rows as the last act of issuing says them, in their order."""
    event = AuditEvent.objects.filter(action="delegation.issued").latest("number")
    return [row["task"] for row in json.loads(event.data)["rows"]]


def tasks_stored() -> list[str]:
    return list(Delegation.objects.order_by("position").values_list("task", flat=True))


def test_without_the_guard_what_is_in_force_is_not_what_was_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    place, row = given()
    change = changing(place, row)
    issuing(place)()
    monkeypatch.setattr(delegation, "assert_not_issued", lambda plan: None)

    change()

    assert tasks_issued() == ["", "", "Gửi số liệu"]
    assert tasks_stored() == ["", "", "Gửi báo cáo"]


@pytest.mark.parametrize("editing", [changing, removing])
def test_issuing_and_an_edit_at_once_agree(editing: Callable[[Province, Delegation], Callable[[], Any]]) -> None:
    place, row = given()

    found = together(issuing(place), editing(place, row))

    # Either the edit was first and was issued with the rest, or it was told that the delegations are issued.
    assert isinstance(found[0], DelegationPlan)
    assert not isinstance(found[1], Exception) or isinstance(found[1], Issued)
    assert tasks_issued() == tasks_stored()
    assert (tasks_stored() == ["", "", "Gửi số liệu"]) == isinstance(found[1], Issued)
    assert audit.first_break() is None


# --- parts ------------------------------------------------------------------------------------------------------------


def part_saves(place: Province, version: int) -> list[Any]:
    """Two people of the unit both saw ``version`` of part a and save different points at once."""
    leaf = place.criteria_set.criteria.get(code="2.2")

    def save(points: str, by: User) -> Callable[[], PartScore]:
        said: dict[str, Any] = {"assessment": place.assessment, "criterion": leaf, "explanation": "", "by": by}
        return lambda: parts.save_part(label="a", points=Decimal(points), version=version, **said)

    return together(save("0.5", place.own), save("1.5", place.head))


def test_without_the_guard_one_persons_part_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    place = province()
    monkeypatch.setattr(parts, "assert_current", lambda part, version: None)

    found = part_saves(place, version=0)

    # Both were told "saved", both built on version 0, and only one value stands: the lost update.
    assert [type(each) for each in found] == [PartScore, PartScore]
    assert PartScore.objects.get().version == 2


def test_of_two_saves_of_one_part_one_is_stored_and_one_is_told() -> None:
    place = province()
    for version in (0, 1):
        found = part_saves(place, version)

        won = [each for each in found if isinstance(each, PartScore)]
        told = [each for each in found if isinstance(each, parts.StalePart)]
        stored = PartScore.objects.get()
        assert (len(won), len(told)) == (1, 1)
        assert (stored.points, stored.version) == (won[0].points, version + 1)
        assert told[0].stored.points == stored.points
        PartScore.objects.update(points=None)
    assert AuditEvent.objects.filter(action="assessment.part_scored").count() == 2
    assert Score.objects.get().version == 2


def test_two_parts_of_one_leaf_at_once_both_count() -> None:
    place = province()
    leaf = place.criteria_set.criteria.get(code="2.2")
    said: dict[str, Any] = {"assessment": place.assessment, "criterion": leaf, "explanation": "", "version": 0}
    points = {"a": "1.5", "b": "1", "c": "0.5"}

    def save(label: str) -> Callable[[], PartScore]:
        return lambda: parts.save_part(label=label, points=Decimal(points[label]), by=place.own, **said)

    found = together(*(save(label) for label in points))

    assert [type(each) for each in found] == [PartScore] * 3
    assert Score.objects.get().points == Decimal(3)


# --- a workbook that came back ----------------------------------------------------------------------------------------


def confirmations() -> tuple[list[Any], rows.Season]:
    """Officer and head both looked at one returned workbook and confirm it at once."""
    season = rows.season()
    dossier, leaf = season.assessments[0], season.criteria_set.criteria.get(code="1.2")
    content = merging.frozen(merging.Returned())
    row = returning_sheets.keep(assessment=dossier, name="b.xlsx", sha256="0" * 64, content=content, by=season.officer)
    said = {"points": Decimal(3), "not_applicable": False, "explanation": "Đã làm", "version": 0}

    def act(by: User) -> Any:
        return lambda: returning_sheets.take(returned=row, changes=[(leaf, said)], by=by)

    return together(act(season.officer), act(season.head)), season


def test_without_the_guard_a_workbook_is_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning_sheets, "is_taken", lambda row: False)

    found, _season = confirmations()

    assert [type(each) for each in found] == [list, list]
    assert AuditEvent.objects.filter(action="sheet.taken").count() == 2


def test_a_workbook_that_two_people_confirm_at_once_is_taken_once() -> None:
    found, _season = confirmations()

    assert sorted(map(len, found)) == [0, 1]
    assert Score.objects.get().version == 1
    assert [AuditEvent.objects.filter(action=action).count() for action in ("sheet.taken", "assessment.scored")] == [
        1,
        1,
    ]
    assert SheetReturn.objects.get().applied_at is not None


def test_who_confirms_second_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other's confirmation falls between the page's look at the workbook and its writing."""
    season = rows.season()
    bring(season, books.typed(season.assessments[0], "1.1", points=2))
    seen = seen_of(shown(season))
    monkeypatch.setattr(returning_sheets, "is_taken", lambda row: True)

    answer = confirm(season, seen)

    assert ["trước" in str(each) for each in get_messages(answer.wsgi_request)] == [True]
    assert not Score.objects.exists()
