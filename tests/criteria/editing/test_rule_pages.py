"""A rule while it is typed: read, tried with figures, written by its form, its examples proposed."""

from typing import Any

import pytest
from django.test import Client

from criteria.models import Change, Criterion
from criteria.scoring.rules import Kind
from criteria.services import editing
from criteria.tree import rule_form
from tests.criteria.editing.test_pages import filled, leaf, season, staff, url
from tests.factories import rows

pytestmark = pytest.mark.django_db
__all__ = ["season", "staff"]


def tried(client: Client, season: rows.Season, **sent: Any) -> str:
    code = sent.pop("code", "1.1")
    answer = client.post(url(season, "edit_rule", leaf(season, code).pk), {"maximum": "2", **sent})
    assert answer.status_code == 200
    assert not Change.objects.exists()
    return str(answer.content.decode())


def test_figures_give_points_and_their_derivation(staff: Client, season: rows.Season) -> None:
    rule = "a là số việc được giao\nb là số việc xong\nKhi a = 0: không áp dụng\nĐiểm = b / a × điểm tối đa"
    figures: dict[str, Any] = {"figure": ["a", "b"], "value": ["50", "46"]}

    assert "1,84 điểm" in tried(staff, season, act="try", rule=rule, **figures)
    assert "không áp dụng" in tried(staff, season, act="try", rule=rule, figure=["a", "b"], value=["0", "0"])
    assert "rule-line" in tried(staff, season, act="try", rule=rule, figure=["a", "b"], value=["50", "x"])
    assert "rule-line" in tried(staff, season, act="try", rule=rule, figure=["a", "b"], value=["50", ""])
    whole = tried(staff, season, act="look", rule=rule, examples="a = 50; b = 25 → 1\na = 50; b = 50 → 1")
    assert "✓ đúng" in whole
    assert "cách tính cho 2" in whole


def test_a_mistake_is_shown_at_its_line(staff: Client, season: rows.Season) -> None:
    assert "Dòng 2:" in tried(staff, season, act="look", rule="Điểm = 1\nĐiểm = q / 2")
    assert "Dòng 1:" in tried(staff, season, act="look", rule="Có: 1\nKhông: 0", examples="mức = Có")
    assert "Chưa có cách tính điểm" in tried(staff, season, act="look", rule=" ")
    assert "tạm lấy 1" in tried(staff, season, act="look", rule="Có: 1\nKhông: 0", maximum="?")


def test_a_rule_against_the_group(staff: Client, season: rows.Season) -> None:
    rule = rule_form.SAMPLES[Kind.RELATIVE]
    figures = {"figure": "tỷ lệ", "value": "45%", "group": "tỷ lệ = 90% | tỷ lệ = 60%"}

    assert "1 điểm" in tried(staff, season, act="try", rule=rule, **figures)
    assert "figure-group" in tried(staff, season, act="look", rule=rule)


def test_the_form_writes_the_text(staff: Client, season: rows.Season) -> None:
    lines: dict[str, Any] = {
        "line-is": ["line", "line", "", "declared"],
        "line-a": ["Có", "Không", "", "không có nhiệm vụ"],
        "line-b": ["2", "0", "", "không áp dụng"],
    }
    text = tried(staff, season, act="lines", **lines)

    assert "Có: 2\nKhông: 0\nKhi không có nhiệm vụ: không áp dụng</textarea>" in text
    assert "Từ 90% trở lên: 2" in tried(staff, season, act="sample", kind="bands", rule="")
    assert "Giữ: 1" in tried(staff, season, act="sample", kind="unheard", rule="Giữ: 1\nBỏ: 0")


def test_examples_are_proposed(staff: Client, season: rows.Season) -> None:
    text = tried(staff, season, act="propose", rule="Có: 2\nKhông: 0")

    assert "mức = Có → 2\nmức = Không → 0</textarea>" in text
    assert "Của tôi" in tried(staff, season, act="propose", rule="???", examples="Của tôi")


def test_penalties_are_tried_below_zero(staff: Client, season: rows.Season) -> None:
    operation = {"op": "set", "code": "2", "values": {"side": "penalty"}}
    editing.edit(criteria_set=season.criteria_set, operations=[operation], by=season.staff, seen=0)
    Change.objects.all().delete()
    figures = {"figure": "báo cáo trễ", "value": "3"}

    text = tried(
        staff, season, code="2.1", act="try", rule="Bắt đầu từ 0\nTrừ 1 mỗi báo cáo trễ", minimum="-2", **figures
    )

    assert "-2 điểm" in text


def test_the_rule_is_tried_without_a_script(staff: Client, season: rows.Season) -> None:
    node = leaf(season)
    sent = filled(staff, season, node, rule="Có: 2\nKhông: 0") | {"act": "try", "figure": "mức", "value": "Có"}

    answer = staff.post(url(season, "edit_node", node.pk), sent)

    assert "2 điểm" in answer.content.decode()
    node.refresh_from_db()
    assert node.rule != "Có: 2\nKhông: 0"


def test_findings_lead_to_their_fields(staff: Client, season: rows.Season) -> None:
    Criterion.objects.filter(criteria_set=season.criteria_set, code="1.1").update(rule="???")

    text = staff.get(url(season, "edit_findings")).content.decode()

    assert 'href="#n-1.1-rule"' in text
    assert 'data-severity="error"' in text
