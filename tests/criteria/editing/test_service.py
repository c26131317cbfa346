"""Edits of a draft: stored, merged with those of others, undone by anybody."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from criteria.models import Change, CriteriaSet, Criterion, SetState
from criteria.selectors import editing as reads
from criteria.selectors import outline
from criteria.services import drafting, editing
from criteria.services.drafting import Frozen
from criteria.tree.editing import BadEdit
from criteria.tree.merging import Disturbed
from criteria.tree.nodes import Node, Outline, digest
from tests.factories import rows
from units import audit
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season(issued=False)


def edit(season: rows.Season, *operations: Mapping[str, Any], seen: int | None = None, **more: Any) -> Change | None:
    known = reads.last_number(season.criteria_set) if seen is None else seen
    by = more.pop("by", season.staff)
    return editing.edit(criteria_set=season.criteria_set, operations=operations, by=by, seen=known, **more)


def codes(season: rows.Season) -> list[str]:
    return [each.code for each in stored(season).nodes]


def stored(season: rows.Season) -> Outline:
    return outline(CriteriaSet.objects.get(pk=season.criteria_set.pk))


def renamed(name: str, code: str = "1.1") -> Mapping[str, Any]:
    return {"op": "set", "code": code, "values": {"name": name}}


INSERT = {"op": "insert", "place": "before", "of": "1.1", "nodes": [{"name": "Mới", "maximum": "1"}]}


def test_an_edit_is_a_change_and_one_event(season: rows.Season) -> None:
    CriteriaSet.objects.update(state=SetState.CHECKED, digest="0" * 64)

    change = edit(season, renamed("Tên mới"))

    assert change
    assert (change.number, change.by, change.is_undone) == (1, season.staff, False)
    assert change.back == [{"op": "set", "code": "1.1", "values": {"name": "Tiêu chí 1.1"}}]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.target_id) == (
        "criteria.edited",
        season.staff,
        str(season.criteria_set.pk),
    )
    made = CriteriaSet.objects.get(pk=season.criteria_set.pk)
    assert (made.state, made.digest) == (SetState.DRAFT, "")
    assert Criterion.objects.get(criteria_set=made, code="1.1").name == "Tên mới"


def test_nothing_changed_is_no_change(season: rows.Season) -> None:
    assert edit(season, renamed("Tiêu chí 1.1")) is None
    assert not Change.objects.exists()
    assert not AuditEvent.objects.exists()


def test_rows_keep_their_identity_when_codes_follow(season: rows.Season) -> None:
    before = {each.pk: each.name for each in season.criteria_set.criteria.all()}

    edit(season, INSERT)

    assert codes(season) == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert {each.pk: each.name for each in season.criteria_set.criteria.exclude(name="Mới")} == before
    assert [each.position for each in season.criteria_set.criteria.order_by("position")] == [1, 2, 3, 4, 5, 6]


def test_undo_and_redo_by_anybody(season: rows.Season) -> None:
    start = digest(stored(season))
    edit(season, INSERT, by=season.staff)
    edit(season, {"op": "remove", "code": "2"}, by=season.administrator)
    end = digest(stored(season))

    undone = editing.undo(criteria_set=season.criteria_set, by=season.staff)
    assert (undone.number, undone.by, undone.is_undone) == (2, season.administrator, True)
    assert editing.undo(criteria_set=season.criteria_set, by=season.staff).number == 1
    assert digest(stored(season)) == start
    with pytest.raises(editing.NothingLeft):
        editing.undo(criteria_set=season.criteria_set, by=season.staff)

    assert [editing.redo(criteria_set=season.criteria_set, by=season.staff).number for _ in range(2)] == [1, 2]
    assert digest(stored(season)) == end
    with pytest.raises(editing.NothingLeft):
        editing.redo(criteria_set=season.criteria_set, by=season.staff)
    assert AuditEvent.objects.count() == 6
    assert audit.first_break() is None


def test_what_was_undone_is_dropped_by_the_next_edit(season: rows.Season) -> None:
    edit(season, renamed("Một"))
    edit(season, renamed("Hai"))
    editing.undo(criteria_set=season.criteria_set, by=season.staff)
    edit(season, renamed("Ba"))
    assert reads.stacks(season.criteria_set) == ([1, 4], [])

    for _ in range(2):
        editing.undo(criteria_set=season.criteria_set, by=season.staff)

    assert reads.next_steps(season.criteria_set) == reads.Steps(6, "", "đã sửa 1.1 – Người staff")
    assert stored(season).by_code["1.1"].name == "Tiêu chí 1.1"


def test_next_steps_of_a_fresh_set(season: rows.Season) -> None:
    assert reads.next_steps(season.criteria_set) == reads.Steps(0, "", "")
    edit(season, renamed("Một"))
    assert reads.next_steps(season.criteria_set) == reads.Steps(1, "đã sửa 1.1 – Người staff", "")


def test_a_redo_out_of_reach_is_still_known() -> None:
    assert reads.replay([(7, "undo", "5"), (8, "undo", "3")]) == ([], [5, 3])
    assert reads.replay([(7, "undo", "5"), (8, "redo", "5"), (9, "set", None)]) == ([5, 9], [])


def test_two_people_on_different_rows_and_fields_do_not_disturb(season: rows.Season) -> None:
    edit(season, renamed("Một"), seen=0)
    edit(season, renamed("Hai", "1.2"), seen=0, by=season.administrator)
    edit(season, {"op": "set", "code": "1.1", "values": {"maximum": "2,5"}}, seen=0, by=season.administrator)
    edit(season, {"op": "head", "values": {"title": "Bộ mới"}}, seen=0)

    made = stored(season)
    assert (made.by_code["1.1"].name, made.by_code["1.1"].maximum) == ("Một", Decimal("2.5"))
    assert (made.by_code["1.2"].name, made.title) == ("Hai", "Bộ mới")


def test_the_same_field_is_refused_with_both_values(season: rows.Season) -> None:
    edit(season, {"op": "set", "code": "1.1", "values": {"maximum": "2,5"}}, by=season.administrator)

    with pytest.raises(Disturbed) as caught:
        edit(season, {"op": "set", "code": "1.1", "values": {"maximum": "3"}}, seen=0)

    found = caught.value
    assert (found.code, found.field, found.mine, found.theirs) == ("1.1", "maximum", "3", "2.5")
    assert edit(season, {"op": "set", "code": "1.1", "values": {"maximum": "2,5"}}, seen=0) is None


def test_edits_find_rows_that_got_another_code_since(season: rows.Season) -> None:
    edit(season, INSERT)

    edit(season, renamed("Được sửa", "1.1"), seen=0)

    made = stored(season)
    assert [made.by_code[code].name for code in ("1.1", "1.2")] == ["Mới", "Được sửa"]
    with pytest.raises(Disturbed):
        edit(season, {"op": "recode", "code": "1.1", "to": "7.7"}, seen=0)


def test_edits_of_rows_that_went_are_refused(season: rows.Season) -> None:
    edit(season, {"op": "remove", "code": "1"})

    for code in ("1", "1.1"):
        with pytest.raises(BadEdit, match="removed"):
            edit(season, renamed("Trễ", code), seen=0)
    with pytest.raises(BadEdit, match="not in the set"):
        edit(season, renamed("Trễ", "2.2"), seen=1)


def test_what_others_work_on_is_not_removed(season: rows.Season) -> None:
    edit(season, renamed("Một"), by=season.administrator)

    with pytest.raises(Disturbed) as caught:
        edit(season, {"op": "remove", "code": "1"}, seen=0)

    assert (caught.value.code, caught.value.theirs) == ("1.1", "Một")
    edit(season, {"op": "remove", "code": "2"}, seen=0)
    edit(season, {"op": "remove", "code": "1"})
    assert codes(season) == []


def test_undo_and_redo_count_as_changes_of_what_they_touch(season: rows.Season) -> None:
    edit(season, renamed("Một"))
    editing.undo(criteria_set=season.criteria_set, by=season.administrator)
    with pytest.raises(Disturbed):
        edit(season, renamed("Hai"), seen=1)

    editing.redo(criteria_set=season.criteria_set, by=season.administrator)
    with pytest.raises(Disturbed) as caught:
        edit(season, renamed("Hai"), seen=2)
    assert caught.value.theirs == "Một"
    assert edit(season, renamed("Hai"), seen=3)


def test_the_same_request_sent_twice_is_stored_once(season: rows.Season) -> None:
    first = edit(season, INSERT, key="k1", seen=0)
    edit(season, renamed("Khác", "2.1"))

    assert edit(season, INSERT, key="k1", seen=0) == first
    assert len(codes(season)) == 6
    assert edit(season, INSERT, key="k1", seen=0, by=season.administrator) != first
    editing.undo(criteria_set=season.criteria_set, by=season.staff)
    editing.redo(criteria_set=season.criteria_set, by=season.staff)


def test_a_row_that_others_moved_is_still_found(season: rows.Season) -> None:
    edit(season, {"op": "up", "code": "1.2"}, by=season.administrator)

    edit(season, renamed("Được sửa", "1.2"), seen=0)

    assert stored(season).by_code["1.1"].name == "Được sửa"
    with pytest.raises(Disturbed):
        edit(season, {"op": "remove", "code": "1"}, seen=0)


def test_a_refused_edit_leaves_nothing_behind(season: rows.Season) -> None:
    before = digest(stored(season))

    with pytest.raises(BadEdit):
        edit(season, renamed("Một"), {"op": "set", "code": "1.2", "values": {"maximum": "0"}})

    assert digest(stored(season)) == before
    assert not AuditEvent.objects.exists()


def test_an_issued_set_is_frozen() -> None:
    season = rows.season()

    for act in (editing.undo, editing.redo):
        with pytest.raises(Frozen):
            act(criteria_set=season.criteria_set, by=season.staff)
    with pytest.raises(Frozen):
        edit(season, renamed("Một"))


@pytest.mark.parametrize(
    ("operations", "title"),
    [
        ([renamed("Một"), renamed("Hai", "1.2")], "đã sửa 1.1, 1.2"),
        ([renamed("x", code) for code in ("1", "1.1", "1.2", "2")], "đã sửa 1, 1.1, 1.2, …"),
        ([INSERT], "đã thêm 1.3"),
        ([{"op": "remove", "code": "1.1"}], "đã xóa 1.1"),
        ([{"op": "up", "code": "1.2"}], "đã chuyển 1.2"),
        ([{"op": "recode", "code": "2", "to": "II"}], "đã đổi mã 2, 2.1"),
        ([{"op": "head", "values": {"title": "x"}}], "đã sửa thông tin chung của bộ tiêu chí"),
    ],
)  # fmt: skip
def test_titles(season: rows.Season, operations: list[Mapping[str, Any]], title: str) -> None:
    change = edit(season, *operations)

    assert change
    assert change.title == title


def large(leaves: int = 300) -> Outline:
    """Four levels: 4 areas of 5 criteria, each with 3 parts of 5 leaves."""
    nodes: list[Node] = []

    def grow(code: str, maximum: Decimal, widths: list[int]) -> None:
        nodes.append(Node(code, f"Tiêu chí {code}", code.rpartition(".")[0], maximum, rule="Có: 1\nKhông: 0"))
        for each in range(1, widths[0] + 1) if widths else ():
            grow(f"{code}.{each}", maximum / widths[0], widths[1:])

    for area in range(1, 5):
        grow(str(area), Decimal(75), [5, 3, leaves // 60])
    return Outline("Bộ tiêu chí lớn", Decimal(300), Decimal(0), tuple(nodes))


@pytest.mark.parametrize("leaves", [60, 300])
def test_queries_do_not_grow_with_the_set(
    season: rows.Season, leaves: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = drafting.create(cycle=season.cycle, kind="commune", outline=large(leaves), by=season.staff)
    made = CriteriaSet.objects.select_related("cycle__authority").get(pk=made.pk)

    with django_assert_max_num_queries(17):
        editing.edit(criteria_set=made, operations=[renamed("Mới", "1.1.1.1")], by=season.staff, seen=0)
    with django_assert_max_num_queries(23):
        editing.edit(criteria_set=made, operations=[INSERT | {"of": "1.1.1"}], by=season.staff, seen=1)
    with django_assert_max_num_queries(22):
        drafting.create(cycle=season.cycle, kind="commune", outline=large(leaves), by=season.staff)


def test_a_rewrite_swaps_codes_places_and_parents(season: rows.Season) -> None:
    made = stored(season)
    pks = {each.name: each.pk for each in season.criteria_set.criteria.all()}
    one, first, second, two, survey = made.nodes
    swapped = Outline(
        made.title,
        made.scale,
        made.survey_points,
        (
            Node("1", two.name, maximum=Decimal(4)),
            Node("1.1", first.name, "1", Decimal(2)),
            Node("1.2", "Mới", "1", Decimal(2)),
            Node("1.2.1", survey.name, "1.2", Decimal(2)),
        ),
    )
    names = {"1": "2", "1.1": "1.1", "1.2": "", "1.2.1": "2.1"}

    drafting.rewrite(criteria_set=season.criteria_set, outline=swapped, renamed=names)

    assert digest(stored(season)) == digest(swapped)
    kept = {each.name: each.pk for each in season.criteria_set.criteria.exclude(name="Mới")}
    assert kept == {name: pks[name] for name in (two.name, first.name, survey.name)}
    assert {one.name, second.name}.isdisjoint(kept)


def test_times_are_those_of_the_database(season: rows.Season) -> None:
    change = edit(season, renamed("Một"))

    assert change
    assert abs((timezone.now() - change.at).total_seconds()) < 60
