"""What maxima add up to, and what is left over: exact, at every inner node, for the scale and for the survey share."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from criteria.tree.nodes import BONUS, PENALTY, SCALE, SURVEY, ZERO, Node, Outline


@dataclass(frozen=True)
class Sum:
    """``stated`` (None: not known) against ``found``, the sum of what is below. ``is_cap``: at most, not exactly."""

    stated: Decimal | None
    found: Decimal
    is_cap: bool = False

    @property
    def rest(self) -> Decimal:
        """What is still to be given out; below 0: given out too much. Of a cap: how far it lies out of reach."""
        if self.stated is None:
            return ZERO
        rest = self.stated - self.found
        return max(rest, ZERO) if self.is_cap else rest


@dataclass(frozen=True)
class Sums:
    """``nodes``: by the code of every inner node."""

    nodes: Mapping[str, Sum]
    scale: Sum
    survey: Sum
    bonus: Sum
    penalty: Sum


def sums(outline: Outline) -> Sums:
    worth: dict[str, Decimal] = {}
    found: dict[str, Sum] = {}
    for node in reversed(outline.nodes):
        own = amount(node)
        children = outline.children(node.code)
        if children:
            below = sum((worth.get(each.code, ZERO) for each in children), ZERO)
            found[node.code] = Sum(own, below, is_cap=node.side != SCALE)
        worth[node.code] = own if own is not None else found[node.code].found if children else ZERO
    areas = {side: [each for each in outline.children() if each.side == side] for side in (SCALE, BONUS, PENALTY)}
    by_side = {side: sum((worth[each.code] for each in nodes), ZERO) for side, nodes in areas.items()}
    surveyed = [worth[each.code] for each in outline.leaves if each.side == SCALE and each.method == SURVEY]
    return Sums(
        nodes=found,
        scale=Sum(outline.scale, by_side[SCALE]),
        survey=Sum(outline.survey_points, sum(surveyed, ZERO)),
        bonus=Sum(outline.bonus_cap, by_side[BONUS], is_cap=True),
        penalty=Sum(outline.penalty_cap, by_side[PENALTY], is_cap=True),
    )


def amount(node: Node) -> Decimal | None:
    """What a node gives, or takes, at most (≥ 0); None where it is not known."""
    if node.maximum is None:
        return None
    return -node.minimum if node.side == PENALTY else node.maximum
