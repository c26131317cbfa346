"""Where the leaves of a set come from: proposed by code and by text, then put right by a person. Plain Python.

Texts are compared by their words without diacritics (``units.naming.folded``), so that neither the Unicode form nor the
place of a tone mark makes a difference. Likeness is in whole per cent: 100 means the same words in the same order.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property

from criteria.scoring.rules import gettext_noop as _
from criteria.tree.nodes import Node, Outline
from units.naming import folded

SAME, MOVED, SPLIT, MERGED, NEW, DROPPED = "same", "moved", "split", "merged", "new", "dropped"
NEARLY = 90
"""From here on two leaves are one, whatever else might be made of them."""
LIKE = 75
"""Two leaves with different codes are alike from here on,"""
LIKE_AT_ITS_CODE = 60
"""and two with the same code from here on. Below, what stands at the code is another criterion."""
SURE = 80
"""From here on leaves that are called one may be confirmed together; below, a person looks at each."""
CONTAINED = 80
"""How much of a part's text stands in the text of the whole, in its order."""
COVERED = 60
"""How much of the whole's text its parts must have between them."""
FEWEST_WORDS = 2
"""A part of one word says too little to be found by its text."""
CODE_COUNTS, PLACE_COUNTS = 15, 5
"""What the same code and the same node above add, in per cent, where several leaves are alike."""
REASONS = {
    SAME: _("Same code; the texts are alike to %(score)s%%."),
    MOVED: _("Another code; the texts are alike to %(score)s%%."),
    SPLIT: _("One of several leaves that share the earlier leaf's text or stand under its name now."),
    MERGED: _("Its text or the node above holds the texts of several earlier leaves."),
    NEW: _("No leaf of the earlier set is like it."),
    DROPPED: _("No leaf of this set is like it."),
}
UNLIKE = _("Same code, but the texts are alike to %(score)s%% only: look whether it is the same.")
EXACT = {SAME: _("Same code, same text."), MOVED: _("Same text under another code.")}
WHOLE, STEP = Decimal(1), Decimal("0.0001")
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Link:
    """A part (0 < ``share`` ≤ 1) of the old leaf with code ``old`` went to the new leaf with code ``new``."""

    new: str
    old: str
    share: Decimal


@dataclass(frozen=True)
class Proposal:
    """One row of a lineage. ``new`` is empty for a dropped leaf, ``old`` for a new one; ``score``: likeness, 0–100."""

    kind: str
    new: str
    old: str
    share: Decimal = WHOLE
    score: int = 0


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared.

    >>> words("Ban hành Kế hoạch (CCHC) – hoà giải")
    ('ban', 'hanh', 'ke', 'hoach', 'cchc', 'hoa', 'giai')
    """
    return tuple(WORD.findall(folded(text)))


def likeness(one: Sequence[str], other: Sequence[str]) -> int:
    """How alike two texts are, 0–100. Two empty texts are not alike."""
    if not one or not other:
        return 0
    return 200 * _in_common(one, other) // (len(one) + len(other)) if one != other else 100


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())


def shares(weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Parts of one in proportion to ``weights``, to four decimals, each above zero; the greatest takes the rest.

    Equal parts where the weights say nothing. At most 10,000 of them.
    """
    total = sum(weights)
    if not total or min(weights) < 0:
        weights, total = [WHOLE] * len(weights), Decimal(len(weights))
    parts = [max(_cut(Fraction(each) / Fraction(total)), STEP) for each in weights]
    greatest = parts.index(max(parts))
    parts[greatest] += WHOLE - sum(parts)
    return tuple(parts)


def _cut(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(STEP, ROUND_DOWN)


def weight(node: Node) -> Decimal:
    """What a leaf weighs beside others: its maximum, or how far it goes below zero."""
    return abs(node.maximum or node.minimum)


def reason(kind: str, score: int) -> str:
    """Why a row of the kind is proposed: a msgid with the field ``score`` (likeness, 0–100); empty for no kind."""
    if score == 100 and kind in EXACT:
        return EXACT[kind]
    if kind == SAME and score < LIKE_AT_ITS_CODE:
        return UNLIKE
    return REASONS.get(kind, "")


def is_sure(kind: str, score: int) -> bool:
    """Whether a row may be confirmed together with its like (``score``: likeness, 0–100).

    A row can be stored before its leaf's text is changed: what was proposed as the same may be so no more.
    """
    return kind not in (SAME, MOVED) or score >= SURE


def propose(
    new: Outline, old: Outline, *, settled_new: Collection[str] = (), settled_old: Collection[str] = ()
) -> tuple[Proposal, ...]:
    """Every leaf of both sets in its row or rows: new leaves in printing order, then the dropped ones.

    The shares of an old leaf sum to 1. ``settled_new``, ``settled_old``: codes of leaves about which a person has
    decided already; they are in no row. The same sets give the same rows.
    """
    bits: dict[tuple[str, int], int] = {}
    search = _Search(_Side(new, frozenset(settled_new), bits), _Side(old, frozenset(settled_old), bits))
    search.run()
    places = {leaf.code: place for place, leaf in enumerate(new.leaves)}
    return tuple(sorted(search.found, key=lambda row: (places.get(row.new, len(places)), search.old.place(row.old))))


@dataclass(frozen=True)
class _Text:
    """A node with its words, those of the node above it, and a bit for each word (the second "ke" has its own)."""

    node: Node
    words: tuple[str, ...]
    above: tuple[str, ...]
    place: int
    bits: int
    size: int


class _Side:
    """The leaves of one set that are still to be found on the other side, and its inner nodes."""

    def __init__(self, outline: Outline, settled: Collection[str], bits: dict[tuple[str, int], int]) -> None:
        self.outline = outline
        texts = [self._text(place, node, bits) for place, node in enumerate(outline.nodes)]
        leaves = [each for each in texts if outline.is_leaf(each.node)]
        self.free = {each.node.code: each for each in leaves if each.node.code not in settled}
        self.inner = [each for each in texts if not outline.is_leaf(each.node)]

    def _text(self, place: int, node: Node, bits: dict[tuple[str, int], int]) -> _Text:
        own, seen, mask = words(node.name), dict[str, int](), 0
        for word in own:
            seen[word] = seen.get(word, 0) + 1
            mask |= 1 << bits.setdefault((word, seen[word]), len(bits))
        parent = self.outline.by_code.get(node.parent)
        return _Text(node, own, words(parent.name) if parent else (), place, mask, len(own))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {node.code: place for place, node in enumerate(self.outline.nodes)}

    def place(self, code: str) -> int:
        return self._places.get(code, -1)

    def below(self, inner: _Text) -> list[_Text]:
        """The free leaves anywhere below an inner node."""
        code = inner.node.code
        return [leaf for leaf in self.free.values() if any(each.code == code for each in self.outline.above(leaf.node))]


@dataclass
class _Search:
    """Pairs leaves from the surest to the least sure; what is left is new or dropped."""

    new: _Side
    old: _Side
    found: list[Proposal] = field(default_factory=list)

    def run(self) -> None:
        self._same_words(lambda leaf: leaf.node.code)
        self._same_words(lambda leaf: leaf.above)
        self._same_words(lambda leaf: bool(leaf.words))
        self._alike(NEARLY, NEARLY)
        for divide in (self._inner_node, self._contained):
            for whole in list(self.old.free.values()):
                self._split(whole, divide(whole, self.new))
            for whole in list(self.new.free.values()):
                self._merge(whole, divide(whole, self.old))
        self._alike(LIKE, LIKE_AT_ITS_CODE)
        self.found += [Proposal(NEW, code, "") for code in self.new.free]
        self.found += [Proposal(DROPPED, "", code) for code in self.old.free]

    def _same_words(self, also: Callable[[_Text], object]) -> None:
        """Pair leaves with the same words of which ``also`` says the same too, in printing order."""
        olds: dict[object, list[_Text]] = {}
        for leaf in self.old.free.values():
            olds.setdefault((leaf.words, also(leaf)), []).append(leaf)
        for leaf in list(self.new.free.values()):
            if leaf.words and (same := olds.get((leaf.words, also(leaf)))):
                self._pair(leaf, same.pop(0), 100)

    def _alike(self, floor: int, floor_at_its_code: int) -> None:
        ranked = [
            (-score - CODE_COUNTS * at_code - PLACE_COUNTS * (new.above == old.above), new.place, old.place, score)
            for new in self.new.free.values()
            for old in _perhaps_alike(new, self.old.free.values(), min(floor, floor_at_its_code))
            for at_code in (new.node.code == old.node.code,)
            for score in (_if_alike(new, old, floor_at_its_code if at_code else floor),)
            if score
        ]
        news = {each.place: each for each in self.new.free.values()}
        olds = {each.place: each for each in self.old.free.values()}
        for _rank, new_place, old_place, score in sorted(ranked):
            if new_place in news and old_place in olds:
                self._pair(news.pop(new_place), olds.pop(old_place), score)

    def _pair(self, new: _Text, old: _Text, score: int) -> None:
        kind = SAME if new.node.code == old.node.code else MOVED
        self.found.append(Proposal(kind, new.node.code, old.node.code, score=score))
        del self.new.free[new.node.code], self.old.free[old.node.code]

    def _inner_node(self, whole: _Text, other: _Side) -> list[_Text]:
        """The leaves below the other set's inner node that has the leaf's text: it was divided where it stood."""
        ranked = [
            (not at_code, -score, inner.place, inner)
            for inner in other.inner
            for at_code in (inner.node.code == whole.node.code,)
            for score in (_if_alike(inner, whole, LIKE_AT_ITS_CODE if at_code else LIKE),)
            if score
        ]
        if not ranked:
            return []
        is_elsewhere, score, _place, inner = min(ranked, key=lambda each: each[:3])
        if is_elsewhere and any(_if_alike(leaf, whole, -score) for leaf in other.free.values()):
            return []
        return other.below(inner)

    def _contained(self, whole: _Text, other: _Side) -> list[_Text]:
        """Leaves below one node whose texts are pieces of the leaf's text and together most of it."""
        groups: dict[str, list[tuple[_Text, set[int]]]] = {}
        for leaf in [each for each in other.free.values() if FEWEST_WORDS <= each.size < whole.size]:
            if taken := _piece(leaf, whole):
                groups.setdefault(leaf.node.parent, []).append((leaf, taken))
        for group in groups.values():
            together = set().union(*(taken for _, taken in group))
            more = len(together) > max(len(taken) for _, taken in group)
            if more and 100 * len(together) >= COVERED * len(whole.words):
                return [leaf for leaf, _ in group]
        return []

    def _split(self, whole: _Text, parts: list[_Text]) -> None:
        if len(parts) < 2:
            return
        for part, share in zip(parts, shares([weight(each.node) for each in parts]), strict=True):
            score = likeness(part.words, whole.words)
            self.found.append(Proposal(SPLIT, part.node.code, whole.node.code, share, score))
            del self.new.free[part.node.code]
        del self.old.free[whole.node.code]

    def _merge(self, whole: _Text, parts: list[_Text]) -> None:
        if len(parts) < 2:
            return
        for part in parts:
            score = likeness(whole.words, part.words)
            self.found.append(Proposal(MERGED, whole.node.code, part.node.code, score=score))
            del self.old.free[part.node.code]
        del self.new.free[whole.node.code]


def _perhaps_alike(one: _Text, others: Iterable[_Text], floor: int) -> list[_Text]:
    """Those whose likeness may reach ``floor``: words in common bound it from above, and are counted fast."""
    bits, size = one.bits, one.size
    return [each for each in others if 200 * (bits & each.bits).bit_count() >= floor * (size + each.size)]


def _if_alike(one: _Text, other: _Text, floor: int) -> int:
    """The likeness where it reaches ``floor``, else 0."""
    if not _perhaps_alike(one, (other,), floor):
        return 0
    score = likeness(one.words, other.words)
    return score if score >= floor else 0


def _piece(part: _Text, whole: _Text) -> set[int]:
    """The places in the whole's text that the part has, if most of the part stands there; else none."""
    enough = CONTAINED * len(part.words)
    if 100 * (part.bits & whole.bits).bit_count() < enough:
        return set()
    blocks = SequenceMatcher(None, whole.words, part.words, autojunk=False).get_matching_blocks()
    taken = {place for block in blocks for place in range(block.a, block.a + block.size)}
    return taken if 100 * len(taken) >= enough else set()


# --- put right by a person --------------------------------------------------------------------------------------------


def rows(links: Iterable[Link], new: Iterable[str], old: Iterable[str]) -> tuple[Proposal, ...]:
    """What the links make of every leaf: its kind follows from them. ``new`` and ``old`` are the codes of all leaves.

    A leaf with two or more origins is merged, with a part of one split, with the whole of one the same or moved, and
    without any new. A leaf to which nothing leads is dropped.
    """
    origins: dict[str, list[Link]] = {code: [] for code in new}
    left = dict.fromkeys(old)
    for link in links:
        origins[link.new].append(link)
        left.pop(link.old, None)
    made = [each for code, found in origins.items() for each in _rows_of(code, found)]
    return (*made, *(Proposal(DROPPED, "", code) for code in left))


def _rows_of(code: str, origins: Sequence[Link]) -> Iterator[Proposal]:
    if not origins:
        yield Proposal(NEW, code, "")
    for link in origins:
        yield Proposal(_kind(link, len(origins)), code, link.old, link.share)


def _kind(link: Link, origins: int) -> str:
    if origins > 1:
        return MERGED
    if link.share < WHOLE:
        return SPLIT
    return SAME if link.new == link.old else MOVED


def rerouted(links: Iterable[Link], leaf: str, origins: Mapping[str, Decimal]) -> tuple[Link, ...]:
    """The links when ``leaf`` comes from ``origins`` (shares by code of the old leaf) and from nothing else.

    Other leaves that an old leaf of these also went to divide what is left of it as they did before; where nothing is
    left they lose it. An old leaf that is taken away from ``leaf`` goes wholly to those others. So the shares of an old
    leaf still sum to 1, unless ``leaf`` alone takes a part of it: somebody must say where the rest went.
    """
    links = list(links)
    touched = {link.old for link in links if link.new == leaf} | set(origins)
    kept = [link for link in links if link.old not in touched]
    for old in sorted(touched):
        others = [link for link in links if link.old == old and link.new != leaf]
        kept += _divided(others, WHOLE - origins.get(old, Decimal(0)))
    return (*kept, *(Link(leaf, old, share) for old, share in origins.items()))


def _divided(others: Sequence[Link], rest: Decimal) -> list[Link]:
    """The others with shares that sum to ``rest``."""
    if not others or rest < STEP * len(others):
        return []
    parts = [_cut(Fraction(rest) * Fraction(each)) for each in shares([link.share for link in others])]
    parts = [max(part, STEP) for part in parts]
    parts[parts.index(max(parts))] += rest - sum(parts)
    return [Link(link.new, link.old, part) for link, part in zip(others, parts, strict=True)]


def incomplete(links: Iterable[Link]) -> dict[str, Decimal]:
    """Old leaves whose shares do not sum to 1, with their sum."""
    sums: dict[str, Decimal] = {}
    for link in links:
        sums[link.old] = sums.get(link.old, Decimal(0)) + link.share
    return {old: total for old, total in sums.items() if total != WHOLE}


def chained(later: Iterable[Link], earlier: Iterable[Link]) -> tuple[Link, ...]:
    """Links over two steps in one: ``later`` from the middle set, ``earlier`` from the oldest to the middle one."""
    before: dict[str, list[Link]] = {}
    for link in earlier:
        before.setdefault(link.new, []).append(link)
    found: dict[tuple[str, str], Decimal] = {}
    for link in later:
        for first in before.get(link.old, []):
            key = (link.new, first.old)
            found[key] = found.get(key, Decimal(0)) + link.share * first.share
    return tuple(Link(new, old, share) for (new, old), share in found.items())
