"""Where leaves come from: confirmed lineage only."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from criteria.models import Criterion, Lineage, LineageKind

CARRIED = (LineageKind.SAME, LineageKind.MOVED)
"""Kinds under which last year's answer stands beside this year's as it is: one leaf became one leaf."""


def carried(criteria: Iterable[Criterion] | QuerySet[Criterion]) -> QuerySet[Lineage]:
    """The confirmed origins of the criteria that are the same leaf, perhaps moved."""
    return Lineage.objects.filter(criterion__in=criteria, is_confirmed=True, kind__in=CARRIED)


def leaf_before(criterion: Criterion) -> Criterion | None:
    """The same leaf in the set before; None where it is new, or split or merged."""
    row = carried([criterion]).select_related("previous__criteria_set").first()
    return row.previous if row else None


def carried_from(criteria: QuerySet[Criterion], earlier: Collection[int]) -> dict[int, int]:
    """For criteria that are the same leaf as one of ``earlier`` (primary keys): its primary key by the criterion's."""
    rows = carried(criteria).filter(previous__in=earlier).values_list("criterion_id", "previous_id")
    return {new: old for new, old in rows if new and old}
