"""Reads of the tree editor: the changes of a draft, and the rows as they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from criteria.models import Change, CriteriaSet, Criterion, Cycle, Method
from criteria.scoring.notation import in_words
from criteria.selectors import outline, sets_in_force
from criteria.tree.nodes import PENALTY, plain
from criteria.tree.sums import Sum, Sums, sums
from units.models import UnitKind

SHORT = 40
"""Characters of a long text that stand in the table; the panel has all of it."""
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
    return replay((each.number, each.act, each.of) for each in history(criteria_set))


@dataclass(frozen=True)
class Past:
    """A change without what it did. ``act``: its first operation; ``of``: the number that an undo or redo means."""

    number: int
    act: str
    of: str | None
    title: str
    who: str


def history(criteria_set: CriteriaSet) -> list[Past]:
    """The last changes, oldest first."""
    rows = criteria_set.changes.order_by("-number").annotate(
        act=KT("forward__0__op"), of=Cast(KT("forward__0__of"), CharField())
    )
    fields = ("number", "act", "of", "title", "by__full_name", "by__username")
    return [
        Past(number, act, of, title, full or short or "—")
        for number, act, of, title, full, short in reversed(rows.values_list(*fields)[:REACH])
    ]


@dataclass(frozen=True)
class Steps:
    """``last``: the number of the last change, 0 for none; ``back`` and ``again`` tell what undo and redo would do."""

    last: int
    back: str
    again: str


def next_steps(criteria_set: CriteriaSet) -> Steps:
    past = history(criteria_set)
    done, undone = replay((each.number, each.act, each.of) for each in past)
    words = {each.number: told(each.title, each.who) for each in past}
    back, again = (words.get(stack[-1], "") if stack else "" for stack in (done, undone))
    return Steps(past[-1].number if past else 0, back, again)


def told(title: str, who: str) -> str:
    """A change in words, with who made it."""
    return _("%(what)s – %(who)s") % {"what": title, "who": who}


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


@dataclass(frozen=True)
class Row:
    """A node as one line of the table. ``level`` counts from 1; numbers are as people write them, "" for unknown."""

    pk: int
    code: str
    level: int
    is_leaf: bool
    side: str
    name: str
    maximum: str
    minimum: str
    sum: str
    is_off: bool
    method: str
    rule: str
    evidence: str
    examples: str


@dataclass(frozen=True)
class Sheet:
    """The whole set as the editor shows it."""

    rows: tuple[Row, ...]
    sums: Sums
    leaves: int

    @property
    def scale_words(self) -> str:
        return total_words(self.sums.scale)

    @property
    def survey_words(self) -> str:
        return total_words(self.sums.survey)

    @property
    def bonus_words(self) -> str:
        return total_words(self.sums.bonus)

    @property
    def penalty_words(self) -> str:
        return total_words(self.sums.penalty)

    @property
    def has_minimum(self) -> bool:
        """Whether any row takes points away or may go below 0."""
        return any(row.minimum for row in self.rows)


def sheet(criteria_set: CriteriaSet, criteria: Iterable[Criterion] | None = None) -> Sheet:
    """Every row with what its maximum must add up to; one query, or none where the criteria are at hand."""
    nodes = list(criteria_set.criteria.order_by("position") if criteria is None else criteria)
    tree = outline(criteria_set, nodes)
    found = sums(tree)
    words = {method.value: str(method.label) for method in Method}
    rows = tuple(_row(each, found.nodes.get(each.code), words) for each in nodes)
    return Sheet(rows, found, len(tree.leaves))


def _row(node: Criterion, found: Sum | None, methods: Mapping[str, str]) -> Row:
    leaf = node.is_leaf
    return Row(
        pk=node.pk,
        code=node.code,
        level=node.depth + 1,
        is_leaf=leaf,
        side=node.side,
        name=node.name,
        maximum="" if node.is_max_unknown or node.side == PENALTY else typed(node.max_points),
        minimum=typed(node.min_points) if node.min_points else "",
        sum=sum_words(found) if found else "",
        is_off=bool(found and found.rest),
        method=methods.get(node.method, node.method) if leaf else "",
        rule=short(in_words(node.rule)) if leaf else "",
        evidence=short(node.evidence_asked.replace("\n", "; ")) if leaf else "",
        examples=str(len(node.examples.splitlines())) if leaf and node.examples else "",
    )


def typed(value: Decimal) -> str:
    """A number as people type it: decimal comma, no superfluous zeros."""
    return plain(value).replace(".", ",")


def short(text: str) -> str:
    return Truncator(text).chars(SHORT) if len(text) > SHORT else text


def sum_words(found: Sum) -> str:
    """What stands below a node, and what is missing or too much: in words, not by colour alone."""
    rest = found.rest
    if not rest:
        return f"✓ {typed(found.found)}"
    words = _("%(sum)s · %(rest)s missing") if rest > 0 else _("%(sum)s · %(rest)s too much")
    return f"⚠ {words % {'sum': typed(found.found), 'rest': typed(abs(rest))}}"


def total_words(found: Sum) -> str:
    """As ``sum_words``, of a total that is compared with what the head says."""
    words = {"sum": typed(found.found), "stated": typed(found.stated or Decimal(0))}
    of = _("%(sum)s of %(stated)s") % words
    if not found.rest:
        return f"✓ {of}"
    rest = _("%(sum)s · %(rest)s missing") if found.rest > 0 else _("%(sum)s · %(rest)s too much")
    return f"⚠ {rest % {'sum': of, 'rest': typed(abs(found.rest))}}"


@dataclass(frozen=True)
class ToDraft:
    """A kind of unit that a new set may be for. ``is_there``: a set was in force for it in the cycle before."""

    kind: UnitKind
    is_there: bool


def kinds_to_draft(cycle: Cycle) -> list[ToDraft]:
    """Every kind, likeliest first: in the cycle's plan, with a set to copy, without a draft yet; three queries."""
    planned = set(cycle.phases.values_list("unit_kind", flat=True))
    has = set(cycle.sets.values_list("kind", flat=True))
    there = set(sets_in_force(cycle.previous).values_list("kind", flat=True)) if cycle.previous else set()
    order = sorted(UnitKind, key=lambda kind: (kind not in planned, kind not in there, kind in has))
    return [ToDraft(kind, kind in there) for kind in order]


def checksums(found: Sums) -> dict[str, Any]:
    """What the page compares its own sums with: numbers in JSON's plain form, rests only where there are any."""
    whole = {name: plain(getattr(found, name).found) for name in ("scale", "survey", "bonus", "penalty")}
    return {**whole, "rests": {code: plain(each.rest) for code, each in found.nodes.items() if each.rest}}
