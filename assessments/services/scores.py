"""Writing one self-score."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assessments.models import Assessment, Score
from assessments.services import gates
from criteria.models import POINTS, Criterion
from units import audit
from units.models import User


class StaleScore(Exception):
    """Somebody else saved since the writer looked; ``stored`` is what the row holds now. Nothing was written."""

    def __init__(self, stored: Score) -> None:
        super().__init__(f"version {stored.version} is stored")
        self.stored = stored


class BadScore(ValueError):
    """The points cannot be those of the criterion. The text is for a developer: forms say it to people first."""


@transaction.atomic
def save_score(
    *,
    assessment: Assessment,
    criterion: Criterion,
    points: Decimal | None,
    not_applicable: bool,
    explanation: str,
    version: int,
    by: User,
) -> Score:
    """Write one self-score built on ``version`` (0: nothing was saved yet); saving the same again changes nothing.

    Raises ``StaleScore`` with the stored row, ``BadScore``, ``NotAllowed`` (also for a leaf that is exempted) or
    ``PhaseClosed``.
    """
    assessment, now = gates.opened(assessment)
    assert_fits(assessment, criterion, points, not_applicable)
    gates.assert_applies(assessment, criterion)
    score = _row(assessment, criterion, now)
    if _same(score, points, not_applicable, explanation):
        return score
    assert_current(score, version)
    was = score.points
    score.points, score.not_applicable, score.explanation = points, not_applicable, explanation
    score.version += 1
    score.updated_by, score.updated_at = by, now
    score.save()
    audit.record(
        by,
        "assessment.scored",
        score,
        unit=assessment.unit,
        criterion=criterion.code,
        points=points,
        was=was,
        not_applicable=not_applicable,
        explanation=explanation,
        version=score.version,
    )
    return score


def _row(assessment: Assessment, criterion: Criterion, now: datetime) -> Score:
    """The stored row, locked; a new one of version 0 where nothing was saved yet."""
    stored = Score.objects.select_for_update(of=("self",)).select_related("updated_by", "criterion")
    fresh = Score(assessment=assessment, criterion=criterion, version=0, updated_at=now)
    return stored.filter(assessment=assessment, criterion=criterion).first() or fresh


def _same(score: Score, points: Decimal | None, not_applicable: bool, explanation: str) -> bool:
    """Whether a repeated save (a double click, a lost answer) brings what is stored anyway."""
    stored = (score.points, score.not_applicable, score.explanation)
    return score.version > 0 and stored == (points, not_applicable, explanation)


def assert_current(score: Score, version: int) -> None:
    """The guard against lost updates: compared under the lock, never before it."""
    if score.version != version:
        raise StaleScore(score)


def assert_fits(assessment: Assessment, criterion: Criterion, points: Decimal | None, not_applicable: bool) -> None:
    """Raise ``BadScore`` unless the points may stand on this leaf of this dossier."""
    if criterion.criteria_set_id != assessment.criteria_set_id or not criterion.is_scorable:
        raise BadScore(f"{criterion.code} is not scored by the unit")
    if points is None:
        return
    if not_applicable:
        raise BadScore("not applicable and points exclude each other")
    if not points.is_finite() or not criterion.min_points <= points <= criterion.max_points:
        raise BadScore(f"points must lie between {criterion.min_points} and {criterion.max_points}")
    exponent = points.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > POINTS["decimal_places"]:
        raise BadScore(f"at most {POINTS['decimal_places']} decimal places")
