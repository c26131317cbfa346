"""The home page per role and the frame around every page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_home_of_nobody_leads_to_the_published_results(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/public/")


@pytest.mark.parametrize("role", ["officer", "head", "outsider", "staff", "chairman", "administrator"])
def test_home_of_a_role_shows_what_waits(client: Client, role: str) -> None:
    client.force_login(getattr(rows.season(), role))
    response = client.get("/")
    assert response.status_code == 200
    assert response.templates[0].name == "home.html"


@pytest.mark.parametrize("seat", ["member", "own_member", "chair"])
def test_home_of_a_seat_shows_what_waits(client: Client, seat: str) -> None:
    client.force_login(getattr(rows.season(), seat).user)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("role", "most"), [("officer", 6), ("chair", 6), ("administrator", 6), ("staff", 9)])
def test_frame_asks_few_queries(client: Client, role: str, most: int) -> None:
    """Beside the session and its user: roles, phases, notices, and what the apps ask for their places."""
    person = getattr(rows.season(), role)
    client.force_login(getattr(person, "user", person))
    with CaptureQueriesContext(connection) as queries:
        client.get("/help/")
    of_the_session = 2
    assert len(queries) - of_the_session <= most
