"""Ranks and bands, exact. Plain Python."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key")


def ranks(values: Mapping[Key, Fraction], *, dense: bool = False) -> dict[Key, int]:
    """Best first; equal values share a rank, with a gap after it unless ``dense``.

    Give exact indexes, or published ones (as fractions) where the cycle's regulation ranks on those.

    >>> ranks({"a": Fraction(90), "b": Fraction(90), "c": Fraction(89)})
    {'a': 1, 'b': 1, 'c': 3}
    >>> ranks({"a": Fraction(90), "b": Fraction(90), "c": Fraction(89)}, dense=True)
    {'a': 1, 'b': 1, 'c': 2}
    """
    place: dict[Fraction, int] = {}
    following = 1
    for value, units in sorted(Counter(values.values()).items(), reverse=True):
        place[value] = following
        following += 1 if dense else units
    return {key: place[value] for key, value in values.items()}


def band(value: Fraction, bands: Iterable[tuple[str, Decimal]]) -> str:
    """The name of the highest band whose lower limit (included) is reached; empty below all of them.

    >>> band(Fraction("89.999"), [("A", Decimal(90)), ("B", Decimal(80))])
    'B'
    """
    reached = [(lower, name) for name, lower in bands if value >= Fraction(lower)]
    return max(reached)[1] if reached else ""
