"""The leaves of a dossier that a document can be cited on."""

from assessments.models import Assessment, Citation, Evidence
from criteria.models import Criterion
from criteria.selectors import criteria_of
from criteria.selectors.exemptions import exempt_from


def leaves_of(assessment: Assessment) -> list[Criterion]:
    """The leaves that the unit scores and that apply to it, in printing order."""
    nodes = criteria_of(assessment.criteria_set)
    exempt = exempt_from(assessment.unit_id, nodes, assessment.cycle.period_end)
    return [each for each in nodes if each.is_scorable and each.pk not in exempt]


def cited_in(assessment: Assessment, evidence: Evidence) -> set[int]:
    """The leaves of the dossier that cite the document already."""
    rows = Citation.objects.filter(score__assessment=assessment, evidence=evidence)
    return set(rows.values_list("score__criterion", flat=True))
