"""The doors of a unit to what the appraisers ask of it. Councils have their own in ``councils.policies``."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.models import Assessment, Evidence, EvidenceRequest
from assessments.policies.dossiers import UNIT, is_delegate, rights_of
from assessments.policies.evidence import known_in, readable
from assessments.policies.work import own_assessments
from assessments.selectors.requests import requests_of
from units.models import User
from units.permissions import Permission, held


def own_dossiers(user: User) -> QuerySet[Assessment]:
    """The dossiers on whose requests the person may answer."""
    return own_assessments(user)


def request_to_view(user: User, pk: int) -> EvidenceRequest:
    """A request on a dossier that the person may see, as one of the unit, above it, or by delegation."""
    rows = requests_of(Assessment.objects.all()).select_related(f"assessment__{UNIT}", "assessment__cycle", "criterion")
    related = ("asked_by", "answered_by", "closed_by", "assessment__tier", "assessment__criteria_set")
    request = get_object_or_404(rows.select_related(*related), pk=pk)
    is_known = Permission.ASSESSMENT_VIEW in held(user, request.assessment.unit)
    if not is_known and not is_delegate(user, request.assessment):
        raise Http404
    return request


def request_to_answer(user: User, pk: int) -> EvidenceRequest:
    """A request for somebody of the unit that was asked, or to whom the leaf in question was given."""
    request = request_to_view(user, pk)
    if not may_answer(user, request):
        raise PermissionDenied
    return request


def may_answer(user: User, request: EvidenceRequest) -> bool:
    """Whether the person brings documents for the leaf that is asked about: the answer is his, too."""
    assessment = request.assessment
    return rights_of(user, assessment, held(user, assessment.unit)).proves(request.criterion_id)


def documents_to_bring(user: User, request: EvidenceRequest) -> list[Evidence]:
    """The unit's documents that the person may bring forward: those that may be read, newest first.

    A delegate knows of his own and of the dossier's; of those that the answer brings already, too.
    """
    unit = request.assessment.unit
    known = known_in(user, held(user, unit))
    if known:
        known |= Q(pk__in=request.documents.values("evidence"))
    rows = Evidence.objects.filter(known, unit=unit).defer("text", "folded", "read")
    found = list(rows.select_related("unit").order_by("-uploaded_at", "-pk")[:300])
    readable_ones = readable(user, found)
    return [each for each in found if each.pk in readable_ones]
