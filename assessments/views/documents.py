"""Versions of a document, what differs between them, and who may read a confidential one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.forms import library as forms
from assessments.models import Evidence
from assessments.policies import evidence as doors
from assessments.selectors import versions as reads
from assessments.selectors.looks import looks_at
from assessments.selectors.readers import people_of, readers_of
from assessments.selectors.refusals import reason_of
from assessments.services import confidential, versions
from assessments.services.filetypes import RefusedFile
from assessments.showing import kept_private
from assessments.states import NotAllowed
from assessments.views.sheets import person
from criteria.phases import PhaseClosed

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_POST)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """A new file for a document; then the question which citations move to it."""
    row = doors.evidence_to_change(person(request), pk)
    sent = request.method == "POST"
    form = forms.VersionForm(request.POST, request.FILES) if sent else forms.VersionForm()
    if sent and form.is_valid():
        try:
            made = versions.replace(evidence=row, file=form.cleaned_data["file"], by=person(request))
        except RefusedFile as refused:
            form.add_error("file", reason_of(refused.refusal, refused.detail))
        except versions.NotNew:
            form.add_error("file", _("This file is no new version: the unit has it already, or it belongs elsewhere."))
        else:
            return redirect("assessments:document_move", made.pk)
    context = {"evidence": row, "form": form}
    return render(request, "assessments/replace.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_POST)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Which citations of the version before rest on this one from now on."""
    row = doors.evidence_to_change(person(request), pk)
    if row.replaces is None:
        raise Http404
    found = reads.moves(row.replaces, row)
    context = {"evidence": row, "old": row.replaces, "moves": found}
    if request.method != "POST":
        return render(request, "assessments/move.html", context)
    chosen = [int(each) for each in request.POST.getlist("citation") if each.isdecimal()]
    try:
        moved = versions.move(evidence=row, citations=chosen, by=person(request))
    except (NotAllowed, PhaseClosed):
        return render(request, "assessments/move.html", context | {"closed": True}, status=409)
    words = ngettext("%(count)s citation rests on the new file.", "%(count)s citations rest on the new file.", moved)
    messages.success(request, words % {"count": moved})
    if any(each.citation.box and each.citation.pk in chosen for each in found):
        messages.warning(request, _("Frames were drawn on the old file and did not move along: draw them anew."))
    return redirect("assessments:document", row.pk)


@login_required
@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the text of this version says otherwise than the one before."""
    user = person(request)
    row = doors.evidence_to_view(user, pk)
    if row.replaces_id is None:
        raise Http404
    old = doors.evidence_to_view(user, row.replaces_id)
    for each in (old, row):
        confidential.look(evidence=each, how="difference", by=user)
    context = {"evidence": row, "old": old, "compared": reads.compared(old, row)}
    return kept_private(row, render(request, "assessments/compare.html", context))


# --- confidential -----------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_POST)
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may read a document and who looked at it: to write, and to print."""
    row = doors.evidence_to_guard(person(request), pk)
    if request.method != "POST":
        return _access(request, row, forms.ReaderForm())
    form = forms.ReaderForm(request.POST)
    if form.is_valid():
        found = form.person()
        if found is not None and doors.may_know_of(found, row.unit):
            confidential.add_reader(evidence=row, user=found, by=person(request))
            return redirect("assessments:document_access", row.pk)
        form.add_error("username", _("No account of that name sees the documents of this unit."))
    return _access(request, row, form, 422)


def _access(request: HttpRequest, row: Evidence, form: forms.ReaderForm, status: int = 200) -> HttpResponse:
    context = {
        "evidence": row,
        "form": form,
        "readers": readers_of(row),
        "looks": looks_at(row),
        "people": people_of(row.unit),
    }
    return render(request, "assessments/access.html", context, status=status)


@login_required
@require_POST
def classify(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a document confidential, or open it to the unit again."""
    row = doors.evidence_to_guard(person(request), pk)
    wanted = request.POST.get("class") == "confidential"
    confidential.set_class(evidence=row, is_confidential=wanted, by=person(request))
    return redirect("assessments:document_access", row.pk)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int, user_pk: int) -> HttpResponse:
    """Take a person off the need-to-know list."""
    row = doors.evidence_to_guard(person(request), pk)
    reader = row.readers.filter(user=user_pk).select_related("user").first()
    if reader is None:
        raise Http404
    confidential.remove_reader(evidence=row, user=reader.user, by=person(request))
    return redirect("assessments:document_access", row.pk)
