"""A dossier as one ZIP file: asked for, watched, taken."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from assessments import policies
from assessments.models import DossierArchive
from assessments.selectors import archives as reads
from assessments.services import archives
from assessments.views.sheets import person


@login_required
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in it and what is left out, the archives that there are, and the progress of one that is made."""
    assessment = policies.assessment_to_view(person(request), pk)
    found, rows = reads.manifest(assessment), reads.archives_of(assessment)
    current = next((row for row in rows if row.content == found.digest and reads.is_stored(row)), None)
    making = next((row for row in rows if row.job and row.job.is_open), None)
    failed = next((row for row in rows[:1] if row.job and row.job.state == "failed" and not row.file), None)
    context = {
        "assessment": assessment,
        "manifest": found,
        "current": current,
        "making": making,
        "failed": failed,
        "older": [row for row in rows if row.file and row != current],
    }
    template = "assessments/archive.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#making"
    return render(request, template, context)


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.assessment_to_view(person(request), pk)
    archives.ask(assessment=assessment, by=person(request))
    return redirect("assessments:archive", assessment.pk)


@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(DossierArchive.objects.select_related("assessment__unit", "assessment__cycle"), pk=pk)
    assessment = policies.assessment_to_view(person(request), row.assessment_id)
    if not reads.is_stored(row):
        raise Http404
    name = f"ho-so-{assessment.cycle.code}-{assessment.unit.code}.zip"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    opened = row.file.open("rb")
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip", headers=headers)
