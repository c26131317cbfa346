"""A score workbook that comes back: every row found again by its key, every cell as text with its address.

Nothing is repaired in silence. What cannot be read is named with its cell, and its row is not taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import merging
from assessments.merging import Finding, Returned, Row, Said, Trouble
from assessments.models import Assessment
from assessments.selectors import workbooks
from assessments.selectors.workbooks import COLUMNS, Origin, Snapshot
from units import grids
from units.archive import Unreadable
from units.grids import Cell, Sheet

WRITTEN = ("points", "not_applicable", "explanation", "reason")
NEEDED = frozenset({"key", "code", "name", "figures", *WRITTEN})
NUMERIC = frozenset({"points", "figures"})
MOST_FINDINGS = 500
NAMES_WITHIN = 50
"""Rows in which the hidden names of the columns are looked for."""


@dataclass(frozen=True)
class Table:
    """The sheet that people fill in: where its head ends and which column is which."""

    sheet: Sheet
    head: int
    columns: dict[str, int]

    def cell(self, row: int, name: str) -> Cell:
        return self.sheet.cell(row, self.columns[name])

    def text(self, row: int, name: str) -> str:
        return merging.spelt(_plain(self.cell(row, name)))


def read(data: bytes, assessment: Assessment) -> Returned:
    """The rows of the workbook, each with what it said when it was made and what it says now.

    Raises ``Unreadable`` in words: for a file that is none of ours, of another dossier, of an older version of the
    criteria set, or whose hidden sheet was changed.
    """
    sheets = grids.read(data)
    made = _snapshot(sheets)
    _assert_of(made, assessment)
    table = _table(sheets)
    found = _keys(table)
    returned = Returned(findings=[*_foreign(table, found, made), *_covered(table)][:MOST_FINDINGS])
    returned.rows = [_row(table, found, origin) for origin in made.rows]
    return returned


def _snapshot(sheets: list[Sheet]) -> Snapshot:
    hidden = [sheet for sheet in sheets if sheet.cell(1, 1).value == workbooks.MARK]
    if not hidden:
        raise Unreadable(
            _("This is no workbook of a dossier from here. Download the workbook on this page and fill that in.")
        )
    pieces = [str(hidden[0].cell(row, 1).value or "") for row in range(2, hidden[0].height + 1)]
    try:
        return workbooks.unsealed(pieces)
    except workbooks.Tampered:
        raise Unreadable(
            _("The hidden sheet of the workbook was changed; nothing of it can be trusted. Download a new workbook.")
        ) from None


def _assert_of(made: Snapshot, assessment: Assessment) -> None:
    if made.assessment != assessment.pk:
        raise Unreadable(_("This is the workbook of another dossier: %(dossier)s.") % {"dossier": made.dossier})
    if (made.criteria_set, made.digest) != (assessment.criteria_set_id, assessment.criteria_set.digest):
        raise Unreadable(
            _("The criteria set was amended since this workbook was made. Download a new workbook and copy your work.")
        )


def _table(sheets: list[Sheet]) -> Table:
    """The sheet with the hidden row of names, wherever its columns stand by now."""
    for sheet in sheets:
        for row in range(1, min(sheet.height, NAMES_WITHIN) + 1):
            named = _named(sheet, row)
            if "key" in named and named.keys() >= NEEDED:
                return Table(sheet, row + 1, named)
    raise Unreadable(_("The table of the workbook or one of its columns was deleted. Download a new workbook."))


def _named(sheet: Sheet, row: int) -> dict[str, int]:
    """The columns by their names in this row; the first counts where one stands twice."""
    named: dict[str, int] = {}
    for column in range(1, sheet.width + 1):
        text = str(sheet.cell(row, column).value or "")
        if text.startswith("#") and text[1:] in COLUMNS:
            named.setdefault(text[1:], column)
    return named


def _keys(table: Table) -> dict[str, list[int]]:
    """The rows under the head by their key; those without one stand under an empty key."""
    found: dict[str, list[int]] = {}
    for row in range(table.head + 1, table.sheet.height + 1):
        found.setdefault(table.text(row, "key"), []).append(row)
    return found


def _foreign(table: Table, found: dict[str, list[int]], made: Snapshot) -> Iterator[Finding]:
    """Rows that were not in the workbook when it was made and hold something a person wrote."""
    known = {key for origin in made.rows for key in _all_keys(origin)}
    usual = {(merging.spelt(origin.code), merging.spelt(origin.name)) for origin in made.rows}
    for key, rows in found.items():
        for row in rows if key not in known else ():
            pasted = (table.text(row, "code"), table.text(row, "name")) in usual
            if key or pasted or any(table.text(row, name) for name in ("points", "figures", "reason")):
                words = _("This row was not in the workbook when it was made; it is not taken.")
                yield Finding(Trouble.FOREIGN, table.cell(row, "code").address, words)


def _covered(table: Table) -> Iterator[Finding]:
    for cell in table.sheet.covered:
        words = _("The value of this cell is hidden under a merged range; it is not taken.")
        yield Finding(Trouble.FOREIGN, cell.address, words)


def _all_keys(origin: Origin) -> list[str]:
    return [origin.key(), *(origin.key(place) for place in range(len(origin.figures)))]


def _row(table: Table, found: dict[str, list[int]], origin: Origin) -> Row:
    row = Row(origin.leaf, origin.code, origin.name, "", origin.version, origin.base)
    rows = found.get(origin.key(), [])
    if len(rows) != 1:
        row.findings += _not_once(table, rows)
        return row
    row.cell = table.cell(rows[0], "code").address
    _compare(table, rows[0], origin, row)
    for name in WRITTEN:
        _take(table.cell(rows[0], name), name, name, row)
    for place, name in enumerate(origin.figures):
        lines = found.get(origin.key(place), [])
        if len(lines) != 1:
            row.findings += _not_once(table, lines)
        else:
            _take(table.cell(lines[0], "figures"), "figures", merging.FIGURE + name, row)
    return row


def _not_once(table: Table, rows: list[int]) -> Iterator[Finding]:
    if not rows:
        words = _("The row is missing in the workbook; the dossier keeps what it has.")
        yield Finding(Trouble.MISSING, "", words)
    for row in rows:
        words = _("The row stands several times in the workbook; none of them is taken.")
        yield Finding(Trouble.DOUBLED, table.cell(row, "code").address, words)


def _compare(table: Table, number: int, origin: Origin, row: Row) -> None:
    """Whether the row is still about its criterion, and where it was."""
    said = (table.text(number, "code"), table.text(number, "name"))
    if said != (merging.spelt(origin.code), merging.spelt(origin.name)):
        words = _("The row says “%(said)s”, but was made for “%(made)s”; it is not taken.") % {
            "said": " ".join(said)[:120],
            "made": f"{origin.code} {origin.name}"[:120],
        }
        row.findings.append(Finding(Trouble.RENAMED, row.cell, words))
    elif number != origin.row:
        words = _("The row was moved; it is read where it stands now.")
        row.findings.append(Finding(Trouble.MOVED, row.cell, words))


def _take(cell: Cell, column: str, name: str, row: Row) -> None:
    """Note what the cell says, or why it says nothing that can be taken."""
    if words := _unreadable(cell, column):
        row.findings.append(Finding(Trouble.UNREADABLE, cell.address, words))
        return
    if cell.formula:
        words = _("A formula; the value that it had when the workbook was saved is taken.")
        row.findings.append(Finding(Trouble.COMPUTED, cell.address, words))
    row.said[name] = Said(merging.spelt(_plain(cell)), cell.address)


def _unreadable(cell: Cell, column: str) -> str:
    if cell.formula and cell.value is None:
        return _("A formula without a value. Write the value itself into the cell.")
    if cell.kind == "e":
        return _("The cell shows an error (%(value)s). Write the value itself.") % {"value": str(cell.value)[:20]}
    if column in NUMERIC and isinstance(cell.value, date | time | timedelta):
        return _("Excel has made a date of what was typed here. Write the number again, for example 1,5.")
    if column in NUMERIC and isinstance(cell.value, bool):
        return _("This is neither a number nor a text.")
    if column == "points" and "%" in cell.number_format and isinstance(cell.value, int | float):
        return _("The cell shows percent, but points are no percentage. Write the points themselves.")
    return ""


def _plain(cell: Cell) -> str:
    """The value as a person types it: a decimal comma, a percent sign where the cell shows one, days as 31/12/2026."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, int | float):
        return _number(value, "%" in cell.number_format)
    if isinstance(value, date | datetime):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _number(value: int | float, is_percent: bool) -> str:
    """A number as the spreadsheet shows it, with the 15 digits that it keeps."""
    exact = Decimal(format(value, ".15g"))
    if not exact.is_finite() or abs(exact) >= Decimal(10) ** 15:
        return format(value, ".15g")
    text = format(exact * 100 if is_percent else exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") + ("%" if is_percent else "")
