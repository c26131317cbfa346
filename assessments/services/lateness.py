"""Points that follow from how late a dossier is handed in, written when it is. Part of the caller's transaction."""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from assessments.models import Assessment, Score
from assessments.selectors.lateness import Late, of_lateness
from criteria.models import Criterion
from criteria.selectors import criteria_of
from criteria.selectors.exemptions import exempt_leaf
from units import audit
from units.models import User


@transaction.atomic
def fill_in(*, assessment: Assessment, closes_at: datetime, counted_at: datetime, at: datetime, by: User) -> int:
    """Set the points of every leaf whose rule asks for the lateness alone, at the instant ``at``; how many changed.

    The figures and the way to the points stay beside them as with any other leaf. What a person typed there is
    replaced: the instant of the receipt is known, not declared.
    """
    changed = 0
    for criterion in criteria_of(assessment.criteria_set):
        late = of_lateness(criterion, closes_at, counted_at)
        if late and not exempt_leaf(assessment.unit_id, criterion, assessment.cycle.period_end):
            changed += _write(assessment, criterion, late, at, by)
    return changed


def _write(assessment: Assessment, criterion: Criterion, late: Late, at: datetime, by: User) -> bool:
    score = Score.objects.filter(assessment=assessment, criterion=criterion).first()
    score = score or Score(assessment=assessment, criterion=criterion, version=0)
    fields = {
        "points": late.points,
        "not_applicable": late.points is None,
        "figures": json.dumps(late.figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "proposed": late.points,
        "reason": "",
        "explanation": _words(late),
        "is_copied": False,
    }
    if score.version and all(getattr(score, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(score, name, value)
    score.version, score.updated_by, score.updated_at = score.version + 1, None, at
    score.save()
    audit.record(
        by, "assessment.filled_in", score, unit=assessment.unit, criterion=criterion.code, points=late.points,
        figures=late.figures,
    )  # fmt: skip
    return True


def _words(late: Late) -> str:
    """Read by others later: in Vietnamese, whatever the language of the person who hands in."""
    figures = "; ".join(f"{name} = {value}" for name, value in late.figures.items())
    with override("vi"):
        return gettext("Set when the dossier was handed in: %(figures)s. %(derivation)s") % {
            "figures": figures,
            "derivation": late.derivation,
        }
