"""The dossiers of one's units and the score sheet, saved leaf by leaf."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments import documents, policies, selectors
from assessments.forms import ScoreForm
from assessments.models import Assessment, Score
from assessments.policies import Rights
from assessments.selectors import sheets
from assessments.selectors.amended import to_answer_again
from assessments.services import scores
from assessments.states import NotAllowed
from criteria.phases import PhaseClosed
from units.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Answer:
    """What one leaf has to say about the write that was just tried; ``typed`` is never thrown away."""

    pk: int
    status: int = 200
    typed: ScoreForm | None = None
    stored: Score | None = None
    closed: bool = False
    received: list[object] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def person(request: HttpRequest) -> User:
    """Who is signed in; only called behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    dossiers = list(selectors.with_progress(policies.own_assessments(person(request))))
    phases, now = selectors.phases_by_kind(dossiers), timezone.now()
    rows = []
    for each in dossiers:
        phase = phases.get((each.cycle_id, each.unit.kind))
        rows.append((each, phase, sheets.lock_of(each, phase, now, True)))
    return render(request, "assessments/mine.html", {"rows": rows})


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights = policies.sheet_door(person(request), pk)
    opened = request.GET.get("open", "")
    return page(request, assessment, rights, Answer(int(opened) if opened.isdecimal() else 0))


def page(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    """The whole sheet, with what one leaf has to say."""
    context = context_of(assessment, rights, answer)
    context["again"] = to_answer_again(assessment)
    context["receipts"] = selectors.receipts_of(assessment) if assessment.submitted_at else []
    return render(request, "assessments/sheet.html", context, status=answer.status)


def context_of(assessment: Assessment, rights: Rights, answer: Answer) -> dict[str, object]:
    """What the sheet and its parts are drawn from."""
    phase, now = selectors.self_scoring_phase(assessment), timezone.now()
    filled = sheets.sheet(assessment)
    leaf = filled.find(answer.pk)
    return {
        "assessment": assessment,
        "rights": rights,
        "sheet": filled,
        "line": leaf,
        "path": filled.path(leaf) if leaf else [],
        "phase": phase,
        "lock": sheets.lock_of(assessment, phase, now, rights.score),
        "now": now,
        "answer": answer,
        "megabytes": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    }


@login_required
@require_POST
def save(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, rights, criterion = policies.leaf_to_score(person(request), pk, criterion_pk)
    stored = selectors.scores_by_criterion(assessment).get(criterion.pk)
    form = ScoreForm(request.POST, criterion=criterion, stored=stored.points if stored else None)
    if not form.is_valid():
        return reply(request, assessment, rights, Answer(criterion.pk, 422, form))
    try:
        scores.save_score(assessment=assessment, criterion=criterion, by=person(request), **form.cleaned_data)
    except scores.StaleScore as stale:
        return reply(request, assessment, rights, Answer(criterion.pk, 409, form, stored=stale.stored))
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db()
        return reply(request, assessment, rights, Answer(criterion.pk, 409, form, closed=True))
    if criterion.pk != criterion_pk and request.htmx:  # type: ignore[attr-defined]
        # The set was amended since the page was opened: what was typed is stored, the page is drawn anew.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return reply(request, assessment, rights, Answer(criterion.pk))


def reply(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    """The parts of the page that a write changed; without JavaScript the whole page, or the way back to the leaf."""
    if not request.htmx:  # type: ignore[attr-defined]
        back = f"{reverse('assessments:sheet', args=[assessment.pk])}?open={answer.pk}#leaf-{answer.pk}"
        return redirect(back) if answer.status == 200 else page(request, assessment, rights, answer)
    context = context_of(assessment, rights, answer) | {"whole": "resolve" in request.POST}
    return render(request, "assessments/_parts.html#answer", context, status=answer.status)


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.assessment_to_view(person(request), pk)
    content = documents.workbook(sheets.sheet(assessment))
    name = f"{_('self-scores')}-{assessment.cycle.code}-{assessment.unit.code}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
