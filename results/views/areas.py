"""The progress board by area: units by the areas of their criteria sets."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.models import AssessmentState
from results import policies
from results.selectors import areas as reads
from results.selectors.areas import Row, Table, View
from results.selectors.board import NONE
from results.views.board import filters_of
from results.views.sheets import Sheet, Value
from results.views.sheets import workbook_of as as_workbook

PER_PAGE = 100


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far every unit is in every area."""
    tier = policies.tier_for_progress(request.user, pk)
    view, filters = _view(request), filters_of(request)
    tables = reads.tables(tier, view)
    rows = [(table, row) for table in reads.narrowed(tables, filters) for row in table.rows]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    groups = {row.group.pk: row.group for table in tables for row in table.rows}
    context = {
        "tier": tier,
        "tables": reads.pieces(page.object_list),
        "page": page,
        "filters": filters,
        "view": view,
        "views": View.choices,
        "groups": list(groups.values()),
        "readable": policies.groups_to_look_into(request.user, groups.values()),
        "states": [(NONE, _("No dossier")), *AssessmentState.choices],
        "is_narrowed": bool(filters.search or filters.group or filters.state),
    }
    return render(request, "results/areas.html", context)


@login_required
@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The tables as they are filtered, a sheet for each criteria set."""
    tier = policies.tier_for_progress(request.user, pk)
    view = _view(request)
    tables = reads.narrowed(reads.tables(tier, view), filters_of(request))
    sheets = [Sheet(table.criteria_set.get_kind_display(), _head(table), map(_cells, table.rows)) for table in tables]
    return as_workbook(f"{tier.cycle.code}-{tier.code}-areas-{view}.xlsx", sheets or [Sheet(_("Progress"), [], [])])


def _head(table: Table) -> list[str]:
    areas = [word for area in table.areas for word in (f"{area.code}. {area.name}", _("of"))]
    return [_("Code"), _("Unit"), _("Group"), _("Dossier"), *areas, _("Total"), _("of")]


def _cells(row: Row) -> list[Value]:
    state = row.dossier.get_state_display() if row.dossier else _("No dossier")
    steps = [*(step for _area, step in row.cells), row.total]
    return [
        *(row.unit.code, row.unit.name, row.group.name, state),
        *(number for step in steps for number in (step.done, step.total)),
    ]


def _view(request: HttpRequest) -> View:
    asked = request.GET.get("view", "")
    return View(asked) if asked in View.values else View.SCORED
