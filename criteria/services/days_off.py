"""Public holidays of Việt Nam as days off, with the days worked in exchange."""

from collections.abc import Iterable

import holidays
from django.db import transaction

from criteria.models import DayOff
from units import audit
from units.models import User

WORKED = "Làm bù"


@transaction.atomic
def seed(*, years: Iterable[int], by: User | None) -> int:
    """Enter what is known of the years and not entered yet; how many days. What somebody entered stays."""
    wanted = sorted(set(years))
    known = set(DayOff.objects.values_list("day", flat=True))
    found = holidays.country_holidays("VN", years=wanted, language="vi")
    rows = [DayOff(day=day, name=name[:200]) for day, name in sorted(found.items()) if day not in known]
    worked = sorted(day for day in found.weekend_workdays if day.year in wanted and day not in known)
    rows += [DayOff(day=day, name=WORKED, is_working=True) for day in worked]
    DayOff.objects.bulk_create(rows)
    if rows:
        audit.record(by, "days_off.seeded", DayOff.objects.get(day=rows[0].day), years=wanted, days=len(rows))
    return len(rows)
