"""The rules of a set's leaves, each read once for all checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from criteria.scoring import notation
from criteria.scoring.rules import BadRule, Common, Expression, Rule, inside
from criteria.tree.nodes import Node, Outline


@dataclass(frozen=True)
class Reading:
    """A leaf with its rule; ``rule`` None: it has none, or ``problem`` says why it cannot be read."""

    leaf: Node
    rule: Rule | None
    problem: BadRule | None = None


def read(outline: Outline) -> tuple[Reading, ...]:
    """The leaves in printing order."""
    return tuple(_read(leaf) for leaf in outline.leaves)


def _read(leaf: Node) -> Reading:
    if not leaf.rule.strip():
        return Reading(leaf, None)
    try:
        return Reading(leaf, notation.parse(leaf.rule))
    except BadRule as problem:
        return Reading(leaf, None, problem)


@dataclass(frozen=True)
class Inner:
    """A rule, or an alternative or part inside one, with what the lines around it declare and define."""

    rule: Rule
    commons: tuple[Common, ...]

    @property
    def definitions(self) -> Mapping[str, Expression]:
        return {each.name: each.value for common in self.commons for each in common.definitions}


def each_inside(rule: Rule, outer: tuple[Common, ...] = ()) -> Iterator[Inner]:
    """The rule and everything in it, from outside inwards."""
    commons = (*outer, rule)
    yield Inner(rule, commons)
    for inner in inside(rule):
        yield from each_inside(inner, commons)
