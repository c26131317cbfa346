"""Codes of an annex, and the tree that they tell: "I", "1", "1.1", "a)". Plain Python.

A code of several parts stands below the code without its last part. A code of one part stands beside the nearest code
above it that is numbered in the same style; the first of a new style stands below the row before it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

LONGEST = 20
PART = r"(?:\d{1,3}|[IVXLC]{1,6}|[A-ZĐ]|[a-zđ])"
CODE = re.compile(rf"(\()?({PART}(?:\.{PART})*)([.)]|\.\))?")
SURVEY_MARK = re.compile(r"\s*[(\[]?\s*(?:ĐTXHH|XHH|điều tra xã hội học|khảo sát)\s*[)\]]?$", re.IGNORECASE)
ROMAN = re.compile(r"(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
VIETNAMESE, LATIN = "abcdđeghiklmnopqrstuvxy", "abcdefghijklmnopqrstuvwxyz"
BULLETS = {"-", "–", "−", "+", "*", "•", "·"}


class BadCode(ValueError):
    """What stands in the cell is no code, or cannot stand at this place."""


@dataclass(frozen=True)
class Code:
    """``shown`` as typed without a closing dot; ``parts`` between the dots; ``mark`` ")" where brackets close it."""

    shown: str
    parts: tuple[str, ...]
    mark: str = ""
    is_survey: bool = False


def read(text: str) -> Code:
    """The code that the text is. Raises ``BadCode``."""
    bare = SURVEY_MARK.sub("", text)
    found = CODE.fullmatch(bare)
    is_bracketed = bool(found and found[1])
    if not found or (is_bracketed and found[3] != ")") or not all(_ranks(part, "") for part in found[2].split(".")):
        raise BadCode(_("“%(text)s” is no code; write for example 1, 1.1, I or a)") % {"text": text[:40]})
    mark = ")" if ")" in (found[3] or "") else ""
    return Code(f"{found[1] or ''}{found[2]}{mark}", tuple(found[2].split(".")), mark, is_survey=bare != text)


@dataclass(frozen=True)
class Rank:
    """One reading of a part: its style and its number in it. ``after``: the numbers of those that may come before."""

    style: str
    number: int
    after: frozenset[int]


def _ranks(part: str, mark: str) -> list[Rank]:
    """Every way to read a part; "C" is a letter and a Roman number."""
    found: list[Rank] = []
    if part.isdigit():
        found.append(Rank(f"1{mark}", int(part), frozenset({int(part) - 1})))
    if part.isupper() and (value := _roman(part)):
        found.append(Rank(f"I{mark}", value, frozenset({value - 1})))
    if len(part) == 1 and part.isalpha():
        letter = part.lower()
        before = {_ordinal(row[row.index(letter) - 1]) for row in (VIETNAMESE, LATIN) if letter in row[1:]}
        style = "a" if part.islower() else f"A{mark}"
        found.append(Rank(style, _ordinal(letter), frozenset(before or {0})))
    return found


def _ordinal(letter: str) -> int:
    """The place of a letter, "đ" between d and e."""
    return 10 * (LATIN.index(letter) + 1) if letter != "đ" else 10 * (LATIN.index("d") + 1) + 5


def _roman(part: str) -> int:
    """Its value, 0 for what is no Roman number below 100."""
    if not ROMAN.fullmatch(part):
        return 0
    values = [ROMAN_VALUES[sign] for sign in part]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


@dataclass(frozen=True)
class Placed:
    """A code in the tree. ``parent``: position of the parent in the list of all, None for an area."""

    code: Code
    parent: int | None
    rank: Rank | None


class Placer:
    """Takes the codes from top to bottom and says where each stands. Raises ``BadCode`` and places it all the same,
    below the row before it, so that one slip is told once."""

    def __init__(self, row_of: Callable[[int], str], *, gaps: bool = False) -> None:
        self.placed: list[Placed] = []
        self.path: list[int] = []
        self.last: dict[int | None, Placed] = {}
        self.twins: dict[tuple[int | None, tuple[str, ...], str], int] = {}
        self.first: dict[tuple[str, ...], int] = {}
        self.row_of = row_of
        self.gaps = gaps

    def place(self, code: Code) -> str:
        """Put the next code into the tree. Returns a remark, "" mostly."""
        try:
            spot = self._below_its_prefix(code) if len(code.parts) > 1 else self._by_style(code)
        except BadCode:
            self._keep(Placed(code, self._parent_of_the_last(), None))
            raise
        twin = self.twins.get((spot.parent, code.parts, code.mark))
        before = self.last.get(spot.parent)
        self._keep(spot)
        if twin is not None:
            raise BadCode(_("the code %(code)s stands already in %(cell)s") % self._words(code, twin))
        return self._check_gap(spot, before)

    def _check_gap(self, spot: Placed, before: Placed | None) -> str:
        expected = before.rank.number if before and before.rank and spot.rank else 0
        same = before is None or (before.rank and spot.rank and before.rank.style == spot.rank.style)
        if spot.rank is None or (same and expected in spot.rank.after):
            return ""
        words = {"code": spot.code.shown, "before": before.code.shown if before else "—"}
        told = _("%(code)s does not follow %(before)s: a code is missing between them, or one of them is wrong") % words
        if not before:
            told = _("%(code)s is the first at its level; the codes before it are missing") % words
        if self.gaps:
            return told
        raise BadCode(told)

    def _keep(self, spot: Placed) -> None:
        while self.path and self.path[-1] != spot.parent:
            self.path.pop()
        at = len(self.placed)
        self.placed.append(spot)
        self.path.append(at)
        self.last[spot.parent] = spot
        self.twins.setdefault((spot.parent, spot.code.parts, spot.code.mark), at)
        self.first.setdefault(spot.code.parts, at)

    def _parent_of_the_last(self) -> int | None:
        return self.placed[-1].parent if self.placed else None

    def _below_its_prefix(self, code: Code) -> Placed:
        prefix = code.parts[:-1]
        for at in reversed(self.path):
            if self._says(self.placed[at].code.parts, prefix):
                return self._with_rank(code, at)
        twin = self.first.get(code.parts)
        if twin is not None:
            raise BadCode(_("the code %(code)s stands already in %(cell)s") % self._words(code, twin))
        elsewhere = self.first.get(prefix)
        words = {"code": code.shown, "parent": ".".join(prefix)}
        if elsewhere is None:
            raise BadCode(_("%(code)s has no %(parent)s above it; add the row %(parent)s or correct the code") % words)
        words["cell"] = self.row_of(elsewhere)
        raise BadCode(_("%(code)s stands far from %(parent)s in %(cell)s; move the row below it") % words)

    def _says(self, parts: Sequence[str], prefix: Sequence[str]) -> bool:
        """Whether a code is the prefix; 1.1 may stand below I."""
        if tuple(parts) == tuple(prefix):
            return True
        first = [str(_roman(parts[0])), *parts[1:]]
        return first == list(prefix) and prefix[0].isdigit()

    def _with_rank(self, code: Code, parent: int | None) -> Placed:
        ranks = _ranks(code.parts[-1], code.mark)
        before = self.last.get(parent)
        style = before.rank.style if before and before.rank else ""
        return Placed(code, parent, next((rank for rank in ranks if rank.style == style), ranks[0] if ranks else None))

    def _by_style(self, code: Code) -> Placed:
        ranks = _ranks(code.parts[0], code.mark)
        beside = [(self.placed[at], rank) for at in reversed(self.path) for rank in ranks if self._is_beside(at, rank)]
        following = [(each, rank) for each, rank in beside if self._follows(each, rank)]
        fresh = [rank for rank in ranks if 0 in rank.after and rank.style not in {other.style for _, other in beside}]
        if following or (beside and not fresh):
            each, rank = (following or beside)[0]
            return Placed(code, each.parent, rank)
        return Placed(code, self.path[-1] if self.path else None, (fresh or ranks)[0])

    def _is_beside(self, at: int, rank: Rank) -> bool:
        each = self.placed[at]
        return len(each.code.parts) == 1 and each.rank is not None and each.rank.style == rank.style

    def _follows(self, each: Placed, rank: Rank) -> bool:
        last = self.last.get(each.parent)
        return bool(last and last.rank and last.rank.number in rank.after)

    def _words(self, code: Code, at: int) -> dict[str, str]:
        return {"code": code.shown, "cell": self.row_of(at)}


def unique(placed: Sequence[Placed]) -> list[str]:
    """The code that each node is stored under: as typed where the annex uses it once, else after its parent's.

    An annex that begins again with 1 in every area I, II has "I.1" and "II.1".
    """
    seen: dict[str, int | None] = {}
    styles = {
        each.rank.style
        for each in placed
        if each.rank and len(each.code.parts) == 1 and seen.setdefault(each.code.shown, each.parent) != each.parent
    }
    full: list[str] = []
    for each in placed:
        above = full[each.parent] if each.parent is not None else ""
        full.append(_full(each, placed, above, styles))
    return full


def _full(each: Placed, placed: Sequence[Placed], above: str, styles: set[str]) -> str:
    if each.parent is None:
        return each.code.shown
    parent = placed[each.parent]
    if len(each.code.parts) > 1:
        is_plain = above == parent.code.shown
        return each.code.shown if is_plain else f"{above}.{each.code.parts[-1]}{each.code.mark}"
    return f"{above}.{each.code.shown}" if each.rank and each.rank.style in styles else each.code.shown


def opaque(shown: str) -> Code:
    """A code that is not looked into: the sheet itself says what each row belongs to. Raises ``BadCode``."""
    if not shown or len(shown) > LONGEST:
        raise BadCode(_("a code has at most %(most)s characters") % {"most": LONGEST})
    return replace(Code(shown, (shown,)))
