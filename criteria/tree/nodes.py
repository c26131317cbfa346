"""What a criteria set holds, apart from where it is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from json import dumps

ZERO = Decimal(0)
SCALE, BONUS, PENALTY = "scale", "bonus", "penalty"
APPRAISAL, SURVEY, OUTCOME, ADJUSTMENT = "appraisal", "survey", "outcome", "adjustment"
FORMAT = "parindex criteria set 1"
LEAF_ONLY = frozenset({"method", "entered_by", "evidence", "rule", "examples", "facets"})
"""What only a leaf says; on an inner node it is ignored: an area has no rule of its own, but a penalty has a cap."""


@dataclass(frozen=True)
class Node:
    """An area, criterion or sub-criterion. ``parent`` is a code, empty for an area; ``maximum`` None: not known.

    The other values are those of ``criteria.models.Criterion``.
    """

    code: str
    name: str
    parent: str = ""
    maximum: Decimal | None = None
    minimum: Decimal = ZERO
    side: str = SCALE
    method: str = APPRAISAL
    entered_by: str = "unit"
    evidence: str = ""
    rule: str = ""
    examples: str = ""
    guidance: str = ""
    legal_basis: str = ""
    facets: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outline:
    """A whole set. ``nodes`` stand in printing order: a parent before its children, codes once."""

    title: str
    scale: Decimal
    survey_points: Decimal
    nodes: tuple[Node, ...]
    bonus_cap: Decimal = ZERO
    penalty_cap: Decimal = ZERO
    may_exceed: bool = False
    legal_basis: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def _children(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    def children(self, code: str = "") -> tuple[Node, ...]:
        """The nodes directly below ``code``; the areas for an empty code."""
        return self._children.get(code, ())

    def is_leaf(self, node: Node) -> bool:
        return node.code not in self._children

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if self.is_leaf(node))

    def above(self, node: Node) -> Iterator[Node]:
        """The node's ancestors, nearest first. A loop or a missing parent ends the line."""
        seen = {node.code}
        while node.parent and node.parent not in seen and node.parent in self.by_code:
            node = self.by_code[node.parent]
            seen.add(node.code)
            yield node

    def depth(self, node: Node) -> int:
        """0 for an area."""
        return sum(1 for _ in self.above(node))


def plain(value: Decimal) -> str:
    """A number without trailing zeros and exponents: 1.50 and 1.5 are the same content."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def content(outline: Outline) -> dict[str, object]:
    """Everything that the digest covers, as JSON values."""
    head = {each.name: _json(getattr(outline, each.name)) for each in fields(Outline) if each.name != "nodes"}
    return {"format": FORMAT, **head, "nodes": [_node(outline, node) for node in outline.nodes]}


def _node(outline: Outline, node: Node) -> dict[str, object]:
    is_leaf = outline.is_leaf(node)
    return {
        each.name: _json(getattr(node, each.name)) for each in fields(Node) if is_leaf or each.name not in LEAF_ONLY
    }


def _json(value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


def digest(outline: Outline) -> str:
    """SHA-256 of the content: equal sets have equal digests, wherever and however they are stored."""
    text = dumps(content(outline), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
