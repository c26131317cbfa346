"""The doors to cycles and criteria sets.

What is asked of units is open to every signed-in person once it is issued. Drafts are seen and worked on by the
standing body of the cycle's authority alone; for everybody else they do not exist.
"""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, Cycle, LegalDocument, SetState
from criteria.selectors.legal import Resting, resting_on_repealed
from units.models import Unit, User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place

P = Permission
Person = User | AnonymousUser
PUBLIC = (SetState.ISSUED, SetState.REPLACED)
MOST_NAMED = 3
"""So many sets are named in one task."""


def cycle_to_view(user: Person, code: str) -> Cycle:
    """The cycle with ``code``; 404 for those who have not signed in."""
    _assert(user)
    return get_object_or_404(Cycle.objects.select_related("authority__parent__parent", "previous"), code=code)


def cycle_to_draft(user: Person, code: str) -> Cycle:
    """The cycle for which the person may draft criteria sets; 403 for others who have signed in."""
    cycle = cycle_to_view(user, code)
    if P.CRITERIA_EDIT not in held(user, cycle.authority):
        raise PermissionDenied
    return cycle


def may_edit(user: Person, cycle: Cycle) -> bool:
    """Whether the person may draft and change the cycle's criteria sets."""
    return P.CRITERIA_EDIT in held(user, cycle.authority)


def may_issue(user: Person, cycle: Cycle) -> bool:
    """Whether the person may put the cycle's criteria sets in force."""
    return P.CRITERIA_ISSUE in held(user, cycle.authority)


def sets_for(user: Person, cycle: Cycle) -> QuerySet[CriteriaSet]:
    """The cycle's sets that the person may see, newest version of each kind first."""
    sets = CriteriaSet.objects.filter(cycle=cycle).order_by("kind", "-version")
    return sets if may_edit(user, cycle) else sets.filter(state__in=PUBLIC)


def set_to_view(user: Person, pk: int) -> CriteriaSet:
    """A set of which the person may read everything; a draft is 404 for all but those who may edit it."""
    _assert(user)
    found = _set(pk)
    if not found.is_frozen and P.CRITERIA_EDIT not in held(user, found.cycle.authority):
        raise Http404
    return found


def set_to_edit(user: Person, pk: int) -> CriteriaSet:
    """A set of a cycle whose sets the person may draft; the services refuse what is frozen."""
    return _set_with(user, pk, P.CRITERIA_EDIT)


def sets_to_compare(user: Person, pk: int, other: int) -> tuple[CriteriaSet, CriteriaSet, CriteriaSet]:
    """The set, and both sets with the older one first; 404 unless they measure the same kind for one authority."""
    shown, second = set_to_view(user, pk), set_to_view(user, other)
    if shown.pk == second.pk or shown.kind != second.kind or shown.cycle.authority_id != second.cycle.authority_id:
        raise Http404
    old, new = sorted((shown, second), key=lambda each: (each.cycle.period_start, each.cycle.code, each.version))
    return shown, old, new


def sets_to_compare_with(user: Person, criteria_set: CriteriaSet) -> list[CriteriaSet]:
    """Other sets of its kind that the person may see, of its cycle and of the one before, newest first."""
    if not isinstance(user, User):
        return []
    cycles = [each for each in (criteria_set.cycle, criteria_set.cycle.previous) if each]
    found = [sets_for(user, each).filter(kind=criteria_set.kind).exclude(pk=criteria_set.pk) for each in cycles]
    return [each for sets in found for each in sets.select_related("cycle")]


def set_to_issue(user: Person, pk: int) -> CriteriaSet:
    """A set that the person may issue, or replace by a new version."""
    return _set_with(user, pk, P.CRITERIA_ISSUE)


def _set_with(user: Person, pk: int, permission: Permission) -> CriteriaSet:
    found = set_to_view(user, pk)
    if permission not in held(user, found.cycle.authority):
        raise PermissionDenied
    return found


def _set(pk: int) -> CriteriaSet:
    related = ("cycle__authority__parent__parent", "cycle__previous", "replaces", "issued_by")
    return get_object_or_404(CriteriaSet.objects.select_related(*related), pk=pk)


def public_set(pk: int) -> CriteriaSet:
    """An issued set, for anybody."""
    return get_object_or_404(CriteriaSet.objects.select_related("cycle__authority"), pk=pk, state__in=PUBLIC)


def _assert(user: Person) -> None:
    if not isinstance(user, User) or not user.is_active:
        raise Http404


def authorities_of(user: User) -> list[Unit]:
    """The authorities whose criteria sets the person drafts."""
    here, _below = units_where(user, P.CRITERIA_EDIT)
    return here


def librarian(user: Person) -> User:
    """A person who keeps the library of legal documents: whoever drafts sets anywhere; 403 for others."""
    _assert(user)
    if not isinstance(user, User) or not authorities_of(user):
        raise PermissionDenied
    return user


def due_for(user: User, now: datetime) -> list[Due]:
    """For the standing body: each legal document that is no longer in force and that a set still rests on."""
    return [_repealed_due(*each) for each in resting_on_repealed(authorities_of(user), now)]


def _repealed_due(document: LegalDocument, resting: list[Resting]) -> Due:
    """The document's page lists what rests on it, leaf by leaf."""
    words = f"{document.number} → {document.replaced_by.number}" if document.replaced_by else document.number
    where = [f"{each.criteria_set.title} ({_codes(each)})" for each in resting[:MOST_NAMED]]
    if len(resting) > MOST_NAMED:
        where.append(_("%(count)s more") % {"count": len(resting) - MOST_NAMED})
    url = reverse("criteria:legal_document", args=[document.pk])
    title, action = _("Legal basis no longer in force"), _("See what rests on it")
    return Due(title, f"{words} · {'; '.join(where)}", None, "", url, action, "repealed")


def _codes(resting: Resting) -> str:
    codes = [each.code for each in resting.criteria]
    return ", ".join([*([_("the set itself")] if resting.whole else []), *codes])


def places_for(user: User) -> list[Place]:
    """The newest cycle's calendar and criteria."""
    newest = Cycle.objects.order_by("-year", "code").first()
    if newest is None:
        return []
    sets = reverse("criteria:set", args=[0]).removesuffix("0/")
    address = reverse("criteria:cycle", args=[newest.code])
    return [Place(_("Calendar and criteria"), address, (sets, reverse("criteria:legal")))]
