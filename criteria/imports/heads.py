"""The head of the annex: which row names the columns, and what each column holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from units.grids import Cell, Sheet
from units.naming import folded

HEAD_WITHIN = 60
DEEPEST = 3
LABELS = re.compile(r"\(?([A-H]|[1-9]\d?)\)?")


class Column(StrEnum):
    """What a column holds."""

    CODE = "code"
    NAME = "name"
    MAXIMUM = "maximum"
    EVIDENCE = "evidence"
    NOTE = "note"
    RULE = "rule"
    METHOD = "method"
    ENTERED_BY = "entered_by"
    MINIMUM = "minimum"
    SIDE = "side"
    GUIDANCE = "guidance"
    EXAMPLES = "examples"
    LEGAL_BASIS = "legal_basis"
    FACETS = "facets"
    PARENT = "parent"


NEEDED = (Column.CODE, Column.NAME, Column.MAXIMUM)
LABEL = {Column.CODE: "STT", Column.NAME: "Lĩnh vực, tiêu chí, tiêu chí thành phần", Column.MAXIMUM: "Điểm tối đa"}
# Words of heads, folded. The whole head first; then the first line that occurs in it, in this order.
WHOLE = {
    **dict.fromkeys(("stt", "tt", "so tt", "so thu tu", "ma", "ma so", "ma tieu chi", "ky hieu", "muc"), Column.CODE),
    **dict.fromkeys(("diem", "thang diem", "so diem"), Column.MAXIMUM),
    "thuoc muc": Column.PARENT,
    "tlkc": Column.EVIDENCE,
    "cac phan": Column.FACETS,
}
PARTS: tuple[tuple[str, Column], ...] = (
    ("diem thap nhat", Column.MINIMUM),
    ("diem toi thieu", Column.MINIMUM),
    ("diem toi da", Column.MAXIMUM),
    ("diem chuan", Column.MAXIMUM),
    ("diem cao nhat", Column.MAXIMUM),
    ("nhom diem", Column.SIDE),
    ("nguoi nhap", Column.ENTERED_BY),
    ("kiem chung", Column.EVIDENCE),
    ("minh chung", Column.EVIDENCE),
    ("tlkc", Column.EVIDENCE),
    ("ghi chu", Column.NOTE),
    ("hinh thuc", Column.METHOD),
    ("phuong thuc danh gia", Column.METHOD),
    ("vi du", Column.EXAMPLES),
    ("cach tinh diem", Column.RULE),
    ("cach cham", Column.RULE),
    ("huong dan", Column.GUIDANCE),
    ("can cu", Column.LEGAL_BASIS),
    ("tieu chi", Column.NAME),
    ("linh vuc", Column.NAME),
    ("noi dung", Column.NAME),
)


@dataclass(frozen=True)
class Named:
    """A column of the sheet with the words of its head; ``key`` None: it is none of ours."""

    column: int
    cell: Cell
    words: str
    key: Column | None


@dataclass
class Head:
    """``first`` to ``last`` are the rows of the head. ``columns`` are read; the others are named so that none is
    silently left out."""

    first: int
    last: int
    columns: dict[Column, Named] = field(default_factory=dict)
    doubled: list[Named] = field(default_factory=list)
    unknown: list[Named] = field(default_factory=list)
    hidden: list[Named] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        return [LABEL[key] for key in NEEDED if key not in self.columns]


def key_of(words: str) -> Column | None:
    """What a head of these words stands over.

    >>> key_of("Tài liệu kiểm chứng (TLKC)"), key_of("Điểm tự chấm")
    (<Column.EVIDENCE: 'evidence'>, None)
    """
    plain = " ".join(re.findall(r"[a-z0-9]+", folded(words)))
    if plain in WHOLE:
        return WHOLE[plain]
    return next((key for part, key in PARTS if part in plain), None)


def find(sheet: Sheet) -> Head:
    """The first complete head of the sheet; else the row that comes nearest to one.

    A row that is complete by itself goes before rows that are so only together: titles stand above the head.
    """
    rows = range(1, min(sheet.height, HEAD_WITHIN) + 1)
    alone = [_head(sheet, row, row) for row in rows]
    if found := next((head for head in alone if not head.missing), None):
        return _with_what_is_below(sheet, found.first, _last(sheet, found.first))
    begun = [head.first for head in alone if len(head.columns) > 1]
    together = (_head(sheet, row, row + depth) for row in begun for depth in range(1, DEEPEST))
    nearest = min(alone, key=lambda head: len(head.missing), default=Head(0, 0))
    return next((head for head in together if not head.missing), nearest)


def _with_what_is_below(sheet: Sheet, first: int, last: int) -> Head:
    """The head; with the row below it where only that tells two columns apart, "Điểm" over "Tối đa" and "Tự chấm"."""
    head, deeper = _head(sheet, first, last), _head(sheet, first, last + 1)
    return deeper if head.doubled and not deeper.doubled and not deeper.missing else head


def _last(sheet: Sheet, row: int) -> int:
    """The last row of a head that begins at ``row``: cells that are merged downwards reach to it."""
    ends = [merge.rows[1] for merge in sheet.merges_from(row) if merge.rows[1] < row + DEEPEST]
    return max([row, *ends])


def _head(sheet: Sheet, first: int, last: int) -> Head:
    head = Head(first, last)
    for named in _named(sheet, first, last):
        if named.column in sheet.hidden_columns:
            head.hidden.append(named)
        elif named.key is None:
            head.unknown.append(named)
        elif named.key in head.columns:
            head.doubled.append(named)
        else:
            head.columns[named.key] = named
    return head


def _named(sheet: Sheet, first: int, last: int) -> Iterator[Named]:
    for column in range(1, sheet.width + 1):
        cells = [cell for row in range(first, last + 1) if (cell := _shown(sheet, row, column))]
        words = [str(cell.value) for cell in cells]
        if not words:
            continue
        # "Điểm" over "Tối đa": the lower words decide, then both together, never the upper words alone.
        key = key_of(words[-1]) or (key_of(" ".join(words)) if len(words) > 1 else None)
        yield Named(column, cells[-1], " ".join(" ".join(words).split()), key)


def _shown(sheet: Sheet, row: int, column: int) -> Cell | None:
    """The cell that is seen at this place of the head: a group's words stand over all its columns."""
    cell = sheet.cell(row, column)
    if isinstance(cell.value, str) and not cell.is_empty:
        return cell
    for merge in sheet.merges_from(row):
        if merge.columns[0] < column <= merge.columns[1]:
            over = sheet.cell(row, merge.columns[0])
            return over if isinstance(over.value, str) else None
    return None


def is_numbering(texts: list[str]) -> bool:
    """Whether a row only counts its columns, as forms do under their head: A, B, 1, 2 or (1), (2), (3).

    >>> is_numbering(["A", "B", "1", "2"]), is_numbering(["1", "Kế hoạch", "2"])
    (True, False)
    """
    found = [LABELS.fullmatch(text) for text in texts]
    marks = [match[1] for match in found if match]
    letters = [mark for mark in marks if mark.isalpha()]
    numbers = [mark for mark in marks if not mark.isalpha()]
    in_order = letters == list("ABCDEFGH")[: len(letters)] and numbers == [str(n + 1) for n in range(len(numbers))]
    return len(texts) >= 3 and len(marks) == len(texts) and marks == [*letters, *numbers] and in_order
