"""What others wrote into a dossier since a page looked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import FilteredRelation, Q

from assessments.models import Assessment

# A save that began before the last look may have been committed after it. Told twice does no harm: pages compare
# versions.
OVERLAP = timedelta(seconds=30)


@dataclass(frozen=True)
class Changed:
    """A leaf and the version that it has now; ``person`` and ``by``: who wrote it."""

    leaf: int
    version: int
    person: int | None
    by: str


def changed_since(pk: int, since: datetime) -> tuple[str, list[Changed]]:
    """The dossier's state, and its leaves written since; one query. An unknown dossier: no state, no leaves."""
    fresh = FilteredRelation("scores", condition=Q(scores__updated_at__gt=since - OVERLAP))
    columns = ("fresh__criterion_id", "fresh__version", "fresh__updated_by_id", "fresh__updated_by__full_name")
    rows = list(Assessment.objects.alias(fresh=fresh).filter(pk=pk).values_list("state", *columns))
    state = rows[0][0] if rows else ""
    return state, [Changed(leaf, version, who, by or "") for _state, leaf, version, who, by in rows if leaf and version]
