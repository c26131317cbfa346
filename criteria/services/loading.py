"""Rows of a cycle bundle that say what is asked, of whom, and when. They join the transaction of the whole bundle."""

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from criteria.models import Band, CriteriaSet, Criterion, Cycle, Lineage, Phase, RankingGroup, SetState, Tier
from criteria.selectors import outline
from criteria.services import days_off
from criteria.tree.nodes import digest
from units import audit
from units.models import User
from units.selectors import database_now


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
    days_off.seed(years=(cycle.period_end.year, cycle.period_end.year + 1), by=by)
    audit.record(by, "cycle.loaded", cycle, unit=cycle.authority, code=cycle.code, digest=cycle.bundle_digest)
    return cycle


@transaction.atomic
def add_sets(
    *,
    cycle: Cycle,
    sets: Sequence[CriteriaSet],
    criteria: Sequence[Criterion],
    lineage: Sequence[Lineage],
    by: User | None,
) -> None:
    """Store the criteria sets of a new cycle with their trees. A ``parent`` is one of ``criteria``.

    A set whose ``state`` says issued is stored as a draft first and issued when its tree is complete, for the database
    refuses any other way. It then carries its digest.
    """
    wanted = [each.state for each in sets]
    for each in sets:
        each.state = SetState.DRAFT
    CriteriaSet.objects.bulk_create(sets)
    for _, level in groupby(sorted(criteria, key=_depth), key=_depth):
        Criterion.objects.bulk_create(level)
    Lineage.objects.bulk_create(lineage)
    for each, state in zip(sets, wanted, strict=True):
        if state == SetState.ISSUED:
            each.state, each.digest, each.issued_at, each.issued_by = state, digest(outline(each)), database_now(), by
            each.save(update_fields=["state", "digest", "issued_at", "issued_by"])
    audit.record(by, "criteria.loaded", cycle, unit=cycle.authority, sets=[each.kind for each in sets])


def _depth(criterion: Criterion) -> int:
    return criterion.depth
