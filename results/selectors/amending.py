"""What an amendment of a criteria set in mid-cycle would do: every leaf, every unit, every count, before it is done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, Score
from councils.models import Appraisal, Assignment, Council, CouncilState
from councils.selectors.seats import seated
from criteria.models import SELF_SCORED, CriteriaSet, Criterion, EnteredBy, Lineage, Method, PhaseKind, SetState
from criteria.phases import Stand
from criteria.selectors import criteria_of, outline, window
from criteria.tree.amending import Answer, Fate, Link, fates, followers
from criteria.tree.nodes import Outline
from results.models import Run, RunState
from surveys.models import SurveyPoint
from units.models import OF_A_UNIT, Membership, Unit
from units.selectors import database_now

ZERO = Decimal(0)


class Obstacle(StrEnum):
    """Why an amendment cannot be made now."""

    NOT_CHECKED = "not_checked"
    NOT_A_VERSION = "not_a_version"
    LINEAGE = "lineage"
    CLOSED = "closed"
    APPROVED = "approved"


@dataclass
class Effect:
    """What happens to one unit's dossier. Numbers of answers, and points as the unit and the council gave them."""

    unit: Unit
    state: str
    kept: int = 0
    redo: int = 0
    aside: int = 0
    points_before: Decimal = ZERO
    points_kept: Decimal = ZERO
    decisions_kept: int = 0
    decisions_aside: int = 0
    survey_kept: int = 0
    survey_aside: int = 0

    @property
    def points_moved(self) -> Decimal:
        """Self-scored points that no longer count until they are given again."""
        return self.points_before - self.points_kept


@dataclass(frozen=True)
class Plan:
    """The whole amendment. ``pairs``: leaves whose answers go along; ``nodes``: every node that has a follower.

    ``unassigned``: codes of leaves that nobody in one of the councils would appraise.
    """

    old: CriteriaSet
    new: CriteriaSet
    fates: tuple[Fate, ...]
    effects: tuple[Effect, ...]
    pairs: Mapping[int, int]
    nodes: Mapping[int, int]
    seats_lost: int
    unassigned: tuple[str, ...]
    letters: int
    is_open: bool
    obstacles: tuple[Obstacle, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many leaves of each fate."""
        counted = dict.fromkeys(Answer, 0)
        for fate in self.fates:
            counted[fate.answer] += 1
        return {str(answer): number for answer, number in counted.items()}

    @property
    def to_answer(self) -> tuple[Fate, ...]:
        """Leaves that units have to answer after the amendment, again or for the first time."""
        return tuple(
            each
            for each in self.fates
            if each.answer in {Answer.REDO, Answer.NEW}
            and each.new
            and each.new.method in SELF_SCORED
            and each.new.entered_by == EnteredBy.UNIT
        )

    @property
    def affected(self) -> tuple[Effect, ...]:
        """Units that lose an answer, or have one more to give."""
        return tuple(each for each in self.effects if each.redo or each.aside or self.to_answer)

    @property
    def returned(self) -> tuple[Effect, ...]:
        """Units whose submitted dossiers go back to them: only while self-scoring is open."""
        has_work = bool(self.to_answer) and self.is_open
        return tuple(each for each in self.effects if has_work and each.state == AssessmentState.SUBMITTED)

    @property
    def totals(self) -> dict[str, int | Decimal]:
        """Sums over all units, for the head of the page and the audit trail."""
        names = ("kept", "redo", "aside", "decisions_kept", "decisions_aside", "survey_kept", "survey_aside")
        sums: dict[str, int | Decimal] = {name: sum(getattr(each, name) for each in self.effects) for name in names}
        return sums | {
            "units": len(self.affected),
            "returned": len(self.returned),
            "points_moved": sum((each.points_moved for each in self.effects), ZERO),
        }


def plan(new: CriteriaSet) -> Plan | None:
    """What putting ``new`` in the place of the version it replaces would do; None where it replaces none.

    The number of queries does not depend on the number of units or leaves.
    """
    if new.replaces is None:
        return None
    old = new.replaces
    before, after = criteria_of(old), criteria_of(new)
    earlier, later = outline(old, before), outline(new, after)
    links, loose = _links(new, later)
    found = fates(earlier, later, links)
    by_code, to_code = {each.code: each.pk for each in before}, {each.code: each.pk for each in after}
    places = {by_code[a]: to_code[b] for a, b in followers(earlier, later, found).items()}
    pairs = {by_code[f.old.code]: to_code[f.new.code] for f in found if f.answer is Answer.KEPT and f.old and f.new}
    dossiers = list(Assessment.objects.filter(criteria_set=old).select_related("unit").order_by("unit__sort_key"))
    phase = window(old.cycle, PhaseKind.SELF_SCORING, old.kind)
    return Plan(
        old=old,
        new=new,
        fates=found,
        effects=_effects(dossiers, before, pairs, _redone(found, by_code)),
        pairs=pairs,
        nodes=places,
        seats_lost=_seats_lost(before, places),
        unassigned=_unassigned(later, to_code, places, {each.tier_id for each in dossiers}),
        letters=_letters(dossiers) + seated(places).count(),
        is_open=phase is not None and phase.stand(database_now()) is Stand.OPEN,
        obstacles=tuple(_obstacles(old, new, loose, dossiers)),
    )


def _links(new: CriteriaSet, later: Outline) -> tuple[list[Link], bool]:
    """The confirmed lineage to the version before, and whether a leaf has none."""
    rows = Lineage.objects.filter(criteria_set=new, is_confirmed=True).select_related("criterion", "previous")
    links = [
        Link(row.previous.code if row.previous else "", row.criterion.code if row.criterion else "", row.kind)
        for row in rows
    ]
    return links, bool({leaf.code for leaf in later.leaves} - {link.new for link in links})


def _redone(found: Iterable[Fate], by_code: Mapping[str, int]) -> frozenset[int]:
    return frozenset(by_code[each.old.code] for each in found if each.answer is Answer.REDO and each.old)


def _effects(
    dossiers: list[Assessment], before: list[Criterion], pairs: Mapping[int, int], redone: frozenset[int]
) -> tuple[Effect, ...]:
    effects = {each.pk: Effect(each.unit, each.state) for each in dossiers}
    by_unit = {each.unit_id: effects[each.pk] for each in dossiers}
    leaves = [each.pk for each in before if each.is_leaf]
    scores = Score.objects.filter(assessment__in=effects, criterion__in=leaves).order_by()
    for pk, leaf, points, aside in scores.values_list("assessment", "criterion", "points", "not_applicable"):
        if points is not None or aside:
            _answered(effects[pk], leaf, points or ZERO, pairs, redone)
    decided = Appraisal.objects.filter(assessment__in=effects, criterion__in=leaves, is_current=True).order_by()
    for pk, leaf in decided.values_list("assessment", "criterion"):
        name = "decisions_kept" if leaf in pairs else "decisions_aside"
        setattr(effects[pk], name, getattr(effects[pk], name) + 1)
    surveyed = SurveyPoint.objects.filter(criterion__in=leaves, unit__in=by_unit).order_by()
    for unit, leaf in surveyed.values_list("unit", "criterion"):
        name = "survey_kept" if leaf in pairs else "survey_aside"
        setattr(by_unit[unit], name, getattr(by_unit[unit], name) + 1)
    return tuple(effects.values())


def _answered(effect: Effect, leaf: int, points: Decimal, pairs: Mapping[int, int], redone: frozenset[int]) -> None:
    effect.points_before += points
    if leaf in pairs:
        effect.kept += 1
        effect.points_kept += points
    elif leaf in redone:
        effect.redo += 1
    else:
        effect.aside += 1


def _letters(dossiers: list[Assessment]) -> int:
    """How many people are told: the officers and heads of the units today."""
    today = timezone.localdate()
    holders = Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, user__is_active=True)
    mine = holders.filter(unit__in=[each.unit_id for each in dossiers], role__in=OF_A_UNIT)
    return mine.values("user", "unit").distinct().count()


def _seats_lost(before: list[Criterion], places: Mapping[int, int]) -> int:
    """Assignments of seats to criteria that nothing follows: they are made again."""
    return Assignment.objects.filter(criterion__in=[each.pk for each in before if each.pk not in places]).count()


def _unassigned(
    later: Outline, to_code: Mapping[str, int], places: Mapping[int, int], tiers: set[int]
) -> tuple[str, ...]:
    """Codes of leaves that a council decides on and that no seat of some council would be assigned to."""
    held: dict[int, set[int]] = {
        pk: set() for pk in Council.objects.filter(tier__in=tiers).values_list("pk", flat=True)
    }
    rows = Assignment.objects.filter(seat__council__in=held, criterion__in=places)
    for council, criterion in rows.values_list("seat__council", "criterion"):
        held[council].add(places[criterion])
    decided = [leaf for leaf in later.leaves if leaf.method != Method.SURVEY]
    above = {leaf.code: {to_code[each.code] for each in (leaf, *later.above(leaf))} for leaf in decided}
    return tuple(leaf.code for leaf in decided if any(not above[leaf.code] & seats for seats in held.values()))


def _obstacles(old: CriteriaSet, new: CriteriaSet, loose: bool, dossiers: list[Assessment]) -> Iterable[Obstacle]:
    if new.state != SetState.CHECKED:
        yield Obstacle.NOT_CHECKED
    if old.state != SetState.ISSUED or (old.cycle_id, old.kind) != (new.cycle_id, new.kind):
        yield Obstacle.NOT_A_VERSION
    if loose:
        yield Obstacle.LINEAGE
    yield from finished({each.tier_id for each in dossiers})


def finished(tiers: Iterable[int]) -> Iterator[Obstacle]:
    """What of the tiers (by key) is over, so that their dossiers change set no more."""
    tiers = list(tiers)
    if Council.objects.filter(tier__in=tiers, state=CouncilState.CLOSED).exists():
        yield Obstacle.CLOSED
    if Run.objects.filter(tier__in=tiers, state=RunState.APPROVED).exists():
        yield Obstacle.APPROVED
