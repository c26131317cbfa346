"""Drafts of criteria sets: made from an outline, and rewritten to another outline."""

from collections.abc import Mapping
from dataclasses import fields

from django.db import transaction
from django.db.models import F, Max

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
    _write(made, outline, {})
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

    ``renamed``: the old code by the new one, where a node's code changed. Part of the caller's transaction and audit
    event. A checked set is a draft again. Raises ``Frozen``.
    """
    draft = locked(criteria_set)
    for name in HEAD:
        setattr(draft, name, getattr(outline, name))
    draft.state, draft.digest = SetState.DRAFT, ""
    draft.save()
    _write(draft, outline, renamed or {})


def _write(draft: CriteriaSet, outline: Outline, renamed: Mapping[str, str]) -> None:
    stored = {each.code: each for each in draft.criteria.all()}
    rows = {node.code: stored.pop(renamed.get(node.code, node.code), None) for node in outline.nodes}
    _delete(list(stored.values()))
    _step_aside(draft, [row for row in rows.values() if row])
    made: dict[str, Criterion] = {}
    for position, node in enumerate(outline.nodes, 1):
        row = rows[node.code] or Criterion(criteria_set=draft)
        _fill(row, node, outline, position, made.get(node.parent))
        row.save()
        made[node.code] = row


def _delete(rows: list[Criterion]) -> None:
    """Children are kept if they found another parent: only the rows themselves go."""
    pks = [row.pk for row in rows]
    Criterion.objects.filter(parent__in=pks).update(parent=None)
    Criterion.objects.filter(pk__in=pks).delete()


def _step_aside(draft: CriteriaSet, rows: list[Criterion]) -> None:
    """Free positions and codes, so that rows may change places and swap codes."""
    if rows:
        draft.criteria.update(position=F("position") + ASIDE)
    for row in rows:
        Criterion.objects.filter(pk=row.pk).update(code=f"~{row.pk}")


def _fill(row: Criterion, node: Node, outline: Outline, position: int, parent: Criterion | None) -> None:
    for name in SAME:
        setattr(row, name, getattr(node, name))
    row.evidence_asked, row.min_points = node.evidence, node.minimum
    row.max_points, row.is_max_unknown = node.maximum or ZERO, node.maximum is None
    row.parent, row.position, row.depth = parent, position, parent.depth + 1 if parent else 0
    row.is_leaf = outline.is_leaf(node)
