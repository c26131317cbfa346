"""What the workbooks and papers of the assessments app contain."""

from assessments.documents.papers import (
    attributes_workbook,
    exemptions_workbook,
    receipt,
    workbook,
)

__all__ = [
    "attributes_workbook",
    "exemptions_workbook",
    "receipt",
    "workbook",
]
