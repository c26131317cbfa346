"""Where leaves come from. What is carried over follows confirmed lineage only."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, Criterion, Lineage, LineageKind
from criteria.selectors import outline, sets_in_force
from criteria.tree import lineage as pure
from criteria.tree.lineage import Link
from units.models import User
from units.naming import folded

CARRIED = (LineageKind.SAME, LineageKind.MOVED)
"""Kinds under which last year's answer stands beside this year's as it is: one leaf became one leaf.

Last year's answer to a leaf that was split or merged since is an answer to another question: it is not carried.
"""
ORDER = (
    LineageKind.SPLIT,
    LineageKind.MERGED,
    LineageKind.NEW,
    LineageKind.DROPPED,
    LineageKind.MOVED,
    LineageKind.SAME,
)
"""In which a person goes through them: first what needs the most thought."""


def against(criteria_set: CriteriaSet) -> CriteriaSet | None:
    """The set that its leaves come from: the version it replaces, else the one in force in the cycle before.

    For a frozen set the one that its lineage names, whatever is in force since.
    """
    if criteria_set.is_frozen:
        rows = criteria_set.lineage.filter(previous__isnull=False)
        row = rows.select_related("previous__criteria_set__cycle__previous").order_by("pk").first()
        if row and row.previous:
            return row.previous.criteria_set
    if criteria_set.replaces_id is not None:
        return criteria_set.replaces
    if criteria_set.cycle.previous is None:
        return None
    sets = sets_in_force(criteria_set.cycle.previous).filter(kind=criteria_set.kind)
    return sets.select_related("cycle__previous").first()


def leaves_of(*sets: CriteriaSet) -> list[Criterion]:
    """The leaves of the sets in printing order, each with the node above it."""
    leaves = Criterion.objects.filter(criteria_set__in=sets, is_leaf=True)
    return list(leaves.select_related("parent").order_by("position"))


def rows_of(criteria_set: CriteriaSet) -> QuerySet[Lineage]:
    """Its lineage, confirmed or not, with both ends and who confirmed it."""
    return criteria_set.lineage.select_related("criterion__parent", "previous__parent", "confirmed_by")


def score(row: Lineage) -> int:
    """How alike the texts of both ends are, 0–100; 0 for a row with one end."""
    if row.criterion is None or row.previous is None:
        return 0
    return pure.likeness(pure.words(row.previous.name), pure.words(row.criterion.name))


def links(rows: Iterable[Lineage]) -> list[Link]:
    """The rows with two ends, by codes."""
    return [
        Link(each.criterion.code, each.previous.code, each.share) for each in rows if each.criterion and each.previous
    ]


def _between(before: CriteriaSet, rows: Iterable[Lineage]) -> list[Lineage]:
    """The rows that name no other set than ``before``."""
    return [row for row in rows if row.previous is None or row.previous.criteria_set_id == before.pk]


# --- carried over -----------------------------------------------------------------------------------------------------


def carried(criteria: Iterable[Criterion | int] | QuerySet[Criterion]) -> QuerySet[Lineage]:
    """The confirmed origins of the criteria that are the same leaf, perhaps moved."""
    return Lineage.objects.filter(criterion__in=criteria, is_confirmed=True, kind__in=CARRIED)


def leaf_before(criterion: Criterion) -> Criterion | None:
    """The same leaf in the cycle before; None where it is new, or split or merged.

    Versions of the same cycle are stepped over: nobody answered a version that was replaced.
    """
    leaf = criterion
    while row := carried([leaf]).select_related("previous__criteria_set").first():
        assert row.previous is not None
        if row.previous.criteria_set.cycle_id != criterion.criteria_set.cycle_id:
            return row.previous
        leaf = row.previous
    return None


def carried_from(criteria: QuerySet[Criterion], earlier: Collection[int]) -> dict[int, int]:
    """For criteria that are the same leaf as one of ``earlier`` (primary keys): its primary key by the criterion's.

    One query, and one more for each version of the same cycle that was replaced.
    """
    found: dict[int, int] = {}
    starts: dict[int, int] | None = None
    while starts is None or starts:
        here = carried(criteria if starts is None else list(starts)).annotate(
            is_own=F("criterion__criteria_set__cycle"), is_of=F("previous__criteria_set__cycle")
        )
        following: dict[int, int] = {}
        for new, old, own, of in here.values_list("criterion_id", "previous_id", "is_own", "is_of"):
            start = starts[new] if starts else new
            if old in earlier:
                found[start] = old
            elif own == of:
                following[old] = start
        starts = following
    return found


# --- for the check before issuing -------------------------------------------------------------------------------------


def traced(criteria_set: CriteriaSet) -> frozenset[str] | None:
    """Codes of the leaves whose origin is confirmed; None where there is no earlier set to come from."""
    if against(criteria_set) is None:
        return None
    rows = criteria_set.lineage.filter(is_confirmed=True, criterion__isnull=False)
    return frozenset(rows.values_list("criterion__code", flat=True))


def untold(criteria_set: CriteriaSet) -> list[Criterion]:
    """Leaves of the earlier set of which nobody has confirmed what became of them, in printing order."""
    before = against(criteria_set)
    if before is None:
        return []
    told = criteria_set.lineage.filter(is_confirmed=True, previous__isnull=False).values("previous")
    return list(before.criteria.filter(is_leaf=True).exclude(pk__in=told).order_by("position"))


# --- the page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """A leaf of the earlier set and which part of it (0–1) went to the newer leaf. ``score``: likeness, 0–100."""

    leaf: Criterion
    share: Decimal
    score: int

    @property
    def percent(self) -> Decimal:
        return 100 * self.share


@dataclass(frozen=True)
class Entry:
    """What is said of one newer leaf, or of a dropped one. An empty ``kind``: nothing is said yet.

    ``rows``: primary keys of the lineage, to be confirmed together. ``missing``: earlier leaves of which not all is
    given away, with how much is, in per cent.
    """

    kind: str
    leaf: Criterion | None
    origins: tuple[Origin, ...]
    rows: tuple[int, ...] = ()
    is_confirmed: bool = False
    confirmed_by: User | None = None
    confirmed_at: datetime | None = None
    missing: tuple[tuple[Criterion, Decimal], ...] = ()

    @property
    def key(self) -> str:
        """Names the entry on its page."""
        return f"n{self.leaf.pk}" if self.leaf else f"o{self.origins[0].leaf.pk}"

    @property
    def code(self) -> str:
        """Of the leaf, or of the dropped one."""
        return self.leaf.code if self.leaf else self.origins[0].leaf.code

    @property
    def label(self) -> str:
        """The kind in words; empty for none."""
        return str(LineageKind(self.kind).label) if self.kind else ""

    @property
    def reason(self) -> str:
        """Why it is proposed so, in words."""
        text = pure.reason(self.kind, max((each.score for each in self.origins), default=0))
        return _(text) % {"score": max((each.score for each in self.origins), default=0)} if text else ""

    @property
    def is_sure(self) -> bool:
        """Whether it may be confirmed together with its like."""
        return pure.is_sure(self.kind, max((each.score for each in self.origins), default=0))

    @property
    def points_differ(self) -> bool:
        """Whether one leaf became one leaf with another maximum."""
        if self.leaf is None or self.kind not in CARRIED:
            return False
        return self.origins[0].leaf.max_points != self.leaf.max_points


def entries(criteria_set: CriteriaSet, before: CriteriaSet) -> list[Entry]:
    """One for each leaf of the set and each dropped one, in printing order; leaves of which nothing is said too."""
    by_leaf: dict[int, list[Lineage]] = {}
    dropped: dict[int, Lineage] = {}
    rows = _between(before, rows_of(criteria_set))
    for row in rows:
        if row.criterion_id is not None:
            by_leaf.setdefault(row.criterion_id, []).append(row)
        else:
            dropped[row.previous_id or 0] = row
    missing = pure.incomplete(links(rows))
    named = {row.previous_id for row in rows}
    leaves = leaves_of(criteria_set, before)
    new = [leaf for leaf in leaves if leaf.criteria_set_id == criteria_set.pk]
    made = [_entry(leaf, by_leaf.get(leaf.pk, []), missing) for leaf in new]
    for leaf in (leaf for leaf in leaves if leaf.criteria_set_id == before.pk):
        if leaf.pk in dropped:
            made.append(_said(LineageKind.DROPPED, None, [dropped[leaf.pk]], (Origin(leaf, pure.WHOLE, 0),), ()))
        elif leaf.pk not in named:
            made.append(Entry("", None, (Origin(leaf, pure.WHOLE, 0),)))
    return made


def _entry(leaf: Criterion, rows: list[Lineage], missing: dict[str, Decimal]) -> Entry:
    if not rows:
        return Entry("", leaf, ())
    origins = tuple(Origin(row.previous, row.share, score(row)) for row in rows if row.previous is not None)
    lacking = tuple((each.leaf, 100 * missing[each.leaf.code]) for each in origins if each.leaf.code in missing)
    return _said(rows[0].kind, leaf, rows, origins, lacking)


def _said(
    kind: str,
    leaf: Criterion | None,
    rows: list[Lineage],
    origins: tuple[Origin, ...],
    missing: tuple[tuple[Criterion, Decimal], ...],
) -> Entry:
    first = rows[0]
    is_confirmed = all(row.is_confirmed for row in rows)
    pks = tuple(row.pk for row in rows)
    return Entry(kind, leaf, origins, pks, is_confirmed, first.confirmed_by, first.confirmed_at, missing)


def entry_of(criteria_set: CriteriaSet, before: CriteriaSet, key: str) -> Entry | None:
    """The entry with the key, as it stands now."""
    return next((each for each in entries(criteria_set, before) if each.key == key), None)


def grouped(found: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """By kind in ``ORDER``, leaves of which nothing is said first; inside, what is not confirmed first."""
    groups: dict[str, list[Entry]] = {kind: [] for kind in ("", *ORDER)}
    for entry in found:
        groups[entry.kind].append(entry)
    return [(kind, sorted(group, key=lambda each: each.is_confirmed)) for kind, group in groups.items() if group]


def narrowed(found: Iterable[Entry], *, kind: str = "", state: str = "", text: str = "") -> list[Entry]:
    """Entries of the kind, confirmed (``state`` "done") or not ("open"), and with ``text`` in a code or a name."""
    wanted = folded(text)
    return [
        each
        for each in found
        if (not kind or each.kind == kind)
        and (not state or each.is_confirmed == (state == "done"))
        and (not wanted or any(_has(leaf, wanted) for leaf in _ends(each)))
    ]


def _ends(entry: Entry) -> Iterator[Criterion]:
    yield from (each.leaf for each in entry.origins)
    if entry.leaf:
        yield entry.leaf


def _has(leaf: Criterion, wanted: str) -> bool:
    return leaf.code == wanted or leaf.code.startswith(f"{wanted}.") or wanted in folded(leaf.name)


# --- between any two sets ---------------------------------------------------------------------------------------------

STEPS = 20
"""So many sets back at most."""


@dataclass(frozen=True)
class Path:
    """Links from the leaves of an older set to those of a newer one. ``open``: how many leaves nobody has confirmed."""

    links: tuple[Link, ...]
    open: int


def path(old: CriteriaSet, new: CriteriaSet) -> Path:
    """How the leaves of the two sets hang together, over the sets that stand between them.

    Confirmed lineage where there is any, then what is proposed and stored, then a proposal made now.
    """
    way = _way(old, new)
    if way is None:
        return _proposed(old, new)
    found: tuple[Link, ...] | None = None
    still_open = 0
    for later, earlier in way:
        step = _step(earlier, later)
        found = step.links if found is None else pure.chained(found, step.links)
        still_open += step.open
    return Path(found or (), still_open)


def _way(old: CriteriaSet, new: CriteriaSet) -> list[tuple[CriteriaSet, CriteriaSet]] | None:
    """Pairs of sets, newer and older, from ``new`` back to ``old``; None where there is no such way."""
    way: list[tuple[CriteriaSet, CriteriaSet]] = []
    at = new
    while True:
        earlier = against(at)
        if earlier is None or len(way) == STEPS:
            return None
        way.append((at, earlier))
        if earlier.pk == old.pk:
            return way
        at = earlier


def _step(earlier: CriteriaSet, later: CriteriaSet) -> Path:
    ours = _between(earlier, rows_of(later))
    if not any(row.previous for row in ours):
        return _proposed(earlier, later)
    told = {row.criterion_id for row in ours if row.is_confirmed}
    return Path(tuple(links(ours)), sum(leaf.pk not in told for leaf in leaves_of(later)))


def _proposed(old: CriteriaSet, new: CriteriaSet) -> Path:
    older, newer = outline(old), outline(new)
    found = pure.propose(newer, older)
    return Path(
        tuple(Link(each.new, each.old, each.share) for each in found if each.new and each.old), len(newer.leaves)
    )
