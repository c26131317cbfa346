"""Drafts of criteria sets: made from an outline, and rewritten to another outline."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Cast, Concat

from criteria import selectors
from criteria.models import CriteriaSet, Criterion, Cycle, SetState
from criteria.tree.nodes import ZERO, Node, Outline
from units import audit
from units.models import User

ASIDE = 10**6
"""Positions move here while they are renumbered: two rows never share one."""
HEAD = tuple(each.name for each in fields(Outline) if each.name != "nodes")
SAME = ("code", "name", "side", "method", "entered_by", "rule", "examples", "guidance", "legal_basis", "facets", "note")


class Frozen(Exception):
    """The set is issued or replaced: it does not change any more. A new version does."""


@transaction.atomic
def create(
    *,
    cycle: Cycle,
    kind: str,
    outline: Outline,
    by: User | None,
    replaces: CriteriaSet | None = None,
    is_demo: bool = False,
) -> CriteriaSet:
    """A new draft with the next version number of its kind. ``replaces``: the version whose place it is to take."""
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    last = CriteriaSet.objects.filter(cycle=cycle, kind=kind).aggregate(last=Max("version"))["last"] or 0
    head = {name: getattr(outline, name) for name in HEAD}
    made = CriteriaSet(cycle=cycle, kind=kind, version=last + 1, replaces=replaces, is_demo=is_demo, **head)
    made.save(force_insert=True)
    _write(made, outline, {}, ())
    audit.record(by, "criteria.drafted", made, unit=cycle.authority, kind=kind, version=made.version)
    return made


def locked(criteria_set: CriteriaSet) -> CriteriaSet:
    """The set's row, held until the transaction ends. Raises ``Frozen`` when nothing of it may change."""
    found = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
    if found.is_frozen:
        raise Frozen(found.pk)
    return found


def rewrite(*, criteria_set: CriteriaSet, outline: Outline, renamed: Mapping[str, str] | None = None) -> None:
    """Make the draft say what ``outline`` says, keeping the rows of nodes that keep their code.

    ``renamed``: the old code by the new one, where a node's code changed; "" for a node that is new although its code
    was another's before. Only what differs is written: one cell of a set of 300 leaves is one row. Part of the
    caller's transaction and audit event. A checked set is a draft again. Raises ``Frozen``.
    """
    write(locked(criteria_set), outline, renamed or {})


def write(
    draft: CriteriaSet, outline: Outline, renamed: Mapping[str, str], rows: Iterable[Criterion] | None = None
) -> None:
    """As ``rewrite``, for a set that is ``locked`` already; ``rows``: its criteria, if they are at hand."""
    values: dict[str, object] = {name: getattr(outline, name) for name in HEAD}
    values |= {"state": SetState.DRAFT, "digest": ""}
    changed = {name: value for name, value in values.items() if getattr(draft, name) != value}
    if changed:
        CriteriaSet.objects.filter(pk=draft.pk).update(**changed)
    _write(draft, outline, renamed, draft.criteria.order_by("position") if rows is None else rows)


def _write(draft: CriteriaSet, outline: Outline, renamed: Mapping[str, str], known: Iterable[Criterion]) -> None:
    known = list(known)
    before = selectors.outline(draft, known)
    stored = {each.code: each for each in known}
    found = {node.code: stored.pop(renamed.get(node.code, node.code), None) for node in outline.nodes}
    rows = {code: row or Criterion(criteria_set=draft) for code, row in found.items()}
    changed: dict[int, set[str]] = {}
    shifts: dict[int, list[int]] = {}
    for position, node in enumerate(outline.nodes, 1):
        row, parent = rows[node.code], rows.get(node.parent)
        was = before.by_code.get(row.code)
        if row.pk and row.position != position:
            shifts.setdefault(position - row.position, []).append(row.pk)
        if not row.pk:
            row.position = position
        if was != node or was is None or before.is_leaf(was) != outline.is_leaf(node) or _has_moved(row, parent):
            old = _values(row)
            _fill(row, node, outline, parent)
            changed[row.pk] = _changes(row, old) if row.pk else set()
    _delete(list(stored.values()), [row for row in rows.values() if "parent_id" in changed.get(row.pk, ())])
    _step_aside(draft, [pk for pks in shifts.values() for pk in pks], changed)
    _insert([row for row in rows.values() if not row.pk])
    _update([row for row in rows.values() if changed.get(row.pk)], changed)
    for distance, pks in shifts.items():
        Criterion.objects.filter(pk__in=pks).update(position=F("position") - ASIDE + distance)


def _has_moved(row: Criterion, parent: Criterion | None) -> bool:
    """Whether its depth or its parent changed, too, although its own node says the same."""
    return row.parent_id != (parent.pk if parent else None) or row.depth != (parent.depth + 1 if parent else 0)


def _values(row: Criterion) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in Criterion._meta.concrete_fields}


def _changes(row: Criterion, before: Mapping[str, Any]) -> set[str]:
    """The columns that differ. A parent that is new has no key yet: it differs."""
    found = {name for name, value in _values(row).items() if value != before[name]}
    return found | {"parent_id"} if row.parent_id is None and row.parent else found


def _delete(rows: list[Criterion], moved: list[Criterion]) -> None:
    """Rows that found another parent are kept: they leave their old one first."""
    if not rows:
        return
    Criterion.objects.filter(pk__in=[row.pk for row in moved]).update(parent=None)
    Criterion.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _step_aside(draft: CriteriaSet, placed: list[int], changed: Mapping[int, set[str]]) -> None:
    """Free positions and codes, so that rows may change places and swap codes."""
    coded = [pk for pk, names in changed.items() if "code" in names]
    if placed:
        draft.criteria.filter(pk__in=placed).update(position=F("position") + ASIDE)
    if coded:
        draft.criteria.filter(pk__in=coded).update(code=Concat(Value("~"), Cast("pk", CharField())))


def _insert(rows: list[Criterion]) -> None:
    """Level by level: a row needs its parent's key."""
    for depth in sorted({row.depth for row in rows}):
        level = [row for row in rows if row.depth == depth]
        for row in level:
            row.parent = row.parent  # Takes over the key that the parent has got by now.
        Criterion.objects.bulk_create(level)


def _update(rows: list[Criterion], changed: Mapping[int, set[str]]) -> None:
    names = {name for row in rows for name in changed[row.pk]}
    for row in rows:
        row.parent = row.parent
    if rows:
        Criterion.objects.bulk_update(rows, sorted(name.removesuffix("_id") for name in names))


def _fill(row: Criterion, node: Node, outline: Outline, parent: Criterion | None) -> None:
    for name in SAME:
        setattr(row, name, getattr(node, name))
    row.evidence_asked, row.min_points = node.evidence, node.minimum
    row.max_points, row.is_max_unknown = node.maximum or ZERO, node.maximum is None
    row.parent, row.depth = parent, parent.depth + 1 if parent else 0
    row.is_leaf = outline.is_leaf(node)
