"""The calendar of a cycle: to read for everybody it concerns, and to draw up until its plan is issued."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from criteria import policies
from criteria.documents.calendar_xlsx import calendar_workbook
from criteria.documents.files import FORMATS
from criteria.forms.calendar import PhaseForm, with_words_read
from criteria.models import Cycle, Phase, PhaseKind
from criteria.phases.impossible import CAPACITY
from criteria.selectors import board, planning
from criteria.selectors.calendar import days_of, extensions_of, standing_of
from criteria.services import planning as plans
from units.models import UnitKind, User
from units.policies import person
from units.selectors import database_now

GET_POST = ["GET", "HEAD", "POST"]
XLSX = FORMATS["xlsx"].content_type


@login_required
@require_GET
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """When what happens to whom, what is wrong with it, and who moved which date."""
    user = person(request.user)
    cycle, now = policies.cycle_to_view(user, code), database_now()
    phases, found = board.phases_of(cycle), planning.findings_of(cycle)
    table = board.rows(cycle, phases, found, now)
    context = {
        "cycle": cycle,
        "now": now,
        "rows": table,
        "kinds": [UnitKind(kind).label for kind in board.kinds_of(cycle, phases)],
        "timeline": board.picture(table, now),
        "own": board.own_deadlines(phases, policies.own_units(user, cycle), now),
        "errors": board.lines(each for each in found if each.is_error),
        "warnings": board.lines(each for each in found if not each.is_error),
        "extensions": _extensions(user, cycle),
        "may_plan": policies.may_plan(user, cycle),
        "open_items": planning.unaffirmed(cycle),
        "is_new": cycle.carried.exists(),
        "capacity": CAPACITY,
    }
    return render(request, "criteria/calendar.html", context)


@login_required
@require_GET
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar as a workbook, with what the person may see of extensions and of what was carried."""
    user = person(request.user)
    cycle = policies.cycle_to_view(user, code)
    standing = standing_of(board.phases_of(cycle))
    items = planning.carried_into(cycle) if policies.may_plan(user, cycle) else None
    content = calendar_workbook(standing, _extensions(user, cycle), days_of(standing), items)
    name = f"lich-{cycle.code}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _extensions(user: User, cycle: Cycle) -> list[Any]:
    """What was approved is everybody's to know; what is asked for, theirs who handle it."""
    handles = policies.may_see_requests(user, cycle)
    return [each for each in extensions_of(cycle) if handles or each.state == "approved"]


@login_required
@require_http_methods(GET_POST)
def phase(request: HttpRequest, code: str, kind: str, unit_kind: str) -> HttpResponse:
    """The dates of one phase, while the plan is drawn up."""
    cycle = policies.cycle_to_plan(request.user, code)
    _assert_known(kind, unit_kind)
    known = Phase.objects.filter(cycle=cycle, kind=kind, unit_kind=unit_kind).first()
    form = _form(request, known, kind)
    if request.method == "POST" and request.POST.get("act") != "read" and form.is_valid():
        if not (problem := _stored(request, cycle, kind, unit_kind, form)):
            messages.success(request, _("The dates are saved."))
            return redirect("criteria:calendar", code=cycle.code)
        form.add_error(None, problem)
    labels = {"step": PhaseKind(kind).label, "of": UnitKind(unit_kind).label}
    context = {"cycle": cycle, "form": form, "phase": known, "kind": kind, "unit_kind": unit_kind, **labels}
    return render(request, "criteria/calendar_phase.html", context, status=422 if form.errors else 200)


def _assert_known(kind: str, unit_kind: str) -> None:
    if kind not in PhaseKind.values or unit_kind not in UnitKind.values:
        raise Http404


def _form(request: HttpRequest, known: Phase | None, kind: str) -> PhaseForm:
    """What was typed, with the plan's words read into it where that was asked for."""
    days = planning.working_days()
    if request.method != "POST":
        return PhaseForm(days=days, phase=known, kind=kind)
    if request.POST.get("act") != "read":
        return PhaseForm(request.POST, days=days, kind=kind)
    form = PhaseForm(days=days, kind=kind)
    typed = request.POST.dict()
    form.initial = with_words_read(typed) or typed
    if with_words_read(typed) is None:
        messages.warning(request, _("These words name no deadline: fill in the fields below."))
    return form


def _stored(request: HttpRequest, cycle: Cycle, kind: str, unit_kind: str, form: PhaseForm) -> str:
    """Why the dates were not stored; empty when they are."""
    dates = plans.Dates(**form.cleaned_data)
    try:
        plans.set_phase(cycle=cycle, kind=kind, unit_kind=unit_kind, dates=dates, by=person(request.user))
    except plans.PlanIssued:
        return _("The plan is issued: its dates move by an extension alone.")
    except plans.BadDates:
        return _("The phase would close before it opens.")
    return ""


@login_required
@require_POST
def drop(request: HttpRequest, code: str, kind: str, unit_kind: str) -> HttpResponse:
    """Take a phase out of a plan that is drawn up."""
    cycle = policies.cycle_to_plan(request.user, code)
    known = Phase.objects.filter(cycle=cycle, kind=kind, unit_kind=unit_kind).select_related("cycle").first()
    try:
        if known:
            plans.drop_phase(phase=known, by=person(request.user))
    except plans.PlanIssued:
        messages.error(request, _("The plan is issued: its dates move by an extension alone."))
    return redirect("criteria:calendar", code=cycle.code)
