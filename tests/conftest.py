"""Shared set-up: no network but loopback, an own data folder, fast password hashing.

What a machine lacks is skipped with a reason that says what to install. ``PARINDEX_REQUIRE=pdf,browser,catalogue`` (as
``.ci/run`` sets it) turns such a skip into a failure, so that a machine that should have everything cannot hide a gap.
"""

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
REQUIRED = [word for word in os.environ.get("PARINDEX_REQUIRE", "").split(",") if word]
# A reason to skip belongs to a requirement when it contains one of these words.
REASONS = {
    "pdf": ("pdf", "pango", "font", "poppler"),
    "browser": ("browser", "chromium", "playwright"),
    "catalogue": ("gettext", "catalogue"),
}


def browser_missing() -> str:
    """Why pages cannot be walked on this machine; empty when they can."""
    if find_spec("playwright") is None:
        return "no browser tests without playwright: uv run --group e2e pytest"
    if shutil.which("chromium") is None:
        return "no browser tests without Chromium: apt-get install chromium"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if reason := browser_missing():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip for the want of something that ``PARINDEX_REQUIRE`` names is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr).lower()
        if any(word in reason for name in REQUIRED for word in REASONS[name]):
            report.outcome = "failed"
            report.longrepr = f"PARINDEX_REQUIRE forbids this skip: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite's test database is a file of its own: threads and a worker of their own then meet the real locks."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """A connection to anywhere else fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise AssertionError(f"a test connected to {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_house(settings: LazySettings, tmp_path: Path) -> None:
    """Files of a test stay in its folder; passwords are hashed cheaply; jobs run when their transaction commits."""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def _usual_language() -> None:
    """A request in another language leaves it behind in its thread: the next test begins with the usual one."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _trail_can_be_flushed(request: pytest.FixtureRequest) -> None:
    """A transactional test empties every table afterwards, which SQLite's triggers would refuse: the audit trail is
    append-only and an issued criteria set is frozen.

    pytest-django runs these tests after all others, so the others still meet the triggers.
    """
    marker = request.node.get_closest_marker("django_db")
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if not transactional or connection.vendor != "sqlite":
        return
    request.getfixturevalue("django_db_setup")
    blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
