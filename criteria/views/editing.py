"""The tree editor: the whole set in one table, saved cell by cell."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from criteria import policies
from criteria.forms.words import editor_words
from criteria.models import CriteriaSet, Method
from criteria.selectors import editing as reads
from criteria.services import editing
from criteria.services.drafting import Frozen
from criteria.tree import merging
from criteria.tree.editing import BadEdit
from units.models import User

LARGEST = 500_000
"""Characters of one save at most: a paste of 500 rows fits."""


def person(request: HttpRequest) -> User:
    """Who is signed in; only called behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The table. An issued set is read, not edited."""
    draft = policies.set_to_edit(request.user, pk)
    if draft.is_frozen:
        return frozen(request, draft)
    sheet = reads.sheet(draft)
    steps = reads.next_steps(draft)
    context = {
        "set": draft,
        "sheet": sheet,
        "steps": steps,
        "config": _config(draft, steps.last),
    }
    return render(request, "criteria/edit.html", context)


def frozen(request: HttpRequest, criteria_set: CriteriaSet) -> HttpResponse:
    """To the page that reads the set, saying why it is not edited."""
    messages.warning(request, _("This set has been issued and does not change any more. A change is a new version."))
    response = redirect("criteria:set", criteria_set.pk)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": response["Location"]})
    return response


def _config(draft: CriteriaSet, seen: int) -> dict[str, Any]:
    return {
        "url": reverse("criteria:edit_save", args=[draft.pk]),
        "login": reverse("account_login"),
        "seen": seen,
        "methods": [[value, str(label)] for value, label in Method.choices],
        "head": heads(draft),
        "words": editor_words(),
    }


def heads(draft: CriteriaSet) -> dict[str, str]:
    """The head's numbers that the sums are compared with."""
    names = ("scale", "survey_points", "bonus_cap", "penalty_cap")
    return {name: reads.typed(getattr(draft, name)) for name in names}


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Operations in, the rows that changed since the page's last look out. No operations: only the look."""
    draft = policies.set_to_edit(request.user, pk)
    asked = _asked(request)
    if asked is None:
        return JsonResponse({"error": _("The operation is not complete.")}, status=400)
    seen, key, operations = asked
    status, told = _done(draft, operations, person(request), seen, key)
    return JsonResponse(told | news(draft, seen, person(request)), status=status)


def _done(
    draft: CriteriaSet, operations: list[Mapping[str, Any]], by: User, seen: int, key: str
) -> tuple[int, dict[str, str]]:
    """Status and words of the answer; nothing to say where it was stored."""
    try:
        _do(draft, operations, by, seen, key)
    except Frozen:
        return 409, {"error": _("Not saved: the set has been issued in the meantime.")}
    except merging.Disturbed as disturbed:
        return 409, {**_problem(disturbed), "mine": disturbed.mine, "theirs": disturbed.theirs}
    except BadEdit as bad:
        return 422, _problem(bad)
    except editing.NothingLeft:
        return 422, {"error": _("There is nothing left to undo or to do again.")}
    return 200, {}


def _do(draft: CriteriaSet, operations: list[Mapping[str, Any]], by: User, seen: int, key: str) -> None:
    act = operations[0].get("op") if operations else ""
    if act in {"undo", "redo"}:
        turn = editing.undo if act == "undo" else editing.redo
        turn(criteria_set=draft, by=by, seen=seen)
    elif operations:
        editing.edit(criteria_set=draft, operations=operations, by=by, seen=seen, key=key)


def _asked(request: HttpRequest) -> tuple[int, str, list[Mapping[str, Any]]] | None:
    """The number that the page knows, its key and its operations; None for what is no such thing."""
    try:
        sent = _sent(request) if len(request.body) <= LARGEST else None
    except ValueError:
        return None
    if not isinstance(sent, dict):
        return None
    operations = sent.get("operations")
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        return None
    seen = sent.get("seen")
    return (seen if isinstance(seen, int) else 0, str(sent.get("key") or "")[:40], operations)


def _sent(request: HttpRequest) -> Any:
    """JSON, or a plain form whose field ``operations`` is JSON."""
    if request.content_type == "application/json":
        return json.loads(request.body)
    return {**request.POST.dict(), "operations": json.loads(request.POST.get("operations", "[]"))}


def _problem(bad: BadEdit) -> dict[str, str]:
    return {"error": say(bad.reason, bad.words), "code": bad.code, "field": bad.field}


def say(reason: str, words: Mapping[str, str]) -> str:
    """A reason of a pure room in the reader's language."""
    return _(reason) % words if words else _(reason)


def news(draft: CriteriaSet, seen: int, reader: User) -> dict[str, Any]:
    """What a page that knows the changes up to ``seen`` has to draw anew, and the sums to compare with."""
    draft = CriteriaSet.objects.get(pk=draft.pk)
    changes = reads.changes_since(draft, seen)
    past = merging.since(editing.steps(draft, changes))
    sheet = reads.sheet(draft)
    touched = {code for code, name in past.touched if name != "code"}
    template = get_template("criteria/_edit_row.html")
    rows = {str(row.pk): template.render({"row": row}) for row in sheet.rows if row.code in touched}
    order = [[row.pk, row.code, row.level] for row in sheet.rows] if past.is_moved else None
    steps = reads.next_steps(draft)
    return {
        "seen": changes[-1].number if changes else seen,
        "rows": rows,
        "order": order,
        "sums": reads.checksums(sheet.sums),
        "head": heads(draft) | {"title": draft.title},
        "undo": steps.back,
        "redo": steps.again,
        "by": sorted({str(each.by) for each in changes if each.by_id and each.by_id != reader.pk}),
        "at": timezone.localtime().strftime("%H:%M:%S"),
    }


@login_required
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo or redo by a plain form."""
    draft = policies.set_to_edit(request.user, pk)
    act = editing.redo if request.POST.get("way") == "redo" else editing.undo
    try:
        change = act(criteria_set=draft, by=person(request))
    except Frozen:
        return frozen(request, draft)
    except editing.NothingLeft:
        messages.warning(request, _("There is nothing left to undo or to do again."))
    except BadEdit as bad:
        messages.warning(request, say(bad.reason, bad.words))
    else:
        words = _("Undone: %(what)s") if change.is_undone else _("Done again: %(what)s")
        messages.success(request, words % {"what": reads.told(change.title, str(change.by or "—"))})
    return redirect("criteria:set_edit", draft.pk)
