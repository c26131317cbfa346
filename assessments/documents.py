"""What the papers of a dossier contain."""

import json
from decimal import Decimal

from django.template.loader import render_to_string

from assessments.models import Receipt


def receipt(row: Receipt) -> str:
    """The receipt as HTML, made from the frozen content alone: what was changed later never shows."""
    content = json.loads(row.content)
    leaves = [
        {
            **leaf,
            "maximum": Decimal(leaf["maximum"]),
            "points": None if leaf["points"] is None else Decimal(leaf["points"]),
        }
        for leaf in content["leaves"]
    ]
    documents = {each["sha256"]: each for leaf in leaves for each in leaf["evidence"]}
    context = {
        "receipt": row,
        "assessment": row.assessment,
        "content": content,
        "leaves": leaves,
        "documents": list(documents.values()),
    }
    return render_to_string("assessments/documents/receipt.html", context)
