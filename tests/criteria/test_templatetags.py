from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.phases import VIETNAM
from criteria.templatetags import points as tags

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        (Decimal("1.2500"), "1,25"),
        (Decimal("10.0000"), "10"),
        (Decimal(100), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.0001"), "0,0001"),
        (Decimal("0.0000"), "0"),
    ],
)
def test_points_with_decimal_comma(value: Decimal | None, text: str) -> None:
    assert tags.points(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, ""), (Decimal("2.50"), "2,5"), (Decimal(0), "0")])
def test_field_points_are_empty_for_nothing(value: Decimal | None, text: str) -> None:
    assert tags.field_points(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), ("", "—"), (Decimal("87.5"), "87,50"), (Decimal(90), "90,00")]
)
def test_fixed_has_all_its_places(value: Decimal | None, text: str) -> None:
    assert tags.fixed(value) == text


def test_instant_reads_as_a_deadline() -> None:
    assert tags.instant(datetime(2022, 11, 25, 17, tzinfo=VIETNAM)) == "17:00 thứ Sáu 25/11/2022"
    assert tags.instant(None) == "—"


def test_exactly_is_a_fraction() -> None:
    assert tags.exactly(Fraction(175, 2)) == "175/2"
    assert tags.exactly(None) == "—"


def test_rule_words_reads_a_rule() -> None:
    assert tags.rule_words("Đạt: 0,5\nKhông đạt: 0") == "Đạt: 0,5; Không đạt: 0"


def test_filters_are_built_in() -> None:
    text = Template("{{ value|points }} {{ value|fixed:3 }}").render(Context({"value": Decimal("1.50")}))

    assert text == "1,5 1,500"


@calm
@given(st.decimals(0, 10**5, places=4))
def test_points_can_be_read_back(value: Decimal) -> None:
    assert Decimal(tags.points(value).replace(",", ".")) == value


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (1248, "1.248"), (1234567, "1.234.567")])
def test_counts_with_their_thousands_parted(value: int, text: str) -> None:
    assert tags.grouped(value) == text
