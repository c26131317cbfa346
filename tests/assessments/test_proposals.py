"""Points by the rule from figures as they are typed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.declaring import proposals
from assessments.declaring.proposals import Field, Proposal, propose
from assessments.declaring.typed import TWO_WAYS
from criteria.scoring.cannot import BadFigure
from criteria.scoring.rules import Figure

TASKS = "a là Tổng số nhiệm vụ\nb là Số nhiệm vụ hoàn thành\nĐiểm = b / a × điểm tối đa"
SHARE = "Điểm = tỷ lệ × điểm tối đa"
BEST = """Lấy trường hợp có điểm cao nhất
Đạt ISO: 1
Không đạt ISO: 0
Hoặc
Điểm = tỷ lệ × điểm tối đa"""
NO_TASK = "Khi không có nhiệm vụ: không áp dụng\nĐiểm = tỷ lệ × điểm tối đa"
RELATIVE = "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\nKhi chỉ có một đơn vị: điểm tối đa"
LATE = "Bắt đầu từ 1\nTrừ 0,5 mỗi số giờ nộp muộn\nThấp nhất 0"


def of(rule: str, maximum: str = "2", **figures: str) -> Proposal:
    return propose(rule, {name.replace("_", " "): text for name, text in figures.items()}, maximum=Decimal(maximum))


def troubles(proposal: Proposal) -> dict[str, str]:
    return {each.name: each.trouble.reason for each in proposal.fields if each.trouble}


@pytest.mark.parametrize(
    "rule", ["", "không phải cách tính", "Kịp thời: 2; Không: 0", "Chấm từ 0 đến 1,5 điểm\nTheo hướng dẫn"]
)
def test_rules_that_compute_nothing_ask_for_nothing(rule: str) -> None:
    assert proposals.asked(rule) == ()
    assert of(rule, tỷ_lệ="92") == Proposal()


def test_points_follow_exactly_with_the_way_they_come_about() -> None:
    found = of(TASKS, "1.8", a="50", b="46")

    assert (found.points, found.exact, found.is_rounded) == (Decimal("1.656"), Fraction(207, 125), False)
    assert found.derivation == "(46 / 50) × 1,8 = 1,656"
    assert [(each.key, each.name, each.text) for each in found.fields] == [
        ("figure-1", "a", "50"),
        ("figure-2", "b", "46"),
    ]


def test_points_are_rounded_once_half_up() -> None:
    found = of(TASKS, "1", a="3", b="2")

    assert (found.points, found.is_rounded) == (Decimal("0.6667"), True)
    assert proposals.stored(Fraction(1, 20000)) == Decimal("0.0001")
    assert proposals.stored(Fraction(-1, 20000)) == Decimal("-0.0001")


@pytest.mark.parametrize("typed", ["92", "92%", "92 %", "92,0", "９２％", "\u00a092\u00a0%"])
def test_a_percentage_is_one_with_and_without_its_sign(typed: str) -> None:
    assert of(SHARE, tỷ_lệ=typed).points == Decimal("1.84")


def test_fractions_and_pasted_thousands_are_read() -> None:
    assert of(SHARE, tỷ_lệ="1/4").points is not None
    assert of(TASKS, a="1 250", b="1\u00a0250").points == 2


def test_a_missing_figure_is_told_at_its_field_and_is_no_error() -> None:
    found = of(TASKS, a="50")

    assert troubles(found) == {"b": "“%(figure)s” is not declared."}
    assert (found.wrong, found.points) == ((), None)


def test_nothing_declared_is_no_trouble() -> None:
    found = of(TASKS)

    assert (troubles(found), found.trouble, found.points) == ({}, None, None)


def test_a_wrong_figure_is_told_at_its_field() -> None:
    found = of(TASKS, a="nhiều", b="1.250")

    assert troubles(found) == {"a": proposals.NO_NUMBER, "b": TWO_WAYS}
    assert [each.name for each in found.wrong] == ["a", "b"]
    error = found.wrong[0].as_error()
    assert isinstance(error, BadFigure)
    assert "nhiều" in str(error)
    assert "hai" not in str(found.wrong[1].as_error())


def test_a_count_is_whole() -> None:
    assert troubles(of(TASKS, a="1,5", b="1")) == {"a": "“%(figure)s” must be a whole number, 0 or more."}


def test_what_the_rule_leaves_open_is_told_of_the_whole() -> None:
    found = of(TASKS, a="0", b="0")

    assert found.trouble is not None
    assert found.trouble.reason.startswith("“%(figure)s” is 0 and is divided by")
    assert found.wrong == ()


def test_flags_are_answered_by_yes_and_no() -> None:
    found = of(NO_TASK, không_có_nhiệm_vụ="có", tỷ_lệ="92")

    assert (found.does_not_apply, found.points) == (True, None)
    assert found.fields[1].is_flag
    assert of(NO_TASK, không_có_nhiệm_vụ="không", tỷ_lệ="92").points == Decimal("1.84")


def test_a_step_inside_another_rule_is_chosen_by_its_label() -> None:
    found = of(BEST, mức="Đạt ISO", tỷ_lệ="30")

    assert found.fields[0].labels == ("Đạt ISO", "Không đạt ISO")
    assert found.points == 1


def test_a_choice_that_is_none_is_told_at_its_field() -> None:
    found = of(BEST, mức="Khác", tỷ_lệ="30")

    assert [each.name for each in found.wrong] == ["mức"]


def test_rules_that_compare_wait_for_the_others() -> None:
    found = of(RELATIVE, tỷ_lệ="92")

    assert found.trouble is not None
    assert (found.trouble.reason, found.points) == (proposals.COMPARES, None)


def test_lateness_is_the_systems() -> None:
    field = of(LATE).fields[0]

    assert field.is_system
    assert of(LATE, số_giờ_nộp_muộn="1").points == Decimal("0.5")


def test_lateness_is_filled_in_later() -> None:
    found = of(LATE + "\nTrừ 0,25 mỗi báo cáo thiếu", báo_cáo_thiếu="1")

    assert troubles(found) == {"số giờ nộp muộn": proposals.LATER}


def test_stored_figures_are_canonical() -> None:
    kept = proposals.merged(TASKS, "", {"b": " 46 ", "a": "50", "khác": "1"})

    assert kept == '{"a":"50","b":"46"}'
    assert proposals.read(kept) == {"a": "50", "b": "46"}
    assert proposals.merged(TASKS, kept, {"a": "", "b": " "}) == ""
    assert proposals.read("") == {}


def test_what_the_system_filled_in_is_not_typed_over() -> None:
    kept = proposals.merged(LATE, '{"số giờ nộp muộn":"3"}', {"số giờ nộp muộn": "0"})

    assert kept == '{"số giờ nộp muộn":"3"}'


@given(st.fractions(min_value=-100, max_value=100))
def test_rounding_is_never_off_by_more_than_half_a_unit(value: Fraction) -> None:
    rounded = Fraction(proposals.stored(value))

    assert abs(rounded - value) <= Fraction(1, 20000)
    assert proposals.stored(-value) == -proposals.stored(value)


@given(st.dictionaries(st.sampled_from(["a", "b", "tỷ lệ", "mức"]), st.text(max_size=20)))
def test_no_text_breaks_a_proposal(figures: dict[str, str]) -> None:
    for rule in (TASKS, SHARE, BEST, NO_TASK, RELATIVE, LATE):
        propose(rule, figures, maximum=Decimal(2))


def test_a_field_without_trouble_is_no_error() -> None:
    with pytest.raises(AssertionError):
        Field("figure-1", Figure("a")).as_error()
