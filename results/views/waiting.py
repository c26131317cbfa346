"""Who waits for whom on a tier: everybody who holds something up, the most pressing first."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from results import policies
from results.selectors import waiting as reads
from results.selectors.board import Board, board
from results.selectors.waiting import Filters, Hold, Holder, Why
from results.views.sheets import Value
from results.views.sheets import workbook as as_workbook
from units.selectors import database_now

PER_PAGE = 100


@login_required
@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Units, members of the council and bodies with what waits for them."""
    tier = policies.tier_for_progress(request.user, pk)
    now, filters = database_now(), _filters(request)
    found = board(tier, now)
    everybody = reads.holders(found, now)
    page = Paginator(reads.narrowed(everybody, filters, now), PER_PAGE).get_page(request.GET.get("page"))
    readable = policies.groups_to_look_into(request.user, found.groups)
    open_ = {row.unit.pk for row in found.rows if row.group.pk in readable}
    context = {
        "tier": tier,
        "page": page,
        "rows": [(each, [_line(found, hold, now, open_) for hold in each.holds], each.is_late(now)) for each in page],
        "filters": filters,
        "everybody": everybody,
        "whys": Why.choices,
        "now": now,
    }
    return render(request, "results/waiting.html", context)


@login_required
@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it is filtered, a row for each thing that waits."""
    tier = policies.tier_for_progress(request.user, pk)
    now = database_now()
    found = reads.narrowed(reads.holders(board(tier, now), now), _filters(request), now)
    rows = [_cells(each, hold, now) for each in found for hold in each.holds]
    head = [
        *(_("Code"), _("Held by"), _("Agency"), _("What"), _("In words"), _("Number"), _("Units")),
        *(_("Since"), _("Deadline"), _("Days so far"), _("Past its day")),
    ]
    return as_workbook(f"{tier.cycle.code}-{tier.code}-waiting.xlsx", _("Who waits for whom"), head, rows)


def _cells(each: Holder, hold: Hold, now: datetime) -> list[Value]:
    return [
        *(each.code, each.name, each.detail, str(hold.why.label), words(hold), hold.count, hold.units),
        *(hold.since, hold.until, hold.days(now), _("yes") if hold.is_late(now) else ""),
    ]


def _line(found: Board, hold: Hold, now: datetime, readable: set[int]) -> dict[str, object]:
    """What one thing that waits shows: a link only where the person may go."""
    return {
        "hold": hold,
        "words": words(hold),
        "days": hold.days(now),
        "is_late": hold.is_late(now),
        "url": _url(found, hold, readable),
    }


def _url(found: Board, hold: Hold, readable: set[int]) -> str:
    if hold.dossier is not None:
        known = hold.dossier.unit_id in readable
        return reverse("assessments:sheet", args=[hold.dossier.pk]) if known else ""
    if hold.tier is not None:
        return reverse("results:board", args=[hold.tier.pk]) if hold.tier.authority_id in readable else ""
    if found.council is not None and hold.why in {Why.APPRAISING, Why.NOBODY}:
        return reverse("councils:progress", args=[found.council.pk])
    if found.council is not None and hold.why is Why.ANSWERS:
        return reverse("councils:requests", args=[found.council.pk]) + "?state=answered"
    return ""


def words(hold: Hold) -> str:
    """What waits, in words."""
    of_units = ngettext("%(n)d unit", "%(n)d units", hold.units) % {"n": hold.units}
    figures = {"n": hold.count, "of": hold.of, "units": of_units}
    return _sentence(hold) % figures


def _sentence(hold: Hold) -> str:
    if hold.why in {Why.DRAFT, Why.RETURNED}:
        return _("%(n)d of %(of)d criteria still to be scored") if hold.count else _("all scored, not handed in")
    if hold.why in {Why.CHECKING, Why.SIGNING}:
        return _("the whole dossier")
    if hold.why is Why.QUESTIONS:
        asked = ngettext("%(n)d question to answer", "%(n)d questions to answer", hold.count)
        return asked + (", " + _("%(of)d past its day") if hold.of else "")
    if hold.why is Why.ANSWERS:
        return ngettext("%(n)d answer of %(units)s", "%(n)d answers of %(units)s", hold.count)
    if hold.why in {Why.APPRAISING, Why.NOBODY}:
        return ngettext("%(n)d criterion of %(units)s", "%(n)d criteria of %(units)s", hold.count)
    if hold.why is Why.BELOW:
        return _("%(n)d of %(of)d dossiers handed in, results not approved")
    return ngettext("%(n)d unit", "%(n)d units", hold.count)


def _filters(request: HttpRequest) -> Filters:
    get = request.GET
    return Filters(get.get("q", "").strip(), get.get("why", ""), get.get("sort", ""))
