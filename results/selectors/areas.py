"""How far every unit of a tier is, area by area: a table for each criteria set, in a fixed number of queries."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from criteria import selectors as criteria
from criteria.models import CriteriaSet, Criterion, Method, RankingGroup, Tier
from criteria.selectors.exemptions import Key
from results.selectors.board import NONE, Filters, Step, answered, decided, exempt_leaves, units_of
from units.models import Unit
from units.naming import folded

AREA = "area-"


class View(TextChoices):
    """Whose work the cells count."""

    SCORED = "scored", _("Criteria self-scored by the unit")
    APPRAISED = "appraised", _("Criteria appraised by the council")


@dataclass(frozen=True)
class Area:
    """A column: the top of a criteria set's tree. ``anchor``: where a score sheet begins with it."""

    pk: int
    code: str
    name: str

    @property
    def anchor(self) -> str:
        return f"area-{self.pk}"

    @property
    def key(self) -> str:
        """Of its column, for sorting."""
        return f"{AREA}{self.code}"


@dataclass(frozen=True)
class Row:
    """One unit with a step for every area, in the order of the columns, and with the whole."""

    group: RankingGroup
    unit: Unit
    dossier: Assessment | None
    cells: tuple[tuple[Area, Step], ...]

    @property
    def state(self) -> str:
        return self.dossier.state if self.dossier else NONE

    @property
    def total(self) -> Step:
        return Step(sum(step.done for _area, step in self.cells), sum(step.total for _area, step in self.cells))


@dataclass
class Table:
    """The units that are measured by one criteria set."""

    criteria_set: CriteriaSet
    areas: list[Area]
    rows: list[Row] = field(default_factory=list)


def tables(tier: Tier, view: str) -> list[Table]:
    """Every unit of the tier in group and name order; a group whose kind has no set in force is in no table."""
    groups = criteria.groups_of(tier)
    units = units_of(groups)
    kinds = {group.kind for group in groups}
    sets = {each.kind: each for each in criteria.sets_in_force(tier.cycle).filter(kind__in=kinds)}
    trees = _trees(sets.values())
    exempt = exempt_leaves(tier, units)
    leaves = {leaf: area for tree in trees.values() for leaf, area in _leaves(tree, view).items()}
    done = _done(tier, view, leaves, exempt)
    left = Counter((unit, leaves[leaf]) for unit, leaf in exempt if leaf in leaves)
    dossiers = {each.unit_id: each for each in Assessment.objects.filter(tier=tier)}
    totals = Counter(leaves.values())
    found: dict[str, Table] = {}
    for group, unit in units:
        if group.kind not in sets:
            continue
        criteria_set = sets[group.kind]
        table = found.setdefault(group.kind, Table(criteria_set, _areas(trees[criteria_set.pk])))
        cells = tuple(
            (area, Step(done[unit.pk, area.pk], totals[area.pk] - left[unit.pk, area.pk])) for area in table.areas
        )
        table.rows.append(Row(group, unit, dossiers.get(unit.pk), cells))
    return list(found.values())


def _trees(sets: Iterable[CriteriaSet]) -> dict[int, list[Criterion]]:
    """The nodes of each set in printing order, as far as they are counted. One query."""
    trees: dict[int, list[Criterion]] = {each.pk: [] for each in sets}
    fields = ("criteria_set_id", "parent_id", "code", "name", "depth", "is_leaf", "method", "entered_by")
    rows = Criterion.objects.filter(criteria_set__in=trees).order_by("criteria_set", "position")
    for node in rows.only(*fields):
        trees[node.criteria_set_id].append(node)
    return trees


def _areas(tree: Iterable[Criterion]) -> list[Area]:
    return [Area(node.pk, node.code, node.name) for node in tree if node.parent_id is None]


def _leaves(tree: Iterable[Criterion], view: str) -> dict[int, int]:
    """The leaves that the view counts, with the area of each."""
    by_pk = {node.pk: node for node in tree}
    return {pk: criteria.area_of(node, by_pk).pk for pk, node in by_pk.items() if _counts(node, view)}


def _counts(node: Criterion, view: str) -> bool:
    if view == View.SCORED:
        return node.is_scorable
    return node.is_leaf and node.method != Method.SURVEY


def _done(tier: Tier, view: str, leaves: Mapping[int, int], exempt: Collection[Key]) -> Counter[tuple[int, int]]:
    """How many leaves are done, by unit and area. One query."""
    rows = answered(tier) if view == View.SCORED else decided(tier)
    pairs = rows.order_by().values_list("assessment__unit", "criterion")
    return Counter((unit, leaves[leaf]) for unit, leaf in pairs if leaf in leaves and (unit, leaf) not in exempt)


SORTS: dict[str, Callable[[Row], Any]] = {
    "unit": lambda row: row.unit.sort_key,
    "state": lambda row: row.state,
    "total": lambda row: row.total.share,
}


def narrowed(found: Iterable[Table], filters: Filters) -> list[Table]:
    """The tables with the rows that match, sorted; a table without any is left out.

    Unknown values of a filter match nothing, an unknown sort keeps the order.
    """
    kept = [Table(each.criteria_set, each.areas, _sorted(_matching(each.rows, filters), filters)) for each in found]
    return [each for each in kept if each.rows]


def _matching(rows: Iterable[Row], filters: Filters) -> list[Row]:
    text = folded(filters.search)
    return [
        row
        for row in rows
        if filters.group in {"", row.group.code}
        and filters.state in {"", row.state}
        and (text in row.unit.folded or text in row.unit.code.lower())
    ]


def _sorted(rows: list[Row], filters: Filters) -> list[Row]:
    name = filters.sort.removeprefix("-")
    key = _by_area(name.removeprefix(AREA)) if name.startswith(AREA) else SORTS.get(name)
    return sorted(rows, key=key, reverse=filters.sort.startswith("-")) if key else rows


def _by_area(code: str) -> Callable[[Row], Any]:
    def share(row: Row) -> Any:
        return next((step.share for area, step in row.cells if area.code == code), -1)

    return share


def pieces(rows: Iterable[tuple[Table, Row]]) -> list[Table]:
    """The tables again, of rows that were cut out of their list for one page."""
    found: dict[int, Table] = {}
    for table, row in rows:
        found.setdefault(table.criteria_set.pk, Table(table.criteria_set, table.areas)).rows.append(row)
    return list(found.values())
