"""The only door from a view to a dossier: strangers get 404, insiders without the right 403."""

from assessments.policies.dossiers import (
    UNIT,
    Rights,
    assessment_to_return,
    assessment_to_score,
    assessment_to_submit,
    assessment_to_view,
    exemption_to_decide,
    leaf_to_prove,
    leaf_to_score,
    node_to_ask_for,
    receipt_to_view,
    rights_of,
    sheet_door,
)
from assessments.policies.evidence import (
    citation_to_change,
    evidence_to_view,
)
from assessments.policies.work import (
    assessments_visible_to,
    due_for,
    own_assessments,
    places_for,
    tasks_for,
)

__all__ = [
    "UNIT",
    "Rights",
    "assessment_to_return",
    "assessment_to_score",
    "assessment_to_submit",
    "assessment_to_view",
    "assessments_visible_to",
    "citation_to_change",
    "due_for",
    "evidence_to_view",
    "exemption_to_decide",
    "leaf_to_prove",
    "leaf_to_score",
    "node_to_ask_for",
    "own_assessments",
    "places_for",
    "receipt_to_view",
    "rights_of",
    "sheet_door",
    "tasks_for",
]
