"""Both rounds of a dossier side by side: what each receipt froze, leaf by leaf, and what is different in the later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment, Receipt, Reopening
from assessments.selectors.frozen import Frozen, frozen

TELLING = ("points", "not_applicable", "explanation", "figures", "reason", "parts")


@dataclass(frozen=True)
class Cell:
    """A leaf in one round; ``leaf`` None where the round does not have it. ``differs``: from the round before."""

    leaf: dict[str, Any] | None
    differs: bool
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A leaf over all rounds, with what was asked when it was returned."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    questions: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        return any(cell.differs for cell in self.cells)


@dataclass(frozen=True)
class Rounds:
    """The receipts, oldest first, and the leaves in the order of the newest."""

    receipts: Sequence[Receipt]
    rows: Sequence[Row]


def rounds(assessment: Assessment, only_changed: bool = False) -> Rounds:
    """All rounds of the dossier; two queries. ``only_changed``: leaves that differ, or on which something was asked."""
    receipts = list(assessment.receipts.select_related("by").order_by("number"))
    asked: dict[str, list[str]] = {}
    for each in Reopening.objects.filter(assessment=assessment).select_related("criterion"):
        asked.setdefault(each.criterion.code, []).append(each.question)
    rows = _rows([frozen(each) for each in receipts], asked)
    return Rounds(receipts, [row for row in rows if row.is_changed or row.questions or not only_changed])


def on_leaf(assessment: Assessment, code: str) -> Row | None:
    """One leaf over all rounds; None where it was handed in once at most."""
    found = rounds(assessment)
    return next((row for row in found.rows if row.code == code), None) if len(found.receipts) > 1 else None


def _rows(said: Sequence[Frozen], asked: dict[str, list[str]]) -> Iterable[Row]:
    by_code = [{leaf["code"]: leaf for leaf in each.leaves} for each in said]
    names = {leaf["code"]: leaf["name"] for each in reversed(by_code) for leaf in each.values()}
    for code, name in names.items():
        leaves = [each.get(code) for each in by_code]
        cells = [_cell(leaf, leaves[at - 1] if at else leaf) for at, leaf in enumerate(leaves)]
        yield Row(code, name, tuple(cells), tuple(asked.get(code, ())))


def _cell(leaf: dict[str, Any] | None, before: dict[str, Any] | None) -> Cell:
    now, then = _documents(leaf), _documents(before)
    added = tuple(name for key, name in now.items() if key not in then)
    removed = tuple(name for key, name in then.items() if key not in now)
    said = [leaf.get(key) if leaf else None for key in TELLING]
    differs = said != [before.get(key) if before else None for key in TELLING]
    return Cell(leaf, differs or bool(added or removed), added, removed)


def _documents(leaf: dict[str, Any] | None) -> dict[str, str]:
    return {file["sha256"]: file["name"] for file in leaf["evidence"]} if leaf else {}
