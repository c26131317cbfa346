"""Exemptions against an oracle that asks each leaf of each unit by itself, in 10,000 cases."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest

from criteria.tree.applicability import (
    Applied,
    Contradicted,
    Contradiction,
    Difference,
    Effect,
    Rule,
    apply,
    differences,
    maximum,
)
from criteria.tree.nodes import Node, Outline

CASES = 10_000
WORDS = ("không có TTHC", "miền núi", "mới thành lập")


def outline(*nodes: Node) -> Outline:
    return Outline("Bộ", Decimal(100), Decimal(0), nodes)


def node(code: str, maximum_: str | None = "1", **fields: str) -> Node:
    parent = fields.pop("parent", code.rpartition(".")[0])
    return Node(code, f"Tiêu chí {code}", parent, None if maximum_ is None else Decimal(maximum_), **fields)  # type: ignore[arg-type]


TREE = outline(
    node("1", "4"),
    node("1.1", "1"),
    node("1.2", "3"),
    node("1.2.1", "2"),
    node("1.2.2", "1"),
    node("2", "6"),
    node("2.1", "6"),
)


# ---- random cases


class Case(NamedTuple):
    tree: Outline
    rules: list[Rule[int]]
    units: dict[int, frozenset[str]]


def grown(chance: Random) -> Outline:
    """A tree of at most three levels."""
    nodes: list[Node] = []
    for area in range(1, chance.randint(2, 4)):
        nodes.append(node(f"{area}"))
        for second in range(1, chance.randint(1, 4)):
            nodes.append(node(f"{area}.{second}"))
            nodes += [node(f"{area}.{second}.{third}") for third in range(1, chance.choice([1, 1, 3]))]
    return outline(*nodes)


def drawn(seed: int) -> Case:
    chance = Random(seed)
    tree = grown(chance)
    units = {
        unit: frozenset(word for word in WORDS if chance.random() < 0.4) for unit in range(1, chance.randint(2, 5))
    }
    rules = []
    for key in range(1, chance.randint(1, 7)):
        whom = chance.choice(["unit", "attribute", "all"])
        rules.append(
            Rule(
                key,
                chance.choice(tree.nodes).code,
                chance.choice(["reduce", "full"]),
                chance.choice(list(units)) if whom == "unit" else None,
                chance.choice(WORDS) if whom == "attribute" else "",
            )
        )
    return Case(tree, rules, units)


def oracle(case: Case, unit: int, leaf: Node) -> set[str]:
    """The conventions of the rules that are nearest to the leaf and the unit: none, one, or two that contradict."""
    found: dict[tuple[int, int], set[str]] = {}
    for rule in case.rules:
        below = leaf.code == rule.node or leaf.code.startswith(f"{rule.node}.")
        for_it = rule.unit == unit if rule.unit else (not rule.attribute or rule.attribute in case.units[unit])
        if below and for_it:
            near = 2 if rule.unit else 1 if rule.attribute else 0
            found.setdefault((rule.node.count("."), near), set()).add(rule.convention)
    return found[max(found)] if found else set()


def everywhere(case: Case) -> Iterator[tuple[int, Node]]:
    for unit in case.units:
        for leaf in case.tree.leaves:
            yield unit, leaf


def test_every_effect_is_the_one_of_the_oracle_and_every_change_is_listed() -> None:
    """Two sets of rules in each case: what the list of changes says is what changed, and nothing else did."""
    effects = unlisted = contradictions = 0
    for seed in range(CASES):
        case = drawn(seed)
        fewer = Case(case.tree, case.rules[: len(case.rules) // 2], case.units)
        before, after = (apply(each.tree, each.rules, each.units) for each in (fewer, case))
        listed = {(each.unit, each.leaf.code) for each in differences(case.tree, before, after)}
        refused = {(each.unit, each.leaf) for each in after.contradictions}
        for unit, leaf in everywhere(case):
            expected = oracle(case, unit, leaf)
            found = after.effects.get((unit, leaf.code))
            assert ({found.convention} if found else set()) == (expected if len(expected) == 1 else set()), seed
            assert ((unit, leaf.code) in refused) == (len(expected) == 2), seed
            earlier = before.effects.get((unit, leaf.code))
            unlisted += found != earlier and (unit, leaf.code) not in listed
            unlisted += found == earlier and (unit, leaf.code) in listed
            effects += found is not None
            contradictions += len(expected) == 2
        for number in case.units:
            lost = sum(
                1 for (unit, _leaf), each in after.effects.items() if unit == number and each.convention == "reduce"
            )
            assert maximum(case.tree, after.of(number)) == len(case.tree.leaves) - lost
    assert unlisted == 0
    # The cases are worth something.
    assert effects > 40_000
    assert contradictions > 1_000


def test_order_of_rules_does_not_matter() -> None:
    for seed in range(500):
        case = drawn(seed)
        shuffled = list(case.rules)
        Random(seed).shuffle(shuffled)

        assert apply(case.tree, shuffled, case.units) == apply(case.tree, case.rules, case.units)


# ---- by hand


def test_the_deepest_node_wins_then_the_unit_then_the_attribute() -> None:
    units = {1: frozenset({"miền núi"}), 2: frozenset({"miền núi"}), 3: frozenset[str]()}
    rules = [
        Rule(1, "1", "reduce"),
        Rule(2, "1", "full", attribute="miền núi"),
        Rule(3, "1", "reduce", unit=2),
        Rule(4, "1.2.1", "full"),
    ]

    effects = apply(TREE, rules, units).strict()

    assert {key: each.rule for key, each in effects.items()} == {
        (1, "1.1"): 2,
        (2, "1.1"): 3,
        (3, "1.1"): 1,
        (1, "1.2.1"): 4,
        (2, "1.2.1"): 4,
        (3, "1.2.1"): 4,
        (1, "1.2.2"): 2,
        (2, "1.2.2"): 3,
        (3, "1.2.2"): 1,
    }
    assert effects[1, "1.1"] == Effect("full", 2, "1")


def test_two_that_say_the_same_are_one_and_the_first_is_named() -> None:
    rules = [Rule(9, "2", "reduce", unit=1), Rule(4, "2", "reduce", unit=1)]

    assert apply(TREE, rules, {1: frozenset()}).strict()[1, "2.1"].rule == 4


def test_two_that_contradict_are_named_and_neither_counts() -> None:
    rules: list[Rule[int]] = [Rule(1, "2", "reduce", attribute="a"), Rule(2, "2", "full", attribute="b")]

    result = apply(TREE, rules, {1: frozenset({"a", "b"}), 2: frozenset({"b"})})

    assert result.effects == {(2, "2.1"): Effect("full", 2, "2")}
    assert result.contradictions == (Contradiction(1, "2.1", (1, 2)),)
    with pytest.raises(Contradicted, match=r"^2\.1: 1 contradictions, the first for 1$") as problem:
        result.strict()
    assert problem.value.found == result.contradictions


def test_a_rule_of_no_node_does_nothing() -> None:
    assert apply(TREE, [Rule(1, "9", "full")], {1: frozenset()}) == Applied({})


def test_differences_stand_in_printing_order_with_what_was_and_what_will_be() -> None:
    units = {1: frozenset[str](), 2: frozenset[str]()}
    before = apply(TREE, [Rule(1, "2", "reduce", unit=1)], units)
    after = apply(TREE, [Rule(2, "1.2", "full")], units)

    found = differences(TREE, before, after)

    assert [(each.unit, each.leaf.code, each.before is None, each.after is None) for each in found] == [
        (1, "1.2.1", True, False),
        (1, "1.2.2", True, False),
        (1, "2.1", False, True),
        (2, "1.2.1", True, False),
        (2, "1.2.2", True, False),
    ]
    assert isinstance(found[0], Difference)


def test_a_maximum_loses_what_is_reduced_and_keeps_what_is_full() -> None:
    bonus = node("3", "5", side="bonus")
    unknown = node("4", None)
    tree = outline(*TREE.nodes, bonus, unknown)
    effects = apply(tree, [Rule(1, "2", "reduce"), Rule(2, "1.1", "full"), Rule(3, "3", "reduce")], {1: frozenset()})

    assert maximum(tree, effects.of(1)) == 4
    assert maximum(tree, {}) == 10
