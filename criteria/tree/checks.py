"""The checker of a whole set, before it is issued."""

from collections.abc import Callable, Iterator

from criteria.tree import checks_around, checks_leaves, checks_points, checks_rules, checks_tree
from criteria.tree.findings import ERROR, WARNING, Facts, Finding
from criteria.tree.nodes import Outline
from criteria.tree.readings import Reading, read

__all__ = ["ERROR", "WARNING", "Facts", "Finding", "checks"]

OF_SETS: tuple[Callable[[Outline, Facts], Iterator[Finding]], ...] = (
    *checks_tree.CHECKS,
    *checks_points.CHECKS,
    *checks_leaves.CHECKS,
    *checks_around.CHECKS,
)
OF_RULES: tuple[Callable[[Reading], Iterator[Finding]], ...] = (*checks_rules.CHECKS, *checks_leaves.OF_RULES)


def checks(outline: Outline, facts: Facts | None = None) -> tuple[Finding, ...]:
    """Everything to mend or to look at: errors first, then what concerns the whole set, then in printing order."""
    found = list(_found(outline, facts or Facts()))
    place = {code: at for at, code in enumerate(["", *(node.code for node in outline.nodes)])}
    return tuple(sorted(found, key=lambda each: (not each.is_error, place[each.node])))


def _found(outline: Outline, facts: Facts) -> Iterator[Finding]:
    for check in OF_SETS:
        yield from check(outline, facts)
    for reading in read(outline):
        for check_rule in OF_RULES:
            yield from check_rule(reading)
