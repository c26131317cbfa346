"""``{% uploads_tray assessment %}``: what became of the person's uploads, on every page that takes files."""

from collections.abc import Mapping
from typing import Any

from django import template

from assessments.models import Assessment, Evidence, Intake
from assessments.selectors.quarantine import safety_of
from assessments.selectors.refusals import reason_of
from assessments.selectors.uploads import unhandled

register = template.Library()


@register.inclusion_tag("assessments/_tray.html", takes_context=True)
def uploads_tray(context: Mapping[str, Any], assessment: Assessment) -> dict[str, object]:
    """The tray with the uploads that still want something. One query."""
    user = context["user"]
    return {
        "assessment": assessment,
        "intakes": unhandled(assessment, user),
        "user": user,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def refusal_words(intake: Intake) -> str:
    """Why the upload was refused; empty where it was not."""
    return reason_of(intake.refusal) if intake.refusal else ""


@register.filter
def safety(evidence: Evidence) -> list[str]:
    """What is known of the safety of the document, in sentences."""
    return safety_of(evidence)
