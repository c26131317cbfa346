"""Documents of a score: taken in, placed, taken off, shown and handed out."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from assessments import policies, selectors
from assessments.forms import PlaceForm
from assessments.models import Assessment, Citation
from assessments.policies import Rights
from assessments.services import evidence
from assessments.services.filetypes import Refusal, RefusedFile
from assessments.states import NotAllowed
from assessments.views.sheets import Answer, context_of, person
from assessments.views.sheets import page as sheet_page
from criteria.phases import PhaseClosed

MOST_SHOWN = 50
REASONS = {
    Refusal.EMPTY: _("the file is empty."),
    Refusal.TOO_LARGE: _("the file is too large."),
    Refusal.UNKNOWN_TYPE: _("the content is none of the kinds that are taken."),
    Refusal.WRONG_NAME: _("the name does not fit the content: the extension says another kind of file."),
    Refusal.UNREADABLE: _(
        "the file is damaged, locked by a password or too large to show; the council could not open it."
    ),
    Refusal.MACROS: _("the file holds macros; save it without them or as PDF."),
    Refusal.BOMB: _("the file would unpack to an unreasonable size."),
    Refusal.QUOTA: _("the unit has no room left for documents; remove some or tell the administrator."),
}


@login_required
@require_POST
def attach(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, rights, criterion = policies.leaf_to_score(person(request), pk, criterion_pk)
    answer = Answer(criterion.pk)
    for file in request.FILES.getlist("files"):
        try:
            answer.received.append(
                evidence.attach(assessment=assessment, criterion=criterion, file=file, by=person(request))
            )
        except RefusedFile as refused:
            answer.refused.append((file.name or "", str(REASONS[refused.refusal])))
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


@login_required
@require_GET
@cache_control(private=True, no_cache=True)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file exactly as it was taken in, never shown in our own origin; with ``?preview`` pictures of its pages."""
    row = policies.evidence_to_view(person(request), pk)
    if "preview" in request.GET:
        numbers = range(1, min(row.pages, MOST_SHOWN) + 1)
        context = {"evidence": row, "numbers": numbers, "more": row.pages > MOST_SHOWN}
        return render(request, "assessments/preview.html", context)
    try:
        content = selectors.content_of(row)
    except selectors.Altered:
        return render(request, "assessments/altered.html", {"evidence": row}, status=410)
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=row.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, row.content_type, headers=headers)


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row = policies.evidence_to_view(person(request), pk)
    try:
        image = selectors.page_image(row, number)
    except selectors.NoPreview as error:
        raise Http404 from error
    return HttpResponse(image, "image/png", headers={"X-Content-Type-Options": "nosniff"})
