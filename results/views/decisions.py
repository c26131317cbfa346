"""The decision's pages: draft, look, approve, publish, withdraw; its PDF and the ranking as a workbook."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from results import forms, policies
from results.documents import ranking
from results.models import Decision, Publication, Run, RunState
from results.selectors import drafting, published
from results.services import decisions, publications
from results.services.decisions import Refused
from units.models import User

GET_POST = ["GET", "HEAD", "POST"]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was sent; None while nothing was (an empty form that was sent is something)."""
    return request.POST if request.method == "POST" else None


@login_required
@require_http_methods(GET_POST)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the decision, or draft it anew until it is approved."""
    run = policies.run_to_draft(request.user, pk)
    decision = drafting.decision_of(run)
    form = forms.DraftForm(_typed(request), run, decision)
    if request.method == "POST" and form.is_valid():
        try:
            made = decisions.draft(run=run, by=_person(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("units:job", pk=made.job_id)
    return render(request, "results/decision_draft.html", _draft_page(run, decision, form), status=_status(form))


def _draft_page(run: Run, decision: Decision | None, form: Form) -> dict[str, object]:
    return {
        "run": run,
        "decision": decision,
        "form": form,
        "withheld": drafting.withheld_units(run),
        "newer": drafting.newer_run(run),
        "closed": run.state != RunState.COMPUTED,
    }


def _status(form: Form) -> int:
    return 422 if form.errors else 200


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision as it stands, and what the person can do with it; htmx asks for the document's state alone."""
    decision = policies.decision_to_view(request.user, pk)
    template = "results/decision.html#document" if request.headers.get("HX-Request") else "results/decision.html"
    return render(request, template, _page(request, decision))


def _page(request: HttpRequest, decision: Decision, **more: object) -> dict[str, object]:
    tier = decision.run.tier
    may_publish = policies.may_publish(request.user, tier)
    return {
        "decision": decision,
        "run": decision.run,
        "may_draft": policies.may_draft(request.user, tier),
        "may_approve": policies.may_approve(request.user, decision),
        "may_publish": may_publish,
        "publications": drafting.publications_of(decision),
        "standing": drafting.standing_publication(tier),
        "newer": drafting.newer_run(decision.run),
        "form": forms.PublishForm(),
        "withdraw_form": forms.WithdrawForm(),
        **more,
    }


@login_required
@require_GET
@never_cache
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The document; 404 while it is not made."""
    return pdf_of(policies.decision_to_view(request.user, pk))


def pdf_of(decision: Decision) -> HttpResponse:
    """The stored PDF, to be shown in the browser; 404 where there is none. Also what the public page hands out."""
    try:
        content = drafting.document_of(decision)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{decision.number.replace('/', '-')}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    return response


@login_required
@require_http_methods(GET_POST)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Strangers and insiders without the right are sent away before anybody is asked for a password."""
    response: HttpResponse = _approve(request, policies.decision_to_approve(request.user, pk))
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _approve(request: HttpRequest, decision: Decision) -> HttpResponse:
    """What will happen; on POST it happens. Both only with a fresh sign-in."""
    form = forms.ApproveForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            decisions.approve(decision=decision, by=_person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The decision is approved. Nobody outside can read it until it is published."))
            return redirect("results:decision", pk=decision.pk)
    tables = published.tables(decision.run)
    withheld = drafting.withheld_units(decision.run)
    page = _page(request, decision, form=form, tables=tables, withheld=withheld)
    return render(request, "results/decision_approve.html", page, status=_status(form))


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    decision = policies.decision_to_publish(request.user, pk)
    form = forms.PublishForm(request.POST)
    if form.is_valid():
        try:
            publication = publications.publish(decision=decision, publish_at=form.instant(), by=_person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = {"instant": publications.in_words(publication.publish_at)}
            messages.success(request, _("Everybody can read the results from %(instant)s.") % words)
            return redirect("results:decision", pk=decision.pk)
    return render(request, "results/decision.html", _page(request, decision, form=form), status=422)


@login_required
@require_http_methods(GET_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    publication = policies.publication_to_withdraw(request.user, pk)
    form = forms.WithdrawForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            publications.withdraw(publication=publication, by=_person(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The publication is withdrawn. Nobody outside can read it any more."))
            return redirect("results:decision", pk=publication.decision_id)
    return _withdraw_page(request, publication, form)


def _withdraw_page(request: HttpRequest, publication: Publication, form: Form) -> HttpResponse:
    page = {"publication": publication, "form": form}
    return render(request, "results/publication_withdraw.html", page, status=_status(form))


@login_required
@require_GET
def ranking_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The run's ranking as a workbook, for insiders."""
    return workbook(policies.run_to_view(request.user, pk))


def workbook(run: Run) -> HttpResponse:
    """The workbook as a download; 404 while the run is not computed. Also what the public page hands out."""
    if run.computed_at is None:
        raise Http404
    response = HttpResponse(ranking.ranking_workbook(run), content_type=ranking.TYPE)
    name = f"{run.settings['cycle']}-{run.settings['tier']}-{run.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
