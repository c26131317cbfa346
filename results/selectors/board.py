"""How far every unit of a tier is, step by step. A whole tier in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from assessments.models import Assessment, AssessmentState, Receipt, Score
from assessments.selectors.locks import Span, spans_of
from assessments.states import INSIDE
from councils.models import Appraisal, Council
from criteria import selectors as criteria
from criteria.models import SELF_SCORED, Criterion, EnteredBy, Method, PhaseKind, RankingGroup, Tier
from criteria.selectors.exemptions import Key, exempted_of
from results.models import Run, RunState, UnitResult
from results.selectors import runs
from surveys.models import SurveyPoint
from units.models import JobState, Unit
from units.naming import folded

NONE = "none"
OVERDUE = "overdue"
UNRANKED = 10**6
HANDED_IN = frozenset({AssessmentState.SUBMITTED, AssessmentState.APPRAISED})


@dataclass(frozen=True)
class Step:
    """``done`` of ``total`` leaves. ``level``: 0 none, 1 under half, 2 half or more, 3 all, for the heat map."""

    done: int
    total: int

    @property
    def level(self) -> int:
        if not self.done:
            return 0
        if self.done >= self.total:
            return 3
        return 2 if 2 * self.done >= self.total else 1

    @property
    def share(self) -> Fraction:
        return Fraction(self.done, self.total) if self.total else Fraction(0)


@dataclass(frozen=True)
class Row:
    """One unit: its dossier and how far each step is; its result in the newest settled run.

    ``late_minutes``: by how much what was handed in last missed the unit's deadline.
    """

    group: RankingGroup
    unit: Unit
    dossier: Assessment | None
    overdue: bool
    scored: Step
    appraised: Step
    surveyed: Step
    result: UnitResult | None
    late_minutes: int = 0

    @property
    def state(self) -> str:
        return self.dossier.state if self.dossier else NONE

    @property
    def submitted_at(self) -> datetime | None:
        return self.dossier.submitted_at if self.dossier else None


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to; ``sort`` is a key of ``SORTS``, with '-' downwards. Empty: everything."""

    group: str = ""
    state: str = ""
    search: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Board:
    """``exempt``: which leaves do not apply to which units; they count in no step. ``spans``: by dossier (its key)."""

    tier: Tier
    council: Council | None
    groups: list[RankingGroup]
    rows: list[Row]
    run: Run | None
    computing: Run | None
    exempt: frozenset[Key] = frozenset()
    spans: Mapping[int, Span] = field(default_factory=dict)

    @property
    def submitted(self) -> Step:
        past = [row for row in self.rows if row.state in HANDED_IN]
        return Step(len(past), len(self.rows))

    @property
    def appraised(self) -> Step:
        whole = [row for row in self.rows if row.appraised.total and row.appraised.level == 3]
        return Step(len(whole), len(self.rows))

    @property
    def surveyed(self) -> Step:
        whole = [row for row in self.rows if not row.surveyed.total or row.surveyed.level == 3]
        return Step(len(whole), len(self.rows))

    @property
    def overdue(self) -> int:
        return sum(row.overdue for row in self.rows)


SORTS: dict[str, Callable[[Row], Any]] = {
    "unit": lambda row: row.unit.sort_key,
    "state": lambda row: row.state,
    "submitted": lambda row: (row.submitted_at is None, row.submitted_at),
    "scored": lambda row: row.scored.share,
    "appraised": lambda row: row.appraised.share,
    "surveyed": lambda row: row.surveyed.share,
    "rank": lambda row: (row.group.position, _rank(row)),
    "index": lambda row: row.result.index if row.result and row.result.index is not None else -1,
}


def _rank(row: Row) -> int:
    return row.result.rank if row.result and row.result.rank else UNRANKED


def board(tier: Tier, now: datetime) -> Board:
    """Every unit of the tier in group and name order."""
    groups = criteria.groups_of(tier)
    units = units_of(groups)
    exempt = exempt_leaves(tier, units)
    dossiers = {each.unit_id: each for each in Assessment.objects.filter(tier=tier).select_related("unit")}
    settled = Run.objects.filter(tier=tier, state__in=runs.SETTLED).order_by("-number").first()
    council = Council.objects.filter(tier=tier).first()
    found = Board(tier, council, groups, [], settled, _computing(tier), exempt, spans_of(dossiers.values()))
    found.rows.extend(_rows(found, units, dossiers, now))
    return found


def units_of(groups: Iterable[RankingGroup]) -> list[tuple[RankingGroup, Unit]]:
    """The units of the groups, in the order of the groups and of their names."""
    return [(group, unit) for group in groups for unit in criteria.units_of_group(group)]


def answered(tier: Tier) -> QuerySet[Score]:
    """What the units said of the leaves that they score for themselves.

    What an amendment set aside stays with the version before, and counts for nothing.
    """
    rows = Score.objects.filter(criterion__method__in=SELF_SCORED, **_standing(tier))
    return rows.filter(Q(points__isnull=False) | Q(not_applicable=True))


def decided(tier: Tier) -> QuerySet[Appraisal]:
    """The decisions of the council that stand."""
    return Appraisal.objects.filter(is_current=True, **_standing(tier))


def _standing(tier: Tier) -> dict[str, Any]:
    return {"assessment__tier": tier, "criterion__criteria_set": F("assessment__criteria_set")}


def exempt_leaves(tier: Tier, units: Iterable[tuple[RankingGroup, Unit]]) -> frozenset[Key]:
    """Which leaves do not apply to which of the units. Two queries if nothing is exempted."""
    sets = dict(criteria.sets_in_force(tier.cycle).values_list("kind", "pk"))
    measured: dict[int, list[int]] = {}
    for group, unit in units:
        if group.kind in sets:
            measured.setdefault(sets[group.kind], []).append(unit.pk)
    return frozenset(exempted_of(measured).leaves)


def _computing(tier: Tier) -> Run | None:
    """The run on its way; one whose job was given up is not."""
    runs_ = Run.objects.filter(tier=tier, state=RunState.COMPUTING).exclude(job__state=JobState.FAILED)
    return runs_.select_related("job").order_by("-number").first()


def narrowed(rows: Iterable[Row], filters: Filters) -> list[Row]:
    """The rows that match, sorted; unknown values of a filter match nothing, an unknown sort keeps the order."""
    text = folded(filters.search)
    found = [
        row
        for row in rows
        if filters.group in {"", row.group.code}
        and (filters.state in {"", row.state} or (filters.state == OVERDUE and row.overdue))
        and (text in row.unit.folded or text in row.unit.code.lower())
    ]
    key = SORTS.get(filters.sort.removeprefix("-"))
    return sorted(found, key=key, reverse=filters.sort.startswith("-")) if key else found


def _rows(
    of: Board, units: Iterable[tuple[RankingGroup, Unit]], dossiers: Mapping[int, Assessment], now: datetime
) -> list[Row]:
    tier, run, minutes = of.tier, of.run, _late_minutes(of.tier)
    results = {each.unit_id: each for each in UnitResult.objects.filter(run=run)} if run else {}
    totals, late = _totals(tier), _kinds_over(tier, now)
    scored, appraised = (counts(each, "assessment__unit") for each in (answered(tier), decided(tier)))
    points = SurveyPoint.objects.filter(criterion__criteria_set__in=criteria.sets_in_force(tier.cycle))
    surveyed = counts(points.filter(criterion__method=Method.SURVEY), "unit")
    exempt = _exempt(tier, of.exempt)
    return [
        Row(
            group,
            unit,
            dossier := dossiers.get(unit.pk),
            _is_overdue(dossier, of.spans, now) if dossier else group.kind in late,
            exempt.step(unit.pk, "scored", scored, totals[group.kind]),
            exempt.step(unit.pk, "appraised", appraised, totals[group.kind]),
            exempt.step(unit.pk, "surveyed", surveyed, totals[group.kind]),
            results.get(unit.pk),
            minutes.get(unit.pk, 0),
        )
        for group, unit in units
    ]


def _is_overdue(dossier: Assessment, spans: Mapping[int, Span], now: datetime) -> bool:
    """Whether the unit's own deadline has passed, with its extension, and it still has the dossier."""
    span = spans.get(dossier.pk)
    return span is not None and dossier.state in INSIDE and now >= span.closes_at


def _late_minutes(tier: Tier) -> dict[int, int]:
    """The lateness of the newest receipts by unit."""
    rows = Receipt.objects.filter(assessment__tier=tier).order_by("number")
    return dict(rows.values_list("assessment__unit", "late_minutes"))


class _Totals(NamedTuple):
    """How many leaves a kind of unit has to score, the council to appraise, the survey to fill."""

    scored: int = 0
    appraised: int = 0
    surveyed: int = 0


@dataclass(frozen=True)
class _Exempt:
    """How many leaves of each step do not apply to each unit, and how many of them were filled all the same."""

    leaves: Mapping[tuple[int, str], int] = field(default_factory=dict)
    filled: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def step(self, unit: int, name: str, done: Mapping[int, int], totals: _Totals) -> Step:
        key = (unit, name)
        total: int = getattr(totals, name)
        return Step(done.get(unit, 0) - self.filled.get(key, 0), total - self.leaves.get(key, 0))


def _exempt(tier: Tier, exempt: frozenset[Key]) -> _Exempt:
    """No query if nothing is exempted."""
    if not exempt:
        return _Exempt()
    leaves = Criterion.objects.in_bulk({leaf for _unit, leaf in exempt})
    filled = _filled(tier, leaves)
    left: Counter[tuple[int, str]] = Counter()
    done: Counter[tuple[int, str]] = Counter()
    for unit_pk, leaf in exempt:
        for name in _steps(leaves[leaf]):
            left[unit_pk, name] += 1
            done[unit_pk, name] += (unit_pk, leaf) in filled[name]
    return _Exempt(left, done)


def _steps(leaf: Criterion) -> list[str]:
    """Which steps fill the leaf."""
    if leaf.method == Method.SURVEY:
        return ["surveyed"]
    return ["scored", "appraised"] if leaf.is_scorable else ["appraised"]


def _filled(tier: Tier, leaves: Iterable[int]) -> dict[str, set[tuple[int, int]]]:
    """Which of the leaves are filled, by step: pairs of unit and leaf."""
    pair = ("assessment__unit", "criterion")
    said = Score.objects.filter(Q(points__isnull=False) | Q(not_applicable=True), assessment__tier=tier)
    decided = Appraisal.objects.filter(is_current=True, assessment__tier=tier)
    surveyed = SurveyPoint.objects.all()
    return {
        "scored": set(said.filter(criterion__in=leaves).order_by().values_list(*pair)),
        "appraised": set(decided.filter(criterion__in=leaves).order_by().values_list(*pair)),
        "surveyed": set(surveyed.filter(criterion__in=leaves).order_by().values_list("unit", "criterion")),
    }


def _totals(tier: Tier) -> dict[str, _Totals]:
    """The leaves of the sets in force by kind of unit; none where a kind has no set."""
    leaves = Criterion.objects.filter(criteria_set__in=criteria.sets_in_force(tier.cycle), is_leaf=True).order_by()
    counted = leaves.values_list("criteria_set__kind").annotate(
        scored=Count("pk", filter=Q(method__in=SELF_SCORED, entered_by=EnteredBy.UNIT)),
        appraised=Count("pk", filter=~Q(method=Method.SURVEY)),
        surveyed=Count("pk", filter=Q(method=Method.SURVEY)),
    )
    return defaultdict(_Totals, {kind: _Totals(*numbers) for kind, *numbers in counted})


def counts(rows: QuerySet[Any], unit: str) -> dict[int, int]:
    """How many of the rows there are by unit; ``unit``: the way from the row to it."""
    return dict(rows.order_by().values_list(unit).annotate(Count("pk")))


def _kinds_over(tier: Tier, now: datetime) -> set[str]:
    """Kinds of unit whose self-scoring has closed."""
    phases = criteria.phases_of(tier.cycle)
    return {each.unit_kind for each in phases if each.kind == PhaseKind.SELF_SCORING and each.closes_at <= now}
