"""Exemptions of a criteria set: the list, one by rule, a unit's request, the answer to it, one taken back.

Whatever changes an effect is done in two steps: the first shows every leaf of every unit that changes, the second
carries the fingerprint of what was shown.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments import documents, forms, policies
from assessments.models import Assessment
from assessments.selectors import exemptions as reads
from assessments.selectors.exemptions import Plan
from assessments.services import exemptions
from assessments.states import NotAllowed
from assessments.views.sheets import person
from criteria import policies as criteria_policies
from criteria.models import CriteriaSet, Criterion, Exemption, ExemptionState
from criteria.naming import KINDS
from criteria.phases import PhaseClosed
from criteria.selectors import criteria_of
from criteria.selectors.exemptions import IN_FORCE, exemptions_of, measured, words_in_use
from units.naming import folded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Every exemption of the set, every leaf of every unit that it reaches, and what each unit can still reach."""
    shown = criteria_policies.set_to_view(request.user, pk)
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    effects, units, contradictions = reads.listed(shown)
    rows = [row for row in exemptions_of(shown) if state in {"", row.state} and _contains(row, text)]
    context = {
        "set": shown,
        "q": text,
        "state": state,
        "states": ExemptionState.choices,
        "rows": rows,
        "effects": [each for each in effects if folded(text) in f"{each.unit.folded} {folded(each.name)} {each.code}"],
        "units": units,
        "contradictions": contradictions,
        "in_force": IN_FORCE,
        "may_edit": criteria_policies.may_edit(request.user, shown.cycle),
    }
    return render(request, "assessments/exemptions.html", context)


def _contains(row: Exemption, text: str) -> bool:
    whom = row.unit.name if row.unit else row.attribute
    return folded(text) in folded(f"{row.criterion.code} {row.criterion.name} {whom} {row.document} {row.reason}")


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Every unit × leaf that does not apply, as a workbook."""
    shown = criteria_policies.set_to_view(request.user, pk)
    effects, units, _contradictions = reads.listed(shown)
    content = documents.exemptions_workbook(shown, effects, units)
    name = f"khong-ap-dung-{shown.cycle.code}-{KINDS[shown.kind]}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(GET_POST)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """An exemption by rule: filled in, shown with all it does, then added."""
    shown = criteria_policies.set_to_edit(request.user, pk)
    data = request.POST if request.method == "POST" else None
    form = forms.ExemptionForm(data, criteria=criteria_of(shown), units=measured(shown), words=words_in_use(shown))
    context: dict[str, Any] = {"set": shown, "form": form, "step": "new"}
    if data is None or not form.is_valid():
        return _page(request, context, 422 if data is not None else 200)
    if not _agreed(request):
        return _page(request, context | {"plan": reads.plan(shown, added=_unsaved(form.values()))})
    try:
        exemptions.add(**form.values(), seen=data["seen"], by=person(request))
    except (exemptions.Changed, exemptions.Contradicts) as refused:
        return _page(request, context | {"plan": refused.plan, "changed": True}, 409)
    except exemptions.NotOpen:
        return _page(request, context | {"closed": True}, 409)
    return _done(request, shown, _("The exemption is in force."))


def _agreed(request: HttpRequest) -> bool:
    """Whether what it does was on the page, and the person did not ask to see it anew."""
    return "seen" in request.POST and "again" not in request.POST


def _unsaved(values: dict[str, Any]) -> Exemption:
    return Exemption(**values, state=ExemptionState.BY_RULE)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "assessments/exemption.html", context, status=status)


def _done(request: HttpRequest, shown: CriteriaSet, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("assessments:exemptions", shown.pk)


@login_required
@require_http_methods(GET_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an exemption back, once it has been shown what applies again."""
    exemption = policies.exemption_to_decide(person(request), pk)
    shown = exemption.criterion.criteria_set
    data = request.POST if request.method == "POST" else None
    form = forms.WithdrawForm(data)
    context: dict[str, Any] = {"set": shown, "form": form, "exemption": exemption, "step": "withdraw"}
    if exemption.state not in IN_FORCE:
        return _page(request, context | {"closed": True}, 409)
    what = reads.plan(shown, removed=exemption)
    if data is None or not form.is_valid():
        return _page(request, context | {"plan": what}, 200 if data is None else 422)
    try:
        exemptions.withdraw(
            exemption=exemption, answer=form.cleaned_data["answer"], seen=data.get("seen", ""), by=person(request)
        )
    except (exemptions.Changed, exemptions.Contradicts) as refused:
        return _page(request, context | {"plan": refused.plan, "changed": True}, 409)
    return _done(request, shown, _("The exemption is withdrawn."))


@login_required
@require_http_methods(GET_POST)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse what a unit asked for; a grant is shown with all it does first."""
    exemption = policies.exemption_to_decide(person(request), pk)
    data = request.POST if request.method == "POST" else None
    form = forms.DecideForm(data, initial={"convention": exemption.convention})
    context: dict[str, Any] = {
        "set": exemption.criterion.criteria_set,
        "form": form,
        "exemption": exemption,
        "step": "decide",
    }
    if exemption.state != ExemptionState.ASKED:
        return _page(request, context | {"closed": True}, 409)
    if data is None or not form.is_valid():
        return _page(request, context, 200 if data is None else 422)
    return _answered(request, exemption, form, context)


def _answered(request: HttpRequest, exemption: Exemption, form: Form, context: dict[str, Any]) -> HttpResponse:
    values, by = dict(form.cleaned_data), person(request)
    if values.pop("decision") == "refuse":
        del values["convention"]
        exemptions.refuse(exemption=exemption, **values, by=by)
        return _done(request, context["set"], _("The request is refused; the unit was told why."))
    if not _agreed(request):
        return _page(request, context | {"plan": _if_granted(exemption, values["convention"])})
    try:
        exemptions.grant(exemption=exemption, **values, seen=request.POST["seen"], by=by)
    except (exemptions.Changed, exemptions.Contradicts) as refused:
        return _page(request, context | {"plan": refused.plan, "changed": True}, 409)
    return _done(request, context["set"], _("The request is granted; the unit was told."))


def _if_granted(exemption: Exemption, convention: str) -> Plan:
    granted = Exemption(
        criterion=exemption.criterion, unit=exemption.unit, convention=convention, state=ExemptionState.GRANTED
    )
    return reads.plan(exemption.criterion.criteria_set, added=granted)


@login_required
@require_http_methods(GET_POST)
def ask(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """A unit asks that a criterion not apply to it."""
    assessment, _rights, criterion = policies.node_to_ask_for(person(request), pk, criterion_pk)
    data = request.POST if request.method == "POST" else None
    form = forms.AskForm(data)
    if data is None or not form.is_valid():
        return _asking(request, assessment, criterion, form, 200 if data is None else 422)
    try:
        exemptions.ask(assessment=assessment, criterion=criterion, **form.cleaned_data, by=person(request))
    except exemptions.Twice:
        form.add_error(None, _("This was asked for already, or does not apply to the unit anyway."))
    except (NotAllowed, PhaseClosed):
        form.add_error(None, _("Not sent: this dossier can no longer be changed."))
    else:
        messages.success(request, _("The request was sent. The criterion still applies until it is granted."))
        return redirect("assessments:sheet", assessment.pk)
    return _asking(request, assessment, criterion, form, 409)


def _asking(
    request: HttpRequest, assessment: Assessment, criterion: Criterion, form: Form, status: int
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "criterion": criterion,
        "form": form,
        "requests": reads.requests_of(assessment.unit, assessment.criteria_set),
    }
    return render(request, "assessments/exemption_ask.html", context, status=status)
