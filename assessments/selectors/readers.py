"""Who reads a confidential document, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from assessments.models import Evidence
from units.models import Membership, Role, Unit, User


@dataclass(frozen=True)
class Reader:
    """``why``: ``head``, ``uploader`` or ``named``; ``added_by`` and ``added_at`` of a named one only."""

    user: User
    why: str
    added_by: User | None = None
    added_at: datetime | None = None


def readers_of(evidence: Evidence) -> list[Reader]:
    """The heads of the unit today, the uploader and those on the list; appraisers read by their seat, case by case."""
    found = [Reader(user, "head") for user in _holders(evidence.unit, (Role.HEAD,))]
    known = {each.user for each in found}
    if evidence.uploaded_by and evidence.uploaded_by not in known:
        found.append(Reader(evidence.uploaded_by, "uploader"))
    for row in evidence.readers.select_related("user", "added_by"):
        found.append(Reader(row.user, "named", row.added_by, row.added_at))
    return found


def people_of(unit: Unit) -> list[User]:
    """Those who work in the unit today: who is offered to be put on a list."""
    return _holders(unit, (Role.OFFICER, Role.CHECKER, Role.HEAD, Role.STAFF, Role.CHAIRMAN))


def _holders(unit: Unit, roles: tuple[str, ...]) -> list[User]:
    today = timezone.localdate()
    current = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, unit=unit, role__in=roles)
    return list(User.objects.filter(pk__in=current.values("user"), is_active=True).order_by("full_name", "username"))
