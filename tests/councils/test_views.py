"""The pages over HTTP: what is shown, what is written, what is refused in words."""

import hashlib
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from assessments.models import Citation, Evidence
from councils.models import Appraisal, Assignment, Council
from councils.services import sessions
from criteria.models import Phase
from tests.councils import makers
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db


def browser(person: User) -> Any:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, season: rows.Season, code: str = "1.1", index: int = 0, **more: object) -> str:
    values = {"assessment_pk": season.assessments[index].pk, "criterion_pk": makers.leaf(season, code).pk, **more}
    return reverse(f"councils:{name}", kwargs=values)


def of(name: str, season: rows.Season) -> str:
    return reverse(f"councils:{name}", args=[season.council.pk])


def accept(season: rows.Season, code: str = "1.1", query: str = "", **data: object) -> Any:
    values = {"decision": "accept", "expected": 0, "seen": 1, **data}
    return browser(season.member.user).post(at("decide", season, code) + query, values)


def change(season: rows.Season, code: str = "1.2", **data: object) -> Any:
    values = {"decision": "change", "expected": 0, "seen": 1, "points": "1,5", "reason": "thiếu văn bản", **data}
    return browser(season.member.user).post(at("decide", season, code), values)


def paper(season: rows.Season, name: str = "ke-hoach.png", pages: int = 1) -> Evidence:
    drawn = io.BytesIO()
    Image.new("RGB", (20, 30 + Evidence.objects.count()), "white").save(drawn, "PNG")
    content = drawn.getvalue()
    made = Evidence.objects.create(
        unit=season.units[0],
        name=name,
        content_type="image/png",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file=ContentFile(content, name),
        pages=pages,
        uploaded_at=timezone.now(),
    )
    Citation.objects.create(score=season.assessments[0].scores.get(criterion__code="1.1"), evidence=made)
    return made


# --- queue ------------------------------------------------------------------------------------------------------------


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


# --- one pair ---------------------------------------------------------------------------------------------------------


def test_pair_shows_its_place_and_neighbours() -> None:
    season = makers.season(0, 1)

    answer = browser(season.member.user).get(at("pair", season, "1.2") + "?sort=unit")

    around = answer.context["around"]
    assert (around.place, around.of) == (2, 4)
    assert f'data-key="k" href="{at("pair", season)}?sort=unit"' in answer.text
    assert f'data-key="j" href="{at("pair", season, index=1)}?sort=unit"' in answer.text


def test_pair_costs_the_same_queries_for_one_document_and_three() -> None:
    season = makers.season()
    client = browser(season.member.user)
    paper(season, "1.png")
    client.get(at("pair", season))
    with CaptureQueriesContext(connection) as few:
        client.get(at("pair", season))

    paper(season, "2.png")
    paper(season, "3.png")
    with CaptureQueriesContext(connection) as many:
        answer = client.get(at("pair", season))

    assert len(answer.context["citations"]) == 3
    assert len(many) == len(few)


def test_pair_shows_the_document_asked_for_else_the_first_with_pages() -> None:
    season = makers.season()
    _office, first, second = paper(season, "1.docx", pages=0), paper(season, "2.png"), paper(season, "3.png")
    client = browser(season.member.user)

    shown = [
        client.get(at("pair", season) + query).context["shown"].evidence
        for query in ("", f"?document={second.pk}", "?document=x")
    ]

    assert shown == [first, second, first]


def test_pair_without_a_score_cannot_be_accepted() -> None:
    season = makers.season()
    season.assessments[0].scores.all().delete()

    answer = browser(season.member.user).get(at("pair", season))

    assert (answer.context["may_accept"], answer.context["shown"], answer.context["lock"]) == (False, None, "")


def test_pair_before_the_chair_is_read_only() -> None:
    season = makers.season()

    answer = browser(season.chair.user).get(at("pair", season))

    assert answer.context["around"] is None
    assert answer.context["lock"] == "Anh/chị được xem tiêu chí này; thành viên khác của hội đồng thẩm định."


def test_accept_goes_on_to_the_next_waiting_pair_with_the_filter() -> None:
    season = makers.season(0, 1)

    answer = accept(season, query="?state=waiting")

    assert answer.url == f"{at('pair', season, '1.2')}?state=waiting"
    assert Appraisal.objects.get().points == 2


def test_accept_of_the_last_waiting_pair_goes_back_to_the_queue() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.2", "3", season.member, self_points=Decimal(3))

    assert accept(season).url == of("queue", season)


def test_change_writes_points_and_reason() -> None:
    season = makers.season()

    answer = change(season)

    made = Appraisal.objects.get()
    assert (answer.status_code, made.points, made.reason) == (302, Decimal("1.5"), "thiếu văn bản")


def test_change_to_not_applicable_is_recorded_in_words() -> None:
    season = makers.season()

    answer = change(season, points="", not_applicable="on")

    page = browser(season.member.user).get(answer.url)
    assert Appraisal.objects.get().not_applicable is True
    assert page.status_code == 200


@pytest.mark.parametrize("data", [{"points": "9"}, {"points": "abc"}, {"reason": ""}, {"expected": "x"}])
def test_change_that_makes_no_sense_keeps_what_was_typed(data: dict[str, str]) -> None:
    season = makers.season()

    answer = change(season, **data)

    form = answer.context["change"]
    assert (answer.status_code, Appraisal.objects.count()) == (422, 0)
    assert {name: form[name].value() for name in data} == data


def test_accept_of_nothing_says_so() -> None:
    season = makers.season()
    season.assessments[0].scores.all().delete()

    answer = accept(season, seen=0)

    assert (answer.status_code, Appraisal.objects.count()) == (422, 0)
    assert "Đơn vị chưa chấm điểm tiêu chí này nên không có gì để chấp nhận." in answer.text


def test_stale_change_shows_both_values_and_can_be_saved_again() -> None:
    season = makers.season()
    standing = rows.appraisal(season.assessments[0], "1.2", "3", season.own_member, self_points=Decimal(3))

    answer = change(season)

    assert (answer.status_code, answer.context["stale"]) == (409, True)
    assert (answer.context["current"], answer.context["change"]["points"].value()) == (standing, "1,5")
    assert answer.context["start"]["expected"] == standing.pk
    assert change(season, expected=standing.pk).status_code == 302


def test_stale_accept_of_another_self_score_shows_it() -> None:
    season = makers.season()
    season.assessments[0].scores.update(version=2, points=1)

    answer = accept(season)

    assert (answer.status_code, answer.context["stale"], Appraisal.objects.count()) == (409, True, 0)


def closed(season: rows.Season) -> None:
    Council.objects.update(state="closed", closed_at=timezone.now(), closed_by=season.chair.user)


def over(season: rows.Season) -> None:
    Phase.objects.filter(kind="appraisal").delete()
    rows.phase(season.cycle, "appraisal", opens=-5, closes=-1)


def to_come(season: rows.Season) -> None:
    Phase.objects.filter(kind="appraisal").delete()
    rows.phase(season.cycle, "appraisal", opens=1)


def without_phase(season: rows.Season) -> None:
    Phase.objects.filter(kind="appraisal").delete()


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (closed, "Hội đồng đã kết thúc thẩm định. Kết quả chỉ xem được, không sửa được."),
        (over, "Đã hết thời gian thẩm định loại đơn vị này."),
        (to_come, "Chưa đến thời gian thẩm định loại đơn vị này."),
        (without_phase, "Kỳ đánh giá không có giai đoạn thẩm định loại đơn vị này."),
    ],
)
def test_change_out_of_time_is_refused_in_words(happens: Callable[[rows.Season], None], words: str) -> None:
    season = makers.season()
    happens(season)

    answer = change(season)

    assert (answer.status_code, answer.context["lock"], Appraisal.objects.count()) == (409, words, 0)
    assert browser(season.member.user).get(at("pair", season)).context["lock"] == words


def test_decide_by_the_wrong_people_is_refused() -> None:
    season = makers.season()
    address = at("decide", season)

    found = {
        who.username: browser(who).post(address, {"decision": "accept", "expected": 0, "seen": 1}).status_code
        for who in (season.own_member.user, season.chair.user, season.officer, season.staff)
    }

    assert found == {"own-member": 403, "chair": 403, "officer": 404, "staff": 403}
    assert browser(season.member.user).get(address).status_code == 405


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_evidence_page_is_an_image() -> None:
    season = makers.season()
    document = paper(season)

    answer = browser(season.member.user).get(at("evidence_page", season, evidence_pk=document.pk, number=1))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "private, max-age=3600"


def test_evidence_page_that_does_not_exist() -> None:
    season = makers.season()
    document = paper(season)

    answer = browser(season.member.user).get(at("evidence_page", season, evidence_pk=document.pk, number=2))

    assert answer.status_code == 404


def test_evidence_file_is_saved_never_opened() -> None:
    season = makers.season()
    document = paper(season, "kế hoạch.png")

    answer = browser(season.member.user).get(at("evidence_file", season, evidence_pk=document.pk))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment") is True
    assert hashlib.sha256(answer.content).hexdigest() == document.sha256


def test_evidence_file_that_is_gone() -> None:
    season = makers.season()
    document = paper(season)
    document.file.delete(save=False)

    answer = browser(season.member.user).get(at("evidence_file", season, evidence_pk=document.pk))

    assert answer.status_code == 410


# --- progress, closing ------------------------------------------------------------------------------------------------


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


def test_accepted_pair_offers_only_the_change() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))
    rows.appraisal(season.assessments[0], "1.2", "1", season.member, self_points=Decimal(3), reason="thiếu văn bản")
    client = browser(season.member.user)

    offered = [client.get(at("pair", season, code)).context["may_accept"] for code in ("1.1", "1.2")]

    assert offered == [False, True]
