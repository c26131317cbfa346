"""The divisions of a unit, and which of its people work in which."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from units import policies
from units.forms import DivisionForm
from units.models import Unit
from units.selectors import members_today
from units.services import divisions

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_POST)
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """The divisions with their people; a new one is added here."""
    unit = policies.unit_to_divide(request.user, pk)
    form = DivisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            divisions.add(unit=unit, name=form.cleaned_data["name"], by=policies.person(request.user))
        except divisions.NameTaken:
            form.add_error("name", _("The unit has a division of this name."))
        else:
            messages.success(request, _("The division was added."))
            return redirect("units:divisions", pk)
    return _page(request, unit, form)


def _page(request: HttpRequest, unit: Unit, form: DivisionForm) -> HttpResponse:
    rows = list(unit.divisions.order_by("name"))
    people = members_today(unit)
    context: dict[str, Any] = {
        "unit": unit,
        "units": policies.units_to_divide(request.user),
        "divisions": [(row, [each for each in people if each.division_id == row.pk]) for row in rows],
        "people": people,
        "form": form,
    }
    return render(request, "units/divisions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a division otherwise, or close it."""
    division = policies.division_to_change(request.user, pk)
    by = policies.person(request.user)
    form = DivisionForm(request.POST)
    try:
        if "remove" in request.POST:
            divisions.remove(division=division, by=by)
            messages.success(request, _("The division was closed."))
        elif form.is_valid():
            divisions.rename(division=division, name=form.cleaned_data["name"], by=by)
            messages.success(request, _("The division was renamed."))
        else:
            messages.error(request, _("Not renamed: a division needs a name of at most 200 characters."))
    except divisions.NameTaken:
        messages.error(request, _("Not renamed: the unit has a division of this name."))
    except divisions.InUse:
        messages.error(request, _("Not closed: work was given to this division, and that is on record."))
    return redirect("units:divisions", division.unit_id)


@login_required
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Say in which division a person of the unit works."""
    membership = policies.membership_to_place(request.user, pk)
    chosen = request.POST.get("division", "")
    division = None
    if chosen:
        if not chosen.isdecimal() or len(chosen) > 9:
            raise Http404
        division = membership.unit.divisions.filter(pk=int(chosen)).first()
        if division is None:
            raise Http404
    divisions.place(membership=membership, division=division, by=policies.person(request.user))
    messages.success(request, _("Saved."))
    return redirect("units:divisions", membership.unit_id)
