"""Writing one part of a leaf; the leaf's own score is put together from all of them."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assessments.delegating.parts import explained, in_parts, least, limit, together
from assessments.models import Assessment, PartScore, Score
from assessments.services import gates
from assessments.services.scores import BadScore
from criteria.models import POINTS, Criterion
from criteria.tree.facets import Facets
from units import audit
from units.models import User


class StalePart(Exception):
    """Somebody else saved the part since the writer looked; ``stored`` is what it holds now. Nothing was written."""

    def __init__(self, stored: PartScore) -> None:
        super().__init__(f"version {stored.version} is stored")
        self.stored = stored


@transaction.atomic
def save_part(
    *,
    assessment: Assessment,
    criterion: Criterion,
    label: str,
    points: Decimal | None,
    explanation: str,
    version: int,
    by: User,
) -> PartScore:
    """Write one part built on ``version`` (0: nothing was saved yet); saving the same again changes nothing.

    The leaf has points once every part has. Raises ``StalePart`` with the stored row, ``BadScore``, ``NotAllowed``,
    ``Amended`` or ``PhaseClosed``.
    """
    assessment, now = gates.opened(assessment)
    criterion = gates.standing(assessment, criterion)
    parts = _fitting(assessment, criterion, label, points)
    gates.assert_leaf_open(assessment, criterion)
    gates.assert_applies(assessment, criterion)
    leaf = _leaf(assessment, criterion, now)
    part = leaf.parts.filter(label=label).select_related("updated_by").first() if leaf.pk else None
    part = part or PartScore(label=label, version=0, updated_at=now)
    if part.version > 0 and (part.points, part.explanation) == (points, explanation):
        return part
    assert_current(part, version)
    was = part.points
    part.points, part.explanation, part.version = points, explanation, part.version + 1
    part.updated_by, part.updated_at = by, now
    _store(leaf, part, parts, by, now)
    _record(assessment, leaf, part, was, by)
    return part


def assert_current(part: PartScore, version: int) -> None:
    """Raise ``StalePart`` unless the writer has seen what is stored."""
    if part.version != version:
        raise StalePart(part)


def _fitting(assessment: Assessment, criterion: Criterion, label: str, points: Decimal | None) -> Facets:
    """The parts of the leaf. Raises ``BadScore`` unless the points may stand on this part of this dossier."""
    parts = in_parts(criterion.facets, criterion.max_points)
    part = next((each for each in parts.parts if each.label == label), None) if parts else None
    if criterion.criteria_set_id != assessment.criteria_set_id or not criterion.is_scorable or not parts or not part:
        raise BadScore(f"{criterion.code} has no part {label} that the unit scores")
    if points is None:
        return parts
    lower, upper = least(parts, criterion.min_points), limit(parts, part, criterion.max_points)
    if not points.is_finite() or not lower <= points <= upper:
        raise BadScore(f"points must lie between {lower} and {upper}")
    exponent = points.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > POINTS["decimal_places"]:
        raise BadScore(f"at most {POINTS['decimal_places']} decimal places")
    return parts


def _leaf(assessment: Assessment, criterion: Criterion, now: datetime) -> Score:
    stored = Score.objects.select_for_update(of=("self",)).filter(assessment=assessment, criterion=criterion).first()
    return stored or Score(assessment=assessment, criterion=criterion, version=0, updated_at=now)


def _store(leaf: Score, part: PartScore, parts: Facets, by: User, now: datetime) -> None:
    """The part, and the leaf that follows from it: every save of a part makes a new version of its leaf."""
    others = {each.label: each for each in leaf.parts.all()} if leaf.pk else {}
    said = {**others, part.label: part}
    leaf.points = together(parts, {each.label: each.points for each in said.values()}, leaf.criterion.max_points)
    leaf.explanation = explained(parts, {each.label: each.explanation for each in said.values()})
    leaf.not_applicable, leaf.version = False, leaf.version + 1
    leaf.updated_by, leaf.updated_at = by, now
    leaf.save()
    part.score = leaf
    part.save()


def _record(assessment: Assessment, leaf: Score, part: PartScore, was: Decimal | None, by: User) -> None:
    audit.record(
        by,
        "assessment.part_scored",
        leaf,
        unit=assessment.unit,
        criterion=leaf.criterion.code,
        part=part.label,
        points=part.points,
        was=was,
        explanation=part.explanation,
        version=part.version,
        leaf_points=leaf.points,
    )
