"""What the appraisers ask of units and what was answered, as a workbook."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from assessments.models import EvidenceRequest
from assessments.selectors.naming import paper_name
from units.listing import Listed, Value, workbook


def requests_workbook(rows: Iterable[EvidenceRequest]) -> bytes:
    """One request a row. Of a confidential document that answers one, that it is there."""
    heads = (
        (_("Unit"), 34),
        (_("Cycle"), 30),
        (_("Code"), 9),
        (_("Criterion"), 50),
        (_("Points at stake"), 10),
        (_("What is asked"), 50),
        (_("Asked by"), 24),
        (_("Asked at"), 17),
        (_("Answer until"), 17),
        (_("Without an answer"), 30),
        (_("State"), 18),
        (_("Answer"), 50),
        (_("Documents"), 40),
        (_("Answered by"), 24),
        (_("Answered at"), 17),
        (_("Note"), 40),
        (_("Closed by"), 24),
        (_("Closed at"), 17),
    )
    return workbook(Listed(_("Questions of the appraisers"), heads, (_row(each) for each in rows)))


def _row(each: EvidenceRequest) -> Sequence[Value]:
    leaf, dossier = each.criterion, each.assessment
    asked = (each.text, str(each.asked_by), each.asked_at, each.due_at, each.otherwise, str(each.get_state_display()))
    documents = "\n".join(paper_name(file.evidence) for file in each.documents.all())
    return [
        dossier.unit.name,
        dossier.cycle.name,
        leaf.code,
        leaf.name,
        leaf.max_points,
        *asked,
        each.answer,
        documents,
        str(each.answered_by or ""),
        each.answered_at,
        each.verdict_note,
        str(each.closed_by or ""),
        each.closed_at,
    ]
