"""What a scoring rule offers, and how it reads. Plain Python, exact.

The notation is that of the criteria files: ``steps: label=points | label=points`` and ``tiers: condition=points | …``
offer options; a rule of another kind is points typed by a person within 0 and the maximum, with the rule's words
beside the field.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CHILDREN = "sum of children"
BOUND = re.compile(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)?)")
SPAN = re.compile(r"(\d+(?:\.\d+)?)\.\.(<?)(\d+(?:\.\d+)?)")
FLOOR = re.compile(rf"(?P<share>.+?) khi (?:tỷ lệ )?(?P<bound>{BOUND.pattern})")
DEDUCTION = re.compile(r"-(\d+(?:\.\d+)?) (.+)")
START = re.compile(r"(bắt đầu|tối thiểu) (-?\d+(?:\.\d+)?)")
POINT = re.compile(r"(?<=\d)\.(?=\d)")
BOUND_WORDS = {">=": "từ {}% trở lên", "<=": "không quá {}%", ">": "trên {}%", "<": "dưới {}%"}
START_WORDS = {"bắt đầu": "bắt đầu từ {} điểm", "tối thiểu": "thấp nhất {} điểm"}


class BadRule(ValueError):
    """The rule's text does not follow its notation."""


@dataclass(frozen=True)
class Option:
    """One step that a rule offers: its label and its points."""

    label: str
    points: Decimal


def options(rule: str, maximum: Decimal) -> tuple[Option, ...]:
    """The steps or tiers that ``rule`` offers, best first as written; none for a rule of another kind.

    >>> options("steps: kịp thời=1.2 | không=0", Decimal("1.2"))[0]
    Option(label='kịp thời', points=Decimal('1.2'))
    >>> [option.label for option in options("tiers: >=30=1.5 | 20..<30=0.75 | <20=0", Decimal("1.5"))]
    ['từ 30% trở lên', 'từ 20% đến dưới 30%', 'dưới 20%']

    Raises ``BadRule`` when a step has no label or no points, or points outside 0 and ``maximum``.
    """
    keyword, _, body = rule.partition(":")
    if keyword not in {"steps", "tiers"}:
        return ()
    return tuple(_option(keyword, part.strip(), maximum) for part in body.split("|"))


def _option(keyword: str, text: str, maximum: Decimal) -> Option:
    label, sign, number = text.rpartition("=")
    try:
        points = Decimal(number.strip())
    except InvalidOperation:
        raise BadRule(f"{text!r}: no points after '='") from None
    if not sign or not label.strip():
        raise BadRule(f"{text!r}: no label before '='")
    if not points.is_finite() or not 0 <= points <= maximum:
        raise BadRule(f"{text!r}: points must lie between 0 and {maximum}")
    return Option(_condition(label.strip()) if keyword == "tiers" else label.strip(), points)


def in_words(rule: str) -> str:
    """The rule as an official reads it: without the notation's keyword, decimal comma. A text of no notation stays.

    >>> in_words("steps: kịp thời=1.2 | không=0")
    'kịp thời: 1,2 điểm; không: 0 điểm'
    >>> in_words("linear: điểm = tỷ lệ x điểm tối đa khi tỷ lệ >= 80 | zero<80")
    'từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; dưới 80%: 0 điểm'
    >>> in_words("penalty: bắt đầu 1 | -0.25 mỗi báo cáo trễ | tối thiểu 0")
    'bắt đầu từ 1 điểm; trừ 0,25 điểm mỗi báo cáo trễ; thấp nhất 0 điểm'
    """
    if rule.strip() == CHILDREN:
        return "tổng điểm các tiêu chí trực thuộc"
    keyword, _, body = rule.partition(":")
    if keyword not in WORDS:
        return rule
    return "; ".join(_commas(WORDS[keyword](part.strip())) for part in body.split("|"))


def _step(part: str) -> str:
    label, sign, number = part.rpartition("=")
    return f"{label.strip()}: {number.strip()} điểm" if sign else part


def _tier(part: str) -> str:
    label, sign, number = part.rpartition("=")
    return _step(f"{_condition(label.strip())}{sign}{number}")


def _share(part: str) -> str:
    """A share of the maximum from a floor upwards, and what lies under the floor."""
    if part.startswith("zero"):
        return f"{_condition(part.removeprefix('zero'))}: 0 điểm"
    if part.startswith("full"):
        return f"{_condition(part.removeprefix('full'))}: điểm tối đa"
    if part.startswith("proportional"):
        return f"{_condition(part.removeprefix('proportional').strip())}: điểm = tỷ lệ × điểm tối đa"
    found = FLOOR.fullmatch(part)
    return f"{_condition(found['bound'])}: {_product(found['share'])}" if found else _product(part)


def _deduction(part: str) -> str:
    if found := DEDUCTION.fullmatch(part):
        return f"trừ {found[1]} điểm {found[2]}"
    if found := START.fullmatch(part):
        return START_WORDS[found[1]].format(found[2])
    return part


def _formula(part: str) -> str:
    return _product(part.replace("=", " = ")) if part.endswith("không áp dụng") else _product(part)


def _product(text: str) -> str:
    """The signs of a product as printed; a bare share is what the points are."""
    signed = re.sub(r"\s*\*\s*|\s+x\s+", " × ", text)
    return signed if "điểm =" in signed or "không áp dụng" in signed else f"điểm = {signed}"


def _condition(text: str) -> str:
    """A percentage or a span of it in words.

    >>> _condition("70..90")
    'từ 70% đến 90%'
    """
    if found := SPAN.fullmatch(text):
        return f"từ {found[1]}% đến {'dưới ' if found[2] else ''}{found[3]}%"
    if found := BOUND.fullmatch(text):
        return BOUND_WORDS[found[1]].format(found[2])
    return text


def _commas(text: str) -> str:
    return POINT.sub(",", text)


WORDS: dict[str, Callable[[str], str]] = {
    "steps": _step,
    "tiers": _tier,
    "linear": _share,
    "formula": _formula,
    "penalty": _deduction,
    "per_event": _deduction,
    "survey": _share,
}
