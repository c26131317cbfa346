"""What the appraisers ask of a unit on a leaf: asked with a date, answered item by item, accepted or refused.

None of it touches the dossier: what was handed in stays frozen, the answer stands beside it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from assessments.models import Assessment, Evidence, EvidenceRequest, RequestDocument, RequestState
from assessments.selectors.signing import insiders
from assessments.services import gates, keeping
from assessments.services.verdicts import assert_appraising
from assessments.states import NotAllowed
from criteria.models import Criterion, PhaseKind
from criteria.selectors import window
from units import audit, notices
from units.models import User
from units.selectors import database_now


class BadRequest(ValueError):
    """A request says what is asked and what is decided without an answer, and leaves time before the appraisal ends."""


class TooLate(Exception):
    """The date of the request has passed: what was said in advance is decided."""


class Empty(ValueError):
    """An answer is a text, a document, or both; a refusal of an answer says why."""


class NotOurs(ValueError):
    """An answer brings documents of the unit that was asked."""


@transaction.atomic
def ask(
    *, assessment: Assessment, criterion: Criterion, text: str, due_at: datetime, otherwise: str, by: User
) -> EvidenceRequest:
    """Ask a unit for a document or an explanation on a leaf until ``due_at``; ``otherwise``: what follows without.

    The same question by the same person, still open, is one request. Raises ``BadRequest``, ``NotAllowed`` or
    ``PhaseClosed``.
    """
    assessment = gates.locked(assessment)
    now = assert_appraising(assessment)
    phase = window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind)
    text, otherwise = text.strip(), otherwise.strip()
    if not text or not otherwise or due_at <= now or (phase and due_at > phase.closes_at):
        raise BadRequest
    standing = EvidenceRequest.objects.filter(assessment=assessment, criterion=criterion, text=text, asked_by=by)
    if same := standing.filter(state=RequestState.OPEN).first():
        return same
    made = EvidenceRequest.objects.create(
        assessment=assessment,
        criterion=criterion,
        text=text,
        due_at=due_at,
        otherwise=otherwise,
        asked_by=by,
        asked_at=now,
    )
    words = gettext("The appraisers ask on criterion %(code)s: %(text)s")
    _tell(made, insiders(assessment.unit), words, reverse("assessments:request", args=[made.pk]))
    audit.record(
        by, "request.asked", made, unit=assessment.unit, criterion=criterion.code, text=text, due_at=due_at,
        otherwise=otherwise,
    )  # fmt: skip
    return made


@transaction.atomic
def answer(*, request: EvidenceRequest, text: str, documents: Iterable[Evidence], by: User) -> EvidenceRequest:
    """Answer a request with a text and documents of the unit, also again, until its date. The same again is one answer.

    Raises ``Empty``, ``NotOurs``, ``TooLate``, or ``NotAllowed`` for one that is closed.
    """
    request = _locked(request)
    text, brought = text.strip(), list(documents)
    if request.state not in (RequestState.OPEN, RequestState.ANSWERED):
        raise NotAllowed(f"answer a request that is {request.state}")
    now = database_now()
    if now >= request.due_at:
        raise TooLate
    if not text and not brought:
        raise Empty
    # Who takes a document's last citation off drops it under the same lock.
    keeping.locked(request.assessment.unit)
    ours = Evidence.objects.filter(unit=request.assessment.unit_id, pk__in=[each.pk for each in brought])
    if ours.count() != len({each.pk for each in brought}):
        raise NotOurs
    standing = set(request.documents.values_list("evidence", flat=True))
    wanted = {each.pk for each in brought}
    if request.state == RequestState.ANSWERED and (request.answer, standing) == (text, wanted):
        return request
    request.documents.exclude(evidence__in=wanted).delete()
    RequestDocument.objects.bulk_create(
        RequestDocument(request=request, evidence=each) for each in brought if each.pk not in standing
    )
    request.state, request.answer, request.answered_by, request.answered_at = RequestState.ANSWERED, text, by, now
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    words = gettext("%(unit)s answered on criterion %(code)s: %(text)s")
    _tell(request, [request.asked_by], words, _desk(request))
    audit.record(
        by,
        "request.answered",
        request,
        unit=request.assessment.unit,
        criterion=request.criterion.code,
        answer=text,
        documents=[each.sha256 for each in brought],
    )
    return request


@transaction.atomic
def close(*, request: EvidenceRequest, accepted: bool, note: str, by: User) -> EvidenceRequest:
    """Accept or refuse an answer; or, once its date has passed without one, close the request as refused.

    Raises ``Empty`` for a refusal without a note, ``NotAllowed`` where there is nothing to decide on yet.
    """
    request = _locked(request)
    state = RequestState.ACCEPTED if accepted else RequestState.REFUSED
    if request.state == state:
        return request
    now = database_now()
    is_unanswered = request.state == RequestState.OPEN and now >= request.due_at and not accepted
    if request.state != RequestState.ANSWERED and not is_unanswered:
        raise NotAllowed(f"close a request that is {request.state}")
    note = note.strip() or (request.otherwise if is_unanswered else "")
    if not accepted and not note:
        raise Empty
    request.state, request.verdict_note, request.closed_by, request.closed_at = state, note[:500], by, now
    request.save(update_fields=["state", "verdict_note", "closed_by", "closed_at"])
    with override("vi"):
        outcome = str(request.get_state_display())
    words = gettext("The answer on criterion %(code)s was decided on: %(outcome)s. %(note)s")
    link = reverse("assessments:request", args=[request.pk])
    _tell(request, insiders(request.assessment.unit), words, link, outcome=outcome, note=note)
    audit.record(
        by, "request.closed", request, unit=request.assessment.unit, criterion=request.criterion.code, state=state,
        note=note,
    )  # fmt: skip
    return request


def _locked(request: EvidenceRequest) -> EvidenceRequest:
    rows = EvidenceRequest.objects.select_for_update(of=("self",))
    return rows.select_related("assessment__unit", "criterion", "asked_by").get(pk=request.pk)


def _desk(request: EvidenceRequest) -> str:
    """Where the asker works. The name is of an app above this one; nothing of it is imported."""
    return reverse("councils:pair", args=[request.assessment_id, request.criterion_id]) + "#requests"


def _tell(request: EvidenceRequest, people: Iterable[User], words: str, link: str, **more: str) -> None:
    said = {
        "unit": request.assessment.unit.name,
        "code": request.criterion.code,
        "text": request.text if not request.answer else request.answer,
        **more,
    }
    notices.post(list(people), (words % said).strip(), link)
