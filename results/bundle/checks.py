"""Whether a bundle holds together: every problem, each at its place. Plain Python, no database."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from itertools import pairwise

from criteria.phases import VIETNAM
from criteria.phases.readings import Reading, instant, last_day
from criteria.phases.workdays import Days
from results.bundle import claims, delegations, people, trees
from results.bundle.lookup import Lookup
from results.bundle.rows import Bundle, PhaseRow, Place, Problem, gettext_noop

Check = Callable[[Lookup], Iterable[Problem]]
HUNDRED = 100
INSTANT = "instant"
ORDER = ("self_scoring", "appraisal", "approval")


def problems_of(bundle: Bundle) -> list[Problem]:
    """Everything that keeps the bundle from being loaded. A check that leans on an unreadable table is left out."""
    look = Lookup(bundle)
    return [problem for needs, check in CHECKS if not needs & bundle.damaged for problem in check(look)]


def _units(look: Lookup) -> Iterator[Problem]:
    spans, standing, end = set(), set(), look.bundle.cycle.period_end
    for unit in look.bundle.units:
        if (unit.code, unit.valid_from) in spans:
            yield _problem(
                unit.place, "code", gettext_noop("“%(code)s” stands twice from the same day."), code=unit.code
            )
        elif unit.valid_from <= end and (unit.valid_until is None or unit.valid_until > end):
            if unit.code in standing:
                text = gettext_noop("Two units stand under “%(code)s” at the end of the measured period.")
                yield _problem(unit.place, "code", text, code=unit.code)
            standing.add(unit.code)
        spans.add((unit.code, unit.valid_from))
        if unit.valid_until and unit.valid_until <= unit.valid_from:
            yield _problem(unit.place, "valid_until", gettext_noop("The life span ends before it begins."))
        if unit.parent_code and unit.parent_code not in look.units:
            yield _unknown_unit(unit.place, "parent_code", unit.parent_code)
        elif _is_own_ancestor(look, unit.code):
            text = gettext_noop("“%(code)s” stands below itself.")
            yield _problem(unit.place, "parent_code", text, code=unit.code)


def _is_own_ancestor(look: Lookup, code: str) -> bool:
    seen: set[str] = set()
    above = look.units[code].parent_code if code in look.units else ""
    while above in look.units and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = look.units[above].parent_code
    return False


def _cycle(look: Lookup) -> Iterator[Problem]:
    cycle = look.bundle.cycle
    if cycle.authority not in look.units:
        yield _unknown_unit(cycle.place, "authority", cycle.authority)
    if cycle.period_end <= cycle.period_start:
        yield _problem(cycle.place, "period_end", gettext_noop("The measured period ends before it begins."))
    if cycle.previous == cycle.code:
        yield _problem(cycle.place, "previous", gettext_noop("A cycle cannot be its own previous cycle."))


def _bands(look: Lookup) -> Iterator[Problem]:
    names, limits = set(), set()
    for band in look.bundle.bands:
        if band.name in names:
            yield _twice(band.place, "name", band.name)
        if band.lower in limits:
            yield _twice(band.place, "lower", str(band.lower))
        if band.lower > HUNDRED:
            yield _problem(band.place, "lower", gettext_noop("A band cannot begin above 100 percent."))
        names.add(band.name)
        limits.add(band.lower)


def _tiers(look: Lookup) -> Iterator[Problem]:
    codes = set()
    for tier in look.bundle.tiers:
        if tier.code in codes:
            yield _twice(tier.place, "code", tier.code)
        codes.add(tier.code)
        if tier.authority not in look.units:
            yield _unknown_unit(tier.place, "authority", tier.authority)
        if all(group.tier != tier.code for group in look.bundle.groups):
            yield _problem(
                tier.place, "code", gettext_noop("The tier “%(code)s” has no group of units."), code=tier.code
            )


def _groups(look: Lookup) -> Iterator[Problem]:
    tiers = {tier.code for tier in look.bundle.tiers}
    filled = {(unit.kind, unit.parent_code) for unit in look.units.values()}
    codes, units = set(), set()
    for group in look.bundle.groups:
        if group.tier not in tiers:
            yield _problem(group.place, "tier", gettext_noop("Unknown tier “%(code)s”."), code=group.tier)
        if (group.tier, group.code) in codes:
            yield _twice(group.place, "code", group.code)
        if group.parent not in look.units:
            yield _unknown_unit(group.place, "parent", group.parent)
        elif (group.kind, group.parent) not in filled:
            text = gettext_noop("No unit of the kind “%(kind)s” stands directly below “%(code)s”.")
            yield _problem(group.place, "kind", text, kind=group.kind, code=group.parent)
        if (group.kind, group.parent) in units:
            text = gettext_noop("Another group already ranks the units of this kind below “%(code)s”.")
            yield _problem(group.place, "parent", text, code=group.parent)
        codes.add((group.tier, group.code))
        units.add((group.kind, group.parent))


def _group_has_what_it_needs(look: Lookup) -> Iterator[Problem]:
    phases = {(phase.unit_kind, phase.kind) for phase in look.bundle.phases}
    for kind, group in {group.kind: group for group in reversed(look.bundle.groups)}.items():
        is_prepared = group.tier in look.prepared
        if kind not in look.sets or (look.sets[kind].is_draft and not is_prepared):
            text = gettext_noop("There is no criteria set for the kind “%(kind)s”.")
            yield _problem(group.place, "kind", text, kind=kind)
        for phase in ("self_scoring",) if is_prepared else ("self_scoring", "appraisal"):
            if (kind, phase) not in phases:
                text = gettext_noop("There is no phase “%(phase)s” for the kind “%(kind)s”.")
                yield _problem(group.place, "kind", text, phase=phase, kind=kind)


def _phases(look: Lookup) -> Iterator[Problem]:
    seen: dict[tuple[str, str], PhaseRow] = {}
    for phase in look.bundle.phases:
        if (phase.unit_kind, phase.kind) in seen:
            yield _twice(phase.place, "kind", f"{phase.kind} · {phase.unit_kind}")
        seen.setdefault((phase.unit_kind, phase.kind), phase)
        if phase.closes_at <= phase.opens_at:
            yield _problem(phase.place, "closes_at", gettext_noop("The phase closes before it opens."))
        yield from _reading(phase)
    for kind in {phase.unit_kind for phase in look.bundle.phases}:
        steps = [seen[kind, name] for name in ORDER if (kind, name) in seen]
        for earlier, later in pairwise(steps):
            for key in ("opens_at", "closes_at"):
                if getattr(later, key) < getattr(earlier, key):
                    text = gettext_noop("“%(later)s” comes before “%(earlier)s” of the same kind of unit.")
                    yield _problem(later.place, key, text, later=later.kind, earlier=earlier.kind)


def _reading(phase: PhaseRow) -> Iterator[Problem]:
    """The instant is what the reading makes of the day that the plan names; late is after the end."""
    if phase.late_until and phase.late_until <= phase.closes_at:
        yield _problem(phase.place, "late_until", gettext_noop("Late dossiers are taken until a day before the end."))
    if phase.reads == INSTANT:
        return
    if phase.named_day is None:
        yield _problem(phase.place, "reads", gettext_noop("This reading needs the day that the plan names."))
    elif not _is_read(phase.reads, phase.named_day, phase.closes_at):
        text = gettext_noop("“%(day)s” read as “%(reads)s” is not this instant.")
        yield _problem(phase.place, "closes_at", text, day=phase.named_day.isoformat(), reads=phase.reads)


def _is_read(reads: str, day: date, closes_at: datetime) -> bool:
    """A day off moves the end to a midnight that only the calendar of working days knows."""
    if reads == Reading.MOVED:
        local = closes_at.astimezone(VIETNAM)
        return local.timetz().replace(tzinfo=None) == time() and last_day(closes_at) >= day
    return closes_at == instant(Reading(reads), day, None, Days({}))


def _practice(look: Lookup) -> Iterator[Problem]:
    for code in look.bundle.practice.waiting:
        if code not in look.assessed:
            yield _unknown_unit(look.bundle.practice.place, "waiting", code)
    for draft in look.bundle.drafts:
        if draft.unit not in look.assessed:
            yield _unknown_unit(draft.place, "unit", draft.unit)


def _problem(place: Place, column: str, text: str, **values: object) -> Problem:
    return Problem(*place.at(column), text, values)


def _twice(place: Place, column: str, value: str) -> Problem:
    return _problem(place, column, gettext_noop("“%(value)s” stands twice."), value=value)


def _unknown_unit(place: Place, column: str, code: str) -> Problem:
    text = gettext_noop("No unit stands under “%(code)s” at the end of the measured period.")
    return _problem(place, column, text, code=code)


def _needs(*tables: str) -> frozenset[str]:
    return frozenset(tables)


STRUCTURE = ("units", "groups", "sets", "criteria")
CHECKS: tuple[tuple[frozenset[str], Check], ...] = (
    (_needs("units"), _units),
    (_needs("units"), _cycle),
    (_needs(), _bands),
    (_needs("units", "groups"), _tiers),
    (_needs("units", "tiers"), _groups),
    (_needs("sets", "phases"), _group_has_what_it_needs),
    (_needs(), _phases),
    (_needs("units", "groups"), _practice),
    (_needs("sets"), trees.check_sets),
    (_needs("sets", "criteria"), trees.check_trees),
    (_needs("units"), people.check_accounts),
    (_needs("tiers", "accounts"), people.check_councils),
    (_needs("councils", "accounts", "units"), people.check_seats),
    (_needs("seats", *STRUCTURE), people.check_assignments),
    (_needs("tiers", "seats", "assignments", *STRUCTURE), people.check_every_leaf_has_an_appraiser),
    (_needs(*STRUCTURE), claims.check_scores),
    (_needs("accounts", *STRUCTURE), claims.check_dossiers),
    (_needs("scores", *STRUCTURE), claims.check_evidence),
    (_needs("scores", "dossiers", "seats", "assignments", "accounts", *STRUCTURE), claims.check_appraisals),
    (_needs("dossiers", "appraisals", *STRUCTURE), claims.check_appraised_dossiers),
    (_needs(*STRUCTURE), claims.check_survey),
    (_needs(*STRUCTURE), delegations.check_delegations),
)
