"""What is read of lineage: carried over, asked before issuing, shown on the page, and between any two sets."""

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from criteria.models import CriteriaSet, Cycle, Lineage
from criteria.selectors import lineage as read
from criteria.services import lineage
from criteria.tree.lineage import Link
from tests.criteria.lineage.years import HALF, ONE, Years, leaf, years
from tests.factories import rows

pytestmark = pytest.mark.django_db


def proposed() -> Years:
    made = years()
    lineage.propose(criteria_set=made.new, by=made.staff)
    return made


def version_of(first: CriteriaSet) -> CriteriaSet:
    """A second version with the same leaves, each the same as before."""
    second = CriteriaSet.objects.create(
        cycle=first.cycle, kind=first.kind, version=2, replaces=first, title="Bản 2", scale=10, survey_points=0
    )
    for each in first.criteria.order_by("position"):
        parent = second.criteria.filter(code=each.parent.code).first() if each.parent else None
        made = rows.criterion(second, each.code, str(each.max_points), parent=parent, leaf=each.is_leaf, name=each.name)
        if made.is_leaf:
            Lineage.objects.create(criteria_set=second, criterion=made, previous=each, kind="same", is_confirmed=True)
    return second


# --- carried over -----------------------------------------------------------------------------------------------------


def test_only_confirmed_leaves_that_are_the_same_are_carried() -> None:
    made = proposed()
    earlier = [each.pk for each in made.old.criteria.all()]
    assert read.carried_from(made.new.criteria.all(), earlier) == {}
    assert read.leaf_before(made.leaf("1.1")) is None

    made.confirm_all()

    assert read.carried_from(made.new.criteria.all(), earlier) == {made.leaf("1.1").pk: made.before("1.1").pk}
    assert read.leaf_before(made.leaf("1.1")) == made.before("1.1")
    assert [read.leaf_before(made.leaf(code)) for code in ("1.2", "1.3", "2.2")] == [None, None, None]


def test_a_moved_leaf_is_carried() -> None:
    made = proposed()
    lineage.change(criteria_set=made.new, leaf=made.leaf("2.2"), origins={made.before("2.1"): ONE}, by=made.staff)

    assert read.leaf_before(made.leaf("2.2")) == made.before("2.1")


def test_a_version_of_the_same_cycle_is_stepped_over(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = proposed()
    made.confirm_all()
    second = version_of(made.new)
    leaf_now = second.criteria.get(code="1.1")
    earlier = [each.pk for each in made.old.criteria.all()]

    assert read.leaf_before(leaf_now) == made.before("1.1")
    with django_assert_num_queries(2):
        found = read.carried_from(second.criteria.all(), earlier)
    assert found == {leaf_now.pk: made.before("1.1").pk}


def test_carried_from_takes_one_query_whatever_was_answered(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = proposed()
    made.confirm_all()

    for earlier in ([], [made.before("1.1").pk], [each.pk for each in made.old.criteria.all()]):
        with django_assert_num_queries(1):
            read.carried_from(made.new.criteria.all(), earlier)


# --- the earlier set --------------------------------------------------------------------------------------------------


def test_the_earlier_set_is_last_years_in_force_of_the_kind() -> None:
    made = years()
    rows.criteria_set(made.old.cycle, "commune")

    assert read.against(made.new) == made.old
    assert read.against(made.old) is None
    commune = rows.criteria_set(made.new.cycle, "commune")
    assert read.against(commune) is None


def test_a_frozen_set_keeps_the_earlier_set_that_its_lineage_names() -> None:
    made = proposed()
    made.confirm_all()
    Cycle.objects.filter(pk=made.new.cycle_id).update(previous=None)
    issued = CriteriaSet.objects.get(pk=made.new.pk)
    assert read.against(issued) is None

    issued.state = "issued"

    assert read.against(issued) == made.old


def test_what_the_check_before_issuing_asks() -> None:
    made = proposed()
    assert read.traced(made.old) is None
    assert read.untold(made.old) == []
    assert read.traced(made.new) == frozenset()
    assert [each.code for each in read.untold(made.new)] == ["1.1", "1.2", "2.1"]

    lineage.confirm_kind(criteria_set=made.new, kind="split", by=made.staff)
    lineage.confirm_kind(criteria_set=made.new, kind="dropped", by=made.staff)

    assert read.traced(made.new) == frozenset({"1.2", "1.3"})
    assert [each.code for each in read.untold(made.new)] == ["1.1"]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_entries_are_in_printing_order_and_name_what_nobody_spoke_of() -> None:
    made = years()
    bare = read.entries(made.new, made.old)
    assert [(each.kind, each.leaf.code if each.leaf else "") for each in bare][:2] == [("", "1.1"), ("", "1.2")]
    assert [each.origins[0].leaf.code for each in bare if not each.leaf] == ["1.1", "1.2", "2.1"]
    assert {each.reason for each in bare} == {""}

    lineage.propose(criteria_set=made.new, by=made.staff)
    found = read.entries(made.new, made.old)

    assert [(each.kind, each.leaf.code if each.leaf else "-") for each in found] == [
        ("same", "1.1"),
        ("split", "1.2"),
        ("split", "1.3"),
        ("new", "2.2"),
        ("dropped", "-"),
    ]
    assert [each.percent for each in found[1].origins] == [25]
    assert all(each.reason for each in found)
    assert [each.points_differ for each in found] == [False] * 5
    made.new.criteria.filter(code="1.1").update(max_points=1)
    assert [each.points_differ for each in read.entries(made.new, made.old)] == [True, *[False] * 4]
    assert [kind for kind, _ in read.grouped(found)] == ["split", "new", "dropped", "same"]


def test_unconfirmed_entries_stand_first_in_their_group() -> None:
    made = proposed()
    lineage.confirm(criteria_set=made.new, rows=[made.row("1.2").pk], by=made.staff)

    (kind, group), *_ = read.grouped(read.entries(made.new, made.old))

    assert (kind, [each.leaf.code for each in group if each.leaf]) == ("split", ["1.3", "1.2"])


def test_an_entry_says_what_is_missing_and_by_whom_it_was_confirmed() -> None:
    made = proposed()
    lineage.change(criteria_set=made.new, leaf=made.leaf("2.2"), origins={made.before("2.1"): HALF}, by=made.staff)
    lineage.confirm(criteria_set=made.new, rows=[made.row("1.1").pk], by=made.staff)
    found = {each.leaf.code: each for each in read.entries(made.new, made.old) if each.leaf}

    assert found["2.2"].missing == ((made.before("2.1"), Decimal(50)),)
    assert (found["1.1"].is_confirmed, found["1.1"].confirmed_by) == (True, made.staff)
    assert read.entry_of(made.new, made.old, found["1.1"].key) == found["1.1"]
    assert read.entry_of(made.new, made.old, "n0") is None


def test_entries_are_narrowed_by_kind_state_and_text() -> None:
    made = proposed()
    lineage.confirm(criteria_set=made.new, rows=[made.row("1.1").pk], by=made.staff)
    found = read.entries(made.new, made.old)

    def codes(**wanted: str) -> list[str]:
        return [each.leaf.code if each.leaf else "-" for each in read.narrowed(found, **wanted)]

    assert codes() == ["1.1", "1.2", "1.3", "2.2", "-"]
    assert codes(kind="split") == ["1.2", "1.3"]
    assert (codes(state="done"), codes(state="open")) == (["1.1"], ["1.2", "1.3", "2.2", "-"])
    assert codes(text="TUYEN TRUYEN TREN") == ["1.2", "1.3"]
    assert codes(text="2") == ["2.2", "-"]
    assert codes(text="1.3") == ["1.3"]


def test_entries_take_the_same_queries_for_more_leaves(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = proposed()
    with django_assert_num_queries(2):
        read.entries(made.new, made.old)
    for number in range(3, 9):
        leaf(made.new, f"2.{number}", f"Tiêu chí số {number}")
    lineage.propose(criteria_set=made.new, by=made.staff)

    with django_assert_num_queries(2):
        assert len(read.entries(made.new, made.old)) == 11


# --- between any two sets ---------------------------------------------------------------------------------------------


def test_a_path_of_one_step_counts_what_is_open() -> None:
    made = proposed()
    links = {Link("1.1", "1.1", ONE), Link("1.2", "1.2", Decimal("0.25")), Link("1.3", "1.2", Decimal("0.75"))}
    assert read.path(made.old, made.new) == read.Path(tuple(sorted(links, key=lambda each: each.new)), 4)

    made.confirm_all()

    assert read.path(made.old, made.new).open == 0


def test_without_stored_lineage_a_proposal_is_made() -> None:
    made = years()
    found = read.path(made.old, made.new)

    assert (len(found.links), found.open) == (3, 4)
    assert made.new.lineage.count() == 0


def test_a_path_goes_over_the_sets_between() -> None:
    made = proposed()
    made.confirm_all()
    second = version_of(made.new)

    found = read.path(made.old, second)

    assert set(found.links) == set(read.path(made.old, made.new).links)
    assert found.open == 0


def test_sets_that_do_not_follow_one_another_are_compared_by_their_texts() -> None:
    made = years()
    other = rows.criteria_set(made.new.cycle, "commune")

    assert read.path(other, made.new).open == 4
    assert read.path(made.new, made.old).open == 3
