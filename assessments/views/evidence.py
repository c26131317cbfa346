"""Documents of a score: taken in, placed, taken off."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from assessments import policies
from assessments.forms import PlaceForm
from assessments.models import Assessment, Citation
from assessments.policies import Rights
from assessments.policies.dossiers import leaf_to_prove
from assessments.selectors.refusals import reason_of
from assessments.services import evidence
from assessments.services.filetypes import RefusedFile
from assessments.services.gates import Amended
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from assessments.views.sheets import page as sheet_page
from criteria.phases import PhaseClosed


@login_required
@require_POST
def attach(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, rights, criterion = leaf_to_prove(person(request), pk, criterion_pk)
    answer = Answer(criterion.pk)
    for file in request.FILES.getlist("files"):
        try:
            answer.received.append(
                evidence.attach(assessment=assessment, criterion=criterion, file=file, by=person(request))
            )
        except RefusedFile as refused:
            answer.refused.append((file.name or "", reason_of(refused.refusal, refused.detail)))
        except Amended as amended:
            raise Http404 from amended
        except (NotAllowed, PhaseClosed):
            answer.closed = True
    if not (answer.received or answer.refused or answer.closed):
        answer.refused.append(("", str(_("choose a file first."))))
    answer.status = 409 if answer.closed else 422 if answer.refused else 200
    return _documents(request, assessment, rights, answer)


def _documents(request: HttpRequest, assessment: Assessment, rights: Rights, answer: Answer) -> HttpResponse:
    """The leaf's documents with what was taken and what was refused, and the counts that change with them."""
    assessment.refresh_from_db(fields=["state"])
    if not request.htmx:  # type: ignore[attr-defined]
        back = f"{reverse('assessments:sheet', args=[assessment.pk])}?open={answer.pk}#leaf-{answer.pk}"
        return redirect(back) if answer.status == 200 else sheet_page(request, assessment, rights, answer)
    context = context_of(assessment, rights, answer)
    return render(request, "assessments/_parts.html#documents_answer", context, status=answer.status)


@login_required
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    citation, rights = policies.citation_to_change(person(request), pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _placed(request, citation, rights, 422)
    try:
        citation = evidence.set_place(citation=citation, by=person(request), **form.cleaned_data)
    except (NotAllowed, PhaseClosed):
        return _placed(request, citation, rights, 409)
    return _placed(request, citation, rights, 200)


def _placed(request: HttpRequest, citation: Citation, rights: Rights, status: int) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        context = {"citation": citation, "status": status}
        return render(request, "assessments/_parts.html#placed", context, status=status)
    answer = Answer(citation.score.criterion_id, status, closed=status == 409)
    return _documents(request, citation.score.assessment, rights, answer)


@login_required
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    citation, rights = policies.citation_to_change(person(request), pk)
    answer = Answer(citation.score.criterion_id)
    try:
        evidence.detach(citation=citation, by=person(request))
    except (NotAllowed, PhaseClosed):
        answer.closed, answer.status = True, 409
    return _documents(request, citation.score.assessment, rights, answer)
