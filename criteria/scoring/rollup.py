"""A leaf scored in facets by several owners, rolled up to the points of the one leaf."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SUM, MEAN, LOWEST, HIGHEST = HOW = ("sum", "mean", "lowest", "highest")
"""The declared ways, see ``roll_up``."""


@dataclass(frozen=True)
class Part:
    """One facet: its points, None where it does not apply, out of its maximum (> 0)."""

    points: Fraction | None
    maximum: Decimal | Fraction


def roll_up(how: str, parts: Sequence[Part]) -> Fraction | None:
    """The exact points of the leaf; None where no facet applies.

    "sum": the facets share the leaf's maximum out among them, and their points add up. "mean", "lowest", "highest":
    every facet is scored on the leaf's whole scale. A facet that does not apply is no 0: the others count for the
    leaf, in a sum by their share of what they could reach.

    Raises ``ValueError`` for another way, no parts, a maximum that is not above 0, and maxima that differ where every
    facet has the leaf's.

    >>> roll_up("sum", [Part(Fraction(1, 3), Decimal(1)), Part(Fraction(2), Decimal(2))])
    Fraction(7, 3)
    >>> roll_up("mean", [Part(Fraction(1, 2), Decimal(2)), Part(Fraction(2), Decimal(2))])
    Fraction(5, 4)
    >>> roll_up("sum", [Part(None, Decimal(1)), Part(Fraction(1), Decimal(2))])
    Fraction(3, 2)
    """
    maxima = [Fraction(each.maximum) for each in parts]
    if how not in HOW or not maxima or min(maxima) <= 0 or (how != SUM and len(set(maxima)) > 1):
        raise ValueError(f"{how}: {maxima}")
    applying = [(each.points, Fraction(each.maximum)) for each in parts if each.points is not None]
    if not applying:
        return None
    points = [each for each, _ in applying]
    if how == SUM:
        return sum(points, Fraction(0)) / sum(maximum for _, maximum in applying) * sum(maxima)
    if how == MEAN:
        return sum(points, Fraction(0)) / len(points)
    return min(points) if how == LOWEST else max(points)
