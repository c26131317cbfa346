"""What an amendment of a criteria set in mid-cycle does to dossiers. Part of the caller's transaction.

No stored answer changes: an answer moves to the same leaf of the other version, or stays where it is, set aside.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from assessments.models import Assessment, AssessmentState, EvidenceRequest, Intake, Reopening, Score
from assessments.selectors.signing import insiders, round_ahead
from assessments.services.signing import void
from assessments.states import EDITABLE, INSIDE, after
from criteria.models import CriteriaSet
from units import audit, notices
from units.models import User


@transaction.atomic
def move(*, old: CriteriaSet, new: CriteriaSet, pairs: Mapping[int, int], by: User | None) -> int:
    """Put every dossier on ``old`` onto ``new``; ``pairs``: criteria whose answers go along, old to new.

    What was asked on such a leaf, and uploads on their way to it, go along with the answer.

    Returns how many dossiers moved. Every dossier is locked first: a save that is on its way comes before or after.
    """
    dossiers = list(Assessment.objects.select_for_update().filter(criteria_set=old).order_by("pk"))
    for before, now in pairs.items():
        for kind in (Score, Reopening, EvidenceRequest, Intake):
            kind.objects.filter(assessment__criteria_set=old, criterion=before).update(criterion=now)
    Assessment.objects.filter(pk__in=[each.pk for each in dossiers]).update(criteria_set=new)
    audit.record(by, "assessments.moved", new, unit=new.cycle.authority, dossiers=len(dossiers), leaves=len(pairs))
    return len(dossiers)


@transaction.atomic
def give_back(*, criteria_set: CriteriaSet, note: str, by: User) -> list[int]:
    """Return every submitted dossier on the set to its unit, for there are leaves to answer; which ones, by key.

    One that is being checked or waits for the head's signature goes back to its writers, and is signed anew.
    """
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("unit")
    for assessment in rows.filter(criteria_set=criteria_set, state__in=INSIDE - EDITABLE):
        _to_writers(assessment, note, by)
    submitted = list(rows.filter(criteria_set=criteria_set, state=AssessmentState.SUBMITTED))
    for assessment in submitted:
        assessment.state, assessment.return_note = AssessmentState.RETURNED, note
        assessment.save(update_fields=["state", "return_note"])
        audit.record(by, "assessment.returned", assessment, unit=assessment.unit, note=note)
    return [assessment.pk for assessment in submitted]


def _to_writers(assessment: Assessment, note: str, by: User) -> None:
    number = round_ahead(assessment)
    void(assessment, number, note, by)
    assessment.state = after(assessment.state, "take_back", returned=number > 1)
    assessment.save(update_fields=["state"])
    audit.record(by, "assessment.sent_back", assessment, unit=assessment.unit, note=note)


@transaction.atomic
def take_back(*, dossiers: Collection[int], note: str, since: datetime, by: User | None) -> int:
    """Undo ``give_back`` for dossiers in which nothing was written ``since``; the others stay with their units."""
    rows = Assessment.objects.select_for_update(of=("self",)).filter(pk__in=dossiers, return_note=note)
    touched = Score.objects.filter(assessment__in=dossiers, updated_at__gt=since).values("assessment")
    still = list(rows.filter(state=AssessmentState.RETURNED).exclude(pk__in=touched).select_related("unit"))
    for assessment in still:
        assessment.state, assessment.return_note = AssessmentState.SUBMITTED, ""
        assessment.save(update_fields=["state", "return_note"])
        audit.record(by, "assessment.resubmitted", assessment, unit=assessment.unit)
    return len(still)


@transaction.atomic
def tell(*, criteria_set: CriteriaSet, text: str) -> int:
    """A notice to the officers and heads of every unit with a dossier on the set; to how many people."""
    told = 0
    for assessment in Assessment.objects.filter(criteria_set=criteria_set).select_related("unit"):
        people = insiders(assessment.unit)
        notices.post(people, text, reverse("assessments:sheet", args=[assessment.pk]))
        told += len(people)
    return told
