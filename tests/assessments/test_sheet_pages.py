"""The score sheet over HTTP: saving leaf by leaf, what is locked and why, how light it is."""

import re

import pytest
from django.http import HttpResponse
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, Score
from assessments.services import evidence, submission
from criteria.models import Criterion, Phase
from tests.assessments import files
from tests.assessments.pages import close, complete, leaf, queries_of, save, signed_in, text, url
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def test_save_answers_with_the_parts_that_changed(season: rows.Season) -> None:
    answer = save(season, season.officer, points="1", explanation="chậm 2 ngày")

    body = answer.content.decode()
    pk = leaf(season).pk
    assert answer.status_code == 200
    assert Score.objects.get().points == 1
    assert f'id="v-{pk}" value="1" hx-swap-oob="true"' in body
    assert f'id="s-{pk}" hx-swap-oob="true"' in body
    assert f'id="t-{leaf(season, "1").pk}" hx-swap-oob="true"' in body
    assert re.search('id="foot"[^>]* hx-swap-oob="true"', body)
    assert len(answer.content) < 60_000


def test_stale_save_shows_both_values_and_loses_neither(season: rows.Season) -> None:
    save(season, season.head, points="2", explanation="đủ")

    answer = save(season, season.officer, points="1", explanation="thiếu")

    said = text(answer)
    assert answer.status_code == 409
    assert "Người head" in said
    assert "Giá trị của anh/chị: 1 thiếu" in said
    assert "Giá trị đang lưu: 2 đủ" in said
    assert 'name="version" value="1"' in answer.content.decode()
    assert Score.objects.get().points == 2


def test_chosen_value_is_saved_and_the_whole_leaf_drawn_anew(season: rows.Season) -> None:
    save(season, season.head, points="2")

    answer = save(season, season.officer, points="1", version=1, resolve="mine")

    assert answer.status_code == 200
    assert f'id="leaf-{leaf(season).pk}" hx-swap-oob="true"' in answer.content.decode()
    assert Score.objects.get().points == 1


def test_stored_value_can_be_taken(season: rows.Season) -> None:
    save(season, season.head, points="2")

    answer = save(season, season.officer, points="2", version=1, resolve="stored")

    assert answer.status_code == 200
    assert Score.objects.get().version == 1


def test_invalid_save_says_why(season: rows.Season) -> None:
    answer = save(season, season.officer, code="1.2", points="5")

    assert answer.status_code == 422
    assert "5 vượt điểm tối đa của tiêu chí 1.2 là 4." in text(answer)
    assert Score.objects.count() == 0


def test_save_without_a_version_asks_to_load_again(season: rows.Season) -> None:
    answer = save(season, season.officer, version="")

    assert answer.status_code == 422
    assert "trang đã cũ" in text(answer)


@pytest.mark.parametrize(("points", "status"), [("5", 422), ("3", 409)])
def test_without_javascript_the_page_keeps_what_was_typed(season: rows.Season, points: str, status: int) -> None:
    rows.score(season.assessments[0], "1.2", "1")

    answer = save(season, season.officer, code="1.2", htmx=False, points=points, explanation="gõ dở")

    body = answer.content.decode()
    assert answer.status_code == status
    assert f'value="{points}"' in body
    assert "gõ dở" in body


def test_without_javascript_a_save_leads_back_to_its_leaf(season: rows.Season) -> None:
    pk = leaf(season).pk

    answer = save(season, season.officer, htmx=False)

    assert (answer.status_code, answer["Location"]) == (302, f"{url('sheet', season)}?open={pk}#leaf-{pk}")


def test_save_after_the_deadline_keeps_what_was_typed(season: rows.Season) -> None:
    close(season)

    answer = save(season, season.officer, points="1")

    assert answer.status_code == 409
    assert "Giá trị anh/chị nhập vẫn còn ở đây: 1." in text(answer)
    assert Score.objects.count() == 0


def test_markup_in_an_explanation_is_shown_as_text(season: rows.Season) -> None:
    save(season, season.officer, explanation="<script>alert(1)</script>")

    body = signed_in(season.officer).get(url("sheet", season), {"open": leaf(season).pk}).content.decode()

    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_sheet_of_an_officer_can_be_filled_in(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.2", "1.5")

    answer = signed_in(season.officer).get(url("sheet", season), {"open": leaf(season, "1.2").pk})

    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.count('<form class="line"') == 2
    assert 'value="1,5"' in body
    assert '<option value="2">2 · Kịp thời</option>' in body
    assert body.count('<details class="more" open>') == 1


@pytest.mark.parametrize("opened", ["x", "999999", ""])
def test_sheet_opens_whatever_leaf_is_asked_for(season: rows.Season, opened: str) -> None:
    assert signed_in(season.officer).get(url("sheet", season), {"open": opened}).status_code == 200


def locked_reason(season: rows.Season, person: User) -> str:
    answer = signed_in(person).get(url("sheet", season))
    assert '<form class="line"' not in answer.content.decode()
    return text(answer)


def test_sheet_is_read_only_with_the_reason_in_words(season: rows.Season) -> None:
    assert "chỉ cán bộ và lãnh đạo của đơn vị được chấm điểm" in locked_reason(season, season.staff)

    complete(season)
    submission.submit(assessment=season.assessments[0], by=season.head)
    assert "Người head đã nộp lúc" in locked_reason(season, season.officer)

    Assessment.objects.update(state="returned", return_note="Thiếu báo cáo")
    close(season)
    said = locked_reason(season, season.officer)
    assert "Đã hết thời hạn tự chấm điểm" in said
    assert "Thiếu báo cáo" in said

    Phase.objects.filter(kind="self_scoring").delete()
    assert "không quy định thời hạn tự chấm điểm" in locked_reason(season, season.officer)

    rows.phase(season.cycle, "self_scoring", opens=2, closes=5)
    assert "Tự chấm điểm bắt đầu từ" in locked_reason(season, season.officer)


def sixty_leaves(season: rows.Season) -> Criterion:
    area = Criterion.objects.get(code="1")
    for number in range(58):
        rows.criterion(season.criteria_set, f"1.9.{number}", "1", parent=area, rule="Điểm = tỷ lệ × điểm tối đa")
    return leaf(season)


def test_sheet_of_sixty_leaves_is_light_whatever_its_documents() -> None:
    season = rows.season(issued=False)
    one = sixty_leaves(season)
    client = signed_in(season.officer)

    def ask() -> HttpResponse:
        return client.get(url("sheet", season))  # type: ignore[return-value]

    evidence.attach(assessment=season.assessments[0], criterion=one, file=files.upload(), by=season.officer)
    with_one, _ = queries_of(ask)
    score = Score.objects.get(criterion=one)
    for number in range(59):
        kept = Evidence.objects.create(
            **{"unit": season.units[0], "name": f"Báo cáo số {number} của Sở Xây dựng.pdf", "sha256": f"{number:064x}"},
            **{"content_type": "application/pdf", "size": 1000, "file": "x", "pages": 3, "uploaded_at": timezone.now()},
        )
        Citation.objects.create(score=score, evidence=kept)
    with_sixty, answer = queries_of(ask)

    assert with_one == with_sixty
    assert with_sixty <= 15
    assert len(answer.content) <= 300_000


def test_save_on_a_sheet_of_sixty_leaves_is_small() -> None:
    season = rows.season(issued=False)
    sixty_leaves(season)

    assert len(save(season, season.officer).content) <= 60_000
