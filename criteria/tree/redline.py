"""What differs between two sets, node by node along the lineage of their leaves, and word by word. Plain Python."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import SequenceMatcher
from fractions import Fraction

from criteria.tree.lineage import LIKE, Link, likeness, words
from criteria.tree.nodes import LEAF_ONLY, Node, Outline, plain

ADDED, REMOVED, MOVED, SPLIT, MERGED = "added", "removed", "moved", "split", "merged"
RENAMED, POINTS, RULE, EVIDENCE, METHOD, OTHER = "renamed", "points", "rule", "evidence", "method", "other"
KINDS = (ADDED, REMOVED, SPLIT, MERGED, MOVED, RENAMED, POINTS, RULE, EVIDENCE, METHOD, OTHER)
"""What can be said of a node, in the order in which it is said."""
FIELDS = {
    "name": RENAMED,
    "maximum": POINTS,
    "minimum": POINTS,
    "rule": RULE,
    "evidence": EVIDENCE,
    "method": METHOD,
    "entered_by": METHOD,
    "side": OTHER,
    "facets": OTHER,
    "examples": OTHER,
    "guidance": OTHER,
    "legal_basis": OTHER,
    "note": OTHER,
}
"""Every value of a node but its place, with the kind of change that it makes."""
HEAD = ("title", "scale", "survey_points", "bonus_cap", "penalty_cap", "may_exceed", "legal_basis")
KEPT, GONE, COME = "=", "-", "+"
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
TOKEN = re.compile(r"\n|[^\s]+")
ENOUGH = Fraction(1, 3)
"""Two inner nodes are the same one from here on: leaves in common by all leaves of the two."""


@dataclass(frozen=True)
class Piece:
    """Some words of a text: kept (``=``), gone (``-``) or come (``+``)."""

    op: str
    text: str


@dataclass(frozen=True)
class Field:
    """A value that differs: its name in ``Node`` or ``Outline``, and both texts. Numbers have a decimal comma."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """One node, or leaves that were split or merged, in the old set and in the new one.

    A node that a leaf became, or that became a leaf, stands before the leaves below it.
    ``kinds`` in the order of ``KINDS``; none: nothing changed. ``fields``: what differs where one node became one.
    ``old_points`` and ``new_points``: the sums of the leaves' maxima (of their minima on the penalty side).
    """

    old: tuple[Node, ...]
    new: tuple[Node, ...]
    is_leaf: bool
    depth: int
    kinds: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    old_points: Decimal = Decimal(0)
    new_points: Decimal = Decimal(0)
    shares: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """By codes of the new and of the old leaf, where leaves were split or merged."""

    @property
    def key(self) -> str:
        """What tells it apart from all others of the two sets: the first code of the new, else of the old set."""
        return self.new[0].code if self.new else f"-{self.old[0].code}"


def redline(old: Outline, new: Outline, links: Iterable[Link]) -> tuple[Difference, ...]:
    """Every node of both sets once, in the printing order of the new one; removed ones where they stood.

    ``links`` join leaves of the two; what they do not name is added or removed.
    """
    return _Redline(old, new, list(links)).differences()


def head(old: Outline, new: Outline) -> tuple[Field, ...]:
    """What the two sets say differently of themselves."""
    return tuple(_differing(HEAD, old, new))


def summary(differences: Iterable[Difference]) -> dict[str, int]:
    """How many differences are of each kind, in the order of ``KINDS``; kinds without any are left out."""
    counts = dict.fromkeys(KINDS, 0)
    for each in differences:
        for kind in each.kinds:
            counts[kind] += 1
    return {kind: count for kind, count in counts.items() if count}


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts word by word. Where a tone mark stands in its syllable makes no difference (hoà, hòa).

    >>> [(each.op, each.text) for each in pieces("Ban hành kế hoạch năm", "Ban hành kế hoạch quý")]
    [('=', 'Ban hành kế hoạch'), ('-', 'năm'), ('+', 'quý')]
    """
    one, other = _tokens(old), _tokens(new)
    matcher = SequenceMatcher(None, [_spelling(each) for each in one], [_spelling(each) for each in other], False)
    found: list[Piece] = []
    for op, start, end, new_start, new_end in matcher.get_opcodes():
        if op == "equal":
            found.append(Piece(KEPT, _joined(other[new_start:new_end])))
        else:
            found += [Piece(GONE, _joined(one[start:end]))] if end > start else []
            found += [Piece(COME, _joined(other[new_start:new_end]))] if new_end > new_start else []
    return tuple(found)


def _tokens(text: str) -> list[str]:
    return TOKEN.findall(unicodedata.normalize("NFC", text))


def _joined(tokens: Sequence[str]) -> str:
    return " ".join(tokens).replace(" \n", "\n").replace("\n ", "\n")


def _spelling(word: str) -> tuple[str, str]:
    """The letters of a word, and its tone marks wherever they stand."""
    parts = unicodedata.normalize("NFD", word)
    letters = "".join(each for each in parts if each not in TONES)
    return unicodedata.normalize("NFC", letters), "".join(each for each in parts if each in TONES)


def _differing(names: Iterable[str], old: object, new: object) -> Iterator[Field]:
    for name in names:
        one, other = _shown(getattr(old, name)), _shown(getattr(new, name))
        if [_spelling(each) for each in one.split()] != [_spelling(each) for each in other.split()]:
            yield Field(name, one, other)


def _shown(value: object) -> str:
    """A number with a decimal comma; an unknown one is empty. Truth is written as ``yes`` or ``no``."""
    if isinstance(value, Decimal):
        return plain(value).replace(".", ",")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


@dataclass
class _Redline:
    old: Outline
    new: Outline
    links: list[Link]

    def __post_init__(self) -> None:
        self.inner = _InnerNodes(self.old, self.new, self.links).pairs()
        self.heads: set[tuple[int, str]] = set()
        self.old_of = dict(self.inner)
        for each in self.links:
            self.old_of.setdefault(each.new, each.old)

    def differences(self) -> tuple[Difference, ...]:
        """Removed nodes come after the node that stood before them in the old set."""
        leaves = list(self._leaves())
        anchored = [*leaves, *self._inner()]
        places = {node.code: place for place, node in enumerate(self.new.nodes)}
        old_places = {node.code: place for place, node in enumerate(self.old.nodes)}
        stands = {node.code: places[each.new[0].code] for each in anchored if each.new for node in each.old}
        last, anchors = -1, {}
        for node in self.old.nodes:
            last = anchors[node.code] = stands.get(node.code, last)

        def rank(each: Difference) -> tuple[int, bool, int]:
            if each.new:
                return places[each.new[0].code], False, 0
            return anchors[each.old[0].code], True, old_places[each.old[0].code]

        return tuple(sorted(anchored, key=rank))

    def _leaves(self) -> Iterator[Difference]:
        """Leaves that links join, however far, are one difference."""
        group = {("old", leaf.code): [("old", leaf.code)] for leaf in self.old.leaves}
        group |= {("new", leaf.code): [("new", leaf.code)] for leaf in self.new.leaves}
        for link in self.links:
            one, other = group[("old", link.old)], group[("new", link.new)]
            if one is not other:
                one += other
                group |= dict.fromkeys(other, one)
        for members in {id(each): each for each in group.values()}.values():
            olds = tuple(each for each in self.old.leaves if ("old", each.code) in members)
            news = tuple(each for each in self.new.leaves if ("new", each.code) in members)
            made = self._difference(olds, news, is_leaf=True)
            if len(olds) == 1 < len(news):
                made = replace(made, new=(*self._heads(self.new, news, set(self.inner)), *news))
            if len(news) == 1 < len(olds):
                made = replace(made, old=(*self._heads(self.old, olds, set(self.inner.values())), *olds))
            yield made

    def _heads(self, outline: Outline, leaves: tuple[Node, ...], matched: set[str]) -> list[Node]:
        """Inner nodes with just these leaves below them and nothing opposite: a leaf became them, or they a leaf."""
        codes = {leaf.code for leaf in leaves}
        heads = [
            node
            for node in outline.above(leaves[0])
            if node.code not in matched
            and {leaf.code for leaf in outline.leaves if node in outline.above(leaf)} == codes
        ]
        self.heads |= {(id(outline), node.code) for node in heads}
        return heads[::-1]

    def _inner(self) -> Iterator[Difference]:
        left = {node.code: node for node in self.old.nodes if self._is_alone(self.old, node)}
        for node in self.new.nodes:
            if self._is_alone(self.new, node):
                before = left.pop(self.inner.get(node.code, ""), None)
                yield self._difference((before,) if before else (), (node,), is_leaf=False)
        for node in left.values():
            yield self._difference((node,), (), is_leaf=False)

    def _is_alone(self, outline: Outline, node: Node) -> bool:
        """Whether the node is an inner one that stands with no split or merged leaves."""
        return not outline.is_leaf(node) and (id(outline), node.code) not in self.heads

    def _difference(self, old: tuple[Node, ...], new: tuple[Node, ...], *, is_leaf: bool) -> Difference:
        outline, first = (self.new, new[0]) if new else (self.old, old[0])
        made = Difference(
            old,
            new,
            is_leaf,
            outline.depth(first),
            old_points=sum((_points(node) for node in old), Decimal(0)),
            new_points=sum((_points(node) for node in new), Decimal(0)),
        )
        if len(old) == len(new) == 1:
            return self._changed(made)
        both = bool(old and new)
        kinds = {ADDED: not old, REMOVED: not new, SPLIT: both and len(new) > 1, MERGED: both and len(old) > 1}
        kinds[POINTS] = both and made.old_points != made.new_points
        return replace(made, kinds=tuple(each for each in KINDS if kinds.get(each)), shares=self._shares(old, new))

    def _shares(self, old: tuple[Node, ...], new: tuple[Node, ...]) -> dict[tuple[str, str], Decimal]:
        olds, news = {node.code for node in old}, {node.code for node in new}
        return {(each.new, each.old): each.share for each in self.links if each.new in news and each.old in olds}

    def _changed(self, made: Difference) -> Difference:
        """One node became one: what of it changed."""
        old, new = made.old[0], made.new[0]
        names = [name for name in FIELDS if made.is_leaf or name not in LEAF_ONLY]
        fields = tuple(_differing(names, old, new))
        kinds = {FIELDS[each.name] for each in fields}
        kinds |= {MOVED} if old.code != new.code or self.old_of.get(new.parent, "") != old.parent else set()
        kinds |= {SPLIT} if any(each < 1 for each in self._shares((old,), (new,)).values()) else set()
        return replace(made, kinds=tuple(each for each in KINDS if each in kinds), fields=fields)


def _points(node: Node) -> Decimal:
    return (node.maximum or Decimal(0)) or node.minimum


@dataclass
class _InnerNodes:
    """Inner nodes have no lineage of their own: the same code and text, else where most of their leaves are."""

    old: Outline
    new: Outline
    links: list[Link]

    def pairs(self) -> dict[str, str]:
        """Codes of the new set's inner nodes with those of the old one's."""
        olds, news = self._below(self.old), self._below(self.new)
        joined: dict[tuple[str, str], int] = {}
        for link in self.links:
            for new in self._above(self.new, link.new):
                for old in self._above(self.old, link.old):
                    joined[new, old] = joined.get((new, old), 0) + 1
        for new in news.keys() & olds.keys():
            joined.setdefault((new, new), 0)
        ranked = sorted(
            (new != old or alike < LIKE, -share, -alike, new, old)
            for (new, old), count in joined.items()
            for share in (Fraction(count, max(news[new] + olds[old] - count, 1)),)
            for alike in (self._alike(new, old),)
        )
        found: dict[str, str] = {}
        taken: set[str] = set()
        for _elsewhere, share, alike, new, old in ranked:
            if new not in found and old not in taken and (-share >= ENOUGH or -alike >= LIKE):
                found[new] = old
                taken.add(old)
        return found

    def _alike(self, new: str, old: str) -> int:
        return likeness(words(self.new.by_code[new].name), words(self.old.by_code[old].name))

    @staticmethod
    def _above(outline: Outline, leaf: str) -> list[str]:
        return [each.code for each in outline.above(outline.by_code[leaf])]

    def _below(self, outline: Outline) -> dict[str, int]:
        """How many leaves stand below each inner node."""
        counts: dict[str, int] = {}
        for leaf in outline.leaves:
            for code in self._above(outline, leaf.code):
                counts[code] = counts.get(code, 0) + 1
        return counts
