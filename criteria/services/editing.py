"""Edits of drafts by several people: stored with what takes them back, undone and done again.

Every edit, undo and redo is a ``Change`` with the next number. An undo holds ``{"op": "undo", "of": number}`` instead
of operations, a redo ``{"op": "redo", "of": number}``: what a page has missed is read off the numbers after its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from criteria.models import Change, CriteriaSet
from criteria.selectors import editing, outline
from criteria.services import drafting
from criteria.tree import merging, wishes
from criteria.tree.editing import BadEdit, Operation, apply, preorder
from criteria.tree.merging import Since
from criteria.tree.nodes import Outline
from units import audit
from units.models import User
from units.selectors import database_now

NAMES = 3
"""So many codes stand in a change's title."""


class NothingLeft(Exception):
    """There is no change that could be undone, or done again."""


@transaction.atomic
def edit(
    *, criteria_set: CriteriaSet, operations: Iterable[Operation], by: User, seen: int, key: str = ""
) -> Change | None:
    """Make the edits (``tree.wishes``) that were built on change ``seen`` (0: none yet). None: they change nothing.

    Edits of others since ``seen`` are kept: other rows and other fields do not disturb. ``key`` is made up by the
    page: the same key sent again, after an answer that was lost, is stored once. Raises ``merging.Disturbed``,
    ``BadEdit`` or ``drafting.Frozen``; then nothing was written.
    """
    draft = drafting.locked(criteria_set)
    past = editing.changes_since(draft, seen)
    again = [each for each in past if key and each.by_id == by.pk and each.forward[0].get("key") == key]
    if again:
        return again[0]
    rows = list(draft.criteria.order_by("position"))
    before = preorder(outline(draft, rows))
    wanted = guarded(before, operations, merging.since(steps(draft, past)))
    made = wishes.edit(before, wanted)
    if not made.forward:
        return None
    forward: list[Operation] = [{**made.forward[0], **({"key": key} if key else {})}, *made.forward[1:]]
    drafting.write(draft, made.outline, made.renamed, rows)
    return _store(draft, _title(before, made.forward), forward, list(made.back), by)


def guarded(before: Outline, operations: Iterable[Operation], past: Since) -> list[Operation]:
    """The guard against lost updates: compared under the lock, never before it."""
    return merging.merged(before, operations, past)


def steps(draft: CriteriaSet, changes: Iterable[Change]) -> list[merging.Step]:
    """What the changes did, undos and redos replaced by what they took back or did again."""
    found: list[merging.Step] = []
    for change in changes:
        act, of = editing.act_of(change)
        if not act:
            found.append((change.forward, change.back))
            continue
        meant = draft.changes.get(number=of)
        found.append((meant.back, meant.forward) if act == "undo" else (meant.forward, meant.back))
    return found


@transaction.atomic
def undo(*, criteria_set: CriteriaSet, by: User, seen: int | None = None) -> Change:
    """Take back the last change of the set, whoever made it. Returns that one.

    ``seen``: the last change that the person knows; where there are newer ones, nothing is undone unseen, and a
    request that is sent twice undoes once. Raises ``NothingLeft``, ``BadEdit`` or ``Frozen``.
    """
    draft = _seen(criteria_set, seen)
    done, _undone = editing.stacks(draft)
    return _turn(draft, done, "undo", by)


@transaction.atomic
def redo(*, criteria_set: CriteriaSet, by: User, seen: int | None = None) -> Change:
    """Do again what was undone last, unless something else was edited since. Returns that change. As ``undo``."""
    draft = _seen(criteria_set, seen)
    _done, undone = editing.stacks(draft)
    return _turn(draft, undone, "redo", by)


def _seen(criteria_set: CriteriaSet, seen: int | None) -> CriteriaSet:
    draft = drafting.locked(criteria_set)
    if seen is not None and editing.last_number(draft) != seen:
        raise BadEdit(gettext_noop("Somebody else changed the set since you looked. Look at it first, then undo."))
    return draft


def _turn(draft: CriteriaSet, stack: list[int], act: str, by: User) -> Change:
    if not stack:
        raise NothingLeft(act)
    change = draft.changes.select_related("by").get(number=stack[-1])
    rows = list(draft.criteria.order_by("position"))
    operations = without_key(change.back if act == "undo" else change.forward)
    made = apply(preorder(outline(draft, rows)), operations)
    drafting.write(draft, made.outline, made.renamed, rows)
    change.is_undone = act == "undo"
    change.save(update_fields=["is_undone"])
    title = _("Undone: %(what)s") if act == "undo" else _("Done again: %(what)s")
    forward: list[Operation] = [{"op": act, "of": change.number}]
    other: list[Operation] = [{"op": "redo" if act == "undo" else "undo", "of": change.number}]
    _store(draft, title % {"what": change.title}, forward, other, by)
    return change


def without_key(operations: Iterable[Mapping[str, Any]]) -> list[Operation]:
    return [{name: value for name, value in each.items() if name != "key"} for each in operations]


def _store(draft: CriteriaSet, title: str, forward: list[Operation], back: list[Operation], by: User) -> Change:
    change = Change.objects.create(
        criteria_set=draft,
        number=editing.last_number(draft) + 1,
        title=title[:200],
        forward=forward,
        back=back,
        by=by,
        at=database_now(),
    )
    unit = draft.cycle.authority
    audit.record(by, "criteria.edited", draft, unit=unit, number=change.number, title=title, operations=forward)
    return change


def _title(before: Outline, operations: Iterable[Operation]) -> str:
    """What the change does, in words, by the codes of before."""
    found: dict[str, list[str]] = {}
    for each in operations:
        codes = list(each["codes"]) if each["op"] == "rename" else [each.get("code") or _first(each)]
        found.setdefault(each["op"], []).extend(codes)
    if len(found) > 1:
        found.pop("rename", None)
    kind, codes = next(iter(found.items()))
    named = ", ".join(dict.fromkeys(codes[:NAMES])) + (", …" if len(set(codes)) > NAMES else "")
    return str(_words(kind) % {"codes": named})


def _first(operation: Operation) -> str:
    return str(operation["nodes"][0]["code"]) if operation["op"] == "add" else ""


def _words(kind: str) -> str:
    return {
        "set": _("changed %(codes)s"),
        "add": _("added %(codes)s"),
        "remove": _("removed %(codes)s"),
        "move": _("moved %(codes)s"),
        "rename": _("gave new codes to %(codes)s"),
        "head": _("changed the set's own facts"),
    }[kind]


__all__ = ["BadEdit", "NothingLeft", "edit", "redo", "undo"]
