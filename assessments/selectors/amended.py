"""What an amendment of the criteria set left to do in a dossier that had been begun before it."""

from dataclasses import dataclass

from django.db.models import F

from assessments.models import Assessment, Score
from criteria.models import Criterion, Lineage


@dataclass(frozen=True)
class Again:
    """A leaf to be answered again, and what was answered on the version before."""

    criterion: Criterion
    before: Score


def to_answer_again(assessment: Assessment) -> list[Again]:
    """Leaves without an answer whose forerunner in an earlier version of this cycle's set has one, in printing order.

    No query for a dossier whose set replaced none, two for others.
    """
    if assessment.criteria_set.replaces_id is None:
        return []
    aside = Score.objects.filter(assessment=assessment).exclude(criterion__criteria_set=F("assessment__criteria_set"))
    before = {score.criterion_id: score for score in aside if score.is_answered}
    rows = Lineage.objects.filter(criteria_set=assessment.criteria_set, previous__in=before, is_confirmed=True)
    answered = Score.objects.filter(assessment=assessment, criterion__criteria_set=assessment.criteria_set)
    kept = rows.exclude(criterion__in=answered.values("criterion")).exclude(criterion=None)
    found = kept.select_related("criterion").order_by("criterion__position")
    return [Again(row.criterion, before[row.previous_id]) for row in found if row.criterion and row.previous_id]
