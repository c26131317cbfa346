"""One list of everything that waits for a person, from all apps: the page under “My work”."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import assessments.policies
import councils.policies
import results.policies
from units.models import User
from units.naming import folded
from units.policies import person
from units.selectors import Task, database_now

PAGE = 50
TASKS: tuple[Callable[[User, datetime], list[Task]], ...] = (
    assessments.policies.tasks_for,
    councils.policies.tasks_for,
    results.policies.tasks_for,
)


def tasks_of(user: User, now: datetime) -> list[Task]:
    """What waits for the person in all apps: by deadline, then by the points at stake."""
    return sorted((task for ask in TASKS for task in ask(user, now)), key=lambda task: task.order)


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Everything due from the person, one thing a line."""
    now = database_now()
    found = tasks_of(person(request.user), now)
    q, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kept = [each for each in found if (not kind or each.kind == kind) and _contains(each, folded(q))]
    context: dict[str, Any] = {
        "page": Paginator(kept, PAGE).get_page(request.GET.get("page")),
        "kinds": {each.kind: each.words for each in found},
        "all": len(found),
        "q": q,
        "kind": kind,
        "now": now,
    }
    return render(request, "work.html", context)


def _contains(task: Task, wanted: str) -> bool:
    said = (task.about, task.text, task.unit, task.part, task.words)
    return not wanted or wanted in folded(" | ".join(said))
