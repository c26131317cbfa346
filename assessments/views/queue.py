"""What waits for the person, one thing a line."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.policies.work import url_of, work_for, work_words
from assessments.selectors.queue import Work, WorkKind
from assessments.views.sheets import person
from units.naming import folded

PAGE = 50


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Everything due from the person on dossiers, by deadline and then by points at stake."""
    now = timezone.now()
    found = work_for(person(request), now)
    q, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kept = [each for each in found if (not kind or each.kind == kind) and _contains(each, folded(q))]
    page = Paginator(kept, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "rows": [(each, work_words(each.kind), url_of(each)) for each in page],
        "kinds": [(each, work_words(each)) for each in WorkKind if any(work.kind == each for work in found)],
        "all": len(found),
        "q": q,
        "kind": kind,
        "now": now,
    }
    return render(request, "assessments/queue.html", context)


def _contains(work: Work, wanted: str) -> bool:
    leaf = f"{work.criterion.code} {work.criterion.name}" if work.criterion else ""
    return not wanted or wanted in folded(f"{leaf} | {work.text} | {work.assessment.unit.name} | {work.part}")
