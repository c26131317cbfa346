"""Where in a text a search found its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from units.naming import folded, normalised

AROUND = 70
LONGEST = 200_000


@dataclass(frozen=True)
class Snippet:
    """The found words as they are written, with what stands before and behind them."""

    before: str
    hit: str
    after: str


def snippet(text: str, words: Sequence[str]) -> Snippet | None:
    """Where the text holds the (folded) words as they were typed, else the first of them that it holds; None: none.

    >>> snippet("Kế hoạch cải cách hành chính", ["cai cach"])
    Snippet(before='Kế hoạch ', hit='cải cách', after=' hành chính')
    """
    plain = normalised(text[:LONGEST])
    flat = folded(plain)
    # A letter that folds to none or to two (there is none in Vietnamese) would shift every place behind it.
    if len(flat) != len(plain):
        plain = flat
    for word in filter(None, [" ".join(words), *words]):
        at = flat.find(word)
        if at >= 0:
            return _around(plain, at, at + len(word))
    return None


def _around(plain: str, start: int, end: int) -> Snippet:
    before, after = plain[max(0, start - AROUND) : start], plain[end : end + AROUND]
    if start > AROUND:
        before = "… " + before.partition(" ")[2]
    if end + AROUND < len(plain):
        after = after.rpartition(" ")[0] + " …"
    return Snippet(before, plain[start:end], after)
