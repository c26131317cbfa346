"""The doors to delegations: who gives work, whom it was given to, which leaves and parts a delegate writes."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.delegating.parts import in_parts
from assessments.models import Assessment, Delegation
from assessments.policies.dossiers import (
    UNIT,
    Rights,
    assessment_to_view,
    leaf_to_prove,
    sheet_door,
)
from assessments.selectors.delegation import IN_FORCE, OWNER, owners_of, places_of
from assessments.selectors.parts import PartLine, parts_of_leaf
from criteria.models import Criterion
from units.models import User
from units.permissions import Permission, held


@dataclass(frozen=True)
class Door:
    """A dossier's delegations: to look at, and perhaps to change."""

    assessment: Assessment
    rights: Rights
    may_delegate: bool


def delegation_to_view(user: User, pk: int) -> Door:
    """The delegations of a dossier that the person sees."""
    assessment, rights = sheet_door(user, pk)
    return Door(assessment, rights, Permission.ASSESSMENT_DELEGATE in held(user, assessment.unit))


def delegation_to_change(user: User, pk: int) -> Assessment:
    """A dossier of whose leaves the person says who scores them: the head of its unit, the staff of an authority's."""
    assessment = assessment_to_view(user, pk)
    if Permission.ASSESSMENT_DELEGATE not in held(user, assessment.unit):
        raise PermissionDenied
    return assessment


def row_to_change(user: User, pk: int) -> Delegation:
    """One delegation of such a dossier; 404 where even the dossier is not to be seen."""
    row = get_object_or_404(Delegation.objects.select_related("plan", *OWNER), pk=pk)
    delegation_to_change(user, row.plan.assessment_id)
    return row


def work_to_finish(user: User, pk: int) -> Delegation:
    """A delegation in force that is the person's own to say done; 404 for whom the dossier is not there."""
    related = (f"plan__assessment__{UNIT}", "plan__assessment__cycle", *OWNER)
    row = get_object_or_404(Delegation.objects.filter(IN_FORCE).select_related(*related), pk=pk)
    assessment_to_view(user, row.plan.assessment_id)
    places = places_of(user)
    mine = row.person_id == user.pk or row.unit_id in places.units or row.division_id in places.divisions
    if not mine:
        raise PermissionDenied
    return row


def part_to_score(user: User, pk: int, criterion_pk: int, label: str) -> tuple[Assessment, Rights, Criterion]:
    """One part of a leaf, for its owner; a part without one for all who write the unit's dossier.

    404 where the leaf has no such part, 403 for those whose part it is not.
    """
    assessment, rights, criterion = leaf_to_prove(user, pk, criterion_pk)
    found = in_parts(criterion.facets, criterion.max_points)
    if found is None or label not in {each.label for each in found.parts}:
        raise Http404
    if label not in parts_mine(user, assessment, rights, criterion, [each.label for each in found.parts]):
        raise PermissionDenied
    return assessment, rights, criterion


def parts_mine(
    user: User, assessment: Assessment, rights: Rights, criterion: Criterion, labels: list[str]
) -> frozenset[str]:
    """Which of the leaf's parts the person writes."""
    leads = [each for each in owners_of(assessment).get(criterion.pk, ()) if each.is_lead]
    mine = {each.facet for each in leads if each.is_mine(user)}
    owned = {each.facet for each in leads}
    free = set() if "" in owned or not rights.is_own else set(labels) - owned
    return frozenset(labels if "" in mine else (mine | free) & set(labels))


def part_lines(user: User, assessment: Assessment, rights: Rights, criterion: Criterion) -> list[PartLine]:
    """The parts of the leaf with whether the person writes them; none for a leaf that is scored as a whole."""
    parts = in_parts(criterion.facets, criterion.max_points)
    if parts is None:
        return []
    labels = [each.label for each in parts.parts]
    mine = parts_mine(user, assessment, rights, criterion, labels) if rights.score else ()
    return parts_of_leaf(assessment, criterion, mine)
