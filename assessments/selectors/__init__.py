"""Reads of dossiers: scores, last year's points, evidence and its page images, receipts."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from assessments.models import Assessment, Citation, Evidence, EvidenceState, PageImage, Receipt, Score
from assessments.selectors.lateness import is_filled_in
from criteria.models import SELF_SCORED, Criterion, EnteredBy, Extension, ExtensionState, Phase, PhaseKind
from criteria.selectors.exemptions import exempted_of
from criteria.selectors.lineage import carried_from
from units.models import Job

LATE_LETTERS = "mu"
"""Of “muộn”, the letters that every database finds whatever their case and however the accents are stored."""


class NoPreview(Exception):
    """The document has no such page that could be shown as an image."""


class NotDrawn(NoPreview):
    """The worker has not drawn this page yet."""


class Altered(Exception):
    """The stored file is gone, or is no longer what was taken in: its digest differs."""


class Withheld(Altered):
    """The document is in quarantine, or a virus was found in it: nobody gets it."""


@dataclass(frozen=True)
class LastYear:
    """What the same criterion got in the cycle before. ``points_final`` is the council's; None while unknown."""

    points_self: Decimal | None
    points_final: Decimal | None
    reason: str


def this_and_last(assessment: Assessment) -> tuple[dict[int, Score], dict[int, Score]]:
    """This cycle's scores and last cycle's, by criterion."""
    own = Q(assessment=assessment)
    before = assessment.cycle.previous_id
    if before is not None:
        own |= Q(assessment__unit=assessment.unit_id, assessment__cycle=before)
    scores: dict[int, Score] = {}
    earlier: dict[int, Score] = {}
    for score in Score.objects.filter(own).order_by():
        (scores if score.assessment_id == assessment.pk else earlier)[score.criterion_id] = score
    return scores, earlier


def of_last_year(score: Score | None) -> LastYear | None:
    return LastYear(score.points, score.final_points, score.final_reason or score.explanation) if score else None


def scores_by_criterion(assessment: Assessment) -> dict[int, Score]:
    """The unit's scores by primary key of the criterion."""
    return {score.criterion_id: score for score in Score.objects.filter(assessment=assessment)}


def evidence_of(score: Score) -> list[Citation]:
    """The documents brought forward for the score, as citations with their ``evidence`` and ``place``."""
    return list(score.citations.select_related("evidence").order_by("pk"))


def last_year(assessment: Assessment) -> dict[int, LastYear]:
    """Last cycle's points by primary key of this cycle's criterion; criteria without a predecessor are left out."""
    _, earlier = this_and_last(assessment)
    kept = carried_from(assessment.criteria_set.criteria.all(), earlier)
    found = {pk: of_last_year(earlier[before]) for pk, before in kept.items()}
    return {pk: value for pk, value in found.items() if value}


def self_scoring_phase(assessment: Assessment) -> Phase | None:
    """The phase in which the unit scores itself, with ``is_extended``: whether any extension of it was approved."""
    extended = Exists(Extension.objects.filter(phase=OuterRef("pk"), state=ExtensionState.APPROVED))
    return (
        Phase.objects.filter(cycle=assessment.cycle_id, kind=PhaseKind.SELF_SCORING, unit_kind=assessment.unit.kind)
        .annotate(is_extended=extended)
        .order_by()
        .first()
    )


def with_progress(assessments: QuerySet[Assessment]) -> list[Assessment]:
    """The dossiers with ``leaves``, ``answered`` and ``saved_at``.

    What does not apply to the unit is not counted, nor what only the handing in fills in.
    """
    scorable = Q(
        criteria_set__criteria__is_leaf=True,
        criteria_set__criteria__method__in=SELF_SCORED,
        criteria_set__criteria__entered_by=EnteredBy.UNIT,
    )
    # Answers that an amendment set aside stay with the version before.
    standing = Q(scores__criterion__criteria_set=F("criteria_set"))
    answered = standing & (Q(scores__points__isnull=False) | Q(scores__not_applicable=True))
    # The text of a rule folds in Python only; few rules have these letters. Sets without any cost no query more.
    speaking = Criterion.objects.filter(criteria_set=OuterRef("criteria_set"), rule__icontains=LATE_LETTERS)
    rows = assessments.annotate(
        leaves=Count("criteria_set__criteria", filter=scorable, distinct=True),
        answered=Count("scores", filter=answered, distinct=True),
        saved_at=Max("scores__updated_at"),
        may_be_late=Exists(speaking),
    )
    return _without(list(rows))


def _without(dossiers: list[Assessment]) -> list[Assessment]:
    """The counts less exempted leaves and those that handing in fills in; two queries more only where there are any."""
    units: dict[int, list[int]] = {}
    for each in dossiers:
        units.setdefault(each.criteria_set_id, []).append(each.unit_id)
    exempt = exempted_of(units).leaves if dossiers else {}
    late = {each.criteria_set_id for each in dossiers if each.may_be_late}  # type: ignore[attr-defined]
    if not exempt and not late:
        return dossiers
    own = Q(pk__in={leaf for _unit, leaf in exempt}) | Q(criteria_set__in=late, rule__icontains=LATE_LETTERS)
    leaves = {leaf.pk: leaf for leaf in Criterion.objects.filter(own) if leaf.is_scorable}
    filled_in = {pk for pk, leaf in leaves.items() if is_filled_in(leaf)}
    said = Score.objects.filter(assessment__in=dossiers, criterion__in=leaves)
    answered = {(each.assessment_id, each.criterion_id) for each in said if each.is_answered}
    for each in dossiers:
        left_out = filled_in | {leaf for unit, leaf in exempt if unit == each.unit_id}
        mine = [pk for pk in left_out if pk in leaves and leaves[pk].criteria_set_id == each.criteria_set_id]
        each.leaves -= len(mine)  # type: ignore[attr-defined]
        each.answered -= sum((each.pk, leaf) in answered for leaf in mine)  # type: ignore[attr-defined]
    return dossiers


def phases_by_kind(assessments: Iterable[Assessment]) -> dict[tuple[int, str], Phase]:
    """The self-scoring phases of the dossiers by cycle and kind of unit."""
    cycles = {each.cycle_id for each in assessments}
    phases = Phase.objects.filter(cycle__in=cycles, kind=PhaseKind.SELF_SCORING)
    return {(phase.cycle_id, phase.unit_kind): phase for phase in phases}


def receipts_of(assessment: Assessment) -> QuerySet[Receipt]:
    """The submissions, newest first."""
    return assessment.receipts.select_related("by").order_by("-number")


def receipt_key(receipt: Receipt) -> str:
    """The key of the job that prints the receipt."""
    return f"receipt:{receipt.pk}"


def receipt_job(receipt: Receipt) -> Job | None:
    """The newest job that prints the receipt."""
    return Job.objects.filter(key=receipt_key(receipt)).order_by("-pk").first()


def content_of(evidence: Evidence) -> bytes:
    """The bytes that were taken in. Raises ``Altered`` when the stored file is not them any more, ``Withheld``."""
    if evidence.state != EvidenceState.CLEAN:
        raise Withheld(f"evidence {evidence.pk}")
    try:
        with evidence.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise Altered(str(error)) from error
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise Altered(f"evidence {evidence.pk}")
    return content


def page_image(evidence: Evidence, number: int) -> bytes:
    """Page ``number`` (from 1) as the picture that the worker drew of it.

    Raises ``NotDrawn`` while it has not, ``NoPreview`` for missing pages and documents that are withheld.
    """
    if evidence.state != EvidenceState.CLEAN or not 1 <= number <= evidence.pages:
        raise NoPreview(f"page {number} of {evidence.pages}")
    image = PageImage.objects.filter(evidence=evidence, number=number).first()
    if image is None:
        raise NotDrawn(f"page {number}")
    try:
        with image.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise NotDrawn(str(error)) from error
    return content
