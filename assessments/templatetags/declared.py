"""Declared figures in words: ``{% load declared %}{{ field.trouble|trouble_words }}``."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext

from assessments.declaring.proposals import Field, Trouble

register = template.Library()


@register.filter
def trouble_words(trouble: Trouble | None) -> str:
    """What is wrong or missing, in the reader's language; empty for nothing."""
    return gettext(trouble.reason) % trouble.words if trouble else ""


@register.filter
def figures_words(figures: Mapping[str, str]) -> str:
    """Declared figures on one line: ``a = 50 · b = 46``."""
    return " · ".join(f"{name} = {text}" for name, text in figures.items())


@register.filter
def figure_label(field: Field) -> str:
    """What the figure counts, with its name in the rule and its unit."""
    figure = field.figure
    words = f"{figure.words} ({figure.name})" if figure.words and figure.words != figure.name else figure.name
    return f"{words}, {figure.unit}" if figure.unit else words
