"""Reads of the tree editor: the changes of a draft, and the rows as they stand."""

from collections.abc import Iterable

from django.db.models import CharField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from criteria.models import Change, CriteriaSet

REACH = 200
"""So many of the last changes can be undone one after the other."""


def changes_since(criteria_set: CriteriaSet, number: int) -> list[Change]:
    """The changes after ``number``, oldest first, with who made them."""
    return list(criteria_set.changes.filter(number__gt=number).select_related("by").order_by("number"))


def last_number(criteria_set: CriteriaSet) -> int:
    """The number of the set's last change; 0 where there is none."""
    found = criteria_set.changes.order_by("-number").values_list("number", flat=True).first()
    return found or 0


def act_of(change: Change) -> tuple[str, int]:
    """("undo" or "redo", the number of the change meant); ("", 0) for an edit."""
    first = change.forward[0]
    return (first["op"], first["of"]) if first["op"] in {"undo", "redo"} else ("", 0)


def stacks(criteria_set: CriteriaSet) -> tuple[list[int], list[int]]:
    """The numbers of the edits that can be undone and of those that can be done again, the next one last."""
    rows = criteria_set.changes.order_by("-number").annotate(
        act=KT("forward__0__op"), of=Cast(KT("forward__0__of"), CharField())
    )
    return replay(reversed(list(rows.values_list("number", "act", "of")[:REACH])))


def replay(rows: Iterable[tuple[int, str, str | None]]) -> tuple[list[int], list[int]]:
    """As ``stacks``, of (number, operation, number meant), oldest first. An edit drops what was undone before it."""
    done: list[int] = []
    undone: list[int] = []
    for number, act, of in rows:
        if act not in {"undo", "redo"}:
            done.append(number)
            undone.clear()
            continue
        meant = int(of or 0)
        source, target = (done, undone) if act == "undo" else (undone, done)
        if meant in source:
            source.remove(meant)
        target.append(meant)
    return done, undone


def next_steps(criteria_set: CriteriaSet) -> tuple[Change | None, Change | None]:
    """The change that an undo would take back, and the one that a redo would do again."""
    done, undone = stacks(criteria_set)
    wanted = done[-1:] + undone[-1:]
    found = {each.number: each for each in criteria_set.changes.filter(number__in=wanted).select_related("by")}
    return found.get(done[-1]) if done else None, found.get(undone[-1]) if undone else None
