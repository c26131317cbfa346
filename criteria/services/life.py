"""A set's life: checked, issued, replaced by a newer version, discarded while it is a draft.

Whoever puts a version in force holds the cycle's row first, then the set's: two people never issue at once.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import ProtectedError

from criteria.models import CriteriaSet, Criterion, Cycle, Lineage, LineageKind, SetState
from criteria.selectors import outline, sets_in_force
from criteria.selectors.facts import facts
from criteria.services import drafting
from criteria.tree.checks import Finding, checks
from criteria.tree.nodes import digest
from units import audit
from units.models import User
from units.selectors import database_now


class NotChecked(Exception):
    """The set was not checked, or has changed since."""


class HasErrors(Exception):
    """The checker finds something by now, though the set passed before: the lineage or the library changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(len(findings))
        self.findings = findings


class HasPredecessor(Exception):
    """Another version of the kind is in force: replacing it is an amendment."""

    def __init__(self, standing: CriteriaSet) -> None:
        super().__init__(standing.pk)
        self.standing = standing


class NotInForce(Exception):
    """The version that is to be replaced, copied or put back does not stand where it would have to."""


class InUse(Exception):
    """Dossiers or other records already refer to the draft."""


@transaction.atomic
def check(
    *, criteria_set: CriteriaSet, by: User | None, unassigned: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Run the checker. Without an error the set is checked and carries its digest; else it is (again) a draft.

    Raises ``drafting.Frozen``.
    """
    draft = drafting.locked(criteria_set)
    whole = outline(draft)
    found = checks(whole, facts(draft, unassigned))
    errors = sum(each.is_error for each in found)
    draft.state = SetState.DRAFT if errors else SetState.CHECKED
    draft.digest = "" if errors else digest(whole)
    draft.save(update_fields=["state", "digest"])
    counts = {"errors": errors, "warnings": len(found) - errors}
    audit.record(by, "criteria.checked", draft, unit=draft.cycle.authority, **counts)
    return found


@transaction.atomic
def issue(*, criteria_set: CriteriaSet, number: str, issued_on: date, signer: str, by: User | None) -> CriteriaSet:
    """Put a checked set in force, the first of its kind in the cycle.

    Raises ``drafting.Frozen``, ``NotChecked``, ``HasErrors``, and ``HasPredecessor`` where a version is in force.
    """
    draft = _ready(criteria_set)
    assert_first(draft)
    _put_in_force(draft, number, issued_on, signer, by)
    audit.record(by, "criteria.issued", draft, unit=draft.cycle.authority, number=number, digest=draft.digest)
    return draft


@transaction.atomic
def supersede(
    *, old: CriteriaSet, new: CriteriaSet, number: str, issued_on: date, signer: str, by: User | None
) -> CriteriaSet:
    """Put a checked version in force in the place of the one that it replaces. Part of an amendment.

    Raises as ``issue`` does, and ``NotInForce`` when ``old`` is not what is in force and what ``new`` replaces.
    """
    draft = _ready(new)
    standing = CriteriaSet.objects.select_for_update().get(pk=old.pk)
    if standing.state != SetState.ISSUED or draft.replaces_id != standing.pk:
        raise NotInForce(standing.pk)
    _turn(standing, SetState.REPLACED)
    _put_in_force(draft, number, issued_on, signer, by)
    told = {"number": number, "digest": draft.digest, "replaces": standing.pk}
    audit.record(by, "criteria.issued", draft, unit=draft.cycle.authority, **told)
    return draft


@transaction.atomic
def restore(*, old: CriteriaSet, new: CriteriaSet, by: User | None) -> CriteriaSet:
    """Put the replaced version back in force; the newer one is replaced in turn. Part of undoing an amendment.

    Raises ``NotInForce`` when ``new`` is not in force, or did not replace ``old``.
    """
    Cycle.objects.select_for_update().get(pk=old.cycle_id)
    before = CriteriaSet.objects.select_for_update().get(pk=old.pk)
    standing = CriteriaSet.objects.select_for_update().get(pk=new.pk)
    if (standing.state, before.state) != (SetState.ISSUED, SetState.REPLACED) or standing.replaces_id != before.pk:
        raise NotInForce(standing.pk)
    _turn(standing, SetState.REPLACED)
    _turn(before, SetState.ISSUED)
    audit.record(by, "criteria.restored", before, unit=before.cycle.authority, instead_of=standing.pk)
    return before


def _ready(criteria_set: CriteriaSet) -> CriteriaSet:
    """The draft, held, if it stands as it was checked and nothing has come up since."""
    Cycle.objects.select_for_update().get(pk=criteria_set.cycle_id)
    draft = drafting.locked(criteria_set)
    whole = outline(draft)
    if draft.state != SetState.CHECKED or draft.digest != digest(whole):
        raise NotChecked(draft.pk)
    errors = tuple(each for each in checks(whole, facts(draft)) if each.is_error)
    if errors:
        raise HasErrors(errors)
    return draft


def assert_first(draft: CriteriaSet) -> None:
    """Raise ``HasPredecessor`` where a version of the kind is in force. The cycle's row is held."""
    standing = sets_in_force(draft.cycle).filter(kind=draft.kind).first()
    if standing:
        raise HasPredecessor(standing)


def _put_in_force(draft: CriteriaSet, number: str, issued_on: date, signer: str, by: User | None) -> None:
    draft.number, draft.issued_on, draft.signer = number, issued_on, signer
    draft.state, draft.issued_at, draft.issued_by = SetState.ISSUED, database_now(), by
    draft.save(update_fields=["state", "number", "issued_on", "signer", "issued_at", "issued_by"])


def _turn(criteria_set: CriteriaSet, state: SetState) -> None:
    criteria_set.state = state
    criteria_set.save(update_fields=["state"])


# ---- drafts out of sets


@transaction.atomic
def new_version(*, criteria_set: CriteriaSet, by: User | None) -> CriteriaSet:
    """A draft that says the same as the set in force and is to replace it; every leaf comes from its like.

    Raises ``NotInForce``.
    """
    standing = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
    if standing.state != SetState.ISSUED:
        raise NotInForce(standing.pk)
    made = _copy(standing, standing.cycle, by, replaces=standing)
    _same(made, standing, confirmed=True, by=by)
    return made


@transaction.atomic
def from_last_cycle(*, cycle: Cycle, kind: str, by: User | None) -> CriteriaSet:
    """A draft that says the same as what was in force in the cycle before. That its leaves are the same is proposed.

    Raises ``NotInForce`` where nothing was.
    """
    before = sets_in_force(cycle.previous).filter(kind=kind).first() if cycle.previous else None
    if before is None:
        raise NotInForce(cycle.pk)
    made = _copy(before, cycle, by)
    _same(made, before, confirmed=False, by=None)
    return made


def _copy(of: CriteriaSet, cycle: Cycle, by: User | None, replaces: CriteriaSet | None = None) -> CriteriaSet:
    whole = outline(of)
    return drafting.create(
        cycle=cycle, kind=of.kind, outline=whole, by=by, replaces=replaces, is_demo=of.is_demo or cycle.is_demo
    )


def _same(made: CriteriaSet, before: CriteriaSet, *, confirmed: bool, by: User | None) -> None:
    """Each leaf comes from the leaf with its code."""
    origins = {leaf.code: leaf for leaf in before.criteria.filter(is_leaf=True)}
    leaves: Iterable[Criterion] = made.criteria.filter(is_leaf=True)
    at = database_now() if confirmed else None
    rows = [
        Lineage(
            criteria_set=made,
            criterion=leaf,
            previous=origins[leaf.code],
            kind=LineageKind.SAME,
            is_confirmed=confirmed,
            confirmed_by=by,
            confirmed_at=at,
        )
        for leaf in leaves
    ]
    Lineage.objects.bulk_create(rows)


@transaction.atomic
def discard(*, criteria_set: CriteriaSet, reason: str, by: User | None) -> None:
    """Delete a draft with everything in it; the audit trail keeps what it was and why it went.

    Raises ``drafting.Frozen`` and ``InUse``.
    """
    draft = drafting.locked(criteria_set)
    pk, authority = draft.pk, draft.cycle.authority
    told = {"cycle": draft.cycle.code, "kind": draft.kind, "version": draft.version, "title": draft.title}
    try:
        draft.delete()
    except ProtectedError as used:
        raise InUse(pk) from used
    draft.pk = pk
    audit.record(by, "criteria.discarded", draft, unit=authority, reason=reason, **told)
