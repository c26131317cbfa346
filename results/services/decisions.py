"""Drafting, rendering and approving the decision on a run. Two people: who drafted never approves."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date as Date  # noqa: N812  the contract names the parameter ``date``

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from councils.models import CouncilState
from results import states
from results.models import Decision, DecisionState, Run, RunState
from results.selectors import drafting
from units import audit, jobs, notices, pdf
from units.models import Job, User
from units.selectors import database_now

TASK = "results.tasks.render_decision"
STEPS = 2
Draw = Callable[[Decision, Callable[[], None]], bytes]
LANGUAGE = "vi"


class Refused(Exception):
    """The act is not open now; the text says why, for the person who tried."""


@transaction.atomic
def draft(
    *,
    run: Run,
    number: str,
    place: str,
    date: Date,
    signer: str,
    signer_office: str,
    on_behalf_of: str,
    by: User,
    grounds: Sequence[str] = (),
) -> Decision:
    """Write down what the decision says and open the job that makes its PDF. Until the approval it may be drafted anew.

    ``grounds`` empty: those that the cycle knows. Units without an index are printed as "chưa xác định".
    Raises ``Refused``: run not computed, appraisal not closed, run older than the closing, document being made.
    """
    run = _locked_run(run)
    _assert_final(run)
    decision = drafting.decision_of(run) or Decision(run=run)
    _assert_open(decision)
    decision.number, decision.place, decision.date = number, place, date
    decision.signer, decision.signer_office, decision.on_behalf_of = signer, signer_office, on_behalf_of
    decision.grounds = "\n".join(grounds or drafting.usual_grounds(run.tier))
    decision.drafted_by, decision.drafted_at = by, database_now()
    decision.pdf, decision.pdf_sha256 = "", ""
    decision.save()
    decision.job = _open_job(decision, by)
    decision.save(update_fields=["job"])
    audit.record(by, "decision.drafted", decision, unit=run.tier.authority, number=number, run=run.number)
    return decision


def _locked_run(run: Run) -> Run:
    rows = Run.objects.select_for_update(of=("self",)).select_related("tier__cycle", "tier__authority")
    return rows.get(pk=run.pk)


def _assert_final(run: Run) -> None:
    """The run is computed, and from an appraisal that was closed before."""
    if run.state != RunState.COMPUTED:
        raise Refused(_("Only a computed run that is not yet approved can be decided on."))
    council = drafting.council_of(run.tier)
    if council is None or council.state != CouncilState.CLOSED or council.closed_at is None:
        raise Refused(_("The council has not closed the appraisal yet. Ask its chair to close it, then compute again."))
    if run.started_at < council.closed_at:
        raise Refused(_("This run was computed before the appraisal was closed. Compute again, then draft."))


def _assert_open(decision: Decision) -> None:
    if decision.job and decision.job.is_open:
        raise Refused(_("The document of the last draft is being made. Wait until it is done, then draft anew."))


def _open_job(decision: Decision, by: User) -> Job:
    return jobs.open_job(
        task=TASK,
        title=_("Document of decision %(number)s") % {"number": decision.number},
        key=f"decision:{decision.pk}",
        by=by,
        arguments={"decision": decision.pk},
        link=reverse("results:decision", args=[decision.pk]),
    )


def render(*, decision: Decision, job: Job, draw: Draw) -> Decision:
    """Make the PDF with ``draw``, store it with its digest, and finish the job, all or nothing.

    ``draw`` calls back with every page, which keeps the lease of the job. Rendering again gives the same bytes.
    Without Pango the job fails with the cure. Raises ``jobs.LeaseLost``.
    """
    decision = _whole(decision)

    def each_step() -> None:
        jobs.progress(job, 0, STEPS, _("Setting the document"))

    each_step()
    try:
        content = draw(decision, each_step)
    except pdf.MissingLibrary as missing:
        jobs.fail(job, str(missing))
        return decision
    jobs.progress(job, 1, STEPS, _("Storing the document"))
    return _store(decision=decision, content=content, job=job)


def _whole(decision: Decision) -> Decision:
    rows = Decision.objects.select_related("run__tier__cycle", "run__tier__authority__parent", "drafted_by")
    return rows.get(pk=decision.pk)


@transaction.atomic
def _store(*, decision: Decision, content: bytes, job: Job) -> Decision:
    # First, so that a worker that lost its lease stops here, before a file is written.
    digest = hashlib.sha256(content).hexdigest()
    jobs.finish(job, sha256=digest, bytes=len(content))
    tier = decision.run.tier
    decision.pdf.save(f"{tier.cycle.code}-{tier.code}-{digest[:16]}.pdf", ContentFile(content), save=False)
    decision.pdf_sha256 = digest
    decision.save(update_fields=["pdf", "pdf_sha256"])
    with override(LANGUAGE):
        text = _("Decision %(number)s waits for your approval: %(tier)s") % {"number": decision.number, "tier": tier}
    waiting = drafting.chairmen(tier).exclude(pk=decision.drafted_by_id)
    notices.post(waiting, text, reverse("results:decision", args=[decision.pk]))
    audit.record(decision.drafted_by, "decision.rendered", decision, unit=tier.authority, sha256=digest)
    return decision


@transaction.atomic
def approve(*, decision: Decision, by: User) -> Decision:
    """Approve the decision, its PDF as it is stored, and its run, which never changes again.

    Raises ``Refused``: approved already, drafted by the same person, no document, document not the one that was made,
    appraisal opened again since.
    """
    run = _locked_run(decision.run)
    decision = Decision.objects.select_for_update(of=("self",)).select_related("job", "drafted_by").get(pk=decision.pk)
    _assert_approvable(decision, by)
    _assert_final(run)
    run.state = states.after(run.state, "approve")
    run.save(update_fields=["state"])
    decision.run = run
    decision.state, decision.approved_by, decision.approved_at = DecisionState.APPROVED, by, database_now()
    decision.save(update_fields=["state", "approved_by", "approved_at"])
    with override(LANGUAGE):
        text = _("Decision %(number)s was approved by %(name)s") % {"number": decision.number, "name": by}
    notices.post([decision.drafted_by], text, reverse("results:decision", args=[decision.pk]))
    audit.record(
        by, "decision.approved", decision, unit=run.tier.authority, sha256=decision.pdf_sha256, digest=run.digest
    )
    return decision


def _assert_approvable(decision: Decision, by: User) -> None:
    if decision.state == DecisionState.APPROVED:
        raise Refused(_("This decision is approved already."))
    if decision.drafted_by_id == by.pk:
        raise Refused(_("Who drafted a decision cannot approve it: it takes two people."))
    if not decision.pdf:
        raise Refused(_("The document is not made yet. Look at it first, then approve."))
    if stored_digest(decision) != decision.pdf_sha256:
        raise Refused(_("The stored document is not the one that was made. Draft the decision anew."))


def stored_digest(decision: Decision) -> str:
    """The SHA-256 of the PDF as it lies in the store; empty when the file is gone."""
    try:
        return hashlib.sha256(drafting.document_of(decision)).hexdigest()
    except FileNotFoundError:
        return ""
