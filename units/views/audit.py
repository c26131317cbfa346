"""What happened: the audit trail, for administrators."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units import audit as trail
from units import documents, policies
from units.forms import AuditFilter
from units.models import AuditEvent
from units.selectors import filtered_audit

PAGE = 50
MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> tuple[AuditFilter, QuerySet[AuditEvent]]:
    """The filter as typed, and the events that it lets through; an unreadable field filters nothing."""
    form = AuditFilter(request.GET)
    form.is_valid()
    return form, filtered_audit(policies.audit_for(request.user), **form.cleaned_data)


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form, events = _asked(request)
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    number, digest = trail.chain_head()
    actions = policies.audit_for(request.user).order_by("action").values_list("action", flat=True).distinct()
    context = {"form": form, "page": page, "number": number, "digest": digest, "actions": actions}
    return render(request, "units/audit.html", context)


@login_required
@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The filtered events as a workbook, newest first, at most ``MOST_ROWS``."""
    _form, events = _asked(request)
    content = documents.audit_workbook(list(events[:MOST_ROWS]))
    return HttpResponse(content, XLSX, headers={"Content-Disposition": 'attachment; filename="audit.xlsx"'})
