"""Links as documents: brought forward, and looked at whether they still answer."""

import hashlib

from django.conf import settings
from django.db import transaction

from assessments.models import Assessment, Citation, Evidence, EvidenceState, LinkLife
from assessments.selectors.room import taken
from assessments.services import citing, keeping, library, reaching
from assessments.services.filetypes import Refusal, RefusedFile
from criteria.models import Criterion
from units import audit, jobs
from units.models import Job, User
from units.selectors import database_now

TASK = "assessments.tasks.look_at_link"
KIND = "text/uri-list"
LONGEST_NAME = 200


@transaction.atomic
def add(
    *, assessment: Assessment, criterion: Criterion, url: str, name: str = "", place: str = "", by: User
) -> Citation:
    """Bring a link forward for a leaf: a document of the unit without a file, named by its address.

    The same link twice changes nothing. Raises ``RefusedFile`` without room, ``BadScore``, ``Amended``, ``NotAllowed``
    or ``PhaseClosed``.
    """
    assessment, criterion = citing.assert_citable(assessment, criterion)
    unit = keeping.locked(assessment.unit)
    digest = hashlib.sha256(url.encode()).hexdigest()
    evidence = Evidence.objects.filter(unit=unit, sha256=digest).first()
    if evidence is None:
        if taken(unit)[0] >= settings.EVIDENCE_UNIT_FILES:
            raise RefusedFile(Refusal.QUOTA)
        evidence = Evidence.objects.create(
            unit=unit,
            name=(name or url)[:LONGEST_NAME],
            content_type=KIND,
            size=0,
            sha256=digest,
            url=url,
            state=EvidenceState.CLEAN,
            uploaded_by=by,
            uploaded_at=database_now(),
        )
        library.read_heading(evidence)
        audit.record(by, "evidence.linked", evidence, unit=unit, url=url)
        ask_to_look(evidence)
    return citing.cite(assessment=assessment, criterion=criterion, evidence=evidence, place=place, by=by)


def ask_to_look(evidence: Evidence) -> Job:
    """Have the worker see whether the link answers."""
    return jobs.open_job(
        task=TASK, title=evidence.name, key=f"link:{evidence.pk}", by=None, arguments={"evidence": evidence.pk}
    )


def look(*, job: Job) -> None:
    """See whether the job's link answers, and write it down."""
    evidence = Evidence.objects.filter(pk=job.arguments["evidence"]).exclude(url="").first()
    life = None
    if evidence:
        life = LinkLife.ALIVE if reaching.answers(evidence.url) else LinkLife.DEAD
        write_life(evidence=evidence, life=life)
    jobs.finish(job, life=life)


@transaction.atomic
def write_life(*, evidence: Evidence, life: LinkLife) -> Evidence:
    """Keep what was found, and since when it is so: an answer that is the same as before changes only the time."""
    row = Evidence.objects.select_related("unit").select_for_update(of=("self",)).get(pk=evidence.pk)
    changed = row.life != life
    row.life, row.life_at = life, database_now()
    row.save(update_fields=["life", "life_at"])
    if changed:
        audit.record(None, "evidence.link_looked", row, unit=row.unit, url=row.url, life=life)
    return row
