"""The bands and the dated phases of a bundle, as rows that are not stored yet."""

from criteria.models import Band, Cycle, Phase
from results.bundle.rows import Bundle


def bands_of(bundle: Bundle, cycle: Cycle) -> list[Band]:
    return [Band(cycle=cycle, name=row.name, lower=row.lower) for row in bundle.bands]


def phases_of(bundle: Bundle, cycle: Cycle) -> list[Phase]:
    return [
        Phase(
            cycle=cycle,
            kind=row.kind,
            unit_kind=row.unit_kind,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            reading=row.reading,
            reads=row.reads,
            named_day=row.named_day,
            late_until=row.late_until,
        )
        for row in bundle.phases
    ]
