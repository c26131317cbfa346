"""Codes as annexes number them: "1", "1.1", "I", "a)". The next one, and all of them after their place."""

import re
from collections.abc import Iterator, Mapping

from criteria.tree.nodes import Node, Outline

LETTERS = "abcdđeghiklmnopqrstuvxy"
"""The order in which Vietnamese papers letter their points."""
ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
MOST = 1000
"""No node has as many children."""
STYLE = re.compile(rf"(?P<prefix>.*?)(?P<token>\d+|[IVXLC]+|[{LETTERS}])(?P<suffix>[).]*)", re.DOTALL)

PLAIN = {"prefix": "", "token": "1", "suffix": ""}
"""The manner of codes below a node whose children have none of their own."""


def roman(number: int) -> str:
    """``number`` ≥ 1 in Roman numerals."""
    text = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def next_code(outline: Outline, parent: str, after: str) -> str:
    """A free code for a new child of ``parent`` behind the sibling ``after`` (empty: none), in that one's manner."""
    found = STYLE.fullmatch(after)
    passed = False
    for code in _codes(after, parent):
        if code not in outline.by_code and (passed or not found):
            return code
        passed = passed or code == after
    return next(code for code in _codes("", parent) if code not in outline.by_code)


def numbered(outline: Outline, parent: str) -> Mapping[str, str]:
    """What the codes of the nodes directly below ``parent`` are by their place, and with them all below.

    New code by old one, only where it changes. The first child gives the manner; where two nodes of the set would
    then share a code, the children are numbered after their parent. Codes that do not begin with their parent's stay.
    """
    children = outline.children(parent)
    for model in (children[0].code if children else "", ""):
        counting = _codes(model, parent)
        found: dict[str, str] = {}
        for child, code in zip(children, counting, strict=False):
            found |= dict(_below(outline, child, child.code, code))
        others = outline.by_code.keys() - found.keys()
        if not others & set(found.values()) and len(set(found.values())) == len(found):
            return {old: new for old, new in found.items() if old != new}
    return {}


def is_regular(outline: Outline, parent: str) -> bool:
    """Whether the codes directly below ``parent`` stand in their order without a gap."""
    return not numbered(outline, parent)


def with_below(outline: Outline, node: Node, code: str) -> Mapping[str, str]:
    """The node under its new code, and the nodes below it whose codes begin with the old one."""
    return {old: new for old, new in _below(outline, node, node.code, code) if old != new}


def _below(outline: Outline, node: Node, old: str, new: str) -> Iterator[tuple[str, str]]:
    begins = node.code == old or node.code.startswith(f"{old}.")
    yield node.code, new + node.code[len(old) :] if begins else node.code
    for child in outline.children(node.code):
        yield from _below(outline, child, old, new)


def _codes(model: str, parent: str) -> Iterator[str]:
    """One code after the other in the manner of ``model``, a child of ``parent``."""
    own = f"{parent}." if parent else ""
    found = STYLE.fullmatch(model) or PLAIN
    prefix = own if found is PLAIN or (parent and any(map(str.isalnum, found["prefix"]))) else found["prefix"]
    yield from (f"{prefix}{token}{found['suffix']}" for token in _tokens(found["token"]))


def _tokens(like: str) -> Iterator[str]:
    if like.isdigit():
        yield from map(str, range(1, MOST))
    elif like in LETTERS:
        yield from LETTERS
        yield from (f"{first}{second}" for first in LETTERS for second in LETTERS)
    else:
        yield from map(roman, range(1, MOST))
