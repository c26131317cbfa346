"""Typed readers of the environment. A bad value stops the program with a sentence that says how to mend it."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; without a default the variable must be set."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Put it into .env (see README.md, 'Run it for real') or the environment."
        )
    return default


def flag(name: str, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off, whatever the case."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off. Write 1 or 0.")


def number(name: str, default: int, least: int = 0) -> int:
    """A whole number not under ``least``."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number of at least {least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def address(name: str, schemes: set[str]) -> str:
    """A URL with one of ``schemes``, or the empty string when the variable is not set."""
    value = os.environ.get(name, "").strip()
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with one of {', '.join(sorted(schemes))}://")
    return value
