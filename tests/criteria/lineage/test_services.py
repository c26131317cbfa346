"""Lineage proposed, confirmed and put right."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from criteria.models import Criterion, Lineage
from criteria.selectors import lineage as read
from criteria.services import lineage
from criteria.services.drafting import Frozen
from criteria.services.lineage import BadLineage
from tests.criteria.lineage.years import HALF, ONE, Years, leaf, years
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db

PROPOSED = [
    ("same", "1.1", "1.1", False),
    ("split", "1.2", "1.2", False),
    ("split", "1.2", "1.3", False),
    ("new", "", "2.2", False),
    ("dropped", "2.1", "", False),
]


def proposed() -> Years:
    made = years()
    lineage.propose(criteria_set=made.new, by=made.staff)
    return made


def trail() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def test_proposal_is_stored_unconfirmed_with_shares_and_one_event() -> None:
    made = years()

    count = lineage.propose(criteria_set=made.new, by=made.staff)

    assert (count, made.told(), trail()) == (5, PROPOSED, ["lineage.proposed"])
    assert [made.row("1.2").share, made.row("1.3").share] == [Decimal("0.25"), Decimal("0.75")]


def test_proposing_again_keeps_what_was_confirmed_and_finds_the_rest_anew() -> None:
    made = proposed()
    lineage.confirm(criteria_set=made.new, rows=[made.row("1.1").pk, made.row("2.2").pk], by=made.staff)
    kept = made.row("1.1")
    Criterion.objects.filter(pk=made.leaf("1.1").pk).update(name="Khác hẳn bây giờ")
    leaf(made.new, "2.3", "Một cửa liên thông")

    assert lineage.propose(criteria_set=made.new, by=made.staff) == 3

    assert made.row("1.1") == kept
    assert made.told() == [
        ("same", "1.1", "1.1", True),
        *PROPOSED[1:3],
        ("new", "", "2.2", True),
        ("moved", "2.1", "2.3", False),
    ]


def test_a_confirmed_part_whose_other_part_is_gone_is_proposed_anew() -> None:
    made = proposed()
    made.confirm_all()
    made.leaf("1.3").delete()

    lineage.propose(criteria_set=made.new, by=made.staff)

    assert [each for each in made.told() if each[1] == "1.2"] == [("same", "1.2", "1.2", False)]
    assert ("same", "1.1", "1.1", True) in made.told()


def test_losing_one_origin_unsettles_the_whole_leaf_and_its_sisters() -> None:
    made = proposed()
    whole, half = made.before("1.1"), made.before("1.2")
    lineage.change(criteria_set=made.new, leaf=made.leaf("1.1"), origins={whole: ONE, half: HALF}, by=made.staff)
    made.confirm_all()
    made.leaf("1.3").delete()

    lineage.propose(criteria_set=made.new, by=made.staff)

    assert [(new, is_confirmed) for _kind, _old, new, is_confirmed in made.told()] == [
        ("1.1", False),
        ("1.2", False),
        ("2.2", True),
        ("", True),
    ]


def test_a_leaf_that_became_a_node_is_proposed_by_its_leaves() -> None:
    made = proposed()
    made.confirm_all()
    Criterion.objects.filter(pk=made.leaf("1.1").pk).update(is_leaf=False)
    leaf(made.new, "1.1.1", "Kế hoạch cải cách hành chính")

    lineage.propose(criteria_set=made.new, by=made.staff)

    assert ("moved", "1.1", "1.1.1", False) in made.told()
    assert made.new.lineage.filter(criterion__code="1.1").count() == 0


def test_without_an_earlier_set_nothing_is_proposed() -> None:
    made = years()
    with pytest.raises(BadLineage, match="no earlier set"):
        lineage.propose(criteria_set=rows.criteria_set(made.old.cycle, "commune"), by=made.staff)
    assert trail() == []


def test_an_issued_set_takes_no_lineage_by_any_service() -> None:
    made = years()
    for service in (
        lambda: lineage.propose(criteria_set=made.old, by=made.staff),
        lambda: lineage.confirm(criteria_set=made.old, rows=[], by=made.staff),
        lambda: lineage.confirm_kind(criteria_set=made.old, kind="same", by=made.staff),
        lambda: lineage.change(criteria_set=made.old, leaf=made.before("1.1"), origins={}, by=made.staff),
    ):
        with pytest.raises(Frozen):
            service()
    with pytest.raises(DatabaseError), transaction.atomic():
        Lineage.objects.create(criteria_set=made.old, criterion=made.before("1.1"), kind="new")
    assert trail() == []


def test_confirming_signs_every_row_of_the_leaf_once() -> None:
    made = proposed()
    lineage.change(
        criteria_set=made.new,
        leaf=made.leaf("2.2"),
        origins={made.before("2.1"): ONE, made.before("1.1"): ONE},
        by=made.staff,
    )
    made.new.lineage.update(is_confirmed=False, confirmed_by=None, confirmed_at=None)
    one = made.new.lineage.filter(criterion__code="2.2").first()
    assert one is not None

    assert lineage.confirm(criteria_set=made.new, rows=[one.pk], by=made.staff) == 2
    assert lineage.confirm(criteria_set=made.new, rows=[one.pk], by=made.staff) == 0

    signed = made.new.lineage.filter(is_confirmed=True)
    assert {(each.confirmed_by, each.confirmed_at is not None) for each in signed} == {(made.staff, True)}
    assert trail() == ["lineage.proposed", "lineage.changed", "lineage.confirmed"]


def test_all_of_a_kind_at_once() -> None:
    made = proposed()

    assert lineage.confirm_kind(criteria_set=made.new, kind="split", by=made.staff) == 2

    assert [each[0] for each in made.told() if each[3]] == ["split", "split"]
    assert trail() == ["lineage.proposed", "lineage.confirmed"]


def test_a_leaf_that_was_retyped_since_is_not_confirmed_with_its_like() -> None:
    made = proposed()
    Criterion.objects.filter(pk=made.leaf("1.1").pk).update(name="Tỷ lệ hồ sơ trực tuyến toàn trình")

    assert lineage.confirm_kind(criteria_set=made.new, kind="same", by=made.staff) == 0
    assert lineage.confirm(criteria_set=made.new, rows=[made.row("1.1").pk], by=made.staff) == 1


def test_a_dropped_leaf_is_confirmed_by_its_row() -> None:
    made = proposed()
    row = made.new.lineage.get(kind="dropped")

    assert lineage.confirm(criteria_set=made.new, rows=[row.pk], by=made.staff) == 1


def test_a_change_confirms_the_leaf_and_asks_again_for_the_others_it_touches() -> None:
    made = proposed()
    made.confirm_all()

    lineage.change(criteria_set=made.new, leaf=made.leaf("2.2"), origins={made.before("1.1"): HALF}, by=made.staff)

    assert made.told() == [
        ("split", "1.1", "1.1", False),
        ("split", "1.2", "1.2", True),
        ("split", "1.2", "1.3", True),
        ("split", "1.1", "2.2", True),
        ("dropped", "2.1", "", True),
    ]
    assert made.row("2.2").confirmed_by == made.staff


def test_a_leaf_said_to_be_new_drops_what_it_came_from() -> None:
    made = proposed()

    lineage.change(criteria_set=made.new, leaf=made.leaf("1.1"), origins={}, by=made.staff)

    assert made.told()[0] == ("new", "", "1.1", True)
    assert ("dropped", "1.1", "", False) in made.told()


def test_saying_the_same_again_confirms_it() -> None:
    made = proposed()

    lineage.change(criteria_set=made.new, leaf=made.leaf("1.1"), origins={made.before("1.1"): ONE}, by=made.staff)

    assert made.told() == [("same", "1.1", "1.1", True), *PROPOSED[1:]]


def test_a_part_whose_rest_goes_nowhere_is_stored_but_not_confirmed() -> None:
    made = proposed()

    lineage.change(criteria_set=made.new, leaf=made.leaf("2.2"), origins={made.before("2.1"): HALF}, by=made.staff)

    assert ("split", "2.1", "2.2", False) in made.told()
    with pytest.raises(BadLineage, match=r"2\.1 sum to 50%"):
        lineage.confirm(criteria_set=made.new, rows=[made.row("2.2").pk], by=made.staff)
    assert lineage.confirm(criteria_set=made.new, rows=[made.row("1.1").pk], by=made.staff) == 1


def test_a_change_clears_rows_that_fit_no_longer() -> None:
    made = proposed()
    made.confirm_all()
    Criterion.objects.filter(pk=made.leaf("1.1").pk).update(is_leaf=False)

    lineage.change(criteria_set=made.new, leaf=made.leaf("2.2"), origins={}, by=made.staff)

    assert made.new.lineage.filter(criterion__code="1.1").count() == 0
    assert ("dropped", "1.1", "", False) in made.told()


def test_what_does_not_fit_is_refused() -> None:
    made = proposed()
    area, other = made.new.criteria.get(code="1"), rows.criteria_set(made.old.cycle, "commune")
    stranger = other.criteria.get(code="1.1")
    for which, origins in (
        (area, {}),
        (made.before("1.1"), {}),
        (made.leaf("1.1"), {stranger: ONE}),
        (made.leaf("1.1"), {made.before("1"): ONE}),
        (made.leaf("1.1"), {made.before("1.1"): Decimal(0)}),
        (made.leaf("1.1"), {made.before("1.1"): Decimal("1.01")}),
        (made.leaf("1.1"), {made.before("1.1"): Decimal("0.33333")}),
    ):
        with pytest.raises(BadLineage):
            lineage.change(criteria_set=made.new, leaf=which, origins=origins, by=made.staff)
    assert (made.told(), trail()) == (PROPOSED, ["lineage.proposed"])


def test_a_new_version_comes_from_the_version_it_replaces() -> None:
    made = years()
    version = rows.criteria_set(made.old.cycle, "commune")
    version.kind, version.version, version.replaces = "department", 2, made.old
    version.save()

    lineage.propose(criteria_set=version, by=made.staff)

    assert {each.previous.criteria_set for each in version.lineage.all() if each.previous} == {made.old}
    assert read.against(version) == made.old
