"""A new cycle out of the last one. Whatever is carried waits until somebody affirms it; the rest is listed with why."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from criteria.models import Band, Carried, CarriedKind, Cycle, Phase, RankingGroup, SetState, Tier
from criteria.phases.workdays import Days
from criteria.phases.yearly import Dated, next_year
from criteria.selectors import tiers_of
from criteria.selectors.calendar import phase_words
from criteria.selectors.planning import working_days
from criteria.services import days_off, life
from units import audit
from units.models import Unit, UnitKind, User
from units.selectors import database_now

SETTINGS = (
    "published_places",
    "rank_on",
    "band_on",
    "tie_rule",
    "not_applicable",
    "unscored",
    "missing_survey",
    "is_demo",
)


class CodeTaken(Exception):
    """Another cycle has the code."""


class NothingToAffirm(Exception):
    """The item is not one of the cycle's, or was not carried."""


@transaction.atomic
def new_cycle(
    *, previous: Cycle, code: str, name: str, year: int, period_start: date, period_end: date, by: User
) -> Cycle:
    """Draw up a cycle like ``previous``, a year later. Nobody is assessed before its plan is issued.

    Raises ``CodeTaken``.
    """
    held = Cycle.objects.select_for_update().get(pk=previous.pk)
    values = {each: getattr(held, each) for each in SETTINGS}
    made = Cycle(code=code, name=name, year=year, authority=held.authority, previous=held, **values)
    made.period_start, made.period_end = period_start, period_end
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as taken:
        raise CodeTaken(code) from taken
    days_off.seed(years=(period_end.year, period_end.year + 1), by=by)
    items = [_settings(held, made)]
    kept, tiers = _tiers(held, made)
    items += [*tiers, *_phases(held, made, kept, working_days()), *_sets(made, kept, by), *_left(made)]
    Carried.objects.bulk_create(items)
    left = sum(each.is_left_out for each in items)
    counts = {"carried": len(items) - left, "left_out": left}
    audit.record(by, "cycle.drafted", made, unit=made.authority, code=code, previous=held.code, **counts)
    return made


@transaction.atomic
def affirm(*, cycle: Cycle, by: User, kind: str = "", pk: int | None = None) -> int:
    """Answer for one carried item (``pk``), or for all of a kind; how many nobody had answered for.

    Raises ``NothingToAffirm`` where there is no such item.
    """
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    wanted = Carried.objects.filter(cycle=held, is_left_out=False)
    wanted = wanted.filter(pk=pk) if pk else wanted.filter(kind=kind)
    if not wanted.exists():
        raise NothingToAffirm
    labels = list(wanted.filter(affirmed_at=None).values_list("label", flat=True))
    if labels:
        wanted.filter(affirmed_at=None).update(affirmed_by=by, affirmed_at=database_now())
        audit.record(by, "carried.affirmed", held, unit=held.authority, items=labels)
    return len(labels)


def _item(cycle: Cycle, kind: CarriedKind, key: object, label: str, note: str = "", *, left: bool = False) -> Carried:
    return Carried(cycle=cycle, kind=kind, key=str(key)[:40], label=label[:300], note=note[:500], is_left_out=left)


def _settings(previous: Cycle, made: Cycle) -> Carried:
    Band.objects.bulk_create(Band(cycle=made, name=band.name, lower=band.lower) for band in previous.bands.all())
    label = gettext("How the index is computed, and %(count)s bands") % {"count": previous.bands.count()}
    return _item(made, CarriedKind.SETTINGS, made.pk, label, gettext("as in %(cycle)s") % {"cycle": previous.name})


def _tiers(previous: Cycle, made: Cycle) -> tuple[set[str], list[Carried]]:
    """The tiers whose authority still stands at the end of the new period, and the kinds of unit that they assess."""
    items, kinds = [], set()
    for tier in tiers_of(previous):
        if why := _gone(tier.authority, made.period_end):
            items.append(_item(made, CarriedKind.TIER, f"-{tier.pk}", tier.name, why, left=True))
            continue
        groups = list(tier.groups.all())
        kept = [group for group in groups if not _gone(group.parent, made.period_end)]
        copy = Tier.objects.create(
            cycle=made,
            code=tier.code,
            name=tier.name,
            authority=tier.authority,
            standing_body=tier.standing_body,
            position=tier.position,
        )
        RankingGroup.objects.bulk_create(_group(copy, group) for group in kept)
        kinds |= {group.kind for group in kept}
        items.append(_item(made, CarriedKind.TIER, copy.pk, tier.name, "; ".join(group.name for group in kept)))
        items += [
            _item(made, CarriedKind.TIER, f"-g{group.pk}", group.name, _gone(group.parent, made.period_end), left=True)
            for group in groups
            if group not in kept
        ]
    return kinds, items


def _group(tier: Tier, group: RankingGroup) -> RankingGroup:
    return RankingGroup(
        tier=tier, code=group.code, name=group.name, kind=group.kind, parent=group.parent, position=group.position
    )


def _gone(unit: Unit, on: date) -> str:
    """Why a unit does not stand on the day any more; empty where it does."""
    if unit.valid_until is None or unit.valid_until > on:
        return ""
    successors = ", ".join(unit.successors.order_by("sort_key").values_list("name", flat=True))
    text = gettext("%(unit)s exists until %(day)s only") % {"unit": unit.name, "day": f"{unit.valid_until:%d/%m/%Y}"}
    return text + (gettext("; its successors: %(names)s") % {"names": successors} if successors else "")


def _phases(previous: Cycle, made: Cycle, kinds: set[str], days: Days) -> Iterable[Carried]:
    """A year later, by the dates of the plan: extensions, and the shift of a demonstration, are not carried."""
    for phase in previous.phases.all():
        if phase.unit_kind not in kinds:
            yield _item(made, CarriedKind.PHASE, f"-{phase.pk}", str(phase), _unassessed(), left=True)
            continue
        later = next_year(_dated(phase, previous.demo_shift_days), days)
        dates = later.dates
        copy = Phase.objects.create(
            cycle=made,
            kind=phase.kind,
            unit_kind=phase.unit_kind,
            opens_at=dates.opens_at,
            closes_at=dates.closes_at,
            reads=dates.reads,
            named_day=dates.named_day,
            late_until=dates.late_until,
            reading=later.reading,
        )
        said = gettext("Last time: %(words)s") % {"words": phase.reading}
        note = " · ".join(filter(None, (phase_words(copy), later.moved, said)))
        yield _item(made, CarriedKind.PHASE, copy.pk, str(copy), note)


def _dated(phase: Phase, shift: int) -> Dated:
    back = timedelta(days=shift)
    late = phase.late_until - back if phase.late_until else None
    return Dated(phase.opens_at - back, phase.closes_at - back, phase.reads, phase.named_day, late)


def _unassessed() -> str:
    return gettext("no unit of the kind is assessed any more")


def _sets(made: Cycle, kinds: set[str], by: User) -> Iterable[Carried]:
    """Every set that was in force becomes a draft: its text may have changed, its leaves keep their origin."""
    previous = made.previous
    assert previous is not None
    for old in previous.sets.filter(state=SetState.ISSUED).order_by("kind"):
        label = f"{UnitKind(old.kind).label}: {old.title}"
        if old.kind not in kinds:
            yield _item(made, CarriedKind.SET, f"-{old.pk}", label, _unassessed(), left=True)
            continue
        draft = life.from_last_cycle(cycle=made, kind=old.kind, by=by)
        note = gettext("a draft with the same text: check it and issue it before the plan")
        yield _item(made, CarriedKind.SET, draft.pk, label, note)


def _left(made: Cycle) -> list[Carried]:
    """What is never carried, and why."""
    return [
        _item(made, kind, key, label, note, left=True)
        for kind, key, label, note in (
            (
                CarriedKind.DELEGATION,
                "-delegations",
                gettext("Delegations of the units"),
                gettext("copied as drafts when the plan is issued and the dossiers exist; each unit issues its own"),
            ),
            (
                CarriedKind.COUNCIL,
                "-councils",
                gettext("Councils, seats and who appraises what"),
                gettext("every council is set up by a decision of its own year"),
            ),
            (
                CarriedKind.SURVEY,
                "-survey",
                gettext("Survey: samples, codes and points"),
                gettext("people asked last year say nothing of this one"),
            ),
            (
                CarriedKind.SET,
                "-exemptions",
                gettext("Exemptions from criteria"),
                gettext("they rest on documents of their year: enter those that still hold on the page of the set"),
            ),
            (
                CarriedKind.PHASE,
                "-extensions",
                gettext("Extensions of last year"),
                gettext("they were granted for that year alone"),
            ),
        )
    ]
