"""Drafting, rendering and approving a decision: when it is open, what it leaves, who may not."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from councils.models import Council
from results import tasks
from results.models import Decision, DecisionState, Run, RunState
from results.selectors import drafting
from results.services import decisions
from results.services.decisions import Refused
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house, papers
from units import jobs, pdf
from units.jobs import LeaseLost
from units.models import AuditEvent, Job, JobState, Notice
from units.selectors import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> Season:
    return house.ready()


@pytest.fixture
def run(season: Season) -> Run:
    return papers.computed(season)


def actions() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="decision.").values_list("action", flat=True))


def told(of: Decision) -> list[int]:
    """Who got a notice that leads to the decision, the last first."""
    link = reverse("results:decision", args=[of.pk])
    return list(Notice.objects.filter(link=link).values_list("to", flat=True))


def test_draft_keeps_the_words_and_opens_a_job(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    assert {name: getattr(decision, name) for name in papers.WORDS} == papers.WORDS
    job = papers.job(decision)
    assert (job.task, job.state, job.created_by) == ("results.tasks.render_decision", JobState.QUEUED, season.staff)
    assert (decision.state, decision.drafted_by, decision.pdf.name) == (DecisionState.DRAFTED, season.staff, "")
    assert actions() == ["decision.drafted"]


def test_draft_without_grounds_takes_those_of_the_cycle(season: Season, run: Run) -> None:
    assert papers.drafted(run, season).grounds.splitlines() == [
        "Căn cứ Quyết định số 1/QĐ-UBND về việc thành lập Hội đồng thẩm định",
        "Căn cứ kết quả thẩm định của Hội đồng thẩm định",
        "Theo đề nghị của Sở Nội vụ",
    ]


def test_draft_with_grounds_keeps_them(season: Season, run: Run) -> None:
    grounds = ["Căn cứ Luật A", "Căn cứ Luật B"]
    decision = decisions.draft(run=run, by=season.staff, grounds=grounds, **papers.WORDS)
    assert decision.grounds == "Căn cứ Luật A\nCăn cứ Luật B"


@pytest.mark.parametrize("state", ["computing", "failed", "approved"])
def test_draft_of_a_run_that_is_not_computed_is_refused(season: Season, run: Run, state: str) -> None:
    Run.objects.filter(pk=run.pk).update(state=state)
    with pytest.raises(Refused):
        papers.drafted(run, season)
    assert Decision.objects.count() == 0


def test_draft_before_the_council_closed_is_refused(season: Season) -> None:
    run = house.computed(season)
    with pytest.raises(Refused, match=r"(?i)hội đồng|council"):
        papers.drafted(run, season)


def test_draft_without_a_council_is_refused(season: Season, run: Run) -> None:
    other = rows.tier(rows.cycle(season.province), season.province)
    Run.objects.filter(pk=run.pk).update(tier=other)
    with pytest.raises(Refused):
        papers.drafted(run, season)


def test_draft_of_a_run_older_than_the_closing_is_refused(season: Season) -> None:
    run = house.computed(season)
    papers.closed(season)
    with pytest.raises(Refused):
        papers.drafted(run, season)


def test_draft_while_the_document_is_made_is_refused(season: Season, run: Run) -> None:
    papers.drafted(run, season)
    with pytest.raises(Refused):
        papers.drafted(run, season)


def test_draft_anew_replaces_words_and_document(season: Season, run: Run) -> None:
    first = papers.rendered(run, season)
    again = decisions.draft(run=run, by=season.staff, **{**papers.WORDS, "number": "37/QĐ-UBND"})
    assert (again.pk, again.number, again.pdf.name, again.pdf_sha256) == (first.pk, "37/QĐ-UBND", "", "")
    assert again.job_id != first.job_id


def test_render_stores_the_document_with_its_digest(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    stored = Decision.objects.get(pk=decision.pk)
    content = Path(stored.pdf.path).read_bytes()
    assert content == papers.draw(decision, lambda: None)
    assert stored.pdf_sha256 == hashlib.sha256(content).hexdigest()
    job = papers.job(stored)
    assert (job.state, job.result) == (JobState.DONE, {"sha256": stored.pdf_sha256, "bytes": len(content)})
    assert actions() == ["decision.drafted", "decision.rendered"]
    assert told(decision) == [season.chairman.pk]


def test_render_without_pango_fails_the_job_with_the_cure(season: Season, run: Run) -> None:
    def missing(decision: Decision, each_step: Callable[[], None]) -> bytes:
        raise pdf.MissingLibrary(pdf.CURE)

    decision = papers.drafted(run, season)
    decisions.render(decision=decision, job=papers.job_of(decision), draw=missing)
    job = papers.job(decision)
    assert (job.state, job.error) == (JobState.FAILED, pdf.CURE)
    assert Decision.objects.get(pk=decision.pk).pdf.name == ""


def test_render_after_the_lease_is_lost_writes_nothing(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    job = papers.job_of(decision)

    def taken_over(drawn: Decision, each_step: Callable[[], None]) -> bytes:
        content = papers.draw(drawn, each_step)
        Job.objects.filter(pk=job.pk).update(lease="another")
        return content

    with pytest.raises(LeaseLost):
        decisions.render(decision=decision, job=job, draw=taken_over)
    assert Decision.objects.get(pk=decision.pk).pdf.name == ""
    assert actions() == ["decision.drafted"]


def test_render_keeps_the_lease_with_every_page(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    job = papers.job_of(decision)
    kept: list[bool] = []

    def slow(drawn: Decision, each_step: Callable[[], None]) -> bytes:
        Job.objects.filter(pk=job.pk).update(lease_until=database_now() - timedelta(seconds=1))
        each_step()
        kept.append(Job.objects.get(pk=job.pk).lease_until > database_now())  # type: ignore[operator]
        return b"%PDF"

    decisions.render(decision=decision, job=job, draw=slow)
    assert kept == [True]


@pytest.mark.skipif(pdf.problem() is not None, reason=pdf.problem() or "")
def test_render_by_the_task_makes_a_pdf_once(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    tasks.render_decision(papers.job(decision).pk)
    first = Decision.objects.get(pk=decision.pk)
    tasks.render_decision(papers.job(decision).pk)
    second = Decision.objects.get(pk=decision.pk)
    assert Path(first.pdf.path).read_bytes()[:5] == b"%PDF-"
    assert (second.pdf.name, second.pdf_sha256) == (first.pdf.name, first.pdf_sha256)


def test_approve_makes_run_and_decision_final(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    assert (decision.state, decision.approved_by) == (DecisionState.APPROVED, season.chairman)
    assert Run.objects.get(pk=run.pk).state == RunState.APPROVED
    assert actions()[-1] == "decision.approved"
    assert told(decision) == [season.staff.pk, season.chairman.pk]


def test_approve_by_the_drafter_is_refused(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.staff)


def test_approve_twice_is_refused(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.chairman)


def test_approve_without_a_document_is_refused(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.chairman)


def test_approve_of_another_document_than_was_made_is_refused(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    Path(decision.pdf.path).chmod(0o600)
    Path(decision.pdf.path).write_bytes(b"%PDF another")
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.chairman)


def test_approve_of_a_lost_document_is_refused(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    Path(decision.pdf.path).unlink()
    assert decisions.stored_digest(decision) == ""
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.chairman)


def test_approve_after_the_appraisal_was_opened_again_is_refused(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    Council.objects.filter(pk=season.council.pk).update(state="open", closed_at=None, closed_by=None)
    with pytest.raises(Refused):
        decisions.approve(decision=decision, by=season.chairman)
    assert Run.objects.get(pk=run.pk).state == RunState.COMPUTED


def test_sweep_of_a_lost_message_still_renders(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    assert jobs.sweep() == [decision.job_id]


def test_usual_grounds_without_a_council_name_plan_and_proposal(season: Season) -> None:
    cycle = rows.cycle(season.province, plan="Kế hoạch số 1/KH-UBND")
    tier = rows.tier(cycle, season.province)
    tier.standing_body = ""
    assert drafting.usual_grounds(tier) == [
        "Căn cứ Kế hoạch số 1/KH-UBND",
        "Theo đề nghị của cơ quan thường trực cải cách hành chính",
    ]


def test_usual_grounds_of_a_council_without_a_decision_name_its_appraisal(season: Season) -> None:
    assert drafting.usual_grounds(season.tier) == [
        "Căn cứ kết quả thẩm định của Hội đồng thẩm định",
        "Theo đề nghị của Sở Nội vụ",
    ]
