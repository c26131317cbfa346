"""Delegations of a dossier: written, settled, issued as a whole, opened again, said done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.delegating.expressions import read
from assessments.models import (
    Assessment,
    Delegation,
    DelegationPlan,
    DelegationRole,
    GapKind,
    Justification,
)
from assessments.selectors.delegation import WRITERS, is_in_force, owner_key, owner_name
from assessments.selectors.delegation_board import Matter, board_of
from assessments.services import gates
from assessments.states import INSIDE, NotAllowed, State
from criteria.selectors import outline
from units import audit, notices
from units.models import Division, Membership, Unit, User
from units.selectors import database_now

LANGUAGE = "vi"


class Issued(NotAllowed):
    """The delegations are issued: they are opened again before they change."""


class Unsettled(NotAllowed):
    """Something that cannot be read, a gap or an overlap stands in the way of issuing."""


class Changed(Exception):
    """Who claims the leaf is no longer what the person saw."""


@dataclass(frozen=True)
class Entry:
    """One row as it is to be stored: what (``text``, ``facet``), to exactly one of unit, division and person, how."""

    text: str
    facet: str = ""
    unit: Unit | None = None
    division: Division | None = None
    person: User | None = None
    role: str = DelegationRole.LEAD
    task: str = ""
    due_at: datetime | None = None


def _opened(assessment: Assessment) -> tuple[Assessment, DelegationPlan]:
    """The locked dossier and its plan, which may be edited. Raises ``NotAllowed``, ``Issued``."""
    assessment = gates.locked(assessment)
    if State(assessment.state) not in INSIDE:
        raise NotAllowed(f"delegate in {assessment.state}")
    plan, _made = DelegationPlan.objects.get_or_create(assessment=assessment)
    assert_not_issued(plan)
    return assessment, plan


def assert_not_issued(plan: DelegationPlan) -> None:
    """Raise ``Issued`` for one in force; asked under the lock of its dossier."""
    if plan.issued_at is not None:
        raise Issued("the delegations are issued")


@transaction.atomic
def add(*, assessment: Assessment, entries: Sequence[Entry], by: User) -> list[Delegation]:
    """Add rows behind those that are there; a row that says the same as a stored one is left out.

    Raises ``BadExpression`` for one that cannot be read, ``NotAllowed``, ``Issued``.
    """
    assessment, plan = _opened(assessment)
    tree = outline(assessment.criteria_set)
    known = {_content(row) for row in plan.delegations.all()}
    last = plan.delegations.aggregate(last=Max("position"))["last"] or 0
    rows: list[Delegation] = []
    for entry in entries:
        read(entry.text, tree, entry.facet)
        row = Delegation(plan=plan, position=last + len(rows) + 1, **vars(entry))
        if _content(row) not in known:
            known.add(_content(row))
            rows.append(row)
    for row in rows:
        row.save()
    if rows:
        audit.record(by, "delegation.added", plan, unit=assessment.unit, rows=[_said(row) for row in rows])
    return rows


@transaction.atomic
def change(*, row: Delegation, entry: Entry, by: User) -> Delegation:
    """Write other content into a row; the same content changes nothing. Raises as ``add``."""
    assessment, plan = _opened(row.plan.assessment)
    row = Delegation.objects.select_related("unit", "division__unit", "person").get(pk=row.pk, plan=plan)
    read(entry.text, outline(assessment.criteria_set), entry.facet)
    was, before = _said(row), _content(row)
    for name, value in vars(entry).items():
        setattr(row, name, value)
    if _content(row) == before:
        return row
    # What somebody said was done was another task.
    row.done_at, row.done_by, row.done_note = None, None, ""
    row.save()
    audit.record(by, "delegation.changed", plan, unit=assessment.unit, was=was, row=_said(row))
    return row


@transaction.atomic
def remove(*, row: Delegation, by: User) -> None:
    """Take a row off; one that is gone already stays so. Raises ``NotAllowed``, ``Issued``."""
    assessment, plan = _opened(row.plan.assessment)
    found = Delegation.objects.select_related("unit", "division__unit", "person").filter(pk=row.pk).first()
    if found is None:
        return
    said = _said(found)
    found.delete()
    audit.record(by, "delegation.removed", plan, unit=assessment.unit, row=said)


def _content(row: Delegation) -> tuple[object, ...]:
    return (row.text, row.facet, owner_key(row), row.role, row.task, row.due_at)


def _said(row: Delegation) -> dict[str, object]:
    """The row for the audit trail."""
    said = {"text": row.text, "facet": row.facet, "owner": owner_name(row), "role": row.role, "task": row.task}
    return {**said, "due_at": row.due_at.isoformat() if row.due_at else None}


@transaction.atomic
def justify(*, assessment: Assessment, code: str, kind: str, claims: str, reason: str, by: User) -> Justification:
    """Say why a gap or an overlap stands. ``claims``: the digest of what the person saw.

    Raises ``Changed`` where the leaf is claimed otherwise by now, ``NotAllowed``, ``Issued``; ``ValueError`` for no
    reason.
    """
    if not reason.strip():
        raise ValueError("a reason")
    assessment, plan = _opened(assessment)
    matter = next((each for each in board_of(assessment).matters if _is(each, code, kind)), None)
    if matter is None or matter.finding.claims != claims:
        raise Changed(code)
    return _justified(plan, matter, reason.strip(), by)


@transaction.atomic
def justify_elsewhere(*, assessment: Assessment, reason: str, by: User) -> int:
    """Say one reason for every gap of a leaf that no unit scores; how many they were. Raises as ``justify``."""
    if not reason.strip():
        raise ValueError("a reason")
    assessment, plan = _opened(assessment)
    matters = board_of(assessment).open_elsewhere
    for matter in matters:
        _justified(plan, matter, reason.strip(), by)
    return len(matters)


def _is(matter: Matter, code: str, kind: str) -> bool:
    return (matter.finding.code, matter.finding.kind) == (code, kind)


def _justified(plan: DelegationPlan, matter: Matter, reason: str, by: User) -> Justification:
    known = matter.justification
    if known is not None and known.reason == reason:
        return known
    finding = matter.finding
    row, _made = Justification.objects.update_or_create(
        plan=plan,
        code=finding.code,
        kind=GapKind(finding.kind),
        defaults={"claims": finding.claims, "reason": reason, "by": by, "at": database_now()},
    )
    audit.record(
        by,
        "delegation.justified",
        plan,
        unit=plan.assessment.unit,
        code=finding.code,
        kind=finding.kind,
        leads=[each.name for each in matter.leads],
        reason=reason,
    )
    return row


@transaction.atomic
def withdraw(*, assessment: Assessment, code: str, kind: str, by: User) -> None:
    """Take a justification back. Raises ``NotAllowed``, ``Issued``."""
    assessment, plan = _opened(assessment)
    row = plan.justifications.filter(code=code, kind=kind).first()
    if row is not None:
        row.delete()
        audit.record(by, "delegation.justification_withdrawn", plan, unit=assessment.unit, code=code, kind=kind)


@transaction.atomic
def name_document(*, assessment: Assessment, document: str, by: User) -> DelegationPlan:
    """Say by which paper the work is given out. Raises ``NotAllowed``, ``Issued``."""
    assessment, plan = _opened(assessment)
    if plan.document != document.strip():
        plan.document = document.strip()
        plan.save(update_fields=["document"])
        audit.record(by, "delegation.document_named", plan, unit=assessment.unit, document=plan.document)
    return plan


@transaction.atomic
def issue(*, assessment: Assessment, by: User) -> DelegationPlan:
    """Put the delegations in force and tell their owners; issued ones stay as they are.

    Raises ``Unsettled`` while a row cannot be read or a gap or an overlap is neither resolved nor justified,
    ``NotAllowed``.
    """
    try:
        assessment, plan = _opened(assessment)
    except Issued:
        return DelegationPlan.objects.get(assessment=assessment)
    board = board_of(assessment)
    if not board.may_be_issued:
        raise Unsettled(f"{len(board.open)} open, {board.unread} unread")
    plan.issued_at, plan.issued_by = database_now(), by
    plan.save(update_fields=["issued_at", "issued_by"])
    rows = [row.delegation for row in board.rows]
    audit.record(
        by, "delegation.issued", plan, unit=assessment.unit, version=plan.version, rows=[_said(row) for row in rows]
    )
    _tell(assessment, plan, rows, by)
    return plan


def _tell(assessment: Assessment, plan: DelegationPlan, rows: Sequence[Delegation], by: User) -> None:
    """A notice to everybody who has something to do, but the person who issues."""
    people = {person.pk: person for person in people_of(rows) if person.pk != by.pk}
    with override(LANGUAGE):
        text = _("The delegations of the dossier of %(unit)s were issued (version %(version)s): see what is yours.") % {
            "unit": assessment.unit.name,
            "version": plan.version,
        }
    notices.post(people.values(), text, reverse("assessments:queue"))


def people_of(rows: Sequence[Delegation]) -> list[User]:
    """Who does the work of the rows today, in one query: persons, and those who write for the units and divisions."""
    units = {row.unit_id for row in rows if row.unit_id}
    divisions = {row.division_id for row in rows if row.division_id}
    today = database_now().date()
    current = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    placed = current.filter(Q(unit__in=units) | Q(division__in=divisions), role__in=WRITERS)
    named = {row.person_id for row in rows if row.person_id}
    found = User.objects.filter(Q(pk__in=named) | Q(pk__in=placed.values("user")), is_active=True)
    return list(found.order_by("pk"))


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: User) -> DelegationPlan:
    """Open issued delegations for changes, as a new version. What stands in them goes on counting.

    Raises ``ValueError`` for no reason, ``NotAllowed`` once the dossier is handed in.
    """
    if not reason.strip():
        raise ValueError("a reason")
    assessment = gates.locked(assessment)
    if State(assessment.state) not in INSIDE:
        raise NotAllowed(f"delegate in {assessment.state}")
    plan = DelegationPlan.objects.filter(assessment=assessment).first()
    if plan is None:
        raise NotAllowed("nothing was delegated")
    if plan.issued_at is None:
        return plan
    plan.issued_at, plan.issued_by, plan.version = None, None, plan.version + 1
    plan.save(update_fields=["issued_at", "issued_by", "version"])
    audit.record(by, "delegation.reopened", plan, unit=assessment.unit, version=plan.version, reason=reason.strip())
    return plan


@transaction.atomic
def finish(*, row: Delegation, note: str, by: User) -> Delegation:
    """Say that the work of a row is done; saying it again with the same note changes nothing.

    Raises ``NotAllowed`` where the delegations are not in force or the dossier is handed in.
    """
    row = _working(row)
    if row.done_at is not None and row.done_note == note.strip():
        return row
    row.done_at, row.done_by, row.done_note = database_now(), by, note.strip()
    row.save(update_fields=["done_at", "done_by", "done_note"])
    audit.record(by, "delegation.done", row.plan, unit=row.plan.assessment.unit, row=_said(row), note=row.done_note)
    return row


@transaction.atomic
def unfinish(*, row: Delegation, by: User) -> Delegation:
    """Take back that the work is done. Raises as ``finish``."""
    row = _working(row)
    if row.done_at is not None:
        row.done_at, row.done_by, row.done_note = None, None, ""
        row.save(update_fields=["done_at", "done_by", "done_note"])
        audit.record(by, "delegation.undone", row.plan, unit=row.plan.assessment.unit, row=_said(row))
    return row


def _working(row: Delegation) -> Delegation:
    assessment = gates.locked(row.plan.assessment)
    related = ("plan__assessment__unit", "unit", "division__unit", "person")
    found = Delegation.objects.select_related(*related).select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None or not is_in_force(found.plan) or State(assessment.state) not in INSIDE:
        raise NotAllowed("the work is not open")
    return found
