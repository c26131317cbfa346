"""The public pages: published rankings, units, open data."""

from django.http import HttpRequest, HttpResponse

from results import policies
from units.selectors import database_now


def listing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(policies.publications_open_to_all(database_now()))))


def ranking(request: HttpRequest, tier_pk: int) -> HttpResponse:
    return HttpResponse(str(policies.published_tier(tier_pk, database_now()).tier))


def unit(request: HttpRequest, tier_pk: int, unit_pk: int) -> HttpResponse:
    return HttpResponse(str(policies.published_unit(tier_pk, unit_pk, database_now())[1]))


open_data = ranking
