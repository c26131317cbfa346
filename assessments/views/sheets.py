"""The dossiers of one's units and the score sheet, saved leaf by leaf."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments import documents, policies, selectors
from assessments.declaring import proposals
from assessments.declaring.proposals import Proposal
from assessments.forms import ScoreForm
from assessments.models import Assessment, Score
from assessments.policies import Rights
from assessments.policies.signing import units_headed
from assessments.selectors import history, leaves, locks, sheets
from assessments.selectors.amended import to_answer_again
from assessments.selectors.sheets import Line, Sheet
from assessments.services import scores
from assessments.services.gates import Amended
from assessments.states import NotAllowed
from assessments.views.whose import own_page_only
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
    refused_text: str = ""


def person(request: HttpRequest) -> User:
    """Who is signed in; only called behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    dossiers = list(selectors.with_progress(policies.own_assessments(person(request))))
    spans, now = locks.spans_of(dossiers), timezone.now()
    rows = [(each, spans.get(each.pk), locks.lock_of(each, spans.get(each.pk), now, True)) for each in dossiers]
    return render(request, "assessments/mine.html", {"rows": rows, "headed": units_headed(person(request))})


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights = policies.sheet_door(person(request), pk)
    return page(request, assessment, rights, Answer(number(request.GET.get("open", ""))))


def number(text: str) -> int:
    """A primary key as an address says it; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def page(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    """The whole sheet, with what one leaf has to say, narrowed as the address says."""
    context = context_of(assessment, rights, answer, person(request))
    context["shown"] = leaves.narrowed(context["sheet"], request.GET.get("show", ""), request.GET.get("q", "").strip())
    context["again"] = to_answer_again(assessment)
    context["receipts"] = selectors.receipts_of(assessment) if assessment.submitted_at else []
    return render(request, "assessments/sheet.html", context | past(context), status=answer.status)


def context_of(
    assessment: Assessment, rights: Rights, answer: Answer, reader: User | None = None, only: Sheet | None = None
) -> dict[str, Any]:
    """What the sheet and its parts are drawn from; ``reader``: for whom leaves are marked as delegated.

    ``only``: one leaf, where nothing else of the sheet is drawn.
    """
    when, now = locks.span_of(assessment), timezone.now()
    filled = only or sheets.sheet(assessment)
    leaves.dress(filled, reader)
    for each in filled.lines:
        each.writes = rights.writes(each.criterion.pk) and each.is_open and not each.parts
        each.proves = rights.proves(each.criterion.pk) and each.is_open
    return _opened(filled, answer) | {
        "assessment": assessment,
        "rights": rights,
        "sheet": filled,
        "phase": when.phase if when else None,
        "span": when,
        "late": when is not None and when.is_late(now),
        "lock": locks.lock_of(assessment, when, now, rights.score),
        "now": now,
        "answer": answer,
        "megabytes": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    }


def _opened(filled: Sheet, answer: Answer) -> dict[str, Any]:
    leaf = filled.find(answer.pk)
    return {"line": leaf, "path": filled.path(leaf) if leaf else [], "proposal": proposal_of(leaf, answer)}


def proposal_of(line: Line | None, answer: Answer) -> Proposal | None:
    """What the leaf's rule gives: for what was just typed where it was refused, else for what is stored."""
    if answer.typed and answer.status != HTTPStatus.OK:
        return answer.typed.proposal
    if line is None or not line.criterion.is_scorable:
        return None
    node = line.criterion
    return proposals.propose(node.rule, line.figures, maximum=node.max_points, minimum=node.min_points)


def past(context: dict[str, Any]) -> dict[str, Any]:
    """What was said of the opened leaf in earlier years; nothing where none is open."""
    line = context["line"]
    if line is None or not line.is_scorable:
        return {}
    earlier = history.earlier_of(context["assessment"], line.criterion)
    return {"earlier": earlier, "reduced": history.reduced(earlier)}


@login_required
@own_page_only
@require_POST
def save(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, rights, criterion = policies.leaf_to_score(person(request), pk, criterion_pk)
    stored = Score.objects.filter(assessment=assessment, criterion=criterion).order_by().first()
    form = ScoreForm(request.POST, criterion=criterion, stored=stored)
    if not form.is_valid():
        return reply(request, assessment, rights, Answer(criterion.pk, 422, form))
    try:
        kept = scores.save_score(assessment=assessment, criterion=criterion, by=person(request), **form.cleaned_data)
    except scores.StaleScore as stale:
        return reply(request, assessment, rights, Answer(criterion.pk, 409, form, stored=stale.stored))
    except Amended as amended:
        # As for a page that is opened later: nothing is drawn over what was typed.
        raise Http404 from amended
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db()
        return reply(request, assessment, rights, Answer(criterion.pk, 409, form, closed=True))
    if kept.criterion_id != criterion_pk and request.htmx:  # type: ignore[attr-defined]
        # The set was amended since the page was opened: what was typed is stored, the page is drawn anew.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return reply(request, assessment, rights, Answer(criterion.pk))


def reply(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    """The parts of the page that a write changed; without JavaScript the whole page, or the way back to the leaf."""
    if not request.htmx:  # type: ignore[attr-defined]
        back = f"{reverse('assessments:sheet', args=[assessment.pk])}?open={answer.pk}#leaf-{answer.pk}"
        return redirect(back) if answer.status == 200 else page(request, assessment, rights, answer)
    context = context_of(assessment, rights, answer, person(request))
    context |= {"whole": "resolve" in request.POST, "has_body": "explanation" in request.POST}
    context |= past(context) if context["whole"] else {}
    return render(request, "assessments/_parts.html#answer", context, status=answer.status)


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.assessment_to_view(person(request), pk)
    content = documents.workbook(sheets.sheet(assessment))
    name = f"{_('self-scores')}-{assessment.cycle.code}-{assessment.unit.code}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
