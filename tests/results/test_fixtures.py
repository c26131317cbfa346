"""The bundles that the project brings: Hà Tĩnh 2022 and the finished year before."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from criteria.models import CriteriaSet, Cycle
from criteria.selectors import units_of_group
from criteria.services.calendar import move_for_practice
from results.bundle.lookup import Lookup
from results.bundle.rows import Bundle
from results.imports.folder import read_bundle
from results.services.bundle import load
from units.audit import first_break

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
VIETNAM = timezone(timedelta(hours=7))
DEMO_PEOPLE = (
    "canbo.sxd truong.sxd canbo.huongson truong.huongson canbo.kbnn truong.kbnn canbo.tayson truong.tayson hd.snv"
    " hd.vpub hd.tttt hd.tc hd.tp hd.khcn hd.khdt hd.tt hd.thue hd.chutich hd.huongson chuyenvien.snv phongnoivu.hs"
    " chutich.tinh chutich.hs quantri"
)


@pytest.fixture(scope="module")
def year_2022() -> Bundle:
    return read_bundle(FIXTURES / "ha_tinh_2022")


def test_2022_has_the_units_of_the_province(year_2022: Bundle) -> None:
    assert Counter(unit.kind for unit in year_2022.units) == {
        "province": 1,
        "department": 19,
        "district": 13,
        "commune": 216,
        "central_agency": 9,
    }
    assert Lookup(year_2022).units["18136"].name == "UBND thị trấn Tây Sơn"


def test_2022_sets_have_the_scales_and_shares_of_the_regulation(year_2022: Bundle) -> None:
    shares = {each.kind: (each.scale, each.survey_points) for each in year_2022.sets}
    assert shares == {
        "department": (Decimal(100), Decimal(20)),
        "district": (Decimal(100), Decimal(20)),
        "commune": (Decimal(100), Decimal(30)),
        "central_agency": (Decimal(60), Decimal(20)),
    }
    areas = Counter(row.kind for row in year_2022.criteria if not row.parent_code)
    assert areas == {"department": 8, "district": 9, "commune": 9, "central_agency": 5}
    assert [each.title for each in year_2022.sets if "(dữ liệu trình diễn)" not in each.title] == []


def test_2022_keeps_the_dates_and_the_words_of_the_plan(year_2022: Bundle) -> None:
    closes = {each.unit_kind: each for each in year_2022.phases if each.kind == "appraisal"}
    assert closes["commune"].closes_at == datetime(2022, 11, 25, tzinfo=VIETNAM)
    assert closes["district"].closes_at == datetime(2022, 12, 25, tzinfo=VIETNAM)
    assert closes["district"].reading == "hoàn thành trước ngày 25/12/2022"
    inside = [datetime(2022, 11, day, 12, tzinfo=VIETNAM) for day in range(11, 19)]
    steps = [each for each in year_2022.phases if each.kind != "approval"]
    assert [each.reading for each in steps if not all(each.opens_at <= at < each.closes_at for at in inside)] == []


def test_2022_has_an_account_for_every_part_of_the_demonstration(year_2022: Bundle) -> None:
    accounts = {row.username for row in year_2022.accounts}
    assert set(DEMO_PEOPLE.split()) - accounts == set()
    roles = Counter((row.unit_code, row.role) for row in year_2022.accounts)
    assessed = Lookup(year_2022).assessed
    assert [code for code in assessed if (roles[code, "officer"], roles[code, "head"]) != (1, 1)] == []


def test_2022_council_has_the_nine_agencies_of_the_plan(year_2022: Bundle) -> None:
    agencies = [seat.agency_code for seat in year_2022.seats if seat.tier == "tinh"]
    assert agencies == ["42", "SNV", "VPUB", "STTTT", "STC", "STP", "SKHCN", "SKHDT", "TTRA", "CT"]
    rooms = [seat.agency_name for seat in year_2022.seats if seat.tier == "huyen-huong-son"]
    assert rooms == [
        "UBND huyện Hương Sơn",
        "Phòng Nội vụ huyện Hương Sơn",
        "Văn phòng HĐND-UBND huyện Hương Sơn",
        "Phòng Tư pháp huyện Hương Sơn",
        "Phòng Tài chính - Kế hoạch huyện Hương Sơn",
        "Phòng Văn hóa và Thông tin huyện Hương Sơn",
        "Phòng Kinh tế và Hạ tầng huyện Hương Sơn",
    ]


def test_2022_somebody_may_appraise_every_leaf_of_every_unit(year_2022: Bundle) -> None:
    look = Lookup(year_2022)
    nobody = [
        (unit.code, leaf.code)
        for unit in look.assessed.values()
        for leaf in look.leaves[unit.kind]
        if leaf.method != "survey" and not look.deciders(unit, leaf)
    ]
    assert nobody == []


@pytest.mark.django_db
def test_both_years_load_and_share_units() -> None:
    for year in ("2021", "2022"):
        call_command("load_cycle", str(FIXTURES / f"ha_tinh_{year}"), skip_checks=True, verbosity=0)
    new, old = Cycle.objects.order_by("-year")

    assert (new.previous, first_break(), CriteriaSet.objects.count()) == (old, None, 8)
    groups = [group for tier in new.tiers.all() for group in tier.groups.all()]
    assert sum(units_of_group(group).count() for group in groups) == 257
    now = datetime(2026, 11, 21, 9, tzinfo=VIETNAM)
    assert move_for_practice(cycle=new, now=now, by=None) == 1470


@pytest.mark.django_db
def test_second_load_of_a_year_changes_nothing() -> None:
    folder = FIXTURES / "ha_tinh_2021"

    assert load(bundle=read_bundle(folder), by=None).changed
    assert not load(bundle=read_bundle(folder), by=None).changed
