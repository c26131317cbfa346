"""Home page per role, help, health, error pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from parindex.context import dues_of, progress_of
from units import policies
from units.models import User
from units.selectors import Due, database_now

SOON = timedelta(days=2)
RECENT = 8


@dataclass(frozen=True)
class Waiting:
    """A due entry with how urgent it is."""

    due: Due
    tone: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person; for everybody else the published results."""
    if not isinstance(request.user, User):
        return redirect("results:public")
    now = database_now()
    waiting = [Waiting(due, _tone(due.until, now)) for due in dues_of(request.user, now)]
    notices = policies.notices_for(request.user)[:RECENT]
    context = {"waiting": waiting, "progress": progress_of(request.user), "notices": notices, "now": now}
    return render(request, "home.html", context)


def _tone(until: datetime | None, now: datetime) -> str:
    if until is None:
        return ""
    if until <= now:
        return "late"
    return "soon" if until - now < SOON else "calm"


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html")


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """The process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ready": True})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not sent from a page of ours, or that page is older than the sign-in."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the request, the session or the database: one of them may be what broke."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
