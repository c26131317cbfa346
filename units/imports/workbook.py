"""An XLSX file into lines of text, each cell knowing its address. What cannot be read is a ``Problem`` at a cell."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Generic, TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from units.archive import DAMAGED
from units.naming import folded, normalised

Row = TypeVar("Row")
MOST_ROWS = 5_000
MOST_COLUMNS = 50
MOST_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True)
class Column:
    """A column of the workbook: its key in our rows, its head, what to write in it and an example."""

    key: str
    head: str | Promise
    help: str | Promise
    example: str = ""
    required: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong at a cell. ``cell`` is empty where it concerns the whole file."""

    cell: str
    text: str
    value: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the sheet with at least one filled cell: texts and addresses by key of their column."""

    number: int
    cells: dict[str, str]
    addresses: dict[str, str]


@dataclass
class Preview(Generic[Row]):
    """What would be stored: the ``lines`` in are ``accepted`` plus those refused with ``problems``."""

    lines: int = 0
    accepted: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return self.lines - len(self.accepted)

    @property
    def ordered(self) -> list[Problem]:
        """The problems in the order of the sheet: row by row, from left to right."""
        return sorted(self.problems, key=lambda problem: coordinate_to_tuple(problem.cell))


class Unreadable(Exception):
    """The file as a whole cannot be read; ``problems`` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = list(problems)


def read(content: bytes, columns: Sequence[Column]) -> list[Line]:
    """The filled lines of the first sheet. Raises ``Unreadable`` for a bad file, bad heads or too many lines."""
    rows = _rows(content)
    keys = _heads(rows[0] if rows else (), columns)
    lines = [_line(number, row, keys) for number, row in enumerate(rows[1:], start=2)]
    filled = [line for line in lines if any(line.cells.values())]
    if len(rows) > MOST_ROWS + 1:
        raise Unreadable([Problem("", _("The sheet has more than %(most)s rows.") % {"most": MOST_ROWS})])
    if not filled:
        raise Unreadable([Problem("A2", _("The sheet has no rows under its heads."))])
    return filled


def _rows(content: bytes) -> list[tuple[object, ...]]:
    bad = Unreadable([Problem("", _("This is not a readable XLSX workbook. Save it in Excel as .xlsx and try again."))])
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise bad
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return list(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True))
    except DAMAGED as error:
        raise bad from error


def _heads(row: Sequence[object], columns: Sequence[Column]) -> dict[int, str]:
    """Which key stands in which column of the sheet, counted from 0. The case and accents of a head do not matter."""
    known = {folded(word): column.key for column in columns for word in (column.key, *in_all_languages(column.head))}
    keys: dict[int, str] = {}
    problems = []
    for place, value in enumerate(row):
        head = text_of(value)
        key = known.get(folded(head))
        if head and (key is None or key in keys.values()):
            words = _("This column is not known.") if key is None else _("This column stands here twice.")
            problems.append(Problem(address(place, 1), words, head))
        elif key:
            keys[place] = key
    missing = [str(column.head) for column in columns if column.required and column.key not in keys.values()]
    problems += [Problem("A1", _("The column “%(head)s” is missing.") % {"head": head}) for head in missing]
    if problems:
        raise Unreadable(problems)
    return keys


def _line(number: int, row: Sequence[object], keys: dict[int, str]) -> Line:
    texts = {key: text_of(row[place]) if place < len(row) else "" for place, key in keys.items()}
    return Line(number, texts, {key: address(place, number) for place, key in keys.items()})


def in_all_languages(word: str | Promise) -> list[str]:
    """The word in every language of the pages: a template taken in one may come back in another."""
    words = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.append(str(word))
    return words


def address(column: int, row: int) -> str:
    """The address of a cell as Excel shows it; ``column`` is counted from 0, ``row`` from 1.

    >>> address(1, 7)
    'B7'
    """
    return f"{get_column_letter(column + 1)}{row}"


def text_of(value: object) -> str:
    """A cell's value as a person reads it: whole numbers without a point, days as 31/12/2026."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return normalised(str(value))
