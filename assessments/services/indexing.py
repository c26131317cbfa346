"""What a search looks through, and what a list of documents is sorted by."""

from assessments.models import Evidence
from units.naming import folded


def indexed(evidence: Evidence) -> str:
    """All that a search looks through, folded. The text of a confidential document is not among it."""
    text = "" if evidence.is_confidential else evidence.text
    said = (evidence.name, evidence.number, evidence.issuer, evidence.abstract, evidence.url, text)
    return folded(" | ".join(filter(None, said)))
