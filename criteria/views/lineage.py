"""Where the leaves of a set come from: proposed, confirmed, put right."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from criteria import policies
from criteria.forms.lineage import LineageFilters, OriginsForm
from criteria.models import CriteriaSet, Criterion, LineageKind
from criteria.selectors import lineage as read
from criteria.selectors.lineage import Entry
from criteria.services import lineage as services
from criteria.services.drafting import Frozen
from criteria.services.lineage import BadLineage
from criteria.tree.lineage import SURE
from units.models import User


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def lineage(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sets' leaves beside each other, by kind of lineage."""
    shown = policies.set_to_view(request.user, pk)
    before = read.against(shown)
    form = LineageFilters(request.GET)
    found = read.entries(shown, before) if before else []
    chosen = form.chosen()
    context = {
        **_common(request, shown, before, found),
        "form": form,
        "is_filtered": any(chosen.values()),
        "groups": _groups(read.narrowed(found, **chosen)),
        "query": request.GET.urlencode(),
    }
    return render(request, "criteria/lineage.html", context)


def _common(request: HttpRequest, shown: CriteriaSet, before: CriteriaSet | None, found: list[Entry]) -> dict[str, Any]:
    """What the whole page and one of its rows need."""
    return {
        "set": shown,
        "before": before,
        "confirm_url": reverse("criteria:set_lineage_confirm", args=[shown.pk]),
        "may_edit": not shown.is_frozen and policies.may_edit(request.user, shown.cycle),
        "total": len(found),
        "open": sum(not each.is_confirmed for each in found),
        "done": sum(each.is_confirmed for each in found),
        "unsaid": sum(not each.kind for each in found),
        "counts": [(kind, LineageKind(kind).label, len(group)) for kind, group in read.grouped(found) if kind],
        "open_same": sum(each.is_sure for each in _open_same(found)),
        "unsure_same": sum(not each.is_sure for each in _open_same(found)),
        "sure_from": SURE,
    }


def _open_same(found: list[Entry]) -> list[Entry]:
    return [each for each in found if each.kind == LineageKind.SAME and not each.is_confirmed]


def _groups(found: list[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "label": LineageKind(kind).label if kind else _("nothing said yet"),
            "entries": group,
            "open": sum(not each.is_confirmed for each in group),
        }
        for kind, group in read.grouped(found)
    ]


def _back(request: HttpRequest, pk: int, anchor: str = "") -> HttpResponse:
    """To the page, with the filter that stood there."""
    query = request.POST.get("query", "") or request.GET.get("query", "")
    address = reverse("criteria:set_lineage", args=[pk])
    return redirect(f"{address}{f'?{query}' if query else ''}{f'#{anchor}' if anchor else ''}")


@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    draft = policies.set_to_edit(request.user, pk)
    try:
        count = services.propose(criteria_set=draft, by=_person(request))
    except (Frozen, BadLineage) as error:
        messages.error(request, _refusal(error))
    else:
        text = ngettext("%(count)s row of lineage is proposed.", "%(count)s rows of lineage are proposed.", count)
        messages.success(request, text % {"count": count})
    return _back(request, pk)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one entry (``only``), all of a kind (``kind``), or those that are ticked (``rows``)."""
    draft = policies.set_to_edit(request.user, pk)
    try:
        count = _confirmed(request, draft)
    except (Frozen, BadLineage) as error:
        if request.headers.get("HX-Request"):
            return _row(request, draft, request.POST.get("only", ""), _refusal(error))
        messages.error(request, _refusal(error))
        return _back(request, pk)
    if request.headers.get("HX-Request"):
        return _row(request, draft, request.POST.get("only", ""))
    text = ngettext("%(count)s row confirmed.", "%(count)s rows confirmed.", count)
    messages.success(request, text % {"count": count})
    return _back(request, pk, request.POST.get("only", ""))


def _confirmed(request: HttpRequest, draft: CriteriaSet) -> int:
    """How many rows were confirmed."""
    person, kind, only = _person(request), request.POST.get("kind", ""), request.POST.get("only", "")
    if kind and not only:
        return services.confirm_kind(criteria_set=draft, kind=kind, by=person)
    before = read.against(draft)
    wanted = {only} if only else set(request.POST.getlist("rows"))
    entries = read.entries(draft, before) if before else []
    rows = [row for each in entries if each.key in wanted for row in each.rows]
    return services.confirm(criteria_set=draft, rows=rows, by=person)


def _row(request: HttpRequest, draft: CriteriaSet, key: str, problem: str = "") -> HttpResponse:
    """One row as it stands now, with the counts of the page."""
    before = read.against(draft)
    found = read.entries(draft, before) if before else []
    entry = next((each for each in found if each.key == key), None)
    if entry is None:
        raise Http404
    context = {**_common(request, draft, before, found), "entry": entry, "problem": problem, "is_row": True}
    return render(request, "criteria/_lineage_row.html", context, status=409 if problem else 200)


def _refusal(error: Frozen | BadLineage) -> str:
    if isinstance(error, BadLineage):
        return _(error.text) % error.values
    return _("This set is issued: its lineage does not change any more.")


@login_required
@require_http_methods(["GET", "POST"])
def leaf(request: HttpRequest, pk: int, leaf_pk: int) -> HttpResponse:
    """Say from which earlier leaves one leaf comes."""
    draft = policies.set_to_edit(request.user, pk)
    before = read.against(draft)
    if before is None or draft.is_frozen:
        raise Http404
    shown = get_object_or_404(draft.criteria.select_related("parent"), pk=leaf_pk, is_leaf=True)
    entry = read.entry_of(draft, before, f"n{shown.pk}")
    leaves = read.leaves_of(before)
    now = {each.leaf.code: each.share for each in entry.origins} if entry else {}
    form = OriginsForm(request.POST if request.method == "POST" else None, leaves=leaves, now=now)
    problem = _changed(request, draft, shown, form) if form.is_bound and form.is_valid() else ""
    if form.is_bound and form.is_valid() and not problem:
        return _back(request, pk, f"n{shown.pk}")
    context = {
        **{"set": draft, "before": before, "leaf": shown, "form": form, "leaves": leaves},
        "problems": [{"text": problem}] if problem else [],
        "query": request.GET.get("query", ""),
    }
    return render(request, "criteria/lineage_leaf.html", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, draft: CriteriaSet, shown: Criterion, form: OriginsForm) -> str:
    """Why the change was refused; empty when it is stored."""
    origins = form.cleaned_data["origins"]
    try:
        services.change(criteria_set=draft, leaf=shown, origins=origins, by=_person(request))
    except (Frozen, BadLineage) as error:
        return _refusal(error)
    messages.success(request, _("Where %(code)s comes from is saved.") % {"code": shown.code})
    return ""
