"""Documents to read: pictures of their pages, and the file as it was taken in. Nothing opens in our own origin."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments import policies
from assessments.models import Evidence
from assessments.policies.evidence import may_guard, may_place
from assessments.selectors.places import cited_as, cited_numbers
from assessments.services import confidential
from assessments.showing import file_answer, kept_private, page_answer
from assessments.views.sheets import person

SHOWN = 20


@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file exactly as it was taken in; with ``?preview`` pictures of its pages."""
    row = policies.evidence_to_view(person(request), pk)
    if "preview" in request.GET:
        return kept_private(row, _preview(request, row))
    return file_answer(request, row)


def _preview(request: HttpRequest, row: Evidence) -> HttpResponse:
    """Some pages at a time, beginning with those around the one asked for, or around those that a proof names."""
    cited = cited_as(row, _number(request.GET.get("citation", "")))
    named = (cited.page if cited else None) or 1
    at = min(_number(request.GET.get("at", "")) or named, row.pages) or 1
    first = (at - 1) // SHOWN * SHOWN + 1
    last = min(first + SHOWN - 1, row.pages)
    confidential.look(evidence=row, how="preview", by=person(request))
    context = {
        "evidence": row,
        "at": at,
        "numbers": range(first, last + 1),
        "before": first - SHOWN if first > 1 else 0,
        "after": last + 1 if last < row.pages else 0,
        "may_guard": may_guard(person(request), row),
        "cited": cited,
        "cited_pages": cited_numbers(cited) if cited else (),
        "may_place": cited is not None and may_place(person(request), cited),
    }
    return render(request, "assessments/preview.html", context)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


@login_required
@require_GET
def page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    return page_answer(request, policies.evidence_to_view(person(request), pk), number)
