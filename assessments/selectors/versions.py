"""The versions of a document, what differs between two, and pages that a new one lacks."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from assessments.models import Citation, Evidence
from assessments.states import EDITABLE
from criteria.tree.redline import KEPT, Piece, pieces
from units.naming import normalised

MOST_VERSIONS = 50
LONGEST = 60_000
AROUND = 3


def versions_of(document: Evidence) -> list[Evidence]:
    """The document with the versions before and after it, oldest first."""
    chain = [document]
    while (before := chain[0].replaces_id) and len(chain) < MOST_VERSIONS:
        chain.insert(0, Evidence.objects.defer("text", "folded").select_related("uploaded_by").get(pk=before))
    while len(chain) < MOST_VERSIONS:
        rows = Evidence.objects.defer("text", "folded").select_related("uploaded_by")
        after = rows.filter(replaces=chain[-1]).order_by("pk").last()
        if after is None:
            break
        chain.append(after)
    return chain


def newest(document: Evidence) -> Evidence:
    return versions_of(document)[-1]


def missing_page(citation: Citation, pages: int | None = None) -> int | None:
    """The page that the proof names and a file of ``pages`` (its own, unless said) has not: the first, else the last.

    None where it has them all, and where nobody knows how many there are.
    """
    there = citation.evidence.pages if pages is None else pages
    cited = (page for page in (citation.page, citation.page_to) if page)
    return next((page for page in cited if page > there), None) if there else None


@dataclass(frozen=True)
class Move:
    """A citation of the version before. ``is_open``: it may move; else it stays bound to what was handed in.

    ``lacks``: the cited page that the new file has not.
    """

    citation: Citation
    is_open: bool
    lacks: int | None


def moves(old: Evidence, new: Evidence) -> list[Move]:
    """Where the version before is cited, and whether the new one has the cited page."""
    rows = Citation.objects.filter(evidence=old).select_related("score__criterion", "score__assessment__cycle")
    ordered = rows.order_by("score__assessment", "score__criterion__position")
    return [Move(each, each.score.assessment.state in EDITABLE, missing_page(each, new.pages)) for each in ordered]


@dataclass(frozen=True)
class Compared:
    """Two texts: what stayed, went and came. ``is_cut``: only their beginnings were compared."""

    pieces: list[Piece]
    is_cut: bool

    @property
    def is_same(self) -> bool:
        return all(piece.op == KEPT for piece in self.pieces)


def compared(old: Evidence, new: Evidence) -> Compared:
    """Line by line, and word by word where lines differ; long stretches that stayed are left out."""
    is_cut = max(len(old.text), len(new.text)) > LONGEST
    one, other = _lines(old.text), _lines(new.text)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    found: list[Piece] = []
    for op, start, end, new_start, new_end in matcher.get_opcodes():
        if op == "equal":
            found += _kept(other[new_start:new_end])
        else:
            found += pieces("\n".join(one[start:end]), "\n".join(other[new_start:new_end]))
    return Compared(found, is_cut)


def _lines(text: str) -> list[str]:
    return [line for line in map(normalised, text[:LONGEST].splitlines()) if line]


def _kept(lines: list[str]) -> list[Piece]:
    if len(lines) > 2 * AROUND:
        lines = [*lines[:AROUND], "…", *lines[-AROUND:]]
    return [Piece(KEPT, "\n".join(lines))]
