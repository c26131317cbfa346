"""The doors to survey points, and what waits for the staff who bring them in."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria import selectors as criteria
from criteria.models import Tier
from criteria.policies import tiers_run_by
from surveys import selectors
from surveys.models import SurveyImport
from units.models import User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place

Person = User | AnonymousUser
AUTHORITY = "authority__parent__parent"


def tier_to_import(user: Person, pk: int) -> Tier:
    """The tier whose survey points the person may bring in. 403 for others with a role in its authority, else 404."""
    rows = Tier.objects.select_related("cycle", AUTHORITY).prefetch_related("groups")
    tier = get_object_or_404(rows, pk=pk)
    _assert(user, tier)
    return tier


def import_to_view(user: Person, pk: int) -> SurveyImport:
    """A workbook that was brought in, for those who may bring one in."""
    rows = SurveyImport.objects.select_related("tier__cycle", f"tier__{AUTHORITY}", "by")
    taken = get_object_or_404(rows, pk=pk)
    _assert(user, taken.tier)
    return taken


def _assert(user: Person, tier: Tier) -> None:
    permissions = held(user, tier.authority)
    if not permissions:
        raise Http404
    if Permission.SURVEY_IMPORT not in permissions:
        raise PermissionDenied


def due_for(user: User, now: datetime) -> list[Due]:
    """The survey points that are still missing, for each standing tier of the person, until the survey phase's end."""
    tiers = _tiers(user)
    standing = set(criteria.standing_cycles(now).values_list("pk", flat=True)) if tiers else set()
    dues = [_due(tier, now) for tier in tiers if tier.cycle_id in standing]
    return [due for due in dues if due]


def _due(tier: Tier, now: datetime) -> Due | None:
    gaps = selectors.missing(tier)
    if not gaps:
        return None
    count = sum(len(gap.criteria) for gap in gaps)
    words = {"count": count, "units": len(gaps), "tier": tier.name, "cycle": tier.cycle.name}
    end = selectors.survey_end(tier, now)
    return Due(
        title=_("Bring in the survey points"),
        detail=ngettext(
            "%(tier)s · %(cycle)s: %(count)s point of %(units)s units is missing",
            "%(tier)s · %(cycle)s: %(count)s points of %(units)s units are missing",
            count,
        )
        % words,
        until=end.closes_at if end else None,
        reading=end.reading if end else "",
        url=reverse("surveys:import", args=[tier.pk]),
        action=_("Import points"),
    )


def places_for(user: User) -> list[Place]:
    """The survey points of the newest tier that the person brings them in for."""
    return [Place(_("Survey points"), reverse("surveys:import", args=[tier.pk])) for tier in _places(user)[:1]]


def _tiers(user: User) -> list[Tier]:
    found = _places(user)
    prefetch_related_objects(found, "groups")
    return found


def _places(user: User) -> list[Tier]:
    """The tiers that the person brings points in for, newest first."""
    here, _below = units_where(user, Permission.SURVEY_IMPORT)
    return tiers_run_by(user, here)
