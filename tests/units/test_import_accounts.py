"""Accounts from a workbook: people, roles, first passwords."""

import base64
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from tests.factories import rows
from tests.units.books import texts, workbook
from units.imports import accounts
from units.imports.workbook import Unreadable
from units.models import AuditEvent, Membership, Unit, User
from units.permissions import Permission, held
from units.services import accounts as writes

pytestmark = pytest.mark.django_db
PAGE = "/administration/accounts/"
HEADS = ["username", "full_name", "position", "unit", "role", "since", "until", "reset"]
ONE = ["canbo.sxd", "Nguyễn Bình", "Chuyên viên", "SXD", "officer", "01/01/2026", "", ""]


@pytest.fixture
def province() -> Unit:
    made = rows.unit("UBND tỉnh Thử", "province", code="P")
    rows.unit("Sở Xây dựng", parent=made, code="SXD")
    return made


@pytest.fixture
def administrator(province: Unit) -> User:
    return rows.member("administrator", province, "quantri")


@pytest.fixture
def signed_in(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def problems(by: User, *lines: list[str], scope: Unit | None = None) -> list[tuple[str, str]]:
    with translation.override("en"):
        preview = accounts.parse(workbook(HEADS, *lines), [scope or Unit.objects.get(code="P")], by)
        return [(problem.cell, problem.text) for problem in preview.problems]


def changed(**cells: str) -> list[str]:
    return [cells.get(head, value) for head, value in zip(HEADS, ONE, strict=True)]


def test_parse_accepts_a_role(administrator: User) -> None:
    assert problems(administrator, ONE, changed(role="head"), changed(unit="P")) == []


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"username": ""}, ("A2", "must not be empty")),
        ({"username": "a b"}, ("A2", "may hold letters, digits and @ . + - _ only")),
        ({"username": "Quantri"}, ("A2", "is your own account: ask another administrator")),
        ({"full_name": ""}, ("B2", "must not be empty")),
        ({"unit": "KHAC"}, ("D2", "is no unit that you administer")),
        ({"since": "hôm qua"}, ("F2", "is not a day; write it as 31/12/2026")),
        ({"until": "01/01/2026"}, ("G2", "must be after the first day")),
        ({"reset": "có lẽ"}, ("H2", "must be x or empty")),
    ],
)
def test_parse_refuses_a_cell_at_its_address(
    administrator: User, cells: dict[str, str], found: tuple[str, str]
) -> None:
    assert problems(administrator, changed(**cells)) == [found]


def test_parse_refuses_an_unknown_role(administrator: User) -> None:
    assert [cell for cell, _text in problems(administrator, changed(role="vua"))] == ["E2"]


def test_parse_refuses_two_names_for_one_account_and_a_role_twice(administrator: User) -> None:
    found = problems(administrator, ONE, changed(full_name="Người khác", role="head"), ONE)
    assert found == [
        ("B3", "differs from the name in an earlier row of the same account"),
        ("E4", "stands already in row 2"),
    ]


def test_parse_of_a_district_leaves_people_of_the_province_alone(province: Unit) -> None:
    district = rows.unit("Huyện", "district", parent=province, code="H1")
    rows.unit("Xã", "commune", parent=district, code="X1")
    theirs = rows.member("chairman", province, "chutich")
    by = rows.member("administrator", district, "quantri.h1")
    name = theirs.full_name
    take_over = changed(username="chutich", full_name=name, unit="X1", reset="x")
    give_role = changed(username="chutich", full_name=name, unit="X1", reset="")
    rename = changed(username="chutich", full_name="Tên khác", unit="X1", reset="")
    text = "also has roles in units that you do not administer: leave name and password as they are"
    assert problems(by, take_over, scope=district) == [("A2", text)]
    assert problems(by, give_role, scope=district) == []
    assert problems(by, rename, scope=district) == [("A2", text)]


def test_parse_refuses_more_first_passwords_than_a_request_can_hash(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MOST_PASSWORDS", 1)
    with pytest.raises(Unreadable):
        problems(administrator, ONE, changed(username="truong.sxd", role="head"))


def import_all(by: User, *lines: list[str]) -> list[str]:
    """Store the lines; the first passwords."""
    accepted = accounts.parse(workbook(HEADS, *lines), [Unit.objects.get(code="P")], by).accepted
    passwords = writes.first_passwords(accepted)
    made = writes.import_accounts(rows=accepted, passwords=passwords, file_name="a.xlsx", sha256="0" * 64, by=by)
    return [each.password for each in made]


def test_import_creates_people_who_can_sign_in_once_told(administrator: User, client: Client) -> None:
    passwords = import_all(administrator, ONE, changed(role="head"))

    person = User.objects.get(username="canbo.sxd")
    assert (person.full_name, person.position) == ("Nguyễn Bình", "Chuyên viên")
    assert [person.check_password(password) for password in passwords] == [True]
    assert Permission.ASSESSMENT_SUBMIT in held(person, Unit.objects.get(code="SXD"))


def test_import_again_changes_nothing_but_what_is_asked(administrator: User) -> None:
    import_all(administrator, ONE)
    before = User.objects.get(username="canbo.sxd").password
    assert import_all(administrator, changed(position="")) == []
    assert import_all(administrator, changed(until="31/12/2026")) == []

    person = User.objects.get(username="canbo.sxd")
    assert (person.password, person.position) == (before, "Chuyên viên")
    assert [role.until for role in Membership.objects.filter(user=person)] == [date(2026, 12, 31)]


def test_import_gives_a_new_password_when_asked(administrator: User) -> None:
    first = import_all(administrator, ONE)
    second = import_all(administrator, changed(reset="x"))
    person = User.objects.get(username="canbo.sxd")
    assert [person.check_password(password) for password in first + second] == [False, True]


def test_import_of_a_past_role_beside_a_later_one_adds_it(administrator: User) -> None:
    import_all(administrator, ONE)
    import_all(administrator, changed(since="01/01/2020", until="01/01/2021"))
    assert Membership.objects.filter(user__username="canbo.sxd").count() == 2


def test_import_leaves_one_event_without_passwords(administrator: User) -> None:
    passwords = import_all(administrator, ONE)
    event = AuditEvent.objects.get()
    unit = Unit.objects.get(code="SXD").pk
    assert event.action == "accounts.imported"
    assert json.loads(event.data)["roles"] == [["canbo.sxd", unit, "officer"]]
    assert json.loads(event.data)["passwords"] == ["canbo.sxd"]
    assert passwords[0] not in event.data


def confirm(client: Client, *lines: list[str]):  # type: ignore[no-untyped-def]
    preview = client.post(PAGE, {"workbook": SimpleUploadedFile("a.xlsx", workbook(HEADS, *lines))})
    data = {"digest": preview.context["digest"], "accepted": len(preview.context["preview"].accepted)}
    return client.post(f"{PAGE}confirm/", data)


def test_confirmation_shows_the_passwords_once_and_as_a_workbook(signed_in: Client) -> None:
    response = confirm(signed_in, ONE)

    (shown,) = response.context["passwords"]
    assert User.objects.get(username="canbo.sxd").check_password(shown.password)
    assert texts(base64.b64decode(response.context["sheet"]))[1] == ["canbo.sxd", "Nguyễn Bình", shown.password]
    assert "no-store" in response["Cache-Control"]


def test_confirmation_without_new_people_shows_no_passwords(signed_in: Client) -> None:
    confirm(signed_in, ONE)
    response = confirm(signed_in, changed(role="head"))
    assert (response.context["passwords"], response.context["sheet"], response.context["people"]) == ([], "", 1)


def test_confirmation_of_nonsense_leads_back(signed_in: Client) -> None:
    assert signed_in.post(f"{PAGE}confirm/", {}).status_code == 302


def test_template_and_page_are_for_administrators(client: Client, province: Unit) -> None:
    client.force_login(rows.member("staff", province))
    for address in (PAGE, f"{PAGE}template.xlsx", "/administration/units/", "/administration/units/template.xlsx"):
        assert client.get(address).status_code == 403


def test_template_of_accounts_names_the_roles(signed_in: Client) -> None:
    content = signed_in.get(f"{PAGE}template.xlsx").content
    assert len(texts(content, 1)[-1]) >= 6


def test_a_role_without_a_first_day_starts_today(administrator: User) -> None:
    import_all(administrator, changed(since=""))
    assert Membership.objects.get(user__username="canbo.sxd").since == timezone.localdate()
