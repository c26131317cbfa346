"""The order of the apps and of the rooms inside them: the contracts of ``pyproject.toml`` hold."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import source

PRIVATE_ROOMS = ("views", "forms", "tasks", "imports", "documents")


def test_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    checked = subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("app", source.APPS)
def test_private_rooms_are_entered_by_their_own_app_only(app: str) -> None:
    private = tuple(f"{app}.{room}" for room in PRIVATE_ROOMS)

    visitors = [
        f"{path} imports {name}"
        for path in source.code(*source.APPS)
        for name in source.imports(path)
        if source.app_of(path) != app and (name in private or name.startswith(tuple(f"{room}." for room in private)))
    ]

    assert visitors == []


def test_nothing_of_ours_listens_to_signals() -> None:
    """A write is one service that can be read from top to bottom; a signal would act behind its back."""
    words = ("django.dispatch", "django.db.models.signals", "celery.signals", "django.core.signals")

    listeners = [
        f"{path} imports {name}"
        for path in source.code(*source.HOUSE)
        for name in source.imports(path)
        if name.startswith(words)
    ]

    assert listeners == []


def test_no_module_is_called_by_a_name_that_says_nothing() -> None:
    forbidden = {"utils", "util", "common", "helpers", "helper", "core", "misc", "tools"}

    named = [str(path) for path in source.files() if path.suffix == ".py" and forbidden & {path.stem, *path.parts[:-1]}]

    assert named == []
