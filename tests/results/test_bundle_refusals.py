"""Everything that a bundle is refused for, each with its exact file, line and column."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle
from tests.factories.bundles import bundle, damage

CASES = json.loads(Path(__file__).with_name("bundle_refusals.json").read_text(encoding="utf-8"))


def problems(folder: Path) -> list[str]:
    try:
        read_bundle(folder)
    except Refused as refused:
        with override("en"):
            return [in_words(problem) for problem in refused.problems]
    return []


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file']} {case['new'][:30]!r}" for case in CASES])
def test_bundle_refused_at_its_place(tmp_path: Path, case: dict[str, Any]) -> None:
    folder = damage(bundle(tmp_path), case["file"], case["old"], case["new"])

    assert problems(folder) == case["problems"]


def test_own_unit_is_never_appraised(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    damage(folder, "accounts.csv", "hd.snv,Người Nội Vụ,,,,", "hd.snv,Người Nội Vụ,,SYT,officer,2021-01-01")

    assert problems(folder) == ["appraisals.csv:2:3: “hd.snv” may not appraise the own unit “SYT”."]


def test_chair_stands_in_where_every_seat_is_of_the_own_agency(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    damage(folder, "accounts.csv", "hd.snv,Người Nội Vụ,,,,", "hd.snv,Người Nội Vụ,,SYT,officer,2021-01-01")
    damage(folder, "appraisals.csv", "SYT,1.1,hd.snv", "SYT,1.1,chu.tich")

    assert problems(folder) == []


def test_agency_may_not_appraise_itself(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    damage(folder, "seats.csv", "tinh,hd.snv,SNV", "tinh,hd.snv,SYT")

    assert problems(folder) == ["appraisals.csv:2:3: “hd.snv” may not appraise the own unit “SYT”."]


def test_all_problems_are_listed_in_the_order_of_files(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    damage(folder, "survey.csv", "points,", "point,")
    damage(folder, "scores.csv", "SYT,1.1,2", "SYT,1.1,9")
    damage(folder, "criteria_department.csv", "2.1,2,Hài lòng,4", "2.1,2,Hài lòng,3")

    assert problems(folder) == [
        "appraisals.csv:2:6: An appraisal that differs from the self-score needs a reason.",
        "criteria_department.csv:5:4: The criteria below “2” add up to 3, its maximum is 4.",
        "cycle.toml:51:17: The survey criteria add up to 3 points, stated are 4.",
        "scores.csv:2:3: 9 points are more than the maximum of “1.1”, 2.",
        "survey.csv:1:3: Unknown column “point”.",
        "survey.csv:1:5: The column “points” is missing.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("units.csv", b"code,name\nP,T\xe1\xbb\n", "units.csv:2:4: The file is not UTF-8 text; save it as UTF-8."),
        ("cycle.toml", b'code = "\xff"', "cycle.toml:1:9: The file is not UTF-8 text; save it as UTF-8."),
        ("cycle.toml", b'code = "a"\ncode = "b"', "cycle.toml:2:11: This is not TOML: Cannot overwrite a value"),
        ("cycle.toml", b'code = "a', "cycle.toml:1:10: This is not TOML: Unterminated string"),
        ("cycle.toml", b"a = " + b"[" * 3000, "cycle.toml:1:1: This is not TOML: maximum recursion depth exceeded"),
        ("cycle.toml", b"year = " + b"1" * 5000, "cycle.toml:1:1: This is not TOML: Exceeds the limit"),
        ("evidence/ke-hoach.pdf", b"", "evidence.csv:2:3: The file is empty."),
    ],
)
def test_unreadable_file_refused(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    folder = bundle(tmp_path)
    (folder / name).write_bytes(content)

    assert problems(folder)[0][: len(expected)] == expected


def test_missing_file_is_asked_for_where_it_is_named(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    (folder / "seats.csv").unlink()
    damage(folder, "cycle.toml", "survey_points = 4", 'survey_points = 4\nfile = "khac.csv"')

    assert problems(folder) == [
        "cycle.toml:1:1: There is no file “seats.csv”.",
        "cycle.toml:52:8: There is no file “khac.csv”.",
    ]


def test_folder_without_settings_refused(tmp_path: Path) -> None:
    assert problems(tmp_path) == ["cycle.toml:1:1: There is no file “cycle.toml”."]


def test_previous_code_needs_a_previous_cycle(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    text = (folder / "criteria_department.csv").read_text(encoding="utf-8").splitlines()
    rows = [text[0] + ",previous_code", *(f"{line}," for line in text[1:-1]), f"{text[-1]},2.9"]
    (folder / "criteria_department.csv").write_text("\n".join(rows), encoding="utf-8")

    expected = "criteria_department.csv:6:8: The cycle names no previous cycle in which to look for “2.9”."
    assert problems(folder) == [expected]


def test_problems_are_vietnamese_by_default(tmp_path: Path) -> None:
    folder = damage(bundle(tmp_path), "scores.csv", "SYT,1.1,2", "SYT,1.1,-2")

    with pytest.raises(Refused) as refused:
        read_bundle(folder)

    assert [in_words(problem) for problem in refused.value.problems] == ["scores.csv:2:3: points: không được âm"]
