"""The way of a dossier out of the unit: the check, signatures inside the unit, handing in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.forms.signing import PassForm, SendBackForm
from assessments.models import Assessment
from assessments.policies import Rights
from assessments.policies.signing import Way, dossier_on_its_way, dossier_to_move, dossier_to_submit, way_of
from assessments.selectors import receipts_of
from assessments.selectors.complete import check_of
from assessments.services import gates, signing, submission
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from criteria.phases import PhaseClosed


@login_required
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    return _check(request, *dossier_on_its_way(person(request), pk))


def _check(
    request: HttpRequest, assessment: Assessment, rights: Rights, way: Way, status: int = 200, **more: Any
) -> HttpResponse:
    context = context_of(assessment, rights, Answer(0)) | {
        "way": way,
        "refused": status != 200,
        "receipts": receipts_of(assessment) if assessment.submitted_at else [],
        "pass_form": PassForm(),
        "back_form": SendBackForm(),
        **more,
    }
    context["check"] = check_of(context["sheet"])
    span, now = context["span"], context["now"]
    context["late"] = span is not None and span.is_late(now)
    return render(request, "assessments/check.html", context, status=status)


def _again(request: HttpRequest, assessment: Assessment, rights: Rights, status: int, **more: Any) -> HttpResponse:
    """The check as the dossier stands now: somebody else may have moved it."""
    assessment.refresh_from_db()
    return _check(request, assessment, rights, way_of(person(request), assessment), status, **more)


@login_required
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in; ``number`` is the receipt that the page was opened for, so that repeats give the same receipt."""
    assessment, rights, _way = dossier_to_submit(person(request), pk)
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 5 else None
    try:
        receipt = submission.submit(assessment=assessment, by=person(request), number=number)
    except gates.Incomplete:
        return _again(request, assessment, rights, 422)
    except (signing.Unsigned, NotAllowed, PhaseClosed):
        return _again(request, assessment, rights, 409)
    return redirect("assessments:receipt", receipt.pk)


@login_required
@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign as writer or checker and hand the dossier to the next person of the unit."""
    assessment, rights, way = dossier_to_move(person(request), pk)
    form, step = PassForm(request.POST), request.POST.get("step", "")
    if not form.is_valid():
        return _again(request, assessment, rights, 422, pass_form=form)
    if step not in way.steps:
        return _again(request, assessment, rights, 409, pass_form=form)
    try:
        signing.pass_on(assessment=assessment, step=step, by=person(request), **form.cleaned_data)
    except gates.Incomplete:
        return _again(request, assessment, rights, 422, pass_form=form)
    except signing.SamePerson:
        form.add_error(None, _("You signed as the writer: another person has to check the dossier."))
        return _again(request, assessment, rights, 409, pass_form=form)
    except (NotAllowed, PhaseClosed):
        return _again(request, assessment, rights, 409, pass_form=form)
    messages.success(request, _("Signed and passed on."))
    return redirect("assessments:check", pk)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The checker or the head gives the dossier back to the writer, with a note."""
    assessment, rights, way = dossier_to_move(person(request), pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _again(request, assessment, rights, 422, back_form=form)
    if not way.returns:
        return _again(request, assessment, rights, 409, back_form=form)
    try:
        signing.send_back(assessment=assessment, step=way.returns, by=person(request), **form.cleaned_data)
    except NotAllowed:
        return _again(request, assessment, rights, 409, back_form=form)
    messages.success(request, _("The dossier is with its writers again."))
    return redirect("assessments:check", pk)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights, _way = dossier_to_move(person(request), pk)
    try:
        signing.take_back(assessment=assessment, by=person(request))
    except NotAllowed:
        return _again(request, assessment, rights, 409)
    messages.success(request, _("The dossier is with its writers again."))
    return redirect("assessments:sheet", pk)
