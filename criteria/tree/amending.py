"""What a new version of a set does to answers that were given on the version before. Plain data, nothing stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from criteria.tree.nodes import Node, Outline

SAME, MOVED = "same", "moved"
COUNTS = ("maximum", "minimum", "method", "entered_by", "side", "rule", "facets")
"""What an answer was given to: if any of it differs, the answer is given again."""
LOOK = ("name", "evidence", "guidance")
"""What may make a unit look again; the answer stands."""


class Answer(StrEnum):
    """What becomes of the answers on a leaf."""

    KEPT = "kept"
    REDO = "redo"
    NEW = "new"
    ASIDE = "aside"


@dataclass(frozen=True)
class Link:
    """Confirmed lineage from a leaf of the older set to one of the newer; an empty code: none."""

    old: str
    new: str
    kind: str


@dataclass(frozen=True)
class Fate:
    """One leaf before and after: ``old`` or ``new`` is None where there is none. ``differs``: names of fields."""

    answer: Answer
    old: Node | None
    new: Node | None
    differs: tuple[str, ...] = ()


def fates(old: Outline, new: Outline, links: Iterable[Link]) -> tuple[Fate, ...]:
    """Every leaf of the newer set in printing order, then those of the older one that nothing follows.

    A split or merged leaf is answered anew: points are never divided by a machine.
    """
    origins: dict[str, list[Link]] = {}
    for link in links:
        if link.new and link.old:
            origins.setdefault(link.new, []).append(link)
    found = [_fate(leaf, old, origins.get(leaf.code, [])) for leaf in new.leaves]
    followed = {each.old.code for each in found if each.old}
    gone = [Fate(Answer.ASIDE, leaf, None) for leaf in old.leaves if leaf.code not in followed]
    return (*found, *gone)


def _fate(leaf: Node, old: Outline, origins: list[Link]) -> Fate:
    only = origins[0] if len(origins) == 1 and origins[0].kind in {SAME, MOVED} else None
    if only is None:
        return Fate(Answer.NEW, None, leaf)
    before = old.by_code[only.old]
    counted = tuple(name for name in COUNTS if getattr(before, name) != getattr(leaf, name))
    if counted:
        return Fate(Answer.REDO, before, leaf, counted)
    seen = tuple(name for name in LOOK if getattr(before, name) != getattr(leaf, name))
    return Fate(Answer.KEPT, before, leaf, seen)


def followers(old: Outline, new: Outline, found: Iterable[Fate]) -> Mapping[str, str]:
    """For every node of the older set the node of the newer one that stands in its place, as far as there is one.

    A leaf's follower is that of its fate. An inner node's is the one with its code, if that is an inner node too; else
    the nearest node above all followers of its leaves. What an appraiser's seat or an exemption names goes this way.
    """
    places = {each.old.code: each.new.code for each in found if each.old and each.new}
    for node in old.nodes:
        if not old.is_leaf(node):
            follower = _inner(node, old, new, places)
            if follower:
                places[node.code] = follower
    return places


def _inner(node: Node, old: Outline, new: Outline, places: Mapping[str, str]) -> str:
    like = new.by_code.get(node.code)
    if like and not new.is_leaf(like):
        return like.code
    below = [places[leaf.code] for leaf in old.leaves if node in old.above(leaf) and leaf.code in places]
    return _common(new, below) if below else ""


def _common(new: Outline, codes: list[str]) -> str:
    """The lowest inner node above all of ``codes``; empty where they have none in common."""
    lines = [[each.code for each in new.above(new.by_code[code])] for code in codes]
    shared = [code for code in lines[0] if all(code in line for line in lines)]
    return shared[0] if shared else ""
