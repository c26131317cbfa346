"""What every write of a unit passes: its dossier is locked, still editable, its time is not over, its leaf is open."""

from collections.abc import Sequence
from datetime import datetime

from assessments.models import Assessment, Citation
from assessments.selectors.checking import Problem
from assessments.selectors.locks import Span, is_leaf_open, span_of
from assessments.selectors.sheets import Sheet
from assessments.states import NotAllowed, assert_editable
from criteria.models import Criterion
from criteria.selectors.amended import is_forerunner, standing_leaf
from criteria.selectors.exemptions import exempt_leaf
from units.selectors import database_now


class Incomplete(Exception):
    """The dossier cannot go on yet; ``problems`` says what each leaf lacks."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Amended(Exception):
    """The criteria set was amended since, and asks something else in the leaf's place."""


def locked(assessment: Assessment) -> Assessment:
    """The dossier as it stands now, locked until the transaction ends: its writes come one after the other.

    Its unit, cycle and set are taken over from ``assessment`` where they are still the same rows: joined to the locked
    one, they would be read and planned again at every save.
    """
    row = Assessment.objects.select_for_update().get(pk=assessment.pk)
    for name in ("unit", "cycle", "tier", "criteria_set"):
        known = assessment._state.fields_cache.get(name)
        if known is not None and known.pk == getattr(row, f"{name}_id"):
            setattr(row, name, known)
    return row


def span(assessment: Assessment) -> Span:
    """When the dossier may be written. Raises ``NotAllowed`` where the cycle has no such phase for the kind of unit."""
    found = span_of(assessment)
    if found is None:
        raise NotAllowed("no self-scoring phase")
    return found


def assert_open(assessment: Assessment) -> datetime:
    """The database's instant, which lies inside the unit's time: self-scoring with its extension, the days after it in
    which late dossiers are taken, or the date that a returned dossier was given.

    Raises ``PhaseClosed`` outside of it, ``NotAllowed`` where the cycle has no such phase for the kind of unit.
    """
    now = database_now()
    span(assessment).window.assert_open(now)
    return now


def assert_leaf_open(assessment: Assessment, criterion: Criterion) -> None:
    """Raise ``NotAllowed`` where the dossier was returned for other leaves than this one."""
    if not is_leaf_open(assessment, criterion.pk):
        raise NotAllowed(f"{criterion.code} was not returned")


def assert_complete(filled: Sheet) -> None:
    """Raise ``Incomplete`` with what keeps the dossier from being passed on or handed in."""
    if filled.errors:
        raise Incomplete(filled.errors)


def assert_applies(assessment: Assessment, criterion: Criterion) -> None:
    """Raise ``NotAllowed`` where the leaf does not apply to the unit: there is nothing to say of it."""
    if exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end):
        raise NotAllowed(f"{criterion.code} does not apply")


def cited(citation: Citation) -> Citation:
    """The citation as it stands in the locked dossier. Raises ``NotAllowed`` where somebody took it off meanwhile."""
    found = Citation.objects.select_related("evidence", "score__criterion").filter(pk=citation.pk).first()
    if found is None:
        raise NotAllowed("the document was taken off")
    return found


def opened(assessment: Assessment) -> tuple[Assessment, datetime]:
    """The locked dossier and the instant of the write. Raises ``NotAllowed`` or ``PhaseClosed``."""
    assessment = locked(assessment)
    assert_editable(assessment.state)
    return assessment, assert_open(assessment)


def standing(assessment: Assessment, criterion: Criterion) -> Criterion:
    """The leaf that the criterion means in the locked dossier: itself, or the one in its place since an amendment.

    An amendment may land between the moment in which a page's address was read and this one. Raises ``Amended``
    where the set asks something else by now; a criterion that never belonged to the dossier is given back as it is.
    """
    if criterion.criteria_set_id == assessment.criteria_set_id:
        return criterion
    found = standing_leaf(assessment.criteria_set_id, criterion.pk)
    if found is None and is_forerunner(assessment.criteria_set, criterion.criteria_set_id):
        raise Amended(criterion.code)
    return found or criterion
