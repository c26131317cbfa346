"""What every seat has still to appraise, counted without reading what units or the council said."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from assessments.models import Assessment, Score
from councils.models import Appraisal, Council, Seat
from councils.selectors.pairs import applying
from councils.selectors.seats import Key, roster
from criteria.models import Tier


@dataclass
class Load:
    """The leaves that wait for a seat, and their dossiers by key. ``seat`` None: nobody may appraise them."""

    seat: Seat | None
    leaves: int = 0
    dossiers: dict[int, Assessment] = field(default_factory=dict)


def loads(council: Council) -> list[Load]:
    """Of every seat that something waits for; a leaf that two may appraise waits for both. Six queries, or eight."""
    table = roster(council)
    standing = standing_keys(council.tier)
    found: dict[int | None, Load] = {}
    for assessment, leaf in applying(council.tier, table):
        if (assessment.pk, leaf.pk) in standing:
            continue
        seats: list[Seat | None] = [*table.appraisers(leaf.pk, assessment.unit_id)]
        for seat in seats or [None]:
            load = found.setdefault(seat.pk if seat else None, Load(seat))
            load.leaves += 1
            load.dossiers[assessment.pk] = assessment
    return list(found.values())


def standing_keys(tier: Tier) -> set[Key]:
    """The pairs whose decision stands: made on the self-score as it is, which ``pairs.outdated`` asks row by row."""
    said = Score.objects.filter(assessment=OuterRef("assessment"), criterion=OuterRef("criterion"))
    decided = OuterRef("decided_at")
    untouched = Q(assessment__submitted_at=None) | Q(assessment__submitted_at__lte=decided) | Q(updated_at__lte=decided)
    same = said.filter(untouched, not_applicable=OuterRef("self_not_applicable"))
    rows = Appraisal.objects.filter(assessment__tier=tier, is_current=True).filter(
        Exists(same.filter(points=OuterRef("self_points")))
        | Q(Exists(same.filter(points=None)), self_points=None)
        | Q(~Exists(said), self_points=None, self_not_applicable=False)
    )
    return set(rows.order_by().values_list("assessment", "criterion"))
