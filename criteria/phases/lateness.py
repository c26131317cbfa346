"""How late something came, in units begun: what comes at the very instant of the deadline is one minute late."""

from datetime import datetime, timedelta
from fractions import Fraction

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def late_minutes(closes_at: datetime, at: datetime) -> int:
    """Whole minutes begun since the deadline; 0 before it.

    >>> from datetime import datetime
    >>> deadline = datetime(2022, 12, 5, 17, 0)
    >>> late_minutes(deadline, datetime(2022, 12, 5, 16, 59, 59)), late_minutes(deadline, deadline)
    (0, 1)
    """
    return _begun(closes_at, at, MINUTE)


def late_hours(closes_at: datetime, at: datetime) -> int:
    """Whole hours begun since the deadline; 0 before it."""
    return _begun(closes_at, at, HOUR)


def late_days(closes_at: datetime, at: datetime) -> int:
    """Periods of 24 hours begun since the deadline; 0 before it. After a deadline at midnight these are days."""
    return _begun(closes_at, at, DAY)


def late_figures(closes_at: datetime, at: datetime) -> dict[str, Fraction]:
    """The lateness under the names by which a scoring rule may ask for it."""
    return {
        "số phút nộp muộn": Fraction(late_minutes(closes_at, at)),
        "số giờ nộp muộn": Fraction(late_hours(closes_at, at)),
        "số ngày nộp muộn": Fraction(late_days(closes_at, at)),
    }


def _begun(closes_at: datetime, at: datetime, step: timedelta) -> int:
    return (at - closes_at) // step + 1 if at >= closes_at else 0
