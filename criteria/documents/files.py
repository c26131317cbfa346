"""A criteria set as a file in one of four formats, by the suffix of its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from criteria.documents.annex_docx import annex_docx
from criteria.documents.annex_pdf import annex_pdf
from criteria.documents.annex_xlsx import annex
from criteria.documents.printed import marked_heading
from criteria.documents.table import table
from criteria.models import CriteriaSet
from criteria.naming import KINDS
from criteria.selectors import outline


@dataclass(frozen=True)
class Format:
    """A content type and what makes a file of it. The same set gives the same bytes."""

    content_type: str
    make: Callable[[CriteriaSet], bytes]


def _xlsx(criteria_set: CriteriaSet) -> bytes:
    return annex(outline(criteria_set), heading=marked_heading(criteria_set))


def _csv(criteria_set: CriteriaSet) -> bytes:
    return table(outline(criteria_set)).encode()


OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS: Mapping[str, Format] = {
    "xlsx": Format(f"{OFFICE}spreadsheetml.sheet", _xlsx),
    "docx": Format(f"{OFFICE}wordprocessingml.document", annex_docx),
    "pdf": Format("application/pdf", annex_pdf),
    "csv": Format("text/csv; charset=utf-8", _csv),
}


def file_name(criteria_set: CriteriaSet, suffix: str) -> str:
    """What the file is called when it is handed to a person: unaccented, with cycle, kind and version."""
    return f"bo-tieu-chi-{criteria_set.cycle.code}-{KINDS[criteria_set.kind]}-v{criteria_set.version}.{suffix}"
