"""What the appraisers say of one document on one leaf. Who may is the council's matter; whether it is time is ours."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from assessments.models import Assessment, Citation, RefusalReason, Verdict
from assessments.selectors.signing import insiders
from assessments.services import gates
from assessments.states import BEFORE_COUNCIL, NotAllowed, State
from criteria.models import PhaseKind
from criteria.selectors import window
from units import audit, notices
from units.models import User
from units.selectors import database_now


class ReasonMissing(ValueError):
    """A refusal gives a reason of the list; “another reason” is explained in the note."""


def assert_appraising(assessment: Assessment) -> datetime:
    """The database's instant, at which the dossier lies before the council and its kind of unit is being appraised.

    Raises ``NotAllowed`` or ``PhaseClosed``.
    """
    if State(assessment.state) not in BEFORE_COUNCIL:
        raise NotAllowed(f"appraise in {assessment.state}")
    phase = window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind)
    if phase is None:
        raise NotAllowed("the cycle has no appraisal of this kind of unit")
    now = database_now()
    phase.assert_open(now)
    return now


@transaction.atomic
def judge(*, citation: Citation, verdict: str, refusal: str = "", note: str = "", by: User) -> Citation:
    """Accept a document, refuse it with a reason, or (``waiting``) take the verdict back. The same again is one act.

    Raises ``ReasonMissing``, ``NotAllowed`` or ``PhaseClosed``.
    """
    assessment = gates.locked(citation.score.assessment)
    now = assert_appraising(assessment)
    refusal, note = (refusal if verdict == Verdict.REFUSED else ""), note.strip()
    if verdict == Verdict.REFUSED and (not refusal or (refusal == RefusalReason.OTHER and not note)):
        raise ReasonMissing
    citation = gates.cited(citation)
    if (citation.verdict, citation.refusal, citation.verdict_note) == (verdict, refusal, note):
        return citation
    citation.verdict, citation.refusal, citation.verdict_note = verdict, refusal, note
    is_given = verdict != Verdict.WAITING
    citation.verdict_by, citation.verdict_at = (by, now) if is_given else (None, None)
    citation.save(update_fields=["verdict", "refusal", "verdict_note", "verdict_by", "verdict_at"])
    if verdict == Verdict.REFUSED:
        _tell(assessment, citation)
    audit.record(
        by,
        "evidence.judged",
        citation,
        unit=assessment.unit,
        criterion=citation.score.criterion.code,
        name=citation.evidence.name,
        sha256=citation.evidence.sha256,
        verdict=verdict,
        refusal=refusal,
        note=note,
    )
    return citation


def _tell(assessment: Assessment, citation: Citation) -> None:
    """Notices are read later by others: in Vietnamese, whatever the language of the person who acts."""
    leaf = citation.score.criterion
    with override("vi"):
        text = gettext("The appraisers refused “%(name)s” on criterion %(code)s: %(reason)s.") % {
            "name": citation.evidence.name,
            "code": leaf.code,
            "reason": "; ".join(filter(None, (str(citation.get_refusal_display()), citation.verdict_note))),
        }
    link = f"{reverse('assessments:sheet', args=[assessment.pk])}?open={leaf.pk}#leaf-{leaf.pk}"
    notices.post(insiders(assessment.unit), text, link)
