"""Leaves across an amendment: what a page that was opened before it still means."""

from criteria.models import CriteriaSet, Criterion, Lineage
from criteria.selectors.lineage import CARRIED

ASKED = ("max_points", "min_points", "method", "entered_by", "side", "rule", "facets")
"""What an answer is given to (``tree.amending.COUNTS``, as columns)."""


def standing_leaf(criteria_set: int, pk: int) -> Criterion | None:
    """The criterion ``pk`` of the set; or, if it belongs to an earlier version, the leaf that took its place unchanged.

    None where the set asks something else by now: an answer to the old question is no answer to the new one.
    """
    own = Criterion.objects.filter(pk=pk, criteria_set=criteria_set).order_by().first()
    if own:
        return own
    rows = Lineage.objects.filter(
        previous=pk, criterion__criteria_set=criteria_set, is_confirmed=True, kind__in=CARRIED
    )
    row = rows.select_related("criterion", "previous").first()
    if row is None or row.criterion is None or row.previous is None:
        return None
    before, now = row.previous, row.criterion
    return now if all(getattr(before, name) == getattr(now, name) for name in ASKED) else None


def is_forerunner(criteria_set: CriteriaSet, earlier: int) -> bool:
    """Whether the set ``earlier`` (by key) is another version of the same kind in the same cycle."""
    same = {"cycle": criteria_set.cycle_id, "kind": criteria_set.kind}
    return CriteriaSet.objects.filter(pk=earlier, **same).exists()
