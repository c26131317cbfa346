"""Decisions on single pairs. Rows are appended; the standing one carries ``is_current``."""

from decimal import Decimal

from django.db import transaction

from assessments.models import Assessment, Score
from assessments.states import State as DossierState
from councils import states
from councils.models import Appraisal, Council, Seat
from councils.selectors.pairs import outdated
from councils.selectors.seats import is_appraised, roster
from criteria.models import POINTS, Criterion, PhaseKind
from criteria.selectors import window
from criteria.selectors.exemptions import exempt_leaf
from units import audit
from units.models import User
from units.selectors import database_now


class NotEligible(Exception):
    """The seat does not decide on this criterion of this unit: another's, the own unit's, or one that is exempted."""


class BadDecision(ValueError):
    """Points outside the leaf's bounds, too many decimals, or a changed value without a reason."""


class StaleDecision(Exception):
    """The pair was decided, or the self-score changed, after the person had opened it. Carries what stands now."""

    def __init__(self, current: Appraisal | None, score: Score | None) -> None:
        super().__init__(f"stands: {current.pk if current else None}")
        self.current = current
        self.score = score


@transaction.atomic
def decide(
    *,
    seat: Seat,
    assessment: Assessment,
    criterion: Criterion,
    points: Decimal | None,
    not_applicable: bool,
    reason: str,
    by: User,
    expected: int = 0,
    seen: int | None = None,
) -> Appraisal:
    """Accept or change one self-score.

    ``expected`` is the pk of the appraisal that the person saw (0: none), ``seen`` the version of the self-score
    (0: none; None: not compared). The same decision sent twice is one. Raises ``states.NotAllowed``,
    ``criteria.phases.PhaseClosed``, ``NotEligible``, ``BadDecision``, ``StaleDecision``.
    """
    # Everyone who decides on the dossier, hands it back or closes the session waits here for the other.
    dossiers = Assessment.objects.select_related("unit", "cycle").select_for_update(of=("self",))
    assessment = dossiers.get(pk=assessment.pk)
    _assert_open(seat, assessment)
    _assert_eligible(seat, assessment, criterion, by)
    current = Appraisal.objects.filter(assessment=assessment, criterion=criterion, is_current=True).first()
    score = Score.objects.filter(assessment=assessment, criterion=criterion).first()
    made = Appraisal(
        assessment=assessment,
        criterion=criterion,
        seat=seat,
        by=by,
        self_points=score.points if score else None,
        self_not_applicable=score.not_applicable if score else False,
        points=points,
        not_applicable=not_applicable,
        reason=reason.strip(),
        decided_at=database_now(),
    )
    if current and _is_repeat(current, made) and not outdated(current, score, assessment):
        return current
    _assert_fresh(current, score, expected, seen)
    _assert_sound(made)
    return _append(made, current)


def _append(made: Appraisal, current: Appraisal | None) -> Appraisal:
    if current:
        Appraisal.objects.filter(pk=current.pk).update(is_current=False)
    made.save(force_insert=True)
    audit.record(
        made.by,
        "appraisal.decided",
        made,
        unit=made.assessment.unit,
        criterion=made.criterion.code,
        points=made.points,
        not_applicable=made.not_applicable,
        self_points=made.self_points,
        reason=made.reason,
        replaces=current.pk if current else None,
    )
    return made


def _assert_open(seat: Seat, assessment: Assessment) -> None:
    """The council sits, the dossier lies before it, and it is time by the database's clock."""
    council = Council.objects.get(pk=seat.council_id)
    if council.state != states.State.OPEN:
        raise states.NotAllowed(f"decide in {council.state}")
    if council.tier_id != assessment.tier_id or assessment.state != DossierState.SUBMITTED:
        raise states.NotAllowed(f"decide on a dossier in {assessment.state}")
    phase = window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind)
    if phase is None:
        raise states.NotAllowed("the cycle has no appraisal of this kind of unit")
    phase.assert_open(database_now())


def _assert_eligible(seat: Seat, assessment: Assessment, criterion: Criterion, by: User) -> None:
    if criterion.criteria_set_id != assessment.criteria_set_id or not is_appraised(criterion):
        raise NotEligible(f"{criterion.code} is not appraised in this dossier")
    if exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end):
        raise NotEligible(f"{criterion.code} does not apply to {assessment.unit}")
    if seat.user_id != by.pk or seat not in roster(seat.council).appraisers(criterion.pk, assessment.unit_id):
        raise NotEligible(f"{by} on {criterion.code} of {assessment.unit}")


def _is_repeat(current: Appraisal, made: Appraisal) -> bool:
    fields = ("seat_id", "points", "not_applicable", "reason", "self_points", "self_not_applicable")
    return all(getattr(current, name) == getattr(made, name) for name in fields)


def _assert_fresh(current: Appraisal | None, score: Score | None, expected: int, seen: int | None) -> None:
    stands, version = current.pk if current else 0, score.version if score else 0
    if stands != expected or (seen is not None and seen != version):
        raise StaleDecision(current, score)


def _assert_sound(made: Appraisal) -> None:
    if made.not_applicable == (made.points is not None):
        raise BadDecision("points, or not applicable")
    if made.points is not None:
        _assert_points(made.points, made.criterion)
    if made.is_changed and not made.reason:
        raise BadDecision("a changed value needs a reason")


def _assert_points(points: Decimal, leaf: Criterion) -> None:
    if not points.is_finite() or not leaf.min_points <= points <= leaf.max_points:
        raise BadDecision(f"points outside {leaf.min_points} and {leaf.max_points}")
    if points != round(points, POINTS["decimal_places"]):
        raise BadDecision(f"more than {POINTS['decimal_places']} decimals")
