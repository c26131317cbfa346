"""Pages of a cycle and of its criteria sets, their doors and the workbook."""

from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from criteria import policies
from criteria.models import CriteriaSet, Criterion, Cycle
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_cycle_page_shows_calendar_settings_and_sets(client: Client) -> None:
    season = rows.season()
    client.force_login(season.outsider)

    page = client.get(reverse("criteria:cycle", args=[season.cycle.code]))

    assert (page.status_code, len(page.context["phases"]), page.context["timeline"].today is not None) == (200, 4, True)
    text = page.content.decode()
    assert text.count('<svg class="timeline"') == 1
    assert text.count('<rect class="bar-') == 4
    assert text.count("trước ngày 25/11/2022") >= 4


def test_cycle_page_without_phases_says_so(client: Client) -> None:
    cycle = rows.cycle(rows.unit(kind="province"))
    client.force_login(rows.user())

    page = client.get(reverse("criteria:cycle", args=[cycle.code]))

    assert (page.status_code, page.context["timeline"]) == (200, None)


def test_cycle_page_of_a_moved_demonstration_says_so(client: Client) -> None:
    season = rows.season()
    Cycle.objects.update(is_demo=True, demo_shift_days=1470)
    client.force_login(season.staff)

    text = client.get(reverse("criteria:cycle", args=[season.cycle.code])).content.decode()

    assert text.count("1470") == 1
    assert text.count('class="demo"') == 1


def test_cycle_page_takes_the_same_queries_for_more_tiers(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    season = rows.season()
    client.force_login(season.staff)
    address = reverse("criteria:cycle", args=[season.cycle.code])
    client.get(address)
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    for number in range(3):
        district = rows.unit(kind="district", parent=season.province)
        rows.tier(season.cycle, district, "commune", f"huyen-{number}")
        rows.phase(season.cycle, ("survey", "appraisal", "approval")[number], "commune")

    with django_assert_max_num_queries(60) as three:
        client.get(address)

    assert len(three.captured_queries) == len(one.captured_queries)


def test_set_page_shows_every_rule_in_words(client: Client) -> None:
    season = rows.season()
    client.force_login(season.officer)

    page = client.get(reverse("criteria:set", args=[season.criteria_set.pk]))

    text = page.content.decode()
    assert (page.status_code, page.context["leaf_count"], page.context["found"]) == (200, 3, 3)
    assert text.count("Kịp thời: 2; Chậm: 1; Không: 0") == 1
    assert text.count("Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; Dưới 80%: 0") == 1


def test_set_page_search_without_diacritics(client: Client) -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="1.2").update(name="Kế hoạch tuyên truyền")
    client.force_login(season.staff)

    page = client.get(reverse("criteria:set", args=[season.criteria_set.pk]), {"q": "TUYEN TRUYEN"})

    assert [(area.code, [each.code for each in below]) for area, below in page.context["areas"]] == [("1", ["1.2"])]
    assert page.context["found"] == 1


def test_set_page_search_without_a_hit_says_what_to_do(client: Client) -> None:
    season = rows.season()
    client.force_login(season.officer)

    page = client.get(reverse("criteria:set", args=[season.criteria_set.pk]), {"q": "<script>"})

    assert (page.status_code, page.context["areas"]) == (200, [])
    assert page.content.decode().count('class="empty"') == 1


def test_set_page_takes_the_same_queries_for_more_criteria(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    season = rows.season(issued=False)
    client.force_login(season.staff)
    address = reverse("criteria:set", args=[season.criteria_set.pk])
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    area = Criterion.objects.get(code="1")
    for number in range(3, 30):
        rows.criterion(season.criteria_set, f"1.{number}", "1", parent=area)
    Criterion.objects.filter(code="2").update(position=10**6)
    Criterion.objects.filter(code="2.1").update(position=10**6 + 1)

    with django_assert_max_num_queries(60) as many:
        page = client.get(address)

    assert page.context["leaf_count"] == 30
    assert len(many.captured_queries) == len(few.captured_queries)


def test_export_is_the_whole_tree_as_plain_text(client: Client) -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="1.1").update(name="=1+1", evidence_asked="@SUM(A1)")
    CriteriaSet.objects.update(is_demo=True)
    client.force_login(season.staff)

    answer = client.get(reverse("criteria:set_export", args=[season.criteria_set.pk]))

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[0] for row in cells] == ["1", "1.1", "1.2", "2", "2.1"]
    assert cells[1][1:] == [
        "=1+1",
        2,
        "thẩm định tài liệu",
        "Kịp thời: 2; Chậm: 1; Không: 0",
        "@SUM(A1)",
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert str(sheet["A1"].value).endswith("(dữ liệu minh họa)")


def test_pages_are_for_signed_in_people_only(client: Client) -> None:
    season = rows.season()
    addresses = [
        reverse("criteria:cycle", args=[season.cycle.code]),
        reverse("criteria:set", args=[season.criteria_set.pk]),
        reverse("criteria:set_export", args=[season.criteria_set.pk]),
    ]

    assert [client.get(address).status_code for address in addresses] == [302, 302, 302]
    with pytest.raises(Http404):
        policies.cycle_to_view(AnonymousUser(), season.cycle.code)
    with pytest.raises(Http404):
        policies.set_to_view(rows.user(is_active=False), season.criteria_set.pk)


def test_pages_of_unknown_rows_are_not_found(client: Client) -> None:
    client.force_login(rows.user())

    assert client.get(reverse("criteria:cycle", args=["khong-co"])).status_code == 404
    assert client.get(reverse("criteria:set", args=[999])).status_code == 404


def test_places_lead_to_the_newest_cycle() -> None:
    person = rows.user()
    assert policies.places_for(person) == []
    season = rows.season()
    Cycle.objects.create(
        code="cu",
        name="Kỳ cũ",
        year=2021,
        authority=season.province,
        period_start="2021-01-01",
        period_end="2021-12-31",
    )

    assert [place.url for place in policies.places_for(person)] == [reverse("criteria:cycle", args=[season.cycle.code])]
    assert policies.due_for(person, timezone.now()) == []
