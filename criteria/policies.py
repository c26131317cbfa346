"""The doors to cycles and criteria sets: what is asked of units is open to every signed-in person."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, Cycle
from units.models import User
from units.selectors import Due, Place

Person = User | AnonymousUser


def cycle_to_view(user: Person, code: str) -> Cycle:
    """The cycle with ``code``; 404 for those who have not signed in."""
    _assert(user)
    return get_object_or_404(Cycle.objects.select_related("authority", "previous"), code=code)


def set_to_view(user: Person, pk: int) -> CriteriaSet:
    _assert(user)
    return get_object_or_404(CriteriaSet.objects.select_related("cycle"), pk=pk)


def _assert(user: Person) -> None:
    if not isinstance(user, User) or not user.is_active:
        raise Http404


def due_for(user: User, now: datetime) -> list[Due]:
    """Nothing: criteria and calendar are read, not worked on."""
    return []


def places_for(user: User) -> list[Place]:
    """The newest cycle's calendar and criteria."""
    newest = Cycle.objects.order_by("-year", "code").first()
    return [Place(_("Calendar and criteria"), reverse("criteria:cycle", args=[newest.code]))] if newest else []
