"""Runs: started, looked at, unfolded to their leaves."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from criteria.models import MissingRule, NotApplicableRule, RankOn, TieRule
from results import policies
from results.models import Run, RunState
from results.selectors import runs as reads
from results.selectors import tables
from results.selectors.calculation import proved
from results.selectors.runs import Why
from results.selectors.tables import Filters
from results.selectors.unfold import unfolded, way_of
from results.services import runs as services
from units.models import User

PER_PAGE = 50
WHY: dict[str, Promise] = {
    Why.NO_DOSSIER: _("the unit has no dossier"),
    Why.NOT_SUBMITTED: _("the dossier has not been submitted"),
    Why.NOT_APPRAISED: _("the council has not appraised it"),
    Why.NO_SURVEY: _("there are no survey points"),
}


@dataclass(frozen=True)
class Missing:
    """A leaf without points: why, and what it counts as."""

    unit_code: str
    unit: str
    code: str
    name: str
    why: Promise
    policy: str | Promise


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the computation, or go to the one that is on its way."""
    tier = policies.tier_to_compute(request.user, pk)
    assert isinstance(request.user, User)
    run = services.start(tier=tier, by=request.user)
    return redirect("units:job", pk=run.job_id)


@login_required
@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Every run of the tier, newest first."""
    tier = policies.tier_for_progress(request.user, pk)
    page = Paginator(reads.runs_of(tier), PER_PAGE).get_page(request.GET.get("page"))
    context = {"tier": tier, "page": page, "may_compute": policies.may_compute(request.user, tier)}
    return render(request, "results/runs.html", context)


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What came out: ranking per group, what is missing, the settings in words."""
    run = policies.run_to_view(request.user, pk)
    get = request.GET
    filters = Filters(get.get("group", ""), get.get("q", "").strip(), get.get("sort", ""))
    decision, final = reads.decision_of(run), reads.is_final(run)
    context = {
        "run": run,
        "tier": run.tier,
        "decision": decision,
        "filters": filters,
        "tables": tables.tables(run, filters),
        "last": reads.last_published(run.tier),
        "settings": _in_words(run),
        "missing": _by_unit(run),
        "proved": proved(run) if "check" in get else None,
        "is_final": final,
        "may_draft": final
        and not decision
        and run.state == RunState.COMPUTED
        and policies.may_draft(request.user, run.tier),
    }
    return render(request, "results/run.html", context)


@login_required
@require_safe
def unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """One unit's total down to its leaves, layers and deciders."""
    run = policies.run_to_view(request.user, pk)
    result = reads.result_of(run, unit_pk)
    if result is None:
        raise Http404
    nodes = unfolded(run, result)
    context = {
        "run": run,
        "tier": run.tier,
        "row": tables.row_of(run, result),
        "result": result,
        "nodes": nodes,
        "way": way_of(run, result, [node.line for node in nodes if node.line]),
        "missing": _missing(run, result.unit.code),
        "settings": _in_words(run),
    }
    return render(request, "results/run_unit.html", context)


def _in_words(run: Run) -> dict[str, object]:
    """The frozen settings as a person reads them; empty while the run has none."""
    frozen = run.settings
    if not frozen:
        return {}
    return {
        "rank_on": RankOn(frozen["rank_on"]).label,
        "band_on": RankOn(frozen["band_on"]).label,
        "tie_rule": TieRule(frozen["tie_rule"]).label,
        "not_applicable": NotApplicableRule(frozen["not_applicable"]).label,
        "unscored": MissingRule(frozen["unscored"]).label,
        "missing_survey": MissingRule(frozen["missing_survey"]).label,
        "places": frozen["published_places"],
        "bands": frozen["bands"],
    }


def _missing(run: Run, unit_code: str = "") -> list[Missing]:
    """Every leaf without points, of one unit or of all, in words."""
    return [
        Missing(
            each["unit_code"],
            each["unit"],
            each["code"],
            each["name"],
            WHY[each["why"]],
            MissingRule(each["policy"]).label,
        )
        for each in run.missing
        if unit_code in {"", each["unit_code"]}
    ]


def _by_unit(run: Run) -> list[tuple[str, list[Missing]]]:
    """What is missing, unit by unit as the run lists them."""
    units: dict[str, list[Missing]] = {}
    for each in _missing(run):
        units.setdefault(each.unit_code, []).append(each)
    return [(leaves[0].unit, leaves) for leaves in units.values()]
