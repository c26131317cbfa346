"""Pages and box of a proof: ``{% load places %}{{ citation|cited_place }}``, ``{{ file|frozen_place }}``."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Citation
from assessments.selectors import versions
from assessments.selectors.places import Use, pages_of, pages_then

register = template.Library()


@register.filter
def cited_place(citation: Citation) -> str:
    """“p. 3–5, with a frame”; empty where no page is named."""
    return _with_frame(pages_of(citation), bool(citation.box))


@register.filter
def frozen_place(file: Mapping[str, Any]) -> str:
    """The same of a document as a receipt has it."""
    return _with_frame(pages_then(file), bool(file.get("box")))


def _with_frame(pages: str, is_framed: bool) -> str:
    return _("%(pages)s, with a frame") % {"pages": pages} if is_framed else pages


@register.filter
def preview_url(citation: Citation) -> str:
    """The preview of the document where the proof stands in it."""
    page = reverse("assessments:evidence", args=[citation.evidence_id])
    return f"{page}?preview=1&citation={citation.pk}{place_of(citation)}" if citation.page else f"{page}?preview=1"


@register.filter
def place_of(citation: Citation) -> str:
    """The fragment that leads to the box, else to the first cited page."""
    return "#cited" if citation.box else f"#page-{citation.page}" if citation.page else ""


@register.filter
def missing_page(citation: Citation) -> int | None:
    """The page that the proof names and its file has not."""
    return versions.missing_page(citation)


@register.filter
def under(found: Mapping[int, list[Use]], document: int) -> list[Use]:
    """Where the document (by key) is used."""
    return found.get(document, [])
