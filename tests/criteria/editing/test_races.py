"""Two people at one draft at the same instant: real threads, real connections, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest

from criteria.models import Change, Criterion
from criteria.selectors import outline
from criteria.services import editing
from criteria.tree.merging import Disturbed
from criteria.tree.nodes import digest
from tests.assessments.test_races import together
from tests.factories import rows
from units import audit
from units.models import AuditEvent, User

pytestmark = pytest.mark.django_db(transaction=True)


def renames(season: rows.Season, *codes: str) -> list[Any]:
    """Staff and administrator both saw the untouched set, and give a criterion each another name at once."""

    def save(code: str, by: User) -> Callable[[], Change | None]:
        operation = {"op": "set", "code": code, "values": {"name": f"Của {by.username}"}}
        return lambda: editing.edit(criteria_set=season.criteria_set, operations=[operation], by=by, seen=0)

    people = (season.staff, season.administrator)
    return together(*[save(code, by) for code, by in zip(codes, people, strict=True)])


def test_without_the_guard_one_officials_text_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season(issued=False)
    monkeypatch.setattr(editing, "guarded", lambda before, operations, past: list(operations))

    found = renames(season, "1.1", "1.1")

    # Both were told "saved", both built on the untouched set, and only one text stands: the lost update.
    assert [type(each) for each in found] == [Change, Change]
    assert (
        Criterion.objects.get(criteria_set=season.criteria_set, code="1.1").name
        == Change.objects.get(number=2).forward[0]["values"]["name"]
    )


def test_of_two_edits_of_a_cell_one_is_stored_and_one_is_told() -> None:
    season = rows.season(issued=False)

    found = renames(season, "1.1", "1.1")

    won = [each for each in found if isinstance(each, Change)]
    told = [each for each in found if isinstance(each, Disturbed)]
    assert (len(won), len(told)) == (1, 1)
    stored = Criterion.objects.get(criteria_set=season.criteria_set, code="1.1").name
    assert told[0].theirs == stored != told[0].mine
    assert AuditEvent.objects.count() == 1


def test_two_rows_at_once_are_both_stored() -> None:
    season = rows.season(issued=False)

    assert [type(each) for each in renames(season, "1.1", "1.2")] == [Change, Change]

    assert {each.number for each in Change.objects.all()} == {1, 2}
    names = Criterion.objects.filter(criteria_set=season.criteria_set, name__startswith="Của").values_list("code")
    assert {code for (code,) in names} == {"1.1", "1.2"}
    assert audit.first_break() is None


def test_rows_added_at_one_place_at_once_both_stand() -> None:
    season = rows.season(issued=False)
    before = digest(outline(season.criteria_set))
    insert = {"op": "insert", "place": "after", "of": "1.1", "nodes": [{"name": "Mới"}]}

    def act() -> Change | None:
        return editing.edit(criteria_set=season.criteria_set, operations=[insert], by=season.staff, seen=0)

    assert [type(each) for each in together(act, act)] == [Change, Change]

    made = outline(season.criteria_set)
    assert [each.code for each in made.children("1")] == ["1.1", "1.2", "1.3", "1.4"]
    for _ in range(2):
        editing.undo(criteria_set=season.criteria_set, by=season.staff)
    assert digest(outline(season.criteria_set)) == before


def test_the_last_change_is_undone_once() -> None:
    season = rows.season(issued=False)
    operation = {"op": "set", "code": "1.1", "values": {"name": "Một"}}
    editing.edit(criteria_set=season.criteria_set, operations=[operation], by=season.staff, seen=0)

    found = together(*[lambda: editing.undo(criteria_set=season.criteria_set, by=season.staff)] * 3)

    assert sorted(type(each).__name__ for each in found) == ["Change", "NothingLeft", "NothingLeft"]
