"""What became of a file: every row with its verdict, what is wrong at which cell, and the set if nothing is."""

from dataclasses import dataclass, field
from enum import StrEnum

from criteria.tree.nodes import Node, Outline


class RowKind(StrEnum):
    """What a row of the annex is."""

    TITLE = "title"
    HEADING = "heading"
    BLANK = "blank"
    AREA = "area"
    CRITERION = "criterion"
    LEAF = "leaf"
    STEP = "step"
    EVIDENCE = "evidence"
    NOTE = "note"
    TOTAL = "total"
    FACT = "fact"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: at which cell, and what to do. ``cell`` is empty where no cell is to blame."""

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.text}" if self.cell else self.text


@dataclass
class Verdict:
    """One row: what it was read as. ``remarks`` say what a person might not expect; ``problems`` refuse it.

    ``node``: what the row of a criterion became.
    """

    sheet: str
    row: int
    kind: RowKind = RowKind.UNKNOWN
    text: str = ""
    is_hidden: bool = False
    node: Node | None = None
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return not self.problems

    def refuse(self, cell: str, text: str) -> None:
        self.problems.append(Problem(self.sheet, cell, text))


@dataclass(frozen=True)
class Unread:
    """A leaf whose points a person will give within bounds, because its words are no rule (or it has none)."""

    code: str
    name: str
    cell: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """The whole file. ``outline`` is None when anything is refused: a set is imported whole or not at all."""

    sheet: str
    outline: Outline | None
    verdicts: tuple[Verdict, ...]
    unread_rules: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()
    of_the_whole: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in the order of the sheet."""
        return (*(each for verdict in self.verdicts for each in verdict.problems), *self.of_the_whole)

    @property
    def accepted(self) -> int:
        return sum(verdict.is_accepted for verdict in self.verdicts)

    @property
    def refused(self) -> int:
        return len(self.verdicts) - self.accepted


class SeveralSheets(Exception):
    """More than one sheet has the table; a person says which. ``titles`` are their names."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(", ".join(titles))
        self.titles = titles
