"""What was handed in: the receipt's page, its frozen content and its paper."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from assessments import policies, selectors
from assessments.selectors.frozen import frozen
from assessments.selectors.rounds import rounds as rounds_of
from assessments.services import submission
from assessments.views.sheets import person


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    row = policies.receipt_to_view(person(request), pk)
    template = "assessments/receipt.html"
    context = {"receipt": row, "job": selectors.receipt_job(row)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{template}#paper", context)
    return render(request, template, context | {"frozen": frozen(row)})


@login_required
@require_GET
def rounds(request: HttpRequest, pk: int) -> HttpResponse:
    """All submissions of a dossier side by side: what changed from one to the next."""
    assessment = policies.assessment_to_view(person(request), pk)
    only_changed = "all" not in request.GET and assessment.receipts.count() > 1
    found = rounds_of(assessment, only_changed)
    context = {"assessment": assessment, "found": found, "only_changed": only_changed}
    return render(request, "assessments/rounds.html", context)


@login_required
@require_GET
def content(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen text whose SHA-256 is the digest, byte by byte."""
    row = policies.receipt_to_view(person(request), pk)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{row.pk}.json"'}
    return HttpResponse(row.content, "application/json", headers=headers)


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = policies.receipt_to_view(person(request), pk)
    if not row.pdf:
        raise Http404
    name = f"{row.assessment.cycle.code}-{row.assessment.unit.code}-{row.number}.pdf"
    return FileResponse(row.pdf.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")


@login_required
@require_POST
def print_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more for a paper that is missing: its job failed, or the receipt was loaded without one."""
    row = policies.receipt_to_view(person(request), pk)
    submission.ask_for_pdf(receipt=row, by=person(request))
    return redirect("assessments:receipt", row.pk)
