"""Signing in and what belongs to it: allauth's pages as they are mounted here."""

import re

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client: Client, person: User, password: str = rows.PASSWORD, **headers: str):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": person.username, "password": password}, headers=headers)


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def switch_on(client: Client) -> None:
    """Switch two-step sign-in on for the signed-in person, who confirms the password first."""
    client.post(reverse("account_reauthenticate"), {"password": rows.PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302


def test_sign_in_leads_home(client: Client) -> None:
    response = sign_in(client, rows.user())
    assert (response.status_code, response["Location"]) == (302, "/")


def test_sign_in_with_a_wrong_password_keeps_the_name(client: Client) -> None:
    response = sign_in(client, rows.user("canbo"), "sai")
    html = response.content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in html
    assert 'value="canbo"' in html
    assert 'role="alert"' in html


def test_sign_in_is_slowed_after_five_failures(client: Client) -> None:
    person = rows.user()
    for _attempt in range(5):
        sign_in(client, person, "sai")
    response = sign_in(client, person)
    assert "Đăng nhập sai quá nhiều lần" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_requests_get_a_page_that_says_when_to_come_back(client: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    person = rows.user()
    statuses = [sign_in(client, person, "sai").status_code for _attempt in range(3)]
    response = sign_in(client, person, "sai")
    assert statuses == [200, 200, 429]
    assert "Chờ năm phút" in response.content.decode()


def test_nobody_signs_up(client: Client) -> None:
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/").status_code == 404


def test_sign_out_is_a_post(client: Client) -> None:
    client.force_login(rows.user())
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_blocked_account_is_told(client: Client) -> None:
    person = rows.user()
    person.is_active = False
    person.save()
    response = sign_in(client, person)
    assert client.get("/accounts/inactive/").status_code == 200
    assert "_auth_user_id" not in client.session
    assert response.status_code in {200, 302}


def test_the_password_is_changed_by_its_owner(client: Client) -> None:
    person = rows.user()
    sign_in(client, person)
    new = "bốn từ ghép lại"
    response = client.post("/accounts/password/", {"oldpassword": rows.PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)


def test_a_short_password_is_refused_in_words(client: Client) -> None:
    sign_in(client, rows.user())
    response = client.post(
        "/accounts/password/", {"oldpassword": rows.PASSWORD, "password1": "ngan", "password2": "ngan"}
    )
    assert response.status_code == 200
    assert "12 ký tự" in response.content.decode()


def test_other_devices_are_signed_out(client: Client) -> None:
    person, other = rows.user(), Client(headers={"user-agent": "Máy khác"})
    sign_in(other, person)
    sign_in(client, person)
    page = client.get("/accounts/sessions/")
    assert page.context["session_count"] == 2
    assert "Máy khác" in page.content.decode()

    client.post("/accounts/sessions/")

    assert other.get("/notices/").status_code == 302
    assert client.get("/notices/").status_code == 200


def test_two_step_sign_in_asks_for_the_code(client: Client) -> None:
    person = rows.user()
    sign_in(client, person)
    switch_on(client)
    client.post("/accounts/logout/")

    response = sign_in(client, person)
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/authenticate/")
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert client.get("/notices/").status_code == 302

    sign_in_page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Mã không đúng." in sign_in_page.content.decode()


def test_recovery_codes_are_shown_downloaded_and_made_anew(client: Client) -> None:
    sign_in(client, rows.user())
    switch_on(client)
    page = client.get("/accounts/2fa/codes/")
    codes = page.context["unused_codes"]
    assert client.get("/accounts/2fa/codes/download/").content.decode().split() == codes
    assert client.post("/accounts/2fa/codes/generate/").status_code == 302
    assert client.get("/accounts/2fa/codes/").context["unused_codes"] != codes


def test_two_step_sign_in_is_switched_off(client: Client) -> None:
    sign_in(client, rows.user())
    switch_on(client)
    assert client.get("/accounts/2fa/app/deactivate/").status_code == 200
    assert client.post("/accounts/2fa/app/deactivate/").status_code == 302
    assert not client.get("/accounts/2fa/").context["is_mfa_enabled"]


def test_an_old_sign_in_is_asked_again_before_two_step(client: Client) -> None:
    client.force_login(rows.user())
    response = client.get("/accounts/2fa/app/activate/")
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert client.get("/accounts/reauthenticate/").status_code == 200
    confirmed = client.post("/accounts/reauthenticate/?next=/help/", {"password": rows.PASSWORD})
    assert confirmed["Location"] == "/help/"


ENGLISH = re.compile(r">\s*(Sign In|Password|Username|Menu|Current|Activate|Deactivate|Code:)\b")


@pytest.mark.parametrize(
    "name", ["account_logout", "account_change_password", "mfa_index", "usersessions_list", "account_reauthenticate"]
)
def test_account_pages_are_in_vietnamese(client: Client, name: str) -> None:
    client.force_login(rows.user())
    html = client.get(reverse(name)).content.decode()
    assert '<html lang="vi">' in html
    assert ENGLISH.findall(html) == []
