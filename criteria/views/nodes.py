"""One row of a draft on its own page (or in the panel beside the table), its rule tried out; the head; new drafts."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from criteria import policies
from criteria.forms.editing import BLANK, KIND_WORDS, HeadForm, NewSetForm, NodeForm
from criteria.models import CriteriaSet, Criterion, Side
from criteria.selectors import editing as reads
from criteria.selectors import outline
from criteria.selectors.facts import facts
from criteria.services import drafting, editing, life
from criteria.services.drafting import Frozen
from criteria.tree import rule_form, trial
from criteria.tree.checks import checks
from criteria.tree.editing import BadEdit, Operation, block
from criteria.tree.findings import Finding
from criteria.tree.merging import Disturbed
from criteria.tree.nodes import Outline
from criteria.tree.wishes import typed_number
from criteria.views.editing import frozen, person, say

MOVES = ("up", "down", "indent", "outdent", "renumber", "remove")
MOST_SHOWN = 300
"""Findings that the panel lists; the page of the checker has them all."""


def _node(draft: CriteriaSet, pk: int) -> Criterion:
    found = draft.criteria.select_related("parent").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def node(request: HttpRequest, pk: int, node_pk: int) -> HttpResponse:
    """Everything of a row. ``act`` of the form says what is done: saved, moved, removed, or only its rule tried."""
    draft = policies.set_to_edit(request.user, pk)
    if draft.is_frozen:
        return frozen(request, draft)
    row, act = _node(draft, node_pk), request.POST.get("act", "save")
    if request.method == "GET":
        form = NodeForm(node=row, seen=reads.last_number(draft))
        return _page(request, draft, row, form, _look(request, row, form), 200)
    if act in MOVES or act in {"after", "below"}:
        return _moved(request, draft, row, act)
    form = NodeForm(request.POST, node=row, seen=reads.last_number(draft))
    if act != "save":
        form = _changed(form, request, row)
        return _page(request, draft, row, form, _look(request, row, form), 200)
    return _saved(request, draft, row, form)


def _saved(request: HttpRequest, draft: CriteriaSet, row: Criterion, form: NodeForm) -> HttpResponse:
    if form.is_valid() and _stored(draft, form.operations(row.code), person(request), form):
        if not request.htmx:  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("criteria:edit_node", draft.pk, row.pk)
        row = _node(draft, row.pk)
        form = NodeForm(node=row, seen=reads.last_number(draft))
        answer = _page(request, draft, row, form, _look(request, row, form), 200)
        answer["HX-Trigger"] = "ed:saved"
        return answer
    return _page(request, draft, row, form, _look(request, row, form), 422)


def _stored(draft: CriteriaSet, operations: list[Operation], by: Any, form: NodeForm | HeadForm) -> bool:
    """Whether the operations were stored; if not, the form says why, at the field."""
    try:
        editing.edit(criteria_set=draft, operations=operations, by=by, seen=form.cleaned_data["seen"])
    except Frozen:
        form.add_error(None, _("Not saved: the set has been issued in the meantime."))
    except Disturbed as disturbed:
        words = _("Somebody else changed this in the meantime. Stored is: %(theirs)s")
        _blame(form, disturbed.field, words % {"theirs": disturbed.theirs})
    except BadEdit as bad:
        _blame(form, bad.field, say(bad.reason, bad.words))
    else:
        return True
    return False


def _blame(form: NodeForm | HeadForm, field: str, words: str) -> None:
    form.add_error(field if field in form.fields else None, words)


def _moved(request: HttpRequest, draft: CriteriaSet, row: Criterion, act: str) -> HttpResponse:
    """Structure, without a script: then back to the row, to the new one, or to the table."""
    operation: Operation = {"op": act, "code": row.code}
    if act in {"after", "below"}:
        operation = {"op": "insert", "place": act, "of": row.code, "nodes": [{}]}
    try:
        change = editing.edit(
            criteria_set=draft, operations=[operation], by=person(request), seen=reads.last_number(draft)
        )
    except Frozen:
        return frozen(request, draft)
    except BadEdit as bad:
        messages.warning(request, say(bad.reason, bad.words))
        return redirect("criteria:edit_node", draft.pk, row.pk)
    if change:
        messages.success(request, reads.told(change.title, str(change.by or "—")))
    if act == "remove":
        return redirect("criteria:set_edit", draft.pk)
    made = draft.criteria.order_by("-pk").first() if act in {"after", "below"} else row
    return redirect("criteria:edit_node", draft.pk, (made or row).pk)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new area at the end of the set, without a script."""
    draft = policies.set_to_edit(request.user, pk)
    if draft.is_frozen:
        return frozen(request, draft)
    if request.method == "GET":
        return render(request, "criteria/edit_add.html", {"set": draft, "areas": draft.criteria.filter(parent=None)})
    operation = {"op": "insert", "place": "below", "of": "", "nodes": [{"name": request.POST.get("name", "")}]}
    try:
        editing.edit(criteria_set=draft, operations=[operation], by=person(request), seen=reads.last_number(draft))
    except BadEdit as bad:
        messages.warning(request, say(bad.reason, bad.words))
        return redirect("criteria:edit_add", draft.pk)
    made = draft.criteria.order_by("-pk").first()
    assert made
    return redirect("criteria:edit_node", draft.pk, made.pk)


# ---- the rule, tried out


@login_required
@require_POST
def rule(request: HttpRequest, pk: int, node_pk: int) -> HttpResponse:
    """The box under the rule, for what is typed now; nothing is stored."""
    draft = policies.set_to_edit(request.user, pk)
    row = _node(draft, node_pk)
    form = _changed(NodeForm(request.POST, node=row, seen=0), request, row)
    context = {"set": draft, "node": row, "form": form, "act": request.POST.get("act", ""), "oob": True}
    return render(request, "criteria/_edit_rule.html#answer", context | _look(request, row, form))


def _typed(form: NodeForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""


def _leaf(row: Criterion, form: NodeForm) -> trial.Leaf:
    """Maximum and minimum as typed; as stored where what was typed is no number."""
    values: dict[str, Decimal | None] = {}
    for name in ("maximum", "minimum"):
        try:
            found = typed_number(row.code, name, _typed(form, name))
        except BadEdit:
            found = None
        values[name] = Decimal(found) if found else None
    if row.side == Side.PENALTY:
        lowest = -abs(values["minimum"] or row.min_points)
        return trial.Leaf(Decimal(0), lowest)
    return trial.Leaf(values["maximum"], values["minimum"] or Decimal(0))


def _changed(form: NodeForm, request: HttpRequest, row: Criterion) -> NodeForm:
    """The form with the rule or the examples that the act asks for: of the line form, of a kind, proposed."""
    data, act = request.POST.copy(), request.POST.get("act", "")
    if act == "lines":
        names, first, second = (request.POST.getlist(f"line-{part}") for part in ("is", "a", "b"))
        data["rule"] = rule_form.text((name, fields) for name, *fields in zip(names, first, second, strict=False))
    elif act == "sample":
        samples = {kind.value: text for kind, text in rule_form.SAMPLES.items()}
        data["rule"] = samples.get(request.POST.get("kind", ""), data.get("rule", ""))
    elif act == "propose":
        data["examples"] = trial.proposed(data.get("rule", ""), _leaf(row, form)) or data.get("examples", "")
    return NodeForm(data, node=row, seen=0)


def _look(request: HttpRequest, row: Criterion, form: NodeForm) -> dict[str, Any]:
    if not row.is_leaf:
        return {}
    names, values = request.POST.getlist("figure"), request.POST.getlist("value")
    figures = dict(zip(names, values, strict=False))
    group = request.POST.get("group", "")
    leaf = _leaf(row, form)
    found = trial.look(_typed(form, "rule"), leaf, _typed(form, "examples"), figures, group)
    # Lines stand as they were typed; several in one, parted by ";", as the notation writes them.
    lines = rule_form.rows(found.written if found.written and ";" in found.text else found.text)
    return {
        "trial": found,
        "kind_words": KIND_WORDS.get(found.kind) if found.kind else "",
        "kinds": [(kind.value, words) for kind, words in KIND_WORDS.items()],
        "lines": [(each.pattern.name, _fields(each)) for each in lines],
        "patterns": rule_form.PATTERNS,
        "figures": [(each, figures.get(each.name, "")) for each in found.figures],
        "group": group,
        "compares": trial.compares(found),
        "ran": [(each, say(each.problem, each.fields) if each.problem else "") for each in found.ran],
        "missing": [_(each) for each in found.missing],
        **_troubles(found),
        "unknown": leaf.maximum is None,
    }


def _fields(row: rule_form.Row) -> list[tuple[str, str, str]]:
    return list(zip(row.pattern.labels, row.fields, "ab", strict=False))


def _troubles(found: trial.Trial) -> dict[str, str]:
    told = {"trouble": found.trouble, "bad_example": found.bad_example, "bad_figure": found.bad_figure}
    return {name: say(each.reason, each.words) if each else "" for name, each in told.items()}


def _page(
    request: HttpRequest, draft: CriteriaSet, row: Criterion, form: NodeForm, look: dict[str, Any], status: int
) -> HttpResponse:
    tree = outline(draft)
    context = {"set": draft, "node": row, "form": form, "below": len(block(tree, row.code)) - 1, **look}
    if not request.htmx:  # type: ignore[attr-defined]
        context |= {"findings": _found(draft, tree, row.code), "neighbours": _neighbours(draft, row)}
        return render(request, "criteria/edit_node.html", context, status=status)
    return render(request, "criteria/_edit_node.html", context, status=status)


def _neighbours(draft: CriteriaSet, row: Criterion) -> dict[str, Criterion | None]:
    rows = draft.criteria.order_by("position")
    return {
        "before": rows.filter(position__lt=row.position).last(),
        "after": rows.filter(position__gt=row.position).first(),
    }


def _found(draft: CriteriaSet, tree: Outline, code: str | None = None) -> list[dict[str, Any]]:
    """What the checker says, of one node or of all, in words."""
    return [
        {
            "code": each.node,
            "field": each.field,
            "severity": each.severity,
            "words": finding_words(each),
        }
        for each in checks(tree, facts(draft))
        if code is None or each.node == code
    ]


def finding_words(found: Finding) -> str:
    """A finding in the reader's language, with the reason that it quotes."""
    why = {"why": say(found.cause, found.cause_values)} if found.cause else {}
    return say(found.message, {**found.values, **why})


@login_required
@require_GET
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The checker's list for the panel; each line leads to its field."""
    draft = policies.set_to_edit(request.user, pk)
    found = _found(draft, outline(draft))
    errors = sum(1 for each in found if each["severity"] == "error")
    context = {"set": draft, "findings": found[:MOST_SHOWN], "errors": errors, "warnings": len(found) - errors}
    return render(request, "criteria/_edit_findings.html", context | {"more": max(len(found) - MOST_SHOWN, 0)})


# ---- the head, and new drafts


@login_required
@require_http_methods(["GET", "POST"])
def head(request: HttpRequest, pk: int) -> HttpResponse:
    draft = policies.set_to_edit(request.user, pk)
    if draft.is_frozen:
        return frozen(request, draft)
    form = HeadForm(request.POST or None, of=draft, seen=reads.last_number(draft))
    if form.is_valid() and _stored(draft, form.operations(), person(request), form):
        messages.success(request, _("Saved."))
        return redirect("criteria:set_edit", draft.pk)
    return render(request, "criteria/edit_head.html", {"set": draft, "form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A new draft of the cycle: blank, or a copy of last year's."""
    cycle = policies.cycle_to_draft(request.user, code)
    form = NewSetForm(request.POST or None, cycle=cycle)
    if form.is_valid():
        made = _made(request, cycle, form)
        if made:
            messages.success(request, _("The draft is there. Edit it, or share its link with colleagues."))
            return redirect(reverse("criteria:set_edit", args=[made.pk]))
    return render(request, "criteria/edit_new.html", {"cycle": cycle, "form": form}, status=422 if form.errors else 200)


def _made(request: HttpRequest, cycle: Any, form: NewSetForm) -> CriteriaSet | None:
    given, by = form.cleaned_data, person(request)
    if given["source"] == BLANK:
        empty = Outline(given["title"].strip(), given["scale"], given["survey_points"] or Decimal(0), ())
        return drafting.create(cycle=cycle, kind=given["kind"], outline=empty, by=by, is_demo=cycle.is_demo)
    try:
        return life.from_last_cycle(cycle=cycle, kind=given["kind"], by=by)
    except life.NotInForce:
        form.add_error("source", _("No set for this kind of unit was in force in the cycle before."))
    return None
