"""Criteria sets to download, for people who have signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria import policies
from criteria.documents.files import FORMATS, file_name
from criteria.models import CriteriaSet
from units.pdf import MissingLibrary

WEEK = 7 * 24 * 3600


@login_required
@require_GET
def export(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """The set as the official annex, or as CSV for programs."""
    chosen = policies.set_to_view(request.user, pk)
    try:
        return answer(chosen, suffix)
    except MissingLibrary:
        said = _("PDF files cannot be made on this machine: Pango has to be installed. Take the DOCX file.")
        messages.error(request, said)
        return redirect("criteria:set", chosen.pk)


def answer(criteria_set: CriteriaSet, suffix: str) -> HttpResponse:
    """The file with its name; a frozen set's is made once, for its bytes do not change. Raises ``MissingLibrary``."""
    form = FORMATS[suffix]
    key = f"annex-{criteria_set.pk}-{criteria_set.digest}-{suffix}"
    data = cache.get(key) if criteria_set.is_frozen else None
    if data is None:
        data = form.make(criteria_set)
        if criteria_set.is_frozen:
            cache.set(key, data, WEEK)
    name = file_name(criteria_set, suffix)
    return HttpResponse(data, form.content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
