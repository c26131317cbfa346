"""Delegations as services, rights and queue see them."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from assessments import policies
from assessments.delegating.expressions import BadExpression
from assessments.models import (
    Assessment,
    Delegation,
    DelegationPlan,
    Receipt,
    Score,
)
from assessments.policies import delegations as doors
from assessments.selectors.delegation import contributions_open, leaves_mine, owners_of
from assessments.selectors.delegation_board import board_of
from assessments.services import delegation, parts
from assessments.services.delegation import Changed, Entry, Issued, Unsettled
from assessments.services.scores import BadScore
from assessments.states import NotAllowed
from tests.assessments.delegated import Province, province
from tests.factories import rows
from units.models import AuditEvent, Division, Membership, Notice
from units.services import divisions

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Province:
    return province()


def hand_in(place: Province) -> None:
    Assessment.objects.filter(pk=place.assessment.pk).update(
        state="submitted", submitted_at=timezone.now(), submitted_by=place.head
    )


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def test_the_same_row_twice_is_one(place: Province) -> None:
    entry = Entry(text="1", unit=place.departments[0])

    first = delegation.add(assessment=place.assessment, entries=[entry, entry], by=place.staff)
    again = delegation.add(assessment=place.assessment, entries=[entry], by=place.staff)

    assert (len(first), again) == (1, [])
    assert acts() == ["delegation.added"]


def test_rows_that_cannot_be_read_are_not_stored(place: Province) -> None:
    good, bad = (Entry(text=text, unit=place.departments[0]) for text in ("1", "9"))

    with pytest.raises(BadExpression):
        delegation.add(assessment=place.assessment, entries=[good, bad], by=place.staff)

    assert not Delegation.objects.exists()


def test_a_row_is_changed_once_and_forgets_that_it_was_done(place: Province) -> None:
    row = place.give("1", place.departments[0], role="contributor")
    place.give("1; 2", place.departments[1])
    place.issue()
    delegation.finish(row=row, note="Xong", by=place.officers[0])
    delegation.finish(row=row, note="Xong", by=place.officers[0])
    delegation.reopen(assessment=place.assessment, reason="Đổi", by=place.staff)
    same = Entry(text="1", unit=place.departments[0], role="contributor")
    kept = delegation.change(row=row, entry=same, by=place.staff)
    assert kept.done_at is not None

    changed = delegation.change(row=row, entry=Entry(text="1.1", unit=place.departments[0]), by=place.staff)

    assert (changed.done_at, changed.done_note) == (None, "")
    assert acts().count("delegation.done") == 1
    assert acts()[-1] == "delegation.changed"


def test_a_removed_row_stays_removed(place: Province) -> None:
    row = place.give("1", place.departments[0])

    delegation.remove(row=row, by=place.staff)
    delegation.remove(row=Delegation(pk=row.pk or 1, plan=DelegationPlan.objects.get()), by=place.staff)

    assert acts() == ["delegation.added", "delegation.removed"]


def test_a_justification_lapses_when_the_claims_change(place: Province) -> None:
    place.give("1; 2", place.departments[0])
    row = place.give("2.2", place.departments[1])
    place.issue()
    delegation.reopen(assessment=place.assessment, reason="Đổi", by=place.staff)
    assert board_of(place.assessment).open == ()

    delegation.change(row=row, entry=Entry(text="2.2", unit=place.departments[2]), by=place.staff)

    (matter,) = board_of(place.assessment).open
    assert (matter.finding.code, matter.lapsed is not None, matter.justification) == ("2.2", True, None)
    with pytest.raises(Unsettled):
        delegation.issue(assessment=place.assessment, by=place.staff)


def test_justifying_needs_a_reason_and_what_was_seen(place: Province) -> None:
    place.give("1", place.departments[0])
    finding = board_of(place.assessment).open[0].finding
    said: dict[str, Any] = {
        "assessment": place.assessment,
        "code": finding.code,
        "kind": finding.kind,
        "by": place.staff,
    }

    with pytest.raises(ValueError, match="reason"):
        delegation.justify(claims=finding.claims, reason=" ", **said)
    with pytest.raises(Changed):
        delegation.justify(claims="0" * 64, reason="x", **said)
    with pytest.raises(ValueError, match="reason"):
        delegation.justify_elsewhere(assessment=place.assessment, reason="", by=place.staff)
    delegation.justify(claims=finding.claims, reason="Có lý do", **said)
    delegation.justify(claims=finding.claims, reason="Có lý do", **said)
    delegation.withdraw(**said)
    delegation.withdraw(**said)

    assert acts() == ["delegation.added", "delegation.justified", "delegation.justification_withdrawn"]


def test_issuing_tells_the_owners_once(place: Province) -> None:
    division = divisions.add(unit=place.unit, name="Phòng Tổng hợp", by=place.head)
    divisions.place(membership=Membership.objects.get(user=place.own), division=division, by=place.head)
    place.give("1", place.departments[0])
    place.give("2.1", division)
    place.give("2.2", place.officers[1])
    place.issue()
    delegation.issue(assessment=place.assessment, by=place.staff)

    told = set(Notice.objects.values_list("to__username", flat=True))
    assert told == {place.officers[0].username, place.own.username, place.officers[1].username}
    assert acts().count("delegation.issued") == 1
    with pytest.raises(Issued):
        place.give("1.1", place.departments[0])
    with pytest.raises(Issued):
        delegation.name_document(assessment=place.assessment, document="x", by=place.staff)


def test_reopening(place: Province) -> None:
    with pytest.raises(NotAllowed):
        delegation.reopen(assessment=place.assessment, reason="x", by=place.staff)
    place.give("1; 2", place.departments[0])
    assert delegation.reopen(assessment=place.assessment, reason="x", by=place.staff).version == 1
    place.issue()
    with pytest.raises(ValueError, match="reason"):
        delegation.reopen(assessment=place.assessment, reason="", by=place.staff)
    delegation.reopen(assessment=place.assessment, reason="x", by=place.staff)
    # What stands in it goes on counting.
    assert leaves_mine(place.assessment, place.officers[0]) == {place.leaf(c) for c in ("1.1", "1.2", "2.1.1", "2.2")}
    hand_in(place)
    for write in (
        lambda: delegation.reopen(assessment=place.assessment, reason="x", by=place.staff),
        lambda: place.give("1", place.departments[1]),
        lambda: delegation.finish(row=Delegation.objects.get(), note="", by=place.staff),
    ):
        with pytest.raises(NotAllowed):
            write()


def test_the_document_is_named_once(place: Province) -> None:
    for _ in range(2):
        delegation.name_document(assessment=place.assessment, document=" KH 05 ", by=place.staff)

    assert acts() == ["delegation.document_named"]


def test_owners_before_and_after_issue(place: Province) -> None:
    row = place.give("1", place.departments[0], role="contributor", task="Cung cấp số liệu")
    place.give("1; 2", place.departments[1])
    assert (owners_of(place.assessment), contributions_open(place.assessment)) == ({}, [])

    place.issue()

    owned = owners_of(place.assessment)
    lead, contributor = owned[place.leaf("1.1")]
    assert (lead.name, lead.is_lead, contributor.is_lead, contributor.task) == (
        "Sở Kế hoạch và Đầu tư",
        True,
        False,
        "Cung cấp số liệu",
    )
    assert [each.name for each in contributions_open(place.assessment)] == ["Sở Tài chính"]
    delegation.finish(row=row, note="", by=place.officers[0])
    assert contributions_open(place.assessment) == []
    delegation.unfinish(row=row, by=place.officers[0])
    delegation.unfinish(row=row, by=place.officers[0])
    assert len(contributions_open(place.assessment)) == 1


def test_a_row_that_an_amended_set_no_longer_has_gives_nothing(place: Province) -> None:
    place.give("1", place.departments[0])
    Delegation.objects.update(text="7.7")

    board = board_of(place.assessment)

    assert (board.unread, board.may_be_issued, board.rows[0].leaves) == (1, False, 0)


def test_a_leaf_that_does_not_apply_needs_no_owner(place: Province) -> None:
    place.give("1.1; 2", place.departments[0])
    assert [each.finding.code for each in board_of(place.assessment).open] == ["1.2", "3.1"]
    rows.exemption(place.criteria_set, "1.2", unit=place.unit)

    assert [each.finding.code for each in board_of(place.assessment).open] == ["3.1"]


def test_delegates_write_their_own_leaves_and_nothing_else(place: Province) -> None:
    place.give("1.1", place.departments[0])
    place.give("1.2", place.departments[0], role="contributor")
    place.give("1.2; 2.1", place.officers[1])
    pk, finance, planning, land = place.assessment.pk, *place.officers
    with pytest.raises(Http404):
        policies.assessment_to_view(finance, pk)
    place.issue()

    _assessment, rights = policies.sheet_door(finance, pk)
    assert (rights.score, rights.submit, rights.give_back, rights.is_own) == (True, False, False, False)
    assert (rights.writes(place.leaf("1.1")), rights.writes(place.leaf("1.2"))) == (True, False)
    assert (rights.proves(place.leaf("1.2")), rights.proves(place.leaf("2.1.1"))) == (True, False)
    assert policies.leaf_to_score(finance, pk, place.leaf("1.1"))[2].code == "1.1"
    assert policies.leaf_to_prove(finance, pk, place.leaf("1.2"))[2].code == "1.2"
    assert policies.leaf_to_score(planning, pk, place.leaf("2.1.1"))[2].code == "2.1.1"
    for refused in (
        lambda: policies.leaf_to_score(finance, pk, place.leaf("1.2")),
        lambda: policies.leaf_to_prove(finance, pk, place.leaf("2.1.1")),
        lambda: policies.leaf_to_score(place.staff, pk, place.leaf("1.1")),
        lambda: policies.assessment_to_score(finance, pk),
        lambda: policies.assessment_to_submit(finance, pk),
        lambda: doors.delegation_to_change(finance, pk),
        lambda: doors.work_to_finish(planning, Delegation.objects.order_by("pk")[0].pk),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    with pytest.raises(Http404):
        policies.assessment_to_view(land, pk)
    assert [each.pk for each in policies.own_assessments(finance)] == [pk]
    assert policies.dossiers.sees_documents_of(finance, place.unit)
    assert not policies.dossiers.sees_documents_of(land, place.unit)
    receipt = Receipt.objects.create(
        assessment=place.assessment, number=1, points=1, maximum=1, at=timezone.now(), by=place.head
    )
    assert policies.receipt_to_view(finance, receipt.pk) == receipt
    with pytest.raises(Http404):
        policies.receipt_to_view(land, receipt.pk)


def test_own_people_write_the_whole_dossier_and_parts_that_nobody_owns(place: Province) -> None:
    pk, leaf = place.assessment.pk, place.leaf("2.2")
    assert doors.part_to_score(place.own, pk, leaf, "a")[2].code == "2.2"
    place.give("2.2", place.departments[0], facet="a")
    place.give("1; 2", place.departments[1])
    place.issue()

    assert policies.leaf_to_score(place.own, pk, place.leaf("1.1"))[2].code == "1.1"
    assert doors.part_to_score(place.officers[1], pk, leaf, "b")[2].code == "2.2"
    for person, label in ((place.own, "a"), (place.own, "b"), (place.officers[1], "a")):
        with pytest.raises(PermissionDenied):
            doors.part_to_score(person, pk, leaf, label)
    person, parted = place.officers[1], place.criteria_set.criteria.get(code="2.2")
    lines = doors.part_lines(person, *policies.sheet_door(person, pk), parted)
    assert [(each.label, each.owners, each.may_write) for each in lines] == [
        ("a", ("Sở Tài chính",), False),
        ("b", ("Sở Kế hoạch và Đầu tư",), True),
        ("c", ("Sở Kế hoạch và Đầu tư",), True),
    ]
    whole = place.criteria_set.criteria.get(code="1.1")
    assert doors.part_lines(place.own, *policies.sheet_door(place.own, pk), whole) == []


def test_points_of_a_part_lie_in_its_bounds(place: Province) -> None:
    leaf = place.criteria_set.criteria.get(code="2.2")
    said: dict[str, Any] = {
        "assessment": place.assessment,
        "criterion": leaf,
        "explanation": "",
        "version": 0,
        "by": place.own,
    }

    for label, points in (("a", "1.6"), ("a", "-0.1"), ("a", "NaN"), ("a", "0.00001"), ("z", "1")):
        with pytest.raises(BadScore):
            parts.save_part(label=label, points=Decimal(points), **said)
    first = parts.save_part(label="a", points=Decimal("1.5"), **said)
    again = parts.save_part(label="a", points=Decimal("1.5"), **said)
    assert (first.version, again.version) == (1, 1)
    cleared = parts.save_part(label="a", points=None, **{**said, "version": 1})
    assert (cleared.points, Score.objects.get(criterion=leaf).version) == (None, 2)
    with pytest.raises(parts.StalePart) as stale:
        parts.save_part(label="a", points=Decimal(1), **said)
    assert stale.value.stored.version == 2
    hand_in(place)
    with pytest.raises(NotAllowed):
        parts.save_part(label="b", points=Decimal(1), **said)


def test_divisions_are_written_once(place: Province) -> None:
    made = divisions.add(unit=place.unit, name="Phòng Một", by=place.head)
    with pytest.raises(ValueError, match="name"):
        divisions.add(unit=place.unit, name=" ", by=place.head)
    with pytest.raises(ValueError, match="name"):
        divisions.rename(division=made, name=" ", by=place.head)
    divisions.rename(division=made, name="Phòng Một", by=place.head)
    membership = Membership.objects.get(user=place.own)
    other = Division.objects.create(unit=place.departments[0], name="Phòng khác")
    with pytest.raises(ValueError, match="another unit"):
        divisions.place(membership=membership, division=other, by=place.head)
    for division in (made, made, None):
        divisions.place(membership=membership, division=division, by=place.head)
    divisions.remove(division=made, by=place.head)
    divisions.remove(division=made if made.pk else Division(pk=1), by=place.head)

    assert acts() == ["division.added", "division.placed", "division.placed", "division.removed"]
