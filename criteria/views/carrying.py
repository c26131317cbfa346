"""A new cycle out of the last one, and the report of what came along."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria import policies
from criteria.forms.calendar import CycleForm
from criteria.models import CarriedKind, Cycle
from criteria.selectors import planning
from criteria.services import carrying
from units.policies import person

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_POST)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Draw up a cycle like this one, a year later."""
    previous = policies.cycle_to_plan(request.user, code)
    form = CycleForm(request.POST if request.method == "POST" else None, previous=previous)
    if form.is_bound and form.is_valid():
        try:
            made = carrying.new_cycle(previous=previous, by=person(request.user), **form.cleaned_data)
        except carrying.CodeTaken:
            form.add_error("code", _("Another cycle has this code."))
        else:
            return redirect("criteria:carried", code=made.code)
    following = Cycle.objects.filter(previous=previous).order_by("code")
    context = {"cycle": previous, "form": form, "following": following}
    return render(request, "criteria/cycle_new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_POST)
def carried(request: HttpRequest, code: str) -> HttpResponse:
    """What came from the last cycle and waits for somebody to answer for it, and what did not come and why."""
    cycle = policies.cycle_to_plan(request.user, code)
    if request.method == "POST":
        return _affirm(request, cycle)
    items = planning.carried_into(cycle)
    kinds = [(kind, [item for item in items if item.kind == kind and not item.is_left_out]) for kind in CarriedKind]
    context = {
        "cycle": cycle,
        "kinds": [(kind, own, sum(item.affirmed_at is None for item in own)) for kind, own in kinds if own],
        "left_out": [item for item in items if item.is_left_out],
        "open_items": planning.unaffirmed(cycle),
    }
    return render(request, "criteria/carried.html", context)


def _affirm(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    item = request.POST.get("item", "")
    pk = int(item) if item.isdecimal() and len(item) < 16 else None
    try:
        count = carrying.affirm(cycle=cycle, by=person(request.user), kind=request.POST.get("kind", ""), pk=pk)
    except carrying.NothingToAffirm:
        messages.error(request, _("There is no such item."))
    else:
        messages.success(request, _("Affirmed: %(count)s.") % {"count": count})
    return redirect("criteria:carried", code=cycle.code)
