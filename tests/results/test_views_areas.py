"""The progress board by area."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from criteria.models import RankingGroup
from results import policies
from results.selectors import areas, board
from results.selectors.areas import View, narrowed, pieces, tables
from results.selectors.board import Filters, Step
from results.views.sheets import Sheet, workbook_of
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house
from units.models import Unit, User
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return house.ready(issued=False)


@pytest.fixture(name="staff")
def _staff(client: Client, season: Season) -> Client:
    client.force_login(season.staff)
    return client


def third_area(season: Season) -> None:
    """An area of two levels, with a leaf that only the appraiser enters."""
    top = rows.criterion(season.criteria_set, "3", "5", leaf=False)
    middle = rows.criterion(season.criteria_set, "3.1", "5", parent=top, leaf=False)
    rows.criterion(season.criteria_set, "3.1.1", "2", parent=middle)
    rows.criterion(season.criteria_set, "3.1.2", "3", parent=middle, entered_by="appraiser")
    season.criteria_set.scale = 15


def steps(season: Season, view: str = View.SCORED) -> dict[str, list[tuple[int, int]]]:
    (table,) = tables(season.tier, view)
    return {row.unit.code: [(step.done, step.total) for _area, step in row.cells] for row in table.rows}


def districts(season: Season) -> Unit:
    RankingGroup.objects.create(
        tier=season.tier, code="district", name="Khối huyện", kind="district", parent=season.province, position=1
    )
    return rows.unit("Huyện Thử", "district", parent=season.province, code="HT")


def test_leaves_answered_of_all_by_area(season: Season) -> None:
    third_area(season)
    rows.issue(season.criteria_set)
    rows.score(season.assessments[0], "3.1.1", "1")
    rows.score(season.assessments[1], "3.1.1", None)

    assert steps(season) == {
        "SNV": [(0, 2), (0, 0), (0, 1)],
        "SXD": [(2, 2), (0, 0), (1, 1)],
        "SYT": [(2, 2), (0, 0), (0, 1)],
    }


def test_leaves_appraised_of_all_by_area(season: Season) -> None:
    third_area(season)
    rows.issue(season.criteria_set)
    rows.appraisal(season.assessments[0], "3.1.2", "3", season.member)

    assert steps(season, View.APPRAISED) == {
        "SNV": [(0, 2), (0, 0), (0, 2)],
        "SXD": [(2, 2), (0, 0), (1, 2)],
        "SYT": [(2, 2), (0, 0), (0, 2)],
    }


def test_exempted_leaves_count_as_on_the_board(season: Season) -> None:
    third_area(season)
    rows.issue(season.criteria_set)
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0])
    rows.exemption(season.criteria_set, "3", unit=season.units[1])

    assert steps(season)["SXD"] == [(1, 1), (0, 0), (0, 1)]
    assert steps(season)["SYT"] == [(2, 2), (0, 0), (0, 0)]
    found = {row.unit.code: row for row in board.board(season.tier, database_now()).rows}
    for view in View:
        (table,) = tables(season.tier, view)
        assert {row.unit.code: row.total for row in table.rows} == {
            code: getattr(row, view) for code, row in found.items()
        }


def test_each_criteria_set_has_its_own_table(season: Season) -> None:
    rows.issue(season.criteria_set)
    district = districts(season)
    other = rows.criteria_set(season.cycle, "district")
    rows.criterion(other, "4.1", "1", parent=rows.criterion(other, "4", "1", leaf=False))
    other.scale = 11
    rows.issue(other)

    found = tables(season.tier, View.SCORED)

    assert [([area.code for area in table.areas], len(table.rows)) for table in found] == [
        (["1", "2"], 3),
        (["1", "2", "4"], 1),
    ]
    assert found[1].rows[0].unit == district
    assert {area.pk for area in found[0].areas}.isdisjoint({area.pk for area in found[1].areas})


def test_groups_without_a_set_in_force_are_in_no_table(season: Season) -> None:
    districts(season)

    assert tables(season.tier, View.SCORED) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["SNV", "SXD", "SYT"]),
        (Filters(search="so xay"), ["SXD"]),
        (Filters(search="syt"), ["SYT"]),
        (Filters(group="department"), ["SNV", "SXD", "SYT"]),
        (Filters(group="district"), []),
        (Filters(state="none"), ["SNV"]),
        (Filters(state="submitted"), ["SXD", "SYT"]),
        (Filters(sort="-unit"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="state"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="-total"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="area-1"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="-area-1"), ["SYT", "SXD", "SNV"]),
        (Filters(sort="area-9"), ["SNV", "SXD", "SYT"]),
        (Filters(sort="nonsense"), ["SNV", "SXD", "SYT"]),
    ],
)
def test_narrowed(season: Season, filters: Filters, expected: list[str]) -> None:
    rows.issue(season.criteria_set)
    season.assessments[0].scores.filter(criterion__code="1.1").update(points=None)

    found = narrowed(tables(season.tier, View.SCORED), filters)

    assert [row.unit.code for table in found for row in table.rows] == expected


def test_pieces_keep_rows_and_tables_in_their_order(season: Season) -> None:
    rows.issue(season.criteria_set)
    districts(season)
    rows.issue(rows.criteria_set(season.cycle, "district"))
    found = tables(season.tier, View.SCORED)
    flat = [(table, row) for table in found for row in table.rows]

    assert [[row.unit.code for row in table.rows] for table in pieces(flat[2:])] == [["SYT"], ["HT"]]
    assert pieces([]) == []


def page_of(client: Client, season: Season, **query: str) -> str:
    return client.get(f"/tiers/{season.tier.pk}/progress/areas/", query).content.decode()


def test_page_has_a_figure_and_a_level_in_every_cell(staff: Client, season: Season) -> None:
    rows.issue(season.criteria_set)

    page = page_of(staff, season)

    assert re.findall(r'class="num step[^"]*heat-(\d)"', page) == list("000303303")
    dossier, area = season.assessments[0], season.criteria_set.criteria.get(code="1")
    assert f'<a href="/dossiers/{dossier.pk}/#area-{area.pk}">2/2</a>' in page


def test_a_cell_leads_to_where_the_sheet_has_the_area(staff: Client, season: Season) -> None:
    rows.issue(season.criteria_set)
    area = season.criteria_set.criteria.get(code="1")

    sheet = staff.get(f"/dossiers/{season.assessments[0].pk}/").content.decode()

    assert f'id="area-{area.pk}"' in sheet


def test_a_reader_without_the_dossiers_gets_figures_without_links(season: Season) -> None:
    stranger = rows.member("officer", season.units[0], "somebody")
    groups = list(RankingGroup.objects.all())

    assert policies.groups_to_look_into(stranger, groups) == set()
    assert policies.groups_to_look_into(season.staff, groups) == {groups[0].pk}
    assert policies.groups_to_look_into(season.chairman, groups) == {groups[0].pk}
    country = rows.unit("Nước", "central_agency")
    season.province.parent = country
    season.province.save()
    above: User = rows.member("staff", country, "above")
    assert policies.groups_to_look_into(above, list(RankingGroup.objects.all())) == {groups[0].pk}


def test_page_without_links_where_no_dossier_may_be_opened(client: Client, season: Season) -> None:
    """A tier whose authority stands beside its units, not above them: its staff see figures only."""
    rows.issue(season.criteria_set)
    season.tier.authority = rows.unit("Huyện Thử", "district", parent=season.province)
    season.tier.save()
    client.force_login(rows.member("staff", season.tier.authority, "beside"))

    page = page_of(client, season)

    assert "2/2" in page
    assert "/dossiers/" not in page


def test_page_counts_what_is_appraised_when_asked(staff: Client, season: Season) -> None:
    rows.issue(season.criteria_set)
    season.assessments[0].scores.all().delete()

    assert ">2/2<" in page_of(staff, season, view="appraised", q="xay dung")
    assert ">2/2<" not in page_of(staff, season, view="scored", q="xay dung")
    assert ">2/2<" not in page_of(staff, season, view="nonsense", q="xay dung")


def test_page_without_a_match_and_without_a_set_says_so(staff: Client, season: Season) -> None:
    assert 'class="empty"' in page_of(staff, season)
    rows.issue(season.criteria_set)
    assert 'class="empty"' not in page_of(staff, season)
    assert 'class="empty"' in page_of(staff, season, q="zzz")


@pytest.mark.parametrize("query", [{"page": "99"}, {"page": "x"}, {"sort": "area-"}, {"state": "overdue"}, {"q": "\0"}])
def test_nonsense_in_the_address_is_no_error(staff: Client, season: Season, query: dict[str, str]) -> None:
    rows.issue(season.criteria_set)

    assert staff.get(f"/tiers/{season.tier.pk}/progress/areas/", query).status_code == 200


def test_as_many_queries_for_ten_units_as_for_three(staff: Client, season: Season) -> None:
    rows.issue(season.criteria_set)
    rows.exemption(season.criteria_set, "1.1", unit=season.units[0])
    with CaptureQueriesContext(connection) as few:
        page_of(staff, season)
    for number in range(7):
        unit = rows.unit(f"Sở mới {number}", parent=season.province)
        rows.score(rows.assessment(season.tier, unit, season.criteria_set), "1.1", "1")

    with CaptureQueriesContext(connection) as many:
        page = page_of(staff, season)

    assert (page.count('<th scope="row">'), len(many)) == (10, len(few))


def test_workbook_holds_numbers_and_keeps_the_filter(staff: Client, season: Season) -> None:
    rows.issue(season.criteria_set)
    Unit.objects.filter(code="SXD").update(name="=1+1")

    response = staff.get(f"/tiers/{season.tier.pk}/progress/areas.xlsx", {"state": "submitted"})

    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(min_row=2))
    assert [[cell.value for cell in line[4:]] for line in lines] == [[2, 2, 0, 0, 2, 2], [2, 2, 0, 0, 2, 2]]
    assert (lines[0][1].value, lines[0][1].data_type) == ("=1+1", "s")
    assert sheet.max_column == len(next(sheet.iter_rows()))


def test_workbook_of_nothing_is_a_workbook(staff: Client, season: Season) -> None:
    response = staff.get(f"/tiers/{season.tier.pk}/progress/areas.xlsx")

    assert load_workbook(BytesIO(response.content)).active is not None


def test_titles_of_sheets_hold_what_a_workbook_takes() -> None:
    response = workbook_of("a.xlsx", [Sheet("Sở [a]: b/c*?\\" + "x" * 40, ["A"], [[1]]), Sheet("Huyện", ["A"], [])])

    names = load_workbook(BytesIO(response.content)).sheetnames
    assert [len(name) <= 31 for name in names] == [True, True]
    assert names[1] == "Huyện"


def test_column_keys() -> None:
    area = areas.Area(12345, "1", "Chỉ đạo")

    assert (area.anchor, area.key, Step(1, 2).level) == ("area-12345", "area-1", 2)
