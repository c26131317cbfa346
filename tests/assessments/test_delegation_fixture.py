"""The plan of Thái Nguyên for 2019, taken literally, and the departments that work by it."""

from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.models import Assessment
from assessments.selectors.delegation_board import board_of

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
BUNDLES = ("thai_nguyen_2019", "thai_nguyen_2019_demo")
pytestmark = pytest.mark.django_db


def load(name: str) -> Assessment:
    call_command("load_cycle", str(FIXTURES / name), skip_checks=True, verbosity=0)
    return Assessment.objects.select_related("unit", "cycle", "criteria_set").get(unit__code="19")


@pytest.mark.parametrize("name", BUNDLES)
def test_the_plan_taken_literally_has_one_gap_and_two_overlaps(name: str) -> None:
    board = board_of(load(name))

    assert board.unread == 0
    assert [(each.finding.code, each.finding.kind, len(each.leads)) for each in board.open] == [
        ("4.3", "several", 4),
        ("8.1", "nobody", 0),
        ("8.4", "several", 2),
    ]
    four, none, two = board.open
    assert [each.name for each in four.leads] == [
        "Sở Nội vụ",
        "Sở Tài chính",
        "Sở Kế hoạch và Đầu tư",
        "Sở Tài nguyên và Môi trường",
    ]
    assert [each.name for each in two.leads] == ["Sở Tài chính", "Sở Kế hoạch và Đầu tư"]
    assert none.finding.is_survey
    assert not board.is_issued
