"""Lateness in units begun, around the second that decides."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from criteria.phases import VIETNAM, late_days, late_figures, late_hours, late_minutes

CLOSES = datetime(2022, 12, 5, 17, 0, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("seconds", "minutes", "hours", "days"),
    [
        (-1, 0, 0, 0),
        (0, 1, 1, 1),
        (1, 1, 1, 1),
        (59, 1, 1, 1),
        (60, 2, 1, 1),
        (3599, 60, 1, 1),
        (3600, 61, 2, 1),
        (86399, 1440, 24, 1),
        (86400, 1441, 25, 2),
    ],
)
def test_late_in_units_begun(seconds: int, minutes: int, hours: int, days: int) -> None:
    at = CLOSES + timedelta(seconds=seconds)

    assert (late_minutes(CLOSES, at), late_hours(CLOSES, at), late_days(CLOSES, at)) == (minutes, hours, days)
    assert late_figures(CLOSES, at) == {
        "số phút nộp muộn": Fraction(minutes),
        "số giờ nộp muộn": Fraction(hours),
        "số ngày nộp muộn": Fraction(days),
    }
