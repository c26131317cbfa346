"""Saving a self-score with the figures that a unit declares."""

import json
from decimal import Decimal

import pytest

from assessments.models import Score
from assessments.services import scores
from criteria.models import Criterion
from criteria.scoring.cannot import BadFigure
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def save(season: rows.Season, code: str = "1.2", **fields: object) -> Score:
    values = {"points": Decimal("3.68"), "not_applicable": False, "explanation": "", "version": 0, "by": season.officer}
    leaf = Criterion.objects.get(criteria_set=season.criteria_set, code=code)
    return scores.save_score(assessment=season.assessments[0], criterion=leaf, **{**values, **fields})  # type: ignore[arg-type]


def test_figures_are_stored_with_the_points_that_the_rule_gives() -> None:
    season = rows.season()

    save(season, figures={"tỷ lệ": " 92 % ", "khác": "1"})

    stored = Score.objects.get()
    assert (stored.figures, stored.proposed) == ('{"tỷ lệ":"92 %"}', Decimal("3.68"))
    assert json.loads(AuditEvent.objects.get().data)["figures"] == '{"tỷ lệ":"92 %"}'


def test_other_points_need_a_reason() -> None:
    season = rows.season()

    with pytest.raises(scores.ReasonMissing):
        save(season, points=Decimal(4), figures={"tỷ lệ": "92"})
    save(season, points=Decimal(4), figures={"tỷ lệ": "92"}, reason="Ba việc được gia hạn")

    stored = Score.objects.get()
    assert (stored.points, stored.proposed, stored.reason) == (Decimal(4), Decimal("3.68"), "Ba việc được gia hạn")
    assert json.loads(AuditEvent.objects.get().data)["reason"] == "Ba việc được gia hạn"


def test_a_save_that_says_nothing_of_figures_keeps_them() -> None:
    season = rows.season()
    save(season, points=Decimal(4), figures={"tỷ lệ": "92"}, reason="gia hạn")

    save(season, points=Decimal(3), version=1)

    stored = Score.objects.get()
    assert (stored.points, stored.figures, stored.proposed) == (Decimal(3), '{"tỷ lệ":"92"}', Decimal("3.68"))
    assert stored.reason == "gia hạn"


def test_same_figures_again_change_nothing() -> None:
    season = rows.season()
    save(season, figures={"tỷ lệ": "92"})

    again = save(season, figures={"tỷ lệ": "92\u00a0"})

    assert again.version == 1
    assert AuditEvent.objects.count() == 1


def test_figures_may_wait_for_their_points() -> None:
    season = rows.season()

    save(season, points=None, figures={"tỷ lệ": "92"})

    assert Score.objects.get().points is None


def test_figures_taken_back_take_the_proposal_with_them() -> None:
    season = rows.season()
    save(season, figures={"tỷ lệ": "92"})

    save(season, points=Decimal(1), version=1, figures={})

    assert (Score.objects.get().figures, Score.objects.get().proposed) == ("", None)


def test_text_that_is_no_figure_is_refused() -> None:
    season = rows.season()

    with pytest.raises(BadFigure, match="tỷ lệ"):
        save(season, figures={"tỷ lệ": "nhiều"})

    assert Score.objects.count() == 0


def test_what_the_system_filled_in_stays() -> None:
    season = rows.season(issued=False)
    area = Criterion.objects.get(code="1")
    rule = "Bắt đầu từ 1\nTrừ 0,5 mỗi số giờ nộp muộn\nTrừ 0,25 mỗi báo cáo thiếu\nThấp nhất 0"
    rows.criterion(season.criteria_set, "1.3", "1", parent=area, rule=rule)
    rows.score(season.assessments[0], "1.3", None, figures='{"số giờ nộp muộn":"1"}')

    save(season, "1.3", points=None, version=1, figures={"báo cáo thiếu": "1", "số giờ nộp muộn": "0"})

    stored = Score.objects.get()
    assert stored.figures == '{"báo cáo thiếu":"1","số giờ nộp muộn":"1"}'
    assert stored.proposed == Decimal("0.25")


def test_copied_text_is_the_units_own_once_it_is_edited() -> None:
    season = rows.season()
    score = rows.score(season.assessments[0], "1.2", "1", explanation="năm ngoái", is_copied=True)

    save(season, points=Decimal(2), explanation="năm ngoái", version=1)
    score.refresh_from_db()
    assert score.is_copied is True
    save(season, points=Decimal(2), explanation="năm nay", version=2)

    score.refresh_from_db()
    assert score.is_copied is False
