"""The one door to documents: to look at, to change, to guard, and to where they are cited.

Whatever shows a document or a part of it (download, preview, page, search, export, archive, a council's desk) asks
here, so that a confidential one is kept from those who need not know it.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.models import Assessment, Citation, Evidence, EvidenceReader
from assessments.policies.dossiers import UNIT, Rights, is_delegate, rights_of, sees_documents_of
from assessments.selectors.delegation import delegated_to
from assessments.states import EDITABLE
from units.models import Unit, User
from units.permissions import Permission, held, units_where

LONG = ("text", "folded")
"""Columns that a page does not need: the text of a report may be a megabyte."""


def citation_to_change(user: User, pk: int) -> tuple[Citation, Rights]:
    related = ("evidence", "score__criterion", f"score__assessment__{UNIT}")
    dossier = ("score__assessment__cycle", "score__assessment__criteria_set", "score__assessment__tier__authority")
    citation = get_object_or_404(Citation.objects.select_related(*related, *dossier), pk=pk)
    assessment = citation.score.assessment
    permissions = held(user, assessment.unit)
    if Permission.ASSESSMENT_VIEW not in permissions and not is_delegate(user, assessment):
        raise Http404
    rights = rights_of(user, assessment, permissions)
    if not rights.proves(citation.score.criterion_id):
        raise PermissionDenied
    return citation, rights


def may_place(user: User, citation: Citation) -> bool:
    """Whether the person says where the proof stands, of a dossier that can still be changed."""
    assessment = citation.score.assessment
    rights = rights_of(user, assessment, held(user, assessment.unit))
    return rights.proves(citation.score.criterion_id) and assessment.state in EDITABLE


def _evidence(user: User, pk: int, wanted: Permission) -> Evidence:
    rows = Evidence.objects.defer(*LONG).select_related(UNIT, "uploaded_by", "confirmed_by")
    evidence = get_object_or_404(rows, pk=pk)
    permissions = held(user, evidence.unit)
    if Permission.ASSESSMENT_VIEW not in permissions and not _is_given(user, evidence):
        raise Http404
    if wanted not in permissions | {Permission.ASSESSMENT_VIEW}:
        raise PermissionDenied
    return evidence


def _given(user: User) -> Q:
    """What a delegate knows of a unit's documents: those that he brought, and those of the dossiers he works on."""
    dossiers = delegated_to(user).values("plan__assessment")
    cited = Citation.objects.filter(score__assessment__in=dossiers).values("evidence")
    return Q(uploaded_by=user) | Q(pk__in=cited)


def _is_given(user: User, evidence: Evidence) -> bool:
    return sees_documents_of(user, evidence.unit) and Evidence.objects.filter(_given(user), pk=evidence.pk).exists()


def known_in(user: User, permissions: frozenset[Permission]) -> Q:
    """Which documents of a unit, in which the person holds ``permissions``, the person may know of."""
    return Q() if Permission.ASSESSMENT_VIEW in permissions else _given(user)


def may_read(user: User, evidence: Evidence) -> bool:
    """Whether a person who may know of the document may read it: a confidential one by name, or as head of its unit."""
    return evidence.pk in readable(user, [evidence])


def readable(user: User, documents: Iterable[Evidence]) -> set[int]:
    """Which of the documents the person may read, by primary key: one query however many of them are confidential."""
    rows = list(documents)
    heads = {unit.pk for unit in units_where(user, Permission.ASSESSMENT_SUBMIT)[0]}
    closed = [row for row in rows if row.is_confidential and row.unit_id not in heads and row.uploaded_by_id != user.pk]
    named: set[int] = set()
    if closed:
        readers = EvidenceReader.objects.filter(user=user, evidence__in=[row.pk for row in closed])
        named = set(readers.values_list("evidence_id", flat=True))
    kept_from = {row.pk for row in closed} - named
    return {row.pk for row in rows} - kept_from


def assert_may_read(user: User, evidence: Evidence, *, by_seat: bool = False) -> None:
    """Raise ``PermissionDenied`` for a confidential document that the person need not know.

    ``by_seat``: the person is one of those who decide on a leaf that cites it.
    """
    if evidence.is_confidential and not by_seat and not may_read(user, evidence):
        raise PermissionDenied


def evidence_to_view(user: User, pk: int) -> Evidence:
    """A document to read. Councils have their own door in ``councils.policies``; it asks ``assert_may_read``."""
    evidence = _evidence(user, pk, Permission.ASSESSMENT_VIEW)
    assert_may_read(user, evidence)
    return evidence


def evidence_to_know(user: User, pk: int) -> tuple[Evidence, bool]:
    """A document that the person may know of, and whether what it says may be read as well."""
    evidence = _evidence(user, pk, Permission.ASSESSMENT_VIEW)
    return evidence, may_read(user, evidence)


def evidence_to_change(user: User, pk: int) -> Evidence:
    """A document whose data the person may write: one of the own unit's that may be read."""
    evidence = _evidence(user, pk, Permission.ASSESSMENT_SCORE)
    assert_may_read(user, evidence)
    return evidence


def may_guard(user: User, evidence: Evidence) -> bool:
    """Whether the person says who needs to know the document: its uploader, and the heads of its unit."""
    permissions = held(user, evidence.unit)
    is_own = evidence.uploaded_by_id == user.pk and Permission.ASSESSMENT_SCORE in permissions
    return is_own or Permission.ASSESSMENT_SUBMIT in permissions


def evidence_to_guard(user: User, pk: int) -> Evidence:
    evidence = evidence_to_change(user, pk)
    if not may_guard(user, evidence):
        raise PermissionDenied
    return evidence


def may_know_of(user: User, unit: Unit) -> bool:
    """Whether the documents of the unit are in the person's reach at all: nobody else can be put on their lists."""
    return Permission.ASSESSMENT_VIEW in held(user, unit)


def library_to_view(user: User, unit_pk: int) -> tuple[Unit, frozenset[Permission]]:
    """A unit whose documents the person may know of, with what the person may do there."""
    unit = get_object_or_404(Unit.objects.select_related("parent__parent"), pk=unit_pk)
    permissions = held(user, unit)
    if Permission.ASSESSMENT_VIEW not in permissions and not sees_documents_of(user, unit):
        raise Http404
    return unit, permissions


def library_to_fill(user: User, unit_pk: int) -> Unit:
    """A unit to whose documents the person may add some: one of its own people who score."""
    unit, permissions = library_to_view(user, unit_pk)
    if Permission.ASSESSMENT_SCORE not in permissions:
        raise PermissionDenied
    return unit


def documents_visible_to(user: User) -> QuerySet[Evidence]:
    """Every document that the person may know of: of the own units, and of the units below for oversight."""
    here, below = units_where(user, Permission.ASSESSMENT_VIEW)
    seen = Q(unit__in=here)
    if below:
        seen |= Q(unit__parent__in=below) | Q(unit__parent__parent__in=below)
    return Evidence.objects.filter(seen)


def duplicates_to_view(user: User) -> QuerySet[Evidence]:
    """The documents of all units in the reach of a standing body; 403 for those who see their own unit only."""
    if not units_where(user, Permission.PROGRESS_VIEW)[1]:
        raise PermissionDenied
    return documents_visible_to(user)


def may_compare(user: User) -> bool:
    """Whether the person sees which documents stand at several units."""
    return bool(units_where(user, Permission.PROGRESS_VIEW)[1])


def dossiers_to_cite_in(user: User, evidence: Evidence) -> list[Assessment]:
    """The unit's dossiers that the person writes and that can still be changed, newest first."""
    if Permission.ASSESSMENT_SCORE not in held(user, evidence.unit):
        return []
    rows = Assessment.objects.filter(unit=evidence.unit_id, state__in=EDITABLE).select_related("cycle")
    return list(rows.order_by("-cycle__year", "cycle__code"))


def may_write(user: User, evidence: Evidence) -> bool:
    """Whether the person is of the document's own unit and writes its data."""
    return Permission.ASSESSMENT_SCORE in held(user, evidence.unit)
