"""The ranking as a workbook: one sheet a group, indexes as live formulas where they give the published number."""

import io
import zipfile
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from results.documents.decision import usual_areas
from results.models import Run, UnitResult
from results.selectors import published
from results.selectors.published import Area, GroupTable

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001  the format's dates have no zone
FIXED = 6
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def ranking_workbook(run: Run) -> bytes:
    """The run's ranking. The same run gives the same bytes in the same language."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for place, table in enumerate(published.tables(run), start=1):
        sheet = book.create_sheet(sheet_title(place, table.group.name))
        _fill(sheet, table, run)
    book.create_sheet(_("Method"))
    _explain(book.worksheets[-1], run)
    return _packed(book)


def sheet_title(place: int, name: str) -> str:
    """A sheet's name: at most 31 characters, none of those that a workbook refuses."""
    return f"{place} {name}".translate(FORBIDDEN)[:31].strip()


def _fill(sheet: Worksheet, table: GroupTable, run: Run) -> None:
    usual = usual_areas([row.result for row in table.rows])
    heads = [_("Rank"), _("Unit"), _("Points"), _("Maximum"), _("Index (%)"), _("Band")]
    _row(sheet, 1, [*heads, *(f"{area.code}. {area.name} ({_most(area)})" for area in usual.values())])
    for number, row in enumerate(table.rows, start=2):
        _row(sheet, number, _cells(row.result, number, usual, run.settings["published_places"]))
        sheet.cell(number, 5).number_format = f"0.{'0' * run.settings['published_places']}"
    _dress(sheet, len(usual))


def _cells(result: UnitResult, number: int, usual: dict[str, Area], places: int) -> list[object]:
    own = {area.code: area for area in published.areas_of(result)}
    index = _("not determined") if result.index is None else _index(result, number, places)
    points = [own[code].points if code in own and _counts(own[code]) else None for code in usual]
    return [result.rank, result.unit.name, result.points, result.maximum, index, result.band, *points]


def _index(result: UnitResult, number: int, places: int) -> object:
    """A formula where a spreadsheet computes the published number from the two cells, else the number itself."""
    return f"=ROUND(C{number}/D{number}*100,{places})" if as_computed(result, places) == result.index else result.index


def as_computed(result: UnitResult, places: int) -> Decimal:
    """What a spreadsheet makes of points / maximum * 100: binary quotient, 15 digits, half up."""
    shown = Decimal(f"{float(result.points) / float(result.maximum) * 100:.15g}")
    return shown.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _explain(sheet: Worksheet, run: Run) -> None:
    frozen = run.settings
    rows = [
        (_("Cycle"), run.tier.cycle.name),
        (_("Tier"), run.tier.name),
        (_("Run"), run.number),
        (_("Digest of the run (SHA-256)"), run.digest),
        (_("Index (%)"), _("points / maximum that applies × 100, rounded once, half up")),
        (_("Published places"), frozen["published_places"]),
        (_("Ranked on"), run.tier.cycle.get_rank_on_display()),
        (_("Ties"), run.tier.cycle.get_tie_rule_display()),
        *((_("Band from (%)"), f"{band['name']}: {band['lower']}") for band in frozen["bands"]),
    ]
    if run.tier.cycle.is_demo:
        rows.insert(0, (_("Practice data"), _("without legal effect")))
    for number, row in enumerate(rows, start=1):
        _row(sheet, number, list(row))
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 80


def _row(sheet: Worksheet, number: int, cells: list[object]) -> None:
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(number, column)
        if isinstance(value, str) and not value.startswith("=ROUND(C"):
            # Typed as text: a name that begins like a formula stays a name.
            cell.value, cell.data_type = value, "s"
        else:
            cell.value = value  # type: ignore[assignment]


def _dress(sheet: Worksheet, areas: int) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EEF1F5")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in enumerate([8, 44, 10, 10, 11, 16, *([18] * areas)], start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def _counts(area: Area) -> bool:
    """Whether anything of the area applies."""
    return bool(area.maximum) or area.limit is not None


def _most(area: Area) -> str:
    """The area's maximum; outside the scale with its sign."""
    if area.limit is None:
        return _plain(area.maximum)
    return f"+{_plain(area.limit)}" if area.limit > 0 else _plain(area.limit)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")


def _packed(book: Workbook) -> bytes:
    """The workbook's file with the clock taken out of it."""
    raw = io.BytesIO()
    book.properties.created = EPOCH
    book.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                head, mark, rest = content.partition(b"<dcterms:modified")
                content = head + rest.partition(b"</dcterms:modified>")[2] if mark else content
            target.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content)
    return packed.getvalue()
