"""The doors to runs, decisions and publications, and what waits for the people who work on them.

Strangers get 404; those who may look on but not act get 403. Before the instant of its publication a result exists
for nobody outside, whatever address they guess.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria import policies as criteria
from criteria.models import CriteriaSet, RankingGroup, Tier
from results.models import Amendment, Decision, Publication, Run
from results.selectors import runs as reads
from results.selectors.ends import approval_ends
from units.models import Unit, User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place, Task, ancestors

P = Permission
Person = User | AnonymousUser
ABOVE = "authority__parent__parent"


def tier_for_progress(user: Person, pk: int) -> Tier:
    """The tier whose progress and runs the person may see."""
    return _tier(user, pk, P.PROGRESS_VIEW)


def tier_to_compute(user: Person, pk: int) -> Tier:
    return _tier(user, pk, P.RUN_COMPUTE)


def tiers_beside(user: Person, tier: Tier) -> list[Tier]:
    """The tiers of the same cycle that the person may see too, this one among them."""
    here, below = ({unit.pk for unit in units} for units in units_where(user, P.PROGRESS_VIEW))
    tiers = Tier.objects.filter(cycle=tier.cycle_id).select_related("cycle", ABOVE).order_by("position", "code")
    return [
        each for each in tiers if each.authority_id in here or below & {unit.pk for unit in ancestors(each.authority)}
    ]


def groups_to_look_into(user: Person, groups: Iterable[RankingGroup]) -> set[int]:
    """The groups (by key) the dossiers of whose units the person may open."""
    _here, below = units_where(user, P.ASSESSMENT_VIEW)
    reach = {unit.pk for unit in below}
    above = {group.pk: {group.parent_id, *(unit.pk for unit in ancestors(group.parent))} for group in groups}
    return {pk for pk, units in above.items() if reach & units}


def run_to_view(user: Person, pk: int) -> Run:
    return _run(user, pk, P.RUN_VIEW)


def run_to_draft(user: Person, pk: int) -> Run:
    """The run that the person may draft the decision on."""
    return _run(user, pk, P.DECISION_DRAFT)


def decision_to_view(user: Person, pk: int) -> Decision:
    return _decision(user, pk, P.RUN_VIEW)


def decision_to_approve(user: Person, pk: int) -> Decision:
    return _decision(user, pk, P.DECISION_APPROVE)


def decision_to_publish(user: Person, pk: int) -> Decision:
    return _decision(user, pk, P.DECISION_PUBLISH)


def publication_to_withdraw(user: Person, pk: int) -> Publication:
    rows = Publication.objects.select_related(f"tier__{ABOVE}", "tier__cycle", "decision__run")
    publication = get_object_or_404(rows, pk=pk)
    _assert(user, publication.tier.authority, P.DECISION_PUBLISH)
    return publication


def publications_open_to_all(now: datetime) -> list[Publication]:
    """Every standing publication whose instant has come, newest cycle first."""
    return list(
        _published(now).order_by("-tier__cycle__year", "tier__cycle__code", "tier__position", "tier__code", "pk")
    )


def published_tier(tier_pk: int, now: datetime) -> Publication:
    """The tier's standing publication, for everybody; ``now`` is the database's clock. 404 before its instant."""
    return get_object_or_404(_published(now), tier=tier_pk)


def published_unit(tier_pk: int, unit_pk: int, now: datetime) -> tuple[Publication, Unit]:
    """The tier's standing publication and a unit that has a result in it."""
    publication = published_tier(tier_pk, now)
    result = reads.result_of(publication.decision.run, unit_pk)
    if result is None:
        raise Http404
    return publication, result.unit


def may_compute(user: Person, tier: Tier) -> bool:
    return P.RUN_COMPUTE in held(user, tier.authority)


def may_draft(user: Person, tier: Tier) -> bool:
    return P.DECISION_DRAFT in held(user, tier.authority)


def may_approve(user: Person, decision: Decision) -> bool:
    """Whether to offer the approval; nobody approves what he drafted himself."""
    return P.DECISION_APPROVE in held(user, decision.run.tier.authority) and user.pk != decision.drafted_by_id


def may_publish(user: Person, tier: Tier) -> bool:
    return P.DECISION_PUBLISH in held(user, tier.authority)


def due_for(user: User, now: datetime) -> list[Due]:
    """For the standing body: an appraisal closed and not computed, a run without a decision. For the chairman:
    a decision to approve or to publish."""
    computing, _below = units_where(user, P.RUN_COMPUTE)
    approving, _below = units_where(user, P.DECISION_APPROVE)
    dues: list[Due] = []
    if computing:
        dues += [_compute_due(tier) for tier in reads.tiers_to_compute(computing)]
        dues += [_draft_due(run) for run in reads.runs_to_draft(computing)]
    if approving:
        dues += [_decision_due(decision) for decision in reads.decisions_waiting(approving, user)]
    return dues


def tasks_for(user: User, now: datetime) -> list[Task]:
    """The same as lines of the person's list of work, until the approval of the tier's units ends."""
    computing, approving = (units_where(user, permission)[0] for permission in (P.RUN_COMPUTE, P.DECISION_APPROVE))
    found: list[tuple[Tier, str, Due]] = []
    if computing:
        found += [(tier, "compute", _compute_due(tier)) for tier in reads.tiers_to_compute(computing)]
        found += [(run.tier, "draft", _draft_due(run)) for run in reads.runs_to_draft(computing)]
    if approving:
        waiting = reads.decisions_waiting(approving, user)
        kinds = {True: "publish", False: "approve"}
        found += [(each.run.tier, kinds[each.approved_at is not None], _decision_due(each)) for each in waiting]
    ends = approval_ends(tier for tier, _kind, _due in found)
    return [_task(tier, kind, due, ends.get(tier.pk)) for tier, kind, due in found]


def _task(tier: Tier, kind: str, due: Due, until: datetime | None) -> Task:
    return Task(kind, due.title, tier.name, tier.cycle.name, until, Decimal(0), due.url, text=due.detail)


def places_for(user: User) -> list[Place]:
    """The boards of the tiers that the person's own units answer for, in the newest cycle of each; who approves has
    the list of work, too."""
    here, _below = units_where(user, P.PROGRESS_VIEW)
    tiers = reads.newest_of(criteria.tiers_run_by(user, here))
    places = [Place(_("Progress and results"), reverse("results:board", args=[tier.pk])) for tier in tiers]
    if units_where(user, P.DECISION_APPROVE)[0]:
        places.append(Place(_("My work"), reverse("assessments:queue")))
    return places


def _compute_due(tier: Tier) -> Due:
    title = _("Compute the index")
    return Due(title, str(tier), None, "", reverse("results:board", args=[tier.pk]), _("To the progress board"))


def _draft_due(run: Run) -> Due:
    title = _("Draft the decision")
    return Due(title, _run_words(run), None, "", reverse("results:run", args=[run.pk]), _("Look at the run"), run.state)


def _decision_due(decision: Decision) -> Due:
    approved = decision.approved_at is not None
    title = _("Publish the results") if approved else _("Approve the decision")
    detail = f"{decision.number} · {decision.run.tier}"
    url = reverse("results:decision", args=[decision.pk])
    return Due(title, detail, None, "", url, _("Look at the decision"), decision.state)


def _run_words(run: Run) -> str:
    return _("%(tier)s, run %(number)s") % {"tier": run.tier, "number": run.number}


def _published(now: datetime) -> QuerySet[Publication]:
    rows = Publication.objects.filter(withdrawn_at=None, publish_at__lte=now)
    return rows.select_related("tier__cycle", "tier__authority", "decision__run__tier__cycle")


def _tier(user: Person, pk: int, permission: Permission) -> Tier:
    tier = get_object_or_404(Tier.objects.select_related("cycle", ABOVE), pk=pk)
    _assert(user, tier.authority, permission)
    return tier


def _run(user: Person, pk: int, permission: Permission) -> Run:
    run = get_object_or_404(Run.objects.select_related("tier__cycle", f"tier__{ABOVE}", "job", "started_by"), pk=pk)
    _assert(user, run.tier.authority, permission)
    return run


def _decision(user: Person, pk: int, permission: Permission) -> Decision:
    rows = Decision.objects.select_related("run__tier__cycle", f"run__tier__{ABOVE}", "job", "drafted_by")
    decision = get_object_or_404(rows, pk=pk)
    _assert(user, decision.run.tier.authority, permission)
    return decision


def _assert(user: Person, authority: Unit, permission: Permission) -> None:
    permissions = held(user, authority)
    if P.RUN_VIEW not in permissions:
        raise Http404
    if permission not in permissions:
        raise PermissionDenied


def set_to_amend(user: Person, pk: int) -> CriteriaSet:
    """A version of a criteria set that the person may put in the place of the one in force."""
    return criteria.set_to_issue(user, pk)


def amendment_of(new: CriteriaSet) -> Amendment | None:
    """The amendment that put the set in force; None where there was none."""
    return Amendment.objects.filter(new=new).first()


def amendment_to_view(user: Person, pk: int) -> Amendment:
    """An amendment made for the authority that the person drafts criteria sets for."""
    rows = Amendment.objects.select_related("old", "new__cycle", "applied_by", "undone_by")
    amendment = get_object_or_404(rows, pk=pk)
    criteria.set_to_issue(user, amendment.new_id)
    return amendment
