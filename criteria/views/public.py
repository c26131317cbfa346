"""The public pages of criteria sets: what is or was in force, for everybody, with a link to every leaf."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from criteria import policies
from criteria.selectors import reading
from criteria.views import files
from criteria.views.reading import tree

OPEN_FILES = ("xlsx", "docx", "csv")
"""Drawing a PDF of a large set takes seconds: that is for people who have signed in."""


@require_safe
def sets(request: HttpRequest) -> HttpResponse:
    """Every issued set by its cycle, newest first."""
    text = request.GET.get("q", "")
    cycles: dict[str, list[object]] = {}
    for each in reading.public_sets(text):
        cycles.setdefault(each.cycle.name, []).append(each)
    return render(request, "criteria/public_sets.html", {"q": text, "cycles": list(cycles.items())})


@require_safe
def criteria_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One set: every leaf with its rule, its evidence and worked examples."""
    shown = policies.public_set(pk)
    return render(request, "criteria/public_set.html", tree(shown, request.GET.get("q", "")))


@require_safe
def export(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """The set as a file; whoever has it already is told so by its digest."""
    if suffix not in OPEN_FILES:
        raise Http404
    shown = policies.public_set(pk)
    etag = f'"{shown.digest}-{suffix}"'
    response = get_conditional_response(request, etag=etag) or files.answer(shown, suffix)
    response["ETag"] = etag
    return response
