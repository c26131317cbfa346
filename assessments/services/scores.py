"""Writing one self-score."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assessments.models import Assessment, Score
from assessments.services import gates
from assessments.services.figures import declared
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


class ReasonMissing(BadScore):
    """The points are not those that the rule gives for the declared figures, and nobody says why."""


@dataclass(frozen=True)
class Said:
    """Everything that one save stores, to be compared with what is stored."""

    points: Decimal | None
    not_applicable: bool
    explanation: str
    figures: str
    proposed: Decimal | None
    reason: str


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
    figures: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> Score:
    """Write one self-score built on ``version`` (0: nothing was saved yet); saving the same again changes nothing.

    ``figures``: what the unit declares, as typed, by the names of the rule; the points that the rule gives for them
    are stored beside the unit's own, which need a ``reason`` where they differ. None keeps what is stored.

    Raises ``StaleScore`` with the stored row, ``BadScore`` (``ReasonMissing``), ``NotAllowed`` (also for a leaf that is
    exempted) or ``PhaseClosed``.
    """
    assessment, now = gates.opened(assessment)
    criterion = gates.standing(assessment, criterion)
    assert_fits(assessment, criterion, points, not_applicable)
    gates.assert_applies(assessment, criterion)
    gates.assert_leaf_open(assessment, criterion)
    score = _row(assessment, criterion, now)
    kept = _said(score)
    text, proposed = (kept.figures, kept.proposed) if figures is None else declared(criterion, kept.figures, figures)
    said = Said(points, not_applicable, explanation, text, proposed, kept.reason if reason is None else reason)
    if score.version > 0 and said == kept:
        return score
    assert_current(score, version)
    assert_reasoned(said)
    _write(score, said, by, now)
    record(score, assessment, kept.points, by)
    return score


def _said(score: Score) -> Said:
    return Said(*(getattr(score, name) for name in Said.__dataclass_fields__))


def _write(score: Score, said: Said, by: User, now: datetime) -> None:
    """Last year's text that somebody changed is the unit's own."""
    score.is_copied = score.is_copied and score.explanation == said.explanation
    for name, value in zip(Said.__dataclass_fields__, astuple(said), strict=True):
        setattr(score, name, value)
    score.version += 1
    score.updated_by, score.updated_at = by, now
    score.save()


def record(score: Score, assessment: Assessment, was: Decimal | None, by: User) -> None:
    """One event for one save; figures and the reason only where there are any."""
    extra = {"figures": score.figures, "proposed": score.proposed, "reason": score.reason}
    audit.record(
        by,
        "assessment.scored",
        score,
        unit=assessment.unit,
        criterion=score.criterion.code,
        points=score.points,
        was=was,
        not_applicable=score.not_applicable,
        explanation=score.explanation,
        version=score.version,
        **{name: value for name, value in extra.items() if value not in (None, "")},
    )


def _row(assessment: Assessment, criterion: Criterion, now: datetime) -> Score:
    """The stored row, locked; a new one of version 0 where nothing was saved yet."""
    rows = Score.objects.select_for_update().filter(assessment=assessment, criterion=criterion)
    score = rows.order_by().first()
    if score is None:
        return Score(assessment=assessment, criterion=criterion, version=0, updated_at=now)
    score.criterion = criterion
    return score


def assert_current(score: Score, version: int) -> None:
    """The guard against lost updates: compared under the lock, never before it."""
    if score.version != version:
        raise StaleScore(score)


def assert_reasoned(said: Said) -> None:
    """Raise ``ReasonMissing`` where the points differ from those of the rule and nobody says why."""
    if said.points is not None and said.proposed is not None and said.points != said.proposed and not said.reason:
        raise ReasonMissing(f"the rule gives {said.proposed}")


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
