"""The command that brings a score workbook back without the browser."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Score
from assessments.services import returning_sheets, scores
from tests.assessments import books, pages
from tests.factories import rows

pytestmark = pytest.mark.django_db


def stored(season: rows.Season, code: str = "1.1") -> Score:
    return Score.objects.get(assessment=season.assessments[0], criterion__code=code)


def save(season: rows.Season, points: str | None, explanation: str = "", code: str = "1.1") -> Score:
    standing = Score.objects.filter(assessment=season.assessments[0], criterion__code=code).first()
    return scores.save_score(
        assessment=season.assessments[0],
        criterion=pages.leaf(season, code),
        points=None if points is None else Decimal(points),
        not_applicable=False,
        explanation=explanation,
        version=standing.version if standing else 0,
        by=season.head,
    )


def run(season: rows.Season, path: Path, *more: str, user: str = "") -> str:
    out = io.StringIO()
    unit = season.units[0].code
    person = user or season.officer.username
    call_command("import_sheet", season.cycle.code, unit, str(path), "--as", person, *more, stdout=out)
    return out.getvalue()


def test_the_command_shows_then_writes(tmp_path: Path) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"
    path.write_bytes(books.typed(season.assessments[0], "1.1", points=2))

    assert "taken\tA7\t1.1" in run(season, path)
    assert not Score.objects.exists()
    assert "written\t1" in run(season, path, "--apply")
    assert stored(season).points == Decimal(2)
    assert "unchanged\tA7" in run(season, path, "--apply")


def test_the_command_keeps_conflicts_unless_told(tmp_path: Path) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"
    path.write_bytes(books.typed(season.assessments[0], "1.1", points=2))
    save(season, "1")

    run(season, path, "--apply")
    assert stored(season).points == Decimal(1)
    run(season, path, "--apply", "--prefer", "workbook")
    assert stored(season).points == Decimal(2)


def test_the_command_fails_where_a_row_is_not_taken(tmp_path: Path) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"

    def fill(sheet: Any) -> None:
        books.cell(sheet, "1.1", "points").value = 9
        sheet["D30"].value = 1

    path.write_bytes(books.edited(books.made(season.assessments[0]), fill))

    with pytest.raises(CommandError, match="not taken"):
        run(season, path)


def test_the_command_says_who_and_what_there_is_not(tmp_path: Path) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"
    with pytest.raises(CommandError, match="No such file"):
        run(season, path)
    path.write_bytes(b"x")
    with pytest.raises(CommandError, match=r"bang\.xlsx: "):
        run(season, path)
    with pytest.raises(CommandError, match="no account"):
        run(season, path, user="nobody")
    with pytest.raises(CommandError, match="may not see"):
        run(season, path, user=season.outsider.username)
    with pytest.raises(CommandError, match="may not score"):
        run(season, path, user=season.staff.username)
    with pytest.raises(CommandError, match="no dossier"):
        call_command("import_sheet", "none", "none", str(path), "--as", season.officer.username)


def test_the_command_writes_nothing_after_the_deadline(tmp_path: Path) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"
    path.write_bytes(books.typed(season.assessments[0], "1.1", points=2))
    pages.close(season)

    with pytest.raises(CommandError, match="Nothing was written"):
        run(season, path, "--apply")


def test_the_command_is_not_faster_than_another_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    season = rows.season()
    path = tmp_path / "bang.xlsx"
    path.write_bytes(books.typed(season.assessments[0], "1.1", points=2))
    take = returning_sheets.take

    def overtaken(**values: Any) -> Any:
        save(season, "1")
        return take(**values)

    monkeypatch.setattr(returning_sheets, "take", overtaken)

    with pytest.raises(CommandError, match=r"changed 1\.1 meanwhile"):
        run(season, path, "--apply")
    assert stored(season).points == Decimal(1)
