"""A document of the unit brought forward for a score."""

from assessments.models import Assessment, Citation, Evidence, Score
from assessments.services import gates
from assessments.services.scores import BadScore
from criteria.models import Criterion
from units import audit
from units.models import User
from units.selectors import database_now


def assert_citable(assessment: Assessment, criterion: Criterion) -> tuple[Assessment, Criterion]:
    """The locked dossier and the leaf that stands in it, which take a document now.

    Raises ``BadScore`` for a leaf that the unit does not score, ``Amended``, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment, _ = gates.opened(assessment)
    criterion = gates.standing(assessment, criterion)
    if criterion.criteria_set_id != assessment.criteria_set_id or not criterion.is_scorable:
        raise BadScore(f"{criterion.code} is not scored by the unit")
    gates.assert_applies(assessment, criterion)
    gates.assert_leaf_open(assessment, criterion)
    return assessment, criterion


def cite(
    *, assessment: Assessment, criterion: Criterion, evidence: Evidence, place: str = "", asked: str = "", by: User
) -> Citation:
    """Cite the document for the score of a leaf that ``assert_citable`` let pass, in the same transaction.

    Citing it twice changes nothing.
    """
    score, _ = Score.objects.get_or_create(
        assessment=assessment, criterion=criterion, defaults={"version": 0, "updated_at": database_now()}
    )
    said = {"place": place, "asked": asked}
    citation, created = Citation.objects.get_or_create(score=score, evidence=evidence, defaults=said)
    if created:
        audit.record(
            by,
            "evidence.attached",
            citation,
            unit=assessment.unit,
            criterion=criterion.code,
            name=evidence.name,
            sha256=evidence.sha256,
            size=evidence.size,
            place=place,
        )
    return citation
