"""``manage.py import_criteria``: the same reading as on the page, for a terminal and for programs."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from criteria.models import CriteriaSet, Upload
from tests.criteria.imports import books
from tests.criteria.imports.books import book, good, put
from tests.factories import rows
from tests.factories.rows import Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> Season:
    return rows.season()


def run(season: Season, tmp_path: Path, data: bytes, *options: str) -> str:
    file, out = tmp_path / "phụ lục.xlsx", StringIO()
    file.write_bytes(data)
    call_command("import_criteria", str(file), "--cycle", season.cycle.code, "--kind", "commune", *options, stdout=out)
    return out.getvalue()


def test_a_draft_is_made(season: Season, tmp_path: Path) -> None:
    told = run(season, tmp_path, good(), "--title", "Bộ của xã")
    made = CriteriaSet.objects.get(kind="commune")

    assert made.title == "Bộ của xã"
    assert f"{made.pk}" in told
    assert "12 " in told
    assert Upload.objects.get().made == made


def test_a_dry_run_stores_nothing(season: Season, tmp_path: Path) -> None:
    told = run(season, tmp_path, book((*books.GOOD[:2], *books.GOOD[4:])), "--dry-run")

    assert "Sheet!B3: 1.1:" in told
    assert not Upload.objects.exists()
    assert not CriteriaSet.objects.filter(kind="commune").exists()


def test_problems_end_it_with_every_cell(season: Season, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hỏng.xlsx"
    file.write_bytes(book(finish=put(C3="abc", A6="1.4")))
    out = StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("import_criteria", str(file), "--cycle", season.cycle.code, "--kind", "commune", stdout=out)

    assert end.value.code == 1
    assert "Sheet!C3: " in out.getvalue()
    assert "Sheet!A6: " in out.getvalue()
    assert not Upload.objects.exists()


def test_programs_get_json(season: Season, tmp_path: Path) -> None:
    dry = json.loads(run(season, tmp_path, good(), "--json", "--dry-run"))
    wet = json.loads(run(season, tmp_path, good(), "--json"))

    assert dry["set"] is None
    assert wet["set"]["version"] == 1
    assert (dry["accepted"], dry["refused"], len(dry["rows"])) == (12, 0, 12)
    assert dry["rows"][1]["text"] == "1 CÔNG TÁC CHỈ ĐẠO"
    assert dry["problems"] == dry["remarks"] == []


def test_what_cannot_be_read_is_told(season: Season, tmp_path: Path) -> None:
    twice = books.edited(good(), lambda made: made.copy_worksheet(made.worksheets[0]))

    with pytest.raises(CommandError, match="--sheet"):
        run(season, tmp_path, twice)
    assert run(season, tmp_path, twice, "--sheet", "Sheet", "--dry-run")
    with pytest.raises(CommandError, match="xlsx"):
        run(season, tmp_path, b"x")
    with pytest.raises(CommandError, match="khong-co"):
        call_command("import_criteria", "khong-co.xlsx", "--cycle", season.cycle.code, "--kind", "commune")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_criteria", "x.xlsx", "--cycle", "nowhere", "--kind", "commune")
