"""The doors to cycles and criteria sets.

What is asked of units is open to every signed-in person once it is issued. Drafts are seen and worked on by the
standing body of the cycle's authority alone; for everybody else they do not exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, Cycle, Extension, ExtensionState, LegalDocument, SetState, Tier
from criteria.phases import in_words
from criteria.selectors import tier_of
from criteria.selectors.legal import Resting, resting_on_repealed
from units.models import Unit, User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place

P = Permission
Person = User | AnonymousUser
PUBLIC = (SetState.ISSUED, SetState.REPLACED)
MOST_NAMED = 3
"""So many sets are named in one task."""


@dataclass(frozen=True)
class ExtensionRights:
    """What the person may do with an extension now."""

    decide: bool
    withdraw: bool


def cycle_to_view(user: Person, code: str) -> Cycle:
    """The cycle with ``code``; 404 for those who have not signed in, and while others draw up its plan."""
    _assert(user)
    cycle = get_object_or_404(Cycle.objects.select_related("authority__parent__parent", "previous"), code=code)
    if cycle.issued_at is None and not may_see_requests(user, cycle):
        raise Http404
    return cycle


def cycle_to_plan(user: Person, code: str) -> Cycle:
    """The cycle whose dates, extensions and carried items the person answers for; 403 for others who may read it."""
    cycle = cycle_to_view(user, code)
    if not may_plan(user, cycle):
        raise PermissionDenied
    return cycle


def may_plan(user: Person, cycle: Cycle) -> bool:
    """Whether the person draws up the cycle's plan and asks for extensions."""
    return P.CALENDAR_EDIT in held(user, cycle.authority)


def may_see_requests(user: Person, cycle: Cycle) -> bool:
    """Whether the person also sees a plan that is drawn up, and extensions asked for, refused or withdrawn."""
    return bool({P.CALENDAR_EDIT, P.EXTENSION_APPROVE} & held(user, cycle.authority))


def extension_to_view(user: Person, pk: int) -> tuple[Extension, ExtensionRights]:
    """The extension, and what the person may do with it; one that is not approved is for those who handle it."""
    _assert(user)
    related = ("phase__cycle__authority__parent__parent", "unit", "asked_by", "decided_by")
    found = get_object_or_404(Extension.objects.select_related(*related), pk=pk)
    permissions = held(user, found.phase.cycle.authority)
    handles = bool({P.CALENDAR_EDIT, P.EXTENSION_APPROVE} & permissions)
    if not handles and found.state != ExtensionState.APPROVED:
        raise Http404
    waits, own = found.state == ExtensionState.ASKED, found.asked_by_id == user.pk
    return found, ExtensionRights(waits and not own and P.EXTENSION_APPROVE in permissions, waits and own and handles)


def extension_to_decide(user: Person, pk: int) -> Extension:
    """An extension that the person may decide, or take back as the one who asked; the service looks at which."""
    found, _rights = extension_to_view(user, pk)
    permissions = held(user, found.phase.cycle.authority)
    wanted = P.CALENDAR_EDIT if found.asked_by_id == user.pk else P.EXTENSION_APPROVE
    if wanted not in permissions:
        raise PermissionDenied
    return found


def own_units(user: User, cycle: Cycle) -> list[Unit]:
    """The person's own units that the cycle assesses."""
    here, _below = units_where(user, P.ASSESSMENT_SCORE)
    return [unit for unit in dict.fromkeys(here) if tier_of(cycle, unit)]


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
    """For the standing body: legal documents no longer in force that a set still rests on, plans being drawn up, and

    extensions that another person asked for.
    """
    repealed = [_repealed_due(*each) for each in resting_on_repealed(authorities_of(user), now)]
    return [*_extension_dues(user), *_plan_dues(user), *repealed]


def _extension_dues(user: User) -> list[Due]:
    here, _below = units_where(user, P.EXTENSION_APPROVE)
    if not here:
        return []
    waiting = Extension.objects.filter(state=ExtensionState.ASKED, phase__cycle__authority__in=here)
    everybody = _("all units of the kind")
    rows = waiting.exclude(asked_by=user).select_related("phase__cycle", "unit", "asked_by")
    return [
        Due(
            title=_("Extension to decide"),
            detail=" · ".join(map(str, (row.phase, row.unit or everybody, in_words(row.closes_at), row.asked_by))),
            until=None,
            reading="",
            url=reverse("criteria:extension", args=[row.pk]),
            action=_("Decide"),
        )
        for row in rows
    ]


def _plan_dues(user: User) -> list[Due]:
    """Plans that are drawn up out of the cycle before and wait to be issued."""
    here, _below = units_where(user, P.CALENDAR_EDIT)
    drafts = Cycle.objects.filter(authority__in=here, issued_at=None).exclude(previous=None) if here else ()
    return [
        Due(
            title=_("Plan to issue"),
            detail=cycle.name,
            until=None,
            reading="",
            url=reverse("criteria:carried", args=[cycle.code]),
            action=_("Go on"),
            state="draft",
        )
        for cycle in drafts
    ]


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


def tiers_run_by(user: User, authorities: Iterable[Unit]) -> list[Tier]:
    """The tiers of the authorities, newest first, read once in the life of this object: every app's places ask."""
    wanted = frozenset(unit.pk for unit in authorities)
    known: dict[frozenset[int], list[Tier]] = user.__dict__.setdefault("_tiers", {})
    if wanted and wanted not in known:
        rows = Tier.objects.filter(authority__in=wanted).select_related("cycle")
        known[wanted] = list(rows.order_by("-cycle__year", "cycle__code", "position", "code"))
    return list(known.get(wanted, ()))


def places_for(user: User) -> list[Place]:
    """The newest cycle's calendar and criteria."""
    newest = Cycle.objects.filter(issued_at__isnull=False).order_by("-year", "code").first()
    if newest is None:
        return []
    sets = reverse("criteria:set", args=[0]).removesuffix("0/")
    address = reverse("criteria:cycle", args=[newest.code])
    return [Place(_("Calendar and criteria"), address, (sets, reverse("criteria:legal")))]
