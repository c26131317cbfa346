"""Pages of a cycle and of its criteria sets, their doors and their files."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from criteria import policies
from criteria.documents.files import FORMATS
from criteria.models import CriteriaSet, Criterion, Cycle, LegalDocument
from tests.factories import rows
from units import pdf
from units.pdf import MissingLibrary

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
    assert text.count("<li>Kịp thời: 2</li><li>Chậm: 1</li><li>Không: 0</li>") == 1
    assert text.count("<li>Dưới 80%: 0</li>") == 1


def test_set_page_search_without_diacritics(client: Client) -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="1.2").update(name="Kế hoạch tuyên truyền")
    client.force_login(season.staff)

    page = client.get(reverse("criteria:set", args=[season.criteria_set.pk]), {"q": "TUYEN TRUYEN"})

    assert [
        (area.criterion.code, [each.criterion.code for each in below]) for area, below in page.context["areas"]
    ] == [("1", ["1.2"])]
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


def test_set_page_says_everything_of_a_leaf(client: Client) -> None:
    season = rows.season(issued=False)
    newer = LegalDocument.objects.create(number="2125/QĐ-UBND")
    LegalDocument.objects.create(number="52/2019/QĐ-UBND", is_repealed=True, replaced_by=newer)
    Criterion.objects.filter(code="1.1").update(
        min_points=-1,
        entered_by="appraiser",
        evidence_asked="Kế hoạch (kỳ: năm; cơ quan ban hành: UBND huyện)",
        examples="mức = Chậm → 1",
        guidance="Chậm: sau ngày 31/12",
        facets="a) Đất đai: 2 (Sở Tài nguyên và Môi trường)",
        legal_basis="52/2019/QĐ-UBND, Điều 5",
        note="Xem kèm 1.2",
    )
    Criterion.objects.filter(code="1.2").update(rule="", is_max_unknown=True, max_points=0)
    CriteriaSet.objects.update(bonus_cap=2, penalty_cap=3, is_demo=True, legal_basis="2125/QĐ-UBND")
    client.force_login(season.staff)

    text = client.get(reverse("criteria:set", args=[season.criteria_set.pk])).content.decode()

    for words in (
        'id="1.1"',
        "<li>Kế hoạch <i>",
        "(năm; UBND huyện)",
        "mức = Chậm → 1",
        "<i>Chậm → 1</i>",
        "Chậm: sau ngày 31/12",
        "a) Đất đai: 2 (Sở Tài nguyên và Môi trường)",
        "52/2019/QĐ-UBND, Điều 5",
        "được thay thế bởi 2125/QĐ-UBND",
        "Xem kèm 1.2",
        "Thấp nhất: -1",
        "thưởng tối đa 2 điểm, phạt tối đa 3 điểm",
        'class="demo"',
    ):
        assert words in text, words
    assert text.count("pill-repealed") == 1
    assert text.count("Chưa có cách tính điểm.") == 1


def test_set_page_shows_examples_that_the_rule_does_not_fit_without_a_derivation(client: Client) -> None:
    season = rows.season(issued=False)
    Criterion.objects.filter(code="1.1").update(examples="xyz\n\nabc")
    client.force_login(season.staff)

    areas = client.get(reverse("criteria:set", args=[season.criteria_set.pk])).context["areas"]

    assert [(each.text, each.derivation) for each in areas[0][1][0].examples] == [("xyz", ""), ("abc", "")]


def test_set_page_offers_work_to_the_standing_body_alone(client: Client) -> None:
    season = rows.season()
    offered = {}
    for person in (season.staff, season.officer):
        client.force_login(person)
        offered[person] = client.get(reverse("criteria:set", args=[season.criteria_set.pk])).context["may_edit"]

    assert offered == {season.staff: True, season.officer: False}


def test_set_page_leads_to_the_versions_before_and_after(client: Client) -> None:
    season = rows.season()
    newer = rows.criteria_set(season.cycle, version=2)
    CriteriaSet.objects.filter(pk=newer.pk).update(replaces=season.criteria_set)
    CriteriaSet.objects.filter(pk=season.criteria_set.pk).update(state="replaced")
    rows.issue(CriteriaSet.objects.get(pk=newer.pk))
    client.force_login(season.officer)

    old, new = (client.get(reverse("criteria:set", args=[each.pk])) for each in (season.criteria_set, newer))

    assert (old.context["replaced_by"], new.context["replaced_by"]) == (newer, None)
    assert f'href="/criteria/{newer.pk}/"' in old.content.decode()
    assert f'href="/criteria/{season.criteria_set.pk}/"' in new.content.decode()


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "docx", "pdf"])
def test_export_is_the_file_of_its_format(client: Client, suffix: str) -> None:
    season = rows.season()
    client.force_login(season.officer)
    name = {"xlsx": "set_export"}.get(suffix, f"set_{suffix}")

    first, second = (client.get(reverse(f"criteria:{name}", args=[season.criteria_set.pk])) for _ in range(2))

    assert (first.status_code, first["Content-Type"]) == (200, FORMATS[suffix].content_type)
    assert f'bo-tieu-chi-{season.cycle.code}-so-nganh-v1.{suffix}"' in first["Content-Disposition"]
    assert first.content == second.content == FORMATS[suffix].make(CriteriaSet.objects.get())


def test_export_of_a_draft_is_what_the_draft_says_now(client: Client) -> None:
    season = rows.season(issued=False)
    client.force_login(season.staff)
    address = reverse("criteria:set_csv", args=[season.criteria_set.pk])
    before = client.get(address).content
    Criterion.objects.filter(code="1.1").update(name="Tên mới")

    assert ("Tên mới" in before.decode(), "Tên mới" in client.get(address).content.decode()) == (False, True)


def test_export_as_pdf_without_its_library_says_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def without() -> None:
        raise MissingLibrary("Pango")

    monkeypatch.setattr(pdf, "_library", without)
    season = rows.season()
    client.force_login(season.officer)

    answer = client.get(reverse("criteria:set_pdf", args=[season.criteria_set.pk]), follow=True)

    assert answer.redirect_chain == [(reverse("criteria:set", args=[season.criteria_set.pk]), 302)]
    assert answer.content.decode().count("cần cài đặt Pango") == 1


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
        issued_at=season.cycle.issued_at,
    )

    assert [place.url for place in policies.places_for(person)] == [reverse("criteria:cycle", args=[season.cycle.code])]
    assert policies.due_for(person, timezone.now()) == []
