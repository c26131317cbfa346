"""Which dossiers a person sees, and what is due from the person."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment
from assessments.selectors.delegation import delegated_to
from assessments.selectors.queue import Season, Where, Work, WorkKind, season_of, work_in
from criteria import policies as criteria_policies
from criteria.models import Exemption, ExemptionState
from units.models import User
from units.permissions import Permission, units_where
from units.selectors import Due, Place, Task


def assessments_visible_to(user: User) -> QuerySet[Assessment]:
    """Every dossier that the person may look at: of the own units, and of the units below for oversight."""
    here, below = units_where(user, Permission.ASSESSMENT_VIEW)
    seen = Q(unit__in=here)
    if below:
        seen |= Q(unit__parent__in=below) | Q(unit__parent__parent__in=below)
    seen |= Q(pk__in=delegated_to(user).values("plan__assessment"))
    return Assessment.objects.filter(seen).select_related("unit", "cycle", "tier", "criteria_set", "submitted_by")


def own_assessments(user: User) -> QuerySet[Assessment]:
    """The dossiers that the person helps to fill in or gives out, newest cycle first."""
    here = units_where(user, Permission.ASSESSMENT_SCORE)[0] + units_where(user, Permission.ASSESSMENT_DELEGATE)[0]
    given = Q(pk__in=delegated_to(user).values("plan__assessment"))
    rows = Assessment.objects.filter(Q(unit__in=here) | given).select_related("unit", "cycle", "tier", "submitted_by")
    return rows.order_by("-cycle__year", "cycle__code", "unit__sort_key")


def season_for(user: User, now: datetime) -> Season:
    """The dossiers that the person has to do with, and what is needed to tell what waits in them."""
    units = {
        name: frozenset(unit.pk for unit in units_where(user, permission)[0])
        for name, permission in (
            ("writes", Permission.ASSESSMENT_SCORE),
            ("checks", Permission.ASSESSMENT_CHECK),
            ("submits", Permission.ASSESSMENT_SUBMIT),
        )
    }
    return season_of(user, Where(**units), now)


def work_for(user: User, now: datetime) -> list[Work]:
    """Everything that waits for the person on dossiers, over all cycles: by deadline, then by points at stake."""
    return work_in(season_for(user, now))


def tasks_for(user: User, now: datetime) -> list[Task]:
    """The same as lines of the person's list of work."""
    return [_task(each) for each in work_for(user, now)]


def _task(work: Work) -> Task:
    leaf, given = work.criterion, work.delegation
    about, part = (f"{leaf.code} {leaf.name}", work.part) if leaf else ("", "")
    if given:
        about, part = f"{work.text} [{given.facet}]" if given.facet else work.text, given.task
    return Task(
        kind=work.kind.value,
        words=work_words(work.kind),
        unit=work.assessment.unit.name,
        cycle=work.assessment.cycle.name,
        until=work.until,
        points=work.points,
        url=url_of(work),
        about=about,
        part=part,
        text=work.text if leaf else "",
        done=reverse("assessments:delegation_done", args=[given.pk]) if given else "",
    )


def due_for(user: User, now: datetime) -> list[Due]:
    """Dossiers to be filled in, checked, signed and handed in, what was given to the person, requests to answer."""
    season = season_for(user, now)
    own = [_due(season, row) for row in season.dossiers if season.is_own(row) and season.is_open(row)]
    return [*own, *_given(season, work_in(season)), *_requests(user)]


def _given(season: Season, found: list[Work]) -> list[Due]:
    """One entry a dossier and kind of work; the queue tells them one by one."""
    piles: dict[tuple[WorkKind, int], list[Work]] = {}
    for work in found:
        if work.kind not in {WorkKind.FILL, WorkKind.SUBMIT}:
            piles.setdefault((work.kind, work.assessment.pk), []).append(work)
    return [_pile(season, kind, pile) for (kind, _dossier), pile in piles.items()]


def _pile(season: Season, kind: WorkKind, pile: list[Work]) -> Due:
    dossier = pile[0].assessment
    span = season.spans.get(dossier.pk)
    one = kind in {WorkKind.CHECK, WorkKind.SIGN}
    return Due(
        title=f"{work_words(kind)}: {dossier.unit.name}",
        detail=dossier.cycle.name if one else f"{dossier.cycle.name} · {_count(pile)}",
        until=pile[0].until,
        reading=span.phase.reading if span and pile[0].until == span.phase.closes_at else "",
        url=url_of(pile[0]) if one else reverse("assessments:queue"),
        action=_("Open the sheet") if one else _("See what it is"),
        state=dossier.state,
    )


def _count(pile: list[Work]) -> str:
    return ngettext("%(count)s item", "%(count)s items", len(pile)) % {"count": len(pile)}


def work_words(kind: WorkKind) -> str:
    """What is to be done, in words."""
    words = {
        WorkKind.LEAF: _("Criteria given to you"),
        WorkKind.CONTRIBUTION: _("Contributions"),
        WorkKind.RETURNED: _("Returned for supplement"),
        WorkKind.REQUEST: _("Documents asked for"),
        WorkKind.FILL: _("Dossier to fill in"),
        WorkKind.SUBMIT: _("Dossier to submit"),
        WorkKind.CHECK: _("Dossier to check"),
        WorkKind.SIGN: _("Dossier to sign"),
    }
    return words[kind]


def url_of(work: Work) -> str:
    """Where the work is done."""
    if work.kind is WorkKind.SUBMIT or work.kind in {WorkKind.CHECK, WorkKind.SIGN}:
        return reverse("assessments:check", args=[work.assessment.pk])
    sheet = reverse("assessments:sheet", args=[work.assessment.pk])
    return f"{sheet}?open={work.criterion.pk}#leaf-{work.criterion.pk}" if work.criterion else sheet


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


def _due(season: Season, row: Assessment) -> Due:
    leaves, answered = getattr(row, "leaves", 0), getattr(row, "answered", 0)
    is_head, complete = row.unit_id in season.where.submits, answered >= leaves
    action, page = (_("Check and submit"), "check") if complete and is_head else (_("Open the sheet"), "sheet")
    words = [_("%(answered)s of %(leaves)s criteria scored") % {"answered": answered, "leaves": leaves}]
    if complete and not is_head:
        words.append(_("waits for the head's approval"))
    return Due(
        title=_("Self-scoring sheet of %(unit)s") % {"unit": row.unit.name},
        detail=" · ".join(words),
        until=season.closes_at(row),
        reading=season.spans[row.pk].phase.reading,
        url=reverse(f"assessments:{page}", args=[row.pk]),
        action=action,
        state=row.state,
    )


def _works_for_others(user: User) -> bool:
    """Whether a part of a dossier was given to the person, or one waits to be given out by the standing body."""
    here, _below = units_where(user, Permission.ASSESSMENT_DELEGATE)
    given = Q(pk__in=delegated_to(user).values("plan__assessment"))
    return Assessment.objects.filter(given | Q(unit__in=here)).exists()


def places_for(user: User) -> list[Place]:
    """The dossiers of one's units, for those who fill them in; what units are, for those who say so."""
    here, _below = units_where(user, Permission.ASSESSMENT_SCORE)
    works = here or _works_for_others(user)
    places = [Place(_("Self-scoring"), reverse("assessments:mine"))] if works else []
    if places:
        places.append(Place(_("My work"), reverse("assessments:queue")))
    if here:
        places.append(Place(_("Documents"), reverse("assessments:library", args=[here[0].pk]), ("/documents/",)))
    if any(units_where(user, Permission.UNIT_ATTRIBUTES)):
        places.append(Place(_("Attributes of units"), reverse("assessments:attributes")))
    return places
