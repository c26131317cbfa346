"""The decision's pages: draft, look, approve, publish, withdraw."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from results import policies


def new(request: HttpRequest, pk: int) -> HttpResponse:
    run = policies.run_to_draft(request.user, pk)
    return redirect("results:run", pk=run.pk)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("results:run", pk=policies.decision_to_view(request.user, pk).run_id)


pdf = approve = publish = withdraw = detail


def ranking_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("results:run", pk=policies.run_to_view(request.user, pk).pk)
