"""What the appraisal of a whole tier came to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from councils.models import Appraisal
from criteria.models import Tier

Key = tuple[int, int]


@dataclass(frozen=True)
class Final:
    """The appraised points of a leaf, who decided, why and when."""

    points: Decimal | None
    not_applicable: bool
    decider: str
    reason: str
    decided_at: datetime


def final_points(tier: Tier) -> dict[Key, Final]:
    """The standing appraisals of the whole tier by unit and criterion, in one query."""
    rows = Appraisal.objects.filter(assessment__tier=tier, is_current=True).order_by()
    fields = ("assessment__unit_id", "criterion_id", "points", "not_applicable", "seat__agency_name", "by__full_name")
    return {
        (unit, criterion): Final(points, not_applicable, f"{agency} · {name}", reason, at)
        for unit, criterion, points, not_applicable, agency, name, reason, at in rows.values_list(
            *fields, "reason", "decided_at"
        )
    }
