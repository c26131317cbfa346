"""Which units of a cycle have no dossier yet."""

from assessments.models import Assessment
from criteria.models import Cycle
from criteria.selectors import groups_of, sets_in_force, tiers_of, units_of_group


def missing_dossiers(cycle: Cycle) -> list[Assessment]:
    """An unsaved dossier for each unit of each group that has none; a kind without a set in force is left out."""
    sets = {each.kind: each for each in sets_in_force(cycle)}
    known = set(Assessment.objects.filter(cycle=cycle).values_list("unit", flat=True))
    found = []
    for tier in tiers_of(cycle):
        tier.cycle = cycle
        for group in groups_of(tier):
            group.tier = tier
            for unit in units_of_group(group) if group.kind in sets else ():
                if unit.pk not in known:
                    known.add(unit.pk)
                    found.append(Assessment(cycle=cycle, tier=tier, unit=unit, criteria_set=sets[group.kind]))
    return found
