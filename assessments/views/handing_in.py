"""The way of a dossier out of the unit: the completeness check, handing in, giving back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments import policies
from assessments.forms import ReturnForm
from assessments.models import Assessment
from assessments.policies import Rights
from assessments.services import submission
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from criteria.phases import PhaseClosed


@login_required
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights = policies.sheet_door(person(request), pk)
    return _check(request, assessment, rights, 200)


def _check(request: HttpRequest, assessment: Assessment, rights: Rights, status: int) -> HttpResponse:
    context = context_of(assessment, rights, Answer(0)) | {"refused": status != 200}
    return render(request, "assessments/check.html", context, status=status)


@login_required
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights = policies.assessment_to_submit(person(request), pk)
    try:
        receipt = submission.submit(assessment=assessment, by=person(request))
    except submission.Incomplete:
        return _check(request, assessment, rights, 422)
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db(fields=["state"])
        return _check(request, assessment, rights, 409)
    return redirect("assessments:receipt", receipt.pk)


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The standing body returns a submitted dossier with a note on what to mend."""
    assessment, rights = policies.assessment_to_return(person(request), pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _sheet(request, assessment, rights, form, 422)
    try:
        submission.return_dossier(assessment=assessment, note=form.cleaned_data["note"], by=person(request))
    except (NotAllowed, PhaseClosed):
        form.add_error(None, _("Not returned: the dossier is not submitted any more, or self-scoring is over."))
        return _sheet(request, assessment, rights, form, 409)
    messages.success(request, _("The dossier was returned to the unit."))
    return redirect("assessments:sheet", assessment.pk)


def _sheet(request: HttpRequest, assessment: Assessment, rights: Rights, form: ReturnForm, status: int) -> HttpResponse:
    assessment.refresh_from_db(fields=["state"])
    context = context_of(assessment, rights, Answer(0)) | {"return_form": form}
    return render(request, "assessments/sheet.html", context, status=status)
