"""Edits of several people at once: what has happened since a page was made, and whether an edit disturbs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from criteria.scoring.rules import gettext_noop
from criteria.tree.editing import BadEdit, Operation, block
from criteria.tree.nodes import Outline, plain

Step = tuple[Iterable[Operation], Iterable[Operation]]
"""What was done, and what would take it back."""


PLACE, BELOW = "place", "below"
"""What is touched beside the fields of a node: where it stands, and which nodes stand below it."""


class Disturbed(BadEdit):
    """Somebody else changed the same field since. ``mine`` was not stored, ``theirs`` is."""

    def __init__(self, *, code: str, field: str, mine: str, theirs: str) -> None:
        super().__init__(gettext_noop("Somebody else changed this in the meantime."), code=code, field=field)
        self.mine, self.theirs = mine, theirs


@dataclass
class Since:
    """``codes``: what the codes that the page knows are by now, empty where the node went. ``touched``: fields, by the
    node's code of now; the head's have an empty code. ``is_moved``: rows came, went, moved or got codes."""

    codes: dict[str, str] = field(default_factory=dict)
    touched: set[tuple[str, str]] = field(default_factory=set)
    is_moved: bool = False

    def now(self, code: str) -> str:
        """Raises ``BadEdit`` where the node went."""
        found = self.codes.get(code, code)
        if code and not found:
            raise BadEdit(gettext_noop("Somebody else removed this row in the meantime."), code=code)
        return found


STRUCTURE = frozenset({"add", "remove", "move", "rename"})
"""Operations after which rows do not stand where they stood, or under another code."""


def since(steps: Iterable[Step]) -> Since:
    """What the steps, in their order, did to codes and fields."""
    made = Since()
    for done, back in steps:
        for operation, inverse in zip(done, reversed(list(back)), strict=True):
            _note(made, operation, inverse)
    return made


def _note(made: Since, operation: Operation, inverse: Operation) -> None:
    """``inverse`` says what the operation alone does not: all that a removal took, and where a move came from."""
    kind = operation["op"]
    made.is_moved = made.is_moved or kind in STRUCTURE
    if kind in {"set", "head"}:
        made.touched |= {(operation.get("code", ""), name) for name in operation["values"]}
    elif kind == "rename":
        _rename(made, operation["codes"])
    elif kind == "remove":
        gone = {each["code"]: "" for each in inverse["nodes"]}
        _recode(made, gone)
        made.touched = {each for each in made.touched if each[0] not in gone} | {(inverse["parent"], BELOW)}
    elif kind == "add":
        made.touched |= {(each["code"], PLACE) for each in operation["nodes"]} | {(operation["parent"], BELOW)}
    else:
        made.touched |= {(operation["code"], PLACE), (operation["parent"], BELOW), (inverse["parent"], BELOW)}


def _rename(made: Since, codes: Mapping[str, str]) -> None:
    _recode(made, codes)
    made.touched = {(codes.get(code, code), name) for code, name in made.touched}
    made.touched |= {(new, "code") for new in codes.values()}


def _recode(made: Since, codes: Mapping[str, str]) -> None:
    known = {old: codes.get(now, now) for old, now in made.codes.items()}
    current = set(made.codes.values())
    made.codes = known | {old: new for old, new in codes.items() if old not in current}


CODED = ("code", "of", "parent", "after")


def merged(outline: Outline, wishes: Iterable[Operation], past: Since) -> list[Operation]:
    """The wishes by the codes of now. Raises ``Disturbed``, or ``BadEdit`` for a row that went."""
    found: list[Operation] = []
    for wish in wishes:
        codes = {name: past.now(wish[name]) for name in CODED if isinstance(wish.get(name), str)}
        moved = {**wish, **codes}
        _refuse(outline, moved, past)
        found.append(moved)
    return found


def _refuse(outline: Outline, wish: Operation, past: Since) -> None:
    if wish.get("op") == "remove":
        inside = {node.code for node in block(outline, wish["code"])}
        for code, name in sorted(past.touched):
            if code in inside and name != "code":
                raise Disturbed(code=code, field=name, mine="", theirs=stored(outline, code, name))
        return
    code = wish.get("code", "")
    for name, mine in _values(wish).items():
        theirs = stored(outline, code, name)
        if (code, name) in past.touched and str(mine or "").replace(",", ".") != theirs:
            raise Disturbed(code=code, field=name, mine=str(mine or ""), theirs=theirs)


def _values(wish: Operation) -> Mapping[str, Any]:
    if wish.get("op") == "recode":
        return {"code": wish.get("to")}
    values = wish.get("values")
    return values if isinstance(values, dict) else {}


def stored(outline: Outline, code: str, name: str) -> str:
    """What a field holds, as text; empty for nothing."""
    value = getattr(outline.by_code.get(code), name, None) if code else getattr(outline, name, None)
    return "" if value is None else plain(value) if hasattr(value, "as_tuple") else str(value)
