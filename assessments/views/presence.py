"""Several people at one dossier: who is where, and what has changed."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from assessments.policies import sheet_door
from assessments.policies.presence import assert_may_stay
from assessments.selectors.freshness import changed_since
from assessments.services import presence
from assessments.views import sheets
from assessments.views.whose import own_page_only

MOST_LEAVES = 50


@login_required
@own_page_only
@require_POST
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else is there, and what was changed since the page asked last."""
    reader, now = sheets.person(request), timezone.now()
    assert_may_stay(reader, pk)
    if "gone" in request.POST:
        presence.leave(dossier=pk, now=now, by=reader)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    others = presence.stay(dossier=pk, leaf=_number(request.POST.get("leaf")), now=now, by=reader)
    state, changed = changed_since(pk, _instant(request.POST.get("since"), now))
    told = {
        "at": int(now.timestamp() * 1000),
        "state": state,
        "people": [{"name": each.name, "leaf": each.leaf} for each in others],
        "changed": [
            {"leaf": each.leaf, "version": each.version, "by": each.by, "mine": each.person == reader.pk}
            for each in changed
        ],
    }
    return JsonResponse(told)


def _number(text: str | None) -> int:
    """A key as a page sends it; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= 12 else 0


def _instant(text: str | None, now: datetime) -> datetime:
    """Milliseconds since the epoch, as ``here`` told them; ``now`` for anything else."""
    moment = _number(text and text[:-3])
    return datetime.fromtimestamp(moment, UTC) if 0 < moment <= now.timestamp() else now


@login_required
@require_GET
def fresh(request: HttpRequest, pk: int) -> HttpResponse:
    """The named leaves as they stand now, to be put in place of what the page shows."""
    assessment, rights = sheet_door(sheets.person(request), pk)
    asked = {_number(each) for each in request.GET.getlist("leaf")[:MOST_LEAVES]}
    context = sheets.context_of(assessment, rights, sheets.Answer(0))
    filled: Any = context["sheet"]
    lines = [line for line in filled.lines if line.is_scorable and line.criterion.pk in asked]
    above = {line.criterion.pk: line for leaf in lines for line in filled.path(leaf)}
    return render(request, "assessments/_fresh.html", {**context, "lines": lines, "above": above.values()})
