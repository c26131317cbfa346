"""What papers and workbooks call a document. They go on to people who need not know a confidential one by its name."""

import json
from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import Evidence, Receipt


def paper_name(evidence: Evidence) -> str:
    """The document's name; of a confidential one only that it is, and by which digest it is found again."""
    return closed_name(evidence.sha256) if evidence.is_confidential else evidence.name


def name_for(evidence: Evidence, readable: Collection[int]) -> str:
    """The document's name for a reader who may read the documents ``readable`` (by key); of others as on a paper."""
    return evidence.name if evidence.pk in readable else paper_name(evidence)


def closed_name(sha256: str) -> str:
    return _("Confidential document %(digest)s") % {"digest": sha256[:8]}


def closed_of(receipt: Receipt) -> set[str]:
    """The digests of the unit's documents that are confidential now, also where the receipt still has their names."""
    return closed_in(receipt.assessment.unit_id)


def closed_in(unit: int) -> set[str]:
    """The digests of the unit's documents that are confidential now. One query."""
    return set(Evidence.objects.filter(unit=unit, is_confidential=True).values_list("sha256", flat=True))


def names_closed(receipt: Receipt, closed: Collection[str]) -> bool:
    """Whether the frozen text says by name or number which document one of ``closed`` is: it was open at that time.

    A text that was frozen later has no more than ``closed_name`` of it.
    """
    if not closed:
        return False
    with override("vi"):
        return any(
            each["sha256"] in closed and (each["name"] != closed_name(each["sha256"]) or "number" in each)
            for leaf in json.loads(receipt.content).get("leaves", ())
            for each in leaf["evidence"]
        )
