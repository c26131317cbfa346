"""Bonus and penalty points: how much of them counts, and the total that follows. Exact.

The order of operations is fixed and does not depend on the order of the operands:

1. From the leaves upwards a node on the bonus side gives at most its limit, one on the penalty side takes at most its.
2. All bonus points together count at most ``bonus``, all penalty points at most ``penalty``.
3. Total = points inside the scale + bonus - penalty.
4. The total is held at the maximum that applies to the unit, unless bonus may lift it above, and never falls below 0.

Step 4 comes last on purpose: a penalty is taken from what bonus had lifted, not from the scale alone. Neither bonus
nor penalty enters the maximum that the total is divided by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from criteria.scoring.numbers import number

SCALE, BONUS, PENALTY = "scale", "bonus", "penalty"
ZERO = Fraction(0)


@dataclass(frozen=True)
class Cap:
    """A node outside the scale. ``above``: the code of its parent, empty for an area.

    ``limit``: on the bonus side the most that it gives (> 0), on the penalty side the least (< 0).
    """

    side: str
    above: str
    limit: Fraction


@dataclass(frozen=True)
class Caps:
    """What a set allows outside its scale. ``bonus`` and ``penalty`` ≥ 0; ``nodes``: every such node by code."""

    bonus: Fraction = ZERO
    penalty: Fraction = ZERO
    may_exceed: bool = False
    nodes: Mapping[str, Cap] = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """A total with the way to it. ``bonus_given`` ≥ 0 and ``penalty_given`` ≤ 0 are those before step 2.

    ``nodes``: what every node outside the scale adds after step 1.
    """

    scale: Fraction
    maximum: Fraction
    bonus_given: Fraction
    penalty_given: Fraction
    bonus: Fraction
    penalty: Fraction
    points: Fraction
    nodes: Mapping[str, Fraction]

    @property
    def before_holding(self) -> Fraction:
        """The result of step 3."""
        return self.scale + self.bonus + self.penalty


def counted(points: Mapping[str, Fraction], caps: Caps) -> dict[str, Fraction]:
    """What each node outside the scale adds (step 1). ``points``: those of its leaves by code; no entry: 0.

    >>> caps = Caps(nodes={"IX": Cap("bonus", "", Fraction(2)), "IX.1": Cap("bonus", "IX", Fraction(3))})
    >>> counted({"IX.1": Fraction(3)}, caps)["IX"]
    Fraction(2, 1)

    Raises ``KeyError`` for points of a leaf that is no node of ``caps``.
    """
    for code in points:
        caps.nodes[code]
    below: dict[str, list[str]] = {}
    for code, cap in caps.nodes.items():
        below.setdefault(cap.above, []).append(code)
    found: dict[str, Fraction] = {}

    def visit(code: str) -> Fraction:
        children = below.get(code, [])
        given = sum((visit(child) for child in children), ZERO) if children else points.get(code, ZERO)
        found[code] = _held(given, caps.nodes[code])
        return found[code]

    for area in below.get("", []):
        visit(area)
    return found


def _held(given: Fraction, cap: Cap) -> Fraction:
    return min(given, cap.limit) if cap.side == BONUS else max(given, cap.limit)


def total(scale: Fraction, maximum: Fraction, points: Mapping[str, Fraction], caps: Caps) -> Total:
    """The total of a unit. ``scale``: its points inside the scale, ``maximum``: those that it could reach there.

    >>> one = Caps(Fraction(2), Fraction(1), nodes={"IX": Cap("bonus", "", Fraction(3))})
    >>> total(Fraction(97), Fraction(100), {"IX": Fraction(3)}, one).points
    Fraction(99, 1)

    Raises as ``counted`` does.
    """
    nodes = counted(points, caps)
    given = {
        side: sum((nodes[code] for code, cap in caps.nodes.items() if not cap.above and cap.side == side), ZERO)
        for side in (BONUS, PENALTY)
    }
    bonus, penalty = min(given[BONUS], caps.bonus), max(given[PENALTY], -caps.penalty)
    points_ = scale + bonus + penalty
    if caps.nodes and not caps.may_exceed:
        points_ = min(points_, maximum)
    return Total(scale, maximum, given[BONUS], given[PENALTY], bonus, penalty, max(points_, ZERO), nodes)


def in_words(result: Total, caps: Caps) -> tuple[str, ...]:
    """The way to the total, a sentence a step; nothing where no step did anything.

    >>> one = Caps(Fraction(2), nodes={"IX": Cap("bonus", "", Fraction(3))})
    >>> for line in in_words(total(Fraction(99), Fraction(100), {"IX": Fraction(3)}, one), one): print(line)
    Điểm thưởng: 3, tính tối đa 2
    Tổng điểm = 99 + 2 - 0 = 101
    Tổng điểm không vượt quá điểm tối đa 100: 100
    """
    lines: list[str] = []
    if caps.nodes:
        lines += _part("Điểm thưởng", result.bonus_given, result.bonus)
        lines += _part("Điểm trừ", -result.penalty_given, -result.penalty)
        sum_ = number(result.before_holding)
        lines.append(
            f"Tổng điểm = {number(result.scale)} + {number(result.bonus)} - {number(-result.penalty)} = {sum_}"
        )
    if result.points > result.before_holding:
        lines.append(f"Tổng điểm không thấp hơn 0 (tính được {number(result.before_holding)})")
    if result.points < result.before_holding:
        lines.append(f"Tổng điểm không vượt quá điểm tối đa {number(result.maximum)}: {number(result.points)}")
    return tuple(lines)


def _part(name: str, given: Fraction, counts: Fraction) -> list[str]:
    if given == counts:
        return [f"{name}: {number(counts)}"] if counts else []
    return [f"{name}: {number(given)}, tính tối đa {number(counts)}"]
