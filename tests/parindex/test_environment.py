"""Readers of the environment: a bad value is a sentence, never a surprise later."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from parindex import environment


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    return lambda value: monkeypatch.setenv("X", value)


def test_text_without_a_value_and_default_names_the_variable(put) -> None:  # type: ignore[no-untyped-def]
    put(" ")
    with pytest.raises(ImproperlyConfigured, match="X is not set"):
        environment.text("X")
    assert environment.text("X", "d") == "d"


def test_text_with_a_value_is_that_value(put) -> None:  # type: ignore[no-untyped-def]
    put(" a ")
    assert environment.text("X") == "a"


@pytest.mark.parametrize(("value", "default", "read"), [("", True, True), ("ON", False, True), ("no", True, False)])
def test_flag(put, value: str, default: bool, read: bool) -> None:  # type: ignore[no-untyped-def]
    put(value)
    assert environment.flag("X", default) is read


def test_flag_that_is_neither_stops(put) -> None:  # type: ignore[no-untyped-def]
    put("maybe")
    with pytest.raises(ImproperlyConfigured, match="Write 1 or 0"):
        environment.flag("X", True)


@pytest.mark.parametrize(("value", "read"), [("", 5), ("7", 7)])
def test_number(put, value: str, read: int) -> None:  # type: ignore[no-untyped-def]
    put(value)
    assert environment.number("X", 5) == read


@pytest.mark.parametrize("value", ["-1", "1.5", "two", "0"])
def test_number_that_is_none_stops(put, value: str) -> None:  # type: ignore[no-untyped-def]
    put(value)
    with pytest.raises(ImproperlyConfigured, match="at least 1"):
        environment.number("X", 5, least=1)


def test_words_are_parted_by_commas(put) -> None:  # type: ignore[no-untyped-def]
    put("a, b,,")
    assert environment.words("X") == ["a", "b"]


def test_address_of_another_scheme_stops(put) -> None:  # type: ignore[no-untyped-def]
    put("ftp://x")
    with pytest.raises(ImproperlyConfigured, match="redis://"):
        environment.address("X", {"redis"})
    put("redis://x")
    assert environment.address("X", {"redis"}) == "redis://x"
