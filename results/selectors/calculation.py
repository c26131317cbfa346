"""A tier's index as its sources stand now, without writing anything: the same for a run and for the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from criteria import selectors as criteria
from criteria.models import Convention, RankingGroup, Side, Tier
from criteria.selectors.caps import exact
from results import index, proof
from results.index import Answer, Line, Sum
from results.models import ResultLine, Run, Source, UnitResult
from results.proof import Entry, Standing
from results.selectors import runs
from results.selectors.runs import UnitLines

ANSWERS = {
    Source.APPRAISAL: Answer.POINTS,
    Source.SURVEY: Answer.POINTS,
    Source.NOT_APPLICABLE: Answer.NOT_APPLICABLE,
    Source.UNSCORED: Answer.UNSCORED,
    Source.NO_SURVEY: Answer.NO_SURVEY,
}
EXEMPT = {Convention.REDUCE: Answer.EXEMPT_REDUCED, Convention.FULL: Answer.EXEMPT_FULL}
"""An exempted line by what its exemption does, whatever its source."""
# What the digest is taken of: nothing that only means something in this database.
IN_LINE = (
    *("unit.code", "position", "code", "name", "area_code", "maximum", "self_points", "self_not_applicable"),
    *("final_points", "source", "decider", "reason", "decided_at"),
)
IN_RESULT = (
    *("group.code", "unit.code", "points", "maximum", "numerator", "denominator"),
    *("index", "rank", "band", "areas"),
)
Frozen = dict[str, Any]


@dataclass(frozen=True)
class Calculation:
    """A run that is not stored yet. ``results`` by group, rank (withheld ones last) and unit code."""

    settings: Frozen
    lines: list[ResultLine]
    results: list[UnitResult]
    missing: list[dict[str, object]]
    digest: str


def calculation(tier: Tier) -> Calculation:
    """Read every layer of the tier and compute. Raises ``proof.Incalculable``."""
    read = runs.lines(tier)
    settings = settings_of(tier, read)
    lines = [line for each in read for line in _rows(each)]
    results = _results(read, lines, settings)
    return Calculation(settings, lines, results, _missing(read, settings), digest_of(settings, lines, results))


def settings_of(tier: Tier, read: Iterable[UnitLines] = ()) -> Frozen:
    """What a run freezes of the cycle's settings, and of the caps of the criteria sets in ``read``; plain JSON.

    A set without bonus and penalty adds nothing, so that a run of it has the bytes that it always had.
    """
    cycle = tier.cycle
    outside = {each.group.code: proof.frozen_caps(each.caps) for each in read if each.caps.nodes}
    return {
        "cycle": cycle.code,
        "year": cycle.year,
        "tier": tier.code,
        "published_places": cycle.published_places,
        "rank_on": cycle.rank_on,
        "band_on": cycle.band_on,
        "tie_rule": cycle.tie_rule,
        "not_applicable": cycle.not_applicable,
        "unscored": cycle.unscored,
        "missing_survey": cycle.missing_survey,
        "bands": [
            {"name": band.name, "lower": proof.plain(band.lower)} for band in cycle.bands.order_by("-lower", "name")
        ],
        "groups": [_group(group, outside.get(group.code)) for group in criteria.groups_of(tier)],
    }


def _group(group: RankingGroup, outside: Frozen | None) -> Frozen:
    said: Frozen = {"code": group.code, "name": group.name, "kind": group.kind}
    return said | {"outside": outside} if outside else said


def digest_of(settings: Frozen, lines: Iterable[ResultLine], results: Iterable[UnitResult]) -> str:
    """The digest of stored rows, or of rows about to be stored."""
    return proof.digest(settings, map(_in_line, lines), map(attrgetter(*IN_RESULT), results))


def _in_line(row: ResultLine) -> tuple[object, ...]:
    """What the digest covers of a line. A plain one (inside the scale, from 0, not exempted) has no more than ever."""
    values: tuple[object, ...] = attrgetter(*IN_LINE)(row)
    is_plain = row.side == Side.SCALE and not row.minimum and not row.convention
    return values if is_plain else (*values, row.side, row.minimum, row.convention)


def proved(run: Run) -> bool:
    """Whether the stored results still follow from the stored lines, and both still have the run's digest."""
    lines = list(ResultLine.objects.filter(run=run).select_related("unit"))
    results = runs.results_of(run)
    if run.digest != digest_of(run.settings, lines, results):
        return False
    follows = proof.standings(_entries(lines, {each.unit_id: each.group for each in results}), _settings(run.settings))
    stored = {each.unit_id: (each.exact, each.rank, each.band) for each in results}
    return stored == {key: (each.outcome.index, each.rank, each.band) for key, each in follows.items()}


def line_of(row: ResultLine) -> Line:
    """A stored line as the arithmetic takes it."""
    answer = EXEMPT[Convention(row.convention)] if row.convention else ANSWERS[Source(row.source)]
    return Line(row.code, row.area_code, row.maximum, row.final_points, answer, row.minimum, row.side)


def _settings(frozen: Frozen) -> proof.Settings:
    return proof.settings_from(frozen)


def _rows(read: UnitLines) -> list[ResultLine]:
    return [
        ResultLine(
            unit=read.unit,
            position=each.position,
            code=each.code,
            name=each.name,
            area_code=each.area,
            side=each.side,
            maximum=each.maximum,
            minimum=each.minimum,
            convention=each.convention,
            self_points=each.self_points,
            self_not_applicable=each.self_not_applicable,
            final_points=each.final_points,
            source=each.source,
            decider=each.decider,
            reason=each.reason,
            decided_at=each.decided_at,
        )
        for each in read.lines
    ]


def _entries(rows: Iterable[ResultLine], groups: dict[int, RankingGroup]) -> list[Entry]:
    by_unit: dict[int, list[Line]] = {pk: [] for pk in groups}
    for row in rows:
        by_unit[row.unit_id].append(line_of(row))
    return [Entry(pk, groups[pk].code, tuple(lines)) for pk, lines in by_unit.items()]


def _results(read: list[UnitLines], lines: list[ResultLine], settings: Frozen) -> list[UnitResult]:
    entries = _entries(lines, {each.unit.pk: each.group for each in read})
    standings = proof.standings(entries, _settings(settings))
    results = [_result(each, standings[each.unit.pk], settings["published_places"]) for each in read]
    return sorted(
        results, key=lambda each: (each.group.position, each.group.code, each.rank or len(results) + 1, each.unit.code)
    )


def _result(read: UnitLines, standing: Standing, places: int) -> UnitResult:
    outcome = standing.outcome
    share = outcome.index
    return UnitResult(
        group=read.group,
        unit=read.unit,
        points=index.published(outcome.total.points, 4),
        maximum=index.published(outcome.total.maximum, 4),
        numerator="" if share is None else str(share.numerator),
        denominator="" if share is None else str(share.denominator),
        index=standing.index,
        rank=standing.rank,
        band=standing.band,
        areas=[_area(code, area, read, places) for code, area in outcome.areas.items()],
    )


def _area(code: str, area: Sum, read: UnitLines, places: int) -> Frozen:
    """An area as it is frozen. The keys stand in the order in which PostgreSQL gives them back (by length, then by
    letter), for the digest is taken of them as they come: in the same order on every database."""
    cap = read.caps.nodes.get(code)
    outside = {"side": cap.side, "limit": proof.plain(exact(cap.limit))} if cap else {}
    return {
        "code": code,
        "name": read.areas[code],
        **outside,
        "points": proof.plain(index.published(area.points, 4)),
        "maximum": proof.plain(index.published(area.maximum, 4)),
        "percent": None if area.percent is None else str(index.published(area.percent, places)),
    }


def _missing(read: list[UnitLines], settings: Frozen) -> list[dict[str, object]]:
    """Every applicable leaf without points, by unit and printing order, with the policy that was applied to it."""
    policies = {Source.UNSCORED: settings["unscored"], Source.NO_SURVEY: settings["missing_survey"]}
    return [
        {
            "unit": each.unit.name,
            "unit_code": each.unit.code,
            "code": line.code,
            "name": line.name,
            "why": str(line.why),
            "policy": policies[line.source],
        }
        for each in read
        for line in each.lines
        if line.source in policies
    ]
