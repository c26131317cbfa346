"""What the checker has to know around a set."""

from collections.abc import Collection

from django.utils.translation import gettext

from criteria.models import CriteriaSet, RankingGroup
from criteria.selectors import legal, lineage
from criteria.tree.findings import Facts, Finding


def facts(criteria_set: CriteriaSet, unassigned: Collection[str] | None = None) -> Facts:
    """Calendar, lineage, library and ranking groups. ``unassigned``: codes of leaves without appraiser, where known.

    An empty library knows nothing: then no document is unknown.
    """
    cycle = criteria_set.cycle
    known, repealed = legal.numbers(cycle.period_end)
    return Facts(
        period=(cycle.period_start, cycle.period_end),
        traced=lineage.traced(criteria_set),
        untold=tuple(leaf.code for leaf in lineage.untold(criteria_set)),
        known=known or None,
        repealed=repealed,
        has_group=RankingGroup.objects.filter(tier__cycle=cycle, kind=criteria_set.kind).exists(),
        unassigned=None if unassigned is None else frozenset(unassigned),
    )


def in_words(finding: Finding) -> str:
    """The finding in the language of the reader."""
    why = gettext(finding.cause) % finding.cause_values if finding.cause else ""
    return gettext(finding.message) % {**finding.values, "why": why}
