"""Exemptions: given by rule ahead of the round, asked for by a unit, granted or refused, taken back.

They may change at any time while their set is in force: a run has frozen its lines, so that what is given later counts
from the next run on. Answers, decisions and survey points of an exempted leaf are kept and count for nothing; they
count again when the exemption is withdrawn.
"""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from assessments.models import Assessment
from assessments.selectors.exemptions import Plan, people_of, plan
from assessments.services import gates
from criteria.models import CriteriaSet, Criterion, Exemption, ExemptionState, SetState
from criteria.selectors.exemptions import IN_FORCE
from units import audit, notices
from units.models import Role, Unit, User
from units.selectors import database_now


class NotOpen(Exception):
    """The exemption was decided or withdrawn already, or its set was replaced by another version."""


class Changed(Exception):
    """What the person saw is no longer what would happen. Carries what would."""

    def __init__(self, now: Plan) -> None:
        super().__init__("the plan has changed")
        self.plan = now


class Contradicts(Exception):
    """An equally near exemption says something else of the same leaf. Carries the plan with the contradictions."""

    def __init__(self, now: Plan) -> None:
        super().__init__(f"{len(now.contradictions)} contradictions")
        self.plan = now


class Twice(Exception):
    """The unit has asked for this already, or the criterion does not apply to it anyway."""


class NoReason(ValueError):
    """The act needs a reason, a grant its document as well."""


@transaction.atomic
def add(
    *,
    criterion: Criterion,
    unit: Unit | None,
    attribute: str,
    convention: str,
    reason: str,
    document: str,
    seen: str,
    by: User,
) -> Exemption:
    """Exempt one unit, all units with an attribute, or (neither) all units of the set, by rule.

    ``seen``: the fingerprint of the plan that the person agreed to. Raises ``NoReason``, ``NotOpen``, ``Changed``,
    ``Contradicts``.
    """
    criteria_set = _locked(criterion.criteria_set)
    made = Exemption(
        criterion=criterion,
        unit=unit,
        attribute="" if unit else attribute.strip(),
        convention=convention,
        state=ExemptionState.BY_RULE,
        reason=reason.strip(),
        document=document.strip(),
        decided_by=by,
        decided_at=database_now(),
    )
    if not made.reason or not made.document:
        raise NoReason
    what = _agreed(plan(criteria_set, added=made), seen)
    made.save(force_insert=True)
    _tell(what, made, _("“%(criterion)s” does not apply to your unit: %(reason)s (%(document)s)."))
    audit.record(by, "exemption.added", made, unit=unit or criteria_set.cycle.authority, **_trace(made, what))
    return made


@transaction.atomic
def ask(*, assessment: Assessment, criterion: Criterion, reason: str, document: str, by: User) -> Exemption:
    """Ask that a criterion (with all below it) not apply to the unit: while its dossier may still be changed.

    Raises ``NoReason``, ``Twice``, ``NotOpen`` for a criterion of another set, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment, now = gates.opened(assessment)
    if criterion.criteria_set_id != assessment.criteria_set_id:
        raise NotOpen(criterion.pk)
    if not reason.strip():
        raise NoReason
    standing = Exemption.objects.filter(criterion=criterion, unit=assessment.unit)
    if standing.filter(state__in=[ExemptionState.ASKED, *IN_FORCE]).exists():
        raise Twice(criterion.code)
    made = Exemption.objects.create(
        criterion=criterion,
        unit=assessment.unit,
        convention=assessment.cycle.not_applicable,
        state=ExemptionState.ASKED,
        reason=reason.strip(),
        document=document.strip(),
        asked_by=by,
        asked_at=now,
    )
    text = _("%(unit)s asks that “%(criterion)s” not apply to it: %(reason)s")
    staff = people_of([assessment.cycle.authority_id], Role.STAFF)
    notices.post(staff, _words(text, made), reverse("assessments:exemption_decide", args=[made.pk]))
    audit.record(by, "exemption.asked", made, unit=assessment.unit, criterion=criterion.code, reason=made.reason)
    return made


@transaction.atomic
def grant(*, exemption: Exemption, convention: str, document: str, answer: str, seen: str, by: User) -> Exemption:
    """Grant a request under a document. Raises ``NoReason`` without one, ``NotOpen``, ``Changed``, ``Contradicts``."""
    row = _asked(exemption)
    if not document.strip():
        raise NoReason
    row.state, row.convention, row.document, row.answer = (
        ExemptionState.GRANTED,
        convention,
        document.strip(),
        answer.strip(),
    )
    what = _agreed(plan(row.criterion.criteria_set, added=row), seen)
    row.decided_by, row.decided_at = by, database_now()
    row.save()
    _answer(row, _("Granted: “%(criterion)s” does not apply to your unit (%(document)s). %(answer)s"))
    audit.record(by, "exemption.granted", row, unit=row.unit, **_trace(row, what))
    return row


@transaction.atomic
def refuse(*, exemption: Exemption, document: str, answer: str, by: User) -> Exemption:
    """Refuse a request, saying why. Raises ``NoReason``, ``NotOpen``."""
    row = _asked(exemption)
    if not answer.strip():
        raise NoReason
    row.state, row.answer = ExemptionState.REFUSED, answer.strip()
    row.document = document.strip() or row.document
    row.decided_by, row.decided_at = by, database_now()
    row.save()
    _answer(row, _("Refused: “%(criterion)s” applies to your unit. %(answer)s"))
    audit.record(by, "exemption.refused", row, unit=row.unit, criterion=row.criterion.code, answer=row.answer)
    return row


@transaction.atomic
def withdraw(*, exemption: Exemption, answer: str, seen: str, by: User) -> Exemption:
    """Take an exemption back: its leaves apply again, with the answers that were set aside.

    Raises ``NoReason``, ``NotOpen``, ``Changed``, ``Contradicts``.
    """
    _locked(exemption.criterion.criteria_set)
    row = _row(exemption)
    if row.state not in IN_FORCE:
        raise NotOpen(row.state)
    if not answer.strip():
        raise NoReason
    what = _agreed(plan(row.criterion.criteria_set, removed=row), seen)
    row.state, row.answer = ExemptionState.WITHDRAWN, answer.strip()
    row.save()
    _tell(what, row, _("“%(criterion)s” applies to your unit again: %(answer)s"))
    unit = row.unit or row.criterion.criteria_set.cycle.authority
    audit.record(by, "exemption.withdrawn", row, unit=unit, answer=row.answer, **_trace(row, what))
    return row


def _(text: str) -> str:
    """Marks a notice for the catalogue; it is put into words by ``_words``."""
    return text


def _locked(criteria_set: CriteriaSet) -> CriteriaSet:
    """Exemptions of one set change one after the other: two that contradict each other never get in at once."""
    rows = CriteriaSet.objects.select_related("cycle__authority").select_for_update(of=("self",))
    found = rows.get(pk=criteria_set.pk)
    if found.state == SetState.REPLACED:
        raise NotOpen(found.state)
    return found


def _row(exemption: Exemption) -> Exemption:
    rows = Exemption.objects.select_related("unit", "criterion__criteria_set__cycle__authority")
    return rows.select_for_update(of=("self",)).get(pk=exemption.pk)


def _asked(exemption: Exemption) -> Exemption:
    _locked(exemption.criterion.criteria_set)
    row = _row(exemption)
    if row.state != ExemptionState.ASKED:
        raise NotOpen(row.state)
    return row


def _agreed(what: Plan, seen: str) -> Plan:
    if what.contradictions:
        raise Contradicts(what)
    if what.fingerprint != seen:
        raise Changed(what)
    return what


def _trace(row: Exemption, what: Plan) -> dict[str, object]:
    """What the audit trail keeps of it."""
    return {
        "criterion": row.criterion.code,
        "attribute": row.attribute,
        "convention": row.convention,
        "reason": row.reason,
        "document": row.document,
        "effects": len(what.rows),
        "units": len(what.units),
        "set_aside": what.set_aside,
    }


def _tell(what: Plan, row: Exemption, text: str) -> None:
    """The officers and heads of every unit that it changes something for, once the set is in force."""
    if row.criterion.criteria_set.state == SetState.ISSUED:
        _post((each.unit.pk for each in what.units), row, text)


def _answer(row: Exemption, text: str) -> None:
    _post([row.unit_id or 0], row, text)


def _post(units: Iterable[int], row: Exemption, text: str) -> None:
    link = reverse("assessments:exemptions", args=[row.criterion.criteria_set_id])
    notices.post(people_of(units), _words(text, row), link)


def _words(text: str, row: Exemption) -> str:
    """Notices are read later by others: in Vietnamese, whatever the language of the person who acts."""
    with override("vi"):
        said = {
            "unit": row.unit,
            "criterion": f"{row.criterion.code} {row.criterion.name}",
            "reason": row.reason,
            "document": row.document,
            "answer": row.answer,
        }
        return (gettext(text) % said).strip()
