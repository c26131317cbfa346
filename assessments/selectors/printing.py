"""Where the PDF of a paper stands: the newest job that printed it, and whether its content is still the same."""

import hashlib
from dataclasses import dataclass

from assessments.models import Assessment, PaperKind, Receipt
from units.models import Job, JobState


@dataclass(frozen=True)
class Printed:
    """``job``: the newest one, None where nobody asked. ``path``: the stored file, empty while there is none."""

    kind: PaperKind
    job: Job | None
    path: str

    @property
    def is_ready(self) -> bool:
        return bool(self.path)


def paper_key(kind: str, of: Assessment | Receipt) -> str:
    """The key of the jobs that print a paper of a dossier, or of a submission."""
    word = "receipt" if isinstance(of, Receipt) else "dossier"
    return f"paper:{kind}:{word}:{of.pk}"


def digest_of(html: str) -> str:
    """What names the content of a paper."""
    return hashlib.sha256(html.encode()).hexdigest()


def printed(kind: str, of: Assessment | Receipt, html: str) -> Printed:
    """The paper as it was printed last, if that was of this very content. One query."""
    job = Job.objects.filter(key=paper_key(kind, of)).order_by("-pk").first()
    is_same = job is not None and job.state == JobState.DONE and job.result.get("content") == digest_of(html)
    return Printed(PaperKind(kind), job, str(job.result.get("path", "")) if job and is_same else "")
