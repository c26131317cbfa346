"""Where in a document a proof stands, in words; and on how many leaves a document is cited."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from assessments.models import Assessment, Citation, Evidence
from assessments.selectors.naming import paper_name
from criteria.models import Criterion


def pages_of(citation: Citation) -> str:
    """The cited pages, “p. 3–5”; empty where none is named."""
    return pages_in_words(citation.page, citation.page_to)


def pages_then(frozen: Mapping[str, Any]) -> str:
    """The cited pages as a receipt says them; the older formats know of one page or of none."""
    return pages_in_words(frozen.get("page"), frozen.get("page_to"))


def pages_in_words(first: int | None, last: int | None) -> str:
    if not first:
        return ""
    if last and last > first:
        return _("pp. %(first)s–%(last)s") % {"first": first, "last": last}
    return _("p. %(first)s") % {"first": first}


def pages_in_figures(citation: Citation) -> int | str:
    """The same for a column of page numbers: 3, or “3–5”; empty where none is named."""
    first, last = citation.page, citation.page_to
    return f"{first}–{last}" if first and last and last > first else first or ""


def on_paper(citation: Citation) -> str:
    """A proof in one line of a paper or a workbook: document, pages, section."""
    return " · ".join(filter(None, (paper_name(citation.evidence), pages_of(citation), citation.place)))


def cited_numbers(citation: Citation) -> range:
    """The cited pages as numbers, as far as the document has them."""
    first = citation.page or 0
    last = min(citation.page_to or first, citation.evidence.pages)
    return range(first, last + 1) if first else range(0)


def cited_as(document: Evidence, pk: int) -> Citation | None:
    """The citation by its key, where it is one of the document."""
    related = ("score__criterion", "score__assessment__cycle", "score__assessment__tier__authority")
    rows = document.citations.select_related(*related, "score__assessment__unit__parent__parent")
    found = rows.filter(pk=pk).first()
    if found:
        found.evidence = document
    return found


# --- how often a document is used -------------------------------------------------------------------------------------


@dataclass
class Use:
    """The leaves of one dossier that rest on a document, in printing order."""

    assessment: Assessment
    leaves: list[Criterion] = field(default_factory=list)


def grouped(citations: Iterable[Citation]) -> list[Use]:
    """The citations of one document by dossier, in the order in which they come."""
    found: dict[int, Use] = {}
    for each in citations:
        use = found.setdefault(each.score.assessment_id, Use(each.score.assessment))
        use.leaves.append(each.score.criterion)
    return list(found.values())


def uses_in_year(documents: Collection[int], year: int) -> dict[int, list[Use]]:
    """Where each of the documents (by key) is cited in the dossiers of the year. One query for any number of them."""
    rows = Citation.objects.filter(
        evidence__in=documents,
        score__assessment__cycle__year=year,
        score__criterion__criteria_set=F("score__assessment__criteria_set"),
    )
    rows = rows.select_related("score__criterion", "score__assessment__cycle", "score__assessment__unit")
    short = rows.defer("score__explanation", "score__criterion__rule", "score__criterion__guidance")
    cited: dict[int, list[Citation]] = {}
    for each in short.order_by("score__assessment", "score__criterion__position", "pk"):
        cited.setdefault(each.evidence_id, []).append(each)
    return {pk: grouped(citations) for pk, citations in cited.items()}
