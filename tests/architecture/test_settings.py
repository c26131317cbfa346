"""The settings: what is missing or misspelt stops the program with a sentence that says how to mend it."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from parindex import environment
from tests.architecture import source

PRODUCTION = {
    "SECRET_KEY": "kP7-vX2_mQ9wZ4rT8yB1nL6sD3fG5hJ0aCeUiOqWxYzVbNmKl-7b2",
    "DATABASE_URL": "postgres://parindex:secret@db:5432/parindex",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "cchc.example.vn",
    "CSRF_TRUSTED_ORIGINS": "https://cchc.example.vn",
    "TRUSTED_PROXIES": "1",
}


def run(*arguments: str, data: object = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` in an environment that holds nothing but ``variables``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=source.ROOT,
        env={**kept, "PARINDEX_DATA": str(data), **variables},
        capture_output=True,
        text=True,
    )


def test_text_that_must_be_set_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set\. Put it into \.env"):
        environment.text("SECRET_KEY")


def test_text_is_stripped_and_blank_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "  ")

    assert environment.text("LOG_LEVEL", "INFO") == "INFO"


@pytest.mark.parametrize(("value", "read"), [("1", True), ("TRUE", True), ("off", False), ("No", False), ("", True)])
def test_flag_reads_on_and_off(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("DEBUG", value)

    assert environment.flag("DEBUG", True) is read


def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")

    with pytest.raises(ImproperlyConfigured, match="DEBUG='maybe' is neither on nor off"):
        environment.flag("DEBUG", False)


@pytest.mark.parametrize("value", ["-1", "0", "ten", "1.5", "٣x"])
def test_number_refuses_what_is_none_or_too_small(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EVIDENCE_MAX_MB", value)

    with pytest.raises(ImproperlyConfigured, match="not a whole number of at least 1"):
        environment.number("EVIDENCE_MAX_MB", 20, least=1)


def test_number_of_nothing_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_MAX_MB", "")

    assert environment.number("EVIDENCE_MAX_MB", 20, least=1) == 20


def test_words_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "a.vn, b.vn,,")

    assert environment.words("ALLOWED_HOSTS") == ["a.vn", "b.vn"]


def test_address_with_another_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db/parindex")

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must start with one of postgres, postgresql, sqlite"):
        environment.address("DATABASE_URL", {"postgres", "postgresql", "sqlite"})


def test_production_without_a_key_refuses_to_start(tmp_path: object) -> None:
    started = run("check", data=tmp_path, DEBUG="0")

    assert started.returncode != 0
    assert "SECRET_KEY is not set. Put it into .env" in started.stderr


def test_a_database_of_its_own_turns_practice_off(tmp_path: object) -> None:
    started = run("check", data=tmp_path, DATABASE_URL="postgres://db/parindex")

    assert started.returncode != 0
    assert "SECRET_KEY is not set" in started.stderr


def test_production_passes_the_deployment_checks(tmp_path: object) -> None:
    checked = run("check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **PRODUCTION)

    assert checked.returncode == 0, checked.stderr


def test_embedded_mode_needs_nothing_set(tmp_path: object) -> None:
    checked = run("check", "--fail-level", "WARNING", data=tmp_path)

    assert checked.returncode == 0, checked.stderr


def test_models_and_migrations_agree(tmp_path: object) -> None:
    compared = run("makemigrations", "--check", "--dry-run", data=tmp_path)

    assert compared.returncode == 0, compared.stdout + compared.stderr
