"""The index of a unit, exact. Plain Python; sums are fractions until the one rounding of ``published``."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from criteria.scoring import caps as adjustment
from criteria.scoring.caps import SCALE, Caps, Total

NO_CAPS = Caps()


class Answer(StrEnum):
    """What is known of a leaf. Nothing scored, not applicable and 0 points are three different things."""

    POINTS = "points"
    NOT_APPLICABLE = "not_applicable"
    UNSCORED = "unscored"
    NO_SURVEY = "no_survey"
    EXEMPT_REDUCED = "exempt_reduced"
    EXEMPT_FULL = "exempt_full"


MISSING = frozenset({Answer.UNSCORED, Answer.NO_SURVEY})


class Policy(StrEnum):
    """What a leaf without points counts as. The values are those of the cycle's settings."""

    ZERO = "zero"
    EXCLUDE = "exclude"
    WITHHOLD = "withhold"
    REDUCE = "reduce"
    FULL = "full"


EXEMPT = {Answer.EXEMPT_REDUCED: Policy.REDUCE, Answer.EXEMPT_FULL: Policy.FULL}
"""An exemption says itself what it does; the cycle's setting is for what units and councils call not applicable."""


@dataclass(frozen=True)
class Line:
    """One leaf of one unit: its area, its bounds and what was awarded (``minimum`` to ``maximum``).

    ``side``: "scale", "bonus" or "penalty"; outside the scale a leaf has no part in the maximum that applies.
    """

    code: str
    area: str
    maximum: Decimal
    awarded: Decimal | None
    answer: Answer = Answer.POINTS
    minimum: Decimal = Decimal(0)
    side: str = SCALE


class OutOfRange(ValueError):
    """Points below the minimum or above the maximum of their leaf, or none at all where there should be some."""

    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.code}: {line.awarded} is not between {line.minimum or 0} and {line.maximum}")
        self.line = line


@dataclass(frozen=True)
class Sum:
    """Points awarded out of the maximum that applies."""

    points: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction | None:
        """The exact share in percent; None where nothing applies."""
        return 100 * self.points / self.maximum if self.maximum else None


@dataclass(frozen=True)
class Outcome:
    """What follows for one unit. ``index`` is exact, in percent, and None when withheld or nothing applies.

    ``total`` is after bonus, penalty and their caps; ``way`` says how it came about. An area outside the scale has its
    own cap applied and 0 as maximum.
    """

    total: Sum
    areas: Mapping[str, Sum]
    index: Fraction | None
    missing: tuple[str, ...]
    way: Total


def outcome(lines: Iterable[Line], policies: Mapping[Answer, Policy], caps: Caps = NO_CAPS) -> Outcome:
    """Sum the lines by area and in all; ``caps``: those of bonus and penalty in the unit's criteria set.

    ``policies`` says what NOT_APPLICABLE, UNSCORED and NO_SURVEY count as; every leaf that had no points and was
    applicable is named in ``missing``.

    >>> two = [Line("1.1", "1", Decimal(2), Decimal("1.5")), Line("1.2", "1", Decimal(1), Decimal(1))]
    >>> outcome(two, {}).index
    Fraction(250, 3)

    Raises ``OutOfRange`` for points outside the leaf's bounds, ``KeyError`` for an answer without a policy and for a
    leaf outside the scale that ``caps`` does not know.
    """
    areas: dict[str, Sum] = {}
    missing: list[str] = []
    outside: dict[str, Fraction] = {}
    withheld = False
    for line in lines:
        adds = counted(line, policies)
        if line.side != SCALE:
            outside[line.code] = adds.points
        so_far = areas.get(line.area, Sum(Fraction(0), Fraction(0)))
        areas[line.area] = Sum(so_far.points + adds.points, so_far.maximum + adds.maximum)
        withheld = withheld or policy_of(line, policies) is Policy.WITHHOLD
        missing += [line.code] if line.answer in MISSING else []
    way = _way(areas, outside, caps)
    total = Sum(way.points, way.maximum)
    held = {code: Sum(way.nodes[code], Fraction(0)) if code in way.nodes else area for code, area in areas.items()}
    return Outcome(total, held, None if withheld else total.percent, tuple(missing), way)


def _way(areas: Mapping[str, Sum], outside: Mapping[str, Fraction], caps: Caps) -> Total:
    inside = [area for code, area in areas.items() if code not in caps.nodes]
    points = sum((area.points for area in inside), Fraction(0))
    maximum = sum((area.maximum for area in inside), Fraction(0))
    return adjustment.total(points, maximum, outside, caps)


def policy_of(line: Line, policies: Mapping[Answer, Policy]) -> Policy | None:
    """What stands in for the line's points; None where it has points."""
    if line.answer is Answer.POINTS:
        return None
    return EXEMPT.get(line.answer) or policies[line.answer]


def counted(line: Line, policies: Mapping[Answer, Policy]) -> Sum:
    """What one line adds to the sums, before any cap. Raises as ``outcome`` does.

    A leaf outside the scale that does not apply adds nothing, whatever the policy: full points stand in for a task
    that did not arise, and nobody earns a bonus by not having had the occasion.
    """
    maximum = Fraction(line.maximum) if line.side == SCALE else Fraction(0)
    policy = policy_of(line, policies)
    if policy is None:
        if line.awarded is None or not line.minimum <= line.awarded <= line.maximum:
            raise OutOfRange(line)
        return Sum(Fraction(line.awarded), maximum)
    if policy in {Policy.REDUCE, Policy.EXCLUDE}:
        return Sum(Fraction(0), Fraction(0))
    return Sum(maximum if policy is Policy.FULL else Fraction(0), maximum)


def published(value: Fraction, places: int = 2) -> Decimal:
    """The one place where an index is rounded: half up (away from zero), to ``places``.

    >>> published(Fraction(250, 3)), published(Fraction("88.445"))
    (Decimal('83.33'), Decimal('88.45'))
    """
    scaled = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-places)
