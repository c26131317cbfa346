"""Pairs of a criterion and a unit: what waits, what is decided, and a seat's queue of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, Citation, Score
from assessments.states import State as DossierState
from councils.models import Appraisal, Council, Seat
from councils.selectors.seats import Key, Roster, is_appraised, roster
from criteria.models import Criterion, Tier
from criteria.selectors import area_of
from criteria.selectors.exemptions import Exempted, exempted
from units.naming import folded

READY = (DossierState.SUBMITTED, DossierState.APPRAISED)


class PairState(TextChoices):
    """Where one criterion of one unit stands with the council."""

    WAITING = "waiting", _("Waiting for appraisal")
    DECIDED = "decided", _("Accepted as self-scored")
    CHANGED = "changed", _("Changed by the council")


@dataclass(frozen=True)
class Said:
    """What the unit scored itself, as far as a queue needs it."""

    pk: int
    points: Decimal | None
    not_applicable: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class Ruling:
    """The standing decision on a pair, with the self-score that it was made on."""

    pk: int
    points: Decimal | None
    not_applicable: bool
    self_points: Decimal | None
    self_not_applicable: bool
    seat: int
    decided_at: datetime

    @property
    def is_changed(self) -> bool:
        return (self.points, self.not_applicable) != (self.self_points, self.self_not_applicable)


@dataclass(frozen=True)
class Pair:
    """One criterion of one unit, with the seats that may decide on it."""

    assessment: Assessment
    criterion: Criterion
    area: Criterion
    seats: Sequence[Seat]
    said: Said | None = None
    ruling: Ruling | None = None

    @property
    def key(self) -> Key:
        return self.assessment.pk, self.criterion.pk

    @property
    def is_outdated(self) -> bool:
        """Decided, but the unit has handed in another self-score since."""
        return self.ruling is not None and outdated(self.ruling, self.said, self.assessment)

    @cached_property
    def state(self) -> PairState:
        if self.ruling is None or self.is_outdated:
            return PairState.WAITING
        return PairState.CHANGED if self.ruling.is_changed else PairState.DECIDED

    @property
    def is_waiting(self) -> bool:
        return self.state is PairState.WAITING


def outdated(ruling: Ruling | Appraisal, said: Said | Score | None, assessment: Assessment) -> bool:
    """Whether the self-score was changed after the ruling: other points, or touched and handed in anew."""
    if said is None:
        return (ruling.self_points, ruling.self_not_applicable) != (None, False)
    if (ruling.self_points, ruling.self_not_applicable) != (said.points, said.not_applicable):
        return True
    submitted = assessment.submitted_at
    return submitted is not None and submitted > ruling.decided_at and said.updated_at > ruling.decided_at


@dataclass(frozen=True)
class Filters:
    """What a queue is narrowed to. Empty fields do not narrow; ``sort`` is one of ``SORTS``, with '-' downwards."""

    unit: int | None = None
    area: str = ""
    state: str = ""
    search: str = ""
    sort: str = "unit"


SORTS: dict[str, Callable[[Pair], Any]] = {
    "unit": lambda pair: (pair.assessment.unit.sort_key, pair.assessment.pk, pair.criterion.position),
    "criterion": lambda pair: (
        [int(part) if part.isdigit() else 0 for part in pair.criterion.code.split(".")],
        pair.criterion.code,
        pair.assessment.unit.sort_key,
    ),
    "maximum": lambda pair: (pair.criterion.max_points, pair.criterion.position, pair.assessment.unit.sort_key),
    "state": lambda pair: (PairState.values.index(pair.state), *SORTS["unit"](pair)),
}


def pairs_for(seat: Seat, filters: Filters | None = None, keep: Key | None = None) -> list[Pair]:
    """The pairs that the seat decides on, narrowed and sorted. ``keep`` stays in whatever the filter says."""
    return narrowed(pairs_of(seat.council, seat), filters or Filters(), keep)


def pairs_of(council: Council, seat: Seat | None = None, table: Roster | None = None) -> list[Pair]:
    """Every pair of the tier's handed-in dossiers in the order of units.

    With ``seat``, only its own; ``table`` is the council's roster where the caller has read it already.
    """
    table = table or roster(council)
    found = [each for each in _candidates(council, table) if seat is None or seat in each[2]]
    leaves = {leaf.pk for _assessment, leaf, _seats in found}
    said, rulings = _said(council.tier, leaves), _rulings(council.tier, leaves)
    by_pk = {criterion.pk: criterion for criterion in table.criteria}
    areas = {pk: area_of(by_pk[pk], by_pk) for pk in leaves}
    return [
        Pair(assessment, leaf, areas[leaf.pk], seats, said.get(key), rulings.get(key))
        for assessment, leaf, seats in found
        for key in [(assessment.pk, leaf.pk)]
    ]


def _candidates(council: Council, table: Roster) -> Iterator[tuple[Assessment, Criterion, Sequence[Seat]]]:
    """Every leaf of every handed-in dossier that applies to its unit, with the seats that decide on it."""
    for assessment, leaf in applying(council.tier, table):
        yield assessment, leaf, table.appraisers(leaf.pk, assessment.unit_id)


def applying(tier: Tier, table: Roster) -> Iterator[tuple[Assessment, Criterion]]:
    """Every leaf that the council decides on of every handed-in dossier, as far as it applies to its unit."""
    leaves: dict[int, list[Criterion]] = {}
    for criterion in table.criteria:
        if is_appraised(criterion):
            leaves.setdefault(criterion.criteria_set_id, []).append(criterion)
    handed_in = list(dossiers(tier))
    exempt = _exempted(tier, table.criteria, handed_in).leaves
    for assessment in handed_in:
        for leaf in leaves.get(assessment.criteria_set_id, []):
            if (assessment.unit_id, leaf.pk) not in exempt:
                yield assessment, leaf


def _exempted(tier: Tier, criteria: Iterable[Criterion], handed_in: Iterable[Assessment]) -> Exempted:
    trees: dict[int, list[Criterion]] = {}
    units: dict[int, list[int]] = {}
    for criterion in criteria:
        trees.setdefault(criterion.criteria_set_id, []).append(criterion)
    for assessment in handed_in:
        units.setdefault(assessment.criteria_set_id, []).append(assessment.unit_id)
    return exempted(trees, units, tier.cycle.period_end)


def dossiers(tier: Tier) -> QuerySet[Assessment]:
    """The tier's dossiers that the council may look at, in the order of units."""
    ready = Assessment.objects.filter(tier=tier, state__in=READY).select_related("unit")
    return ready.order_by("unit__sort_key", "pk")


def not_handed_in(tier: Tier) -> QuerySet[Assessment]:
    missing = Assessment.objects.filter(tier=tier).exclude(state__in=READY).select_related("unit")
    return missing.order_by("unit__sort_key", "pk")


def _said(tier: Tier, leaves: Iterable[int]) -> dict[Key, Said]:
    rows = Score.objects.filter(assessment__tier=tier, criterion__in=leaves).order_by()
    fields = ("assessment_id", "criterion_id", "pk", "points", "not_applicable", "version", "updated_at")
    return {(row[0], row[1]): Said(*row[2:]) for row in rows.values_list(*fields)}


def _rulings(tier: Tier, leaves: Iterable[int]) -> dict[Key, Ruling]:
    rows = Appraisal.objects.filter(assessment__tier=tier, criterion__in=leaves, is_current=True).order_by()
    fields = ("pk", "points", "not_applicable", "self_points", "self_not_applicable", "seat_id", "decided_at")
    return {(row[0], row[1]): Ruling(*row[2:]) for row in rows.values_list("assessment_id", "criterion_id", *fields)}


def narrowed(pairs: Iterable[Pair], filters: Filters, keep: Key | None = None) -> list[Pair]:
    """The pairs that the filter leaves, sorted."""
    text = folded(filters.search)
    kept = [pair for pair in pairs if pair.key == keep or (_matches(pair, filters) and _contains(pair, text))]
    down, name = filters.sort.startswith("-"), filters.sort.removeprefix("-")
    return sorted(kept, key=SORTS[name], reverse=down)


def _matches(pair: Pair, filters: Filters) -> bool:
    if filters.unit and pair.assessment.unit_id != filters.unit:
        return False
    if filters.area and pair.area.name != filters.area:
        return False
    return not filters.state or pair.state == filters.state


def _contains(pair: Pair, text: str) -> bool:
    """Whether unit, code or name of the criterion contain the folded text; folding is dear, so not for nothing."""
    if not text:
        return True
    return text in pair.assessment.unit.folded or text in f"{pair.criterion.code} {folded(pair.criterion.name)}"


@dataclass(frozen=True)
class Neighbours:
    """Where a pair lies in a list: its place counted from 1, and what comes before, after, and next to decide."""

    place: int
    of: int
    before: Pair | None
    after: Pair | None
    next_waiting: Pair | None


def neighbours(pairs: Sequence[Pair], key: Key) -> Neighbours | None:
    """None when ``key`` is not in the list. The next to decide is looked for downwards, then from the top."""
    at = next((index for index, pair in enumerate(pairs) if pair.key == key), None)
    if at is None:
        return None
    around = [*pairs[at + 1 :], *pairs[:at]]
    return Neighbours(
        place=at + 1,
        of=len(pairs),
        before=pairs[at - 1] if at else None,
        after=pairs[at + 1] if at + 1 < len(pairs) else None,
        next_waiting=next((pair for pair in around if pair.is_waiting), None),
    )


def evidence_counts(pairs: Iterable[Pair]) -> dict[int, int]:
    """Documents cited per self-score (its pk), for the pairs of one page."""
    scores = [pair.said.pk for pair in pairs if pair.said]
    return dict(Citation.objects.filter(score__in=scores).order_by().values_list("score").annotate(Count("pk")))
