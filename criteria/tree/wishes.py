"""What a person asks for in the editor, made into the operations that are stored (``editing``).

Beside those operations, with texts and numbers still as typed:

- ``{"op": "insert", "place": "after" | "before" | "below", "of": code, "nodes": [values …]}`` – an empty ``of`` with
  "below" is the end of the set;
- ``{"op": "up" | "down" | "indent" | "outdent", "code": …}``;
- ``{"op": "recode", "code": …, "to": …}`` – with everything below whose code begins with it;
- ``{"op": "renumber", "code": …}`` – the nodes below follow their place; all for an empty code.

Where the codes stood in their order before an insertion, a move or a removal, they do so afterwards.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from criteria.scoring.rules import gettext_noop
from criteria.tree import codes
from criteria.tree.editing import (
    HEAD_NUMBERS,
    HEAD_TEXTS,
    NUMBERS,
    TEXTS,
    BadEdit,
    Edited,
    Operation,
    apply,
    before,
    block,
    node_of,
    one,
)
from criteria.tree.nodes import PENALTY, SCALE, Node, Outline, plain

TYPED = re.compile(r"([+\-−]?)(\d{1,5})(?:[.,](\d{1,4}))?")
LINES = frozenset(TEXTS) - {"name"}
MOST_ADDED = 500
"""Nodes that one paste may add."""


def edit(outline: Outline, wishes: Iterable[Operation]) -> Edited:
    """Make what is asked for, one after the other. Raises ``BadEdit``. What changes nothing leaves no trace."""
    stored: list[Operation] = []
    now = outline
    for wish in wishes:
        for operation in _asked(now, wish):
            now, _back = one(now, operation)
            stored.append(operation)
    return apply(outline, stored)


def _asked(outline: Outline, wish: Operation) -> Iterator[Operation]:
    expand = WISHES.get(str(wish.get("op")))
    if expand is None:
        raise BadEdit(gettext_noop("This is no operation on a criteria set."))
    try:
        yield from expand(outline, wish)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadEdit(gettext_noop("The operation is not complete.")) from error


# ---- what was typed


def typed_number(code: str, field: str, text: str) -> str | None:
    """A number as people type it ("1,25", "-2"), for JSON; None for an empty text."""
    text = text.strip()
    if not text:
        return None
    found = TYPED.fullmatch(text)
    if not found:
        reason = gettext_noop("Give a number with at most four digits after the comma, for example 1,25.")
        raise BadEdit(reason, code=code, field=field)
    sign, whole, rest = found.groups()
    return f"{'-' if sign and sign != '+' else ''}{whole}{'.' if rest else ''}{rest or ''}"


def typed_text(field: str, text: str) -> str:
    """A text as typed: lines kept where the field has lines, spaces at the ends dropped."""
    text = normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    if field in LINES or field == "legal_basis":
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def _typed(node: Node, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values for the node, numbers made to fit its side."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name in TEXTS:
            made[name] = typed_text(name, value)
        elif name in NUMBERS:
            made |= _bound(node, name, typed_number(node.code, name, value or ""))
        else:
            made[name] = value
    return made


def _bound(node: Node, name: str, value: str | None) -> dict[str, Any]:
    if node.side != PENALTY:
        return {name: value if name == "maximum" else value or "0"}
    if name == "maximum":
        raise BadEdit(gettext_noop("Penalty points have a minimum; their maximum is 0."), code=node.code, field=name)
    lowest = (value or "0").lstrip("-")
    known = bool(lowest.strip("0."))
    return {"maximum": "0", "minimum": f"-{lowest}"} if known else {"maximum": None, "minimum": "0"}


# ---- wishes


def _set(outline: Outline, wish: Operation) -> Iterator[Operation]:
    values = dict(wish["values"])
    node = node_of(outline, wish["code"], next(iter(values), ""))
    side = values.pop("side", node.side)
    if side != node.side:
        if node.parent:
            raise BadEdit(gettext_noop("A whole area is on one side: choose it there."), code=node.code, field="side")
        yield from _sided(outline, block(outline, node.code), side)
        node = replace(node, side=side)
    if values:
        made = _typed(node, values)
        if any(_differs(node, name, value) for name, value in made.items()):
            yield {"op": "set", "code": node.code, "values": made}


def _differs(node: Node | Outline, name: str, value: object) -> bool:
    stored = getattr(node, name, None)
    if name in (*NUMBERS, *HEAD_NUMBERS) and stored is not None and isinstance(value, str):
        return bool(stored != type(stored)(value))
    return bool(stored != value)


def _sided(outline: Outline, nodes: Iterable[Node], side: str) -> Iterator[Operation]:
    """The nodes on another side, what they give at most now what they take at most, or the other way round."""
    for node in nodes:
        if node.side == side:
            continue
        values: dict[str, Any] = {"side": side}
        known = node.maximum is not None
        if side == PENALTY:
            values |= {"maximum": "0" if known else None, "minimum": plain(-node.maximum) if node.maximum else "0"}
        elif node.side == PENALTY:
            values |= {"maximum": plain(-node.minimum) if node.minimum else None, "minimum": "0"}
        yield {"op": "set", "code": node.code, "values": values}


def _insert(outline: Outline, wish: Operation) -> Iterator[Operation]:
    parent, after = _place(outline, wish["place"], wish["of"])
    if not 1 <= len(wish["nodes"]) <= MOST_ADDED:
        raise BadEdit(gettext_noop("At most %(most)s rows are added at once."), most=str(MOST_ADDED))
    regular = codes.is_regular(outline, parent)
    side = outline.by_code[parent].side if parent else SCALE
    now = outline
    for values in wish["nodes"]:
        code = str(values.get("code") or codes.next_code(now, parent, after))
        given = _typed(Node(code=code, name="", side=side), {k: v for k, v in values.items() if k not in IDENTITY})
        node = {"maximum": None, **_manner(outline, parent, after), **given, "code": code, "side": side}
        operation = {"op": "add", "parent": parent, "after": after, "nodes": [node]}
        now, _back = one(now, operation)
        after = code
        yield operation
    yield from _follow(now, {parent} if regular else ())


IDENTITY = frozenset({"code", "parent", "side"})


def _manner(outline: Outline, parent: str, after: str) -> dict[str, Any]:
    """A new node is scored as its neighbour, or else as its parent was: most areas are of one kind."""
    model = outline.by_code.get(after) or outline.by_code.get(parent)
    return {"method": model.method, "entered_by": model.entered_by} if model else {}


def _place(outline: Outline, place: str, of: str) -> tuple[str, str]:
    """Parent and the sibling before, for a new node beside or below ``of``."""
    if not of or place == "below":
        parent = node_of(outline, of).code if of else ""
        children = outline.children(parent)
        return parent, children[-1].code if children else ""
    node = node_of(outline, of)
    return node.parent, before(outline, node) if place == "before" else node.code


def _remove(outline: Outline, wish: Operation) -> Iterator[Operation]:
    node = node_of(outline, wish["code"])
    regular = codes.is_regular(outline, node.parent)
    operation = {"op": "remove", "code": node.code}
    yield operation
    yield from _follow(one(outline, operation)[0], {node.parent} if regular else ())


def _move(outline: Outline, wish: Operation) -> Iterator[Operation]:
    node = node_of(outline, wish["code"])
    parent, after = wish["parent"], wish["after"]
    if (parent, after) == (node.parent, before(outline, node)):
        return
    regular = [each for each in (parent, node.parent, parent) if codes.is_regular(outline, each)]
    operation = {"op": "move", "code": node.code, "parent": parent, "after": after}
    now = one(outline, operation)[0]
    yield operation
    if parent:
        yield from _sided(now, block(now, node.code), now.by_code[parent].side)
    yield from _follow(now, regular)


def _follow(outline: Outline, parents: Iterable[str]) -> Iterator[Operation]:
    """Codes by their place again, below each of the parents. One may have to wait until another has made room."""
    waiting = list(parents)
    while waiting:
        parent = waiting.pop(0)
        found = dict(codes.numbered(outline, parent))
        if found:
            operation = {"op": "rename", "codes": found}
            outline = one(outline, operation)[0]
            waiting = [found.get(each, each) for each in waiting]
            yield operation


def _up(outline: Outline, wish: Operation) -> Iterator[Operation]:
    node = node_of(outline, wish["code"])
    above = before(outline, node)
    if above:
        after = before(outline, outline.by_code[above])
        yield from _move(outline, {"code": node.code, "parent": node.parent, "after": after})


def _down(outline: Outline, wish: Operation) -> Iterator[Operation]:
    node = node_of(outline, wish["code"])
    siblings = [each.code for each in outline.children(node.parent)]
    next_one = siblings[siblings.index(node.code) + 1 :][:1]
    if next_one:
        yield from _move(outline, {"code": node.code, "parent": node.parent, "after": next_one[0]})


def _indent(outline: Outline, wish: Operation) -> Iterator[Operation]:
    """Below the sibling above, as its last child."""
    node = node_of(outline, wish["code"])
    above = before(outline, node)
    if above:
        _parent, after = _place(outline, "below", above)
        yield from _move(outline, {"code": node.code, "parent": above, "after": after})


def _outdent(outline: Outline, wish: Operation) -> Iterator[Operation]:
    """Beside its parent, after it."""
    node = node_of(outline, wish["code"])
    if node.parent:
        parent = outline.by_code[node.parent]
        yield from _move(outline, {"code": node.code, "parent": parent.parent, "after": parent.code})


def _recode(outline: Outline, wish: Operation) -> Iterator[Operation]:
    node = node_of(outline, wish["code"], "code")
    found = codes.with_below(outline, node, normalize("NFC", str(wish["to"])).strip())
    if found:
        yield {"op": "rename", "codes": dict(found)}


def _renumber(outline: Outline, wish: Operation) -> Iterator[Operation]:
    """Level by level: below a node that got a new code, its children follow it."""
    code = node_of(outline, wish["code"]).code if wish["code"] else ""
    waiting = [code]
    while waiting:
        parent = waiting.pop(0)
        found = dict(codes.numbered(outline, parent))
        if found:
            operation = {"op": "rename", "codes": found}
            outline = one(outline, operation)[0]
            yield operation
        waiting += [each.code for each in outline.children(parent)]


def _head(outline: Outline, wish: Operation) -> Iterator[Operation]:
    values = {
        name: (typed_number("", name, value) or "0")
        if name in HEAD_NUMBERS
        else typed_text(name, value)
        if name in HEAD_TEXTS
        else value
        for name, value in wish["values"].items()
    }
    if any(_differs(outline, name, value) for name, value in values.items()):
        yield {"op": "head", "values": values}


WISHES: Mapping[str, Callable[[Outline, Operation], Iterator[Operation]]] = {
    "set": _set,
    "insert": _insert,
    "remove": _remove,
    "move": _move,
    "up": _up,
    "down": _down,
    "indent": _indent,
    "outdent": _outdent,
    "recode": _recode,
    "renumber": _renumber,
    "head": _head,
}
