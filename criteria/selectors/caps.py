"""What a criteria set allows outside its scale, as the arithmetic takes it."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from criteria.models import CriteriaSet, Criterion, Side
from criteria.scoring.caps import Cap, Caps


def caps_of(criteria_set: CriteriaSet, tree: Iterable[Criterion]) -> Caps:
    """The caps of the set and of every node on the bonus and the penalty side; ``tree``: its criteria."""
    nodes = list(tree)
    codes = {each.pk: each.code for each in nodes}
    return Caps(
        bonus=Fraction(criteria_set.bonus_cap),
        penalty=Fraction(criteria_set.penalty_cap),
        may_exceed=criteria_set.may_exceed,
        nodes={
            each.code: Cap(each.side, codes.get(each.parent_id or 0, ""), Fraction(limit_of(each)))
            for each in nodes
            if each.side != Side.SCALE
        },
    )


def limit_of(criterion: Criterion) -> Decimal:
    """The most that a node gives; of one on the penalty side (negative) the most that it takes away."""
    return criterion.min_points if criterion.side == Side.PENALTY else criterion.max_points


def exact(value: Fraction) -> Decimal:
    """A sum of stored points as a decimal: no digit is lost, for none has more than four places."""
    return Decimal(value.numerator) / Decimal(value.denominator)
