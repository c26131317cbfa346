"""A later end of a phase: asked for by one person, decided by another, told to every unit of the cycle.

Whoever writes holds the phase's row first: two decisions never look at the same deadline.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from criteria.models import Extension, ExtensionState, Phase
from criteria.phases import in_words
from criteria.selectors import tier_of
from criteria.selectors.audience import people_of
from criteria.selectors.calendar import deadline_of
from units import audit, notices
from units.models import Unit, User
from units.selectors import database_now


class NotIssued(Exception):
    """The plan is still being drawn up: its dates are changed, not extended."""


class NotLater(ValueError):
    """The new end is not after the deadline as it stands: an extension never shortens."""


class Backdated(ValueError):
    """The new end has passed already: nobody could use it, and what came late would turn out to be in time."""


class WordsMissing(ValueError):
    """An extension without a reason or without its document."""


class NotAssessed(ValueError):
    """The unit is not assessed in this cycle, or the phase is another kind's."""


class SamePerson(Exception):
    """Who asked for an extension does not decide it."""


class Decided(Exception):
    """The request was approved, refused or withdrawn before."""


@transaction.atomic
def ask(*, phase: Phase, unit: Unit | None, closes_at: datetime, reason: str, document: str, by: User) -> Extension:
    """Ask for a later end, for one unit or (None) for all of the phase's kind; the same request waits only once.

    Raises ``WordsMissing``, ``NotIssued``, ``NotAssessed``, ``Backdated`` and ``NotLater``.
    """
    reason, document = reason.strip(), document.strip()
    if not reason or not document:
        raise WordsMissing
    held = _held(phase)
    if held.cycle.issued_at is None:
        raise NotIssued(held.cycle.code)
    if unit and (unit.kind != held.unit_kind or tier_of(held.cycle, unit) is None):
        raise NotAssessed(unit.pk)
    now = database_now()
    _assert_later(held, unit, closes_at, now)
    same = {"phase": held, "unit": unit, "closes_at": closes_at, "document": document, "state": ExtensionState.ASKED}
    if waiting := Extension.objects.filter(**same).first():
        return waiting
    made = Extension.objects.create(**same, reason=reason, asked_by=by, asked_at=now)
    audit.record(by, "extension.asked", made, unit=unit or held.cycle.authority, **_told(made))
    return made


@transaction.atomic
def approve(*, extension: Extension, by: User) -> Extension:
    """Let the new end hold, and tell every unit of the cycle; approving again changes nothing.

    Raises ``SamePerson``, ``Decided``, ``Backdated`` and ``NotLater``.
    """
    found, now = _waiting(extension, by, ExtensionState.APPROVED)
    if found.state == ExtensionState.APPROVED:
        return found
    before = deadline_of(found.phase, found.unit).closes_at
    _assert_later(found.phase, found.unit, found.closes_at, now)
    _decide(found, ExtensionState.APPROVED, "", by, now)
    notices.post(people_of(found.phase.cycle), _words(found, before), _link(found))
    audit.record(by, "extension.approved", found, unit=found.unit or found.phase.cycle.authority, **_told(found))
    return found


@transaction.atomic
def refuse(*, extension: Extension, note: str, by: User) -> Extension:
    """Refuse the request with a reason. Raises ``WordsMissing``, ``SamePerson`` and ``Decided``."""
    if not note.strip():
        raise WordsMissing
    found, now = _waiting(extension, by, ExtensionState.REFUSED)
    if found.state == ExtensionState.REFUSED:
        return found
    _decide(found, ExtensionState.REFUSED, note.strip(), by, now)
    text = gettext("The extension “%(phase)s” until %(until)s was refused: %(note)s")
    values = {"phase": str(found.phase), "until": in_words(found.closes_at), "note": found.note}
    notices.post([found.asked_by], text % values, _link(found))
    told = {**_told(found), "note": found.note}
    audit.record(by, "extension.refused", found, unit=found.unit or found.phase.cycle.authority, **told)
    return found


@transaction.atomic
def withdraw(*, extension: Extension, by: User) -> Extension:
    """Take the own request back. Raises ``SamePerson`` for a request of another, and ``Decided``."""
    _held(extension.phase)
    found = _row(extension)
    if found.asked_by_id != by.pk:
        raise SamePerson
    if found.state == ExtensionState.WITHDRAWN:
        return found
    if found.state != ExtensionState.ASKED:
        raise Decided(found.state)
    _decide(found, ExtensionState.WITHDRAWN, "", by, database_now())
    audit.record(by, "extension.withdrawn", found, unit=found.unit or found.phase.cycle.authority, **_told(found))
    return found


def _held(phase: Phase) -> Phase:
    return Phase.objects.select_for_update(of=("self",)).select_related("cycle__authority").get(pk=phase.pk)


def _row(extension: Extension) -> Extension:
    return Extension.objects.select_related("phase__cycle__authority", "unit", "asked_by").get(pk=extension.pk)


def _waiting(extension: Extension, by: User, wanted: ExtensionState) -> tuple[Extension, datetime]:
    """The request under the lock of its phase, for somebody else than who made it; or as that person decided it."""
    _held(extension.phase)
    found = _row(extension)
    if found.asked_by_id == by.pk:
        raise SamePerson
    if found.state != ExtensionState.ASKED and (found.state, found.decided_by_id) != (wanted, by.pk):
        raise Decided(found.state)
    return found, database_now()


def _assert_later(phase: Phase, unit: Unit | None, closes_at: datetime, now: datetime) -> None:
    if closes_at <= now:
        raise Backdated(closes_at)
    if closes_at <= deadline_of(phase, unit).closes_at:
        raise NotLater(closes_at)


def _decide(found: Extension, state: ExtensionState, note: str, by: User, now: datetime) -> None:
    found.state, found.note, found.decided_by, found.decided_at = state, note, by, now
    found.save(update_fields=["state", "note", "decided_by", "decided_at"])


def _told(extension: Extension) -> dict[str, object]:
    return {
        "cycle": extension.phase.cycle.code,
        "phase": extension.phase_id,
        "for": extension.unit.code if extension.unit else "",
        "closes": extension.closes_at,
        "reason": extension.reason,
        "document": extension.document,
    }


def _words(extension: Extension, before: datetime) -> str:
    whom = extension.unit.name if extension.unit else gettext("all units of the kind")
    text = gettext(
        "“%(phase)s” of %(cycle)s is extended for %(whom)s: %(until)s instead of %(before)s. Reason: %(reason)s."
        " Document: %(document)s."
    )
    return text % {
        "phase": str(extension.phase),
        "cycle": extension.phase.cycle.name,
        "whom": whom,
        "until": in_words(extension.closes_at),
        "before": in_words(before),
        "reason": extension.reason.rstrip("."),
        "document": extension.document,
    }


def _link(extension: Extension) -> str:
    return f"{reverse('criteria:calendar', args=[extension.phase.cycle.code])}#extensions"
