"""What an appraiser reads beside one pair: the self-score, its documents, earlier rulings, last year."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from assessments.models import Assessment, Citation, Evidence, RequestDocument, Score
from councils.models import Appraisal, Council
from councils.selectors.pairs import Pair
from councils.selectors.seats import Key
from criteria.models import Criterion, Phase, PhaseKind
from criteria.selectors.lineage import leaf_before


def rulings_on(assessment: Assessment, criterion: Criterion) -> list[Appraisal]:
    """Every decision ever taken on the pair, newest first."""
    rows = Appraisal.objects.filter(assessment=assessment, criterion=criterion).select_related("seat", "by")
    return list(rows.order_by("-pk"))


def score_of(assessment: Assessment, criterion: Criterion) -> Score | None:
    scores = Score.objects.filter(assessment=assessment, criterion=criterion)
    return scores.prefetch_related("citations__evidence").first()


def cited(assessment: Assessment, criterion: Criterion) -> QuerySet[Evidence]:
    """The documents brought forward for the pair: on the sheet, and to answer a request."""
    on_sheet = Citation.objects.filter(score__assessment=assessment, score__criterion=criterion)
    answers = RequestDocument.objects.filter(request__assessment=assessment, request__criterion=criterion)
    return Evidence.objects.filter(Q(pk__in=on_sheet.values("evidence")) | Q(pk__in=answers.values("evidence")))


@dataclass(frozen=True)
class LastYear:
    """The same criterion of the same unit in the cycle before."""

    criterion: Criterion
    score: Score | None
    appraisal: Appraisal | None


def last_year(assessment: Assessment, criterion: Criterion) -> LastYear | None:
    """None where the criterion is new or the unit had no dossier then."""
    before = leaf_before(criterion)
    if before is None:
        return None
    units = [assessment.unit_id, *assessment.unit.predecessors.values_list("pk", flat=True)]
    score = Score.objects.filter(assessment__unit__in=units, criterion=before).first()
    rulings = Appraisal.objects.filter(assessment__unit__in=units, criterion=before, is_current=True)
    appraisal = rulings.select_related("seat", "by").first()
    return LastYear(before, score, appraisal) if score or appraisal else None


def reasons_of(pairs: Iterable[Pair]) -> dict[Key, str]:
    """The reasons of the standing rulings, for an export."""
    pks = [pair.ruling.pk for pair in pairs if pair.ruling]
    rows = Appraisal.objects.filter(pk__in=pks).exclude(reason="").order_by()
    return {(row[0], row[1]): row[2] for row in rows.values_list("assessment_id", "criterion_id", "reason")}


def appraisal_phases(council: Council, kinds: Iterable[str]) -> list[Phase]:
    """When each kind of unit is appraised, soonest closing first."""
    phases = Phase.objects.filter(cycle=council.tier.cycle_id, kind=PhaseKind.APPRAISAL, unit_kind__in=kinds)
    return list(phases.order_by("closes_at", "unit_kind"))
