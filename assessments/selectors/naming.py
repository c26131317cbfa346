"""What papers and workbooks call a document. They go on to people who need not know a confidential one by its name."""

from django.utils.translation import gettext as _

from assessments.models import Evidence, Receipt


def paper_name(evidence: Evidence) -> str:
    """The document's name; of a confidential one only that it is, and by which digest it is found again."""
    return closed_name(evidence.sha256) if evidence.is_confidential else evidence.name


def closed_name(sha256: str) -> str:
    return _("Confidential document %(digest)s") % {"digest": sha256[:8]}


def closed_of(receipt: Receipt) -> set[str]:
    """The digests of the unit's documents that are confidential now, also where the receipt still has their names."""
    rows = Evidence.objects.filter(unit=receipt.assessment.unit_id, is_confidential=True)
    return set(rows.values_list("sha256", flat=True))
