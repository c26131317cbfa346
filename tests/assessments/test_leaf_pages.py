"""Leaves of the sheet over HTTP: what is drawn when one is opened, declared figures, filters, earlier years."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, Reopening, Score
from assessments.selectors import sheets
from criteria.models import Criterion
from tests.assessments.pages import HTMX, close, complete, leaf, queries_of, save, signed_in, text, url
from tests.assessments.test_history import answered, refuse
from tests.factories import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> rows.Season:
    return rows.season()


def opened(season: rows.Season, code: str = "1.2", htmx: bool = True) -> str:
    headers = HTMX if htmx else {}
    answer = signed_in(season.officer).get(url("leaf", season, leaf(season, code).pk), **headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def narrowed(season: rows.Season, **asked: str) -> set[str]:
    """Codes of the leaves that are shown."""
    body = signed_in(season.officer).get(url("sheet", season), asked).content.decode()
    leaves = re.findall(r'<li class="leaf[^>]*id="leaf-(\d+)"([^>]*)>', body)
    shown = [int(pk) for pk, rest in leaves if " hidden" not in rest]
    return set(Criterion.objects.filter(pk__in=shown).values_list("code", flat=True))


# --- the body ---------------------------------------------------------------------------------------------------------


def test_a_leaf_is_drawn_when_it_is_opened(season: rows.Season) -> None:
    page = signed_in(season.officer).get(url("sheet", season)).content.decode()
    body = opened(season)

    assert 'name="explanation"' not in page
    assert 'name="explanation"' in body
    assert 'name="figure-1"' in body
    assert "<html" not in body


def test_without_a_script_a_leaf_is_a_page_of_its_own(season: rows.Season) -> None:
    body = opened(season, htmx=False)

    assert "<html" in body
    assert body.count('<form class="line"') == 1
    assert '<details class="more" open>' in body


def test_nodes_and_leaves_of_others_have_no_body(season: rows.Season) -> None:
    client = signed_in(season.officer)

    assert client.get(url("leaf", season, leaf(season, "1").pk)).status_code == 404
    assert client.get(url("leaf", season, leaf(season, "2.1").pk)).status_code == 404
    assert client.get(url("leaf", season, 999_999)).status_code == 404


def test_the_body_is_read_only_for_those_who_look_on(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.2", "4", explanation="đủ", proposed=Decimal(3), reason="được gia hạn")
    answer = signed_in(season.staff).get(url("leaf", season, leaf(season, "1.2").pk), **HTMX)  # type: ignore[arg-type]

    body = answer.content.decode()
    assert "<textarea" not in body
    assert 'name="figure-1"' not in body
    assert "được gia hạn" in body
    assert "khác điểm theo cách tính" in text(signed_in(season.staff).get(url("sheet", season)))


def test_opening_a_leaf_takes_the_same_queries_whatever_is_on_it(season: rows.Season) -> None:
    client = signed_in(season.officer)
    score = rows.score(season.assessments[0], "1.2", "4")

    def ask() -> object:
        return client.get(url("leaf", season, score.criterion_id), **HTMX)  # type: ignore[arg-type]

    cite(score, 1)
    one, _ = queries_of(ask)  # type: ignore[arg-type]
    cite(score, 2)
    three, _ = queries_of(ask)  # type: ignore[arg-type]
    assert one == three


def cite(score: Score, count: int) -> None:
    for _ in range(count):
        number = Evidence.objects.count()
        kept = Evidence.objects.create(
            **{"unit": score.assessment.unit, "name": f"Báo cáo số {number} của Sở.pdf", "sha256": f"{number:064x}"},
            **{"content_type": "application/pdf", "size": 1000, "file": "x", "pages": 3, "uploaded_at": timezone.now()},
        )
        Citation.objects.create(score=score, evidence=kept)


# --- declared figures -------------------------------------------------------------------------------------------------


def test_figures_give_points_with_their_derivation(season: rows.Season) -> None:
    answer = save(season, season.officer, "1.2", points="3,68", figure="92 %")

    said = text(answer)
    stored = Score.objects.get()
    assert answer.status_code == 200
    assert (stored.points, stored.proposed) == (Decimal("3.68"), Decimal("3.68"))
    assert "92% ≥ 80% → 92% × 4 = 3,68" in said
    assert "tỷ lệ = 92 % → 3,68" in said
    assert "Điểm tự chấm đúng theo cách tính." in said


def test_proposed_points_can_be_taken_over(season: rows.Season) -> None:
    said = save(season, season.officer, "1.2", points="", figure="92")
    assert 'data-take="3,68"' in said.content.decode()

    answer = save(season, season.officer, "1.2", points="", version=1, take="1", figure="92", htmx=False)

    assert answer.status_code == 302
    assert Score.objects.get().points == Decimal("3.68")


def test_other_points_without_a_reason_are_refused_at_the_reason(season: rows.Season) -> None:
    answer = save(season, season.officer, "1.2", points="4", figure="92")

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Theo cách tính, số liệu đã khai cho 3,68 điểm. Nêu lý do chấm 4 điểm." in text(answer)
    assert 'data-take="3,68"' in body
    assert 'id="g-' in body
    assert Score.objects.count() == 0


def test_without_a_script_everything_typed_stays_beside_the_error(season: rows.Season) -> None:
    answer = save(season, season.officer, "1.2", htmx=False, points="4", explanation="gõ dở", figure="92,5")

    body = answer.content.decode()
    assert answer.status_code == 422
    assert all(part in body for part in ('value="4"', "gõ dở", 'value="92,5"'))
    assert re.search(r'name="reason"[^>]*aria-invalid="true"', body)


def test_other_points_with_a_reason_are_flagged(season: rows.Season) -> None:
    answer = save(season, season.officer, "1.2", points="4", reason="được gia hạn", figure="92")

    assert answer.status_code == 200
    assert "khác điểm theo cách tính" in text(answer)
    assert narrowed(season, show="differs") == {"1.2"}


def test_a_figure_that_is_none_is_told_at_its_field(season: rows.Season) -> None:
    answer = save(season, season.officer, "1.2", points="4", figure="1.250")

    body = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="hfigure-1-\d+" hx-swap-oob="true" class="field-error">[^<]*1,250', body)
    assert Score.objects.count() == 0


def test_a_figure_that_is_missing_does_not_hold_up_a_save() -> None:
    season = rows.season(issued=False)
    rule = "a là Tổng số việc\nb là Số việc xong\nĐiểm = b / a × điểm tối đa"
    rows.criterion(season.criteria_set, "1.3", "1", parent=Criterion.objects.get(code="1"), rule=rule)

    answer = save(season, season.officer, "1.3", points="", figure="50", figure_2="")

    assert answer.status_code == 200
    assert "“b” chưa được khai báo" in text(answer) or "“b”" in text(answer)
    assert Score.objects.get().figures == '{"a":"50"}'


def test_lateness_is_not_typed() -> None:
    season = rows.season(issued=False)
    rule = "Bắt đầu từ 1\nTrừ 0,5 mỗi số giờ nộp muộn\nThấp nhất 0"
    rows.criterion(season.criteria_set, "1.3", "1", parent=Criterion.objects.get(code="1"), rule=rule)

    assert 'name="figure-1"' not in opened(season, "1.3")
    assert "hệ thống tự điền" in opened(season, "1.3")


def test_a_line_that_was_never_opened_keeps_what_its_body_holds(season: rows.Season) -> None:
    rows.score(
        season.assessments[0], "1.2", None, not_applicable=True, explanation="không có", figures='{"tỷ lệ":"92"}'
    )
    client, address = signed_in(season.officer), url("save", season, leaf(season, "1.2").pk)

    client.post(address, {"version": 1, "points": ""}, **HTMX)  # type: ignore[arg-type]
    stored = Score.objects.get()
    assert (stored.not_applicable, stored.explanation, stored.version) == (True, "không có", 1)
    client.post(address, {"version": 1, "points": "3,68"}, **HTMX)  # type: ignore[arg-type]

    stored = Score.objects.get()
    assert (stored.points, stored.not_applicable, stored.figures) == (Decimal("3.68"), False, '{"tỷ lệ":"92"}')


def test_a_conflict_keeps_the_figures_of_both(season: rows.Season) -> None:
    save(season, season.head, "1.2", points="3,2", figure="80")

    answer = save(season, season.officer, "1.2", points="3,68", figure="92")

    body = answer.content.decode()
    assert answer.status_code == 409
    assert '<input type="hidden" name="figure-1" value="92">' in body
    mine = save(season, season.officer, "1.2", points="3,68", version=1, resolve="mine", figure="92")
    assert mine.status_code == 200
    assert Score.objects.get().figures == '{"tỷ lệ":"92"}'


def test_a_leaf_that_was_given_points_without_any_proof_says_what_is_compulsory(season: rows.Season) -> None:
    answer = save(season, season.officer, points="2")

    assert "không có tài liệu kiểm chứng thì bắt buộc giải thích" in text(answer)
    assert "bắt buộc giải thích" not in text(save(season, season.officer, version=1, explanation="Ban hành ngày 2/1"))


# --- filters ----------------------------------------------------------------------------------------------------------


def test_filters_work_without_a_script(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2")

    assert narrowed(season) == {"1.1", "1.2", "2.1"}
    assert narrowed(season, show="open") == {"1.2"}
    assert narrowed(season, show="unproven") == {"1.1"}
    assert narrowed(season, show="nonsense") == {"1.1", "1.2", "2.1"}


def test_text_is_found_without_diacritics(season: rows.Season) -> None:
    Criterion.objects.filter(pk=leaf(season, "1.1").pk)
    assert narrowed(season, q="tieu chi 1.2") == {"1.2"}
    assert narrowed(season, q="TIÊU CHÍ 1") == {"1.1", "1.2"}
    assert narrowed(season, q="không có") == set()


def test_an_empty_filter_says_what_to_do(season: rows.Season) -> None:
    answer = signed_in(season.officer).get(url("sheet", season), {"q": "không có"})

    assert "Không có tiêu chí nào phù hợp" in text(answer)


def test_counts_stand_beside_the_filters(season: rows.Season) -> None:
    rows.score(season.assessments[0], "1.1", "2", explanation="đủ", proposed=Decimal(1), reason="gia hạn")

    said = text(signed_in(season.officer).get(url("sheet", season)))
    assert "tất cả 3" in said
    assert "chưa chấm 1" in said
    assert "khác điểm theo cách tính 1" in said


def test_returned_leaves_are_found_and_the_others_are_closed(season: rows.Season) -> None:
    complete(season)
    dossier = season.assessments[0]
    now = timezone.now()
    Assessment.objects.filter(pk=dossier.pk).update(state="returned", submitted_at=now, submitted_by=season.head)
    dossier.receipts.create(number=1, content="{}", digest="0" * 64, points=2, maximum=6, at=now, by=season.head)
    Reopening.objects.create(
        assessment=dossier, number=1, criterion=leaf(season, "1.1"), question="Thiếu quyết định", asked_at=now,
        asked_by=season.staff,
    )  # fmt: skip

    assert narrowed(season, show="returned") == {"1.1"}
    assert "Thiếu quyết định" in opened(season, "1.1")
    assert "giữ nguyên như khi nộp" in text_of(opened(season, "1.2"))
    body = signed_in(season.officer).get(url("sheet", season)).content.decode()
    assert body.count('<form class="line"') == 1


def text_of(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


# --- earlier years ----------------------------------------------------------------------------------------------------


@pytest.fixture
def second_year() -> rows.Season:
    season = rows.season(issued=False)
    before = rows.cycle(season.province)
    before.year = 2021
    before.save()
    season.cycle.previous = before
    season.cycle.save()
    old = rows.criteria_set(before)
    rows.origin(leaf(season), old.criteria.get(code="1.1"))
    rows.issue(season.criteria_set)
    score = answered(
        season, old, "1.1", "2", final_points=Decimal(1), final_reason="nộp chậm", explanation="Đã ban hành"
    )
    refuse(score)
    return season


def test_the_leaf_says_why_it_was_reduced_before(second_year: rows.Season) -> None:
    said = text_of(opened(second_year, "1.1"))

    assert "Những năm trước tiêu chí này bị trừ điểm vì: 2021: 2 → 1, nộp chậm" in said
    assert "không chấp nhận tài liệu “Báo cáo.pdf”" in said
    assert "quý 4 năm trước" in said
    assert "Đã ban hành" in said
    assert sheets.sheet(second_year.assessments[0]).find(leaf(second_year).pk).lost  # type: ignore[union-attr]


def carry(season: rows.Season, source: object, htmx: bool = True) -> object:
    address = url("carry", season, leaf(season).pk)
    return signed_in(season.officer).post(address, {"source": source}, **(HTMX if htmx else {}))  # type: ignore[arg-type]


def test_text_is_carried_over_by_one_click(second_year: rows.Season) -> None:
    source = Score.objects.get(explanation="Đã ban hành")

    answer = carry(second_year, source.pk)

    body = answer.content.decode()  # type: ignore[attr-defined]
    kept = Score.objects.get(assessment=second_year.assessments[0])
    assert (kept.explanation, kept.points, kept.is_copied) == ("Đã ban hành", None, True)
    assert "Chép từ năm trước" in body
    assert f'id="v-{kept.criterion_id}" value="1" hx-swap-oob="true"' in body


def test_text_is_carried_over_without_a_script(second_year: rows.Season) -> None:
    answer = carry(second_year, Score.objects.get(explanation="Đã ban hành").pk, htmx=False)

    assert answer.status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize("source", ["", "x", "999999"])
def test_only_text_of_the_leafs_own_past_is_carried(second_year: rows.Season, source: str) -> None:
    assert carry(second_year, source).status_code == 404  # type: ignore[attr-defined]


@pytest.mark.parametrize(("htmx", "status"), [(True, 422), (False, 302)])
def test_too_much_text_is_told(second_year: rows.Season, htmx: bool, status: int) -> None:
    rows.score(second_year.assessments[0], "1.1", "1", explanation="x" * 4999)

    answer = carry(second_year, Score.objects.get(explanation="Đã ban hành").pk, htmx)

    assert answer.status_code == status  # type: ignore[attr-defined]


def test_nothing_is_carried_after_the_deadline(second_year: rows.Season) -> None:
    close(second_year)

    assert carry(second_year, Score.objects.get(explanation="Đã ban hành").pk).status_code == 409  # type: ignore[attr-defined]


# --- as large as a sheet gets -----------------------------------------------------------------------------------------


def large() -> rows.Season:
    """150 leaves with names of real length, each with two documents."""
    season = rows.season(issued=False)
    area = Criterion.objects.get(code="1")
    name = "Mức độ thực hiện các nhiệm vụ cải cách hành chính được UBND tỉnh giao trong năm và tiến độ xử lý công việc"
    for number in range(148):
        rule = "Điểm = tỷ lệ × điểm tối đa" if number % 2 else "Kịp thời: 1\nChậm dưới 5 ngày: 0,5\nKhông ban hành: 0"
        rows.criterion(season.criteria_set, f"1.9.{number}", "1", parent=area, rule=rule, name=name)
    for node in season.criteria_set.criteria.filter(is_leaf=True, method="appraisal"):
        cite(rows.score(season.assessments[0], node.code, "1", explanation="Theo báo cáo " * 20), 2)
    return season


def test_a_sheet_of_150_leaves_and_300_citations_is_light() -> None:
    season = large()
    client = signed_in(season.officer)

    queries, answer = queries_of(lambda: client.get(url("sheet", season)))  # type: ignore[arg-type,return-value]

    assert Citation.objects.count() == 300
    assert answer.content.decode().count('<form class="line"') == 150
    assert queries <= 15
    assert len(answer.content) <= 300_000


def test_a_save_and_a_leaf_of_a_large_sheet_are_small() -> None:
    season = large()

    saved = save(season, season.officer, "1.9.1", version=1, points="0,92", figure="92")

    assert saved.status_code == 200
    assert len(saved.content) <= 60_000
    assert len(opened(season, "1.9.1").encode()) <= 60_000
