"""The pages of an amendment: the plan, doing it, taking it back, the workbook."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Score
from criteria.selectors import outline
from criteria.services import drafting, life
from criteria.tree.nodes import Node
from results.models import Amendment
from tests.factories.rows import Season
from tests.results import amending
from tests.results.amending import SIGNED, YES, applied, close, version

pytestmark = pytest.mark.django_db


@pytest.fixture(name="season")
def _season() -> Season:
    return amending.season()


def test_page_shows_the_plan_and_does_exactly_that(client: Client, season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2)})
    client.force_login(season.staff)
    address = reverse("results:amend", args=[new.pk])

    page = client.get(address)
    typed = {**SIGNED, "issued_on": "2022-11-01", "seen": page.context["seen"]}
    refused = client.post(address, {**typed, "reason": "", "issued_on": "2999-01-01"})
    answer = client.post(address, typed, follow=True)

    assert (page.status_code, page.context["plan"].counts["redo"], refused.status_code) == (200, 1, 422)
    assert "12/QĐ-UBND" in refused.content.decode(), "what was typed is kept"
    made = Amendment.objects.get()
    assert answer.redirect_chain == [(reverse("results:amendment", args=[made.pk]), 302)]
    assert client.get(address).status_code == 302


def test_page_says_what_changed_and_what_stands_in_the_way(client: Client, season: Season) -> None:
    new = version(season)
    client.force_login(season.staff)
    address = reverse("results:amend", args=[new.pk])
    typed = {**SIGNED, "issued_on": "2022-11-01", "seen": "khác"}

    changed = client.post(address, typed)
    close(season)
    blocked = client.post(address, typed)

    assert "Dữ liệu đã thay đổi" in changed.content.decode()
    assert "đã kết thúc thẩm định" in blocked.content.decode()
    assert (changed.status_code, blocked.status_code) == (422, 422)
    assert not Amendment.objects.exists()


def test_page_takes_it_back_with_a_reason(client: Client, season: Season) -> None:
    made = applied(version(season), season)
    client.force_login(season.staff)
    address = reverse("results:amendment", args=[made.pk])

    empty = client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "Ban hành nhầm"}, follow=True)
    again = client.post(address, {"reason": "Ban hành nhầm"})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 200, 422)
    assert "Ban hành nhầm" in done.content.decode()
    made.refresh_from_db()
    assert (made.undone_by, made.undone_reason) == (season.staff, "Ban hành nhầm")


def test_page_refuses_to_take_back_after_the_closing(client: Client, season: Season) -> None:
    made = applied(version(season), season)
    close(season)
    client.force_login(season.staff)

    answer = client.post(reverse("results:amendment", args=[made.pk]), {"reason": "Nhầm"})

    assert (answer.status_code, Amendment.objects.get().undone_at) == (422, None)


def test_first_version_has_nothing_to_amend(client: Client, season: Season) -> None:
    client.force_login(season.staff)

    for name in ("results:amend", "results:amend_xlsx"):
        answer = client.get(reverse(name, args=[season.criteria_set.pk]))
        assert answer["Location"] == reverse("criteria:set", args=[season.criteria_set.pk])


def test_workbook_lists_every_criterion_and_unit(client: Client, season: Season) -> None:
    new = version(season, n1_1={"rule": YES.format(2), "name": "=1+1"})
    client.force_login(season.staff)

    answer = client.get(reverse("results:amend_xlsx", args=[new.pk]))

    book = openpyxl.load_workbook(BytesIO(answer.content))
    criteria, units = book.worksheets
    assert [[cell.value for cell in row][:2] for row in criteria.iter_rows(min_row=2)] == [
        ["1.1", "1.1"],
        ["1.2", "1.2"],
        ["2.1", "2.1"],
    ]
    assert (criteria["C2"].value, criteria["C2"].data_type) == ("=1+1", "s")
    assert [row[0].value for row in units.iter_rows(min_row=2)] == ["SXD", "SYT"]


def test_workbook_of_new_and_dropped_leaves(client: Client, season: Season) -> None:
    new = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    known = outline(new)
    other = Node("1.3", "Sáng kiến", "1", Decimal(4), rule=YES.format(4))
    nodes = tuple(each if each.code != "1.2" else other for each in known.nodes)
    drafting.rewrite(criteria_set=new, outline=replace(known, nodes=nodes))
    client.force_login(season.staff)

    answer = client.get(reverse("results:amend_xlsx", args=[new.pk]))
    page = client.get(reverse("results:amend", args=[new.pk])).content.decode()

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    said = [(row[0].value, row[1].value, row[5].value) for row in sheet.iter_rows(min_row=2)]
    assert (None, "1.3", "mới: phải chấm") in said
    assert ("1.2", None, "để riêng, không tính") in said
    assert "Chưa thể áp dụng" in page


@pytest.fixture(name="opened")
def _opened(season: Season) -> str:
    """Sở Y tế is at work on its sheet; the address to which its open page saves 1.2."""
    Assessment.objects.filter(unit__code="SYT").update(state="draft", submitted_at=None, submitted_by=None)
    leaf = season.criteria_set.criteria.get(code="1.2")
    return reverse("assessments:save", args=[season.assessments[1].pk, leaf.pk])


def test_a_sheet_opened_before_the_amendment_still_saves(client: Client, season: Season, opened: str) -> None:
    made = applied(version(season), season)
    client.force_login(season.outsider)
    typed = {"points": "2,5", "explanation": "Đã làm", "version": "1"}

    answer = client.post(opened, typed, headers={"HX-Request": "true"})
    plain = client.post(opened, {**typed, "points": "3", "version": "2"})

    assert (answer.status_code, answer["HX-Refresh"], plain.status_code) == (200, "true", 302)
    score = Score.objects.get(assessment=season.assessments[1], criterion__code="1.2")
    assert (score.criterion.criteria_set, score.points) == (made.new, Decimal(3))


def test_a_sheet_opened_before_the_question_changed_does_not_answer_it(
    client: Client, season: Season, opened: str
) -> None:
    applied(version(season, n1_2={"rule": YES.format(4)}), season)
    client.force_login(season.outsider)

    answer = client.post(opened, {"points": "4", "version": "1"}, headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert not Score.objects.filter(criterion__criteria_set__version=2, criterion__code="1.2").exists()


def test_sheet_says_what_to_answer_again(client: Client, season: Season, opened: str) -> None:
    before = client.get(reverse("assessments:sheet", args=[season.assessments[1].pk]))
    made = applied(version(season, n1_2={"rule": YES.format(4)}), season)
    client.force_login(season.outsider)
    address = reverse("assessments:sheet", args=[season.assessments[1].pk])

    page = client.get(address)
    leaf = made.new.criteria.get(code="1.2")
    Score.objects.create(
        assessment=season.assessments[1],
        criterion=leaf,
        points=4,
        updated_at=made.applied_at,
        updated_by=season.outsider,
    )
    done = client.get(address)

    assert before.status_code == 302
    assert [(each.criterion, each.before.points) for each in page.context["again"]] == [(leaf, Decimal(4))]
    assert "12/QĐ-UBND" in page.content.decode()
    assert f'href="?open={leaf.pk}#leaf-{leaf.pk}"' in page.content.decode()
    assert done.context["again"] == []
