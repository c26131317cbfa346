"""A dossier that was handed in goes back to its unit, for named leaves or as a whole."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import policies
from assessments.forms.signing import ReturnLeavesForm, WithdrawReturnForm
from assessments.models import Assessment
from assessments.selectors.locks import span_of
from assessments.selectors.sheets import Line, sheet
from assessments.services import returns
from assessments.states import INSIDE, NotAllowed
from assessments.views.sheets import person
from criteria.models import PhaseKind
from criteria.phases import PhaseClosed
from criteria.selectors import window

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_POST)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a submitted dossier: a note, a date, and a question on each leaf that is to be opened again."""
    assessment, _rights = policies.assessment_to_return(person(request), pk)
    lines = sheet(assessment).scorable
    form = ReturnLeavesForm(request.POST or None, leaves=[line.criterion for line in lines])
    if not form.is_bound or not form.is_valid():
        return _page(request, assessment, form, lines, 422 if form.is_bound else 200)
    if not _returned(request, assessment, form):
        return _page(request, assessment, form, lines, 409)
    messages.success(request, _("The dossier was returned to the unit."))
    return redirect("assessments:sheet", pk)


def _returned(request: HttpRequest, assessment: Assessment, form: ReturnLeavesForm) -> bool:
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


def _page(
    request: HttpRequest, assessment: Assessment, form: ReturnLeavesForm, lines: list[Line], status: int
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "form": form,
        "rows": [(line, form[f"question-{line.criterion.pk}"]) for line in lines],
        "span": span_of(assessment),
        "appraisal": window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind),
    }
    return render(request, "assessments/return.html", context, status=status)


@login_required
@require_http_methods(GET_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a return back: the dossier stands as it was handed in."""
    assessment, _rights = policies.assessment_to_return(person(request), pk)
    form = WithdrawReturnForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            receipt = returns.withdraw(assessment=assessment, note=form.cleaned_data["note"], by=person(request))
        except NotAllowed:
            form.add_error(None, _("Not taken back: the dossier is not with its unit, or was never handed in."))
        else:
            messages.success(request, _("The dossier stands as it was handed in."))
            return redirect("assessments:receipt", receipt.pk)
    possible = assessment.state in INSIDE and assessment.submitted_at is not None
    context = {"assessment": assessment, "form": form, "possible": possible}
    return render(request, "assessments/return_withdraw.html", context, status=409 if form.errors else 200)
