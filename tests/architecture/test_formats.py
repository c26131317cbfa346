"""Vietnamese dates and numbers are read and written as an official reads and writes them."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.forms import DateField, DateTimeField
from django.template import Context, Template
from django.utils import formats, translation


def test_date_is_read_day_first() -> None:
    with translation.override("vi"):
        read = DateField(localize=True).clean("05/11/2026")

    assert read == date(2026, 11, 5)


def test_date_with_the_month_first_is_refused() -> None:
    with translation.override("vi"), pytest.raises(ValidationError):
        DateField(localize=True).clean("11/25/2026")


def test_instant_is_read_day_first_in_the_countrys_time() -> None:
    with translation.override("vi"):
        read = DateTimeField(localize=True).clean("05/11/2026 17:00")

    assert read == datetime(2026, 11, 5, 17, tzinfo=timezone(timedelta(hours=7)))


def test_date_is_written_day_first() -> None:
    with translation.override("vi"):
        assert formats.date_format(date(2026, 11, 5), "SHORT_DATE_FORMAT") == "05/11/2026"


def test_number_has_a_decimal_comma_and_grouped_thousands() -> None:
    with translation.override("vi"):
        assert formats.number_format(Decimal("1234567.5"), use_l10n=True, force_grouping=True) == "1.234.567,5"


def test_number_on_a_page_has_a_decimal_comma_and_no_grouping() -> None:
    """Grouping is asked for where it helps: in an address or a field it would do harm."""
    with translation.override("vi"):
        assert Template("{{ value }}").render(Context({"value": Decimal("1234.50")})) == "1234,50"
