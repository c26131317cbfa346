"""The only door from a view to a dossier: strangers get 404, insiders without the right 403."""

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.delegating.parts import in_parts
from assessments.models import Assessment, Receipt
from assessments.selectors.delegation import IS_DELEGATED, delegated_to, owners_of
from criteria import policies as criteria_policies
from criteria.models import Criterion, Exemption
from criteria.selectors.amended import standing_leaf
from units.models import Unit, User
from units.permissions import Permission, held, units_where

# Deep enough for commune, district, province: asking for rights then costs no query a level.
UNIT = "unit__parent__parent"
# Of one dossier no more than its own people need, who open and save by the hundred: each further table costs all of
# them more than it costs the few that look at it afterwards.
DOSSIER = ("unit__parent", "cycle", "criteria_set")


@dataclass(frozen=True)
class Rights:
    """What the person may do with one dossier. ``score``: write some of it at least.

    Those of the dossier's own unit (``is_own``) write all of it, and only they have no ``led``: the leaves that a
    delegate writes as a whole, ``proven``: those to which he brings documents, ``parts``: (leaf, label) of his parts.
    """

    score: bool
    submit: bool
    give_back: bool
    led: frozenset[int] | None = None
    proven: frozenset[int] | None = None
    parts: frozenset[tuple[int, str]] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether the person writes as one of the dossier's own unit."""
        return self.score and self.led is None

    def writes(self, criterion_pk: int) -> bool:
        """Whether the person may save what is said of the leaf as a whole."""
        return self.score and (self.led is None or criterion_pk in self.led)

    def proves(self, criterion_pk: int) -> bool:
        """Whether the person may bring documents for the leaf: leads of it or of a part of it, and contributors."""
        return self.score and (self.proven is None or criterion_pk in self.proven)


def rights_of(user: User, assessment: Assessment, permissions: frozenset[Permission]) -> Rights:
    """What ``permissions`` in the dossier's unit give, and what was delegated: two queries more for a delegate."""
    own = Permission.ASSESSMENT_SCORE in permissions
    rights = Rights(
        score=own,
        submit=Permission.ASSESSMENT_SUBMIT in permissions,
        give_back=Permission.ASSESSMENT_RETURN in permissions and _is_competent(user, assessment),
    )
    return rights if own or not is_delegate(user, assessment) else _delegated(user, assessment, rights)


def is_delegate(user: User, assessment: Assessment) -> bool:
    """Whether some of the dossier was given to the person, or to where the person works. One query."""
    return delegated_to(user).filter(plan__assessment=assessment).exists()


def _delegated(user: User, assessment: Assessment, rights: Rights) -> Rights:
    mine = [each for owners in owners_of(assessment).values() for each in owners if each.is_mine(user)]
    leads = [each for each in mine if each.is_lead]
    known = {each.pk: each for each in assessment.criteria_set.criteria.filter(pk__in={each.leaf for each in leads})}
    whole = {pk for pk, each in known.items() if in_parts(each.facets, each.max_points) is None}
    return replace(
        rights,
        score=bool(mine),
        led=frozenset(each.leaf for each in leads if each.leaf in whole),
        proven=frozenset(each.leaf for each in mine),
        parts=frozenset((each.leaf, each.facet) for each in leads if each.leaf not in whole),
    )


def _is_competent(user: User, assessment: Assessment) -> bool:
    """Whether the person is of the very body that the dossier was handed in to: not the own unit's, not one above."""
    own, _below = units_where(user, Permission.ASSESSMENT_RETURN)
    return assessment.tier.authority_id in {unit.pk for unit in own}


def _assessment(user: User, pk: int, wanted: Permission) -> tuple[Assessment, Rights]:
    rows = Assessment.objects.select_related(*DOSSIER).annotate(is_delegated=IS_DELEGATED)
    assessment = get_object_or_404(rows, pk=pk)
    permissions = held(user, assessment.unit)
    if Permission.ASSESSMENT_VIEW not in permissions and not is_delegate(user, assessment):
        raise Http404
    if wanted not in permissions | {Permission.ASSESSMENT_VIEW}:
        raise PermissionDenied
    return assessment, rights_of(user, assessment, permissions)


def sheet_door(user: User, pk: int) -> tuple[Assessment, Rights]:
    """The dossier with what the person may do with it: one check for the page and its buttons."""
    return _assessment(user, pk, Permission.ASSESSMENT_VIEW)


def assessment_to_view(user: User, pk: int) -> Assessment:
    return _assessment(user, pk, Permission.ASSESSMENT_VIEW)[0]


def assessment_to_score(user: User, pk: int) -> Assessment:
    return _assessment(user, pk, Permission.ASSESSMENT_SCORE)[0]


def assessment_to_submit(user: User, pk: int) -> tuple[Assessment, Rights]:
    return _assessment(user, pk, Permission.ASSESSMENT_SUBMIT)


def assessment_to_return(user: User, pk: int) -> tuple[Assessment, Rights]:
    assessment, rights = _assessment(user, pk, Permission.ASSESSMENT_RETURN)
    if not rights.give_back:
        raise PermissionDenied
    return assessment, rights


def leaf_to_score(user: User, pk: int, criterion_pk: int) -> tuple[Assessment, Rights, Criterion]:
    """The dossier and one leaf of its own set that the unit scores; 404 for any other criterion.

    403 for those to whom other leaves were given, and for a leaf that is scored by its parts. A page that was opened
    before an amendment names the leaf of the version before: it means the one in its place.
    """
    assessment, rights, criterion = _leaf(user, pk, criterion_pk)
    if not rights.writes(criterion.pk) or in_parts(criterion.facets, criterion.max_points):
        raise PermissionDenied
    return assessment, rights, criterion


def leaf_to_prove(user: User, pk: int, criterion_pk: int) -> tuple[Assessment, Rights, Criterion]:
    """As ``leaf_to_score``, for those who bring documents: who contributes to a leaf proves it, too."""
    assessment, rights, criterion = _leaf(user, pk, criterion_pk)
    if not rights.proves(criterion.pk):
        raise PermissionDenied
    return assessment, rights, criterion


def _leaf(user: User, pk: int, criterion_pk: int) -> tuple[Assessment, Rights, Criterion]:
    assessment, rights = _assessment(user, pk, Permission.ASSESSMENT_VIEW)
    if not rights.score:
        raise PermissionDenied
    criterion = standing_leaf(assessment.criteria_set_id, criterion_pk)
    if criterion is None or not criterion.is_scorable:
        raise Http404
    return assessment, rights, criterion


def sees_documents_of(user: User, unit: Unit) -> bool:
    """Whether a dossier of the unit was delegated to the person: its documents are then open, as the dossier is.

    No other document of the unit is: ``policies.evidence`` sees to that.
    """
    return delegated_to(user).filter(plan__assessment__unit=unit).exists()


def node_to_ask_for(user: User, pk: int, criterion_pk: int) -> tuple[Assessment, Rights, Criterion]:
    """The dossier and a criterion of its set, of any level, that the unit may ask not to apply to it."""
    assessment, rights = _assessment(user, pk, Permission.ASSESSMENT_SCORE)
    return assessment, rights, get_object_or_404(Criterion, pk=criterion_pk, criteria_set=assessment.criteria_set_id)


def exemption_to_decide(user: User, pk: int) -> Exemption:
    """An exemption of a set whose cycle the person's standing body runs; 404 where even the set is not to be seen."""
    related = ("unit", "criterion__criteria_set__cycle__authority", "asked_by", "decided_by")
    exemption = get_object_or_404(Exemption.objects.select_related(*related), pk=pk)
    criteria_policies.set_to_edit(user, exemption.criterion.criteria_set_id)
    return exemption


def receipt_to_view(user: User, pk: int) -> Receipt:
    related = ("by", f"assessment__{UNIT}", "assessment__cycle", "assessment__tier")
    receipt = get_object_or_404(Receipt.objects.select_related(*related), pk=pk)
    may_view = Permission.ASSESSMENT_VIEW in held(user, receipt.assessment.unit)
    if not may_view and not is_delegate(user, receipt.assessment):
        raise Http404
    return receipt
