"""Asking for pages of a dossier over HTTP, with the frame that people see."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Citation
from assessments.services import evidence
from criteria.models import Criterion, Phase
from tests.assessments import files
from tests.factories import rows
from units.models import User

HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, season: rows.Season, *more: int) -> str:
    return reverse(f"assessments:{name}", args=[season.assessments[0].pk, *more])


def leaf(season: rows.Season, code: str = "1.1") -> Criterion:
    return Criterion.objects.get(criteria_set=season.criteria_set, code=code)


def save(season: rows.Season, person: User, code: str = "1.1", htmx: bool = True, **data: object) -> HttpResponse:
    address = url("save", season, leaf(season, code).pk)
    figures = {"figure": "figure-1", "figure_2": "figure-2"}
    named = {figures.get(name, name): value for name, value in data.items()}
    values = {"version": 0, "points": "2", "explanation": "", **named}
    return signed_in(person).post(address, values, **(HTMX if htmx else {}))  # type: ignore[arg-type,return-value]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def attach(season: rows.Season, *uploads: object, htmx: bool = True, code: str = "1.1") -> HttpResponse:
    address = url("attach", season, leaf(season, code).pk)
    return signed_in(season.officer).post(address, {"files": uploads}, **(HTMX if htmx else {}))  # type: ignore[arg-type,return-value]


def close(season: rows.Season) -> None:
    Phase.objects.filter(kind="self_scoring").delete()
    rows.phase(season.cycle, "self_scoring", opens=-2, closes=-1)


def complete(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2", explanation="theo kế hoạch")
    rows.score(season.assessments[0], "1.2", "0")


def queries_of(ask: Callable[[], HttpResponse]) -> tuple[int, HttpResponse]:
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    return len(queries), answer


def citation(season: rows.Season) -> Citation:
    name = 'Báo cáo "quý\r\n1".pdf'
    made = evidence.attach(
        assessment=season.assessments[0], criterion=leaf(season), file=files.upload(name), by=season.officer
    )
    assert isinstance(made, Citation)
    return made
