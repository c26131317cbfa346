from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import checks as django_checks

from parindex import checks
from units import pdf

POSTGRES = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"


@pytest.fixture
def engine(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Says which database the checks find, for one test."""
    return lambda name: monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", name)


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


def test_practice_over_postgresql_is_warned_of(settings: LazySettings, engine: Callable[[str], None]) -> None:
    settings.DEBUG = True
    engine(POSTGRES)

    assert ids(checks.practice_over_a_real_database(None)) == ["parindex.W001"]


@pytest.mark.parametrize(("debug", "name"), [(False, POSTGRES), (True, SQLITE)])
def test_practice_on_sqlite_and_service_on_postgresql_are_in_order(
    settings: LazySettings, engine: Callable[[str], None], debug: bool, name: str
) -> None:
    settings.DEBUG = debug
    engine(name)

    assert checks.practice_over_a_real_database(None) == []
    assert checks.one_file_for_a_province(None) == []


def test_eager_queue_in_service_is_refused(settings: LazySettings) -> None:
    settings.DEBUG, settings.CELERY_TASK_ALWAYS_EAGER = False, True

    assert ids(checks.eager_queue(None)) == ["parindex.E002"]


def test_queue_with_workers_is_in_order(settings: LazySettings) -> None:
    settings.DEBUG, settings.CELERY_TASK_ALWAYS_EAGER = False, False

    assert checks.eager_queue(None) == []


def files_in(settings: LazySettings, folder: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "", "OPTIONS": {"location": str(folder)}}}


@pytest.mark.parametrize("mode", [0o704, 0o701, 0o755])
def test_evidence_that_others_can_reach_is_refused(settings: LazySettings, tmp_path: Path, mode: int) -> None:
    files_in(settings, tmp_path)
    tmp_path.chmod(mode)

    assert ids(checks.readable_evidence(None)) == ["parindex.E003"]


def test_evidence_of_the_own_account_is_in_order(settings: LazySettings, tmp_path: Path) -> None:
    files_in(settings, tmp_path)
    tmp_path.chmod(0o700)

    assert checks.readable_evidence(None) == []


def test_evidence_folder_that_is_not_there_yet_is_in_order(settings: LazySettings, tmp_path: Path) -> None:
    files_in(settings, tmp_path / "later")

    assert checks.readable_evidence(None) == []


def test_missing_pdf_library_is_refused_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "problem", lambda: "Install Pango.")

    (message,) = checks.papers(None)

    assert (message.id, message.hint) == ("parindex.E004", "Install Pango.")


def test_wide_font_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "problem", lambda: None)
    monkeypatch.setattr(pdf, "serif_font", pdf.packaged_font)

    assert ids(checks.papers(None)) == ["parindex.W005"]


def test_font_with_times_metrics_is_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    font = pdf.packaged_font()
    monkeypatch.setattr(pdf, "problem", lambda: None)
    monkeypatch.setattr(pdf, "serif_font", lambda: pdf.Font("Tinos", font.files))

    assert checks.papers(None) == []


def test_sqlite_in_service_is_warned_of(settings: LazySettings, engine: Callable[[str], None]) -> None:
    settings.DEBUG = False
    engine(SQLITE)

    assert ids(checks.one_file_for_a_province(None)) == ["parindex.W006"]


def test_queue_in_a_folder_in_service_is_warned_of(settings: LazySettings) -> None:
    settings.DEBUG, settings.REDIS_URL = False, ""

    assert ids(checks.queue_in_a_folder(None)) == ["parindex.W007"]


def test_queue_in_redis_is_in_order(settings: LazySettings) -> None:
    settings.DEBUG, settings.REDIS_URL = False, "redis://redis/0"

    assert checks.queue_in_a_folder(None) == []


def test_every_check_is_registered() -> None:
    registered: Any = django_checks.registry.registry.get_checks(include_deployment_checks=True)
    ours = {check.__name__ for check in registered if check.__module__ == checks.__name__}

    assert ours == {
        "practice_over_a_real_database",
        "eager_queue",
        "readable_evidence",
        "papers",
        "one_file_for_a_province",
        "queue_in_a_folder",
    }
