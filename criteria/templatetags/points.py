"""Points, percentages and instants as Vietnamese officials write them. Built in: no page needs to load it."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.formats import number_format

from criteria import phases
from criteria.scoring.notation import in_words, number

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """Decimal comma, no superfluous zeros; an em dash for nothing."""
    if value is None or value == "":
        return "—"
    text = format(Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")


@register.filter
def fixed(value: Decimal | None, places: int = 2) -> str:
    """Decimal comma with exactly ``places`` places: for a published number, already rounded."""
    if value is None or value == "":
        return "—"
    return format(Decimal(value), f".{places}f").replace(".", ",")


@register.filter
def grouped(value: int) -> str:
    """A count with its thousands parted: 1.248."""
    return number_format(value, force_grouping=True)


@register.filter
def field_points(value: Decimal | None) -> str:
    """As ``points``, but empty for nothing: the value of a form field."""
    return "" if value is None or value == "" else points(value)


@register.filter
def instant(value: datetime | None) -> str:
    """A deadline in words: 17:00 thứ Sáu 25/11/2022, hết ngày …"""
    return phases.in_words(value) if value else "—"


@register.filter
def rule_words(rule: str) -> str:
    """A scoring rule on one line."""
    return in_words(rule)


@register.filter
def exactly(value: Fraction | None) -> str:
    """An exact index as a fraction, for those who recompute it."""
    return "—" if value is None else f"{value.numerator}/{value.denominator}"


@register.filter
def rational(value: Fraction | None) -> str:
    """Exact points of a rule: decimal comma, "1/3" where they have no end; an em dash for nothing."""
    return "—" if value is None else number(value)
