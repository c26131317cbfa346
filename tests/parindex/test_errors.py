"""Error pages, help, language, health."""

import re
from html import unescape

import pytest
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import Client, RequestFactory

from criteria.scoring import notation
from criteria.scoring.rules import Kind
from parindex import views
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_an_address_that_does_not_exist_is_explained(client: Client) -> None:
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "Trang không tồn tại" in response.content.decode()


def test_a_refused_page_is_explained(client: Client) -> None:
    client.force_login(rows.user())
    response = client.get("/administration/audit/")
    assert response.status_code == 403
    assert "không có quyền" in response.content.decode()


def test_a_form_without_its_token_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "biểu mẫu đã cũ" in response.content.decode()


def test_a_request_that_cannot_be_read_is_explained() -> None:
    response = views.bad_request(RequestFactory().get("/"), ValueError())
    assert response.status_code == 400


@pytest.mark.django_db(databases=[])
def test_the_page_of_a_broken_server_asks_no_database() -> None:
    response = views.broken(HttpRequest())
    assert response.status_code == 500
    assert "chưa được thực hiện" in response.content.decode()


def test_a_server_without_its_collected_files_says_that_it_is_broken(settings: LazySettings) -> None:
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}

    response = Client(raise_request_exception=False).get("/help/")

    assert response.status_code == 500
    assert "chưa được thực hiện" in response.content.decode()
    assert "/static/css/parindex.css" in response.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_is_in_both_languages(client: Client, language: str) -> None:
    client.post("/language/setlang/", {"language": language, "next": "/help/"})
    html = client.get("/help/").content.decode()
    assert f'<html lang="{language}">' in html
    assert html.count("<h2 id=") == 17


def test_every_rule_in_the_help_is_one(client: Client) -> None:
    """What officials copy from the help page must be read as it stands, and every kind of rule is among it."""
    html = client.get("/help/").content.decode()
    shown = [unescape(text) for text in re.findall(r'<pre class="rule">(.*?)</pre>', html, re.DOTALL)]

    assert {notation.kind(notation.parse(text)) for text in shown} == set(Kind)


def test_the_browsers_language_is_not_asked(client: Client) -> None:
    response = client.get("/help/", headers={"accept-language": "en-US"})
    assert response["Content-Language"] == "vi"


def test_a_language_that_we_do_not_have_is_vietnamese(client: Client) -> None:
    client.cookies["django_language"] = "xx"
    assert client.get("/help/")["Content-Language"] == "vi"


def test_health(client: Client) -> None:
    assert client.get("/health/live/").json() == {"live": True}
    assert client.get("/health/ready/").json() == {"ready": True}
