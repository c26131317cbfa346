"""The pages of a run."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from criteria.models import CriteriaSet, Tier
from criteria.selectors import outline
from criteria.services import drafting
from criteria.tree.nodes import Node
from results.models import Run, UnitResult
from results.selectors import tables
from results.selectors.tables import Filters
from results.selectors.unfold import unfolded
from results.services import runs as services
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return house.ready()


@pytest.fixture(name="staff")
def _staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    return client


def units_of(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/runs/\d+/units/\d+/">([^<]+)</a>', page)


def with_last_year(season: Season) -> Run:
    """Last year's published run with 50 % for SXD (rank 1), then this year's."""
    last = Tier.objects.get(cycle=house.year_before(season))
    run = services.compute(run=services.start(tier=last, by=season.staff))
    UnitResult.objects.filter(run=run, unit__code="SXD").update(
        index=Decimal(50), rank=1, numerator="50", denominator="1"
    )
    UnitResult.objects.filter(run=run, unit__code="SYT").update(
        index=Decimal("90.25"), rank=1, numerator="361", denominator="4"
    )
    house.published(house.approved(run, season.staff, season.chairman), season.chairman)
    return house.computed(season)


def test_ranking_is_shown_with_what_is_missing(staff: Client, season: Season) -> None:
    run = house.computed(season)

    page = staff.get(f"/runs/{run.pk}/").content.decode()

    assert units_of(page) == ["Sở Y tế", "Sở Xây dựng", "Sở Nội vụ"]
    assert "<strong>88,75</strong>" in page
    assert run.digest in page
    assert page.count("<li>1.1 ") == 1


def test_change_on_last_years_published_run(season: Season) -> None:
    run = with_last_year(season)
    run.refresh_from_db()

    (table,) = tables.tables(Run.objects.select_related("tier__cycle").get(pk=run.pk), Filters())

    assert [(row.result.unit.code, row.change, row.climbed, row.missing) for row in table.rows] == [
        ("SYT", Decimal("-1.50"), 0, 0),
        ("SXD", Decimal("30.00"), -1, 0),
        ("SNV", None, None, 3),
    ]


def test_page_shows_the_change(staff: Client, season: Season) -> None:
    run = with_last_year(season)

    page = staff.get(f"/runs/{run.pk}/").content.decode()

    assert "+30,00</span>" in page
    assert "-1,50</span>" in page


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["SYT", "SXD", "SNV"]),
        (Filters(sort="-rank"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="unit"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="index"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="-change"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="-area-2"), ["SXD", "SYT", "SNV"]),
        (Filters(sort="area-9"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="nonsense"), ["SYT", "SXD", "SNV"]),
        (Filters(search="xay dung"), ["SXD"]),
        (Filters(search="snv"), ["SNV"]),
        (Filters(group="department"), ["SYT", "SXD", "SNV"]),
    ],
)
def test_tables_are_narrowed_and_sorted(season: Season, filters: Filters, expected: list[str]) -> None:
    run = Run.objects.select_related("tier__cycle").get(pk=house.computed(season).pk)

    (table,) = tables.tables(run, filters)

    assert ([row.result.unit.code for row in table.rows], table.size) == (expected, 3)


def test_a_group_that_is_not_asked_for_is_left_out(season: Season) -> None:
    run = Run.objects.select_related("tier__cycle").get(pk=house.computed(season).pk)

    assert tables.tables(run, Filters(group="commune")) == []


def test_page_without_a_match_says_so(staff: Client, season: Season) -> None:
    run = house.computed(season)

    page = staff.get(f"/runs/{run.pk}/", {"q": "zzz"}).content.decode()

    assert units_of(page) == []
    assert 'class="empty"' in page


@pytest.mark.parametrize(("state", "given_up"), [("computing", False), ("computing", True), ("failed", True)])
def test_a_run_without_results_says_why(staff: Client, season: Season, state: str, given_up: bool) -> None:
    ended = {"state": "failed", "error": "Sở Y tế: 2.1", "finished_at": timezone.now()} if given_up else {}
    job = Job.objects.create(task="x", title="x", key="x", **ended)
    run = Run.objects.create(tier=season.tier, number=1, state=state, job=job, started_at=timezone.now())

    page = staff.get(f"/runs/{run.pk}/").content.decode()

    board = staff.get(f"/tiers/{season.tier.pk}/progress/").content.decode()
    assert ("Sở Y tế: 2.1" in page) == given_up
    address = reverse("units:job", args=[job.pk])
    assert [address in page, address in board] == [not given_up, not given_up]


def test_proof_is_made_on_demand(staff: Client, season: Season) -> None:
    run = house.computed(season)

    pages = [staff.get(f"/runs/{run.pk}/{query}").content.decode() for query in ("", "?check=1")]
    UnitResult.objects.filter(run=run, unit__code="SXD").update(rank=1)
    pages.append(staff.get(f"/runs/{run.pk}/?check=1").content.decode())

    plain = pages[0].count("notice notice-error")
    assert [("notice notice-success" in page, page.count("notice notice-error") > plain) for page in pages] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_draft_is_offered_to_staff_until_there_is_a_decision(client: Client, season: Season) -> None:
    house.closed(season)
    run = house.computed(season)
    found = []
    for person in (season.staff, season.chairman):
        client.force_login(person)
        found.append(f'href="/runs/{run.pk}/decision/"' in client.get(f"/runs/{run.pk}/").content.decode())
    decision = house.approved(run, season.staff, season.chairman)
    client.force_login(season.staff)
    page = client.get(f"/runs/{run.pk}/").content.decode()

    assert found == [True, False]
    assert f'href="/decisions/{decision.pk}/"' in page
    assert f'href="/runs/{run.pk}/decision/"' not in page


def test_no_draft_is_offered_on_an_interim_run(staff: Client, season: Season) -> None:
    run = house.computed(season)

    page = staff.get(f"/runs/{run.pk}/").content.decode()

    assert f'href="/runs/{run.pk}/decision/"' not in page
    assert "notice notice-warning" in page


def test_as_many_queries_for_ten_units_as_for_three(staff: Client, season: Season) -> None:
    run = house.computed(season)
    with CaptureQueriesContext(connection) as few:
        staff.get(f"/runs/{run.pk}/")
    for number in range(7):
        rows.unit(f"Sở mới {number}", parent=season.province)
    second = house.computed(season)

    with CaptureQueriesContext(connection) as many:
        page = staff.get(f"/runs/{second.pk}/").content.decode()

    assert (len(units_of(page)), len(many)) == (10, len(few))


def test_a_total_unfolds_to_leaves_whose_sums_stand_beside_it(season: Season) -> None:
    run = Run.objects.select_related("tier__cycle").get(pk=house.computed(season).pk)
    result = UnitResult.objects.select_related("unit", "group").get(run=run, unit__code="SYT")

    nodes = unfolded(run, result)

    assert [(each.code, each.depth, each.line is None, str(each.points), str(each.maximum)) for each in nodes] == [
        ("1", 0, True, "4.0000", "4.0000"),
        ("1.1", 1, False, "0.0000", "0.0000"),
        ("1.2", 1, False, "4.0000", "4.0000"),
        ("2", 0, True, "3.1000", "4.0000"),
        ("2.1", 1, False, "3.1000", "4.0000"),
    ]
    assert sum(each.points for each in nodes if each.line) == result.points
    assert (nodes[1].percent, nodes[3].percent, nodes[3].lost) == (None, Decimal("77.50"), Decimal("0.9000"))


def test_a_leaf_that_left_the_criteria_set_still_unfolds(season: Season) -> None:
    """An amendment put another version in force since."""
    run = Run.objects.select_related("tier__cycle").get(pk=house.computed(season).pk)
    result = UnitResult.objects.select_related("unit", "group").get(run=run, unit__code="SYT")
    _in_force_instead(season, _surveyed("2.9", "4"))

    nodes = unfolded(run, result)

    assert [(each.code, each.depth) for each in nodes][-2:] == [("2", 0), ("2.1", 1)]


def test_unit_page_names_deciders_reasons_and_the_exact_index(staff: Client, season: Season) -> None:
    run = house.computed(season)

    page = staff.get(f"/runs/{run.pk}/units/{season.units[0].pk}/").content.decode()

    assert "Sở Nội vụ · Người member" in page
    assert "Nộp chậm 3 ngày" in page
    assert "09:03 01/12/2022" in page or "09:03" in page
    assert "80/1" in page


def test_unit_page_of_a_withheld_unit_names_what_is_missing(staff: Client, season: Season) -> None:
    run = house.computed(season)
    unit = UnitResult.objects.get(run=run, unit__code="SNV").unit

    page = staff.get(f"/runs/{run.pk}/units/{unit.pk}/").content.decode()

    assert "notice-warning" in page
    assert page.count('<a href="#leaf-') == 3


def test_unit_page_shows_last_year(staff: Client, season: Season) -> None:
    run = with_last_year(season)

    page = staff.get(f"/runs/{run.pk}/units/{season.units[0].pk}/").content.decode()

    assert "+30,00</span>" in page


def test_a_unit_outside_the_run_is_not_found(staff: Client, season: Season) -> None:
    run = house.computed(season)

    assert staff.get(f"/runs/{run.pk}/units/{season.province.pk}/").status_code == 404


def _in_force_instead(season: Season, *leaves: Node) -> None:
    """Another version of the set, with these leaves in the place of 2.1, comes in force."""
    old = season.criteria_set
    known = outline(old)
    nodes = (*(each for each in known.nodes if each.code != "2.1"), *leaves)
    new = drafting.create(cycle=season.cycle, kind=old.kind, outline=replace(known, nodes=nodes), by=season.staff)
    CriteriaSet.objects.filter(pk=old.pk).update(state="replaced")
    rows.issue(new)


def _surveyed(code: str, maximum: str) -> Node:
    return Node(code, f"Khảo sát {code}", "2", Decimal(maximum), method="survey")


def test_unit_page_takes_as_many_queries_for_more_leaves(staff: Client, season: Season) -> None:
    run = house.computed(season)
    with CaptureQueriesContext(connection) as few:
        staff.get(f"/runs/{run.pk}/units/{season.units[0].pk}/")
    _in_force_instead(season, *(_surveyed(f"2.{number}", "0.5") for number in range(1, 9)))
    second = house.computed(season)

    with CaptureQueriesContext(connection) as many:
        page = staff.get(f"/runs/{second.pk}/units/{season.units[0].pk}/").content.decode()

    assert (page.count('id="leaf-'), len(many)) == (10, len(few))


def test_runs_are_listed_newest_first(staff: Client, season: Season) -> None:
    empty = staff.get(f"/tiers/{season.tier.pk}/runs/").content.decode()
    first, second = house.computed(season), house.computed(season)

    page = staff.get(f"/tiers/{season.tier.pk}/runs/").content.decode()

    assert 'class="empty"' in empty
    assert re.findall(r'<th scope="row"><a href="(/runs/\d+/)"', page) == [f"/runs/{second.pk}/", f"/runs/{first.pk}/"]
