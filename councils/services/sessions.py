"""Closing a council's appraisal, and opening it again. Only the chair comes here (``policies.council_to_close``)."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from assessments.models import Assessment
from assessments.services import submission
from assessments.states import State as DossierState
from councils import states
from councils.models import Council
from councils.selectors.finals import final_points
from councils.selectors.pairs import pairs_of
from units import audit, notices
from units.models import Role, User
from units.selectors import database_now


class Unfinished(Exception):
    """Handed-in dossiers still have undecided pairs; carries how many."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} undecided")
        self.waiting = waiting


class NoReason(ValueError):
    """The act needs a reason in words."""


@transaction.atomic
def close(*, council: Council, by: User, even_if_unfinished: bool = False, reason: str = "") -> Council:
    """End the appraisal: handed-in dossiers become appraised, and nothing can be decided any more.

    Raises ``Unfinished`` while pairs wait, unless ``even_if_unfinished`` with a reason (else ``NoReason``);
    ``states.NotAllowed`` when it is closed already.
    """
    held = _held(council)
    council = _locked(council)
    state = states.after(council.state, "close")
    waiting = sum(pair.is_waiting for pair in pairs_of(council))
    if waiting and not even_if_unfinished:
        raise Unfinished(waiting)
    if waiting and not reason.strip():
        raise NoReason
    appraised = _mark(held, council, by)
    council.state, council.closed_at, council.closed_by = state, database_now(), by
    council.save(update_fields=["state", "closed_at", "closed_by"])
    _tell(council, "closed")
    unit = council.tier.authority
    audit.record(
        by, "council.closed", council, unit=unit, appraised=appraised, undecided=waiting, reason=reason.strip()
    )
    return council


@transaction.atomic
def reopen(*, council: Council, by: User, reason: str) -> Council:
    """Take the closing back: the dossiers lie before the council again, and decisions can be changed.

    Raises ``NoReason``, ``states.NotAllowed``.
    """
    held = _held(council)
    council = _locked(council)
    state = states.after(council.state, "reopen")
    if not reason.strip():
        raise NoReason
    council.state, council.closed_at, council.closed_by = state, None, None
    council.save(update_fields=["state", "closed_at", "closed_by"])
    for assessment in held:
        if assessment.state == DossierState.APPRAISED:
            submission.reopen_appraisal(assessment=assessment, by=by)
    _tell(council, "reopened")
    audit.record(by, "council.reopened", council, unit=council.tier.authority, reason=reason.strip())
    return council


def _held(council: Council) -> list[Assessment]:
    """The tier's dossiers, locked before the council as in ``appraisals.decide``: who is deciding finishes before."""
    return list(Assessment.objects.select_for_update().filter(tier=council.tier_id).order_by("pk"))


def _locked(council: Council) -> Council:
    rows = Council.objects.select_related("tier__cycle", "tier__authority").select_for_update(of=("self",))
    return rows.get(pk=council.pk)


def _mark(held: Iterable[Assessment], council: Council, by: User) -> int:
    """Hand every submitted dossier its final points; how many there were."""
    finals = final_points(council.tier)
    ready = [assessment for assessment in held if assessment.state == DossierState.SUBMITTED]
    for assessment in ready:
        own = {criterion: final for (unit, criterion), final in finals.items() if unit == assessment.unit_id}
        submission.mark_appraised(assessment=assessment, finals=own, by=by)
    return len(ready)


def _tell(council: Council, what: str) -> None:
    """Every seat, by way of its queue; the standing body's staff, by way of the progress."""
    seats = User.objects.filter(seats__council=council).order_by("pk")
    notices.post(seats, _message(what, council), reverse("councils:queue", args=[council.pk]))
    current = Q(memberships__until=None) | Q(memberships__until__gt=timezone.localdate())
    staff = User.objects.filter(current, memberships__unit=council.tier.authority, memberships__role=Role.STAFF)
    others = staff.exclude(pk__in=seats).distinct().order_by("pk")
    notices.post(others, _message(what, council), reverse("councils:progress", args=[council.pk]))


def _message(what: str, council: Council) -> str:
    """Notices are read later by others: in Vietnamese, whatever the language of the person who acts."""
    with override("vi"):
        words = {
            "closed": gettext("The appraisal was closed: %(council)s"),
            "reopened": gettext("The appraisal was opened again: %(council)s"),
        }
        return words[what] % {"council": council.name}
