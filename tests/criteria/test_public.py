"""The public pages of criteria sets: for everybody, of issued sets only, with an address for every leaf."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from criteria.models import CriteriaSet, Cycle
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_list_has_issued_sets_by_cycle(client: Client) -> None:
    season = rows.season()
    rows.criteria_set(season.cycle, "district")
    earlier = rows.cycle(season.province)
    rows.issue(rows.criteria_set(earlier))
    Cycle.objects.filter(pk=earlier.pk).update(is_demo=True, year=2021)

    page = client.get(reverse("criteria:public_sets"))

    listed = [(cycle, [each.kind for each in sets]) for cycle, sets in page.context["cycles"]]
    assert listed == [(season.cycle.name, ["department"]), (earlier.name, ["department"])]
    assert page.content.decode().count("dữ liệu trình diễn") == 1


@pytest.mark.parametrize(
    ("text", "found"), [("QD-UBND", 1), ("kỳ", 1), ("Sở, ban", 1), ("bộ tiêu chí DEPARTMENT", 1), ("xã phường", 0)]
)
def test_list_is_searched_without_diacritics(client: Client, text: str, found: int) -> None:
    season = rows.season(issued=False)
    season.criteria_set.number = "52/2019/QĐ-UBND"
    rows.issue(season.criteria_set)

    page = client.get(reverse("criteria:public_sets"), {"q": text})

    assert len(page.context["cycles"]) == found
    assert page.content.decode().count('class="empty"') == 1 - found


def test_list_takes_the_same_queries_for_more_sets(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    season = rows.season()
    address = reverse("criteria:public_sets")
    client.get(address)
    with django_assert_max_num_queries(20) as one:
        client.get(address)
    for kind in ("district", "commune"):
        rows.issue(rows.criteria_set(rows.cycle(season.province), kind))

    with django_assert_max_num_queries(20) as three:
        page = client.get(address)

    assert len(page.context["cycles"]) == 3
    assert len(three.captured_queries) == len(one.captured_queries)


def test_page_of_a_set_has_an_address_for_every_node(client: Client) -> None:
    season = rows.season()

    text = client.get(reverse("criteria:public_set", args=[season.criteria_set.pk])).content.decode()

    for code in ("1", "1.1", "1.2", "2", "2.1"):
        assert text.count(f' id="{code}"') == 1
    assert text.count('href="#1.1"') == 1
    assert text.count("<li>Kịp thời: 2</li>") == 1
    assert season.criteria_set.digest in text


def test_page_of_a_replaced_set_leads_to_its_successor(client: Client) -> None:
    season = rows.season()
    newer = rows.criteria_set(season.cycle, version=2)
    CriteriaSet.objects.filter(pk=newer.pk).update(replaces=season.criteria_set, is_demo=True)
    CriteriaSet.objects.filter(pk=season.criteria_set.pk).update(state="replaced")
    rows.issue(CriteriaSet.objects.get(pk=newer.pk))

    old, new = (
        client.get(reverse("criteria:public_set", args=[each.pk])).content.decode()
        for each in (season.criteria_set, newer)
    )

    assert old.count("Phiên bản này không còn hiệu lực.") == 1
    assert f'href="/bo-tieu-chi/{newer.pk}/"' in old
    assert ("không còn hiệu lực" in new, 'class="demo"' in new, 'class="demo"' in old) == (False, True, False)


def test_draft_is_not_there_for_anybody(client: Client) -> None:
    season = rows.season(issued=False)
    client.force_login(season.staff)
    pk = season.criteria_set.pk

    answers = [client.get(f"/bo-tieu-chi/{pk}/{rest}").status_code for rest in ("", "criteria.csv", "criteria.xlsx")]

    assert answers == [404, 404, 404]
    assert client.get(reverse("criteria:public_sets")).context["cycles"] == []


@pytest.mark.parametrize(("suffix", "status"), [("xlsx", 200), ("docx", 200), ("csv", 200), ("pdf", 404), ("exe", 404)])
def test_files_are_open_but_for_the_pdf(client: Client, suffix: str, status: int) -> None:
    season = rows.season()

    answer = client.get(reverse("criteria:public_file", args=[season.criteria_set.pk, suffix]))

    assert answer.status_code == status


def test_file_is_not_sent_twice(client: Client) -> None:
    address = reverse("criteria:public_file", args=[rows.season().criteria_set.pk, "csv"])
    first = client.get(address)

    again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_pages_are_read_only(client: Client) -> None:
    season = rows.season()

    assert client.post(reverse("criteria:public_sets")).status_code == 405
    assert client.post(reverse("criteria:public_set", args=[season.criteria_set.pk])).status_code == 405
