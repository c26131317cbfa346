"""Everything that waits for one person on dossiers, over all cycles: the same few queries however much it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Max, Q

from assessments.delegating.parts import in_parts, limit
from assessments.models import (
    Assessment,
    AssessmentState,
    Citation,
    Delegation,
    DelegationRole,
    EvidenceRequest,
    PartScore,
    Receipt,
    Reopening,
    RequestState,
    Score,
)
from assessments.selectors import with_progress
from assessments.selectors.delegation import IN_FORCE, OWNER, Ownership, delegated_to, owned, places_of
from assessments.selectors.locks import Span, spans_of
from assessments.states import EDITABLE, INSIDE
from criteria.models import Criterion
from criteria.selectors import outline
from criteria.selectors.exemptions import exempted_of
from units.models import User

ZERO = Decimal(0)
NEVER = datetime.max.replace(tzinfo=UTC)


class WorkKind(StrEnum):
    """What is to be done."""

    LEAF = "leaf"
    CONTRIBUTION = "contribution"
    RETURNED = "returned"
    REQUEST = "request"
    FILL = "fill"
    SUBMIT = "submit"
    CHECK = "check"
    SIGN = "sign"


@dataclass(frozen=True)
class Work:
    """One thing to do. ``points``: the most that depends on it; ``part``: of a leaf; ``text``: what is given or asked.

    ``delegation``: the piece that is said done where no leaf says it by itself.
    """

    kind: WorkKind
    assessment: Assessment
    until: datetime | None
    points: Decimal = ZERO
    criterion: Criterion | None = None
    part: str = ""
    text: str = ""
    delegation: Delegation | None = None

    @property
    def order(self) -> tuple[datetime, Decimal, int]:
        """By deadline, then by what is at stake; what has no deadline stands last."""
        return (self.until or NEVER, -self.points, self.assessment.pk)


@dataclass(frozen=True)
class Where:
    """The units in which the person writes, checks and submits dossiers."""

    writes: frozenset[int] = frozenset()
    checks: frozenset[int] = frozenset()
    submits: frozenset[int] = frozenset()


@dataclass
class Season:
    """What the work is found in, read at once for all dossiers of the person."""

    user: User
    where: Where
    now: datetime
    dossiers: list[Assessment]
    spans: dict[int, Span] = field(default_factory=dict)
    nodes: dict[int, list[Criterion]] = field(default_factory=dict)
    given: dict[int, list[Delegation]] = field(default_factory=dict)
    scores: dict[tuple[int, int], Score] = field(default_factory=dict)
    parts: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    exempt: set[tuple[int, int]] = field(default_factory=set)

    def is_open(self, dossier: Assessment) -> bool:
        """Whether the dossier may be written now."""
        span = self.spans.get(dossier.pk)
        return dossier.state in EDITABLE and span is not None and span.window.opens_at <= self.now < span.until

    def is_own(self, dossier: Assessment) -> bool:
        return dossier.unit_id in self.where.writes

    def closes_at(self, dossier: Assessment, own: datetime | None = None) -> datetime | None:
        """The earlier of the dossier's deadline and the owner's own."""
        span = self.spans.get(dossier.pk)
        return min((at for at in (own, span.closes_at if span else None) if at), default=None)


def season_of(user: User, where: Where, now: datetime) -> Season:
    """The dossiers that the person has to do with and that are still with their units, or are asked about."""
    given = delegated_to(user).values("plan__assessment")
    reach = Q(unit__in=where.writes | where.checks | where.submits) | Q(pk__in=given)
    asked = EvidenceRequest.objects.filter(state=RequestState.OPEN).values("assessment")
    rows = Assessment.objects.filter(reach, Q(state__in=INSIDE) | Q(pk__in=asked))
    rows = rows.select_related("unit", "cycle", "criteria_set")
    season = Season(user, where, now, with_progress(rows.order_by("-cycle__year", "cycle__code", "unit__sort_key")))
    if season.dossiers:
        _read(season)
    return season


def work_in(season: Season) -> list[Work]:
    """What waits for the person, by deadline and then by the points at stake."""
    mine = {dossier.pk: _mine(season, dossier) for dossier in season.dossiers}
    found = [work for dossier in season.dossiers for work in _of_dossier(season, dossier, mine[dossier.pk])]
    found += _returned(season, mine)
    found += _requests(season, mine)
    return sorted(found, key=lambda each: each.order)


def _read(season: Season) -> None:
    dossiers = season.dossiers
    season.spans = spans_of(dossiers)
    for node in Criterion.objects.filter(criteria_set__in={each.criteria_set_id for each in dossiers}).order_by(
        "criteria_set", "position"
    ):
        season.nodes.setdefault(node.criteria_set_id, []).append(node)
    rows = Delegation.objects.filter(IN_FORCE, plan__assessment__in=dossiers).select_related("plan", *OWNER)
    for row in rows.order_by("plan", "position"):
        season.given.setdefault(row.plan.assessment_id, []).append(row)
    for score in Score.objects.filter(assessment__in=dossiers):
        season.scores[score.assessment_id, score.criterion_id] = score
    if any(node.facets for nodes in season.nodes.values() for node in nodes):
        parts = PartScore.objects.filter(score__assessment__in=dossiers, points__isnull=False)
        for assessment, leaf, label in parts.values_list("score__assessment", "score__criterion", "label"):
            season.parts.setdefault((assessment, leaf), set()).add(label)
    units: dict[int, list[int]] = {}
    for each in dossiers:
        units.setdefault(each.criteria_set_id, []).append(each.unit_id)
    season.exempt = set(exempted_of(units).leaves)


def _mine(season: Season, dossier: Assessment) -> dict[int, list[Ownership]]:
    """What of the dossier is the person's own, by leaf."""
    rows = season.given.get(dossier.pk)
    if not rows:
        return {}
    nodes = season.nodes.get(dossier.criteria_set_id, [])
    found = owned(rows, nodes, outline(dossier.criteria_set, nodes))
    kept = {leaf: [each for each in owners if each.is_mine(season.user)] for leaf, owners in found.items()}
    return {leaf: owners for leaf, owners in kept.items() if owners}


def _of_dossier(season: Season, dossier: Assessment, mine: dict[int, list[Ownership]]) -> Iterator[Work]:
    state, closes_at = dossier.state, season.closes_at(dossier)
    if state == AssessmentState.CHECKING and dossier.unit_id in season.where.checks:
        yield Work(WorkKind.CHECK, dossier, closes_at, _whole(season, dossier))
    if state == AssessmentState.SIGNING and dossier.unit_id in season.where.submits:
        yield Work(WorkKind.SIGN, dossier, closes_at, _whole(season, dossier))
    if not season.is_open(dossier):
        return
    yield from _leaves(season, dossier, mine)
    yield from _contributions(season, dossier)
    yield from _whole_dossier(season, dossier, is_shared=bool(mine))


def _whole_dossier(season: Season, dossier: Assessment, *, is_shared: bool) -> Iterator[Work]:
    """The dossier as a whole: for its head, and for its writers where the leaves were not given out to them."""
    is_head = dossier.unit_id in season.where.submits
    complete = getattr(dossier, "answered", 0) >= getattr(dossier, "leaves", 0)
    if is_head and complete:
        yield Work(WorkKind.SUBMIT, dossier, season.closes_at(dossier), _whole(season, dossier))
    elif season.is_own(dossier) and not complete and (is_head or not is_shared):
        yield Work(WorkKind.FILL, dossier, season.closes_at(dossier), _unanswered(season, dossier))


def _whole(season: Season, dossier: Assessment) -> Decimal:
    return sum((each.max_points for each in _scorable(season, dossier)), ZERO)


def _unanswered(season: Season, dossier: Assessment) -> Decimal:
    return sum((each.max_points for each in _scorable(season, dossier) if not _answered(season, dossier, each)), ZERO)


def _scorable(season: Season, dossier: Assessment) -> Iterator[Criterion]:
    for node in season.nodes.get(dossier.criteria_set_id, ()):
        if node.is_scorable and (dossier.unit_id, node.pk) not in season.exempt:
            yield node


def _answered(season: Season, dossier: Assessment, leaf: Criterion) -> bool:
    score = season.scores.get((dossier.pk, leaf.pk))
    return score is not None and score.is_answered


def _leaves(season: Season, dossier: Assessment, mine: dict[int, list[Ownership]]) -> Iterator[Work]:
    """The leaves, and the parts of leaves, that the person leads and that have no points yet."""
    for leaf in _scorable(season, dossier):
        leads = [each for each in mine.get(leaf.pk, ()) if each.is_lead]
        parts = in_parts(leaf.facets, leaf.max_points) if leads else None
        if parts is None:
            if leads and not _answered(season, dossier, leaf):
                until = season.closes_at(dossier, min((each.due_at for each in leads if each.due_at), default=None))
                yield Work(WorkKind.LEAF, dossier, until, leaf.max_points, leaf)
            continue
        said = season.parts.get((dossier.pk, leaf.pk), set())
        for part in parts.parts:
            own = [each for each in leads if each.facet in {"", part.label}]
            if own and part.label not in said:
                until = season.closes_at(dossier, min((each.due_at for each in own if each.due_at), default=None))
                words, points = f"{part.label}) {part.name}", limit(parts, part, leaf.max_points)
                yield Work(WorkKind.LEAF, dossier, until, points, leaf, words)


def _contributions(season: Season, dossier: Assessment) -> Iterator[Work]:
    """What the person was to contribute and nobody has said done."""
    places = places_of(season.user)
    for row in season.given.get(dossier.pk, ()):
        mine = row.person_id == season.user.pk or row.unit_id in places.units or row.division_id in places.divisions
        if mine and row.role == DelegationRole.CONTRIBUTOR and row.done_at is None:
            until = season.closes_at(dossier, row.due_at)
            yield Work(WorkKind.CONTRIBUTION, dossier, until, text=row.text, delegation=row)


def _returned(season: Season, mine: dict[int, dict[int, list[Ownership]]]) -> Iterator[Work]:
    """The leaves that a returned dossier is open for and that were not touched since."""
    returned = [each for each in season.dossiers if each.state == AssessmentState.RETURNED and season.is_open(each)]
    back = {each.pk: each for each in returned}
    if not back:
        return
    last = dict(Receipt.objects.filter(assessment__in=back).values_list("assessment").annotate(last=Max("number")))
    touched = _touched(season, back)
    asked = Reopening.objects.filter(assessment__in=back).select_related("criterion")
    for row in asked.order_by("assessment", "criterion__position"):
        dossier, leaf = back[row.assessment_id], row.criterion
        is_new = row.number == last.get(dossier.pk) and touched.get((dossier.pk, leaf.pk), row.asked_at) <= row.asked_at
        if is_new and _concerns(season, dossier, leaf, mine):
            yield Work(WorkKind.RETURNED, dossier, season.closes_at(dossier), leaf.max_points, leaf, text=row.question)


def _touched(season: Season, dossiers: Iterable[int]) -> dict[tuple[int, int], datetime]:
    """When each leaf was last saved, or a document brought for it."""
    known = set(dossiers)
    found = {key: score.updated_at for key, score in season.scores.items() if key[0] in known}
    proofs = Citation.objects.filter(score__assessment__in=known)
    for assessment, leaf, at in proofs.values_list("score__assessment", "score__criterion", "evidence__uploaded_at"):
        found[assessment, leaf] = max(at, found[assessment, leaf])
    return found


def _requests(season: Season, mine: dict[int, dict[int, list[Ownership]]]) -> Iterator[Work]:
    """What the appraisers ask and nobody has answered yet."""
    known = {each.pk: each for each in season.dossiers}
    if not known:
        return
    rows = EvidenceRequest.objects.filter(state=RequestState.OPEN, assessment__in=known).select_related("criterion")
    for row in rows.order_by("due_at", "pk"):
        dossier = known[row.assessment_id]
        if _concerns(season, dossier, row.criterion, mine):
            yield Work(WorkKind.REQUEST, dossier, row.due_at, row.criterion.max_points, row.criterion, text=row.text)


def _concerns(
    season: Season, dossier: Assessment, leaf: Criterion, mine: dict[int, dict[int, list[Ownership]]]
) -> bool:
    """Whether the leaf is the person's business: given to him, or of his own unit and given to nobody there."""
    own = mine.get(dossier.pk, {})
    return leaf.pk in own or (season.is_own(dossier) and not own)
