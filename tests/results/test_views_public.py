"""Public pages: the published figures for everybody, and nothing at any address before or after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from criteria.models import Tier
from results.models import Publication, Run, UnitResult
from results.services import publications
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house, papers

pytestmark = pytest.mark.django_db
NAMES = ("ranking", "public_unit", "open_data", "public_decision", "public_xlsx")


@pytest.fixture
def season() -> Season:
    return house.ready()


@pytest.fixture
def publication(season: Season) -> Publication:
    return papers.published(papers.computed(season), season)


def addresses(season: Season) -> list[str]:
    """Every public address of the tier."""
    unit = {"unit_pk": season.units[0].pk}
    return [
        reverse(f"results:{name}", kwargs={"tier_pk": season.tier.pk, **(unit if name == "public_unit" else {})})
        for name in NAMES
    ]


def statuses(season: Season) -> list[int]:
    return [Client().get(address).status_code for address in addresses(season)]


def last_year(season: Season) -> Run:
    """The season's groups in the cycle before, with SXD first and SYT second, not published yet."""
    cycle = house.year_before(season)
    tier = Tier.objects.get(cycle=cycle)
    run = Run.objects.create(
        tier=tier, number=1, state="computed", started_at=house.AT, computed_at=house.AT, settings={"groups": []}
    )
    for rank, unit in enumerate(season.units, start=1):
        UnitResult.objects.create(
            run=run, group=tier.groups.get(), unit=unit, points=9, maximum=10, numerator="90", denominator="1",
            index=90 - rank, rank=rank, band="Tốt",
        )  # fmt: skip
    return run


def test_every_address_answers_while_published(season: Season, publication: Publication) -> None:
    assert statuses(season) == [200] * 5


def test_nothing_is_found_before_the_publication(season: Season) -> None:
    papers.approved(papers.computed(season), season)
    assert statuses(season) == [404] * 5


def test_nothing_is_found_before_its_instant(season: Season, publication: Publication) -> None:
    Publication.objects.update(publish_at=timezone.now() + timedelta(minutes=5))
    assert statuses(season) == [404] * 5


def test_nothing_is_found_after_the_withdrawal(season: Season, publication: Publication) -> None:
    publications.withdraw(publication=publication, reason="sai", by=season.chairman)
    assert statuses(season) == [404] * 5


def test_nothing_is_found_of_what_does_not_exist(season: Season, publication: Publication) -> None:
    outside = rows.unit("Sở khác")
    assert Client().get(reverse("results:ranking", args=[season.tier.pk + 99])).status_code == 404
    assert Client().get(reverse("results:public_unit", args=[season.tier.pk, outside.pk])).status_code == 404


@pytest.mark.parametrize("found", [True, False])
def test_no_answer_is_kept_by_a_cache(season: Season, publication: Publication, found: bool) -> None:
    if not found:
        publications.withdraw(publication=publication, reason="sai", by=season.chairman)
    kept = {Client().get(address)["Cache-Control"] for address in addresses(season)}
    assert kept == {"private, no-store"}


def test_public_pages_are_only_read(season: Season, publication: Publication) -> None:
    assert {Client().post(address).status_code for address in addresses(season)} == {405}


def test_listing_names_what_is_published(season: Season, publication: Publication) -> None:
    (entry,) = Client().get(reverse("results:public")).context["years"]
    assert entry == (2022, [publication])


def test_listing_leaves_out_what_is_to_come(season: Season, publication: Publication) -> None:
    Publication.objects.update(publish_at=timezone.now() + timedelta(minutes=5))
    assert Client().get(reverse("results:public")).context["years"] == []


def test_ranking_has_the_published_figures(season: Season, publication: Publication) -> None:
    page = Client().get(reverse("results:ranking", args=[season.tier.pk])).content.decode()
    assert [figure in page for figure in ("88,75", "80,00", "Sở Nội vụ", "36/QĐ-UBND")] == [True] * 4


def test_ranking_shows_the_change_on_last_years_publication(season: Season) -> None:
    before = last_year(season)
    publication = papers.published(papers.computed(season), season)
    decision = house.approved(before, season.staff, season.chairman)
    assert _changes(season) == [(None, None), (None, None), (None, None)]
    house.published(decision, season.chairman)
    assert _changes(season) == [("0.75", 1), ("-9.00", -1), (None, None)]
    assert publication.tier.cycle.previous == before.tier.cycle


def _changes(season: Season) -> list[tuple[str | None, int | None]]:
    ((_table, metered, _histogram),) = Client().get(reverse("results:ranking", args=[season.tier.pk])).context["groups"]
    return [
        (None if row.index_change is None else f"{row.index_change:.2f}", row.rank_change) for row, _meter in metered
    ]


def test_ranking_searches_without_diacritics(season: Season, publication: Publication) -> None:
    address = reverse("results:ranking", args=[season.tier.pk])
    ((_table, metered, _histogram),) = Client().get(address, {"q": "xay dung"}).context["groups"]
    assert [row.result.unit.name for row, _meter in metered] == ["Sở Xây dựng"]


def test_ranking_searched_in_vain_says_so(season: Season, publication: Publication) -> None:
    response = Client().get(reverse("results:ranking", args=[season.tier.pk]), {"q": "không có"})
    assert "“không có”" in response.content.decode()


def test_ranking_with_a_senseless_search_shows_all(season: Season, publication: Publication) -> None:
    address = reverse("results:ranking", args=[season.tier.pk])
    ((_table, metered, _histogram),) = Client().get(address, {"q": "a" * 500}).context["groups"]
    assert len(metered) == 3


def test_ranking_of_a_single_index_draws_no_histogram(season: Season) -> None:
    run = papers.computed(season)
    UnitResult.objects.filter(run=run, unit__code="SYT").delete()
    papers.published(run, season)
    ((_table, _rows, histogram),) = Client().get(reverse("results:ranking", args=[season.tier.pk])).context["groups"]
    assert histogram is None


def test_ranking_has_as_many_queries_with_many_units(season: Season) -> None:
    papers.published(papers.computed(season), season)
    address = reverse("results:ranking", args=[season.tier.pk])
    Client().get(address)
    with CaptureQueriesContext(connection) as few:
        Client().get(address)
    Publication.objects.all().delete()
    run = papers.computed(season)
    result = UnitResult.objects.filter(run=run, unit__code="SYT").get()
    for _number in range(30):
        result.pk, result.unit = None, rows.unit(parent=season.province)
        result.save()
    papers.published(run, season)
    with CaptureQueriesContext(connection) as many:
        response = Client().get(address)
    assert len(response.context["groups"][0][1]) == 33
    assert (len(many), len(few) <= 8) == (len(few), True)


def test_unit_shows_its_areas_against_the_mean(season: Season, publication: Publication) -> None:
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk]))
    shown = [(area.code, str(area.points), str(area.percent), str(mean)) for area, mean in response.context["areas"]]
    assert shown == [("1", "4.5", "75.00", "58.33"), ("2", "3.5", "87.50", "55.00")]
    assert (response.context["radar"], response.context["bump"]) == (None, None)
    assert str(response.context["mean"]) == "84.38"


def test_unit_with_three_areas_has_a_radar(season: Season) -> None:
    run = papers.computed(season)
    for result in UnitResult.objects.filter(run=run):
        result.areas = [{**result.areas[0], "code": str(number)} for number in (1, 2, 3)]
        result.save()
    papers.published(run, season)
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk]))
    assert response.context["radar"].count("<circle") == 6


def test_unit_to_which_an_area_does_not_apply_leaves_it_out_of_the_bars(season: Season) -> None:
    run = papers.computed(season)
    for result in UnitResult.objects.filter(run=run):
        result.areas = [{**result.areas[0], "points": "0", "maximum": "0", "percent": None}, result.areas[1]]
        result.save()
    papers.published(run, season)
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk]))
    assert response.context["areas"][0][1] is None
    assert response.context["bars"].count("<rect") == 2


def test_unit_without_an_index_says_why(season: Season, publication: Publication) -> None:
    withheld = UnitResult.objects.get(run=publication.decision.run, index=None)
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, withheld.unit_id]))
    assert response.status_code == 200
    assert response.content.decode().count('class="notice"') == 1


def test_unit_shows_its_ranks_over_the_years(season: Season) -> None:
    before = last_year(season)
    house.published(house.approved(before, season.staff, season.chairman), season.chairman)
    papers.published(papers.computed(season), season)
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk]))
    ranks = [(year.year, year.result and year.result.rank, len(year.ranks)) for year in response.context["years"]]
    assert ranks == [(2021, 1, 2), (2022, 2, 2)]
    assert response.context["bump"].count("<polyline") == 2


def test_unit_that_is_new_has_a_gap_in_the_years(season: Season) -> None:
    before = last_year(season)
    UnitResult.objects.filter(run=before, unit=season.units[0]).delete()
    house.published(house.approved(before, season.staff, season.chairman), season.chairman)
    papers.published(papers.computed(season), season)
    response = Client().get(reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk]))
    assert [year.result is None for year in response.context["years"]] == [True, False]


def test_unit_has_few_queries(season: Season, publication: Publication) -> None:
    address = reverse("results:public_unit", args=[season.tier.pk, season.units[0].pk])
    Client().get(address)
    with CaptureQueriesContext(connection) as queries:
        Client().get(address)
    assert len(queries) <= 10


def test_open_data_is_plain_utf8_csv(season: Season, publication: Publication) -> None:
    response = Client().get(reverse("results:open_data", args=[season.tier.pk]))
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="thu-tinh.csv"',
    )
    assert response.content.decode().splitlines()[1][:46] == "thu,2022,tinh,department,SYT,Sở Y tế,unit,,,7."


def test_public_decision_without_a_file_is_not_found(season: Season) -> None:
    run = papers.computed(season)
    house.published(house.approved(run, season.staff, season.chairman), season.chairman)
    assert statuses(season) == [200, 200, 200, 404, 200]
