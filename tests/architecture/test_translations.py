"""The Vietnamese catalogue is complete: what a page can say in English it says in Vietnamese."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.architecture import source

CATALOGUE = source.ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}")
needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="reading the messages needs gettext: apt-get install gettext"
)

Key = tuple[str, str | None]


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgid, entry.msgctxt


def translations(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """Every message that the code and the templates can show, read from a copy without a catalogue."""
    copy = tmp_path_factory.mktemp("messages")
    for folder in (*source.HOUSE, "templates"):
        shutil.copytree(source.ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale=vi", "--no-location", "--extension=html,txt,py"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "DJANGO_SETTINGS_MODULE": "parindex.settings"},
        capture_output=True,
        check=True,
    )
    return polib.pofile(str(copy / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


@needs_gettext
def test_every_message_is_translated(asked: polib.POFile, catalogue: polib.POFile) -> None:
    done = {key(entry) for entry in catalogue if all(translations(entry)) and not entry.fuzzy and not entry.obsolete}

    missing = sorted(entry.msgid for entry in asked if key(entry) not in done)

    assert not missing, "\n".join(missing)


@needs_gettext
def test_messages_were_found(asked: polib.POFile) -> None:
    """The test above would pass on an empty list."""
    assert {"Unit officer", "Trang chủ"} & {entry.msgid for entry in asked} == {"Unit officer"}


def test_no_translation_is_fuzzy(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_every_placeholder_is_kept(catalogue: polib.POFile) -> None:
    """A placeholder that the message lacks breaks the page that shows it."""
    broken = [
        entry.msgid
        for entry in catalogue
        for text in translations(entry)
        if text and not set(PLACEHOLDER.findall(text)) <= {*PLACEHOLDER.findall(f"{entry.msgid} {entry.msgid_plural}")}
    ]

    assert broken == []


def test_catalogue_says_how_vietnamese_counts(catalogue: polib.POFile) -> None:
    """Without it every counted sentence comes out in English."""
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert catalogue.metadata["Language"] == "vi"


def test_people_are_addressed_in_one_way(catalogue: polib.POFile) -> None:
    said = [text for entry in catalogue for text in translations(entry)]
    said.append((source.ROOT / "templates" / "help_vi.html").read_text())

    assert not [text for text in said if re.search(r"\bbạn\b", text, re.IGNORECASE)]


def test_compiled_catalogue_is_the_written_one(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    written = {
        key(entry): translations(entry) for entry in catalogue if any(translations(entry)) and not entry.obsolete
    }

    assert {key(entry): translations(entry) for entry in compiled} == written


def test_catalogue_names_no_machine(catalogue: polib.POFile) -> None:
    assert [line for line in Path(CATALOGUE).read_text(encoding="utf-8").splitlines() if line.startswith("#:")] == []
