"""A dossier's way: checked, handed in with a receipt, appraised."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, AssessmentState, PartScore, Receipt, Score
from assessments.selectors import receipt_key
from assessments.selectors.delegation import contributions_open
from assessments.selectors.locks import Span, last_receipt
from assessments.selectors.sheets import sheet
from assessments.selectors.signing import insiders, missing_steps, signatures_of
from assessments.services import freezing, gates
from assessments.services.freezing import Handing
from assessments.services.lateness import fill_in
from assessments.services.signing import Unsigned
from assessments.states import NotAllowed, after
from units import audit, jobs, notices
from units.models import Job, User
from units.selectors import database_now


class Decided(Protocol):
    """What the council decided on a leaf, as far as next year's sheet shows it."""

    @property
    def points(self) -> Decimal | None: ...
    @property
    def reason(self) -> str: ...


@transaction.atomic
def submit(*, assessment: Assessment, by: User, number: int | None = None) -> Receipt:
    """Hand the dossier in and freeze what it says.

    ``number``: the receipt that this is meant to be. The same number again, by a double click, after a lost answer or
    from another tab, gives the receipt that it made; None: the dossier as it stands, and handing in what is handed in
    gives its receipt. Raises ``gates.Incomplete``, ``signing.Unsigned``, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment = gates.locked(assessment)
    last = last_receipt(assessment)
    if standing := _made(assessment, last, number):
        return standing
    state = after(assessment.state, "submit")
    number = _next(last, number)
    now = gates.assert_open(assessment)
    if missing := missing_steps(assessment, number):
        raise Unsigned(missing)
    closes_at, counted_at = _timing(gates.span(assessment), last, now)
    fill_in(assessment=assessment, closes_at=closes_at, counted_at=counted_at, at=now, by=by)
    filled = sheet(assessment)
    gates.assert_complete(filled)
    handing = _handing(assessment, number, closes_at, counted_at)
    assessment.state, assessment.submitted_at, assessment.submitted_by = state, now, by
    assessment.return_until = None
    assessment.save(update_fields=["state", "submitted_at", "submitted_by", "return_until"])
    receipt = freezing.receipt(filled, number, now, by, handing)
    receipt.save(force_insert=True)
    _tell(receipt, by)
    _record(receipt, by)
    return receipt


def _made(assessment: Assessment, last: Receipt | None, number: int | None) -> Receipt | None:
    """The receipt that the request has made before; None where there is something to do."""
    if number is not None:
        return assessment.receipts.filter(number=number).first()
    is_handed_in = assessment.state in (AssessmentState.SUBMITTED, AssessmentState.APPRAISED)
    return last if is_handed_in else None


def _next(last: Receipt | None, number: int | None) -> int:
    """The number of the receipt to be made. Raises ``NotAllowed`` where the page meant another."""
    following = last.number + 1 if last else 1
    if number not in {None, following}:
        raise NotAllowed(f"receipt {number} where {following} is next")
    return following


def _timing(when: Span, last: Receipt | None, now: datetime) -> tuple[datetime, datetime]:
    """The deadline, and the instant that is held against it. A dossier that was given a date when it was returned is as
    late as it was when it was handed in before: mending it is not handing it in late.
    """
    return freezing.timing_of(last) if when.is_returned and last else (when.closes_at, now)


def _handing(assessment: Assessment, number: int, closes_at: datetime, counted_at: datetime) -> Handing:
    parts: dict[int, list[PartScore]] = {}
    for part in PartScore.objects.filter(score__assessment=assessment).order_by("score", "label"):
        parts.setdefault(part.score_id, []).append(part)
    return Handing(
        closes_at=closes_at,
        counted_at=counted_at,
        signatures=signatures_of(assessment, number),
        parts=parts,
        waiting=[each.name for each in contributions_open(assessment)],
    )


def _tell(receipt: Receipt, by: User) -> None:
    assessment = receipt.assessment
    link = reverse("assessments:receipt", args=[receipt.pk])
    text = gettext(
        "%(name)s has submitted the self-scoring dossier of %(unit)s: %(points)s points. Receipt %(digest)s."
    )
    words = {
        "name": by.full_name or by.username,
        "unit": assessment.unit.name,
        "points": freezing.plain(receipt.points).replace(".", ","),
        "digest": receipt.digest[:12],
    }
    notices.post(insiders(assessment.unit), text % words, link)
    _open_job(receipt, by)


def _record(receipt: Receipt, by: User) -> None:
    audit.record(
        by,
        "assessment.submitted",
        receipt.assessment,
        unit=receipt.assessment.unit,
        receipt=receipt.number,
        digest=receipt.digest,
        points=receipt.points,
        maximum=receipt.maximum,
        late_minutes=receipt.late_minutes,
    )


@transaction.atomic
def ask_for_pdf(*, receipt: Receipt, by: User) -> Job | None:
    """Ask once more for a receipt that has no paper yet; None where it has one."""
    if Receipt.objects.select_for_update().get(pk=receipt.pk).pdf:
        return None
    job = _open_job(receipt, by)
    audit.record(by, "receipt.asked", receipt, unit=receipt.assessment.unit, job=job.pk)
    return job


def _open_job(receipt: Receipt, by: User) -> Job:
    """Ask the worker for the receipt as a PDF."""
    return jobs.open_job(
        task="assessments.tasks.render_receipt",
        title=gettext("Receipt of the dossier of %(unit)s") % {"unit": receipt.assessment.unit.name},
        key=receipt_key(receipt),
        by=by,
        arguments={"receipt": receipt.pk},
        link=reverse("assessments:receipt", args=[receipt.pk]),
    )


@transaction.atomic
def mark_appraised(*, assessment: Assessment, by: User, finals: Mapping[int, Decided] | None = None) -> Assessment:
    """Close the dossier after its appraisal. ``finals``: what the council decided, by criterion, copied for display.

    Raises ``NotAllowed`` unless the dossier is submitted.
    """
    assessment = gates.locked(assessment)
    assessment.state = after(assessment.state, "appraise")
    assessment.save(update_fields=["state"])
    _copy(assessment, finals or {})
    audit.record(by, "assessment.appraised", assessment, unit=assessment.unit, leaves=len(finals or {}))
    return assessment


def _copy(assessment: Assessment, finals: Mapping[int, Decided]) -> None:
    """Keep the council's points beside the unit's own; a leaf that the unit left out gets a row of version 0."""
    now = database_now()
    standing = {score.criterion_id: score for score in Score.objects.filter(assessment=assessment)}
    missing = [
        Score(assessment=assessment, criterion_id=pk, version=0, updated_at=now) for pk in finals if pk not in standing
    ]
    rows: Iterable[Score] = [*standing.values(), *Score.objects.bulk_create(missing)]
    for score in rows:
        final = finals.get(score.criterion_id)
        score.final_points, score.final_reason = (final.points, final.reason) if final else (None, "")
    Score.objects.bulk_update(rows, ["final_points", "final_reason"])


@transaction.atomic
def reopen_appraisal(*, assessment: Assessment, by: User) -> Assessment:
    """Take the dossier back into appraisal. Raises ``NotAllowed`` unless it is appraised."""
    assessment = gates.locked(assessment)
    assessment.state = after(assessment.state, "reopen")
    assessment.save(update_fields=["state"])
    audit.record(by, "assessment.reopened", assessment, unit=assessment.unit)
    return assessment
