"""What differs between two sets, in words: for the page, and for the annex that is signed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from criteria.models import CriteriaSet, EnteredBy, Method, Side
from criteria.selectors import outline
from criteria.selectors.lineage import path
from criteria.templatetags.points import points
from criteria.tree import redline as pure
from criteria.tree.nodes import Node
from criteria.tree.redline import (
    ADDED,
    COME,
    GONE,
    KEPT,
    MERGED,
    MOVED,
    POINTS,
    REMOVED,
    SPLIT,
    Difference,
    Field,
    Piece,
)
from units.naming import folded

KINDS: Mapping[str, str | Promise] = {
    ADDED: pgettext_lazy("change", "Added"),
    REMOVED: pgettext_lazy("change", "Removed"),
    SPLIT: pgettext_lazy("change", "Split"),
    MERGED: pgettext_lazy("change", "Merged"),
    MOVED: pgettext_lazy("change", "Moved"),
    pure.RENAMED: pgettext_lazy("change", "Text changed"),
    POINTS: pgettext_lazy("change", "Points changed"),
    pure.RULE: pgettext_lazy("change", "Scoring rule changed"),
    pure.EVIDENCE: pgettext_lazy("change", "Evidence changed"),
    pure.METHOD: pgettext_lazy("change", "Way of scoring changed"),
    pure.OTHER: pgettext_lazy("change", "Other change"),
}
LABELS: Mapping[str, str | Promise] = {
    "maximum": gettext_lazy("Maximum"),
    "minimum": gettext_lazy("Minimum"),
    "rule": gettext_lazy("How points are given"),
    "evidence": gettext_lazy("Evidence asked"),
    "method": gettext_lazy("Scored by"),
    "entered_by": gettext_lazy("Entered by"),
    "side": gettext_lazy("Kind of points"),
    "facets": gettext_lazy("Parts with owners of their own"),
    "examples": gettext_lazy("Worked examples"),
    "guidance": gettext_lazy("Guidance"),
    "legal_basis": gettext_lazy("Legal basis"),
    "note": gettext_lazy("Note"),
    "title": gettext_lazy("Title of the set"),
    "scale": gettext_lazy("Scale"),
    "survey_points": gettext_lazy("Points by survey"),
    "bonus_cap": gettext_lazy("Most bonus points"),
    "penalty_cap": gettext_lazy("Most penalty points"),
    "may_exceed": gettext_lazy("Bonus points may lift the total above the scale"),
}
WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "method": {each.value: each.label for each in Method},
    "entered_by": {each.value: each.label for each in EnteredBy},
    "side": {each.value: each.label for each in Side},
    "may_exceed": {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")},
}
NUMBERS = frozenset({"maximum", "minimum", "scale", "survey_points", "bonus_cap", "penalty_cap"})
ALWAYS = ("rule", "evidence")
"""Shown of a node that stands on one side only, or that was split or merged."""


@dataclass(frozen=True)
class Line:
    """One value of a node on one side; its pieces are kept, or gone (left), or come (right)."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Cell:
    """One node on one side. ``points``: its maximum (its minimum for a penalty), empty where unknown."""

    code: str
    name: tuple[Piece, ...]
    points: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Row:
    """One difference as it is shown. ``why``: each kind of change with its label and what more there is to say."""

    difference: Difference
    old: tuple[Cell, ...]
    new: tuple[Cell, ...]
    why: tuple[tuple[str, str, str], ...]

    @property
    def is_changed(self) -> bool:
        return bool(self.difference.kinds)

    @property
    def anchor(self) -> str:
        """Names the row in the page's address."""
        return f"d{self.difference.key}"


@dataclass(frozen=True)
class Redline:
    """Two sets beside each other. ``head``: a label and both texts of what they say of themselves.

    ``open``: of how many leaves nobody has confirmed where they come from.

    ``counts``: how many differences are of each kind, with its label.
    """

    old: CriteriaSet
    new: CriteriaSet
    head: tuple[tuple[str, tuple[Piece, ...], tuple[Piece, ...]], ...]
    rows: tuple[Row, ...]
    counts: tuple[tuple[str, str, int], ...]
    open: int

    @property
    def changed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_changed)


def redline(old: CriteriaSet, new: CriteriaSet) -> Redline:
    """The two sets compared along their lineage."""
    way, older, newer = path(old, new), outline(old), outline(new)
    differences = pure.redline(older, newer, way.links)
    counts = pure.summary(differences)
    return Redline(
        old,
        new,
        tuple(_head(each) for each in pure.head(older, newer)),
        tuple(_row(each) for each in differences),
        tuple((kind, str(KINDS[kind]), count) for kind, count in counts.items()),
        way.open,
    )


def narrowed(rows: Iterable[Row], *, kind: str = "", text: str = "", unchanged: bool = False) -> list[Row]:
    """Rows with a change of the kind, or with any, or all; with ``text`` in a code or a name (without diacritics)."""
    wanted = folded(text)
    return [
        row
        for row in rows
        if (row.is_changed or (unchanged and not kind))
        and (not kind or kind in row.difference.kinds)
        and (not wanted or any(_has(node, wanted) for node in (*row.difference.old, *row.difference.new)))
    ]


def _has(node: Node, wanted: str) -> bool:
    return node.code == wanted or node.code.startswith(f"{wanted}.") or wanted in folded(node.name)


def _head(field: Field) -> tuple[str, tuple[Piece, ...], tuple[Piece, ...]]:
    found = _pieces(field)
    return str(LABELS[field.name]), _of(found, GONE), _of(found, COME)


def _row(difference: Difference) -> Row:
    if len(difference.old) == len(difference.new) == 1:
        sides = _both(difference)
    else:
        sides = (
            tuple(_alone(each, KEPT if difference.new else GONE) for each in difference.old),
            tuple(_alone(each, KEPT if difference.old else COME) for each in difference.new),
        )
    return Row(difference, *sides, tuple(_why(difference)))


def _both(difference: Difference) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """One node before and after: what is gone is marked on the left, what has come on the right."""
    old, new = difference.old[0], difference.new[0]
    said = {each.name: each for each in difference.fields}
    name = pure.pieces(old.name, new.name) if "name" in said else (Piece(KEPT, new.name),)
    lines: dict[str, list[Line]] = {GONE: [], COME: []}
    for each in difference.fields:
        if each.name != "name":
            found = _pieces(each)
            for side, made in lines.items():
                made.append(Line(str(LABELS[each.name]), _of(found, side)))
    return (
        (Cell(old.code, _of(name, GONE), _points(old), tuple(lines[GONE])),),
        (Cell(new.code, _of(name, COME), _points(new), tuple(lines[COME])),),
    )


def _of(found: Iterable[Piece], side: str) -> tuple[Piece, ...]:
    return tuple(each for each in found if each.op in {KEPT, side})


def _alone(node: Node, op: str) -> Cell:
    lines = tuple(Line(str(LABELS[name]), (Piece(op, getattr(node, name)),)) for name in ALWAYS if getattr(node, name))
    return Cell(node.code, (Piece(op, node.name),), _points(node), lines)


def _points(node: Node) -> str:
    return "" if node.maximum is None else points(node.maximum or node.minimum)


def _pieces(field: Field) -> tuple[Piece, ...]:
    """Texts word by word, numbers and choices as a whole."""
    old, new = _words(field)
    if field.name in WORDS or field.name in NUMBERS:
        return (Piece(GONE, old), Piece(COME, new))
    return pure.pieces(old, new)


def _words(field: Field) -> tuple[str, str]:
    """Both values as people read them; a dash for nothing."""
    known = WORDS.get(field.name, {})
    old, new = (str(known.get(value, value)) or "—" for value in (field.old, field.new))
    return old, new


def _why(difference: Difference) -> Iterator[tuple[str, str, str]]:
    for kind in difference.kinds:
        yield kind, str(KINDS[kind]), _more(kind, difference)


def _more(kind: str, difference: Difference) -> str:
    """What a kind of change says beyond its word."""
    if kind == POINTS:
        return f"{_sum(difference, 'old')} → {_sum(difference, 'new')}"
    if kind == MOVED:
        return _("from %(old)s to %(new)s") % {"old": difference.old[0].code, "new": difference.new[0].code}
    if kind in {SPLIT, MERGED}:
        return "; ".join(_shares(kind, difference))
    if kind == pure.OTHER:
        names = [each.name for each in difference.fields if pure.FIELDS[each.name] == pure.OTHER]
        return ", ".join(str(LABELS[name]).lower() for name in names)
    return ""


def _sum(difference: Difference, side: str) -> str:
    """The points on one side. Where only the minimum differs, the minimum."""
    names = {each.name for each in difference.fields}
    if names & {"maximum", "minimum"} == {"minimum"}:
        node = difference.old[0] if side == "old" else difference.new[0]
        return points(node.minimum)
    return points(difference.old_points if side == "old" else difference.new_points)


def _shares(kind: str, difference: Difference) -> Iterator[str]:
    """Where each split leaf went, or where each merged one came from, with shares that are not the whole."""
    ends = difference.old if kind == SPLIT else difference.new
    for node in ends:
        others = [
            (new if kind == SPLIT else old, share)
            for (new, old), share in difference.shares.items()
            if node.code == (old if kind == SPLIT else new)
        ]
        if len(others) > 1 or kind == SPLIT:
            listed = ", ".join(f"{code}{_percent(share)}" for code, share in others)
            text = _("%(code)s into %(others)s") if kind == SPLIT else _("%(code)s from %(others)s")
            yield text % {"code": node.code, "others": listed}


def _percent(share: Decimal) -> str:
    return "" if share == 1 else f" ({points(100 * share)}%)"
