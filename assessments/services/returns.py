"""A dossier that was handed in goes back to its unit, as a whole or for named leaves, and stands again as it was."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, Receipt, Reopening
from assessments.selectors.locks import last_receipt
from assessments.selectors.signing import insiders
from assessments.services import gates
from assessments.services.restoring import restore
from assessments.services.signing import NoteMissing, void
from assessments.states import INSIDE, NotAllowed, State, after
from criteria.models import Criterion, PhaseKind
from criteria.selectors import criteria_of, window
from units import audit, notices
from units.models import User
from units.selectors import database_now


class BadDate(ValueError):
    """The date until which a dossier is mended does not lie ahead, or leaves no time to appraise what is mended."""


class QuestionMissing(ValueError):
    """A leaf is returned with the question that it has to answer; it has to be one that the unit scores."""


@transaction.atomic
def return_dossier(
    *,
    assessment: Assessment,
    note: str,
    by: User,
    questions: Mapping[int, str] | None = None,
    until: datetime | None = None,
) -> Assessment:
    """Give a submitted dossier back to be mended, with a note on what.

    ``questions``: what is asked, by the leaf's key; every other leaf stays locked. None or empty: the whole dossier.
    ``until``: how long; it may lie after the end of self-scoring but before that of the appraisal. Without a date
    self-scoring has to be open: later the unit could not hand it in again and would lose all its points.

    Raises ``NoteMissing``, ``QuestionMissing``, ``BadDate``, ``NotAllowed`` or ``PhaseClosed``.
    """
    if not note.strip():
        raise NoteMissing
    assessment = gates.locked(assessment)
    last = last_receipt(assessment)
    assessment.state = after(assessment.state, "return")
    now = _assert_time(assessment, until)
    asked = _leaves(assessment, questions or {})
    if asked and last is None:
        raise NotAllowed("a dossier without a receipt has no round to return")
    assessment.return_note, assessment.return_until = note.strip(), until
    assessment.save(update_fields=["state", "return_note", "return_until"])
    rows = [
        Reopening(
            assessment=assessment,
            number=last.number if last else 0,
            criterion=leaf,
            question=question,
            asked_by=by,
            asked_at=now,
        )
        for leaf, question in asked
    ]
    Reopening.objects.bulk_create(rows)
    _tell(assessment, [leaf.code for leaf, _ in asked])
    audit.record(
        by,
        "assessment.returned",
        assessment,
        unit=assessment.unit,
        note=assessment.return_note,
        leaves={leaf.code: question for leaf, question in asked},
        until=until,
    )
    return assessment


def _assert_time(assessment: Assessment, until: datetime | None) -> datetime:
    """The instant of the act, which leaves the unit time. Raises ``BadDate`` or ``PhaseClosed``."""
    if until is None:
        assessment.return_until = None
        return gates.assert_open(assessment)
    now = database_now()
    appraisal = window(assessment.cycle, PhaseKind.APPRAISAL, assessment.unit.kind)
    if until <= now or (appraisal and until >= appraisal.closes_at):
        raise BadDate
    return now


def _leaves(assessment: Assessment, questions: Mapping[int, str]) -> list[tuple[Criterion, str]]:
    """The leaves in the order of the set, each with its question."""
    tree = {each.pk: each for each in criteria_of(assessment.criteria_set)}
    if any(pk not in tree or not tree[pk].is_scorable or not text.strip() for pk, text in questions.items()):
        raise QuestionMissing
    return [(leaf, questions[pk].strip()) for pk, leaf in tree.items() if pk in questions]


def _tell(assessment: Assessment, codes: list[str]) -> None:
    text = gettext("The self-scoring dossier of %(unit)s was returned: %(note)s")
    words = text % {"unit": assessment.unit.name, "note": assessment.return_note}
    if codes:
        words = f"{words} {gettext('Open again: %(codes)s.') % {'codes': ', '.join(codes)}}"
    notices.post(insiders(assessment.unit), words, reverse("assessments:sheet", args=[assessment.pk]))


@transaction.atomic
def withdraw(*, assessment: Assessment, note: str, by: User) -> Receipt:
    """Take a return back: the dossier stands as it was handed in, whatever was written since.

    For a unit that missed its date: the submission that it made counts, not nothing. Raises ``NoteMissing``, or
    ``NotAllowed`` for a dossier that was never handed in or that the appraisers have.
    """
    if not note.strip():
        raise NoteMissing
    assessment = gates.locked(assessment)
    last = last_receipt(assessment)
    if last is None or State(assessment.state) not in INSIDE:
        raise NotAllowed(f"take back the return of {assessment.state}")
    changed = restore(assessment, last)
    # The round is not one that was returned any more; another return of it begins anew, with signatures of its own.
    void(assessment, last.number + 1, note.strip(), by)
    Reopening.objects.filter(assessment=assessment, number=last.number).delete()
    assessment.state, assessment.return_until = State.SUBMITTED, None
    assessment.save(update_fields=["state", "return_until"])
    text = gettext("The return of the dossier of %(unit)s was taken back; receipt %(number)s stands: %(note)s")
    words = {"unit": assessment.unit.name, "number": last.number, "note": note.strip()}
    notices.post(insiders(assessment.unit), text % words, reverse("assessments:receipt", args=[last.pk]))
    audit.record(
        by,
        "assessment.return_withdrawn",
        assessment,
        unit=assessment.unit,
        note=note.strip(),
        receipt=last.number,
        restored=changed,
    )
    return last
