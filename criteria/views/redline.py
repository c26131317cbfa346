"""Two sets beside each other: on screen, and as an annex to sign."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria import policies
from criteria.documents import redline as documents
from criteria.forms.lineage import RedlineFilters
from criteria.models import CriteriaSet
from criteria.naming import KINDS
from criteria.selectors import lineage as lineages
from criteria.selectors import redline as read
from units.pdf import MissingLibrary

OFFICE = "application/vnd.openxmlformats-officedocument"
WEEK = 7 * 24 * 3600
DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"


@login_required
@require_GET
def first(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparison that is asked for most: with the set that this one comes from."""
    shown = policies.set_to_view(request.user, pk)
    others = policies.sets_to_compare_with(request.user, shown)
    before = lineages.against(shown)
    usual = before if before in others else next(iter(others), None)
    if usual:
        return redirect("criteria:set_redline", shown.pk, usual.pk)
    return render(request, "criteria/redline.html", {"set": shown})


@login_required
@require_GET
def redline(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Old left, new right: the older of the two sets is always on the left."""
    shown, old, new = policies.sets_to_compare(request.user, pk, other)
    found = read.redline(old, new)
    form = RedlineFilters(request.GET, found.counts)
    chosen = form.chosen()
    context = {
        "set": shown,
        "old": old,
        "new": new,
        "others": policies.sets_to_compare_with(request.user, shown),
        "other": old if shown.pk == new.pk else new,
        "found": found,
        "form": form,
        "is_filtered": bool(chosen["kind"] or chosen["text"]),
        "rows": read.narrowed(found.rows, kind=chosen["kind"], text=chosen["text"], unchanged=bool(chosen["all"])),
    }
    return render(request, "criteria/redline.html", context)


def _file(
    request: HttpRequest, pk: int, other: int, make: Callable[[read.Redline], bytes], content_type: str, suffix: str
) -> HttpResponse:
    _shown, old, new = policies.sets_to_compare(request.user, pk, other)
    try:
        data = _bytes(old, new, make, suffix)
    except MissingLibrary:
        said = _("PDF files cannot be made on this machine: Pango has to be installed. Take the DOCX file.")
        messages.error(request, said)
        return redirect("criteria:set_redline", pk, other)
    name = f"so-sanh-{KINDS[new.kind]}-{old.cycle.code}-v{old.version}-{new.cycle.code}-v{new.version}.{suffix}"
    return HttpResponse(data, content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _bytes(old: CriteriaSet, new: CriteriaSet, make: Callable[[read.Redline], bytes], suffix: str) -> bytes:
    """The file; for two frozen sets it is made once, for its bytes do not change."""
    if not (old.is_frozen and new.is_frozen):
        return documents.in_vietnamese(old, new, make)
    key = f"redline-{old.pk}-{old.digest}-{new.pk}-{new.digest}-{suffix}"
    data: bytes | None = cache.get(key)
    if data is None:
        data = documents.in_vietnamese(old, new, make)
        cache.set(key, data, WEEK)
    return data


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    return _file(request, pk, other, documents.annex_pdf, "application/pdf", "pdf")


@login_required
@require_GET
def docx(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    return _file(request, pk, other, documents.annex_docx, DOCX, "docx")


@login_required
@require_GET
def xlsx(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    return _file(request, pk, other, documents.annex_xlsx, XLSX, "xlsx")
