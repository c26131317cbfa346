"""A leaf scored in facets by several owners, rolled up to the points of the one leaf."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

HOW = ("sum", "mean", "lowest", "highest")
"""The declared ways, see ``roll_up``."""


@dataclass(frozen=True)
class Part:
    """One facet: its points, None where it does not apply, out of its maximum (> 0)."""

    points: Fraction | None
    maximum: Decimal | Fraction


def roll_up(how: str, parts: Sequence[Part]) -> Fraction | None:
    """The exact points of the leaf, whose maximum is the sum of its facets' maxima; None where no facet applies.

    A facet that does not apply is no 0: the share is taken over the others and counts for the whole leaf. The share is
    for "sum" all points over all maxima (with every facet applying, the plain sum of points), for "mean" the mean of
    the facets' shares whatever their maxima, for "lowest" and "highest" the share of the worst and of the best facet.

    Raises ``ValueError`` for another way, no parts, and a maximum that is not above 0.

    >>> roll_up("sum", [Part(Fraction(1, 3), Decimal(1)), Part(Fraction(2), Decimal(2))])
    Fraction(7, 3)
    >>> roll_up("mean", [Part(Fraction(1, 2), Decimal(1)), Part(Fraction(2), Decimal(2))])
    Fraction(9, 4)
    >>> roll_up("sum", [Part(None, Decimal(1)), Part(Fraction(1), Decimal(2))])
    Fraction(3, 2)
    """
    if how not in HOW or not parts or any(each.maximum <= 0 for each in parts):
        raise ValueError(how)
    applying = [(each.points, Fraction(each.maximum)) for each in parts if each.points is not None]
    if not applying:
        return None
    return _share(how, applying) * sum(Fraction(each.maximum) for each in parts)


def _share(how: str, applying: list[tuple[Fraction, Fraction]]) -> Fraction:
    shares = [points / maximum for points, maximum in applying]
    if how == "sum":
        return sum(points for points, _ in applying) / sum((maximum for _, maximum in applying), Fraction(0))
    if how == "mean":
        return sum(shares, Fraction(0)) / len(shares)
    return min(shares) if how == "lowest" else max(shares)
