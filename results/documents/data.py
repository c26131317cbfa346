"""The open data of a run: one CSV of everything that was published, for people and for programs.

UTF-8, comma, decimal point, one header. One row for each unit (level "unit"), each of its areas ("area") and each of
their leaves ("criterion"). ``percent`` is the published, ``percent_exact`` the exact value as a fraction. ``side``:
scale, bonus or penalty; ``minimum``: the least that a leaf gives, of an area outside the scale its cap; ``effect``:
what an exemption does (reduce: the maximum does not count; full: it counts as reached).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from results.models import ResultLine, Run, UnitResult
from results.selectors import published, runs
from results.selectors.published import Area

COLUMNS = (
    *("cycle", "year", "tier", "group", "unit_code", "unit", "level", "code", "name"),
    *("points", "maximum", "percent", "percent_exact", "rank", "band", "source"),
    *("side", "minimum", "effect"),
)


def open_data(run: Run) -> str:
    """The whole CSV; the same run gives the same text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    lines = _lines_by_unit(run)
    for result in runs.results_of(run):
        writer.writerows(_rows(run, result, lines.get(result.unit_id, [])))
    return text.getvalue()


def _lines_by_unit(run: Run) -> dict[int, list[ResultLine]]:
    lines: dict[int, list[ResultLine]] = {}
    for line in ResultLine.objects.filter(run=run).order_by("unit", "position"):
        lines.setdefault(line.unit_id, []).append(line)
    return lines


def _rows(run: Run, result: UnitResult, lines: Iterable[ResultLine]) -> Iterator[list[str]]:
    frozen = run.settings
    head = [frozen["cycle"], str(frozen["year"]), frozen["tier"], result.group.code, result.unit.code]
    start = [text(cell) for cell in (*head, result.unit.name)]
    yield [*start, "unit", "", "", *_unit(result, frozen["published_places"]), "", "", ""]
    for area in published.areas_of(result):
        yield [*start, "area", area.code, text(area.name), *_area(area)]
    for line in lines:
        figures = [_number(line.final_points), _number(line.maximum), "", "", "", "", line.source]
        further = [line.side, _number(line.minimum), line.convention]
        yield [*start, "criterion", line.code, text(line.name), *figures, *further]


def _unit(result: UnitResult, places: int) -> list[str]:
    index = "" if result.index is None else f"{result.index:.{places}f}"
    rank = "" if result.rank is None else str(result.rank)
    figures = [_number(result.points), _number(result.maximum), index, _fraction(result.exact), rank]
    return [*figures, text(result.band), ""]


def _area(area: Area) -> list[str]:
    percent = "" if area.percent is None else str(area.percent)
    figures = [_number(area.points), _number(area.maximum), percent, _fraction(area.share), "", "", ""]
    if area.limit is None:
        return [*figures, "scale", "", ""]
    return [*figures, "bonus" if area.limit > 0 else "penalty", _number(area.limit), ""]


def _number(value: Decimal | None) -> str:
    """Decimal point, no superfluous zeros; empty for nothing."""
    return "" if value is None else format(value.normalize(), "f")


def _fraction(value: Fraction | None) -> str:
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def text(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
