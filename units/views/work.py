"""Long work that the person started: the list, and one job with its progress."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units import policies
from units.models import JobState

PAGE = 30


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    jobs = policies.jobs_for(request.user)
    state = request.GET.get("state", "")
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    page = Paginator(jobs, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/jobs.html", {"page": page, "states": JobState.choices, "state": state})


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one job; htmx asks for the progress alone until the work has ended."""
    job = policies.job_for(request.user, pk)
    template = "units/job.html#progress" if request.headers.get("HX-Request") else "units/job.html"
    return render(request, template, {"job": job})
