"""Rules that several tests speak of, and the shortest way to their points."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from criteria.scoring.evaluation import Result, evaluate, needed
from criteria.scoring.notation import parse

TWO = "Trong đó: a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\n"
COUNTS = f"{TWO}Tỷ lệ = b / a\n"
PIECEWISE = f"{COUNTS}100%: điểm tối đa\nTừ 80% đến dưới 100%: tỷ lệ × điểm tối đa\nDưới 80%: 0\n"
BEST_UNIT = "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\n"


def score(
    text: str,
    figures: Mapping[str, Any],
    maximum: str = "2",
    *,
    minimum: str = "0",
    group: Sequence[Mapping[str, Any]] = (),
) -> Result:
    return evaluate(parse(text), figures, maximum=Decimal(maximum), minimum=Decimal(minimum), group=group)


def rates(*values: int) -> list[dict[str, Fraction]]:
    return [{"tỷ lệ": Fraction(value, 100)} for value in values]


def names(text: str) -> list[str]:
    return [each.name for each in needed(parse(text))]
