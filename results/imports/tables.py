"""The CSV files of a bundle: which columns each has, and how a file becomes rows or located problems."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessments.models import AssessmentState, DelegationRole
from councils.models import SeatRole
from criteria.models import EnteredBy, Method, Side
from results.bundle import rows
from results.bundle.rows import Place, Problem, gettext_noop
from results.imports import cells
from results.imports.cells import BadCell, Reader
from units.models import Role, UnitKind


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, how it is read, and whether the file must have it."""

    name: str
    read: Reader
    compulsory: bool = True
    field: str = ""


@dataclass(frozen=True)
class Table:
    """A kind of file: its columns and the row they make."""

    row: Callable[..., object]
    columns: tuple[Column, ...]


UNIT = Column("unit_code", cells.code(32))
CRITERION = Column("criterion_code", cells.code(20))
USERNAME = Column("username", cells.code(150))
TIER = Column("tier", cells.code(40))
KIND = cells.choice(UnitKind.values)
PROVENANCE = Column("provenance", cells.text(200), compulsory=False)

TABLES: Mapping[str, Table] = {
    "units": Table(
        rows.UnitRow,
        (
            Column("code", cells.code(32)),
            # Its sort key takes up to four characters for each of the name's and must fit its column.
            Column("name", cells.text(190, required=True)),
            Column("kind", KIND),
            Column("parent_code", cells.code(32, required=False)),
            Column("valid_from", cells.first_day, compulsory=False),
            Column("valid_until", cells.maybe_day, compulsory=False),
            PROVENANCE,
        ),
    ),
    "criteria": Table(
        rows.CriterionRow,
        (
            Column("code", cells.code(20)),
            Column("parent_code", cells.code(20, required=False)),
            Column("name", cells.text(600, required=True)),
            Column("max_points", cells.maybe_points, field="stated"),
            Column("method", cells.choice(Method.values)),
            Column("evidence", cells.lines(2000)),
            Column("rule", cells.lines(2000)),
            PROVENANCE,
            Column("previous_code", cells.code(20, required=False), compulsory=False),
            Column("min_points", cells.least_points, compulsory=False),
            Column("side", cells.choice(Side.values, required=False, default=Side.SCALE), compulsory=False),
            Column(
                "entered_by", cells.choice(EnteredBy.values, required=False, default=EnteredBy.UNIT), compulsory=False
            ),
            Column("examples", cells.lines(4000), compulsory=False),
            Column("guidance", cells.lines(4000), compulsory=False),
            Column("facets", cells.lines(2000), compulsory=False),
            Column("legal_basis", cells.lines(2000), compulsory=False),
            Column("note", cells.lines(2000), compulsory=False),
        ),
    ),
    "councils": Table(
        rows.CouncilRow,
        (
            TIER,
            Column("name", cells.text(300, required=True)),
            Column("decision", cells.text(200)),
            Column("closed_at", cells.maybe_instant, compulsory=False),
            Column("closed_by", cells.code(150, required=False), compulsory=False),
        ),
    ),
    "seats": Table(
        rows.SeatRow,
        (
            TIER,
            USERNAME,
            Column("agency_code", cells.code(32, required=False)),
            Column("agency_name", cells.text(200, required=True)),
            Column("role", cells.choice(SeatRole.values)),
        ),
    ),
    "assignments": Table(rows.AssignmentRow, (TIER, USERNAME, Column("kind", KIND), CRITERION)),
    "accounts": Table(
        rows.AccountRow,
        (
            USERNAME,
            Column("full_name", cells.text(120, required=True)),
            Column("position", cells.text(160)),
            Column("unit_code", cells.code(32, required=False)),
            Column("role", cells.choice(Role.values, required=False)),
            Column("since", cells.maybe_day),
        ),
    ),
    "scores": Table(
        rows.ScoreRow,
        (
            UNIT,
            CRITERION,
            Column("points", cells.maybe_points),
            Column("not_applicable", cells.flag),
            Column("explanation", cells.lines(4000)),
        ),
    ),
    "dossiers": Table(
        rows.DossierRow,
        (
            UNIT,
            Column("state", cells.choice(AssessmentState.values)),
            Column("submitted_at", cells.maybe_instant),
            Column("submitted_by", cells.code(150, required=False)),
        ),
    ),
    "evidence": Table(
        rows.EvidenceRow,
        (
            UNIT,
            CRITERION,
            Column("file", cells.text(200, required=True)),
            Column("place", cells.text(120), field="cited"),
        ),
    ),
    "appraisals": Table(
        rows.AppraisalRow,
        (
            UNIT,
            CRITERION,
            USERNAME,
            Column("points", cells.maybe_points),
            Column("not_applicable", cells.flag),
            Column("reason", cells.lines(4000)),
            Column("decided_at", cells.instant),
        ),
    ),
    "delegations": Table(
        rows.DelegationRow,
        (
            Column("dossier", cells.code(32)),
            Column("text", cells.text(300, required=True)),
            Column("facet", cells.text(200)),
            UNIT,
            Column("role", cells.choice(DelegationRole.values, required=False, default=DelegationRole.LEAD)),
            Column("task", cells.text(300)),
            PROVENANCE,
        ),
    ),
    "survey": Table(
        rows.SurveyRow,
        (
            UNIT,
            CRITERION,
            Column("points", cells.points),
            Column("respondents", cells.whole(0, 1_000_000, default=0)),
        ),
    ),
}


def decoded(data: bytes, file: str, problems: list[Problem]) -> str:
    """The text of a file; a located problem and an empty text where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").split("\n")
        problems.append(
            Problem(
                file, len(before), len(before[-1]) + 1, gettext_noop("The file is not UTF-8 text; save it as UTF-8.")
            )
        )
        return ""


class Sheet:
    """One CSV file being read: its rows, and everything that is wrong with it."""

    def __init__(self, table: Table, file: str, data: bytes, **fixed: object) -> None:
        self.table = table
        self.file = file
        self.fixed = fixed
        self.problems: list[Problem] = []
        self.columns: list[Column | None] = []
        self.rows = self._rows(decoded(data, file, self.problems))

    def _rows(self, content: str) -> list[object]:
        if self.problems:
            return []
        records = self._records(content)
        line, header = next(records, (1, []))
        if not self._header(line, header):
            return []
        return [row for line, record in records if any(record) and (row := self._row(line, record)) is not None]

    def _records(self, content: str) -> Iterator[tuple[int, list[str]]]:
        """(first line, cells) of each record. Stops at the first place that is not CSV: what follows is guesswork."""
        reader = csv.reader(io.StringIO(content, newline=""), strict=True)
        start = 1
        try:
            for record in reader:
                yield start, record
                start = reader.line_num + 1
        except csv.Error as error:
            self._problem(start, 1, gettext_noop("This is not CSV: %(error)s"), error=str(error))

    def _header(self, line: int, header: Sequence[str]) -> bool:
        known = {column.name: column for column in self.table.columns}
        names = [name.strip() for name in header]
        for number, name in enumerate(names, 1):
            if name not in known:
                self._problem(line, number, gettext_noop("Unknown column “%(name)s”."), name=name[:40])
            elif name in names[: number - 1]:
                self._problem(line, number, gettext_noop("The column “%(name)s” stands twice."), name=name)
        missing = [each.name for each in self.table.columns if each.compulsory and each.name not in names]
        for name in missing:
            self._problem(line, len(names) + 1, gettext_noop("The column “%(name)s” is missing."), name=name)
        self.columns = [known.get(name) for name in names]
        return not missing

    def _row(self, line: int, record: Sequence[str]) -> object | None:
        if len(record) != len(self.columns):
            number = min(len(record), len(self.columns)) + 1
            text = gettext_noop("The row has %(found)s cells, the header %(expected)s.")
            self._problem(line, number, text, found=len(record), expected=len(self.columns))
            return None
        values, places, sound = dict(self.fixed), {}, True
        cells_of = enumerate(zip(self.columns, record, strict=True), 1)
        given = {column.name: (cell, number) for number, (column, cell) in cells_of if column}
        for column in self.table.columns:
            cell, number = given.get(column.name, ("", 0))
            places[column.name] = (line, max(number, 1))
            try:
                values[column.field or column.name] = column.read(cell)
            except BadCell as error:
                sound = False
                self._problem(line, number, error.text, column.name, **error.values)
        return self.table.row(place=Place(self.file, line, places), **values) if sound else None

    def _problem(self, line: int, column: int, text: str, cell: str = "", **values: object) -> None:
        self.problems.append(Problem(self.file, line, column, text, {"cell": cell, **values} if cell else values))
