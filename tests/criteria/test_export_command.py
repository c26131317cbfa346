"""``manage.py export_criteria``: which set is meant, which format, and what it says when it cannot."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from criteria.documents.files import FORMATS
from criteria.models import CriteriaSet
from tests.factories import rows
from units import pdf
from units.pdf import MissingLibrary

pytestmark = pytest.mark.django_db


def run(of: str, file: Path) -> str:
    told = StringIO()
    call_command("export_criteria", of, str(file), stdout=told, skip_checks=True)
    return told.getvalue()


def fails(of: str, file: Path) -> str:
    with pytest.raises(CommandError) as error:
        run(of, file)
    return str(error.value)


@pytest.fixture
def season() -> rows.Season:
    made = rows.season()
    rows.criteria_set(made.cycle, version=2)
    rows.criteria_set(made.cycle, "commune")
    rows.criteria_set(made.cycle, "commune", version=2)
    return made


@pytest.mark.parametrize("suffix", ["xlsx", "docx", "pdf", "csv", "XLSX"])
def test_suffix_says_the_format(season: rows.Season, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"bo.{suffix}"

    told = run(str(season.criteria_set.pk), file)

    chosen = CriteriaSet.objects.get(pk=season.criteria_set.pk)
    assert file.read_bytes() == FORMATS[suffix.lower()].make(chosen)
    assert told == f"{file}: {season.cycle.code}/department@1, issued\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("department", "department@1, issued"),
        ("department@2", "department@2, draft"),
        ("commune", "commune@2, draft"),
    ],
)
def test_set_is_named_by_cycle_kind_and_version(season: rows.Season, tmp_path: Path, name: str, expected: str) -> None:
    assert run(f"{season.cycle.code}/{name}", tmp_path / "a.csv").endswith(f"/{expected}\n")


@pytest.mark.parametrize("name", ["{code}/department@9", "khong-co/department", "{code}/x", "999999", "٣"])
def test_unknown_set_is_told_with_those_that_there_are(season: rows.Season, tmp_path: Path, name: str) -> None:
    said = fails(name.format(code=season.cycle.code), tmp_path / "a.csv")

    assert said.startswith(("There is no criteria set", "“٣” is neither"))
    assert name == "٣" or f"{season.cycle.code}/department@1, {season.cycle.code}/department@2" in said


def test_name_that_is_none_is_told(tmp_path: Path) -> None:
    assert fails("bộ tiêu chí", tmp_path / "a.csv").startswith("“bộ tiêu chí” is neither a number nor")
    assert fails("1", tmp_path / "a.csv") == "There is no criteria set 1. Known: none."


def test_format_that_is_none_is_told_before_anything_is_read(tmp_path: Path) -> None:
    assert fails("x", tmp_path / "a.odt") == "a.odt: the name must end in .xlsx, .docx, .pdf, .csv."


def test_file_that_cannot_be_written_is_told(season: rows.Season, tmp_path: Path) -> None:
    said = fails(str(season.criteria_set.pk), tmp_path / "no" / "a.csv")

    assert said.endswith("a.csv: No such file or directory.")


def test_pdf_without_its_library_is_told(season: rows.Season, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without() -> None:
        raise MissingLibrary("Pango is missing")

    monkeypatch.setattr(pdf, "_library", without)

    assert fails(str(season.criteria_set.pk), tmp_path / "a.pdf") == "Pango is missing"
    assert not (tmp_path / "a.pdf").exists()
