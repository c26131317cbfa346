"""One pair over HTTP: the desk, decisions, evidence."""

import hashlib
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.selectors.looks import looks_at
from councils.models import Appraisal, Council
from criteria.models import Phase
from tests.assessments.shelf import drawn
from tests.councils import makers
from tests.councils.pages import accept, at, browser, change, of, paper
from tests.factories import rows

pytestmark = pytest.mark.django_db


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


def test_accepted_pair_offers_only_the_change() -> None:
    season = makers.season()
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))
    rows.appraisal(season.assessments[0], "1.2", "1", season.member, self_points=Decimal(3), reason="thiếu văn bản")
    client = browser(season.member.user)

    offered = [client.get(at("pair", season, code)).context["may_accept"] for code in ("1.1", "1.2")]

    assert offered == [False, True]


def test_evidence_page_is_an_image() -> None:
    season = makers.season()
    document = paper(season)
    drawn(document)

    answer = browser(season.member.user).get(at("evidence_page", season, evidence_pk=document.pk, number=1))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert set(answer["Cache-Control"].split(", ")) == {"private", "max-age=3600"}


def test_confidential_document_is_read_by_the_seats_that_decide_and_each_look_is_recorded() -> None:
    """The chair reads the pair, but does not decide on it: not the document either."""
    season = makers.season()
    document = paper(season)
    drawn(document)
    type(document).objects.update(is_confidential=True)

    page = at("evidence_page", season, evidence_pk=document.pk, number=1)
    file = at("evidence_file", season, evidence_pk=document.pk)
    answers = [browser(season.member.user).get(address) for address in (page, file)]
    refused = [browser(season.chair.user).get(address).status_code for address in (page, file)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert hashlib.sha256(answers[1].getvalue()).hexdigest() == document.sha256
    assert all("no-store" in answer["Cache-Control"] for answer in answers)
    with document.images.get().file.open() as plain:
        assert answers[0].content != plain.read()
    assert refused == [403, 403]
    assert [(look.how, look.page) for look in looks_at(document)] == [("file", None), ("page", 1)]


def test_evidence_page_that_does_not_exist() -> None:
    season = makers.season()
    document = paper(season)

    answer = browser(season.member.user).get(at("evidence_page", season, evidence_pk=document.pk, number=2))

    assert answer.status_code == 404


def test_evidence_file_is_saved_never_opened() -> None:
    season = makers.season()
    document = paper(season, "kế hoạch.png")

    answer = browser(season.member.user).get(at("evidence_file", season, evidence_pk=document.pk))

    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    assert answer["Content-Disposition"].startswith("attachment") is True
    assert hashlib.sha256(answer.getvalue()).hexdigest() == document.sha256


def test_evidence_file_that_is_gone() -> None:
    season = makers.season()
    document = paper(season)
    document.file.delete(save=False)

    answer = browser(season.member.user).get(at("evidence_file", season, evidence_pk=document.pk))

    assert answer.status_code == 410
