"""A leaf that its parts' owners score together: whether it is one, what a part may get, the leaf out of its parts."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from criteria.tree import facets
from criteria.tree.facets import Facet, Facets, RollUp


def in_parts(text: str, maximum: Decimal) -> Facets | None:
    """The parts by which the leaf is scored; None where it lists none, or none that give its maximum.

    >>> in_parts("a) Ngân sách: 0,5", Decimal(1)) is None
    True
    """
    try:
        found = facets.parse(text) if text else None
    except facets.BadFacets:
        return None
    if found is None or facets.missing_points(found, maximum):
        return None
    tops = [limit(found, each, maximum) for each in found.parts]
    return found if all(top > 0 for top in tops) else None


def limit(parts: Facets, part: Facet, maximum: Decimal) -> Decimal:
    """The most that the part may get."""
    return (part.points or Decimal(0)) if parts.roll_up is RollUp.SUM else maximum


def least(parts: Facets, minimum: Decimal) -> Decimal:
    """The least that a part may get: the leaf's own least where every part is scored on the leaf's whole scale."""
    return Decimal(0) if parts.roll_up is RollUp.SUM else minimum


def together(parts: Facets, points: Mapping[str, Decimal | None], maximum: Decimal) -> Decimal | None:
    """The leaf's points out of its parts', rounded once, half up, to four places; None until every part has points."""
    given = [points.get(each.label) for each in parts.parts]
    if any(each is None for each in given):
        return None
    total = facets.roll_up(parts, [Fraction(each) for each in given if each is not None], maximum)
    return None if total is None else _rounded(total)


def _rounded(value: Fraction) -> Decimal:
    scaled = value * 10_000
    whole = math.floor(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole) / 10_000


def explained(parts: Facets, texts: Mapping[str, str]) -> str:
    """The leaf's explanation: what was said of each part, each under the part's name; silent parts are left out."""
    said = [(each, texts.get(each.label, "").strip()) for each in parts.parts]
    return "\n".join(f"{each.label}) {each.name}: {text}" for each, text in said if text)
