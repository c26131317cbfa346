"""Documents as answers to a browser: for every app that has let its reader in by a door of its own.

Nothing opens in our own origin, a look at a confidential one is recorded, and no store on the way keeps it.
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from assessments import selectors
from assessments.models import Evidence
from assessments.selectors import previews
from assessments.services import confidential, keeping
from units.models import User

HOUR = 3600


def file_answer(request: HttpRequest, row: Evidence) -> HttpResponseBase:
    """The document as a file to save, for a person whom the door let in; a look at a confidential one is recorded."""
    if not row.file:
        raise Http404
    try:
        content = previews.whole(row)
    except selectors.Altered:
        return render(request, "assessments/altered.html", {"evidence": row}, status=410)
    confidential.look(evidence=row, how="file", by=_reader(request))
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    kind, name = row.content_type, row.name or "document"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=kind, headers=headers)
    return kept_private(row, answer)


def page_answer(request: HttpRequest, row: Evidence, number: int) -> HttpResponseBase:
    """One page as a picture, for a person whom the door let in; a look at a confidential one is recorded."""
    try:
        drawn = previews.page_file(row, number, _reader(request))
    except selectors.NotDrawn:
        return being_drawn(row, number)
    except selectors.NoPreview as error:
        raise Http404 from error
    confidential.look(evidence=row, how="page", page=number, by=_reader(request))
    answer = HttpResponse(drawn.content, drawn.content_type, headers={"X-Content-Type-Options": "nosniff"})
    return kept_private(row, answer, HOUR)


def being_drawn(evidence: Evidence, number: int) -> HttpResponse:
    """A picture that says so, kept by no cache; the worker is asked for the pages around it."""
    keeping.ask_to_examine(evidence, keeping.batch_of(number))
    picture = render_to_string("assessments/being_drawn.svg")
    return HttpResponse(picture, "image/svg+xml", status=202, headers={"Cache-Control": "no-store"})


def kept_private(row: Evidence, answer: HttpResponseBase, seconds: int = 0) -> HttpResponseBase:
    """No store on the way keeps it, nor the browser a page of a confidential one: the name of its reader is on it."""
    if row.is_confidential:
        patch_cache_control(answer, private=True, no_store=True)
    elif seconds:
        patch_cache_control(answer, private=True, max_age=seconds)
    else:
        patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
