"""One part of a leaf, saved by its owner."""

from dataclasses import dataclass, replace
from typing import Self

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.forms.parts import PartForm
from assessments.models import Assessment, PartScore
from assessments.policies.delegations import part_lines, part_to_score
from assessments.services import parts
from assessments.services.gates import Amended
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from assessments.views.whose import own_page_only
from criteria.models import Criterion
from criteria.phases import PhaseClosed


@dataclass(frozen=True)
class PartAnswer:
    """What one part has to say about the write that was just tried; ``typed`` is never thrown away."""

    pk: int
    label: str
    typed: PartForm | None
    status: int = 200
    stored: PartScore | None = None
    closed: bool = False

    def at(self, status: int, *, stored: PartScore | None = None, closed: bool = False) -> Self:
        return replace(self, status=status, stored=stored, closed=closed)


@login_required
@own_page_only
@require_POST
def save(request: HttpRequest, pk: int, criterion_pk: int, label: str) -> HttpResponse:
    user = person(request)
    assessment, rights, criterion = part_to_score(user, pk, criterion_pk, label)
    line = next(each for each in part_lines(user, assessment, rights, criterion) if each.label == label)
    form = PartForm(request.POST, part=line)
    answer = PartAnswer(criterion.pk, label, form)
    if not form.is_valid():
        return _reply(request, assessment, criterion, answer.at(422))
    try:
        kept = parts.save_part(assessment=assessment, criterion=criterion, label=label, by=user, **form.cleaned_data)
    except parts.StalePart as stale:
        return _reply(request, assessment, criterion, answer.at(409, stored=stale.stored))
    except Amended as amended:
        raise Http404 from amended
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db()
        return _reply(request, assessment, criterion, answer.at(409, closed=True))
    if kept.score.criterion_id != criterion_pk and request.htmx:  # type: ignore[attr-defined]
        # The set was amended since the page was opened: what was typed is stored, the page is drawn anew.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _reply(request, assessment, kept.score.criterion, PartAnswer(kept.score.criterion_id, label, None))


def _reply(request: HttpRequest, assessment: Assessment, criterion: Criterion, answer: PartAnswer) -> HttpResponse:
    """What the save changed on the sheet; without JavaScript a page with the parts, or the way back to the leaf."""
    is_htmx = request.htmx  # type: ignore[attr-defined]
    if answer.status == 200 and not is_htmx:
        back = reverse("assessments:sheet", args=[assessment.pk])
        return redirect(f"{back}?open={criterion.pk}#leaf-{criterion.pk}")
    user = person(request)
    assessment, rights, criterion = part_to_score(user, assessment.pk, criterion.pk, answer.label)
    context = context_of(assessment, rights, Answer(criterion.pk), user)
    context |= {"part_answer": answer, "redraw": "resolve" in request.POST}
    template = "assessments/_facets.html#answer" if is_htmx else "assessments/part.html"
    return render(request, template, context, status=answer.status)
