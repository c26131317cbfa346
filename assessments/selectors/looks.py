"""Who looked at a confidential document, and when."""

from dataclasses import dataclass
from datetime import datetime
from json import loads

from assessments.models import Evidence
from units.models import AuditEvent
from units.selectors import history

LOOKED = "evidence.looked"
MOST = 500


@dataclass(frozen=True)
class Look:
    """One look: ``how`` is ``preview``, ``page``, ``file`` or ``difference``; ``page`` only where one was shown."""

    name: str
    at: datetime
    how: str
    page: int | None


def looks_at(evidence: Evidence) -> list[Look]:
    """Every look, newest first, at most 500."""
    events = history("assessments.evidence", [evidence.pk]).filter(action=LOOKED).select_related("actor")
    return [_look(event) for event in events[:MOST]]


def _look(event: AuditEvent) -> Look:
    data = loads(event.data)
    return Look(str(event.actor or event.actor_name), event.at, data["how"], data.get("page"))
