"""The act that starts a season: the plan is issued, and every unit gets its dossier."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.forms.season import PlanForm
from assessments.selectors.opening import missing_dossiers
from assessments.services import opening
from criteria import policies
from criteria.models import Cycle
from criteria.selectors import board, planning
from criteria.services.planning import NotReady
from units.policies import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Issue the plan of a cycle; afterwards, open the dossiers of units that came later."""
    cycle = policies.cycle_to_plan(request.user, code)
    form = PlanForm(request.POST if request.method == "POST" and not cycle.issued_at else None)
    if request.method == "POST" and (cycle.issued_at or form.is_valid()):
        if not (problem := _issued(request, cycle, form)):
            return redirect("criteria:calendar", code=cycle.code)
        form.add_error(None, problem)
    found = planning.findings_of(cycle)
    context = {
        "cycle": cycle,
        "form": form,
        "errors": board.lines(each for each in found if each.is_error),
        "blocking": [each for each in found if each.is_error and not each.is_excusable],
        "warnings": board.lines(each for each in found if not each.is_error),
        "open_items": planning.unaffirmed(cycle),
        "units": len(missing_dossiers(cycle)),
    }
    return render(request, "assessments/plan.html", context, status=422 if form.errors else 200)


def _issued(request: HttpRequest, cycle: Cycle, form: PlanForm) -> str:
    """Why the plan was not issued; empty when it is, and its dossiers are open."""
    by = person(request.user)
    try:
        if cycle.issued_at:
            count = opening.open_dossiers(cycle=cycle, by=by)
        else:
            count = opening.issue_plan(cycle=cycle, by=by, **form.cleaned_data)
    except NotReady as lacks:
        if lacks.errors and all(each.is_excusable for each in lacks.errors):
            return _("The calendar has a clash: mend it, or say below why the dates stay.")
        return _("The plan cannot be issued yet: what is listed below comes first.")
    words = ngettext("%(count)s dossier was opened.", "%(count)s dossiers were opened.", count)
    messages.success(request, words % {"count": count})
    return ""
