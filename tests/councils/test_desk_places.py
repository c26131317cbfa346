"""The desk opens a document where the proof stands in it, and says on how many leaves it is used."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Citation, Evidence
from tests.assessments.shelf import cited
from tests.councils import makers
from tests.councils.pages import at, browser, paper
from tests.factories import rows

pytestmark = pytest.mark.django_db
BOX = {"box_left": 1000, "box_top": 2000, "box_right": 9000, "box_bottom": 4000}


def boxed(season: rows.Season) -> Evidence:
    document = paper(season, pages=5)
    Citation.objects.update(page=3, page_to=4, **BOX)
    return document


def test_the_desk_opens_at_the_cited_page_with_its_frame() -> None:
    season = makers.season()
    boxed(season)

    page = browser(season.member.user).get(at("pair", season)).text

    assert page.count("data-cited") == 1
    assert page.index('id="page-3" data-cited') < page.index("M1000 2000H9000V4000H1000Z") < page.index('id="page-4"')
    assert '<a href="#cited">tr. 3–4, có khung</a>' in page
    assert [f'<a href="#page-{number}" class="cited">' in page for number in range(1, 6)] == [0, 0, 1, 1, 0]


def test_a_page_without_a_frame_is_opened_too_and_one_that_is_missing_is_named() -> None:
    season = makers.season()
    boxed(season)
    client = browser(season.member.user)

    Citation.objects.update(**dict.fromkeys(BOX))
    plain = client.get(at("pair", season)).text
    Citation.objects.update(page=4, page_to=9)
    missing = client.get(at("pair", season)).text

    assert ('<a href="#page-3">tr. 3–4</a>' in plain, 'class="box"' in plain) == (True, False)
    assert "Thiếu trang: dẫn chiếu trang 9, tệp chỉ có 5 trang." in missing


def test_a_confidential_document_shows_no_frame_to_whom_it_is_closed() -> None:
    season = makers.season()
    boxed(season)
    Evidence.objects.update(is_confidential=True)

    assert "data-cited" not in browser(season.chair.user).get(at("pair", season)).text
    assert "data-cited" in browser(season.member.user).get(at("pair", season)).text


def test_leaves_that_a_document_proves_are_counted_and_linked_as_far_as_the_seat_reads_them() -> None:
    season = makers.season(0, 1)
    document = boxed(season)
    client = browser(season.member.user)
    once = client.get(at("pair", season))
    cited(document, season.assessments[0], "1.2")
    cited(document, season.assessments[1], "1.2")

    page = client.get(at("pair", season) + "?sort=unit")

    assert "dùng cho" not in once.text
    assert "dùng cho 2 tiêu chí của hồ sơ này" in page.text
    assert f'href="{at("pair", season, "1.2")}?sort=unit" title=' in page.text
    assert f"còn dùng trong hồ sơ của {season.assessments[1].unit.name}, {season.cycle.name}" in page.text
    assert page.context["linked"] == {makers.leaf(season, "1.2").pk}


def test_a_leaf_of_another_seat_is_named_without_a_link() -> None:
    season = makers.season()
    document = boxed(season)
    cited(document, season.assessments[0], "1.2")
    season.own_member.assignments.all().delete()
    season.member.assignments.all().delete()
    season.member.assignments.create(criterion=makers.leaf(season, "1.1"))

    page = browser(season.member.user).get(at("pair", season))

    assert page.context["linked"] == set()
    assert "dùng cho 2 tiêu chí" in page.text
    assert f'<a href="{at("pair", season, "1.2")}" title=' not in page.text


def test_the_desk_costs_the_same_queries_however_often_a_document_is_used() -> None:
    season = makers.season(0, 1)
    document = boxed(season)
    client = browser(season.member.user)
    client.get(at("pair", season))
    with CaptureQueriesContext(connection) as few:
        client.get(at("pair", season))
    cited(document, season.assessments[0], "1.2")
    cited(document, season.assessments[1], "1.1")
    cited(document, season.assessments[1], "1.2")

    with CaptureQueriesContext(connection) as many:
        client.get(at("pair", season))

    assert len(many) == len(few)
