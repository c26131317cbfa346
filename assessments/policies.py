"""The only door from a view to a dossier: strangers get 404, insiders without the right 403."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Assessment, Citation, Evidence, Receipt
from assessments.selectors import phases_by_kind, with_progress
from assessments.states import EDITABLE
from criteria import policies as criteria_policies
from criteria.models import Criterion, Exemption, ExemptionState, Phase
from criteria.selectors.amended import standing_leaf
from units.models import Unit, User
from units.permissions import Permission, held, units_where
from units.selectors import Due, Place

# Deep enough for commune, district, province: asking for rights then costs no query a level.
UNIT = "unit__parent__parent"


@dataclass(frozen=True)
class Rights:
    """What the person may do with one dossier."""

    score: bool
    submit: bool
    give_back: bool


def _rights(user: User, assessment: Assessment, permissions: frozenset[Permission]) -> Rights:
    return Rights(
        score=Permission.ASSESSMENT_SCORE in permissions,
        submit=Permission.ASSESSMENT_SUBMIT in permissions,
        give_back=Permission.ASSESSMENT_RETURN in permissions and _is_competent(user, assessment),
    )


def _is_competent(user: User, assessment: Assessment) -> bool:
    """Whether the person is of the very body that the dossier was handed in to: not the own unit's, not one above."""
    own, _below = units_where(user, Permission.ASSESSMENT_RETURN)
    return assessment.tier.authority_id in {unit.pk for unit in own}


def _held(user: User, unit: Unit, wanted: Permission) -> frozenset[Permission]:
    permissions = held(user, unit)
    if Permission.ASSESSMENT_VIEW not in permissions:
        raise Http404
    if wanted not in permissions:
        raise PermissionDenied
    return permissions


def _assessment(user: User, pk: int, wanted: Permission) -> tuple[Assessment, Rights]:
    related = (UNIT, "cycle", "tier__authority__parent", "criteria_set", "submitted_by")
    assessment = get_object_or_404(Assessment.objects.select_related(*related), pk=pk)
    return assessment, _rights(user, assessment, _held(user, assessment.unit, wanted))


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

    A page that was opened before an amendment names the leaf of the version before: it means the one in its place.
    """
    assessment, rights = _assessment(user, pk, Permission.ASSESSMENT_SCORE)
    criterion = standing_leaf(assessment.criteria_set_id, criterion_pk)
    if criterion is None or not criterion.is_scorable:
        raise Http404
    return assessment, rights, criterion


def citation_to_change(user: User, pk: int) -> tuple[Citation, Rights]:
    related = ("evidence", "score__criterion", f"score__assessment__{UNIT}")
    dossier = ("score__assessment__cycle", "score__assessment__criteria_set", "score__assessment__tier__authority")
    citation = get_object_or_404(Citation.objects.select_related(*related, *dossier), pk=pk)
    assessment = citation.score.assessment
    return citation, _rights(user, assessment, _held(user, assessment.unit, Permission.ASSESSMENT_SCORE))


def evidence_to_view(user: User, pk: int) -> Evidence:
    """A document of a unit whose dossiers the person may see. Councils have their own door in ``councils.policies``."""
    evidence = get_object_or_404(Evidence.objects.select_related(UNIT), pk=pk)
    _held(user, evidence.unit, Permission.ASSESSMENT_VIEW)
    return evidence


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
    _held(user, receipt.assessment.unit, Permission.ASSESSMENT_VIEW)
    return receipt


def assessments_visible_to(user: User) -> QuerySet[Assessment]:
    """Every dossier that the person may look at: of the own units, and of the units below for oversight."""
    here, below = units_where(user, Permission.ASSESSMENT_VIEW)
    seen = Q(unit__in=here)
    if below:
        seen |= Q(unit__parent__in=below) | Q(unit__parent__parent__in=below)
    return Assessment.objects.filter(seen).select_related("unit", "cycle", "tier", "criteria_set", "submitted_by")


def own_assessments(user: User) -> QuerySet[Assessment]:
    """The dossiers that the person helps to fill in, newest cycle first."""
    here, _below = units_where(user, Permission.ASSESSMENT_SCORE)
    rows = Assessment.objects.filter(unit__in=here).select_related("unit", "cycle", "tier", "submitted_by")
    return rows.order_by("-cycle__year", "cycle__code", "unit__sort_key")


def due_for(user: User, now: datetime) -> list[Due]:
    """Dossiers still to be filled in or handed in while self-scoring is open, and requests of units to answer."""
    heads, _below = units_where(user, Permission.ASSESSMENT_SUBMIT)
    rows = list(with_progress(own_assessments(user).filter(state__in=EDITABLE)))
    phases = phases_by_kind(rows)
    head_of = {unit.pk for unit in heads}
    dues = []
    for row in rows:
        phase = phases.get((row.cycle_id, row.unit.kind))
        if phase and phase.opens_at <= now < phase.closes_at:
            dues.append(_due(row, phase, row.unit_id in head_of))
    return [*dues, *_requests(user)]


def _requests(user: User) -> list[Due]:
    """What units ask not to be measured by, one entry a set."""
    sets: dict[int, list[Exemption]] = {}
    waiting = Exemption.objects.filter(
        state=ExemptionState.ASKED, criterion__criteria_set__cycle__authority__in=criteria_policies.authorities_of(user)
    )
    for row in waiting.select_related("criterion__criteria_set").order_by("asked_at", "pk"):
        sets.setdefault(row.criterion.criteria_set_id, []).append(row)
    return [
        Due(
            title=_("Requests that a criterion not apply"),
            detail=_("%(count)s to answer: %(set)s")
            % {"count": len(rows), "set": rows[0].criterion.criteria_set.title},
            until=None,
            reading="",
            url=f"{reverse('assessments:exemptions', args=[pk])}?state={ExemptionState.ASKED}",
            action=_("Answer"),
        )
        for pk, rows in sets.items()
    ]


def _due(row: Assessment, phase: Phase, is_head: bool) -> Due:
    leaves, answered = getattr(row, "leaves", 0), getattr(row, "answered", 0)
    complete = answered >= leaves
    action, page = (_("Check and submit"), "check") if complete and is_head else (_("Open the sheet"), "sheet")
    words = [_("%(answered)s of %(leaves)s criteria scored") % {"answered": answered, "leaves": leaves}]
    if complete and not is_head:
        words.append(_("waits for the head's approval"))
    return Due(
        title=_("Self-scoring sheet of %(unit)s") % {"unit": row.unit.name},
        detail=" · ".join(words),
        until=phase.closes_at,
        reading=phase.reading,
        url=reverse(f"assessments:{page}", args=[row.pk]),
        action=action,
        state=row.state,
    )


def places_for(user: User) -> list[Place]:
    """The dossiers of one's units, for those who fill them in; what units are, for those who say so."""
    here, _below = units_where(user, Permission.ASSESSMENT_SCORE)
    places = [Place(_("Self-scoring"), reverse("assessments:mine"))] if here else []
    if any(units_where(user, Permission.UNIT_ATTRIBUTES)):
        places.append(Place(_("Attributes of units"), reverse("assessments:attributes")))
    return places
