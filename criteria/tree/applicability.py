"""Which leaves do not apply to which units, and what that does to the index.

An exemption names a node and whom it exempts: one unit, all units with an attribute, or all units. Everything below
the node is exempted with it. Where several reach the same leaf of the same unit, the deepest node wins; at the same
depth one for the unit goes before one for an attribute, and that before one for all. Two that are equally near and say
different things contradict each other: nothing is guessed, the leaf still applies, and the contradiction is named.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from criteria.tree.nodes import SCALE, ZERO, Node, Outline

REDUCE, FULL = "reduce", "full"
ALL, ATTRIBUTE, UNIT = 0, 1, 2
"""How near an exemption is to a unit."""

U = TypeVar("U", bound=Hashable)


@dataclass(frozen=True)
class Rule(Generic[U]):
    """An exemption in force. ``key`` tells it from others; ``unit`` None and ``attribute`` empty: for all units."""

    key: int
    node: str
    convention: str
    unit: U | None = None
    attribute: str = ""

    @property
    def nearness(self) -> int:
        if self.unit is not None:
            return UNIT
        return ATTRIBUTE if self.attribute else ALL

    def reaches(self, unit: U, words: frozenset[str]) -> bool:
        """Whether it is for the unit, which has the attributes ``words``."""
        if self.unit is not None:
            return self.unit == unit
        return not self.attribute or self.attribute in words


@dataclass(frozen=True)
class Effect:
    """What becomes of one leaf of one unit: ``rule`` is the key of the exemption, ``node`` where it was given."""

    convention: str
    rule: int
    node: str


@dataclass(frozen=True)
class Contradiction(Generic[U]):
    """Two exemptions that are equally near to a leaf of a unit and say different things."""

    unit: U
    leaf: str
    rules: tuple[int, int]


class Contradicted(Exception):
    """Exemptions contradict each other; ``found`` names where."""

    def __init__(self, found: tuple[Contradiction[Hashable], ...]) -> None:
        first = found[0]
        super().__init__(f"{first.leaf}: {len(found)} contradictions, the first for {first.unit}")
        self.found = found


@dataclass(frozen=True)
class Applied(Generic[U]):
    """Every effect by unit and code of the leaf, and what contradicts itself and so has none."""

    effects: Mapping[tuple[U, str], Effect]
    contradictions: tuple[Contradiction[U], ...] = ()

    def strict(self) -> Mapping[tuple[U, str], Effect]:
        """The effects; raises ``Contradicted`` where there is a contradiction."""
        if self.contradictions:
            raise Contradicted(self.contradictions)  # type: ignore[arg-type]
        return self.effects

    def of(self, unit: U) -> dict[str, Effect]:
        """The unit's own, by code of the leaf."""
        return {leaf: effect for (each, leaf), effect in self.effects.items() if each == unit}


def apply(outline: Outline, rules: Iterable[Rule[U]], units: Mapping[U, frozenset[str]]) -> Applied[U]:
    """Every effect of the rules on the units (with their attributes).

    Of several rules that agree, the one with the smallest key is named. A rule of a node that is not in the outline
    has no effect.
    """
    by_node: dict[str, list[Rule[U]]] = {}
    for rule in sorted(rules, key=lambda each: each.key):
        by_node.setdefault(rule.node, []).append(rule)
    effects: dict[tuple[U, str], Effect] = {}
    contradictions: list[Contradiction[U]] = []
    for leaf in outline.leaves if by_node else ():
        line = [leaf.code, *(node.code for node in outline.above(leaf))]
        given = [(code, by_node[code]) for code in line if code in by_node]
        for unit, words in units.items() if given else ():
            nearest = next((found for found in _nearest(given, unit, words)), [])
            if len({each.convention for each in nearest}) > 1:
                contradictions.append(Contradiction(unit, leaf.code, _pair(nearest)))
            elif nearest:
                effects[unit, leaf.code] = Effect(nearest[0].convention, nearest[0].key, nearest[0].node)
    return Applied(effects, tuple(contradictions))


def _nearest(given: Iterable[tuple[str, list[Rule[U]]]], unit: U, words: frozenset[str]) -> Iterator[list[Rule[U]]]:
    """Rules that are equally near, nearest first: from the leaf upwards, and at each node from unit to all."""
    for _code, rules in given:
        reaching = [each for each in rules if each.reaches(unit, words)]
        for nearness in (UNIT, ATTRIBUTE, ALL):
            equal = [each for each in reaching if each.nearness == nearness]
            if equal:
                yield equal


def _pair(rules: list[Rule[U]]) -> tuple[int, int]:
    first = rules[0]
    other = next(each for each in rules if each.convention != first.convention)
    return first.key, other.key


# ---- what a change does


@dataclass(frozen=True)
class Difference(Generic[U]):
    """One leaf of one unit whose effect a change adds (``before`` None), takes away (``after`` None) or alters."""

    unit: U
    leaf: Node
    before: Effect | None
    after: Effect | None


def differences(outline: Outline, before: Applied[U], after: Applied[U]) -> list[Difference[U]]:
    """Every leaf of every unit that is no longer as it was, by unit as in ``after`` and in printing order."""
    leaves = {node.code: (place, node) for place, node in enumerate(outline.leaves)}
    keys = dict.fromkeys([*after.effects, *before.effects])
    order = {unit: place for place, unit in enumerate(dict.fromkeys(unit for unit, _leaf in keys))}
    changed = [key for key in keys if before.effects.get(key) != after.effects.get(key)]
    changed.sort(key=lambda key: (order[key[0]], leaves[key[1]][0]))
    return [
        Difference(unit, leaves[leaf][1], before.effects.get((unit, leaf)), after.effects.get((unit, leaf)))
        for unit, leaf in changed
    ]


def maximum(outline: Outline, effects: Mapping[str, Effect]) -> Decimal:
    """What a unit with these effects (by code of the leaf) can still reach inside the scale.

    Leaves with full points stay in it: they are in the denominator and in the points.
    """
    return sum(
        (
            leaf.maximum or ZERO
            for leaf in outline.leaves
            if leaf.side == SCALE and (leaf.code not in effects or effects[leaf.code].convention == FULL)
        ),
        ZERO,
    )
