"""What a bundle's delegations are refused for, each at its place."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle

PLAN = "thai_nguyen_2019"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    shutil.copytree(Path(settings.BASE_DIR) / "fixtures" / PLAN, tmp_path / PLAN)
    return tmp_path / PLAN


def refused(folder: Path, row: dict[str, str]) -> list[str]:
    """The problems of the bundle with the first delegation changed."""
    path = folder / "delegations.csv"
    heads, _first, *rest = path.read_text(encoding="utf-8").splitlines()
    names = heads.split(",")
    cells = [row.get(name, "" if name != "role" else "lead") for name in names]
    path.write_text("\n".join([heads, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    try:
        read_bundle(folder)
    except Refused as problems:
        with override("en"):
            return [in_words(problem) for problem in problems.problems]
    return []


def test_an_unknown_unit_is_named(folder: Path) -> None:
    found = refused(folder, {"dossier": "19", "text": "2", "unit_code": "KHONG-CO"})

    assert len(found) == 1
    assert "No unit stands under “KHONG-CO”" in found[0]
    assert found[0].startswith("delegations.csv:2:")


def test_a_dossier_that_nobody_assesses_is_named(folder: Path) -> None:
    found = refused(folder, {"dossier": "19-STP", "text": "2", "unit_code": "19-STP"})

    assert ["does not assess" in each for each in found] == [True]


def test_words_that_cannot_be_read_are_named(folder: Path) -> None:
    found = refused(folder, {"dossier": "19", "text": "99.9", "unit_code": "19-STP"})

    assert len(found) == 1
    assert "99.9" in found[0]


def test_without_a_set_the_set_is_asked_for_and_the_words_are_left_alone(folder: Path) -> None:
    plan = folder / "cycle.toml"
    plan.write_text(plan.read_text(encoding="utf-8").split("[[sets]]")[0], encoding="utf-8")
    (folder / "criteria_province.csv").unlink()

    found = refused(folder, {"dossier": "19", "text": "99.9", "unit_code": "19-STP"})

    assert found
    assert not [each for each in found if each.startswith("delegations.csv")]
