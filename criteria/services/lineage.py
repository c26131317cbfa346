"""The lineage of a draft's leaves: proposed by the machine, confirmed and put right by a person.

What is stored always fits: a leaf has one kind, no part of an earlier leaf is given away twice. What is confirmed is
complete too: the shares of each earlier leaf that it names sum to 1.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from criteria.models import CriteriaSet, Criterion, Lineage, LineageKind
from criteria.scoring.rules import gettext_noop as _
from criteria.selectors import lineage as read
from criteria.selectors import outline
from criteria.services.drafting import locked
from criteria.tree import lineage as pure
from criteria.tree.lineage import Proposal
from units import audit
from units.models import User
from units.selectors import database_now


class BadLineage(ValueError):
    """Nothing was written. ``text`` is a msgid with the fields of ``values``."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text % values)
        self.text = text
        self.values = values


@transaction.atomic
def propose(*, criteria_set: CriteriaSet, by: User | None) -> int:
    """Propose the origin of every leaf of which nobody has confirmed it; how many rows were proposed.

    What was confirmed stays, unless a leaf of it is gone since or other parts of the same earlier leaf are. Raises
    ``drafting.Frozen``, or ``BadLineage`` where there is no earlier set.
    """
    draft = locked(criteria_set)
    before = _before(draft)
    kept = _standing(read.rows_of(draft), before)
    draft.lineage.exclude(pk__in=[row.pk for row in kept]).delete()
    settled_new = {row.criterion.code for row in kept if row.criterion}
    settled_old = {row.previous.code for row in kept if row.previous}
    found = pure.propose(outline(draft), outline(before), settled_new=settled_new, settled_old=settled_old)
    Lineage.objects.bulk_create(_unsaved(draft, before, found))
    audit.record(by, "lineage.proposed", draft, unit=draft.cycle.authority, rows=len(found), kept=len(kept))
    return len(found)


@transaction.atomic
def confirm(*, criteria_set: CriteriaSet, rows: Collection[int], by: User) -> int:
    """Confirm rows (primary keys), each with all other rows of its leaf; how many were confirmed.

    Raises ``drafting.Frozen``, or ``BadLineage`` where shares of an earlier leaf do not sum to 1.
    """
    wanted = set(rows)
    return _confirm(criteria_set, by, lambda row: row.pk in wanted)


@transaction.atomic
def confirm_kind(*, criteria_set: CriteriaSet, kind: str, by: User) -> int:
    """Confirm every proposed row of the kind whose texts are alike enough (``is_sure``). As ``confirm``."""
    return _confirm(criteria_set, by, lambda row: row.kind == kind and pure.is_sure(kind, read.score(row)))


@transaction.atomic
def change(*, criteria_set: CriteriaSet, leaf: Criterion, origins: Mapping[Criterion, Decimal], by: User) -> None:
    """Say from which earlier leaves ``leaf`` comes, with the share (0 < share ≤ 1) of each that went to it.

    Its kind follows: none: new; the whole of one: same or moved; a part of one: split; several: merged. Other leaves
    divide the rest of those earlier leaves as before and wait for confirmation again; ``leaf`` itself is confirmed,
    unless a part of an earlier leaf now goes nowhere. Raises ``drafting.Frozen`` or ``BadLineage``.
    """
    draft = locked(criteria_set)
    before = _before(draft)
    _check(draft, before, leaf, origins)
    live = [row for row in read.rows_of(draft) if _is_live(row, before)]
    links = pure.rerouted(read.links(live), leaf.code, {each.code: share for each, share in origins.items()})
    _replace(draft, before, pure.rows(links, _codes(draft), _codes(before)), leaf.code)
    if not pure.incomplete(links).keys() & {each.code for each in origins}:
        _sign(list(draft.lineage.filter(criterion=leaf)), by)
    shares = {each.code: str(share) for each, share in origins.items()}
    audit.record(by, "lineage.changed", draft, unit=draft.cycle.authority, leaf=leaf.code, origins=shares)


def _before(draft: CriteriaSet) -> CriteriaSet:
    before = read.against(draft)
    if before is None:
        raise BadLineage(_("There is no earlier set of this kind: nothing to come from."))
    return before


def _codes(criteria_set: CriteriaSet) -> list[str]:
    return list(criteria_set.criteria.filter(is_leaf=True).order_by("position").values_list("code", flat=True))


def _standing(rows: Iterable[Lineage], before: CriteriaSet) -> list[Lineage]:
    """The confirmed rows that still hold: both ends are leaves of the two sets, and every share has its others."""
    rows = list(rows)
    while True:
        lacking = pure.incomplete(read.links(rows))
        unfit = {row.pk: row.criterion_id for row in rows if not _holds(row, before, lacking)}
        if not unfit:
            return rows
        leaves = set(unfit.values()) - {None}
        rows = [row for row in rows if row.pk not in unfit and row.criterion_id not in leaves]


def _holds(row: Lineage, before: CriteriaSet, lacking: Collection[str]) -> bool:
    gone = row.previous is not None and row.previous.code in lacking
    return row.is_confirmed and not gone and _is_live(row, before)


def _is_live(row: Lineage, before: CriteriaSet) -> bool:
    """Whether both ends are leaves still, of this set and of the earlier one."""
    new, old = row.criterion, row.previous
    return (new is None or new.is_leaf) and (old is None or (old.is_leaf and old.criteria_set_id == before.pk))


def _unsaved(draft: CriteriaSet, before: CriteriaSet, found: Iterable[Proposal]) -> list[Lineage]:
    news = {each.code: each for each in draft.criteria.all()}
    olds = {each.code: each for each in before.criteria.all()}
    return [
        Lineage(
            criteria_set=draft,
            criterion=news.get(each.new),
            previous=olds.get(each.old),
            kind=LineageKind(each.kind),
            share=each.share,
        )
        for each in found
    ]


def _confirm(criteria_set: CriteriaSet, by: User, is_wanted: Callable[[Lineage], bool]) -> int:
    draft = locked(criteria_set)
    stored = list(read.rows_of(draft))
    asked = [row for row in stored if is_wanted(row)]
    leaves = {row.criterion_id for row in asked if row.criterion_id is not None}
    rows = [row for row in stored if row in asked or row.criterion_id in leaves]
    _assert_complete(stored, rows)
    still_open = [row for row in rows if not row.is_confirmed]
    if still_open:
        _sign(still_open, by)
        codes = sorted({row.criterion.code if row.criterion else f"-{row.previous}" for row in still_open})
        audit.record(by, "lineage.confirmed", draft, unit=draft.cycle.authority, leaves=codes)
    return len(still_open)


def _assert_complete(stored: Iterable[Lineage], rows: Iterable[Lineage]) -> None:
    named = {row.previous.code for row in rows if row.previous}
    for code, total in pure.incomplete(read.links(stored)).items():
        if code in named:
            text = _("The shares of the earlier leaf %(code)s sum to %(total)s%%, not 100%%: say where the rest went.")
            raise BadLineage(text, code=code, total=f"{100 * total:f}".rstrip("0").rstrip(".").replace(".", ","))


def _sign(rows: Collection[Lineage], by: User) -> None:
    now = database_now()
    pks = [row.pk for row in rows]
    Lineage.objects.filter(pk__in=pks).update(is_confirmed=True, confirmed_by=by, confirmed_at=now)


def _check(draft: CriteriaSet, before: CriteriaSet, leaf: Criterion, origins: Mapping[Criterion, Decimal]) -> None:
    if leaf.criteria_set_id != draft.pk or not leaf.is_leaf:
        raise BadLineage(_("%(code)s is no leaf of this set."), code=leaf.code)
    for each, share in origins.items():
        if each.criteria_set_id != before.pk or not each.is_leaf:
            raise BadLineage(_("%(code)s is no leaf of the earlier set."), code=each.code)
        if not 0 < share <= 1 or share != round(share, 4):
            raise BadLineage(_("A share is more than 0%% and at most 100%%, with at most two decimals."))


def _replace(draft: CriteriaSet, before: CriteriaSet, wanted: Iterable[Proposal], edited: str) -> None:
    """Make the stored rows say what is wanted. Leaves of which nothing differs keep their rows, but for ``edited``."""
    stored: dict[str, dict[str, Decimal]] = {}
    rows: dict[str, list[int]] = {}
    for row in read.rows_of(draft):
        old = row.previous.code if row.previous else ""
        key = row.criterion.code if row.criterion else f"-{old}"
        stored.setdefault(key, {})[old] = row.share
        rows.setdefault(key, []).append(row.pk)
    groups: dict[str, list[Proposal]] = {}
    for each in wanted:
        groups.setdefault(each.new or f"-{each.old}", []).append(each)
    said = {key: {each.old: each.share for each in group} for key, group in groups.items()}
    stale = {key for key in {*stored, *said} if key == edited or stored.get(key) != said.get(key)}
    draft.lineage.filter(pk__in=[pk for key in stale for pk in rows.get(key, [])]).delete()
    made = [each for key, group in groups.items() if key in stale for each in group]
    Lineage.objects.bulk_create(_unsaved(draft, before, made))
