"""Sums by other means than those under test: whole numbers over a common divisor."""

from fractions import Fraction
from math import lcm

F = Fraction


def added(values: list[F]) -> tuple[int, int]:
    """The sum as (numerator, divisor), not reduced."""
    divisor = lcm(*(each.denominator for each in values)) if values else 1
    return sum(each.numerator * (divisor // each.denominator) for each in values), divisor


def rolled(how: str, points: list[F | None], maxima: list[F]) -> F | None:
    """Facets of one leaf: shares of the leaf's maximum that add up, or each on the leaf's whole scale."""
    known = [at for at, point in enumerate(points) if point is not None]
    ratios = sorted(F(points[at] or 0) / maxima[at] for at in known)
    if not known:
        return None
    if how == "sum":
        numerator, divisor = added([F(points[at] or 0) for at in known])
        top, bottom = added([maxima[at] for at in known])
        return F(numerator * bottom, divisor * top) * sum(maxima)
    chosen = {"mean": F(sum(ratios), len(ratios)), "lowest": ratios[0], "highest": ratios[-1]}[how]
    return chosen * maxima[0]
