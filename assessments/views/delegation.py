"""The delegations of a dossier: rows written, what is unsettled resolved or justified, issued, opened again, done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.delegating.expressions import BadExpression
from assessments.documents.delegation import delegation_workbook
from assessments.forms.delegation import (
    DelegationForm,
    DocumentForm,
    DoneForm,
    PasteForm,
    ReasonForm,
    initial_of,
    wrong_words,
)
from assessments.models import Assessment
from assessments.policies import delegations as policies
from assessments.selectors.delegation_board import Board, Matter, Place, board_of
from assessments.selectors.delegation_owners import candidates_of, offered
from assessments.services import delegation
from assessments.services.delegation import Changed, Entry, Issued, Unsettled
from assessments.states import INSIDE, NotAllowed
from assessments.views.sheets import XLSX, person
from criteria.selectors import outline
from units.naming import folded

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Who scores what, with what is unsettled."""
    return _page(request, pk, {})


def _page(request: HttpRequest, pk: int, forms: dict[str, Any], status: int = 200) -> HttpResponse:
    """The whole page; ``forms``: those that were sent and not taken, with what was typed."""
    door = policies.delegation_to_view(person(request), pk)
    found = board_of(door.assessment)
    may_edit = door.may_delegate and door.assessment.state in INSIDE
    q, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    context: dict[str, Any] = {
        "assessment": door.assessment,
        "rights": door.rights,
        "board": found,
        "may_delegate": may_edit,
        "may_edit": may_edit and not found.is_issued,
        "rows": [(row, row.problem and wrong_words(row.problem)) for row in found.rows],
        "places": _kept(found.places, q, only),
        "q": q,
        "only": only,
    }
    if context["may_edit"]:
        candidates = candidates_of(door.assessment)
        given: dict[str, Any] = {"tree": outline(door.assessment.criteria_set), "candidates": candidates}
        context |= {"owners": offered(candidates), "form": DelegationForm(**given), "paste": PasteForm(**given)}
        document = found.plan.document if found.plan else ""
        context["document_form"] = DocumentForm(initial={"document": document})
    return render(request, "assessments/delegation.html", context | forms, status=status)


def _kept(places: tuple[Place, ...], q: str, only: str) -> list[Place]:
    """The lines of the tree that match; a line stays with those above it."""
    wanted = folded(q)
    hits = {
        place.criterion.pk
        for place in places
        if (not wanted or _contains(place, wanted))
        and (only != "open" or (place.matter is not None and not place.matter.is_settled))
        and (only != "nobody" or (place.criterion.is_leaf and not place.owners))
    }
    if not wanted and not only:
        return list(places)
    above = {place.criterion.pk: place.criterion.parent_id for place in places}
    kept: set[int] = set()
    for pk in hits:
        at: int | None = pk
        while at is not None:
            kept.add(at)
            at = above[at]
    return [place for place in places if place.criterion.pk in kept]


def _contains(place: Place, wanted: str) -> bool:
    names = " | ".join(name for _label, name, _is_lead in place.owners)
    return place.criterion.code.startswith(wanted) or wanted in folded(f"{place.criterion.name} | {names}")


def _given(assessment: Assessment) -> dict[str, Any]:
    return {"tree": outline(assessment.criteria_set), "candidates": candidates_of(assessment)}


def _back(pk: int, anchor: str = "") -> HttpResponseRedirect:
    return redirect(reverse("assessments:delegation", args=[pk]) + (f"#{anchor}" if anchor else ""))


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more row."""
    assessment = policies.delegation_to_change(person(request), pk)
    form = DelegationForm(request.POST, **_given(assessment))
    if not form.is_valid():
        return _page(request, pk, {"form": form}, 422)
    entries = [Entry(**form.entry())]
    return _written(request, pk, lambda: delegation.add(assessment=assessment, entries=entries, by=person(request)))


@login_required
@require_POST
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Several rows at once: all of them, or none."""
    assessment = policies.delegation_to_change(person(request), pk)
    form = PasteForm(request.POST, **_given(assessment))
    if not form.is_valid():
        return _page(request, pk, {"paste": form}, 422)
    entries = [Entry(**each) for each in form.entries]
    return _written(request, pk, lambda: delegation.add(assessment=assessment, entries=entries, by=person(request)))


def _written(request: HttpRequest, pk: int, write: Callable[[], object], anchor: str = "") -> HttpResponse:
    """The page after a write, which says at once what is unsettled now; why nothing was written, where it was not."""
    try:
        write()
    except Issued:
        messages.error(request, _("Not done: the delegations are issued. Open them again first."))
    except Unsettled:
        messages.error(request, _("Not issued: something is still to be resolved or justified."))
    except NotAllowed:
        messages.error(request, _("Not done: the dossier was handed in meanwhile."))
    except Changed:
        messages.error(request, _("Not done: who leads it has changed since you saw it. Look again."))
    except BadExpression as bad:
        messages.error(request, _("Not done: %(error)s") % {"error": wrong_words(bad)})
    return _back(pk, anchor)


@login_required
@require_http_methods(GET_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write other content into a row."""
    row = policies.row_to_change(person(request), pk)
    assessment = row.plan.assessment
    data = request.POST if request.method == "POST" else None
    form = DelegationForm(data, initial=initial_of(row), **_given(assessment))
    if data is None or not form.is_valid():
        context = {"assessment": assessment, "row": row, "form": form, "owners": offered(form.candidates)}
        return render(request, "assessments/delegation_row.html", context, status=200 if data is None else 422)
    entry = Entry(**form.entry())
    return _written(
        request, assessment.pk, lambda: delegation.change(row=row, entry=entry, by=person(request)), f"row-{row.pk}"
    )


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = policies.row_to_change(person(request), pk)
    return _written(request, row.plan.assessment_id, lambda: delegation.remove(row=row, by=person(request)), "rows")


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Justify a gap or an overlap, or all gaps of leaves that no unit scores; take a justification back."""
    assessment = policies.delegation_to_change(person(request), pk)
    code, kind = request.POST.get("code", ""), request.POST.get("kind", "")
    if "withdraw" in request.POST:
        named: dict[str, Any] = {"assessment": assessment, "code": code, "kind": kind, "by": person(request)}
        return _written(request, pk, lambda: delegation.withdraw(**named), "matters")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, {"reason_form": form, "reason_for": _key(board_of(assessment), code, kind)}, 422)
    reason = form.cleaned_data["reason"]
    if "elsewhere" in request.POST:
        named = {"assessment": assessment, "reason": reason, "by": person(request)}
        return _written(request, pk, lambda: delegation.justify_elsewhere(**named), "matters")
    said = {"code": code, "kind": kind, "claims": request.POST.get("claims", ""), "reason": reason}
    return _written(
        request, pk, lambda: delegation.justify(assessment=assessment, by=person(request), **said), "matters"
    )


def _key(found: Board, code: str, kind: str) -> str:
    """The matter that a sent form was for; "elsewhere" where it was for many."""
    matters: list[Matter] = [each for each in found.matters if (each.finding.code, each.finding.kind) == (code, kind)]
    return matters[0].key if matters else "elsewhere"


@login_required
@require_POST
def document(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.delegation_to_change(person(request), pk)
    form = DocumentForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, {"document_form": form}, 422)
    said = form.cleaned_data["document"]
    return _written(
        request, pk, lambda: delegation.name_document(assessment=assessment, document=said, by=person(request))
    )


@login_required
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.delegation_to_change(person(request), pk)
    return _written(request, pk, lambda: delegation.issue(assessment=assessment, by=person(request)))


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = policies.delegation_to_change(person(request), pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, {"reopen_form": form}, 422)
    reason = form.cleaned_data["reason"]
    return _written(request, pk, lambda: delegation.reopen(assessment=assessment, reason=reason, by=person(request)))


@login_required
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner says that a piece is done, or takes that back."""
    row = policies.work_to_finish(person(request), pk)
    form = DoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not done: the note is longer than 500 characters."))
        return redirect("assessments:queue")
    try:
        if "undo" in request.POST:
            delegation.unfinish(row=row, by=person(request))
        else:
            delegation.finish(row=row, note=form.cleaned_data["note"], by=person(request))
    except NotAllowed:
        messages.error(request, _("Not done: the dossier was handed in meanwhile."))
    return redirect("assessments:queue")


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    door = policies.delegation_to_view(person(request), pk)
    name = f"phan-cong-{door.assessment.cycle.code}-{door.assessment.unit.code}.xlsx"
    content = delegation_workbook(board_of(door.assessment))
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
