"""What a scoring rule offers. Plain Python, exact.

The notation is that of the criteria files: ``steps: label=points | label=points``. A rule of another kind is points
typed by a person within 0 and the maximum, with the rule's words beside the field.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

STEPS = "steps:"


class BadRule(ValueError):
    """The rule's text does not follow its notation."""


@dataclass(frozen=True)
class Option:
    """One step that a rule offers: its label and its points."""

    label: str
    points: Decimal


def options(rule: str, maximum: Decimal) -> tuple[Option, ...]:
    """The steps that ``rule`` offers, best first as written; none for a rule of another kind.

    >>> options("steps: kịp thời=1.2 | không=0", Decimal("1.2"))[0]
    Option(label='kịp thời', points=Decimal('1.2'))

    Raises ``BadRule`` when a step has no label or no points, or points outside 0 and ``maximum``.
    """
    if not rule.startswith(STEPS):
        return ()
    return tuple(_option(part.strip(), maximum) for part in rule.removeprefix(STEPS).split("|"))


def _option(text: str, maximum: Decimal) -> Option:
    label, sign, number = text.rpartition("=")
    try:
        points = Decimal(number.strip())
    except InvalidOperation:
        raise BadRule(f"{text!r}: no points after '='") from None
    if not sign or not label.strip():
        raise BadRule(f"{text!r}: no label before '='")
    if not points.is_finite() or not 0 <= points <= maximum:
        raise BadRule(f"{text!r}: points must lie between 0 and {maximum}")
    return Option(label.strip(), points)


def in_words(rule: str) -> str:
    """The rule as an official reads it: without the notation's keyword, decimal comma.

    >>> in_words("steps: kịp thời=1.2 | không=0")
    'kịp thời: 1,2 điểm; không: 0 điểm'
    >>> in_words("linear: tỷ lệ x điểm tối đa khi >= 80 | zero<80")
    'tỷ lệ x điểm tối đa khi ≥ 80 %; dưới 80 %: 0 điểm'
    """
    keyword, sign, body = rule.partition(":")
    if not sign:
        return rule
    parts = [part.strip() for part in body.split("|")]
    words = "; ".join(_part_in_words(keyword, part) for part in parts)
    return words.replace("*", " × ").replace("  ", " ")


def _part_in_words(keyword: str, part: str) -> str:
    label, sign, number = part.rpartition("=")
    if keyword in {"steps", "tiers"} and sign:
        return f"{_signs(label.strip(), keyword)}: {number.strip().replace('.', ',')} điểm"
    if part.startswith("zero<"):
        return f"dưới {part.removeprefix('zero<')} %: 0 điểm"
    if keyword == "linear" and ">=" in part:
        return f"{part.replace('>=', '≥')} %"
    return _commas(part)


def _signs(text: str, keyword: str) -> str:
    if keyword == "steps":
        return text
    low, between, high = text.partition("..<")
    if between:
        return f"từ {low} % đến dưới {high} %"
    return f"{text.replace('>=', 'từ ').replace('<', 'dưới ')} %"


def _commas(text: str) -> str:
    return "".join(
        "," if char == "." and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit() else char
        for i, char in enumerate(text)
    )
