"""An amendment of a criteria set in mid-cycle: what it would do, doing it, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from criteria.models import CriteriaSet
from criteria.naming import KINDS
from criteria.tree.amending import Answer
from results import forms, policies
from results.documents import amendment as documents
from results.models import Amendment
from results.selectors import amending
from results.selectors.amending import Obstacle, Plan
from results.services import amendments
from units.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OBSTACLES: dict[str, Promise] = {
    Obstacle.NOT_CHECKED: gettext_lazy("The new version has not been checked, or was edited since. Check it first."),
    Obstacle.NOT_A_VERSION: gettext_lazy("The version that it replaces is not in force."),
    Obstacle.LINEAGE: gettext_lazy("Some criteria have no confirmed lineage to the version before. Confirm it first."),
    Obstacle.CLOSED: gettext_lazy("A council has closed its appraisal. Its chair must reopen it first."),
    Obstacle.APPROVED: gettext_lazy("Results of this cycle are approved: its criteria change no more."),
}
FIELDS: dict[str, Promise] = {
    "maximum": gettext_lazy("maximum"),
    "minimum": gettext_lazy("minimum"),
    "method": gettext_lazy("scored by"),
    "entered_by": gettext_lazy("entered by"),
    "side": gettext_lazy("side"),
    "rule": gettext_lazy("scoring rule"),
    "facets": gettext_lazy("parts"),
    "name": gettext_lazy("text"),
    "evidence": gettext_lazy("evidence asked"),
    "guidance": gettext_lazy("guidance"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """What putting this version in force would do; a POST does exactly what was shown, or shows what changed."""
    new = policies.set_to_amend(request.user, pk)
    done = policies.amendment_of(new)
    if done:
        return redirect("results:amendment", pk=done.pk)
    plan = amending.plan(new)
    if plan is None:
        return redirect("criteria:set", pk=new.pk)
    form = forms.AmendForm(request.POST if request.method == "POST" else None, plan.new)
    if request.method == "POST" and form.is_valid() and (made := _applied(request, new, form)):
        messages.success(request, _("The amendment is in force. Every unit has been told."))
        return redirect("results:amendment", pk=made.pk)
    return render(request, "results/amend.html", _page(plan, form), status=422 if form.errors else 200)


def _applied(request: HttpRequest, new: CriteriaSet, form: forms.AmendForm) -> Amendment | None:
    """The amendment; None, with the reason in the form, where it could not be made."""
    assert isinstance(request.user, User)
    try:
        return amendments.apply(new=new, by=request.user, **form.cleaned_data)
    except amendments.Changed:
        form.add_error(None, _("Something changed since this page was opened. Look at the new figures and confirm."))
    except amendments.Blocked as blocked:
        for obstacle in blocked.obstacles:
            form.add_error(None, str(OBSTACLES[obstacle]))
    return None


def _page(plan: Plan, form: forms.AmendForm) -> dict[str, object]:
    fates = [(fate, [FIELDS[name] for name in fate.differs]) for fate in plan.fates]
    return {
        "plan": plan,
        "set": plan.new,
        "form": form,
        "seen": amendments.fingerprint(plan),
        "obstacles": [OBSTACLES[each] for each in plan.obstacles],
        "changed": [each for each in fates if each[0].answer is not Answer.KEPT],
        "kept": [each for each in fates if each[0].answer is Answer.KEPT],
    }


@login_required
@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan, leaf by leaf and unit by unit."""
    new = policies.set_to_amend(request.user, pk)
    plan = amending.plan(new)
    if plan is None:
        return redirect("criteria:set", pk=new.pk)
    name = f"sua-doi-{new.cycle.code}-{KINDS[new.kind]}-v{new.version}.xlsx"
    data = documents.workbook(plan, FIELDS)
    return HttpResponse(data, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What an amendment did; a POST takes it back."""
    amendment = policies.amendment_to_view(request.user, pk)
    form = forms.UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _undone(request, amendment, form):
        messages.success(request, _("The amendment was taken back. Every unit has been told."))
        return redirect("results:amendment", pk=pk)
    context = {"amendment": amendment, "set": amendment.new, "form": form}
    return render(request, "results/amendment.html", context, status=422 if form.errors else 200)


def _undone(request: HttpRequest, amendment: Amendment, form: forms.UndoForm) -> bool:
    assert isinstance(request.user, User)
    try:
        amendments.undo(amendment=amendment, by=request.user, reason=form.cleaned_data["reason"])
    except amendments.Undone:
        form.add_error(None, _("It was taken back already, or a later amendment stands on it."))
    except amendments.Blocked as blocked:
        for obstacle in blocked.obstacles:
            form.add_error(None, str(OBSTACLES[obstacle]))
    return form.is_valid()
