from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.templatetags.points import points as written
from surveys.imports import values
from surveys.imports.grid import BRIEF, Cell

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        (17, "n", "17"),
        (17.25, "n", "17.25"),
        (0.1 + 0.2, "n", "0.3"),
        (0, "n", "0"),
        (-1.5, "n", "-1.5"),
        ("17,25", "s", "17.25"),
        (" 17,25 ", "s", "17.25"),
        ("17.25", "s", "17.25"),
        ("17.2500", "s", "17.2500"),
        ("1,234", "s", "1.234"),
        ("+2", "s", "2"),
        ("-2", "s", "-2"),
        ("−2,5", "s", "-2.5"),
        ("007", "s", "7"),
    ],
)
def test_number_as_it_was_meant(value: object, kind: str, number: str) -> None:
    assert values.number(Cell("D7", value, kind)) == Decimal(number)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1.234", "s"),
        ("1.234,5", "s"),
        ("17,25 điểm", "s"),
        ("chưa có", "s"),
        ("1,2,3", "s"),
        ("12/20", "s"),
        ("85%", "s"),
        ("NaN", "s"),
        ("1e3", "s"),
        ("٣", "s"),
        ("9" * 5000, "s"),
        (",5", "s"),
        ("5,", "s"),
        (float("nan"), "n"),
        (float("inf"), "n"),
        ("=A1+1", "f"),
        ("#N/A", "e"),
        (True, "b"),
        (datetime(2022, 5, 1), "d"),
        (None, "n"),
        ("   ", "s"),
    ],
)
def test_number_refuses_what_it_cannot_be_sure_of(value: object, kind: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as refusal:
        values.number(Cell("D7", value, kind))

    assert len(str(refusal.value)) < 3 * BRIEF + 40


@pytest.mark.parametrize("number_format", ["0%", "0.00%"])
def test_number_refuses_a_percentage(number_format: str) -> None:
    with pytest.raises(ValueError, match="phần trăm"):
        values.number(Cell("D7", 0.85, "n", number_format))


def test_number_refuses_a_cell_merged_over_rows() -> None:
    with pytest.raises(ValueError, match="D7:D9"):
        values.number(Cell("D7", 5, "n", origin="D7", spread="D7:D9"))


@pytest.mark.parametrize(
    ("value", "kind", "count"),
    [
        (None, "n", 0),
        (120, "n", 120),
        (120.0, "n", 120),
        ("120", "s", 120),
        ("1.250", "s", 1250),
        ("12 500", "s", 12500),
    ],
)
def test_count_of_forms(value: object, kind: str, count: int) -> None:
    assert values.count(Cell("E7", value, kind)) == count


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (120.5, "n"),
        (-1, "n"),
        ("1.25", "s"),
        ("nhiều", "s"),
        ("=1", "f"),
        (10**7, "n"),
        ("99.999.999", "s"),
        (True, "b"),
    ],
)
def test_count_refuses_what_is_no_whole_number(value: object, kind: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        values.count(Cell("E7", value, kind))


@pytest.mark.parametrize(("value", "kind", "code"), [("8.1.1", "s", "8.1.1"), (18577, "n", "18577"), (8.1, "n", "8.1")])
def test_code_as_text(value: object, kind: str, code: str) -> None:
    assert values.code(Cell("A7", value, kind)) == code


def test_code_refuses_a_date() -> None:
    with pytest.raises(ValueError, match="ngày"):
        values.code(Cell("C7", datetime(2001, 1, 8), "d"))


@calm
@given(st.decimals(0, 10**6, places=4))
def test_number_reads_back_what_a_person_writes(value: Decimal) -> None:
    assert values.number(Cell("D7", written(value), "s")) == value
    assert values.number(Cell("D7", float(value), "n")) == value


@calm
@given(st.text(max_size=40), st.sampled_from("snfebd"))
def test_number_is_exact_or_refused(text: str, kind: str) -> None:
    try:
        value = values.number(Cell("D7", text, kind))
    except ValueError:
        return
    except ArithmeticError:
        # A cell of kind "n" never holds text: openpyxl has read a number there.
        assert kind == "n"
        return
    assert value.is_finite()
