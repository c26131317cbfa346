"""The documents beside a pair: which one is shown and where it opens, who may read it, where else it is used."""

from django.http import HttpRequest

from assessments.models import Citation, Score
from assessments.selectors.places import cited_numbers, uses_in_year
from assessments.selectors.requests import on_leaf as requests_on
from councils import policies
from units.models import User


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def documents_on(request: HttpRequest, desk: policies.Desk, score: Score | None) -> dict[str, object]:
    """The documents of the score and the one that is shown, with its page numbers; what is asked, and its documents.

    ``readable``: those that the person may read; of the others only that they are there.
    """
    citations = list(score.citations.all()) if score else []
    asked = requests_on(desk.assessment, desk.criterion)
    shown = _shown(request, citations)
    brought = [file.evidence for each in asked for file in each.documents.all()]
    return {
        "asked": asked,
        "readable": policies.readable_on(person(request), desk, [*(each.evidence for each in citations), *brought]),
        "citations": citations,
        "shown": shown,
        "numbers": range(1, shown.evidence.pages + 1) if shown else (),
        "cited_pages": cited_numbers(shown) if shown else (),
        **_uses(desk, citations),
    }


def _uses(desk: policies.Desk, citations: list[Citation]) -> dict[str, object]:
    """On which leaves of the year's dossiers each document is used; ``linked``: those that the seat may open."""
    uses = uses_in_year([each.evidence_id for each in citations], desk.assessment.cycle.year)
    here = [use for found in uses.values() for use in found if use.assessment.pk == desk.assessment.pk]
    leaves = {leaf.pk for use in here for leaf in use.leaves} - {desk.criterion.pk}
    return {"uses": uses, "linked": {pk for pk in leaves if desk.reads(pk)}}


def _shown(request: HttpRequest, citations: list[Citation]) -> Citation | None:
    """The document to show: the one asked for, else the first that has pages, else the first."""
    asked = request.GET.get("document", "")
    chosen = [each for each in citations if str(each.evidence_id) == asked]
    paged = [each for each in citations if each.evidence.pages]
    return next(iter([*chosen, *paged, *citations]), None)
