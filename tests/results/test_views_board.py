"""The progress board."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from criteria.models import Phase
from results.models import Run
from results.selectors.board import Filters, Step, board, narrowed
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import Job, Unit
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return house.ready()


@pytest.fixture(name="staff")
def _staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    return client


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<a href="[^"]+">)?([^<]+)<', page)


def test_steps_of_every_unit(season: Season) -> None:
    found = board(season.tier, database_now())

    assert [
        (row.unit.code, row.state, (row.scored.done, row.scored.total), row.appraised.done, row.surveyed.done)
        for row in found.rows
    ] == [
        ("SNV", "none", (0, 2), 0, 0),
        ("SXD", "submitted", (2, 2), 2, 1),
        ("SYT", "submitted", (2, 2), 2, 1),
    ]
    assert (found.submitted, found.appraised, found.surveyed) == (Step(2, 3), Step(2, 3), Step(2, 3))
    assert (found.run, found.computing, found.overdue) == (None, None, 0)


def test_a_dossier_past_its_deadline_is_overdue(season: Season) -> None:
    season.assessments[0].state = "returned"
    season.assessments[0].save()
    Phase.objects.update(closes_at=timezone.now() - timedelta(seconds=1))

    found = board(season.tier, database_now())

    assert [(row.unit.code, row.overdue) for row in found.rows] == [("SNV", True), ("SXD", True), ("SYT", False)]
    assert [row.unit.code for row in narrowed(found.rows, Filters(state="overdue"))] == ["SNV", "SXD"]


@pytest.mark.parametrize(("done", "total", "level"), [(0, 4, 0), (1, 4, 1), (2, 4, 2), (3, 4, 2), (4, 4, 3), (0, 0, 0)])
def test_level_of_a_step(done: int, total: int, level: int) -> None:
    assert Step(done, total).level == level


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["SNV", "SXD", "SYT"]),
        (Filters(search="so xay"), ["SXD"]),
        (Filters(search="syt"), ["SYT"]),
        (Filters(group="department"), ["SNV", "SXD", "SYT"]),
        (Filters(group="district"), []),
        (Filters(state="submitted"), ["SXD", "SYT"]),
        (Filters(state="none"), ["SNV"]),
        (Filters(sort="-unit"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="rank"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="-index"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="state"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="submitted"), ["SXD", "SYT", "SNV"]),
        (Filters(sort="-scored"), ["SXD", "SYT", "SNV"]),
        (Filters(sort="appraised"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="surveyed"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="nonsense"), ["SNV", "SXD", "SYT"]),
    ],
)
def test_narrowed(season: Season, filters: Filters, expected: list[str]) -> None:
    house.computed(season)

    rows_ = narrowed(board(season.tier, database_now()).rows, filters)

    assert [row.unit.code for row in rows_] == expected


def test_sorting_by_rank_without_a_run_keeps_the_order(season: Season) -> None:
    found = board(season.tier, database_now()).rows

    assert [row.unit.code for row in narrowed(found, Filters(sort="index"))] == ["SNV", "SXD", "SYT"]
    assert [row.unit.code for row in narrowed(found, Filters(sort="rank"))] == ["SNV", "SXD", "SYT"]


def test_page_shows_every_unit_and_the_button(staff: Client, season: Season) -> None:
    page = staff.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert names(page) == ["Sở Nội vụ", "Sở Xây dựng", "Sở Y tế"]
    assert f'action="/tiers/{season.tier.pk}/compute/"' in page


def test_chairman_sees_the_board_without_the_button(client: Client, season: Season) -> None:
    client.force_login(season.chairman)

    page = client.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert f'action="/tiers/{season.tier.pk}/compute/"' not in page


def test_page_filters_by_name_without_diacritics(staff: Client, season: Season) -> None:
    page = staff.get(f"/tiers/{season.tier.pk}/progress/", {"q": "Y TE", "sort": "unit"}).content.decode()

    assert names(page) == ["Sở Y tế"]


def test_page_without_a_match_says_so(staff: Client, season: Season) -> None:
    page = staff.get(f"/tiers/{season.tier.pk}/progress/", {"q": "zzz"}).content.decode()

    assert names(page) == []
    assert 'class="empty"' in page


def test_page_links_to_run_and_results(staff: Client, season: Season) -> None:
    run = house.computed(season)
    waiting = Run.objects.create(tier=season.tier, number=2, started_at=timezone.now())

    page = staff.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert f'href="/runs/{run.pk}/units/{season.units[0].pk}/">80,00</a>' in page
    assert f'href="/runs/{waiting.pk}/"' in page


def test_as_many_queries_for_ten_units_as_for_three(staff: Client, season: Season) -> None:
    house.computed(season)
    with CaptureQueriesContext(connection) as few:
        staff.get(f"/tiers/{season.tier.pk}/progress/")
    for number in range(7):
        unit = rows.unit(f"Sở mới {number}", parent=season.province)
        dossier = rows.assessment(season.tier, unit, season.criteria_set)
        rows.score(dossier, "1.1", "1")

    with CaptureQueriesContext(connection) as many:
        page = staff.get(f"/tiers/{season.tier.pk}/progress/").content.decode()

    assert (len(names(page)), len(many)) == (10, len(few))


def test_workbook_keeps_the_filter_and_neutralises_formulas(staff: Client, season: Season) -> None:
    house.computed(season)
    Unit.objects.filter(code="SXD").update(name='=HYPERLINK("x")')

    response = staff.get(f"/tiers/{season.tier.pk}/progress.xlsx", {"state": "submitted"})

    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(min_row=2))
    assert [(row[0].value, row[5].value, row[6].value, row[11].value) for row in lines] == [
        ("SXD", 2, 2, 2),
        ("SYT", 2, 2, 1),
    ]
    assert (lines[0][1].value, lines[0][1].data_type) == ('=HYPERLINK("x")', "s")
    assert str(lines[1][12].value) == "88.75"


def test_starting_leads_to_the_job(staff: Client, season: Season) -> None:
    response = staff.post(f"/tiers/{season.tier.pk}/compute/")

    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, reverse("units:job", args=[job.pk]))
    assert Run.objects.get().job == job


def test_a_start_is_not_a_link(staff: Client, season: Season) -> None:
    assert staff.get(f"/tiers/{season.tier.pk}/compute/").status_code == 405


@pytest.mark.parametrize("path", ["progress/", "progress.xlsx", "runs/"])
def test_anonymous_is_sent_to_sign_in(client: Client, season: Season, path: str) -> None:
    assert client.get(f"/tiers/{season.tier.pk}/{path}").status_code == 302
