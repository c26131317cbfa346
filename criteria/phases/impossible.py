"""What makes a calendar impossible, or doubtful, before anybody has to live by it. Plain Python.

A finding names its phase and says both dates. Messages are msgids; of their fields, ``step`` and ``other`` are kinds
of phases, ``kind`` and ``below`` kinds of units, whose words the reader's language gives.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise

from criteria.phases.readings import last_day, weekday
from criteria.phases.windows import VIETNAM, in_words
from criteria.phases.workdays import DAY, Days

ERROR, WARNING = "error", "warning"
SELF_SCORING, APPRAISAL, SURVEY, APPROVAL = "self_scoring", "appraisal", "survey", "approval"
ORDER = (SELF_SCORING, APPRAISAL, APPROVAL)
CAPACITY = 60
"""So many points (one leaf of one unit) a member of a council can decide in a working day: stated on the page."""


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue; whoever shows the finding translates it."""
    return text


@dataclass(frozen=True)
class Step:
    """A phase of one kind of unit, as it stands for all of them."""

    kind: str
    unit_kind: str
    opens_at: datetime
    closes_at: datetime
    late_until: datetime | None = None

    @property
    def first_day(self) -> date:
        return self.opens_at.astimezone(VIETNAM).date()

    @property
    def last_day(self) -> date:
        return last_day(self.closes_at)


@dataclass(frozen=True)
class Load:
    """What one council has to decide: ``pairs`` of unit and leaf, by ``seats`` members (0: not set up yet)."""

    tier: str
    kinds: frozenset[str]
    pairs: int
    seats: int


@dataclass(frozen=True)
class Plan:
    """A calendar, and what has to fit into it.

    ``nested``: pairs of kinds (assessed below, its assessor's own kind, assessed above). ``surveyed``: kinds whose set
    has points by survey. ``asked``: kinds with a criteria set in force.
    """

    period_end: date
    steps: Mapping[tuple[str, str], Step]
    assessed: tuple[str, ...]
    days: Days
    nested: tuple[tuple[str, str], ...] = ()
    loads: tuple[Load, ...] = ()
    surveyed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    def of(self, kind: str, unit_kind: str) -> Step | None:
        return self.steps.get((kind, unit_kind))


@dataclass(frozen=True)
class Finding:
    """``about``: kind of phase and kind of unit where it is mended. ``is_excusable``: an error that a plan may keep

    when somebody says why: another authority's date may be the cause.
    """

    check: str
    severity: str
    about: tuple[str, str]
    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_excusable: bool = False

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


def findings(plan: Plan) -> list[Finding]:
    """Everything found, errors first, then in the order of the checks."""
    found = [each for check in CHECKS for each in check(plan)]
    return sorted(found, key=lambda each: not each.is_error)


def _missing(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop("%(kind)s: the phase “%(step)s” is missing, although these units are assessed.")
    for kind in plan.assessed:
        needed = [SELF_SCORING, APPRAISAL, *([SURVEY] if kind in plan.surveyed else []), APPROVAL]
        for step in needed:
            if plan.of(step, kind) is None:
                severity = WARNING if step == APPROVAL else ERROR
                yield Finding("missing", severity, (step, kind), text, {"kind": kind, "step": step})


def _no_set(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop("%(kind)s: no criteria set is in force, so that there is nothing to score.")
    for kind in plan.assessed:
        if kind not in plan.asked:
            yield Finding("no_set", ERROR, ("", kind), text, {"kind": kind})


def _results_below(plan: Plan) -> Iterator[Finding]:
    """A dossier is due before the results of those whom its unit assesses itself."""
    text = gettext_noop(
        "%(kind)s: self-scoring closes %(due)s, but “%(other)s” of %(below)s, whose results it needs, ends later:"
        " %(until)s."
    )
    for below, above in plan.nested:
        own = plan.of(SELF_SCORING, above)
        for other, severity in ((APPRAISAL, ERROR), (APPROVAL, WARNING)):
            low = plan.of(other, below)
            if own and low and own.closes_at < low.closes_at:
                values = {"kind": above, "below": below, "other": other, **_dates(due=own, until=low)}
                about = (SELF_SCORING, above)
                yield Finding("results_below", severity, about, text, values, is_excusable=severity == ERROR)
                break


def _order(plan: Plan) -> Iterator[Finding]:
    closes = gettext_noop("%(kind)s: “%(step)s” closes %(until)s, before “%(other)s” does: %(due)s.")
    opens = gettext_noop("%(kind)s: “%(step)s” opens %(from)s, before “%(other)s” does: %(since)s.")
    for kind in _kinds(plan):
        known = [step for name in ORDER if (step := plan.of(name, kind))]
        for earlier, later in pairwise(known):
            values = {"kind": kind, "step": later.kind, "other": earlier.kind}
            if later.closes_at < earlier.closes_at:
                dates = _dates(until=later, due=earlier)
                yield Finding("order", ERROR, (later.kind, kind), closes, {**values, **dates})
            if later.opens_at < earlier.opens_at:
                dates = {"from": start(later.opens_at), "since": start(earlier.opens_at)}
                yield Finding("order", ERROR, (later.kind, kind), opens, {**values, **dates})


def _gap(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop(
        "%(kind)s: “%(step)s” opens %(from)s, %(days)s working days after “%(other)s” has closed: %(due)s."
    )
    for kind in _kinds(plan):
        known = [step for name in ORDER if (step := plan.of(name, kind))]
        for earlier, later in pairwise(known):
            idle = plan.days.between(earlier.last_day + DAY, later.first_day - DAY)
            if idle:
                values = {"kind": kind, "step": later.kind, "other": earlier.kind, "days": str(idle)}
                dates = {"from": start(later.opens_at), **_dates(due=earlier)}
                yield Finding("gap", WARNING, (later.kind, kind), text, {**values, **dates})


def _survey(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop("%(kind)s: the survey ends %(until)s, after the results are to be approved: %(due)s.")
    for kind in sorted(plan.surveyed):
        survey, approval = plan.of(SURVEY, kind), plan.of(APPROVAL, kind)
        if survey and approval and survey.closes_at > approval.closes_at:
            values = {"kind": kind, **_dates(until=survey, due=approval)}
            yield Finding("survey", ERROR, (SURVEY, kind), text, values)


def _period(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop(
        "%(kind)s: self-scoring closes %(due)s, but the measured period ends only on %(end)s: what happens in between"
        " is not scored."
    )
    ends = datetime.combine(plan.period_end + DAY, time(), VIETNAM)
    for kind in _kinds(plan):
        step = plan.of(SELF_SCORING, kind)
        if step and step.closes_at < ends:
            values = {"kind": kind, "end": f"{plan.period_end:%d/%m/%Y}", **_dates(due=step)}
            yield Finding("period", WARNING, (SELF_SCORING, kind), text, values)


def _day_off(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop("%(kind)s: “%(step)s” ends on a day off, %(day)s. The next working day is %(next)s.")
    named = gettext_noop(
        "%(kind)s: “%(step)s” ends on a day off, %(day)s (%(name)s). The next working day is %(next)s."
    )
    for step in plan.steps.values():
        day = step.last_day
        if not plan.days.is_working(day):
            why, following = plan.days.why_off(day), plan.days.on_or_after(day)
            values = {"kind": step.unit_kind, "step": step.kind, "name": why, "day": in_full(day)}
            about = (step.kind, step.unit_kind)
            yield Finding("day_off", WARNING, about, named if why else text, {**values, "next": in_full(following)})


def _unknown_year(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop(
        "No public holiday of %(year)s is known here: deadlines on holidays of that year are not found."
    )
    for year in sorted({step.last_day.year for step in plan.steps.values()}):
        if not plan.days.knows(year):
            yield Finding("unknown_year", WARNING, ("", ""), text, {"year": str(year)})


def _late(plan: Plan) -> Iterator[Finding]:
    text = gettext_noop("%(kind)s: late dossiers are taken until %(until)s, but the appraisal ends %(due)s.")
    for kind in _kinds(plan):
        own, appraisal = plan.of(SELF_SCORING, kind), plan.of(APPRAISAL, kind)
        if own and appraisal and own.late_until and own.late_until > appraisal.closes_at:
            values = {"kind": kind, "until": in_words(own.late_until), **_dates(due=appraisal)}
            yield Finding("late", WARNING, (SELF_SCORING, kind), text, values)


def _load(plan: Plan) -> Iterator[Finding]:
    """More than a council can decide between the first opening and the last closing of its appraisals."""
    short = gettext_noop(
        "%(tier)s: %(pairs)s points in %(days)s working days (%(from)s – %(until)s) are %(each)s a day for each of"
        " %(seats)s members; one member decides at most %(capacity)s."
    )
    nobody = gettext_noop(
        "%(tier)s: %(pairs)s points in %(days)s working days (%(from)s – %(until)s) need a council of at least"
        " %(needed)s members; none is set up yet."
    )
    idle = gettext_noop("%(tier)s: the appraisal (%(from)s – %(until)s) has no working day.")
    for load in plan.loads:
        steps = [step for kind in sorted(load.kinds) if (step := plan.of(APPRAISAL, kind))]
        if not steps or not load.pairs:
            continue
        first, last = min(step.first_day for step in steps), max(step.last_day for step in steps)
        days = plan.days.between(first, last)
        values = {"tier": load.tier, "pairs": str(load.pairs), "days": str(days), "seats": str(load.seats)}
        values |= {"from": f"{first:%d/%m/%Y}", "until": f"{last:%d/%m/%Y}", "capacity": str(CAPACITY)}
        about = (APPRAISAL, steps[0].unit_kind)
        if not days:
            yield Finding("load", ERROR, about, idle, values, is_excusable=True)
        elif not load.seats:
            yield Finding(
                "load", WARNING, about, nobody, {**values, "needed": str(-(-load.pairs // (CAPACITY * days)))}
            )
        elif load.pairs > CAPACITY * days * load.seats:
            each = -(-load.pairs // (days * load.seats))
            yield Finding("load", WARNING, about, short, {**values, "each": str(each)})


def _kinds(plan: Plan) -> list[str]:
    """Kinds of units that the calendar or the tiers name, each once."""
    return list(dict.fromkeys([*plan.assessed, *(kind for _step, kind in plan.steps)]))


def _dates(**steps: Step) -> dict[str, str]:
    return {name: in_words(step.closes_at) for name, step in steps.items()}


def start(instant: datetime) -> str:
    """When something opens: the day, with the hour unless it is its first."""
    local = instant.astimezone(VIETNAM)
    day = in_full(local.date())
    return day if local.timetz().replace(tzinfo=None) == time() else f"{local:%H:%M} {day}"


def in_full(day: date) -> str:
    return f"{weekday(day)} {day:%d/%m/%Y}"


CHECKS: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
    _missing,
    _no_set,
    _results_below,
    _order,
    _survey,
    _load,
    _gap,
    _late,
    _period,
    _day_off,
    _unknown_year,
)
