"""The doors to notices, long work, the audit trail and the imports of units and accounts."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from units.models import AuditEvent, Division, Job, JobState, Membership, Notice, Unit, UnitAttribute, User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place, jobs_of

P = Permission
Person = User | AnonymousUser


def person(user: Person) -> User:
    """The signed-in person; views ask ``login_required`` first, so that nobody else comes here."""
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def jobs_for(user: Person) -> QuerySet[Job]:
    return jobs_of(person(user))


def job_for(user: Person, pk: int) -> Job:
    """Long work that the person started, or a colleague of the standing body did; other work does not exist for him."""
    job = get_object_or_404(Job.objects.select_related("created_by"), pk=pk)
    if job.created_by_id != person(user).pk and not _are_colleagues(user, job.created_by):
        raise Http404
    return job


def _are_colleagues(user: Person, other: User | None) -> bool:
    """Whether both compute for the same unit: who asks for a run that is on its way is led to its page."""
    here, _below = units_where(user, P.RUN_COMPUTE)
    return other is not None and any(unit in here for unit in units_where(other, P.RUN_COMPUTE)[0])


def notices_for(user: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(to=person(user))


def notice_for(user: Person, pk: int) -> Notice:
    return get_object_or_404(notices_for(user), pk=pk)


def audit_for(user: Person) -> QuerySet[AuditEvent]:
    """The events that an administrator may read: those of the units under him, and those of no unit."""
    here, below = units_where(user, P.AUDIT_VIEW)
    if not here and not below:
        raise PermissionDenied
    if any(unit.parent_id is None for unit in below):
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(Q(unit__in=here) | _under(below))


def _under(roots: list[Unit]) -> Q:
    """Units at most three levels below: province, district, commune."""
    return Q(unit__in=roots) | Q(unit__parent__in=roots) | Q(unit__parent__parent__in=roots)


def import_scope(user: Person) -> list[Unit]:
    """The units that the person may import units and accounts for, each with all below it. 403 where there is none."""
    here, below = units_where(user, P.UNITS_IMPORT)
    if not here and not below:
        raise PermissionDenied
    return here + [unit for unit in below if unit not in here]


def unit_to_divide(user: Person, pk: int) -> Unit:
    """A unit whose divisions the person lists: those who give out the work of its dossiers.

    404 for whom the unit's dossiers are not there, 403 for its other people.
    """
    unit = get_object_or_404(Unit.objects.select_related("parent__parent"), pk=pk)
    permissions = held(user, unit)
    if P.ASSESSMENT_VIEW not in permissions:
        raise Http404
    if P.ASSESSMENT_DELEGATE not in permissions:
        raise PermissionDenied
    return unit


def units_to_divide(user: Person) -> list[Unit]:
    """The units whose divisions the person lists."""
    return units_where(user, P.ASSESSMENT_DELEGATE)[0]


def division_to_change(user: Person, pk: int) -> Division:
    division = get_object_or_404(Division.objects.select_related("unit"), pk=pk)
    unit_to_divide(user, division.unit_id)
    return division


def membership_to_place(user: Person, pk: int) -> Membership:
    """A role in such a unit."""
    membership = get_object_or_404(Membership.objects.select_related("unit", "user"), pk=pk)
    unit_to_divide(user, membership.unit_id)
    return membership


def units_to_describe(user: Person) -> QuerySet[Unit]:
    """The units whose attributes the person may give and end. 403 where there is none."""
    here, below = units_where(user, P.UNIT_ATTRIBUTES)
    if not here and not below:
        raise PermissionDenied
    reached = Q(parent__in=below) | Q(parent__parent__in=below)
    return Unit.objects.filter(Q(pk__in=[unit.pk for unit in here]) | reached).order_by("sort_key", "code")


def attribute_to_change(user: Person, pk: int) -> UnitAttribute:
    """An attribute of a unit whose attributes the person may change; 404 for others'."""
    units = units_to_describe(user)
    return get_object_or_404(UnitAttribute.objects.select_related("unit"), pk=pk, unit__in=units)


def scoring_kinds(user: User) -> tuple[set[str], bool]:
    """The kinds of the units that the person scores for, and whether there are any."""
    here, _below = units_where(user, P.ASSESSMENT_SCORE)
    return {unit.kind for unit in here}, bool(here)


def scored_units(user: User) -> list[Unit]:
    """The units that the person scores for."""
    return units_where(user, P.ASSESSMENT_SCORE)[0]


def overseen_units(user: User) -> list[Unit]:
    """The units whose own tiers the person answers for."""
    here, _below = units_where(user, P.PROGRESS_VIEW)
    return here


def imports_surveys(user: User) -> bool:
    return any(units_where(user, P.SURVEY_IMPORT))


def places_for(user: User) -> list[Place]:
    """The administrator's pages."""
    places = []
    if any(units_where(user, P.UNITS_IMPORT)):
        places += [
            Place(_("Units"), reverse("units:import_units")),
            Place(_("Accounts"), reverse("units:import_accounts")),
        ]
    if any(units_where(user, P.AUDIT_VIEW)):
        places.append(Place(_("Audit trail"), reverse("units:audit")))
    return places


def due_for(user: User, now: datetime) -> list[Due]:
    """Work of the last week that failed and waits for somebody to start it again."""
    week = now - timedelta(days=7)
    failed = jobs_of(user).filter(state=JobState.FAILED, finished_at__gte=week)[:5]
    return [
        Due(
            title=_("Work has failed"),
            detail=job.title,
            until=None,
            reading="",
            url=reverse("units:job", args=[job.pk]),
            action=_("See what happened"),
            state=job.state,
        )
        for job in failed
    ]
