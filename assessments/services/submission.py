"""A dossier's way: checked, handed in with a receipt, returned, appraised."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, AssessmentState, Receipt, Score
from assessments.selectors import exemptions, receipt_key, receipts_of
from assessments.selectors.sheets import Line, Problem, Sheet, sheet
from assessments.services import gates
from assessments.states import after
from units import audit, jobs, notices
from units.models import Job, Unit, User
from units.selectors import database_now

FORMAT = 1


class Incomplete(Exception):
    """The dossier cannot be handed in yet; ``problems`` says what each leaf lacks."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class NoteMissing(ValueError):
    """A dossier is returned with a note that says what to mend."""


class Decided(Protocol):
    """What the council decided on a leaf, as far as next year's sheet shows it."""

    @property
    def points(self) -> Decimal | None: ...
    @property
    def reason(self) -> str: ...


def check(assessment: Assessment) -> list[Problem]:
    """What is wrong with the dossier, in the order of the sheet; only those with ``is_error`` forbid handing it in."""
    return sheet(assessment).problems


@transaction.atomic
def submit(*, assessment: Assessment, by: User) -> Receipt:
    """Hand the dossier in and freeze what it says; handing in what is handed in gives the same receipt again.

    Raises ``Incomplete``, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment = gates.locked(assessment)
    standing = receipts_of(assessment).first()
    if standing and assessment.state in (AssessmentState.SUBMITTED, AssessmentState.APPRAISED):
        return standing
    state = after(assessment.state, "submit")
    now = gates.assert_open(assessment)
    filled = sheet(assessment)
    if filled.errors:
        raise Incomplete(filled.errors)
    assessment.state, assessment.submitted_at, assessment.submitted_by = state, now, by
    assessment.save(update_fields=["state", "submitted_at", "submitted_by"])
    receipt = _receipt(filled, now, by)
    link = reverse("assessments:receipt", args=[receipt.pk])
    text = gettext(
        "%(name)s has submitted the self-scoring dossier of %(unit)s: %(points)s points. Receipt %(digest)s."
    )
    words = {
        "name": by.full_name or by.username,
        "unit": assessment.unit.name,
        "points": _plain(receipt.points).replace(".", ","),
        "digest": receipt.digest[:12],
    }
    notices.post(people_of(assessment.unit), text % words, link)
    _open_job(receipt, by)
    audit.record(
        by,
        "assessment.submitted",
        assessment,
        unit=assessment.unit,
        receipt=receipt.number,
        digest=receipt.digest,
        points=receipt.points,
        maximum=receipt.maximum,
    )
    return receipt


def _receipt(filled: Sheet, now: datetime, by: User) -> Receipt:
    assessment = filled.assessment
    number = (assessment.receipts.aggregate(last=Max("number"))["last"] or 0) + 1
    content = canonical(filled, number, now, by)
    return Receipt.objects.create(
        assessment=assessment,
        number=number,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        points=filled.total.points,
        maximum=filled.total.maximum,
        at=now,
        by=by,
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


def canonical(filled: Sheet, number: int, at: datetime, by: User) -> str:
    """The content of a receipt: the same sheet gives the same text, whose SHA-256 is the digest."""
    assessment = filled.assessment
    content = {
        "format": FORMAT,
        "cycle": assessment.cycle.code,
        "tier": assessment.tier.code,
        "unit": {"code": assessment.unit.code, "name": assessment.unit.name},
        "criteria": assessment.criteria_set.title,
        "number": number,
        "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "by": {"username": by.username, "name": by.full_name, "position": by.position},
        "points": _plain(filled.total.points),
        "maximum": _plain(filled.total.maximum),
        "leaves": [_leaf(line) for line in filled.scorable],
        **_beyond(filled),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _beyond(filled: Sheet) -> dict[str, object]:
    """Exempted leaves, and the way to a total with bonus or penalty; a dossier without them has the text it had."""
    exempt = [
        {
            "code": line.criterion.code,
            "name": line.criterion.name,
            "maximum": _plain(line.criterion.max_points),
            "effect": line.exempt.convention,
            "by": line.exempt.state,
            "document": line.exempt.document,
            "reason": line.exempt.reason,
        }
        for line in filled.exempt
        if line.exempt
    ]
    found: dict[str, object] = {"exempt": exempt} if exempt else {}
    return found | ({"way": list(filled.way_in_words)} if filled.caps.nodes else {})


def _leaf(line: Line) -> dict[str, object]:
    score, least = line.score, line.criterion.min_points
    return {
        **({"minimum": _plain(least)} if least else {}),
        "code": line.criterion.code,
        "name": line.criterion.name,
        "maximum": _plain(line.criterion.max_points),
        "points": _plain(score.points) if score and score.points is not None else None,
        "not_applicable": bool(score and score.not_applicable),
        "explanation": score.explanation if score else "",
        "version": line.version,
        "evidence": [
            {
                "sha256": citation.evidence.sha256,
                "name": citation.evidence.name,
                "size": citation.evidence.size,
                "place": citation.place,
            }
            for citation in line.citations
        ],
    }


def _plain(value: Decimal) -> str:
    """Without exponent and superfluous zeros, so that 2 and 2.0000 freeze to the same text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def people_of(unit: Unit) -> list[User]:
    """The officers and heads of the unit today."""
    return list(exemptions.people_of([unit.pk]))


@transaction.atomic
def return_dossier(*, assessment: Assessment, note: str, by: User) -> Assessment:
    """Give a submitted dossier back to be mended, with a note on what. Only while self-scoring is open:
    later the unit could not hand it in again and would lose all its points.

    Raises ``NoteMissing``, ``NotAllowed`` or ``PhaseClosed``.
    """
    if not note.strip():
        raise NoteMissing
    assessment = gates.locked(assessment)
    assessment.state = after(assessment.state, "return")
    gates.assert_open(assessment)
    assessment.return_note = note.strip()
    assessment.save(update_fields=["state", "return_note"])
    text = gettext("The self-scoring dossier of %(unit)s was returned: %(note)s")
    link = reverse("assessments:sheet", args=[assessment.pk])
    notices.post(people_of(assessment.unit), text % {"unit": assessment.unit.name, "note": note.strip()}, link)
    audit.record(by, "assessment.returned", assessment, unit=assessment.unit, note=note.strip())
    return assessment


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
