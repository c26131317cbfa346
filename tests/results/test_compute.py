"""``manage.py compute``: the same bytes whatever the process, the machine and the database."""

import json
import subprocess
import sys
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from results.models import Run
from surveys.models import SurveyPoint
from tests.results import house
from tests.results.house import ROOT, environment

FILL = "import django; django.setup(); from tests.results import house; house.ready()"
PLAIN = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def manage(*arguments: str, env: dict[str, str]) -> bytes:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, check=True, capture_output=True, timeout=120
    ).stdout


def both(folder: Path, env: dict[str, str]) -> tuple[bytes, bytes]:
    """What the command prints and what it writes as JSON."""
    file = folder / "out.json"
    printed = manage("manage.py", "compute", "thu", "--json", str(file), env=env)
    return printed, file.read_bytes()


@pytest.mark.django_db
def test_prints_one_line_a_unit_and_what_is_missing() -> None:
    season = house.ready()
    out = StringIO()

    call_command("compute", "thu", stdout=out)

    lines = out.getvalue().splitlines()
    digest = house.computed(season).digest
    assert lines == [
        "tier\tgroup\trank\tunit\tname\tindex\texact\tband\tpoints\tmaximum\tareas",
        f"# tinh\t{digest}",
        "tinh\tdepartment\t1\tSYT\tSở Y tế\t88.75\t355/4\tTốt\t7.1\t8\t1=4/4 2=3.1/4",
        "tinh\tdepartment\t2\tSXD\tSở Xây dựng\t80.00\t80/1\tTốt\t8\t10\t1=4.5/6 2=3.5/4",
        "tinh\tdepartment\t-\tSNV\tSở Nội vụ\t-\t-\t-\t0\t10\t1=0/6 2=0/4",
        "! SNV\t1.1\tno_dossier\tzero",
        "! SNV\t1.2\tno_dossier\tzero",
        "! SNV\t2.1\tno_survey\twithhold",
    ]


@pytest.mark.django_db
def test_json_has_the_exact_index_and_nothing_is_written_to_the_database(tmp_path: Path) -> None:
    house.ready()

    call_command("compute", "thu", "--tier", "tinh", "--json", str(tmp_path / "out.json"), stdout=StringIO())

    content = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    units = content["tiers"][0]["units"]
    assert [(each["unit"], each["exact"] and Fraction(each["exact"]), each["rank"]) for each in units] == [
        ("SYT", Fraction(355, 4), 1),
        ("SXD", Fraction(80), 2),
        ("SNV", None, None),
    ]
    assert Run.objects.count() == 0


@pytest.mark.django_db
def test_an_unknown_cycle_or_tier_is_named_with_those_known() -> None:
    with pytest.raises(CommandError, match=r"^There is no cycle thu. Known: none.$"):
        call_command("compute", "thu")
    house.ready()
    with pytest.raises(CommandError, match=r"^There is no cycle thuu. Known: thu.$"):
        call_command("compute", "thuu")
    with pytest.raises(CommandError, match=r"^Cycle thu has no tier xa. Known: tinh.$"):
        call_command("compute", "thu", "--tier", "xa")


@pytest.mark.django_db
def test_points_over_the_maximum_are_named() -> None:
    season = house.ready()
    SurveyPoint.objects.filter(unit=season.units[1]).update(points=5)

    with pytest.raises(CommandError, match=r"^tinh, Sở Y tế: 2\.1: 5\.0000 is not between 0 and 4\.0000$"):
        call_command("compute", "thu")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "other",
    [
        {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "LANG": "de_DE.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    ],
)
def test_same_bytes_under_any_hash_seed_locale_and_time_zone(other: dict[str, str], tmp_path: Path) -> None:
    house.ready()

    assert both(tmp_path, environment(**PLAIN)) == both(tmp_path, environment(**other))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="compares PostgreSQL with SQLite")
def test_same_bytes_on_postgresql_and_sqlite(tmp_path: Path) -> None:
    house.ready()
    here = both(tmp_path, environment(**PLAIN))
    there = environment(**PLAIN, PARINDEX_DATA=str(tmp_path)) | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}"
    }
    manage("manage.py", "migrate", env=there)
    manage("-c", FILL, env=there)

    assert both(tmp_path, there) == here
