"""Runs: opened with their job, computed once, frozen."""

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models import Criterion, Tier
from results import states
from results.models import ResultLine, Run, RunState, UnitResult
from results.proof import Incalculable, plain
from results.selectors.calculation import Calculation, calculation
from results.selectors.runs import Contradiction
from units import audit, jobs, notices
from units.models import Job, JobState, Unit, User
from units.selectors import database_now

TASK = "results.tasks.compute"
STEPS = 3


@transaction.atomic
def start(*, tier: Tier, by: User) -> Run:
    """Open a run of the tier and the job that computes it; the open one while it is not finished."""
    tier = Tier.objects.select_for_update(of=("self",)).select_related("authority").get(pk=tier.pk)
    computing = Run.objects.filter(tier=tier, state=RunState.COMPUTING)
    standing = computing.filter(job__state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if standing:
        return standing
    # Work that was given up by the sweep leaves its run behind; the next start closes it.
    computing.update(state=RunState.FAILED)
    highest: int | None = Run.objects.filter(tier=tier).aggregate(highest=Max("number"))["highest"]
    run = Run.objects.create(tier=tier, number=(highest or 0) + 1, started_by=by, started_at=database_now())
    run.job = jobs.open_job(
        task=TASK,
        title=_("Computation of the index: %(tier)s, run %(number)s") % {"tier": tier, "number": run.number},
        key=f"compute:{tier.pk}",
        by=by,
        arguments={"run": run.pk},
        link=reverse("results:run", args=[run.pk]),
    )
    run.save(update_fields=["job"])
    audit.record(by, "run.started", run, unit=tier.authority, number=run.number)
    return run


def compute(*, run: Run, job: Job | None = None) -> Run:
    """Read every layer of the tier, compute, and freeze lines and results in one transaction with the job's end.

    Without ``job`` the run's own job is claimed first: in the foreground as in a worker, only one computes.
    Raises ``states.NotAllowed`` unless the run is still computing (make a new run instead), ``jobs.LeaseLost`` when
    another worker has taken the job over. Points that cannot be summed up fail run and job, with the reason in words.
    """
    run = Run.objects.select_related("tier__cycle", "tier__authority", "started_by").get(pk=run.pk)
    states.after(run.state, "finish")
    job = job or _own_job(run)
    _say(job, 1, _("Reading points and computing"))
    try:
        result = calculation(run.tier)
    except (Incalculable, Contradiction) as problem:
        return _fail(run=run, job=job, text=_in_words(problem))
    _say(job, 2, _("Writing results"))
    return _write(run=run, result=result, job=job)


def _own_job(run: Run) -> Job | None:
    if run.job_id is None:
        return None
    job = jobs.claim(run.job_id)
    if job is None:
        raise jobs.LeaseLost(f"run {run.number} is being computed")
    return job


def _say(job: Job | None, done: int, step: str) -> None:
    if job:
        jobs.progress(job, done, STEPS, step)


@transaction.atomic
def _write(*, run: Run, result: Calculation, job: Job | None) -> Run:
    if job:
        # First, so that a worker that lost its lease stops here, before a row is written.
        jobs.finish(job, run=run.number, units=len(result.results), missing=len(result.missing))
    run = _locked(run, "finish")
    for line in result.lines:
        line.run = run
    for outcome in result.results:
        outcome.run = run
    ResultLine.objects.bulk_create(result.lines, batch_size=500)
    UnitResult.objects.bulk_create(result.results, batch_size=500)
    run.settings, run.missing, run.digest = result.settings, result.missing, result.digest
    run.computed_at = database_now()
    run.save(update_fields=["state", "settings", "missing", "digest", "computed_at"])
    _tell(run, _("Run %(number)s is computed: %(tier)s"))
    audit.record(run.started_by, "run.computed", run, unit=run.tier.authority, digest=run.digest)
    return run


@transaction.atomic
def _fail(*, run: Run, job: Job | None, text: str) -> Run:
    run = _locked(run, "fail")
    run.save(update_fields=["state"])
    if job:
        jobs.fail(job, text)
    _tell(run, _("Run %(number)s could not be computed: %(tier)s"))
    audit.record(run.started_by, "run.failed", run, unit=run.tier.authority, problem=text)
    return run


def _tell(run: Run, text: str) -> None:
    if run.started_by:
        link = reverse("results:run", args=[run.pk])
        notices.post([run.started_by], text % {"number": run.number, "tier": run.tier}, link)


def _in_words(problem: Incalculable | Contradiction) -> str:
    if isinstance(problem, Contradiction):
        text = _("%(unit)s: two exemptions say different things of criterion %(code)s. Withdraw one of them.")
        code = Criterion.objects.get(pk=problem.leaf).code
        return text % {"unit": Unit.objects.get(pk=problem.unit), "code": code}
    line = problem.line
    return _("%(unit)s: criterion %(code)s has %(points)s points, but must have %(minimum)s to %(maximum)s.") % {
        "unit": Unit.objects.get(pk=problem.key),
        "code": line.code,
        "points": plain(line.awarded),
        "minimum": plain(line.minimum),
        "maximum": plain(line.maximum),
    }


def _locked(run: Run, move: str) -> Run:
    """The row as it stands now, held until the commit, in the state that ``move`` leads to."""
    locked = Run.objects.select_for_update(of=("self",)).select_related("tier__authority", "started_by").get(pk=run.pk)
    locked.state = states.after(locked.state, move)
    return locked
