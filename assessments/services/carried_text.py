"""Text of earlier years brought into this year's dossier: words only, never points."""

from django.db import transaction

from assessments.models import Assessment, Score
from assessments.services import gates
from criteria.models import Criterion
from units import audit
from units.models import User

LONGEST = 5000


class TooLong(ValueError):
    """Own text and copied text together are longer than an explanation may be. Nothing was written."""


@transaction.atomic
def carry_text(*, assessment: Assessment, criterion: Criterion, source: Score, by: User) -> Score:
    """Put what the unit explained at ``source`` below what it explains now, marked as copied until somebody edits it.

    Text that stands there already is not brought again. Nothing typed is ever replaced: it does not matter which
    version the page showed. Raises ``TooLong``, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment, now = gates.opened(assessment)
    criterion = gates.standing(assessment, criterion)
    gates.assert_applies(assessment, criterion)
    gates.assert_leaf_open(assessment, criterion)
    rows = Score.objects.select_for_update(of=("self",)).filter(assessment=assessment, criterion=criterion)
    score = rows.first() or Score(assessment=assessment, criterion=criterion, version=0, updated_at=now)
    if source.explanation in score.explanation:
        return score
    text = "\n\n".join(filter(None, (score.explanation.rstrip(), source.explanation)))
    if len(text) > LONGEST:
        raise TooLong(f"{len(text)} characters")
    score.explanation, score.is_copied = text, True
    score.version += 1
    score.updated_by, score.updated_at = by, now
    score.save()
    said = {"criterion": criterion.code, "source": source.pk, "explanation": text, "version": score.version}
    audit.record(by, "assessment.text_carried", score, unit=assessment.unit, **said)
    return score
