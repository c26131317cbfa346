"""The sets of the five plans, as far as sources have them: loaded, checked, exported, read back."""

from pathlib import Path

import pytest
from django.core.management import call_command

from criteria.documents.files import FORMATS
from criteria.imports.annex import read
from criteria.models import CriteriaSet, SetState
from criteria.scoring.examples import run
from criteria.scoring.notation import parse
from criteria.selectors import outline
from criteria.services import life
from criteria.tree import facets
from criteria.tree.checks import checks
from criteria.tree.nodes import Outline, digest
from units.audit import first_break

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLANS = ("ha_tinh_2022", "huong_son_2024", "thai_nguyen_2019", "ha_noi_2021", "ha_tinh_2020")
pytestmark = pytest.mark.django_db


def sets_of(plan: str) -> list[CriteriaSet]:
    for name in ("ha_tinh_2021", plan) if plan == "ha_tinh_2022" else (plan,):
        call_command("load_cycle", str(FIXTURES / name), skip_checks=True, verbosity=0)
    return list(CriteriaSet.objects.filter(cycle__code=plan.replace("_", "-")).select_related("cycle__authority"))


def errors(whole: Outline) -> set[str]:
    return {each.check for each in checks(whole) if each.is_error}


@pytest.mark.parametrize("plan", PLANS)
def test_every_set_is_loaded_and_exported_in_every_format(plan: str) -> None:
    made = sets_of(plan)

    for each in made:
        whole = outline(each)
        files = {suffix: form.make(each) for suffix, form in FORMATS.items()}
        assert [suffix for suffix, content in files.items() if len(content) < 200] == []
        again = read(files["xlsx"]).outline
        assert again is not None
        assert (each.kind, digest(again)) == (each.kind, digest(whole))
    assert (len(made), first_break()) == ({"ha_tinh_2022": 4, "ha_noi_2021": 2, "ha_tinh_2020": 2}.get(plan, 1), None)


@pytest.mark.parametrize("plan", ["ha_tinh_2022", "ha_tinh_2020"])
def test_complete_sets_have_no_error_and_examples_on_every_rule(plan: str) -> None:
    for each in sets_of(plan):
        whole = outline(each)
        assert (each.state, errors(whole)) == (SetState.ISSUED, set())
        assert [leaf.code for leaf in whole.leaves if leaf.rule and not leaf.examples] == []
        for leaf in whole.leaves:
            assert leaf.maximum is not None
            ran = run(parse(leaf.rule), leaf.examples, maximum=leaf.maximum, minimum=leaf.minimum)
            assert [one for one in ran if not one.ok] == []


@pytest.mark.parametrize(
    ("plan", "missing"),
    [
        ("thai_nguyen_2019", {"maximum_unknown", "rule_missing", "evidence_missing"}),
        ("huong_son_2024", {"maximum_unknown", "rule_missing", "evidence_missing", "survey_share"}),
        ("ha_noi_2021", {"maximum_unknown", "rule_missing", "evidence_missing"}),
    ],
)
def test_checker_lists_what_drafts_lack_and_keeps_them_drafts(plan: str, missing: set[str]) -> None:
    for each in sets_of(plan):
        found = {finding.check for finding in life.check(criteria_set=each, by=None) if finding.is_error}
        each.refresh_from_db()
        assert missing - found == set()
        assert (each.state, each.digest) == (SetState.DRAFT, "")


def test_decentralisation_of_thai_nguyen_has_three_owners() -> None:
    [whole] = [outline(each) for each in sets_of("thai_nguyen_2019")]
    leaf = whole.by_code["4.3"]

    assert [(part.name, part.owner) for part in facets.parse(leaf.facets).parts] == [
        ("Quản lý ngân sách", "Sở Tài chính"),
        ("Quản lý đầu tư", "Sở Kế hoạch và Đầu tư"),
        ("Quản lý đất đai", "Sở Tài nguyên và Môi trường"),
    ]
    owners = {code: whole.by_code[code].note.splitlines()[0] for code in ("1.1.1", "1.5", "1.6", "3.2.5", "7.4", "8.4")}
    assert owners == {
        "1.1.1": "Chủ trì: Sở Nội vụ",
        "1.5": "Chủ trì: Sở Khoa học và Công nghệ",
        "1.6": "Chủ trì: Văn phòng UBND tỉnh",
        "3.2.5": "Chủ trì: Sở Thông tin và Truyền thông",
        "7.4": "Chủ trì: Sở Khoa học và Công nghệ",
        "8.4": "Chủ trì: Sở Tài chính",
    }


def test_inspection_of_huong_son_has_seven_areas_of_leaves_on_two_levels() -> None:
    [whole] = [outline(each) for each in sets_of("huong_son_2024")]

    assert [len(whole.children(area.code)) for area in whole.children()] == [8, 7, 2, 4, 4, 7, 10]
    assert {whole.depth(leaf) for leaf in whole.leaves} == {1, 2}
