"""Runs: started, looked at, unfolded."""

from django.http import HttpRequest, HttpResponse

from results import policies


def start(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(policies.tier_to_compute(request.user, pk)))


def listing(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(policies.tier_for_progress(request.user, pk)))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(policies.run_to_view(request.user, pk)))


def unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    return HttpResponse(str(policies.run_to_view(request.user, pk)))
