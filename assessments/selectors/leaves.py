"""The leaves of a sheet as one reader meets them: whose they are, which may be written, which a filter shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Assessment
from assessments.selectors.delegation import owners_of
from assessments.selectors.locks import last_receipt, reopened
from assessments.selectors.sheets import EVERY, NO_PROOF, OPEN, WAYS, Line, Sheet
from units.models import User
from units.naming import folded


def dress(sheet: Sheet, reader: User | None) -> None:
    """Say of every leaf whose it is and whether it may be written in this round.

    No query where the door read that nothing is delegated, else one; three more where the dossier was handed in before.
    """
    is_delegated = getattr(sheet.assessment, "is_delegated", True)
    tree = [line.criterion for line in sheet.lines] if sheet.is_whole else None
    owned = owners_of(sheet.assessment, tree) if is_delegated else {}
    for line in sheet.lines:
        line.owners = owned.get(line.criterion.pk, [])
        line.is_mine = reader is not None and any(each.is_mine(reader) for each in line.owners)
    _reopen(sheet, sheet.assessment)


def _reopen(sheet: Sheet, assessment: Assessment) -> None:
    """As ``locks.is_leaf_open``, for every leaf at once."""
    asked = reopened(assessment)
    last = last_receipt(assessment) if asked else None
    for line in sheet.lines:
        line.asked = asked.get(line.criterion.pk)
        score = line.score
        if last and line.asked is None and score and score.is_answered and score.updated_at <= last.at:
            line.is_open = False


@dataclass(frozen=True)
class Narrowed:
    """What a filter leaves: the leaves and every node above one, by primary key; ``counts`` of leaves by filter."""

    show: str
    text: str
    pks: frozenset[int]
    leaves: int
    counts: dict[str, int]

    @property
    def ways(self) -> list[tuple[str, int]]:
        """The filters that find something, or are chosen, with how many leaves each finds."""
        always = {EVERY, OPEN, NO_PROOF, self.show}
        return [(way, self.counts[way]) for way in WAYS if self.counts[way] or way in always]


def narrowed(sheet: Sheet, show: str = "", text: str = "") -> Narrowed:
    """The leaves under the filter ``show`` with ``text`` in code or name, diacritics or not."""
    show = show if show in WAYS else EVERY
    leaves = [line for line in sheet.lines if line.criterion.is_leaf]
    found = {line.criterion.pk: {EVERY, *line.marks} for line in leaves}
    counts = {way: sum(way in each for each in found.values()) for way in WAYS}
    wanted = folded(text)
    kept = [line for line in leaves if show in found[line.criterion.pk] and (not wanted or wanted in _words(line))]
    return Narrowed(show, text, frozenset(_with_above(sheet, kept)), len(kept), counts)


def _words(line: Line) -> str:
    return folded(f"{line.criterion.code} {line.criterion.name}")


def _with_above(sheet: Sheet, kept: Iterable[Line]) -> set[int]:
    parents = {line.criterion.pk: line.criterion.parent_id for line in sheet.lines}
    pks: set[int] = set()
    for line in kept:
        at: int | None = line.criterion.pk
        while at is not None and at not in pks:
            pks.add(at)
            at = parents[at]
    return pks
