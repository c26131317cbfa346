"""Until when results are to be approved."""

from collections.abc import Iterable
from datetime import datetime

from criteria.models import Phase, PhaseKind, RankingGroup, Tier
from criteria.selectors.calendar import standing_of


def approval_ends(tiers: Iterable[Tier]) -> dict[int, datetime]:
    """The end of approval for each tier (by key): the first of its kinds of units, extensions included. Three queries.

    A tier whose cycle has no such phase is left out.
    """
    rows = {tier.pk: tier for tier in tiers}
    if not rows:
        return {}
    phases = Phase.objects.filter(cycle__in={tier.cycle_id for tier in rows.values()}, kind=PhaseKind.APPROVAL)
    ends = {(each.phase.cycle_id, each.phase.unit_kind): each.closes_at for each in standing_of(phases)}
    found: dict[int, datetime] = {}
    for tier, kind in RankingGroup.objects.filter(tier__in=rows).values_list("tier", "kind"):
        end = ends.get((rows[tier].cycle_id, kind))
        if end:
            found[tier] = min(end, found.get(tier, end))
    return found
