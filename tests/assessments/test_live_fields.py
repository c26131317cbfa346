"""Live fields of a report: filled, unknown, and figures typed by hand that are no longer true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import live_fields
from assessments.live_fields import Stale

VALUES = {"tổng điểm": "82,5", "điểm lĩnh vực 1": "9,25", "số tiêu chí": "38"}


def test_a_field_is_filled_however_it_is_typed() -> None:
    text = "{{ Tổng  điểm }}; {{TONG DIEM}}; {{điểm lĩnh vực 1}}"

    assert live_fields.fill(text, VALUES) == "82,5; 82,5; 9,25"


def test_an_unknown_field_stays_and_is_named_once() -> None:
    text = "{{xếp hạng}} và {{ xếp hạng }} và {{hạng}} {{}} {{a{b}}"

    assert live_fields.fill(text, VALUES) == text
    assert live_fields.unknown(text, VALUES) == ["xếp hạng", "hạng"]


@pytest.mark.parametrize("typed", ["80", "80,0", "80.0", "80%"])
def test_a_figure_that_was_true_earlier_is_stale(typed: str) -> None:
    found = live_fields.stale(f"Đơn vị đạt {typed} điểm.", VALUES, {"tổng điểm": {"80", "79"}})

    assert [(each.name, each.now) for each in found] == [("tổng điểm", "82,5")]


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị đạt 82,5 điểm.",  # What the field says now.
        "Kế hoạch số 80/KH-SXD, mục 1.80.2, ngày 05-80-01.",  # A number of a document, of a section, a date.
        "Có 7 cuộc họp.",  # Too common to be telling.
        "Đạt {{tổng điểm}} điểm.",  # A field says it itself.
        "Đạt 81 điểm.",  # Never was the value of a field.
    ],
)
def test_a_figure_that_is_no_stale_one(text: str) -> None:
    assert live_fields.stale(text, VALUES, {"tổng điểm": {"80", "7"}}) == []


def test_a_stale_figure_is_named_once() -> None:
    earlier = {"điểm lĩnh vực 1": {"8,5"}, "tổng điểm": {"8,5"}}

    found = live_fields.stale("8,5 điểm; nhắc lại 8,50 điểm.", VALUES, earlier)

    assert found == [Stale("8,5", "điểm lĩnh vực 1", "9,25")]


@given(st.text(max_size=200))
def test_any_text_comes_back_whole_where_nothing_is_filled(text: str) -> None:
    assert live_fields.fill(text, {}) == text
    assert "".join(piece.text for piece in live_fields.pieces(text, {})) == text
