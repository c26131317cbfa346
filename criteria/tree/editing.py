"""Edits of a criteria set as plain data: small dictionaries that JSON carries, each with what takes it back.

Operations, as they are stored (``wishes`` makes them of what people ask for):

- ``{"op": "set", "code": …, "values": {field: value}}`` – texts, choices; numbers as text, ``None`` where unknown;
- ``{"op": "add", "parent": …, "after": …, "nodes": [node, node below it …]}`` – after that sibling, first for "";
- ``{"op": "remove", "code": …}`` – with everything below;
- ``{"op": "move", "code": …, "parent": …, "after": …}`` – with everything below;
- ``{"op": "rename", "codes": {old: new}}``;
- ``{"op": "head", "values": {field: value}}``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from criteria.scoring.rules import gettext_noop
from criteria.tree.nodes import PENALTY, ZERO, Node, Outline, plain

Operation = Mapping[str, Any]
TEXTS = {
    "name": 600,
    "evidence": 2000,
    "rule": 2000,
    "examples": 4000,
    "guidance": 4000,
    "legal_basis": 2000,
    "facets": 2000,
    "note": 2000,
}
"""Texts of a node and how many characters each holds; the columns have the same lengths."""
CHOICES = {
    "side": ("scale", "bonus", "penalty"),
    "method": ("appraisal", "survey", "outcome", "adjustment"),
    "entered_by": ("unit", "appraiser", "standing_body", "import"),
}
NUMBERS = ("maximum", "minimum")
HEAD_TEXTS = {"title": 300, "legal_basis": 2000}
HEAD_NUMBERS = ("scale", "survey_points", "bonus_cap", "penalty_cap")
CODE_LENGTH = 20
DEEPEST = 8
"""Levels of a tree at most: official sets have up to five."""
LARGEST, PLACES = 10**5, 4
UNKNOWN = gettext_noop("This node is not in the set any more.")


class BadEdit(ValueError):
    """The edit cannot be made. ``code`` and ``field`` say where; ``reason`` is an English msgid with ``fields``."""

    def __init__(self, reason: str, *, code: str = "", field: str = "", **words: str) -> None:
        super().__init__(reason % words if words else reason)
        self.reason, self.code, self.field, self.words = reason, code, field, words


@dataclass(frozen=True)
class Edited:
    """The set after some operations. ``forward`` are they, ``back`` takes them back.

    ``origins``: for every node the code that it had before; empty for a new one.
    """

    outline: Outline
    forward: tuple[Operation, ...]
    back: tuple[Operation, ...]
    origins: Mapping[str, str]

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Only where the code is another: the old one by the new one, "" for nodes that are new."""
        return {new: old for new, old in self.origins.items() if new != old}


def apply(outline: Outline, operations: Iterable[Operation]) -> Edited:
    """Make the edits in their order. Raises ``BadEdit``; nothing is half made, the outline given never changes."""
    origins = {node.code: node.code for node in outline.nodes}
    done, back = [], []
    for operation in operations:
        after, inverse = one(outline, operation)
        codes = operation["codes"] if operation["op"] == "rename" else {}
        before = {codes.get(code, code): origin for code, origin in origins.items()}
        origins = {node.code: before.get(node.code, "") for node in after.nodes}
        outline = after
        done.append(operation)
        back.append(inverse)
    return Edited(outline, tuple(done), tuple(reversed(back)), origins)


def one(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    """The set after one operation, and the operation that takes it back."""
    act = ACTS.get(str(operation.get("op")))
    if act is None:
        raise BadEdit(gettext_noop("This is no operation on a criteria set."))
    try:
        return act(outline, operation)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadEdit(gettext_noop("The operation is not complete.")) from error


def node_of(outline: Outline, code: str, field: str = "") -> Node:
    if code not in outline.by_code:
        raise BadEdit(UNKNOWN, code=code, field=field)
    return outline.by_code[code]


def block(outline: Outline, code: str) -> tuple[Node, ...]:
    """The node with everything below it, in printing order."""
    inside = {code}
    found = []
    for node in outline.nodes:
        if node.code == code or node.parent in inside:
            inside.add(node.code)
            found.append(node)
    return tuple(found)


def before(outline: Outline, node: Node) -> str:
    """The code of the sibling that stands before the node; empty for the first."""
    codes = [each.code for each in outline.children(node.parent)]
    place = codes.index(node.code)
    return codes[place - 1] if place else ""


def preorder(outline: Outline) -> Outline:
    """The set with every parent directly followed by what is below it: edits build on this order."""
    found: list[Node] = []

    def walk(parent: str) -> None:
        for node in outline.children(parent):
            found.append(node)
            walk(node.code)

    walk("")
    return outline if tuple(found) == outline.nodes else replace(outline, nodes=tuple(found))


# ---- values


def as_json(node: Node) -> dict[str, Any]:
    """What of the node is not as in an empty one; numbers as text."""
    bare = Node(code="", name="", maximum=ZERO)
    values = {each.name: (getattr(node, each.name), getattr(bare, each.name)) for each in fields(Node)}
    return {name: _text(value) for name, (value, other) in values.items() if value != other}


def _text(value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


def from_json(values: Mapping[str, Any], parent: str) -> Node:
    """The node of ``as_json``, below ``parent``, its values checked."""
    given = {name: value for name, value in values.items() if name not in {"code", "parent"}}
    code = str(values.get("code", ""))
    check_code(code)
    return valued(Node(code=code, name="", parent=parent, maximum=ZERO), given)


def check_code(code: str) -> None:
    """Raise ``BadEdit`` for what cannot be a code: empty, too long, with spaces, or like a row that is being moved."""
    if not code or len(code) > CODE_LENGTH or any(sign.isspace() for sign in code) or code.startswith("~"):
        reason = gettext_noop("A code has 1 to %(most)s characters and no spaces.")
        raise BadEdit(reason, code=code, field="code", most=str(CODE_LENGTH))


def valued(node: Node, values: Mapping[str, Any]) -> Node:
    """The node with other values. Raises ``BadEdit`` naming the field."""
    made: Node = replace(node, **{name: _value(node.code, name, value) for name, value in values.items()})
    _check_bounds(made, next(iter(values), ""))
    return made


def _value(code: str, name: str, value: object) -> Any:
    if name in TEXTS:
        return _checked_text(code, name, value, TEXTS[name])
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise BadEdit(gettext_noop("This is none of the choices."), code=code, field=name)
        return value
    if name in NUMBERS:
        return None if value is None and name == "maximum" else number(code, name, value)
    raise BadEdit(gettext_noop("A node has no such field."), code=code, field=name)


def _checked_text(code: str, name: str, value: object, most: int) -> str:
    if not isinstance(value, str):
        raise BadEdit(gettext_noop("Text is wanted here."), code=code, field=name)
    if len(value) > most:
        reason = gettext_noop("At most %(most)s characters; there are %(count)s.")
        raise BadEdit(reason, code=code, field=name, most=str(most), count=str(len(value)))
    return value


def number(code: str, name: str, value: object) -> Decimal:
    """A number of points: at most five digits before and four after the comma."""
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= LARGEST or found != round(found, PLACES):
        reason = gettext_noop("Give a number with at most four digits after the comma, for example 1,25.")
        raise BadEdit(reason, code=code, field=name)
    return found


def _check_bounds(node: Node, field: str) -> None:
    """As the table's constraint ``criterion_bounds_fit_its_side``."""
    if node.maximum is None:
        return
    where = {"code": node.code, "field": field if field in NUMBERS else "maximum"}
    if node.side == PENALTY:
        if node.maximum != 0 or node.minimum >= 0:
            raise BadEdit(gettext_noop("Penalty points are below 0, and their maximum is 0."), **where)
    elif node.maximum <= 0:
        raise BadEdit(gettext_noop("The maximum is above 0; leave it empty while it is not known."), **where)
    elif node.minimum >= node.maximum:
        raise BadEdit(gettext_noop("The minimum is below the maximum."), **where)


# ---- operations


def _set(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    values = dict(operation["values"])
    old = node_of(outline, operation["code"], next(iter(values), ""))
    new = valued(old, values)
    was = {name: _text(getattr(old, name)) for name in values}
    nodes = tuple(new if node is old else node for node in outline.nodes)
    return replace(outline, nodes=nodes), {"op": "set", "code": old.code, "values": was}


def _add(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    first, *below = operation["nodes"]
    made = [from_json(first, operation["parent"])]
    made += [from_json(each, each["parent"]) for each in below]
    known = set(outline.by_code)
    for place, node in enumerate(made):
        if node.code in known:
            raise BadEdit(gettext_noop("This code stands in the set already."), code=node.code, field="code")
        if place and node.parent not in {each.code for each in made[:place]}:
            raise BadEdit(UNKNOWN, code=node.parent)
        known.add(node.code)
    return _put(outline, made, operation["after"]), {"op": "remove", "code": made[0].code}


def _put(outline: Outline, nodes: Sequence[Node], after: str) -> Outline:
    """The nodes of a block in their place: below the first one's parent, after the sibling ``after``."""
    parent = nodes[0].parent
    if parent:
        node_of(outline, parent)
    if after and node_of(outline, after).parent != parent:
        raise BadEdit(gettext_noop("The neighbour stands elsewhere by now."), code=nodes[0].code)
    codes = [node.code for node in outline.nodes]
    last = block(outline, after)[-1].code if after else parent
    place = codes.index(last) + 1 if last else 0
    made = replace(outline, nodes=(*outline.nodes[:place], *nodes, *outline.nodes[place:]))
    if any(made.depth(node) >= DEEPEST for node in nodes):
        reason = gettext_noop("A tree has at most %(most)s levels.")
        raise BadEdit(reason, code=nodes[0].code, field="code", most=str(DEEPEST))
    return made


def _remove(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    node = node_of(outline, operation["code"])
    gone = block(outline, node.code)
    inverse = {
        "op": "add",
        "parent": node.parent,
        "after": before(outline, node),
        "nodes": [as_json(each) for each in gone],
    }
    codes = {each.code for each in gone}
    return replace(outline, nodes=tuple(each for each in outline.nodes if each.code not in codes)), inverse


def _move(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    node = node_of(outline, operation["code"])
    parent, after = operation["parent"], operation["after"]
    moved = block(outline, node.code)
    codes = {each.code for each in moved}
    if parent in codes or after in codes:
        raise BadEdit(gettext_noop("A node cannot stand below itself."), code=node.code)
    inverse = {"op": "move", "code": node.code, "parent": node.parent, "after": before(outline, node)}
    rest = replace(outline, nodes=tuple(each for each in outline.nodes if each.code not in codes))
    return _put(rest, [replace(node, parent=parent), *moved[1:]], after), inverse


def _rename(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    codes: Mapping[str, str] = operation["codes"]
    for old, new in codes.items():
        node_of(outline, old, "code")
        check_code(new)
    kept = outline.by_code.keys() - codes.keys()
    for new in codes.values():
        if new in kept or list(codes.values()).count(new) > 1:
            raise BadEdit(gettext_noop("This code stands in the set already."), code=new, field="code")
    nodes = tuple(
        replace(node, code=codes.get(node.code, node.code), parent=codes.get(node.parent, node.parent))
        for node in outline.nodes
    )
    return replace(outline, nodes=nodes), {"op": "rename", "codes": {new: old for old, new in codes.items()}}


def _head(outline: Outline, operation: Operation) -> tuple[Outline, Operation]:
    values = {name: _head_value(name, value) for name, value in operation["values"].items()}
    was = {name: _text(getattr(outline, name)) for name in values}
    made: Outline = replace(outline, **values)
    field = next(iter(values), "")
    if made.scale <= 0:
        raise BadEdit(gettext_noop("The scale is above 0."), field="scale")
    if not 0 <= made.survey_points <= made.scale:
        raise BadEdit(gettext_noop("The points by survey lie between 0 and the scale."), field="survey_points")
    if made.bonus_cap < 0 or made.penalty_cap < 0:
        raise BadEdit(gettext_noop("A cap is not below 0."), field=field)
    return made, {"op": "head", "values": was}


def _head_value(name: str, value: object) -> Any:
    if name in HEAD_TEXTS:
        text = _checked_text("", name, value, HEAD_TEXTS[name])
        if name == "title" and not text:
            raise BadEdit(gettext_noop("A criteria set has a title."), field=name)
        return text
    if name in HEAD_NUMBERS:
        return number("", name, value)
    if name == "may_exceed" and isinstance(value, bool):
        return value
    raise BadEdit(gettext_noop("A criteria set has no such field."), field=name)


ACTS: Mapping[str, Callable[[Outline, Operation], tuple[Outline, Operation]]] = {
    "set": _set,
    "add": _add,
    "remove": _remove,
    "move": _move,
    "rename": _rename,
    "head": _head,
}
