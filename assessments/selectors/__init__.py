"""Reads of dossiers: scores, last year's points, evidence and its page images, receipts."""

import hashlib
import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pypdfium2
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from PIL import Image

from assessments.models import Assessment, Citation, Evidence, Receipt, Score
from criteria.models import SELF_SCORED, Criterion, EnteredBy, Phase, PhaseKind
from criteria.selectors.exemptions import exempted_of
from criteria.selectors.lineage import carried_from
from units.models import Job, Unit

PDF = "application/pdf"
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
PREVIEW_WIDTH = 1240
PREVIEW_COLOURS = 64
MOST_PIXELS = 50_000_000
# PDFium keeps state of its own: two threads inside it at once break each other.
_pdfium = threading.Lock()


class NoPreview(Exception):
    """The document has no such page that could be shown as an image."""


class Unreadable(Exception):
    """The file is damaged, locked by a password, or larger than can be shown."""


class Altered(Exception):
    """The stored file is gone, or is no longer what was taken in: its digest differs."""


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
    for score in Score.objects.filter(own).select_related("updated_by"):
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
    return Phase.objects.filter(
        cycle=assessment.cycle_id, kind=PhaseKind.SELF_SCORING, unit_kind=assessment.unit.kind
    ).first()


def with_progress(assessments: QuerySet[Assessment]) -> list[Assessment]:
    """The dossiers with ``leaves``, ``answered`` and ``saved_at``; what does not apply to the unit is not counted."""
    scorable = Q(
        criteria_set__criteria__is_leaf=True,
        criteria_set__criteria__method__in=SELF_SCORED,
        criteria_set__criteria__entered_by=EnteredBy.UNIT,
    )
    # Answers that an amendment set aside stay with the version before.
    standing = Q(scores__criterion__criteria_set=F("criteria_set"))
    answered = standing & (Q(scores__points__isnull=False) | Q(scores__not_applicable=True))
    rows = assessments.annotate(
        leaves=Count("criteria_set__criteria", filter=scorable, distinct=True),
        answered=Count("scores", filter=answered, distinct=True),
        saved_at=Max("scores__updated_at"),
    )
    return _without_exempt(list(rows))


def _without_exempt(dossiers: list[Assessment]) -> list[Assessment]:
    """The counts less those of exempted leaves; two queries more only where there are any."""
    units: dict[int, list[int]] = {}
    for each in dossiers:
        units.setdefault(each.criteria_set_id, []).append(each.unit_id)
    exempt = exempted_of(units).leaves if dossiers else {}
    if not exempt:
        return dossiers
    leaves = {leaf.pk: leaf for leaf in Criterion.objects.filter(pk__in={leaf for _unit, leaf in exempt})}
    said = Score.objects.filter(assessment__in=dossiers, criterion__in=leaves).select_related("assessment")
    answered = {(each.assessment.unit_id, each.criterion_id) for each in said if each.is_answered}
    for each in dossiers:
        own = [leaves[leaf] for unit, leaf in exempt if unit == each.unit_id]
        mine = [leaf.pk for leaf in own if leaf.criteria_set_id == each.criteria_set_id and leaf.is_scorable]
        each.leaves -= len(mine)  # type: ignore[attr-defined]
        each.answered -= sum((each.unit_id, leaf) in answered for leaf in mine)  # type: ignore[attr-defined]
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


def stored_bytes(unit: Unit) -> tuple[int, int]:
    """How many documents the unit keeps and their size in bytes."""
    kept = Evidence.objects.filter(unit=unit).aggregate(count=Count("pk"), size=Sum("size"))
    return kept["count"], kept["size"] or 0


def page_count(content: bytes, content_type: str) -> int:
    """Pages of a PDF or frames of an image; 0 for what is not shown as pages. Raises ``Unreadable``."""
    if content_type == PDF:
        with _document(content) as document:
            return len(document)
    if content_type in IMAGES:
        with _image(content, content_type) as image:
            return int(getattr(image, "n_frames", 1))
    return 0


@contextmanager
def _document(content: bytes) -> Iterator[Any]:
    """The PDF, opened while no other thread is inside the library. Raises ``Unreadable``."""
    with _pdfium:
        try:
            with closing(pypdfium2.PdfDocument(content)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise Unreadable(str(error)) from error


@contextmanager
def _image(content: bytes, content_type: str) -> Iterator[Image.Image]:
    """The image with only its header read. Raises ``Unreadable`` for a damaged or gigantic one."""
    try:
        with Image.open(io.BytesIO(content), formats=[IMAGES[content_type]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable(f"{image.width} x {image.height}")
            yield image
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error


def content_of(evidence: Evidence) -> bytes:
    """The bytes that were taken in. Raises ``Altered`` when the stored file is not them any more."""
    try:
        with evidence.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise Altered(str(error)) from error
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise Altered(f"evidence {evidence.pk}")
    return content


def page_image(evidence: Evidence, number: int) -> bytes:
    """Page ``number`` (from 1) as a PNG drawn anew, so that nothing of the file but its look gets out.

    Raises ``NoPreview`` for office documents, missing pages and files that cannot be read.
    """
    if not 1 <= number <= evidence.pages:
        raise NoPreview(f"page {number} of {evidence.pages}")
    drawn = io.BytesIO()
    try:
        image = _drawn(content_of(evidence), evidence.content_type, number)
    except (Unreadable, Altered) as error:
        raise NoPreview(str(error)) from error
    image.thumbnail((PREVIEW_WIDTH, PREVIEW_WIDTH * 2))
    # A third of the bytes of full colour: reviewers sit on weak lines, and a page of text has few colours.
    image.quantize(PREVIEW_COLOURS).save(drawn, "PNG")
    return drawn.getvalue()


def _drawn(content: bytes, content_type: str, number: int) -> Image.Image:
    """The page as pixels. A PDF page may claim to be kilometres wide: the picture's width is fixed, not its scale."""
    if content_type != PDF:
        with _image(content, content_type) as image:
            image.seek(number - 1)
            return image.convert("RGB")
    with _document(content) as document:
        page = document[number - 1]
        scale = PREVIEW_WIDTH / max(page.get_width(), page.get_height() / 2, 1)
        drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        return drawn
