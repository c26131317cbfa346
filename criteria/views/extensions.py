"""Extensions: asked for by one person, decided by another, to be seen by every unit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria import policies
from criteria.forms.calendar import ExtensionForm, RefuseForm
from criteria.models import Cycle, Extension
from criteria.selectors.audience import units_of
from criteria.selectors.calendar import deadline_of, deadlines
from criteria.services import extensions
from units.policies import person

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_POST)
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a later end, for one unit or for all of a kind."""
    cycle = policies.cycle_to_plan(request.user, code)
    chosen = request.GET.get("phase", "")
    given = request.POST if request.method == "POST" else None
    form = ExtensionForm(given, cycle=cycle, units=units_of(cycle), phase=int(chosen) if chosen.isdecimal() else None)
    if form.is_bound and form.is_valid():
        if not (problem := _asked(request, form)):
            messages.success(request, _("The extension waits for a second person to approve it."))
            return redirect("criteria:calendar", code=cycle.code)
        form.add_error(None, problem)
    standing = deadlines((phase, None) for phase in cycle.phases.select_related("cycle"))
    context = {"cycle": cycle, "form": form, "standing": list(standing.values())}
    return render(request, "criteria/extension_ask.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, form: ExtensionForm) -> str:
    """Why the request was not stored; empty when it waits."""
    names = ("phase", "unit", "closes_at", "reason", "document")
    try:
        extensions.ask(**{name: form.cleaned_data[name] for name in names}, by=person(request.user))
    except extensions.NotIssued:
        return _("The plan is not issued yet: change its dates instead.")
    except extensions.NotLater:
        return _("That is not after the deadline as it stands: an extension never shortens.")
    except extensions.Backdated:
        return _("That has passed already.")
    except extensions.NotAssessed:
        return _("The unit is not assessed in this cycle.")
    return ""


@login_required
@require_http_methods(GET_POST)
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """One extension with its two people; a POST approves, refuses or takes it back."""
    if request.method == "POST":
        return _decide(request, policies.extension_to_decide(request.user, pk))
    return _page(request, pk, RefuseForm())


def _page(request: HttpRequest, pk: int, form: RefuseForm) -> HttpResponse:
    shown, rights = policies.extension_to_view(request.user, pk)
    standing = deadline_of(shown.phase, shown.unit)
    context = {"extension": shown, "cycle": shown.phase.cycle, "rights": rights, "standing": standing, "form": form}
    return render(request, "criteria/extension.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, shown: Extension) -> HttpResponse:
    form, act = RefuseForm(request.POST), request.POST.get("act", "")
    if act == "refuse" and not form.is_valid():
        return _page(request, shown.pk, form)
    if problem := _decided(request, shown, act, form):
        messages.error(request, problem)
        return redirect("criteria:extension", pk=shown.pk)
    return _back(shown.phase.cycle)


def _decided(request: HttpRequest, shown: Extension, act: str, form: RefuseForm) -> str:
    """Why nothing was decided; empty when it is."""
    by = person(request.user)
    try:
        if act == "withdraw":
            extensions.withdraw(extension=shown, by=by)
        elif act == "refuse":
            extensions.refuse(extension=shown, note=form.cleaned_data["note"], by=by)
        else:
            extensions.approve(extension=shown, by=by)
    except extensions.SamePerson:
        return _("Who asks for an extension does not decide it: a second person has to.")
    except extensions.Decided:
        return _("This request was decided or taken back before.")
    except (extensions.NotLater, extensions.Backdated):
        return _("The new deadline has passed, or a later one holds already: refuse the request.")
    return ""


def _back(cycle: Cycle) -> HttpResponse:
    return redirect("criteria:calendar", code=cycle.code)
