"""Codes, names and the shape of the tree."""

import re
from collections import Counter
from collections.abc import Iterator

from criteria.scoring.numbers import fold
from criteria.scoring.rules import gettext_noop as _
from criteria.tree.findings import Facts, Finding, error, warning
from criteria.tree.nodes import Node, Outline

DEEPEST = 4
"""Depth of the deepest level that official sets have (areas are 0), with one to spare."""
ROMAN = re.compile(r"(?=[IVXL])(X[CL]|L?X{0,3})(I[XV]|V?I{0,3})")
LETTER = re.compile(r"[a-zđ]\)?")
NUMBERED = re.compile(r"[0-9]+(?:\.(?:[0-9]+|[a-zđ]\)?))*\.?")
WORTH = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def title(outline: Outline, facts: Facts) -> Iterator[Finding]:
    if not outline.title.strip():
        yield error("title_empty", "", "title", _("The set has no title."))


def leaves(outline: Outline, facts: Facts) -> Iterator[Finding]:
    if not outline.nodes:
        yield error("no_leaf", "", "", _("The set has no criteria."))


def codes(outline: Outline, facts: Facts) -> Iterator[Finding]:
    counts = Counter(node.code for node in outline.nodes)
    if counts.pop("", 0):
        yield error("code_blank", "", "code", _("A criterion has no code."))
    for code, count in counts.items():
        if count > 1:
            yield error("code_twice", code, "code", _("Code %(code)s stands here more than once."), code=code)


def parents(outline: Outline, facts: Facts) -> Iterator[Finding]:
    """A parent stands before its children; a code whose parent is missing is an orphan."""
    seen: set[str] = set()
    for node in outline.nodes:
        if node.parent and node.parent not in seen:
            yield error(
                "orphan",
                node.code,
                "code",
                _("Criterion %(code)s belongs to %(parent)s, which does not stand above it."),
                code=node.code,
                parent=node.parent,
            )
        seen.add(node.code)


def numbering(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        if node.parent and node.code and not _extends(node.code, node.parent):
            yield error(
                "code_line",
                node.code,
                "code",
                _("Code %(code)s does not continue the code of what it belongs to, %(parent)s."),
                code=node.code,
                parent=node.parent,
            )


def _extends(code: str, parent: str) -> bool:
    """Whether the code continues its parent's: 1.2.1 under 1.2, 1.1 or 1 under I, a) under any. Other signs may be."""
    is_roman = ROMAN.fullmatch(parent) is not None
    if LETTER.fullmatch(code) or not (is_roman or NUMBERED.fullmatch(parent)):
        return True
    if is_roman and code.isdigit():
        return True
    stems = {parent.rstrip("."), *([str(_arabic(parent))] if is_roman else [])}
    return any(code.startswith(f"{stem}.") for stem in stems)


def _arabic(roman: str) -> int:
    """
    >>> _arabic("XIV")
    14
    """
    worth = [WORTH[letter] for letter in roman]
    return sum(-one if one < after else one for one, after in zip(worth, [*worth[1:], 0], strict=True))


def names(outline: Outline, facts: Facts) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for node in outline.nodes:
        name = fold(node.name)
        if not name:
            yield error("name_empty", node.code, "name", _("Criterion %(code)s has no name."), code=node.code)
        elif (first := seen.setdefault((node.parent, name), node.code)) != node.code:
            yield warning(
                "name_twice",
                node.code,
                "name",
                _("Criteria %(first)s and %(code)s have the same name."),
                first=first,
                code=node.code,
            )


def shape(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        if outline.depth(node) > DEEPEST:
            message = _("Criterion %(code)s lies deeper than five levels.")
            yield warning("deep", node.code, "", message, code=node.code)
        if len(below := outline.children(node.code)) == 1:
            message = _("Criterion %(code)s holds nothing but %(child)s: one of the two is enough.")
            yield warning("only_child", node.code, "", message, code=node.code, child=below[0].code)


def sides(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for node in outline.nodes:
        area = _area(outline, node)
        if area.side != node.side:
            yield error(
                "side_differs",
                node.code,
                "side",
                _("Criterion %(code)s is on another side than its area %(area)s."),
                code=node.code,
                area=area.code,
            )


def _area(outline: Outline, node: Node) -> Node:
    *_between, area = [node, *outline.above(node)]
    return area


CHECKS = (title, leaves, codes, parents, numbering, names, shape, sides)
