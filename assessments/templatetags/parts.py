"""The parts of a leaf on its sheet: ``{% load parts %}{% parts_of assessment line as parts %}``."""

from collections.abc import Mapping

from django import template

from assessments.models import Assessment
from assessments.policies.delegations import part_lines
from assessments.policies.dossiers import Rights
from assessments.selectors.parts import PartLine
from assessments.selectors.sheets import Line
from units.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def parts_of(context: Mapping[str, object], assessment: Assessment, line: Line) -> list[PartLine]:
    """The parts of a line of the sheet, for the person who looks at it."""
    user, rights = context["request"].user, context.get("rights")  # type: ignore[attr-defined]
    if not isinstance(user, User) or not isinstance(rights, Rights):
        return []
    return part_lines(user, assessment, rights, line.criterion)
