"""The index of a unit, exact. Plain Python; sums are fractions until the one rounding of ``published``."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Answer(StrEnum):
    """What is known of a leaf. Nothing scored, not applicable and 0 points are three different things."""

    POINTS = "points"
    NOT_APPLICABLE = "not_applicable"
    UNSCORED = "unscored"
    NO_SURVEY = "no_survey"


MISSING = frozenset({Answer.UNSCORED, Answer.NO_SURVEY})


class Policy(StrEnum):
    """What a leaf without points counts as. The values are those of the cycle's settings."""

    ZERO = "zero"
    EXCLUDE = "exclude"
    WITHHOLD = "withhold"
    REDUCE = "reduce"
    FULL = "full"


@dataclass(frozen=True)
class Line:
    """One leaf of one unit: its area, its maximum (> 0) and what was awarded (0 to the maximum)."""

    code: str
    area: str
    maximum: Decimal
    awarded: Decimal | None
    answer: Answer = Answer.POINTS


class OutOfRange(ValueError):
    """Points below 0 or above the maximum of their leaf, or none at all where there should be some."""

    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.code}: {line.awarded} is not between 0 and {line.maximum}")
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
    """What follows for one unit. ``index`` is exact, in percent, and None when withheld or nothing applies."""

    total: Sum
    areas: Mapping[str, Sum]
    index: Fraction | None
    missing: tuple[str, ...]


def outcome(lines: Iterable[Line], policies: Mapping[Answer, Policy]) -> Outcome:
    """Sum the lines by area and in all.

    ``policies`` says what NOT_APPLICABLE, UNSCORED and NO_SURVEY count as; every leaf that had no points and was
    applicable is named in ``missing``.

    >>> two = [Line("1.1", "1", Decimal(2), Decimal("1.5")), Line("1.2", "1", Decimal(1), Decimal(1))]
    >>> outcome(two, {}).index
    Fraction(250, 3)

    Raises ``OutOfRange`` for points outside 0 and the maximum, ``KeyError`` for an answer without a policy.
    """
    areas: dict[str, Sum] = {}
    missing: list[str] = []
    withheld = False
    for line in lines:
        adds = counted(line, policies)
        so_far = areas.get(line.area, Sum(Fraction(0), Fraction(0)))
        areas[line.area] = Sum(so_far.points + adds.points, so_far.maximum + adds.maximum)
        withheld = withheld or policy_of(line, policies) is Policy.WITHHOLD
        missing += [line.code] if line.answer in MISSING else []
    total = Sum(
        sum((area.points for area in areas.values()), Fraction(0)),
        sum((area.maximum for area in areas.values()), Fraction(0)),
    )
    return Outcome(total, areas, None if withheld else total.percent, tuple(missing))


def policy_of(line: Line, policies: Mapping[Answer, Policy]) -> Policy | None:
    """What stands in for the line's points; None where it has points."""
    return None if line.answer is Answer.POINTS else policies[line.answer]


def counted(line: Line, policies: Mapping[Answer, Policy]) -> Sum:
    """What one line adds to the sums. Raises as ``outcome`` does."""
    maximum = Fraction(line.maximum)
    policy = policy_of(line, policies)
    if policy is None:
        if line.awarded is None or not 0 <= line.awarded <= line.maximum:
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
