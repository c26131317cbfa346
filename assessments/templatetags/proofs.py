"""What stands against a proof: ``{% load proofs %}{% outside citation cycle as why %}``.

And what a document is called before a reader: ``{{ evidence|called:readable }}``.
"""

from collections.abc import Collection

from django import template

from assessments.models import Citation, Evidence
from assessments.selectors.library import outside_period
from assessments.selectors.naming import name_for
from criteria.models import Cycle

register = template.Library()


@register.simple_tag
def outside(citation: Citation, cycle: Cycle) -> str:
    """Why the document lies outside the measured period, in words; empty when it does not."""
    return outside_period(citation, cycle)


@register.filter
def called(evidence: Evidence, readable: Collection[int]) -> str:
    """The document's name; of a confidential one that the reader need not know, that it is one and its digest."""
    return name_for(evidence, readable)
