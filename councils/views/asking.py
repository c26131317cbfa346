"""What a council says of documents and asks of units: verdicts, requests, returns, and their counts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.models import Assessment, RequestState
from assessments.selectors.locks import span_of
from assessments.selectors.requests import narrowed, refusals, requests_of
from assessments.selectors.sheets import Line, sheet
from assessments.services import requests, returns, verdicts
from assessments.states import NotAllowed
from councils import documents, forms, policies
from councils.views.desk import PAGE, XLSX, carried, desk_page
from councils.views.shown import person
from criteria.models import PhaseKind
from criteria.phases import PhaseClosed
from criteria.selectors import window


def _back(request: HttpRequest, desk: policies.Desk, fragment: str, document: int = 0) -> HttpResponseRedirect:
    """To the pair under the filter that came along, at the part that was worked on."""
    address = reverse("councils:pair", args=[desk.assessment.pk, desk.criterion.pk])
    query = "&".join(filter(None, (carried(request), f"document={document}" if document else "")))
    return HttpResponseRedirect(f"{address}{'?' if query else ''}{query}#{fragment}")


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse one document on one leaf."""
    desk, citation = policies.citation_to_judge(person(request), pk)
    form = forms.VerdictForm(request.POST)
    if not form.is_valid():
        return desk_page(request, desk, judged=(citation.pk, form), status=422)
    try:
        verdicts.judge(citation=citation, by=person(request), **form.cleaned_data)
    except (NotAllowed, PhaseClosed):
        form.add_error(None, _("Not recorded: the dossier is not being appraised now."))
        return desk_page(request, desk, judged=(citation.pk, form), status=409)
    return _back(request, desk, "evidence", citation.evidence_id)


@login_required
@require_POST
def ask(request: HttpRequest, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    """Ask the unit for a document or an explanation on this leaf."""
    desk = policies.pair_to_decide(person(request), assessment_pk, criterion_pk)
    form = forms.AskUnitForm(request.POST)
    if not form.is_valid():
        return desk_page(request, desk, asking=form, status=422)
    try:
        requests.ask(assessment=desk.assessment, criterion=desk.criterion, by=person(request), **form.cleaned_data)
    except requests.BadRequest:
        form.add_error("due_at", _("Choose an instant before the appraisal ends."))
        return desk_page(request, desk, asking=form, status=422)
    except (NotAllowed, PhaseClosed):
        form.add_error(None, _("Not asked: the dossier is not being appraised now."))
        return desk_page(request, desk, asking=form, status=409)
    messages.success(request, _("The unit has your question."))
    return _back(request, desk, "requests")


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse an answer; close a request whose time has passed without one."""
    desk, asked = policies.request_to_close(person(request), pk)
    form = forms.CloseRequestForm(request.POST)
    if not form.is_valid():
        return desk_page(request, desk, closing=(asked.pk, form), status=422)
    accepted = form.cleaned_data["outcome"] == "accept"
    try:
        requests.close(request=asked, accepted=accepted, note=form.cleaned_data["note"], by=person(request))
    except requests.Empty:
        form.add_error("note", _("Say why the answer is refused."))
        return desk_page(request, desk, closing=(asked.pk, form), status=422)
    except NotAllowed:
        form.add_error(None, _("Not recorded: the request is not answered yet, or is closed."))
        return desk_page(request, desk, closing=(asked.pk, form), status=409)
    return _back(request, desk, "requests")


@login_required
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """What the council asks of units, and how many documents it refused for which reason."""
    council, dossiers = policies.requests_for(person(request), pk)
    q, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    everything = list(requests_of(dossiers))
    context = {
        "council": council,
        "page": Paginator(narrowed(everything, q, state), PAGE).get_page(request.GET.get("page")),
        "q": q,
        "state": state,
        "states": RequestState.choices,
        "any": bool(everything),
        "refusals": refusals(dossiers),
        "now": timezone.now(),
    }
    return render(request, "councils/requests.html", context)


@login_required
@require_GET
def refusals_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    council, dossiers = policies.requests_for(person(request), pk)
    content = documents.refusals_workbook(refusals(dossiers), list(requests_of(dossiers)))
    name = f"tai-lieu-khong-chap-nhan-{council.tier.code}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, assessment_pk: int) -> HttpResponse:
    """The chair returns a dossier to its unit for named leaves."""
    council, assessment = policies.dossier_to_return(person(request), assessment_pk)
    lines = sheet(assessment).scorable
    form = forms.ReturnForm(request.POST or None, leaves=[line.criterion for line in lines])
    if not form.is_bound or not form.is_valid():
        return _return_page(request, council.pk, assessment, form, lines, 422 if form.is_bound else 200)
    if not _returned(request, assessment, form):
        return _return_page(request, council.pk, assessment, form, lines, 409)
    messages.success(request, _("The dossier was returned to the unit."))
    return redirect("councils:progress", council.pk)


def _returned(request: HttpRequest, assessment: Assessment, form: forms.ReturnForm) -> bool:
    """Whether the dossier was given back; else the form says why not."""
    note, until = form.cleaned_data["note"], form.cleaned_data["until"]
    try:
        returns.return_dossier(
            assessment=assessment, note=note, questions=form.questions, until=until, by=person(request)
        )
    except returns.BadDate:
        form.add_error("until", _("Choose an instant before the appraisal ends: what is mended has to be appraised."))
    except PhaseClosed:
        form.add_error("until", _("Self-scoring is over: say until when the unit has time to mend it."))
    except NotAllowed:
        form.add_error(None, _("Not returned: the dossier is not submitted any more."))
    return form.is_valid()


def _return_page(
    request: HttpRequest, council: int, assessment: Assessment, form: forms.ReturnForm, lines: list[Line], status: int
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "form": form,
        "rows": [(line, form[f"question-{line.criterion.pk}"]) for line in lines],
        "span": span_of(assessment),
        "appraisal": window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind),
        "back": reverse("councils:progress", args=[council]),
    }
    return render(request, "assessments/return.html", context, status=status)
