"""Reads of runs: what goes into one, what came out of it, and what waits because of it.

``lines`` is the single bridge from what units, survey and councils said to what is computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import Assessment, Score
from assessments.states import INSIDE
from councils.models import Council, CouncilState
from councils.selectors.finals import Final, final_points
from criteria import selectors as criteria
from criteria.models import Criterion, Method, RankingGroup, Tier
from criteria.scoring.caps import Caps
from criteria.selectors.caps import caps_of
from criteria.selectors.exemptions import Exempt, Exempted, exempted
from results.models import Decision, DecisionState, Publication, ResultLine, Run, RunState, Source, UnitResult
from surveys.models import SurveyPoint
from units.models import Unit, User

Fixed = tuple[int, str, str, str, Decimal, Decimal, str]
SETTLED = (RunState.COMPUTED, RunState.APPROVED)


class Why(StrEnum):
    """Why a leaf has no points."""

    NO_DOSSIER = "no_dossier"
    NOT_SUBMITTED = "not_submitted"
    NOT_APPRAISED = "not_appraised"
    NO_SURVEY = "no_survey"


@dataclass(frozen=True)
class LeafLine:
    """One leaf of one unit with every layer known of it.

    Of an exempted leaf what the unit had said of itself is kept; decisions and survey points of it do not count.
    """

    position: int
    code: str
    name: str
    area: str
    maximum: Decimal
    minimum: Decimal
    side: str
    source: Source
    self_points: Decimal | None = None
    self_not_applicable: bool = False
    final_points: Decimal | None = None
    decider: str = ""
    reason: str = ""
    decided_at: datetime | None = None
    why: Why | None = None
    convention: str = ""


@dataclass(frozen=True)
class UnitLines:
    """All leaves of a unit in printing order, the names of its areas by code, the caps of its criteria set."""

    group: RankingGroup
    unit: Unit
    areas: dict[str, str]
    lines: tuple[LeafLine, ...]
    caps: Caps


@dataclass(frozen=True)
class _Layers:
    """What was said of a tier, by (unit, criterion)."""

    dossiers: dict[int, Assessment]
    scores: dict[tuple[int, int], Score]
    finals: dict[tuple[int, int], Final]
    surveyed: dict[tuple[int, int], SurveyPoint]
    exempt: Exempted


def lines(tier: Tier) -> list[UnitLines]:
    """Every unit of every group of the tier, in group and name order, with all its leaves and their layers.

    The number of queries depends on the number of groups only. A group whose kind has no criteria set has no lines.
    Raises ``Contradiction`` where two exemptions say different things of the same leaf of a unit.
    """
    groups = criteria.groups_of(tier)
    units = [(group, unit) for group in groups for unit in criteria.units_of_group(group)]
    trees = _trees(tier, {group.kind for group in groups})
    layers = _layers(tier, _exempted(tier, units, trees))
    caps = {kind: caps_of(tree[0].criteria_set, tree) for kind, tree in trees.items()}
    return [
        _unit_lines(group, unit, trees.get(group.kind, []), layers, caps.get(group.kind, Caps()))
        for group, unit in units
    ]


class Contradiction(Exception):
    """Two exemptions say different things of the same leaf: ``unit`` and ``leaf`` are primary keys."""

    def __init__(self, unit: int, leaf: int) -> None:
        super().__init__(f"exemptions of criterion {leaf} contradict each other for unit {unit}")
        self.unit, self.leaf = unit, leaf


def _exempted(tier: Tier, units: Iterable[tuple[RankingGroup, Unit]], trees: dict[str, list[Criterion]]) -> Exempted:
    by_set = {tree[0].criteria_set_id: tree for tree in trees.values()}
    sets = {kind: tree[0].criteria_set_id for kind, tree in trees.items()}
    measured: dict[int, list[int]] = {}
    for group, unit in units:
        if group.kind in sets:
            measured.setdefault(sets[group.kind], []).append(unit.pk)
    found = exempted(by_set, measured, tier.cycle.period_end)
    if found.contradicted:
        raise Contradiction(*found.contradicted[0])
    return found


def _trees(tier: Tier, kinds: Iterable[str]) -> dict[str, list[Criterion]]:
    sets = criteria.sets_in_force(tier.cycle)
    nodes = Criterion.objects.filter(criteria_set__in=sets, criteria_set__kind__in=kinds)
    trees: dict[str, list[Criterion]] = {}
    for node in nodes.select_related("criteria_set").order_by("criteria_set", "position"):
        trees.setdefault(node.criteria_set.kind, []).append(node)
    return trees


def _layers(tier: Tier, exempt: Exempted) -> _Layers:
    scores = Score.objects.filter(assessment__tier=tier).select_related("assessment")
    return _Layers(
        {each.unit_id: each for each in Assessment.objects.filter(tier=tier)},
        {(each.assessment.unit_id, each.criterion_id): each for each in scores},
        final_points(tier),
        _surveyed(tier),
        exempt,
    )


def _surveyed(tier: Tier) -> dict[tuple[int, int], SurveyPoint]:
    rows = SurveyPoint.objects.filter(cycle=tier.cycle_id)
    return {(each.unit_id, each.criterion_id): each for each in rows}


def _unit_lines(group: RankingGroup, unit: Unit, tree: list[Criterion], layers: _Layers, caps: Caps) -> UnitLines:
    by_pk = {node.pk: node for node in tree}
    return UnitLines(
        group,
        unit,
        {node.code: node.name for node in tree if node.parent_id is None},
        tuple(
            _leaf_line(unit, leaf, criteria.area_of(leaf, by_pk).code, position, layers)
            for position, leaf in enumerate(criteria.leaves(tree), start=1)
        ),
        caps,
    )


def _leaf_line(unit: Unit, leaf: Criterion, area: str, position: int, layers: _Layers) -> LeafLine:
    key = (unit.pk, leaf.pk)
    fixed = (position, leaf.code, leaf.name, area, leaf.max_points, leaf.min_points, leaf.side)
    if key in layers.exempt.leaves:
        return _exempt_line(fixed, layers.exempt.leaves[key], layers.scores.get(key))
    if leaf.method == Method.SURVEY:
        return _survey_line(fixed, layers.surveyed.get(key))
    score, final = layers.scores.get(key), layers.finals.get(key)
    said = (score.points, score.not_applicable) if score else (None, False)
    if final is None:
        return LeafLine(*fixed, Source.UNSCORED, *said, why=_why(layers.dossiers.get(unit.pk)))
    source = Source.NOT_APPLICABLE if final.not_applicable else Source.APPRAISAL
    return LeafLine(*fixed, source, *said, final.points, final.decider, final.reason, final.decided_at)


def _exempt_line(fixed: Fixed, exempt: Exempt, score: Score | None) -> LeafLine:
    said = (score.points, score.not_applicable) if score else (None, False)
    source = Source.BY_RULE if exempt.is_by_rule else Source.GRANTED
    return LeafLine(
        *fixed,
        source,
        *said,
        decider=exempt.source[:300],
        reason=exempt.reason,
        decided_at=exempt.decided_at,
        convention=exempt.convention,
    )


def _survey_line(fixed: Fixed, point: SurveyPoint | None) -> LeafLine:
    if point is None:
        return LeafLine(*fixed, Source.NO_SURVEY, why=Why.NO_SURVEY)
    return LeafLine(*fixed, Source.SURVEY, final_points=point.points)


def _why(dossier: Assessment | None) -> Why:
    if dossier is None:
        return Why.NO_DOSSIER
    return Why.NOT_SUBMITTED if dossier.state in INSIDE else Why.NOT_APPRAISED


def runs_of(tier: Tier) -> QuerySet[Run]:
    """The tier's runs, newest first."""
    return Run.objects.filter(tier=tier).select_related("job", "started_by").order_by("-number")


def results_of(run: Run) -> list[UnitResult]:
    """The run's results by group, rank and name; withheld ones last in their group."""
    return list(UnitResult.objects.filter(run=run).select_related("unit", "group", "group__parent"))


def result_of(run: Run, unit_pk: int) -> UnitResult | None:
    return UnitResult.objects.filter(run=run, unit=unit_pk).select_related("unit", "group").first()


def lines_of(run: Run, unit_pk: int) -> list[ResultLine]:
    return list(ResultLine.objects.filter(run=run, unit=unit_pk).order_by("position"))


def decision_of(run: Run) -> Decision | None:
    return Decision.objects.filter(run=run).first()


def is_final(run: Run) -> bool:
    """Whether the run was started after the council had closed the appraisal; before, its standing is interim."""
    return _closings().filter(tier=run.tier_id, closed_at__lte=run.started_at).exists()


def _closings() -> QuerySet[Council]:
    return Council.objects.filter(state=CouncilState.CLOSED)


def last_published(tier: Tier) -> Run | None:
    """The run behind last cycle's standing publication of the same tier; None where nothing is published."""
    if tier.cycle.previous_id is None:
        return None
    standing = Publication.objects.filter(
        tier__cycle=tier.cycle.previous_id, tier__code=tier.code, tier__authority=tier.authority_id, withdrawn_at=None
    )
    publication = standing.select_related("decision__run__tier__cycle").first()
    return publication.decision.run if publication else None


def last_results(tier: Tier) -> dict[int, UnitResult]:
    """Last cycle's published results by unit; empty where nothing is published."""
    run = last_published(tier)
    return {result.unit_id: result for result in results_of(run)} if run else {}


def newest_tiers(authorities: Iterable[Unit]) -> list[Tier]:
    """For each authority the tiers of its newest cycle."""
    rows = Tier.objects.filter(authority__in=list(authorities)).select_related("cycle")
    return newest_of(rows.order_by("-cycle__year", "cycle__code", "position", "code"))


def newest_of(tiers: Iterable[Tier]) -> list[Tier]:
    """Of tiers, newest first, those of each authority's newest cycle."""
    newest: dict[int, list[Tier]] = {}
    for tier in tiers:
        standing = newest.setdefault(tier.authority_id, [])
        if not standing or standing[0].cycle_id == tier.cycle_id:
            standing.append(tier)
    return [tier for standing in newest.values() for tier in standing]


def tiers_to_compute(authorities: Iterable[Unit]) -> list[Tier]:
    """Tiers whose council has closed the appraisal and that no run has been started for since."""
    later = Run.objects.filter(tier=OuterRef("tier"), started_at__gte=OuterRef("closed_at")).exclude(
        state=RunState.FAILED
    )
    closed = _closings().filter(~Exists(later), tier__authority__in=list(authorities))
    return [council.tier for council in closed.select_related("tier__cycle").order_by("tier")]


def runs_to_draft(authorities: Iterable[Unit]) -> list[Run]:
    """The newest computed run of each tier, if it is final and has no decision."""
    newer = Run.objects.filter(tier=OuterRef("tier"), number__gt=OuterRef("number"), state__in=SETTLED)
    decided = Decision.objects.filter(run=OuterRef("pk"))
    closed = _closings().filter(tier=OuterRef("tier"), closed_at__lte=OuterRef("started_at"))
    rows = Run.objects.filter(
        ~Exists(newer), ~Exists(decided), Exists(closed), state=RunState.COMPUTED, tier__authority__in=list(authorities)
    )
    return list(rows.select_related("tier__cycle").order_by("-tier__cycle__year", "tier", "number"))


def decisions_waiting(authorities: Iterable[Unit], user: User) -> list[Decision]:
    """Decisions with a finished document to be approved by somebody else than their drafter, or to be published."""
    to_approve = Q(state=DecisionState.DRAFTED) & ~Q(pdf="") & ~Q(drafted_by=user)
    # A withdrawn publication counts too: whether to publish again is for the chairman to say, not for a reminder.
    to_publish = Q(state=DecisionState.APPROVED) & ~Exists(Publication.objects.filter(decision=OuterRef("pk")))
    rows = Decision.objects.filter(to_approve | to_publish, run__tier__authority__in=list(authorities))
    return list(rows.select_related("run__tier__cycle").order_by("date", "pk"))
