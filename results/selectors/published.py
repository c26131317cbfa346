"""Reads of what is or was published: rankings with last year's beside them, means, courses over the years."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from criteria.models import RankingGroup, Tier
from results import index
from results.models import Publication, Run, UnitResult
from results.selectors import runs
from units.models import Unit
from units.naming import folded


@dataclass(frozen=True)
class Area:
    """Points of one area. ``percent`` is published (rounded) and None where nothing applies.

    ``limit``: of an area outside the scale, the most that it adds or (negative) takes away; its maximum is 0.
    """

    code: str
    name: str
    points: Decimal
    maximum: Decimal
    percent: Decimal | None
    limit: Decimal | None = None

    @property
    def share(self) -> Fraction | None:
        """The exact percentage."""
        return 100 * Fraction(self.points) / Fraction(self.maximum) if self.maximum else None


@dataclass(frozen=True)
class Row:
    """A unit's result and the one that was published for it last year."""

    result: UnitResult
    before: UnitResult | None

    @property
    def index_change(self) -> Decimal | None:
        """Published index less last year's; None unless both are known."""
        if self.result.index is None or self.before is None or self.before.index is None:
            return None
        return self.result.index - self.before.index

    @property
    def rank_change(self) -> int | None:
        """By how many ranks the unit rose (fell, if negative)."""
        if self.result.rank is None or self.before is None or self.before.rank is None:
            return None
        return self.before.rank - self.result.rank

    @property
    def ranks_lost(self) -> int | None:
        """As ``rank_change``, counted downwards."""
        return None if self.rank_change is None else -self.rank_change


@dataclass(frozen=True)
class GroupTable:
    """A ranking group with its units by rank; withheld ones last. ``mean`` is the exact mean of the indexes."""

    group: RankingGroup
    rows: tuple[Row, ...]

    @property
    def ranked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.result.index is not None)

    @property
    def withheld(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.result.index is None)

    @property
    def mean(self) -> Fraction | None:
        return mean(row.result.exact for row in self.ranked)


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """The exact mean of the values that are there; None of none."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def areas_of(result: UnitResult) -> list[Area]:
    """The unit's areas in printing order, as the run froze them."""
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


def area_means(results: Iterable[UnitResult]) -> dict[str, Fraction]:
    """The exact mean percentage of each area over the units that it applies to."""
    shares: dict[str, list[Fraction]] = {}
    for result in results:
        for area in areas_of(result):
            if area.share is not None:
                shares.setdefault(area.code, []).append(area.share)
    return {code: sum(values, Fraction(0)) / len(values) for code, values in shares.items()}


def tables(run: Run, before: Mapping[int, UnitResult] | None = None) -> list[GroupTable]:
    """The run's results by ranking group, each with last year's (``before``, by unit) beside it."""
    known = before or {}
    groups: dict[int, tuple[RankingGroup, list[Row]]] = {}
    for result in runs.results_of(run):
        _group, rows = groups.setdefault(result.group_id, (result.group, []))
        rows.append(Row(result, known.get(result.unit_id)))
    return [GroupTable(group, tuple(rows)) for group, rows in groups.values()]


def found(table: GroupTable, text: str) -> tuple[Row, ...]:
    """The rows whose unit's name contains ``text``, with or without diacritics."""
    return tuple(row for row in table.rows if folded(text) in row.result.unit.folded)


def published_mean(table: GroupTable, places: int) -> Decimal | None:
    """The group's mean, rounded once."""
    return None if table.mean is None else index.published(table.mean, places)


def open_publications(tier: Tier, now: datetime) -> list[Publication]:
    """Every standing publication of the same authority and tier up to the tier's year, oldest first, now readable."""
    rows = Publication.objects.filter(
        withdrawn_at=None,
        publish_at__lte=now,
        tier__code=tier.code,
        tier__authority=tier.authority_id,
        tier__cycle__year__lte=tier.cycle.year,
    )
    return list(rows.select_related("tier__cycle", "decision__run").order_by("tier__cycle__year", "pk"))


def last_year(tier: Tier, now: datetime) -> dict[int, UnitResult]:
    """By unit: what everybody can read of the cycle before."""
    if tier.cycle.previous_id is None:
        return {}
    before = [each for each in open_publications(tier, now) if each.tier.cycle_id == tier.cycle.previous_id]
    return {result.unit_id: result for each in before for result in runs.results_of(each.decision.run)}


@dataclass(frozen=True)
class Year:
    """A unit's place in one published year, and those of its whole group by unit."""

    year: int
    result: UnitResult | None
    ranks: dict[int, int]


def years_of(unit: Unit, tier: Tier, now: datetime) -> list[Year]:
    """The unit's published years, oldest first, with the ranks of its group."""
    publications = open_publications(tier, now)
    rows = UnitResult.objects.filter(run__in=[each.decision.run_id for each in publications], unit__kind=unit.kind)
    by_run: dict[int, list[UnitResult]] = {}
    for result in rows.select_related("group").order_by("unit"):
        by_run.setdefault(result.run_id, []).append(result)
    return [_year(each, by_run.get(each.decision.run_id, []), unit) for each in publications]


def _year(publication: Publication, results: list[UnitResult], unit: Unit) -> Year:
    own = next((each for each in results if each.unit_id == unit.pk), None)
    group = own.group_id if own else None
    ranks = {each.unit_id: each.rank for each in results if each.group_id == group and each.rank is not None}
    return Year(publication.tier.cycle.year, own, ranks)
