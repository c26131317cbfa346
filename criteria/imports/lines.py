"""The rows below the head: what each cell of a row says, and what cannot be read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.imports import values
from criteria.imports.heads import Column, Head
from criteria.imports.verdicts import Verdict
from criteria.tree.nodes import plain
from units.grids import Cell, Merge, Sheet

C = Column
OWN = frozenset({C.CODE, C.NAME, C.MAXIMUM, C.EVIDENCE, C.NOTE, C.RULE})
"""Columns that a row without a code may fill; the others belong to the criterion's own row."""


@dataclass
class Line:
    """A row of the table by what its columns hold; ``verdict`` collects what is told about it."""

    number: int
    cells: Mapping[Column, Cell]
    verdict: Verdict
    across: Merge | None = None
    texts: dict[Column, str] = field(default_factory=dict)

    def text(self, key: Column) -> str:
        """The words of a cell, read once; "" and a problem at the cell where there are none to read."""
        if key not in self.texts:
            self.texts[key] = self._read(key)
        return self.texts[key]

    def _read(self, key: Column) -> str:
        cell = self.cells.get(key)
        if cell is None:
            return ""
        try:
            return values.code(cell) if key in {C.CODE, C.PARENT} else values.text(cell)
        except ValueError as reason:
            self.refuse(key, str(reason))
            return ""

    def lines(self, key: Column) -> list[str]:
        """The filled lines of a cell."""
        return [line for line in self.text(key).split("\n") if line]

    def number_in(self, key: Column) -> Decimal | None:
        """The points in a cell; None where it is empty, or refused."""
        cell = self.cells.get(key)
        if cell is None:
            return None
        try:
            value, remark = values.number(cell)
        except ValueError as reason:
            self.refuse(key, str(reason))
            return None
        if cell.formula:
            self.verdict.remarks.append(_("%(cell)s is a formula; its last value was taken.") % {"cell": cell.address})
        if remark:
            self.verdict.remarks.append(f"{cell.address}: {remark}")
        return value

    def address(self, key: Column) -> str:
        """Where the column stands in this row; the row's first cell where the sheet has no such column."""
        cell = self.cells.get(key)
        return cell.address if cell else f"A{self.number}"

    def refuse(self, key: Column, text: str) -> None:
        self.verdict.refuse(self.address(key), text)

    def fills(self, key: Column) -> bool:
        cell = self.cells.get(key)
        return cell is not None and not cell.is_empty

    @property
    def is_blank(self) -> bool:
        return not any(self.fills(key) for key in self.cells)

    @property
    def is_bold(self) -> bool:
        cell = self.cells[C.NAME]
        return cell.is_bold

    @property
    def elsewhere(self) -> list[Column]:
        """Columns filled here that only the criterion's own row may fill."""
        return [key for key in self.cells if key not in OWN and self.fills(key)]


def below(sheet: Sheet, head: Head) -> list[Line]:
    """Every row under the head, to the last one with a value."""
    across = {merge.rows[0]: merge for merge in sheet.merges if _crosses(merge, head)}
    return [_line(sheet, head, number, across.get(number)) for number in range(head.last + 1, sheet.height + 1)]


def _crosses(merge: Merge, head: Head) -> bool:
    """Whether a merged range lies over more than one column that is read."""
    inside = [named for named in head.columns.values() if merge.columns[0] <= named.column <= merge.columns[1]]
    return len(inside) > 1


def _line(sheet: Sheet, head: Head, number: int, across: Merge | None) -> Line:
    cells = {key: sheet.cell(number, named.column) for key, named in head.columns.items()}
    verdict = Verdict(sheet.title, number, is_hidden=number in sheet.hidden_rows)
    if verdict.is_hidden:
        verdict.remarks.append(_("This row is hidden; it was read like the others."))
    return Line(number, cells, verdict, across)


def points(value: Decimal) -> str:
    """As a rule's text writes it."""
    return plain(value).replace(".", ",")
