"""The one table of a workbook: found by the words of its head, in any order of columns, with its rows below."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from django.utils.translation import gettext as _

from surveys.imports import grid
from surveys.imports.grid import Cell, Grid
from units.archive import Unreadable
from units.naming import folded

HEAD_WITHIN = 30
LISTED = 12
NUMBERING = re.compile(r"\(?([A-H]|[1-9]\d?)\)?")


@dataclass(frozen=True)
class Column:
    """A column known by the words of its head: it has all of ``words`` and none of ``without`` (both folded)."""

    key: str
    label: str
    words: frozenset[str]
    without: frozenset[str] = frozenset()
    is_needed: bool = True

    def matches(self, head: str) -> bool:
        found = set(re.findall(r"\w+", folded(head)))
        return self.words <= found and not self.without & found


@dataclass
class Table:
    """The rows below the head, each a cell per column key. ``blank``: addresses of rows with nothing filled in.

    ``remarks`` name whatever else of the workbook was left aside.
    """

    sheet: str
    head_row: int
    rows: list[dict[str, Cell]] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """The row that names the columns; ``places`` are the numbers of the columns that carry a key's words."""

    row: int
    places: dict[str, list[int]]


def read(data: bytes, columns: Iterable[Column], filled: frozenset[str]) -> Table:
    """The table whose head has every needed column.

    ``filled`` are the columns that a person fills in: a row with text elsewhere and none there counts as blank.
    Raises ``Unreadable`` when no visible sheet, or more than one, has such a table, or a column is there twice.
    """
    known = tuple(columns)
    sheets = grid.read(data)
    found = [(sheet, _head(sheet, known)) for sheet in sheets]
    complete = [(sheet, head) for sheet, head in found if sheet.is_visible and not _missing(head, known)]
    if not complete:
        best = min((_missing(head, known) for _sheet, head in found), key=len, default=[])
        labels = ", ".join(best or [column.label for column in known if column.is_needed])
        raise Unreadable(_("No visible sheet has a head row with these columns: %(columns)s.") % {"columns": labels})
    if len(complete) > 1:
        names = ", ".join(sheet.title for sheet, _head_of in complete)
        raise Unreadable(_("Several sheets have such a table: %(sheets)s. Keep one.") % {"sheets": names})
    table = _table(*complete[0], known, filled)
    others = [sheet.title for sheet in sheets if sheet.cells and sheet.title != table.sheet]
    if others:
        table.remarks.append(_("Sheets that were not read: %(sheets)s.") % {"sheets": ", ".join(others)})
    return table


def _missing(head: Head, columns: tuple[Column, ...]) -> list[str]:
    return [column.label for column in columns if column.is_needed and column.key not in head.places]


def _head(sheet: Grid, columns: tuple[Column, ...]) -> Head:
    """The last of the first consecutive rows that name every needed column; else the row that names most."""
    best = Head(0, {})
    for row in range(1, min(sheet.height, HEAD_WITHIN) + 1):
        head = Head(row, _places(sheet, row, columns))
        is_complete = not _missing(head, columns)
        if not _missing(best, columns) and not is_complete:
            break
        if is_complete or len(head.places) > len(best.places):
            best = head
    return best


def _places(sheet: Grid, row: int, columns: tuple[Column, ...]) -> dict[str, list[int]]:
    cells = sheet.row(row)
    places = {column.key: [place for place, cell in cells.items() if column.matches(cell.text)] for column in columns}
    return {key: found for key, found in places.items() if found}


def _table(sheet: Grid, head: Head, columns: tuple[Column, ...], filled: frozenset[str]) -> Table:
    table = Table(sheet.title, head.row)
    numbers = {column.key: _only(sheet, head, column) for column in columns if column.key in head.places}
    first = head.row + 1
    if _is_numbering([cell.text for cell in sheet.row(first).values()]):
        table.remarks.append(_("Row %(row)s was read as the numbering of the columns.") % {"row": first})
        first += 1
    for row in range(first, sheet.height + 1):
        cells = {key: sheet.cell(row, number) for key, number in numbers.items()}
        if any(cells[key].text for key in filled if key in cells):
            table.rows.append(cells)
        elif any(cell.text for cell in cells.values()):
            table.blank.append(cells[min(filled & cells.keys())].address)
    hidden = [str(row) for row in sheet.hidden_rows if row >= first]
    if hidden:
        listed = ", ".join(hidden[:LISTED]) + (" …" if len(hidden) > LISTED else "")
        table.remarks.append(_("Hidden rows were read like all others: %(rows)s.") % {"rows": listed})
    return table


def _only(sheet: Grid, head: Head, column: Column) -> int:
    """The number of the column. Raises ``Unreadable`` where two heads could mean it."""
    places = head.places[column.key]
    cells = [sheet.cell(head.row, place) for place in places]
    if len({cell.origin or cell.address for cell in cells}) > 1:
        addresses = ", ".join(cell.address for cell in cells)
        raise Unreadable(
            _("Two columns could be “%(column)s”: %(addresses)s. Rename or delete one.")
            % {"column": column.label, "addresses": addresses}
        )
    return places[0]


def _is_numbering(texts: list[str]) -> bool:
    """Whether a row only counts its columns, as forms do under their head: A, B, 1, 2, 3 or (1), (2), (3).

    >>> _is_numbering(["A", "B", "1", "2"]), _is_numbering(["1", "2", "4"])
    (True, False)
    """
    found = [NUMBERING.fullmatch(text) for text in texts]
    if len(texts) < 3 or not all(found):
        return False
    marks = [match[1] for match in found if match]
    letters = list(takewhile(str.isalpha, marks))
    numbers = marks[len(letters) :]
    return letters == list("ABCDEFGH")[: len(letters)] and numbers == [str(n + 1) for n in range(len(numbers))]
