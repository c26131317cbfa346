"""``{% uploads_tray assessment %}``, ``{% library_tray unit %}``: what became of the person's uploads, on every page
that takes files."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from assessments.models import Assessment, Evidence, Intake
from assessments.selectors.quarantine import safety_of
from assessments.selectors.refusals import reason_of
from assessments.selectors.uploads import unhandled, unhandled_of_unit
from units.models import Unit

register = template.Library()


@register.inclusion_tag("assessments/_tray.html", takes_context=True)
def uploads_tray(context: Mapping[str, Any], assessment: Assessment) -> dict[str, object]:
    """The tray with the uploads that still want something. One query."""
    return _tray(context, unhandled(assessment, context["user"]))


@register.inclusion_tag("assessments/_tray.html", takes_context=True)
def library_tray(context: Mapping[str, Any], unit: Unit) -> dict[str, object]:
    """The tray of the unit's documents. One query."""
    return _tray(context, unhandled_of_unit(unit, context["user"])) | {"is_library": True}


def _tray(context: Mapping[str, Any], intakes: Iterable[Intake]) -> dict[str, object]:
    return {"intakes": intakes, "user": context["user"], "csrf_token": context.get("csrf_token")}


@register.filter
def refusal_words(intake: Intake) -> str:
    """Why the upload was refused; empty where it was not."""
    return reason_of(intake.refusal) if intake.refusal else ""


@register.filter
def safety(evidence: Evidence) -> list[str]:
    """What is known of the safety of the document, in sentences."""
    return safety_of(evidence)
