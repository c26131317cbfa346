"""The documents of a unit as a library: found, filtered and sorted; what each proves, and what speaks against it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Citation, Evidence
from assessments.selectors.copies import copied
from assessments.selectors.snippets import Snippet, snippet
from criteria.models import Cycle
from criteria.tree import evidence as asked_for
from units.models import Unit
from units.naming import folded

Span = tuple[date, date]
LONG = ("text", "folded")
SORTS: dict[str, tuple[str, ...]] = {
    "": ("-uploaded_at", "-pk"),
    "name": ("folded", "pk"),
    "number": ("number", "pk"),
    "date": ("issued_on", "pk"),
    "pages": ("pages", "pk"),
    "received": ("uploaded_at", "pk"),
}


def span_of(citation: Citation, cycle: Cycle) -> Span:
    """The days that the proof has to be about: those of the asked line that it answers, else the cycle's."""
    items = asked_for.parse(citation.asked)
    return (asked_for.span(items[0]) if items else None) or (cycle.period_start, cycle.period_end)


def outside_period(citation: Citation, cycle: Cycle) -> str:
    """Why the document lies outside the measured period, in words; empty when it does not, or does not say.

    A reason that the unit gives (``citation.period_reason``) does not make it lie inside: whoever shows it, shows both.
    """
    return outside(citation.evidence, *span_of(citation, cycle))


def outside(document: Evidence, start: date, end: date) -> str:
    """Why the document says nothing of the days from ``start`` to ``end`` (both included); empty when it may."""
    words = {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
    first, last = document.period_start or document.period_end, document.period_end or document.period_start
    if first and last:
        if first <= end and last >= start:
            return ""
        words |= {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        return _("Its figures are of %(first)s – %(last)s; measured is %(start)s – %(end)s.") % words
    since = document.effective_from or document.issued_on
    if since and since > end:
        words["day"] = f"{since:%d/%m/%Y}"
        return _("It is of %(day)s, after the measured period %(start)s – %(end)s.") % words
    if since and since < start and not document.effective_from:
        words["day"] = f"{since:%d/%m/%Y}"
        return _("It is of %(day)s, before the measured period %(start)s – %(end)s.") % words
    return ""


# --- a unit's documents -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the reader asks for. ``only``: one of the keys of ``ONLY``; ``sort``: of ``SORTS``, with “-” in front."""

    q: str = ""
    only: str = ""
    sort: str = ""


@dataclass
class Row:
    """A document with what it proves. ``readable``: its content may be shown to the reader."""

    evidence: Evidence
    citations: list[Citation]
    readable: bool
    copies: int = 0
    snippet: Snippet | None = None
    outside: list[tuple[Citation, str]] = field(default_factory=list)

    @property
    def has_no_reason(self) -> bool:
        """Whether a place outside the measured period lacks the reason of the exception."""
        return any(not citation.period_reason for citation, _why in self.outside)


CITED = (
    Citation.objects.select_related("score__criterion", "score__assessment__cycle")
    .defer("score__explanation", "score__criterion__rule", "score__criterion__examples", "score__criterion__guidance")
    .order_by("-score__assessment__cycle__year", "score__criterion__position", "pk")
)


def documents(unit: Unit, filters: Filters, visible: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """The unit's documents that the filters leave, sorted. ``visible``: the documents that the reader may know of."""
    rows = _found(Evidence.objects.filter(unit=unit), unit, filters.q)
    rows = _only(rows, unit, filters.only, visible)
    backwards = filters.sort.startswith("-")
    order = SORTS.get(filters.sort.removeprefix("-"), SORTS[""])
    if backwards and order != SORTS[""]:
        order = tuple(f"-{name}" for name in order)
    return rows.order_by(*order)


def words_of(q: str) -> list[str]:
    """The words of a search without diacritics; one in double quotes counts as a whole."""
    parts = q.split('"')
    quoted = [folded(part) for part in parts[1::2]]
    return [word for word in [*quoted, *folded(" ".join(parts[::2])).split()] if word]


def _found(rows: QuerySet[Evidence], unit: Unit, q: str) -> QuerySet[Evidence]:
    """Every word stands in title, number or text; of a confidential document only titles and numbers are looked at."""
    words = words_of(q)
    if not words:
        return rows
    found = Q(is_confidential=False)
    for word in words:
        found &= Q(folded__contains=word)
    closed = rows.filter(is_confidential=True).only("name", "number", "issuer")
    named = [row.pk for row in closed if all(word in folded(f"{row.name} {row.number} {row.issuer}") for word in words)]
    return rows.filter(found | Q(pk__in=named))


def _only(rows: QuerySet[Evidence], unit: Unit, only: str, visible: QuerySet[Evidence]) -> QuerySet[Evidence]:
    plain: dict[str, Q] = {
        "unconfirmed": Q(confirmed_at=None),
        "uncited": Q(citations=None),
        "waiting": Q(state="waiting"),
        "refused": Q(state="refused") | Q(citations__verdict="refused"),
        "confidential": Q(is_confidential=True),
    }
    if only in plain:
        return rows.filter(plain[only]).distinct()
    if only == "outside":
        return rows.filter(pk__in=outside_of(unit))
    if only == "duplicates":
        return rows.filter(pk__in=copied(rows, visible))
    return rows


def outside_of(unit: Unit) -> set[int]:
    """The unit's documents that are cited for a period which they say nothing of."""
    citations = Citation.objects.filter(evidence__unit=unit).select_related("evidence", "score__assessment__cycle")
    kept = citations.defer(*(f"evidence__{name}" for name in LONG), "score__explanation")
    return {each.evidence_id for each in kept if outside_period(each, each.score.assessment.cycle)}


def filled(page: Iterable[Evidence], readable: Collection[int], visible: QuerySet[Evidence], q: str = "") -> list[Row]:
    """The documents with what stands around them; the same number of queries for any number of documents."""
    found = list(page)
    copies = copied(found, visible)
    texts = _texts(found, readable, q)
    words = words_of(q)
    rows = []
    for each in found:
        cited = list(each.citations.all())
        row = Row(each, cited, each.pk in readable, copies.get(each.pk, 0))
        row.outside = [(one, why) for one in cited if (why := _outside(each, one))]
        if each.pk in texts:
            row.snippet = snippet(texts[each.pk], words)
        rows.append(row)
    return rows


def _outside(document: Evidence, citation: Citation) -> str:
    return outside(document, *span_of(citation, citation.score.assessment.cycle))


def _texts(found: Iterable[Evidence], readable: Collection[int], q: str) -> dict[int, str]:
    """The texts to show a piece of: never of a confidential document, whoever asks."""
    if not words_of(q):
        return {}
    open_ones = [each.pk for each in found if each.pk in readable and not each.is_confidential]
    return dict(Evidence.objects.filter(pk__in=open_ones).values_list("pk", "text"))


def with_citations(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """The documents with where they are cited, and without their texts."""
    return (
        rows.defer(*LONG).select_related("uploaded_by", "confirmed_by").prefetch_related(Prefetch("citations", CITED))
    )
