"""Rows of a cycle bundle that say what is asked, of whom, and when. They join the transaction of the whole bundle."""

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from criteria.models import Band, CriteriaSet, Criterion, Cycle, Phase, RankingGroup, Tier
from units import audit
from units.models import User


@transaction.atomic
def add_cycle(
    *,
    cycle: Cycle,
    bands: Sequence[Band],
    tiers: Sequence[Tier],
    groups: Sequence[RankingGroup],
    phases: Sequence[Phase],
    by: User | None,
) -> Cycle:
    """Store a new cycle with its calendar, its tiers and their groups."""
    cycle.save(force_insert=True)
    Band.objects.bulk_create(bands)
    Tier.objects.bulk_create(tiers)
    RankingGroup.objects.bulk_create(groups)
    Phase.objects.bulk_create(phases)
    audit.record(by, "cycle.loaded", cycle, unit=cycle.authority, code=cycle.code, digest=cycle.bundle_digest)
    return cycle


@transaction.atomic
def add_sets(*, cycle: Cycle, sets: Sequence[CriteriaSet], criteria: Sequence[Criterion], by: User | None) -> None:
    """Store the criteria sets of a new cycle with their trees. A ``parent`` is one of ``criteria``."""
    CriteriaSet.objects.bulk_create(sets)
    for _, level in groupby(sorted(criteria, key=_depth), key=_depth):
        Criterion.objects.bulk_create(level)
    audit.record(by, "criteria.loaded", cycle, unit=cycle.authority, sets=[each.kind for each in sets])


def _depth(criterion: Criterion) -> int:
    return criterion.depth
