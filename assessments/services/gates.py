"""What every write of a unit passes: its dossier is locked, still editable, and self-scoring is open."""

from datetime import datetime

from assessments.models import Assessment
from assessments.selectors import self_scoring_phase
from assessments.states import NotAllowed, assert_editable
from criteria.models import Criterion
from criteria.phases import Window
from criteria.selectors.exemptions import exempt_leaf
from units.selectors import database_now


def locked(assessment: Assessment) -> Assessment:
    """The dossier as it stands now, locked until the transaction ends: its writes come one after the other."""
    rows = Assessment.objects.select_related("unit", "cycle", "tier", "criteria_set")
    return rows.select_for_update(of=("self",)).get(pk=assessment.pk)


def assert_open(assessment: Assessment) -> datetime:
    """The database's instant, which lies inside the self-scoring phase.

    Raises ``PhaseClosed`` outside of it, ``NotAllowed`` where the cycle has no such phase for the kind of unit.
    """
    phase = self_scoring_phase(assessment)
    if phase is None:
        raise NotAllowed("no self-scoring phase")
    now = database_now()
    Window(phase.opens_at, phase.closes_at).assert_open(now)
    return now


def assert_applies(assessment: Assessment, criterion: Criterion) -> None:
    """Raise ``NotAllowed`` where the leaf does not apply to the unit: there is nothing to say of it."""
    if exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end):
        raise NotAllowed(f"{criterion.code} does not apply")


def opened(assessment: Assessment) -> tuple[Assessment, datetime]:
    """The locked dossier and the instant of the write. Raises ``NotAllowed`` or ``PhaseClosed``."""
    assessment = locked(assessment)
    assert_editable(assessment.state)
    return assessment, assert_open(assessment)
