"""Compiled templates (Jinja2), for what a page draws a hundred times; every other page is drawn by Django's own."""

from typing import Any

from django.utils.translation import gettext
from jinja2 import Environment

from assessments.templatetags.declared import figures_words
from criteria.templatetags.points import field_points, points, rule_words
from parindex.templatetags.sheet_icons import slim_pill

FILTERS = (field_points, figures_words, points, rule_words)


def environment(**options: Any) -> Environment:
    """What these templates may say: points and rules in words, the pills of states, the reader's language."""
    made = Environment(**options)  # noqa: S701 — Django's backend asks for escaping
    made.filters.update({each.__name__: each for each in FILTERS})
    made.globals.update(_=gettext, pill=slim_pill)
    return made
