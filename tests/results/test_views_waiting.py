"""The pages of who waits for whom."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from councils.models import Appraisal, Council
from criteria.models import Tier
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from tests.results.waits import ask, everything, found_in, settled
from units.models import Unit
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return settled()


@pytest.fixture(name="staff")
def _staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    return client


def page_of(client: Client, season: Season, **query: str) -> str:
    return client.get(f"/tiers/{season.tier.pk}/progress/waiting/", query).content.decode()


def test_page_says_it_all_with_links(staff: Client, season: Season) -> None:
    everything(season)

    page = page_of(staff, season)

    assert page.count('<th scope="row">') == len(found_in(season))
    for address in (
        f"/dossiers/{season.assessments[0].pk}/",
        f"/councils/{season.council.pk}/progress/",
        f"/councils/{season.council.pk}/requests/?state=answered",
        f"/tiers/{Tier.objects.get(code='huyen').pk}/progress/",
    ):
        assert f'href="{address}"' in page
        assert staff.get(address).status_code == 200


def test_page_without_links_where_nothing_may_be_opened(client: Client, season: Season) -> None:
    everything(season)
    season.tier.authority = rows.unit("Huyện Bên", "district", parent=season.province)
    season.tier.save()
    client.force_login(rows.member("staff", season.tier.authority, "beside"))

    page = page_of(client, season)

    assert "UBND huyện Thử" in page
    assert "/dossiers/" not in page
    assert f"/tiers/{Tier.objects.get(code='huyen').pk}/progress/" not in page


def test_page_of_a_season_without_a_council(staff: Client, season: Season) -> None:
    ask(season, season.assessments[1], state="answered", answered_at=timezone.now())
    Appraisal.objects.all().delete()
    Council.objects.all().delete()

    page = page_of(staff, season)

    assert "/councils/" not in page
    assert "Người member" in page


def test_page_without_a_match_and_with_nothing_left_says_so(staff: Client, season: Season) -> None:
    assert 'class="empty"' in page_of(staff, season, q="zzz")
    Unit.objects.filter(code="SNV").update(valid_until=season.cycle.period_start)
    assert 'class="empty"' in page_of(staff, season)


def test_board_links_to_the_list_with_its_count(staff: Client, season: Season) -> None:
    everything(season)

    page = staff.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert f"({len(found_in(season))})</a>" in page


def test_as_many_queries_for_ten_units_as_for_three(staff: Client, season: Season) -> None:
    everything(season)
    with CaptureQueriesContext(connection) as few:
        page_of(staff, season)
    for number in range(7):
        unit = rows.unit(f"Sở mới {number}", parent=season.province)
        dossier = rows.assessment(season.tier, unit, season.criteria_set, state=("draft", "checking")[number % 2])
        ask(season, dossier)

    with CaptureQueriesContext(connection) as many:
        page = page_of(staff, season)

    assert "Sở mới 6" in page
    assert len(many) == len(few)


def test_workbook_has_a_row_for_each_thing_that_waits(staff: Client, season: Season) -> None:
    everything(season)

    response = staff.get(f"/tiers/{season.tier.pk}/progress/waiting.xlsx", {"sort": "name", "q": "so xay dung"})

    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert [(line[0], line[1], line[5], line[6]) for line in lines] == [
        ("own-member", "Người own-member", 2, 1),
        ("SXD", "Sở Xây dựng", 0, 1),
        ("SXD", "Sở Xây dựng", 1, 1),
    ]
    assert [line[9] for line in lines] == [(database_now() - house.AT).days, 0, 3]
    assert [bool(line[10]) for line in lines] == [False, False, True]
