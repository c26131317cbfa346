"""Who may enter where: every address by every role, as ``access.csv`` says. It is also the table an auditor asks for.

A cell is the status of the answer; ``login`` is a way to the sign-in, ``fresh`` to giving the password again. Where a
person is refused, nothing may have been written.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.architecture import house, source

TABLE = list(csv.DictReader(source.text(Path("tests/architecture/access.csv")).splitlines()))
pytestmark = pytest.mark.django_db
# Addresses that do nothing but write, and so need a row for what they do with the right to do it.
ALLOWED = {"200", "201", "204", "302", "303", "409", "422"}


@pytest.fixture(autouse=True, scope="module")
def _own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Instead of the house of a single test: files and cache last as long as the rows of this module."""
    folder = tmp_path_factory.mktemp("house")
    files = {"location": str(folder / "files")}
    with override_settings(
        DATA_DIR=folder,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": files},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
    ):
        yield


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any, _own_house: None) -> Iterator[house.House]:
    """Built once; every row and every cell of it is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield house.build()
        transaction.set_rollback(True)


def title(row: dict[str, str]) -> str:
    return f"{row['method']} {row['name']} {row['target']}".strip()


def test_every_address_has_a_row() -> None:
    assert {row["name"] for row in TABLE} == house.url_names()


def test_rows_are_told_apart() -> None:
    titles = [title(row) for row in TABLE]

    assert sorted(set(titles)) == sorted(titles)


def test_every_address_lets_somebody_in() -> None:
    """A row of refusals only would prove nothing: it is refused what is misspelt, too."""
    closed = {row["name"] for row in TABLE}
    for row in TABLE:
        if {row[role] for role in house.ROLES} & ALLOWED:
            closed.discard(row["name"])

    assert closed == CLOSED


# Sign-up is closed to everybody; the rest of the first page of accounts has nothing behind it without e-mail.
CLOSED: set[str] = set()


@pytest.mark.parametrize("row", TABLE, ids=title)
def test_cell_by_cell(province: house.House, row: dict[str, str]) -> None:
    answered = province.answers(row["name"], row["method"], row["target"])

    assert answered == {role: row[role] for role in house.ROLES}


def test_no_role_of_the_table_is_unknown() -> None:
    assert set(TABLE[0]) == {"name", "method", "target", *house.ROLES}


@pytest.mark.parametrize("role", ["outsider", "officer", "head", "staff", "chairman"])
def test_the_sheet_offers_no_way_that_is_closed(province: house.House, role: str) -> None:
    """To a delegate of another unit (the outsider) least of all."""
    assert province.refused_links(role, "assessments:sheet", "pk=dossier open=leaf when=delegated") == set()


def test_a_membership_that_has_ended_opens_nothing(province: house.House) -> None:
    """The head of yesterday gets what the head of another unit gets."""
    with transaction.atomic():
        yesterday = province.people["head"].memberships.get()
        yesterday.until = yesterday.since.replace(year=yesterday.since.year + 1)
        yesterday.save()
        answers = {
            name: province.answers(name, "GET", "pk=dossier")["head"]
            for name in ("assessments:sheet", "assessments:check", "assessments:export")
        }
        transaction.set_rollback(True)

    assert set(answers.values()) == {"404"}
