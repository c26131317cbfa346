"""The progress board of a tier: units by steps."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.models import AssessmentState
from results import policies
from results.selectors import board as reads
from results.selectors import pace, runs, waiting
from results.selectors.board import NONE, OVERDUE, Filters, Row
from results.views.sheets import Value
from results.views.sheets import workbook as as_workbook
from units.selectors import database_now

PER_PAGE = 100


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far every unit is, and the button that starts the computation."""
    tier = policies.tier_for_progress(request.user, pk)
    now = database_now()
    board = reads.board(tier, now)
    filters = filters_of(request)
    rows = reads.narrowed(board.rows, filters)
    context = {
        "tier": tier,
        "board": board,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "states": [(OVERDUE, _("Overdue")), (NONE, _("No dossier")), *AssessmentState.choices],
        "may_compute": policies.may_compute(request.user, tier),
        "runs": runs.runs_of(tier)[:3],
        "paces": pace.lines(board, now),
        "holders": len(waiting.holders(board, now)),
        "tiers": policies.tiers_beside(request.user, tier),
    }
    return render(request, "results/board.html", context)


@login_required
@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The board as it is filtered, as a workbook."""
    tier = policies.tier_for_progress(request.user, pk)
    rows = reads.narrowed(reads.board(tier, database_now()).rows, filters_of(request))
    head = [
        *(_("Code"), _("Unit"), _("Group"), _("Dossier"), _("Submitted at")),
        *(_("Self-scored"), _("of"), _("Appraised"), _("of"), _("Survey"), _("of"), _("Rank"), _("Index")),
    ]
    return as_workbook(f"{tier.cycle.code}-{tier.code}-progress.xlsx", _("Progress"), head, map(_cells, rows))


def _cells(row: Row) -> list[Value]:
    state = row.dossier.get_state_display() if row.dossier else _("No dossier")
    steps = [number for step in (row.scored, row.appraised, row.surveyed) for number in (step.done, step.total)]
    result = row.result
    return [
        *(row.unit.code, row.unit.name, row.group.name, state, row.submitted_at),
        *steps,
        *((result.rank, result.index) if result else (None, None)),
    ]


def filters_of(request: HttpRequest) -> Filters:
    """What the address narrows a board to."""
    get = request.GET
    return Filters(get.get("group", ""), get.get("state", ""), get.get("q", "").strip(), get.get("sort", ""))
