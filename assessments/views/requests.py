"""What the appraisers ask of a unit: the list, and one request with its answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.documents.requests_xlsx import requests_workbook
from assessments.forms.requests import MOST_FILES, AnswerForm
from assessments.models import Evidence, EvidenceRequest, RequestState
from assessments.policies import requests as doors
from assessments.selectors.refusals import reason_of
from assessments.selectors.requests import narrowed, requests_of
from assessments.services import intake, requests
from assessments.services.filetypes import RefusedFile
from assessments.states import NotAllowed
from assessments.views.sheets import XLSX, person

PAGE = 50


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that the appraisers ask of the person's units, what is due first on top."""
    everything, (q, state) = list(requests_of(doors.own_dossiers(person(request)))), _filter(request)
    page = Paginator(narrowed(everything, q, state), PAGE).get_page(request.GET.get("page"))
    open_ones = sum(row.state == RequestState.OPEN for row in everything)
    context = {"page": page, "q": q, "state": state, "states": RequestState.choices, "open": open_ones}
    return render(request, "assessments/requests.html", context | {"any": bool(everything), "now": timezone.now()})


def _filter(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("q", "").strip(), request.GET.get("state", "")


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """What the filter leaves of the list, as a workbook."""
    rows = narrowed(requests_of(doors.own_dossiers(person(request))), *_filter(request))
    headers = {"Content-Disposition": 'attachment; filename="yeu-cau-bo-sung.xlsx"'}
    return HttpResponse(requests_workbook(rows), XLSX, headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, until when, what follows otherwise; answered here."""
    if request.method != "POST":
        return _page(request, doors.request_to_view(person(request), pk), None)
    asked = doors.request_to_answer(person(request), pk)
    form = AnswerForm(request.POST, documents=doors.documents_to_bring(person(request), asked))
    brought = _received(request, asked, form) if form.is_valid() else []
    if not form.is_valid():
        return _page(request, asked, form, 422)
    documents = [*form.cleaned_data["documents"], *brought]
    try:
        requests.answer(request=asked, text=form.cleaned_data["answer"], documents=documents, by=person(request))
    except requests.Empty:
        form.add_error("answer", _("Write an answer, or bring a document."))
    except (requests.TooLate, requests.NotOurs, NotAllowed):
        form.add_error(None, _("Not answered: the time is over, or the request is closed."))
    if form.errors:
        return _page(request, asked, form, 422 if "answer" in form.errors else 409)
    messages.success(request, _("Your answer is with the appraisers."))
    return redirect("assessments:request", pk)


def _received(request: HttpRequest, asked: EvidenceRequest, form: AnswerForm) -> list[Evidence]:
    """The new files as documents of the unit; what is refused stands on the form with its reason."""
    found = []
    for file in request.FILES.getlist("files")[:MOST_FILES]:
        try:
            found.append(intake.document(unit=asked.assessment.unit, file=file, by=person(request)))
        except RefusedFile as refused:
            text = _("%(name)s was not taken: %(reason)s")
            form.add_error(None, text % {"name": file.name, "reason": reason_of(refused.refusal)})
    return found


def _page(request: HttpRequest, asked: EvidenceRequest, form: AnswerForm | None, status: int = 200) -> HttpResponse:
    asked.refresh_from_db(fields=["state", "answer"])
    may = doors.may_answer(person(request), asked)
    is_open = asked.state in (RequestState.OPEN, RequestState.ANSWERED) and timezone.now() < asked.due_at
    documents = doors.documents_to_bring(person(request), asked) if may else []
    brought = list(asked.documents.values_list("evidence", flat=True))
    context = {
        "asked": asked,
        "form": form or AnswerForm(documents=documents, initial={"answer": asked.answer, "documents": brought}),
        # What was typed too late is still shown, to be copied elsewhere.
        "may_answer": may and (is_open or form is not None),
        "is_over": timezone.now() >= asked.due_at,
        "documents": list(asked.documents.select_related("evidence")),
    }
    return render(request, "assessments/request.html", context, status=status)
