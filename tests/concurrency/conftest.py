"""Processes on the test's database. ``pytest tests/concurrency --full`` plays the numbers that the design promises."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.concurrency.crew import Crew


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="10,000 interleavings and 5,000 storms: an hour on two cores")


@pytest.fixture(scope="session")
def is_full(pytestconfig: pytest.Config) -> bool:
    # Unknown where the ordinary run begins above this folder.
    return bool(pytestconfig.getoption("--full", default=False))


@pytest.fixture(scope="module")
def crew(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Started once, on the database that the test's own connection has."""
    data = tmp_path_factory.mktemp("crew")
    for folder in ("queue", "control"):
        (data / "broker" / folder).mkdir(parents=True)
    made = Crew(environment(data))
    yield made
    made.end()


def environment(data: Path) -> dict[str, str]:
    """Practice mode on the test's database, with folders and a queue of its own."""
    left_out = ("DJANGO_", "PYTEST_", "COV_", "REDIS_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    own = {"PARINDEX_DATA": str(data), "DEBUG": "1", "CELERY_QUEUE": f"crew-{os.getpid()}", "LOG_LEVEL": "CRITICAL"}
    return {**kept, **own, "DJANGO_SETTINGS_MODULE": "parindex.settings", "DATABASE_URL": address()}


def address() -> str:
    given = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**given)
