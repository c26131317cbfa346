"""Decisions and publications as they come about, on the small province of ``house``."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from councils.models import Council
from results.models import Decision, Publication, Run
from results.services import decisions, publications
from tests.factories.rows import Season
from tests.results import house
from units import jobs
from units.models import Job

WORDS: dict[str, Any] = {
    "number": "36/QĐ-UBND",
    "place": "Thử",
    "date": date(2023, 1, 15),
    "signer": "Nguyễn Văn A",
    "signer_office": "CHỦ TỊCH",
    "on_behalf_of": "",
}


def closed(of: Season) -> Season:
    """The council has closed its appraisal."""
    Council.objects.filter(pk=of.council.pk).update(
        state="closed", closed_at=timezone.now(), closed_by=of.chair.user, decision="Quyết định số 1/QĐ-UBND"
    )
    return of


def computed(of: Season) -> Run:
    """A run of the closed appraisal."""
    return house.computed(closed(of))


def drafted(run: Run, of: Season) -> Decision:
    return decisions.draft(run=run, by=of.staff, **WORDS)


def job(decision: Decision) -> Job:
    return Job.objects.get(pk=decision.job_id or 0)


def job_of(decision: Decision) -> Job:
    """The decision's job, taken by a worker."""
    claimed = jobs.claim(job(decision).pk)
    assert claimed is not None
    return claimed


def draw(decision: Decision, each_step: Callable[[], None]) -> bytes:
    """A document without Pango."""
    each_step()
    return f"%PDF {decision.number}".encode()


def rendered(run: Run, of: Season) -> Decision:
    decision = drafted(run, of)
    return decisions.render(decision=decision, job=job_of(decision), draw=draw)


def approved(run: Run, of: Season) -> Decision:
    return decisions.approve(decision=rendered(run, of), by=of.chairman)


def published(run: Run, of: Season) -> Publication:
    return publications.publish(decision=approved(run, of), by=of.chairman)
