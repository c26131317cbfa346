"""What stands against a proof: ``{% load proofs %}{% outside citation cycle as why %}``, ``{{ one|lacks_page }}``."""

from django import template

from assessments.models import Citation
from assessments.selectors.library import outside_period
from assessments.selectors.versions import page_missing
from criteria.models import Cycle

register = template.Library()


@register.simple_tag
def outside(citation: Citation, cycle: Cycle) -> str:
    """Why the document lies outside the measured period, in words; empty when it does not."""
    return outside_period(citation, cycle)


@register.filter
def lacks_page(citation: Citation) -> bool:
    """Whether the proof opens at a page that its file has not."""
    return page_missing(citation)
