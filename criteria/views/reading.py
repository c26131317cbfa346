"""A cycle's calendar and settings, and the criteria sets, to read."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from criteria import charts, policies, selectors
from criteria.models import CriteriaSet, Phase, SetState
from criteria.phases import VIETNAM
from criteria.selectors import reading
from units.selectors import database_now


@login_required
@require_GET
def cycle(request: HttpRequest, code: str) -> HttpResponse:
    """When what happens to whom, and by which settings the index is computed."""
    shown = policies.cycle_to_view(request.user, code)
    now = database_now()
    phases = selectors.calendar(shown)
    context = {
        "cycle": shown,
        "now": now,
        "phases": [(phase, selectors.stand(phase, now)) for phase in phases],
        "timeline": charts.timeline([_span(phase) for phase in phases], now, VIETNAM),
        "tiers": selectors.tiers_of(shown),
        "sets": policies.sets_for(request.user, shown),
        "may_edit": policies.may_edit(request.user, shown),
        "bands": shown.bands.order_by("-lower"),
    }
    return render(request, "criteria/cycle.html", context)


def _span(phase: Phase) -> charts.Span:
    names = str(phase.get_unit_kind_display()), str(phase.get_kind_display())
    return charts.Span(*names, phase.kind, phase.opens_at, phase.closes_at)


@login_required
@require_GET
def criteria_set(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole tree to read: areas fold, a search keeps what it finds with the way to it."""
    shown = policies.set_to_view(request.user, pk)
    text = request.GET.get("q", "")
    context = {**tree(shown, text), "may_edit": policies.may_edit(request.user, shown.cycle)}
    return render(request, "criteria/set.html", context)


def tree(shown: CriteriaSet, text: str) -> dict[str, object]:
    """What a page of the set says of it and its nodes, as far as they match ``text``."""
    criteria = selectors.criteria_of(shown)
    found = selectors.search(criteria, text)
    known = reading.library()
    return {
        "set": shown,
        "q": text,
        "areas": reading.shown(found, known),
        "references": reading.references(shown.legal_basis, known),
        "replaced_by": reading.replaced_by(shown) if shown.state == SetState.REPLACED else None,
        "leaf_count": len(selectors.leaves(criteria)),
        "found": len(selectors.leaves(found)),
    }
