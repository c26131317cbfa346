"""Attributes of units: listed, given, ended, each with what it does to exemptions before it is done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments import documents
from assessments.forms import AttributeForm, EndAttributeForm
from assessments.selectors.exemptions import SetPlan
from assessments.services import attributes
from assessments.services.attributes import fingerprint
from assessments.views.sheets import person
from units import policies
from units.models import UnitAttribute
from units.selectors import attributes_of
from units.services.attributes import Overlaps

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The attributes of the units that the person may describe, today's or of all times."""
    page = Paginator(_asked(request), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": request.GET.get("q", "").strip(), "all": "all" in request.GET}
    return render(request, "assessments/attributes.html", context)


def _asked(request: HttpRequest) -> Any:
    units = policies.units_to_describe(request.user)
    today = None if "all" in request.GET else timezone.localdate()
    return attributes_of(units, request.GET.get("q", "").strip(), today)


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    content = documents.attributes_workbook(_asked(request))
    return HttpResponse(content, XLSX, headers={"Content-Disposition": 'attachment; filename="thuoc-tinh.xlsx"'})


@login_required
@require_http_methods(GET_POST)
def new(request: HttpRequest) -> HttpResponse:
    """Give a unit an attribute, once it has been shown what it exempts the unit from."""
    units = policies.units_to_describe(request.user)
    data = request.POST if request.method == "POST" else None
    form = AttributeForm(data, units=units)
    words = UnitAttribute.objects.filter(unit__in=units).order_by("word").values_list("word", flat=True).distinct()
    context: dict[str, Any] = {"form": form, "words": words}
    if data is None or not form.is_valid():
        return _page(request, context, 200 if data is None else 422)
    if "seen" not in data or "again" in data:
        return _shown(request, context, attributes.plans_if_given(**form.cleaned_data))
    try:
        attributes.give(**form.cleaned_data, seen=data["seen"], by=person(request))
    except attributes.Changed as changed:
        return _shown(request, context | {"changed": True}, changed.plans, 409)
    except Overlaps:
        form.add_error("word", _("The unit has this attribute already for a part of the time."))
        return _page(request, context, 422)
    messages.success(request, _("The attribute was given."))
    return redirect("assessments:attributes")


@login_required
@require_http_methods(GET_POST)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an attribute, or take it off as a mistake, once it has been shown what applies again."""
    attribute = policies.attribute_to_change(request.user, pk)
    data = request.POST if request.method == "POST" else None
    form = EndAttributeForm(data, attribute=attribute)
    context: dict[str, Any] = {"form": form, "attribute": attribute}
    if data is None or not form.is_valid():
        return _page(request, context, 200 if data is None else 422)
    until = form.cleaned_data["valid_until"]
    if "seen" not in data or "again" in data:
        return _shown(request, context, attributes.plans_if_ended(attribute, until))
    try:
        attributes.end(attribute=attribute, valid_until=until, seen=data["seen"], by=person(request))
    except attributes.Changed as changed:
        return _shown(request, context | {"changed": True}, changed.plans, 409)
    except Overlaps:
        form.add_error("valid_until", _("The unit has this attribute already for a part of the time."))
        return _page(request, context, 422)
    messages.success(request, _("The attribute was ended."))
    return redirect("assessments:attributes")


def _shown(request: HttpRequest, context: dict[str, Any], plans: list[SetPlan], status: int = 200) -> HttpResponse:
    refused = any(each.plan.contradictions for each in plans)
    more = {"shown": True, "plans": plans, "seen": "" if refused else fingerprint(plans), "refused": refused}
    return _page(request, context | more, status)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "assessments/attribute.html", context, status=status)
