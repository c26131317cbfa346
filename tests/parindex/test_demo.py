"""The demonstration's refusals, its words and what ``--reset`` removes. The walk itself is in ``tests/flows``."""

import importlib
import socket
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import translation

from criteria.models import CriteriaSet
from parindex import practice
from parindex.management.commands import demo
from tests.factories import rows
from units import pdf


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused, translation.override("en"):
        call_command("demo", *arguments, stdout=StringIO())
    return str(refused.value)


def test_demo_refuses_outside_the_practice_mode(settings: LazySettings) -> None:
    settings.DEBUG = False

    assert "DEBUG" in refusal("--no-serve")


def test_demo_refuses_a_taken_port_and_names_another(settings: LazySettings) -> None:
    settings.DEBUG = True
    with socket.socket() as holder:
        holder.bind((demo.HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]

        assert f"{port}" in refusal("--port", str(port))
        assert "--port 8010" in refusal("--port", str(port))


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_demo_refuses_a_port_that_cannot_be(settings: LazySettings, port: str) -> None:
    settings.DEBUG = True

    assert port in refusal("--port", port)


def test_waiting_for_a_server_that_never_answers_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "START_SECONDS", 0.3)

    with socket.socket() as silent:
        silent.bind((demo.HOST, 0))

        with pytest.raises(CommandError):
            demo.wait_until_it_answers(silent.getsockname()[1])


def test_forget_removes_what_the_practice_mode_made_and_nothing_else(tmp_path: Path) -> None:
    for folder in ("broker", "demo", "files", "mine"):
        (tmp_path / folder).mkdir()
    for file in ("parindex.sqlite3", "parindex.sqlite3-wal", "notes.txt"):
        (tmp_path / file).touch()

    practice.forget(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "notes.txt"]


@pytest.mark.django_db
def test_demo_of_an_earlier_version_says_how_to_start_afresh(settings: LazySettings, tmp_path: Path) -> None:
    """Its sets were stored before sets had versions: none is in force."""
    settings.BROKER_DIR = tmp_path / "broker"
    rows.criteria_set(rows.cycle(rows.unit(kind="province"), code="ha-tinh-2021"))

    with pytest.raises(CommandError, match="--reset"):
        practice.prepare(lambda text: None)


@pytest.mark.django_db
def test_demo_has_one_draft_to_try_the_editor_on() -> None:
    season = rows.season()

    for _ in range(2):
        practice._draft(season.cycle)

    drafts = CriteriaSet.objects.filter(state="draft").values_list("kind", "version", "replaces")
    assert list(drafts) == [("department", 2, season.criteria_set.pk)]


def test_table_has_an_account_for_each_role() -> None:
    table = practice.accounts_table()

    assert [name.username for name in practice.ACCOUNTS if name.username not in table] == []
    assert practice.PASSWORD in table


def test_greeting_names_the_address_and_three_things_to_try() -> None:
    words = practice.greeting("http://127.0.0.1:8000/")

    assert [f"  {number}. " in words for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "http://127.0.0.1:8000/" in words


def test_served_pages_run_with_debugging_off(settings: LazySettings) -> None:
    given = demo.served_environment()

    assert (given["DEBUG"], given["HTTPS"], given["SECRET_KEY"]) == ("0", "0", settings.SECRET_KEY)


@pytest.fixture
def _looked_for_anew() -> Iterator[None]:
    """The PDF library and the font are chosen once a process: before and after, as if never."""
    for chosen in (pdf._library, pdf.serif_font):
        chosen.cache_clear()
    yield
    for chosen in (pdf._library, pdf.serif_font):
        chosen.cache_clear()


@pytest.mark.usefixtures("_looked_for_anew")
def test_remarks_name_the_missing_library_and_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise OSError("cannot load library 'libgobject-2.0-0'")

    monkeypatch.setattr(importlib, "import_module", missing)

    with translation.override("en"):
        (remark,) = practice.remarks()
    assert "apt-get install libpango-1.0-0" in remark


@pytest.mark.usefixtures("_looked_for_anew")
def test_remarks_name_the_missing_font_and_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if pdf.problem():
        pytest.skip("no PDF without Pango")
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    with translation.override("en"):
        (remark,) = practice.remarks()
    assert "apt-get install fonts-croscore" in remark


@pytest.mark.usefixtures("_looked_for_anew")
def test_remarks_are_none_where_nothing_is_missing() -> None:
    if pdf.problem() or pdf.serif_font() == pdf.packaged_font():
        pytest.skip("no PDF without Pango, no exact layout without the font")

    assert practice.remarks() == []
