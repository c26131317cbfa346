"""Queue, progress, closing and opening again over HTTP."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from councils.models import Assignment, Council
from councils.services import sessions
from tests.councils import makers
from tests.councils.pages import at, browser, of
from tests.factories import rows

pytestmark = pytest.mark.django_db


def test_queue_shows_the_pairs_and_keeps_the_filter_in_links() -> None:
    season = makers.season(0, 1)

    answer = browser(season.member.user).get(of("queue", season), {"state": "waiting", "q": "xây dựng"})

    assert [pair.criterion.code for pair, _documents in answer.context["rows"]] == ["1.1", "1.2"]
    assert f"{at('pair', season)}?state=waiting&amp;q=x%C3%A2y+d%E1%BB%B1ng" in answer.text


def test_queue_without_dossiers_says_what_to_wait_for() -> None:
    season = rows.season()

    answer = browser(season.member.user).get(of("queue", season))

    assert (answer.status_code, answer.context["rows"]) == (200, [])


def test_queue_with_a_filter_that_matches_nothing() -> None:
    season = makers.season()

    answer = browser(season.member.user).get(of("queue", season), {"q": "không có", "page": "9"})

    assert (answer.status_code, answer.context["rows"], answer.context["filtered"]) == (200, [], True)


def test_queue_costs_the_same_queries_for_one_unit_and_three() -> None:
    season = makers.season(0)
    client = browser(season.member.user)
    client.get(of("queue", season))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(of("queue", season))

    makers.hand_in(season, 1)
    third = rows.unit("Sở Tư pháp", parent=season.province)
    season.assessments.append(rows.assessment(season.tier, third, season.criteria_set))
    makers.hand_in(season, 2)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(of("queue", season))

    assert len(answer.context["rows"]) == 6
    assert len(many) == len(few)


def test_queue_as_a_workbook_has_the_filtered_rows() -> None:
    season = makers.season(0, 1)

    answer = browser(season.member.user).get(of("queue_xlsx", season), {"unit": season.units[1].pk})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Sở Y tế", "Sở Y tế"]
    assert answer["Content-Disposition"] == 'attachment; filename="tham-dinh-tinh.xlsx"'


def test_progress_lists_what_is_undecided_under_the_filter() -> None:
    season = makers.season(0, 1)

    answer = browser(season.staff).get(of("progress", season), {"unit": season.units[1].pk})

    assert [pair.assessment.unit for pair in answer.context["page"]] == [season.units[1], season.units[1]]
    assert answer.context["view"].may_close is False


def test_progress_without_dossiers_names_those_who_have_not_handed_in() -> None:
    season = rows.season()

    answer = browser(season.chair.user).get(of("progress", season))

    assert answer.context["missing"] == season.assessments


def test_progress_costs_the_same_queries_for_one_unit_and_two() -> None:
    season = makers.season(0)
    client = browser(season.chair.user)
    client.get(of("progress", season))
    with CaptureQueriesContext(connection) as few:
        client.get(of("progress", season))

    makers.hand_in(season, 1)
    with CaptureQueriesContext(connection) as many:
        client.get(of("progress", season))

    assert len(many) == len(few)


def test_undecided_as_a_workbook() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.2", "3", season.member, self_points=Decimal(3))

    answer = browser(season.chair.user).get(of("undecided_xlsx", season))

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["1.1"]


def finished() -> rows.Season:
    season = makers.season()
    for code, points in (("1.1", "2"), ("1.2", "3")):
        rows.appraisal(season.assessments[0], code, points, season.member, self_points=Decimal(points))
    return season


def test_close_asks_first_and_then_closes() -> None:
    season = finished()
    client = browser(season.chair.user)

    assert client.get(of("close", season)).status_code == 200
    assert client.post(of("close", season)).url == of("progress", season)

    assert Council.objects.get().closed_by == season.chair.user
    assert client.get(of("progress", season)).status_code == 200
    assert client.get(of("queue", season)).status_code == 200
    assert client.get(of("close", season)).status_code == 200


def test_close_with_undecided_pairs_takes_a_tick_and_a_reason() -> None:
    season = makers.season()
    client = browser(season.chair.user)

    refused = client.post(of("close", season), {"reason": ""})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["even_if_unfinished", "reason"])
    taken = client.post(of("close", season), {"even_if_unfinished": "on", "reason": "hết thời hạn"})
    assert (taken.status_code, Council.objects.get().state) == (302, "closed")


def test_close_a_second_time_changes_nothing() -> None:
    season = finished()
    client = browser(season.chair.user)
    client.post(of("close", season))
    at_first = Council.objects.get().closed_at

    assert client.post(of("close", season)).status_code == 302
    assert Council.objects.get().closed_at == at_first


def test_close_when_a_dossier_came_in_between_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    season = finished()
    close = sessions.close

    def after_another_dossier(**values: Any) -> Council:
        makers.hand_in(season, 1)
        return close(**values)

    monkeypatch.setattr(sessions, "close", after_another_dossier)

    answer = browser(season.chair.user).post(of("close", season))

    assert (answer.status_code, Council.objects.get().state) == (422, "open")


def test_reopen_with_a_reason() -> None:
    season = finished()
    sessions.close(council=season.council, by=season.chair.user)
    client = browser(season.chair.user)

    assert client.get(of("reopen", season)).status_code == 200
    assert client.post(of("reopen", season), {"reason": " "}).status_code == 422
    assert client.post(of("reopen", season), {"reason": "bổ sung điểm"}).url == of("progress", season)

    assert Council.objects.get().state == "open"


def test_reopen_an_open_council_changes_nothing() -> None:
    season = finished()
    client = browser(season.chair.user)

    assert client.get(of("reopen", season)).status_code == 200
    assert client.post(of("reopen", season), {"reason": "x"}).url == of("progress", season)


def test_progress_with_pairs_that_nobody_may_appraise() -> None:
    season = makers.season()
    Assignment.objects.filter(seat=season.member).delete()
    season.chair.agency = season.units[0]
    season.chair.save()

    answer = browser(season.chair.user).get(of("progress", season))

    assert answer.context["standing"].total.waiting == 2


def test_anonymous_is_sent_to_sign_in() -> None:
    season = makers.season()

    answer: Any = Client().get(of("queue", season))

    assert answer.url == f"/accounts/login/?next={of('queue', season)}"
