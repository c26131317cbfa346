"""Criteria sets in bundles: drafts that are not complete, every further column, bundles that assess nobody."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override

from criteria.models import CriteriaSet, Criterion
from criteria.selectors import outline
from criteria.tree.nodes import digest
from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle
from results.services.bundle import load
from units.audit import first_break

CYCLE = """code = "chi-bo-tieu-chi"
name = "Kỳ chỉ có bộ tiêu chí"
year = 2025
authority = "P"
period_start = 2025-01-01
period_end = 2025-12-31

[[sets]]
kind = "province"
title = "Bộ tiêu chí có điểm thưởng, điểm phạt"
scale = 10
survey_points = 4
number = "52/2019/QĐ-UBND"
issued_on = 2019-09-24
signer = "Trần Văn Thử"
bonus_cap = 1
penalty_cap = 2
may_exceed = true
legal_basis = \"\"\"52/2019/QĐ-UBND, Điều 7
76/NQ-CP\"\"\"
"""
UNITS = "code,name,kind,parent_code\nP,UBND tỉnh Thử,province,\n"
CRITERIA = """code,parent_code,name,max_points,method,evidence,rule,min_points,side,\
entered_by,examples,guidance,facets,legal_basis,note
1,,Điều hành,6,appraisal,,,,,,,,,,
1.1,1,Kế hoạch,6,appraisal,"Kế hoạch
Báo cáo","Kịp thời: 6
Không ban hành: -1",-1,scale,appraiser,mức = Kịp thời → 6,Xem hướng dẫn,a) Đất đai: 6,76/NQ-CP,Ghi chú
2,,Hài lòng,4,survey,,,,,import,,,,,
3,,Điểm thưởng,1,adjustment,,,,bonus,,,,,,
3.1,3,Sáng kiến,1,adjustment,,,,bonus,,,,,,
3.2,3,Giải thưởng,0.5,adjustment,,,,bonus,,,,,,
4,,Điểm phạt,0,adjustment,,,-2,penalty,,,,,,
4.1,4,Kỷ luật,0,adjustment,,,-1.5,penalty,,,,,,
4.2,4,Trễ hạn,0,adjustment,,,-0.5,penalty,,,,,,
"""


def written(folder: Path, cycle: str = CYCLE, criteria: str = CRITERIA) -> Path:
    for name, text in {"cycle.toml": cycle, "units.csv": UNITS, "criteria_province.csv": criteria}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(Refused) as refused, override("en"):
        read_bundle(folder)
    with override("en"):
        return [in_words(each) for each in refused.value.problems]


@pytest.mark.django_db
def test_bundle_that_assesses_nobody_loads_with_every_column(tmp_path: Path) -> None:
    load(bundle=read_bundle(written(tmp_path)), by=None)

    loaded = CriteriaSet.objects.get()
    assert (loaded.state, loaded.number, loaded.issued_on, loaded.signer) == (
        "issued",
        "52/2019/QĐ-UBND",
        date(2019, 9, 24),
        "Trần Văn Thử",
    )
    assert (loaded.bonus_cap, loaded.penalty_cap, loaded.may_exceed) == (Decimal(1), Decimal(2), True)
    assert (loaded.legal_basis, loaded.digest) == ("52/2019/QĐ-UBND, Điều 7\n76/NQ-CP", digest(outline(loaded)))
    leaf = Criterion.objects.get(code="1.1")
    assert (leaf.min_points, leaf.entered_by, leaf.evidence_asked) == (Decimal(-1), "appraiser", "Kế hoạch\nBáo cáo")
    assert (leaf.rule, leaf.examples) == ("Kịp thời: 6\nKhông ban hành: -1", "mức = Kịp thời → 6")
    assert (leaf.guidance, leaf.facets, leaf.legal_basis, leaf.note) == (
        "Xem hướng dẫn",
        "a) Đất đai: 6",
        "76/NQ-CP",
        "Ghi chú",
    )
    sides = dict(Criterion.objects.filter(depth=0).values_list("code", "side"))
    assert sides == {"1": "scale", "2": "scale", "3": "bonus", "4": "penalty"}
    assert (Criterion.objects.get(code="2").entered_by, first_break()) == ("import", None)


@pytest.mark.django_db
def test_draft_loads_without_maxima_and_counts_for_nobody(tmp_path: Path) -> None:
    cycle = CYCLE + 'state = "draft"\n'
    criteria = (
        "code,parent_code,name,max_points,method,evidence,rule\n1,,Điều hành,,appraisal,,\n1.1,1,A,9,appraisal,,\n"
    )

    load(bundle=read_bundle(written(tmp_path, cycle, criteria)), by=None)

    loaded = CriteriaSet.objects.get()
    assert (loaded.state, loaded.digest) == ("draft", "")
    maxima = [each.maximum for each in outline(loaded).nodes]
    assert maxima == [None, Decimal(9)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "1.1,1,Kế hoạch,6",
            "1.1,1,Kế hoạch,",
            [
                "criteria_province.csv:2:4: The criteria below “1” add up to 0, its maximum is 6.",
                "criteria_province.csv:3:4: max_points: must not be empty",
            ],
        ),
        (
            "3,,Điểm thưởng,1",
            "3,,Điểm thưởng,2",
            ["criteria_province.csv:7:4: The criteria below “3” add up to 1.5, its maximum is 2."],
        ),
        (
            ",-2,penalty",
            ",-3,penalty",
            ["criteria_province.csv:10:4: The criteria below “4” add up to 2, its maximum is 3."],
        ),
        (
            "Kỷ luật,0,adjustment,,,-1.5",
            "Kỷ luật,0,adjustment,,,",
            [
                "criteria_province.csv:10:4: The criteria below “4” add up to 0.5, its maximum is 2.",
                "criteria_province.csv:11:8: A penalty has the maximum 0 and a minimum below 0.",
            ],
        ),
        (
            "1,adjustment,,,,bonus,,,,,,\n3.2",
            "1,adjustment,,,,scale,,,,,,\n3.2",
            ["criteria_province.csv:8:9: “3.1” stands on another side than its parent “3”."],
        ),
        (
            "0.5,adjustment,,,,bonus",
            "0.5,adjustment,,,0.5,bonus",
            ["criteria_province.csv:9:8: The minimum must be below the maximum."],
        ),
        (
            "Không ban hành: -1",
            "Không ban hành: -1.5",
            ["criteria_province.csv:3:7: The rule offers -1.5 points, outside -1 and the maximum 6."],
        ),
        (
            ",-1,scale",
            ",một,scale",
            ["criteria_province.csv:3:8: min_points: “một” is not a number; write it with a decimal point"],
        ),
    ],
    ids=["no maximum", "bonus cap", "penalty cap", "no penalty", "side", "minimum", "rule below", "not a number"],
)
def test_issued_set_is_refused_at_its_place(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert CRITERIA.count(old) == 1
    found = problems(written(tmp_path, criteria=CRITERIA.replace(old, new)))

    # What does not add up any more at the set itself is told too; here only the rows matter.
    assert [each for each in found if not each.startswith("cycle.toml")] == expected


def test_units_that_are_assessed_need_an_issued_set_and_a_council(tmp_path: Path) -> None:
    tier = '[[tiers]]\ncode = "t"\nname = "T"\nauthority = "P"\n[[groups]]\ntier = "t"\ncode = "g"\nname = "G"\n'
    cycle = CYCLE + f'state = "draft"\n{tier}kind = "province"\nparent = "P"\n'

    assert problems(written(tmp_path, cycle)) == [
        "cycle.toml:1:1: There is no file “councils.csv”.",
        "cycle.toml:1:1: There is no file “seats.csv”.",
        "cycle.toml:1:1: There is no file “assignments.csv”.",
        "cycle.toml:1:1: There is no file “accounts.csv”.",
        "cycle.toml:30:8: No unit of the kind “province” stands directly below “P”.",
        "cycle.toml:30:8: There is no criteria set for the kind “province”.",
        "cycle.toml:30:8: There is no phase “self_scoring” for the kind “province”.",
        "cycle.toml:30:8: There is no phase “appraisal” for the kind “province”.",
    ]
