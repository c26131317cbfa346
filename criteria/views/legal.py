"""The library of legal documents on screen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from criteria import policies
from criteria.forms.legal import DocumentForm, LibraryFilter
from criteria.models import LegalDocument
from criteria.selectors import legal as read
from criteria.services import legal
from criteria.tree.bases import Entry
from units.models import User

PAGE = 50
GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Every document, filtered, with how many sets and criteria name it."""
    policies.librarian(request.user)
    form = LibraryFilter(request.GET)
    text, repealed = form.chosen()
    documents = list(read.library())
    found = read.search(documents, text, repealed_only=repealed)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "total": len(documents), "is_filtered": bool(text or repealed)}
    return render(request, "criteria/legal.html", context)


@login_required
@require_http_methods(GET_POST)
def document(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A document to add or to change, and what rests on it."""
    person = policies.librarian(request.user)
    stored = get_object_or_404(read.library(), pk=pk) if pk else None
    form = DocumentForm(request.POST if request.method == "POST" else None, document=stored)
    if form.is_bound and form.is_valid() and (saved := _saved(person, form, stored)):
        messages.success(request, _told(saved))
        return redirect("criteria:legal")
    context = {
        "form": form,
        "document": stored,
        "numbers": read.library().values_list("number", flat=True),
        "users": read.resting_on(stored, policies.authorities_of(person)) if stored else [],
    }
    return render(request, "criteria/legal_document.html", context, status=422 if form.errors else 200)


def _saved(person: User, form: DocumentForm, stored: LegalDocument | None) -> LegalDocument | None:
    reasons = {
        "taken": _("The library has a document with this number."),
        "unknown": _("The library has no document with this number. Add it first."),
        "circle": _("That document was itself replaced by this one."),
    }
    try:
        return legal.save(entry=Entry(**form.cleaned_data), by=person, document=stored)
    except legal.BadDocument as refused:
        form.add_error(refused.field, reasons[refused.reason])
    return None


def _told(saved: LegalDocument) -> str:
    if saved.is_repealed:
        return _("%(number)s is saved as no longer in force; what rests on it waits on the home page.") % {
            "number": saved.number
        }
    return _("%(number)s is saved.") % {"number": saved.number}
