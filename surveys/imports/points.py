"""Survey points out of a workbook: every row is either taken or refused with the cell and the reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.widgets import Widget

from criteria.models import Criterion, Method, Tier
from criteria.selectors import sets_in_force
from criteria.templatetags.points import points as written
from surveys import selectors
from surveys.imports import table, values
from surveys.imports.grid import Cell
from surveys.imports.table import Column
from surveys.models import SurveyPoint
from units.models import Unit
from units.naming import folded

PLACES = 4
LISTED = 6
Row = dict[str, Cell]
FILLED = frozenset({"points", "respondents"})
COLUMNS = (
    Column("unit", "Mã đơn vị", frozenset({"ma", "don", "vi"})),
    Column("name", "Tên đơn vị", frozenset({"ten", "don", "vi"}), is_needed=False),
    Column("criterion", "Mã tiêu chí", frozenset({"ma", "tieu", "chi"})),
    Column("points", "Điểm", frozenset({"diem"}), frozenset({"toi", "da", "ty", "le", "ghi", "chu"})),
    Column("respondents", "Số phiếu hợp lệ", frozenset({"phieu"}), frozenset({"diem"}), is_needed=False),
)


@dataclass(frozen=True)
class Problem:
    """What is wrong, or strange, with one cell."""

    address: str
    text: str

    def __str__(self) -> str:
        return f"{self.address}: {self.text}"


@dataclass(frozen=True)
class Line:
    """A row that can be taken: where its points stand, and the points (not stored)."""

    address: str
    point: SurveyPoint


@dataclass
class Preview:
    """What a workbook holds: ``rows`` = taken lines + refused rows; ``blank`` rows have nothing filled in."""

    rows: int = 0
    taken: list[Line] = field(default_factory=list)
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[SurveyPoint]:
        return [line.point for line in self.taken]


def read(data: bytes, tier: Tier) -> Preview:
    """The survey points that the workbook holds for the tier. Nothing is stored.

    Raises ``Unreadable`` when the file as a whole cannot be taken.
    """
    found = table.read(data, COLUMNS, FILLED)
    scope = Scope.of(tier, found.rows)
    # Not a "dry run", which would open a savepoint for every row: the resource itself stores nothing.
    result = PointResource(scope).import_data(_dataset(found.rows), use_transactions=False, scope=scope)
    assert not result.has_errors(), [row.errors for row in result.rows]
    preview = Preview(rows=len(found.rows), remarks=found.remarks, blank=found.blank)
    for invalid in result.invalid_rows:
        row = found.rows[invalid.number - 1]
        preview.refused += 1
        preview.problems += [
            Problem(row[key].address, text) for key, texts in invalid.error_dict.items() for text in texts
        ]
    for row, outcome in zip(found.rows, result.rows, strict=True):
        if outcome.is_valid():
            preview.taken.append(Line(row["points"].address, outcome.instance))
            preview.warnings += _oddities(row, outcome.instance)
    return preview


def _dataset(rows: list[Row]) -> tablib.Dataset:
    headers = [column.key for column in COLUMNS]
    empty = Cell("")
    return tablib.Dataset(*([row.get(key, empty) for key in headers] for row in rows), headers=headers)


@dataclass
class Scope:
    """What codes can mean here: the tier's units, the criteria of their sets, units elsewhere by code."""

    tier: Tier
    units: dict[str, Unit]
    elsewhere: dict[str, Unit]
    criteria: dict[str, dict[str, Criterion]]
    places: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, tier: Tier, rows: Sequence[Row]) -> "Scope":
        """Three queries, whatever the number of rows. Notes where each unit × criterion stands in the file."""
        units = {unit.code: unit for unit in selectors.units_of(tier)}
        codes = {row["unit"].text for row in rows} - units.keys()
        elsewhere = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
        criteria: dict[str, dict[str, Criterion]] = defaultdict(dict)
        sets = sets_in_force(tier.cycle)
        for each in Criterion.objects.filter(criteria_set__in=sets).select_related("criteria_set"):
            criteria[each.criteria_set.kind][each.code] = each
        scope = cls(tier, units, elsewhere, criteria)
        for row in rows:
            scope._note(row)
        return scope

    def _note(self, row: Row) -> None:
        try:
            unit = self.unit(row["unit"])
            self.places[unit.pk, self.criterion(row["criterion"], unit).pk].append(row["points"].address)
        except ValueError:
            return

    def unit(self, cell: Cell) -> Unit:
        """Raises ``ValueError`` with the reason in words."""
        code = values.code(cell)
        # A spreadsheet drops the zeros in front of a code that it takes for a number.
        padded = [unit for unit in self.units.values() if unit.code.lstrip("0") == code] if cell.kind == "n" else []
        if code in self.units:
            return self.units[code]
        if len(padded) == 1:
            return padded[0]
        if code in self.elsewhere:
            words = {"unit": self.elsewhere[code].name, "tier": self.tier.name}
            raise ValueError(_("%(unit)s is not assessed in “%(tier)s”") % words)
        raise ValueError(_("there is no unit with the code “%(code)s”") % {"code": cell.brief})

    def criterion(self, cell: Cell, unit: Unit) -> Criterion:
        """Raises ``ValueError`` with the reason in words."""
        code = values.code(cell)
        own = self.criteria.get(unit.kind, {})
        if cell.kind == "n" and "." in code and any(other != code and other.rstrip("0") == code for other in own):
            raise ValueError(_("“%(code)s” as a number could be several codes; write it as text") % {"code": code})
        if code not in own:
            words = {"code": cell.brief, "unit": unit.name}
            raise ValueError(_("the criteria set of %(unit)s has no criterion “%(code)s”") % words)
        if not own[code].is_leaf or own[code].method != Method.SURVEY:
            raise ValueError(_("criterion %(code)s is not scored by survey") % {"code": code})
        return own[code]


class UnitWidget(Widget):  # type: ignore[misc]
    def clean(self, value: Cell, row: Row | None = None, **options: Any) -> Unit:
        scope: Scope = options["scope"]
        return scope.unit(value)


class CriterionWidget(Widget):  # type: ignore[misc]
    def clean(self, value: Cell, row: Row | None = None, **options: Any) -> Criterion | None:
        """None where the unit is refused: without it nobody knows which set the code is of."""
        scope: Scope = options["scope"]
        try:
            unit = scope.unit((row or {})["unit"])
        except ValueError:
            return None
        return scope.criterion(value, unit)


class PointsWidget(Widget):  # type: ignore[misc]
    def clean(self, value: Cell, row: Row | None = None, **options: Any) -> Decimal:
        return values.number(value)


class CountWidget(Widget):  # type: ignore[misc]
    def clean(self, value: Cell, row: Row | None = None, **options: Any) -> int:
        return values.count(value)


class PointResource(Resource):  # type: ignore[misc]
    """Rows of cells into unsaved ``SurveyPoint``s; what may not be is an error of its column."""

    unit = Field("unit", "unit", UnitWidget())
    criterion = Field("criterion", "criterion", CriterionWidget())
    points = Field("points", "points", PointsWidget())
    respondents = Field("respondents", "respondents", CountWidget())

    class Meta:
        instance_loader_class = BaseInstanceLoader
        import_id_fields = ()
        skip_diff = True
        store_instance = True

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def get_instance(self, instance_loader: object, row: Row) -> None:
        """Every row is new here: what it replaces is shown before it is confirmed, in ``selectors.changes``."""

    def init_instance(self, row: Row | None = None) -> SurveyPoint:
        return SurveyPoint(cycle=self.scope.tier.cycle)

    def validate_instance(
        self, instance: SurveyPoint, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if not errors.keys() & {"unit", "criterion"}:
            _check_place(instance, self.scope, errors)
        if not errors.keys() & {"unit", "criterion", "points"}:
            _check_points(instance, errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: SurveyPoint, is_create: bool, row: Row, **options: Any) -> None:
        """Nothing is stored here: services do, once a person has confirmed."""


def _check_place(point: SurveyPoint, scope: Scope, errors: dict[str, Any]) -> None:
    places = scope.places[point.unit_id, point.criterion_id]
    if len(places) > 1:
        listed = ", ".join(places[:LISTED]) + (" …" if len(places) > LISTED else "")
        words = {"unit": point.unit.name, "criterion": point.criterion.code, "places": listed}
        errors["criterion"] = ValidationError(
            _("%(unit)s × %(criterion)s stands more than once: %(places)s; keep one") % words
        )


def _check_points(point: SurveyPoint, errors: dict[str, Any]) -> None:
    value, most = point.points, point.criterion.max_points
    if value < 0:
        errors["points"] = ValidationError(_("%(points)s is less than 0") % {"points": written(value)})
    elif value > most:
        words = {"points": written(value), "most": written(most)}
        errors["points"] = ValidationError(_("%(points)s is more than the maximum of %(most)s") % words)
    elif value != round(value, PLACES):
        words = {"points": written(value), "places": str(PLACES)}
        errors["points"] = ValidationError(_("%(points)s has more than %(places)s decimal places") % words)


def _oddities(row: Row, point: SurveyPoint) -> list[Problem]:
    """What is taken and yet worth a look."""
    odd = []
    name = row.get("name")
    if name and name.kind == "s" and name.text and folded(name.text) != folded(point.unit.name):
        words = {"name": name.brief, "code": point.unit.code, "unit": point.unit.name}
        odd.append(Problem(name.address, _("“%(name)s”, but the code %(code)s is that of %(unit)s") % words))
    if point.points == 0:
        odd.append(Problem(row["points"].address, _("0 points")))
    return odd
