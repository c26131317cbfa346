"""What people type on the pages of dossiers, turned into values."""

from assessments.forms.scores import (
    AskForm,
    AttributeForm,
    DecideForm,
    EndAttributeForm,
    ExemptionForm,
    PlaceForm,
    ReturnForm,
    ScoreForm,
    WithdrawForm,
    parse_points,
)

__all__ = [
    "AskForm",
    "AttributeForm",
    "DecideForm",
    "EndAttributeForm",
    "ExemptionForm",
    "PlaceForm",
    "ReturnForm",
    "ScoreForm",
    "WithdrawForm",
    "parse_points",
]
