"""Files that come in pieces: begun, continued where the line broke, finished, and looked after until somebody has."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import policies
from assessments.forms.uploads import BeginForm, PieceForm
from assessments.models import Citation, Intake, IntakeState
from assessments.policies import Rights
from assessments.policies.dossiers import leaf_to_prove
from assessments.policies.evidence import library_to_fill, may_know_of
from assessments.policies.uploads import intake_to_continue, intake_to_note
from assessments.selectors.refusals import reason_of
from assessments.selectors.uploads import arrived, unhandled
from assessments.services import intake as intakes
from assessments.services.filetypes import RefusedFile
from assessments.services.gates import Amended
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from assessments.views.whose import own_page_only
from criteria.phases import PhaseClosed

View = Callable[..., HttpResponse]


def _said(row: Intake, status: int = 200, **more: object) -> JsonResponse:
    """How far the upload is, for the script."""
    known: dict[str, object] = {
        "id": row.pk,
        "url": reverse("assessments:upload", args=[row.pk]),
        "state": row.state,
        "received": row.received,
        "size": row.size,
        "name": row.name,
        "sha256": row.sha256,
        "reason": reason_of(row.refusal) if row.refusal else "",
    }
    return JsonResponse(known | more, status=status)


def _closed_is_409(view: View) -> View:
    """A dossier that takes nothing any more is no error of the script: the upload stays listed, and says so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Amended as amended:
            raise Http404 from amended
        except (NotAllowed, PhaseClosed):
            return JsonResponse({"closed": True}, status=409)

    return guarded


@login_required
@own_page_only
@require_POST
@_closed_is_409
def begin(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, _rights, criterion = leaf_to_prove(person(request), pk, criterion_pk)
    return _begun(request, partial(intakes.begin, assessment=assessment, criterion=criterion))


@login_required
@own_page_only
@require_POST
def begin_for_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A document that no leaf cites yet."""
    unit = library_to_fill(person(request), pk)
    return _begun(request, partial(intakes.begin_for_unit, unit=unit))


def _begun(request: HttpRequest, begin: Callable[..., Intake]) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    try:
        return _said(begin(by=person(request), **form.cleaned_data))
    except intakes.KeyTaken:
        return JsonResponse({"errors": {"key": ["taken"]}}, status=409)


@login_required
@own_page_only
@require_http_methods(["GET", "POST"])
@_closed_is_409
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the upload is; a posted piece is stored where it belongs or refused with where the next begins."""
    row, _rights = intake_to_continue(person(request), pk)
    if request.method == "GET":
        return _said(row)
    form = PieceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _said(row, 400, errors=form.errors)
    piece, fields = form.cleaned_data["piece"], {name: form.cleaned_data[name] for name in ("offset", "sha256")}
    if piece.size > intakes.MOST_PIECE:
        return _said(row, 413)
    try:
        return _said(intakes.put(intake=row, content=piece.read(), by=person(request), **fields))
    except intakes.WrongOffset as wrong:
        return _said(row, 409, received=wrong.received)
    except intakes.BadPiece:
        return _said(row, 422)


@login_required
@own_page_only
@require_POST
@_closed_is_409
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome, with the leaf's documents drawn anew. Asked again, the same."""
    row, rights = intake_to_continue(person(request), pk)
    try:
        row = intakes.finish(intake=row, by=person(request))
    except intakes.WrongOffset as wrong:
        return _said(row, 409, received=wrong.received)
    if row.state != IntakeState.DONE:
        return _said(row)
    return _said(row, html=_documents(request, row, rights))


def _documents(request: HttpRequest, row: Intake, rights: Rights | None) -> str:
    if row.assessment is None or rights is None:
        return render_to_string("assessments/_arrived.html", {"arrived": arrived(row.unit, person(request))}, request)
    answer = Answer(row.criterion_id or 0)
    cited = Citation.objects.filter(evidence=row.evidence, score__criterion=answer.pk, score__assessment=row.assessment)
    answer.received = list(cited.select_related("evidence"))
    context = context_of(row.assessment, rights, answer, person(request))
    return render_to_string("assessments/_parts.html#documents_answer", context, request)


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has seen what became of the upload, or gives it up."""
    row = intakes.take_note(intake=intake_to_note(person(request), pk), by=person(request))
    if request.headers.get("Accept", "").startswith("application/json"):
        return _said(row)
    if row.assessment_id:
        return redirect("assessments:uploads", row.assessment_id)
    if may_know_of(person(request), row.unit):
        return redirect("assessments:library", row.unit_id)
    return redirect("assessments:mine")


@login_required
@require_POST
def add_to_library(request: HttpRequest, pk: int) -> HttpResponse:
    """Whole files, where no script sends them in pieces. What is refused stays on the page until it is noted."""
    unit, files = library_to_fill(person(request), pk), request.FILES.getlist("files")
    for file in files:
        try:
            intakes.document(unit=unit, file=file, by=person(request))
            messages.success(request, _("%(name)s was received.") % {"name": file.name})
        except RefusedFile as refused:
            said = {"name": file.name, "reason": reason_of(refused.refusal, refused.detail)}
            messages.error(request, _("%(name)s was not taken: %(reason)s") % said)
    if not files:
        messages.error(request, _("Nothing was uploaded: choose a file first."))
    return redirect("assessments:library", unit.pk)


@login_required
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's uploads to the dossier that still want something."""
    assessment, _rights = policies.sheet_door(person(request), pk)
    rows = unhandled(assessment, person(request))
    return render(request, "assessments/uploads.html", {"assessment": assessment, "intakes": rows})
