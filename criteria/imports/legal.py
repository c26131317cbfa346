"""A list of legal documents in CSV, as ``fixtures/legal_documents.csv`` is one.

Columns: ``number,date,issuer,subject,in_force,replaced_by,source,provenance``; days as 24/09/2019 or 2019-09-24,
``in_force`` yes, no or empty (not known). What the source says of its own certainty is kept behind the source.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from criteria.models import LegalDocument
from criteria.tree import bases
from criteria.tree.bases import Entry

COLUMNS = ("number", "date", "issuer", "subject", "in_force", "replaced_by", "source", "provenance")
DAYS = ("%d/%m/%Y", "%Y-%m-%d")
PROVENANCE = {"found verbatim": "theo nguyên văn", "found partially": "chỉ có một phần, cần kiểm tra"}


class BadList(ValueError):
    """Nothing can be taken from the list. ``problems``: "line:column: what", all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class _Row:
    """A line with the problems of its cells."""

    line: int
    cells: Mapping[str, str]
    problems: list[str]

    def refuse(self, column: str, text: str) -> None:
        self.problems.append(f"{self.line}:{COLUMNS.index(column) + 1}: {text}")

    def number(self, column: str) -> str:
        """A document number in its usual form; "" for an empty cell."""
        typed = self.cells[column]
        number = bases.number_of(typed)
        if typed and bases.key(number) != bases.key(typed):
            self.refuse(column, _("“%(text)s” is not a document number.") % {"text": typed[:60]})
        return number

    def day(self, column: str) -> date | None:
        typed = self.cells[column]
        for form in DAYS if typed else ():
            try:
                return datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if typed:
            self.refuse(column, _("“%(text)s” is no day such as 24/09/2019.") % {"text": typed[:60]})
        return None

    def text(self, column: str) -> str:
        most: int | None = getattr(LegalDocument._meta.get_field(column), "max_length", None)
        if most is not None and len(self.cells[column]) > most:
            self.refuse(column, _("longer than %(most)s characters") % {"most": most})
        return self.cells[column]


def read(text: str) -> list[Entry]:
    """The entries of the list, in its order. Raises ``BadList``."""
    problems: list[str] = []
    entries = list(_entries(text, problems))
    if problems:
        raise BadList(problems)
    return entries


def _entries(text: str, problems: list[str]) -> Iterator[Entry]:
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    head = next(reader, [])
    if tuple(head) != COLUMNS:
        problems.append(f"1:1: {_('the columns are not %(columns)s') % {'columns': ','.join(COLUMNS)}}")
        return
    seen: set[str] = set()
    for cells in reader:
        if len(cells) != len(COLUMNS):
            problems.append(f"{reader.line_num}:1: {_('the line has not %(count)s cells') % {'count': len(COLUMNS)}}")
            continue
        stripped = {name: cell.strip() for name, cell in zip(COLUMNS, cells, strict=True)}
        yield _entry(_Row(reader.line_num, stripped, problems), seen)


def _entry(row: _Row, seen: set[str]) -> Entry:
    number = row.number("number")
    if not row.cells["number"]:
        row.refuse("number", _("must not be empty"))
    elif bases.key(number) in seen:
        row.refuse("number", _("stands in the list twice"))
    seen.add(bases.key(number))
    if row.cells["in_force"] not in {"yes", "no", ""}:
        row.refuse("in_force", _("neither yes nor no nor empty"))
    certainty = PROVENANCE.get(row.cells["provenance"], row.cells["provenance"])
    source = row.text("source")
    return Entry(
        number=number,
        issued_on=row.day("date"),
        issuer=row.text("issuer"),
        subject=row.text("subject"),
        source=f"{source} ({certainty})" if certainty else source,
        is_repealed=row.cells["in_force"] == "no",
        replaced_by=row.number("replaced_by"),
    )
