"""A run's results as tables: one a group, with the change on last year's published results."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from criteria.models import RankingGroup
from results.models import Run, UnitResult
from results.selectors import runs
from results.selectors.board import UNRANKED
from units.naming import folded

LEVELS = (Decimal(50), Decimal(65), Decimal(80), Decimal(90))
AREA = "area-"
NOTHING = Decimal(-1000)
"""Sorts below everything: nothing applied."""


@dataclass(frozen=True)
class Area:
    """One area's share of its applicable maximum, in percent; ``level`` 0 to 4 for the heat map.

    ``limit``: of an area outside the scale, the most that it adds or (negative) takes away; it has no percentage.
    """

    code: str
    name: str
    points: Decimal
    maximum: Decimal
    percent: Decimal | None
    limit: Decimal | None = None

    @property
    def level(self) -> int:
        return sum(self.percent >= limit for limit in LEVELS) if self.percent is not None else 0


@dataclass(frozen=True)
class Row:
    """A unit's result, last year's, and how many of its leaves are missing."""

    result: UnitResult
    last: UnitResult | None
    missing: int
    areas: list[Area]

    @property
    def change(self) -> Decimal | None:
        """Published index now less published index last year, in percentage points."""
        if self.last is None or self.last.index is None or self.result.index is None:
            return None
        return self.result.index - self.last.index

    @property
    def climbed(self) -> int | None:
        """Places won (positive) or lost (negative) on last year."""
        if self.last is None or self.last.rank is None or self.result.rank is None:
            return None
        return self.last.rank - self.result.rank


@dataclass
class Table:
    """A ranking group: the heads of its areas and its rows. ``size`` counts all units, shown or not."""

    group: RankingGroup
    size: int = 0
    heads: list[Area] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Filters:
    """``sort``: rank, unit, index, change or area-CODE, with '-' downwards; unknown ones keep the order of ranks."""

    group: str = ""
    search: str = ""
    sort: str = ""


SORTS: dict[str, Callable[[Row], Any]] = {
    "rank": lambda row: row.result.rank or UNRANKED,
    "unit": lambda row: row.result.unit.sort_key,
    "index": lambda row: -1 if row.result.index is None else row.result.index,
    "change": lambda row: -1000 if row.change is None else row.change,
}


def tables(run: Run, filters: Filters) -> list[Table]:
    """The run's groups with the rows that match."""
    last = runs.last_results(run.tier)
    missing = Counter(each["unit_code"] for each in run.missing)
    by_group: dict[int, Table] = {}
    for result in runs.results_of(run):
        table = by_group.setdefault(result.group_id, Table(result.group))
        row = Row(result, last.get(result.unit_id), missing[result.unit.code], _areas(result))
        table.size += 1
        table.heads = table.heads or row.areas
        if _matches(result, filters):
            table.rows.append(row)
    found = [table for table in by_group.values() if filters.group in {"", table.group.code}]
    for table in found:
        table.rows = _sorted(table.rows, filters.sort)
    return found


def row_of(run: Run, result: UnitResult) -> Row:
    """One unit's result with last year's."""
    missing = sum(each["unit_code"] == result.unit.code for each in run.missing)
    return Row(result, runs.last_results(run.tier).get(result.unit_id), missing, _areas(result))


def _areas(result: UnitResult) -> list[Area]:
    return [
        Area(
            each["code"],
            each["name"],
            Decimal(each["points"]),
            Decimal(each["maximum"]),
            None if each["percent"] is None else Decimal(each["percent"]),
            Decimal(each["limit"]) if "limit" in each else None,
        )
        for each in result.areas
    ]


def _matches(result: UnitResult, filters: Filters) -> bool:
    text = folded(filters.search)
    return text in result.unit.folded or text in result.unit.code.lower()


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    name = sort.removeprefix("-")
    key = _by_area(name.removeprefix(AREA)) if name.startswith(AREA) else SORTS.get(name)
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


def _by_area(code: str) -> Callable[[Row], Decimal]:
    def share(row: Row) -> Decimal:
        return next((_shown(each) for each in row.areas if each.code == code), NOTHING)

    return share


def _shown(area: Area) -> Decimal:
    """What stands in the area's column: its percentage, or outside the scale its points."""
    if area.limit is not None:
        return area.points
    return NOTHING if area.percent is None else area.percent
