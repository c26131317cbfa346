"""The progress board of a tier."""

from django.http import HttpRequest, HttpResponse

from results import policies


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(policies.tier_for_progress(request.user, pk)))


workbook = progress
