"""One leaf of the score sheet: its body, drawn when it is opened, and text of earlier years brought into it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments import policies
from assessments.models import Assessment
from assessments.policies import Rights
from assessments.selectors import history
from assessments.selectors.sheets import Sheet, one_line
from assessments.services import carried_text
from assessments.services.gates import Amended
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, number, page, past, person
from assessments.views.whose import own_page_only
from criteria.phases import PhaseClosed


@login_required
@require_GET
def leaf(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """The leaf's rule, figures, explanation, documents and past; a page of its own where no script asks for it."""
    assessment, rights = policies.sheet_door(person(request), pk)
    only = None
    if request.htmx:  # type: ignore[attr-defined]
        only = one_line(assessment, get_object_or_404(assessment.criteria_set.criteria, pk=criterion_pk))
    return _shown(request, assessment, rights, Answer(criterion_pk), only)


def _shown(
    request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer, only: Sheet | None = None
) -> HttpResponse:
    context = context_of(assessment, rights, answer, person(request), only)
    if context["line"] is None or not context["line"].criterion.is_scorable:
        raise Http404
    template = "leaf_body.html" if request.htmx else "leaf.html"  # type: ignore[attr-defined]
    return render(request, f"assessments/{template}", context | past(context), status=answer.status)


@login_required
@own_page_only
@require_POST
def carry(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Bring the text of an earlier year into this one's explanation."""
    assessment, rights, criterion = policies.leaf_to_score(person(request), pk, criterion_pk)
    earlier = history.earlier_of(assessment, criterion)
    asked = number(request.POST.get("source", ""))
    source = next((each.score for each in earlier if each.score and each.score.pk == asked), None)
    if source is None:
        raise Http404
    answer = Answer(criterion.pk)
    try:
        carried_text.carry_text(assessment=assessment, criterion=criterion, source=source, by=person(request))
    except carried_text.TooLong:
        answer.status, text = 422, _("Not carried over: both texts together have more than 5,000 characters.")
        answer.refused_text = text
    except Amended as amended:
        raise Http404 from amended
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db()
        answer.status, answer.closed = 409, True
    return _carried(request, assessment, rights, answer)


def _carried(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _shown(request, assessment, rights, answer)
    if answer.closed:
        return page(request, assessment, rights, answer)
    if answer.refused_text:
        messages.error(request, answer.refused_text)
    return redirect(f"{reverse('assessments:sheet', args=[assessment.pk])}?open={answer.pk}#leaf-{answer.pk}")
