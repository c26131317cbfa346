"""An annex into a draft: handed in, shown row by row, confirmed or taken back."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from criteria import policies
from criteria.documents import import_samples
from criteria.forms.importing import AnnexForm, ReadingForm
from criteria.imports import annex
from criteria.imports.annex import Wanted
from criteria.imports.verdicts import Reading, RowKind, SeveralSheets
from criteria.models import Cycle, Upload
from criteria.selectors.importing import becomes
from criteria.services import importing
from criteria.tree.sums import sums
from units.archive import Unreadable
from units.models import User

PAGE = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLES: dict[str, Callable[[], bytes]] = {"mau": import_samples.template, "vi-du": import_samples.example}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Where an annex is handed in. It is put aside, not into a set."""
    cycle = policies.cycle_to_draft(request.user, code)
    if request.method != "POST":
        return _form(request, cycle, AnnexForm())
    form = AnnexForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, cycle, form)
    name, content = form.content()
    try:
        annex.read(content, _wanted(form, cycle))
    except SeveralSheets:
        pass  # The page of the preview asks which.
    except Unreadable as refusal:
        form.add_error("file", f"{name}: {refusal}")
        return _form(request, cycle, form)
    kept = importing.keep(
        cycle=cycle, kind=form.cleaned_data["kind"], file_name=name, content=content, by=_person(request)
    )
    said = {key: form.data[key] for key in ("title", "scale") if form.data.get(key)}
    return redirect(_address(kept, said))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every row with its verdict; confirmed here, it becomes a draft."""
    cycle = policies.cycle_to_draft(request.user, code)
    waiting = get_object_or_404(Upload.objects.select_related("made"), cycle=cycle, pk=pk)
    if waiting.made:
        return redirect("criteria:set", waiting.made.pk)
    form = ReadingForm(request.POST if request.method == "POST" else request.GET)
    wanted = _wanted(form, cycle) if form.is_valid() else _wanted(ReadingForm(), cycle)
    try:
        reading = annex.read(bytes(waiting.content), wanted)
    except SeveralSheets as several:
        return _choose(request, waiting, several.titles)
    except Unreadable as refusal:
        messages.error(request, f"{waiting.file_name}: {refusal}")
        return redirect("criteria:set_import", cycle.code)
    if request.method == "POST":
        return _confirm(request, waiting, reading, form)
    return _preview(request, waiting, reading, form, 422 if form.errors else 200)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Forget an annex that was not confirmed."""
    cycle = policies.cycle_to_draft(request.user, code)
    importing.cancel(upload=get_object_or_404(Upload, cycle=cycle, pk=pk), by=_person(request))
    messages.success(request, _("The file was taken back; nothing of it is stored."))
    return redirect("criteria:set_import", cycle.code)


@login_required
@require_GET
def sample(request: HttpRequest, code: str, which: str) -> HttpResponse:
    """The empty table, or a short example that can be imported as it is."""
    policies.cycle_to_draft(request.user, code)
    name = f"bo-tieu-chi-{which}.xlsx"
    return HttpResponse(SAMPLES[which](), XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _confirm(request: HttpRequest, waiting: Upload, reading: Reading, form: ReadingForm) -> HttpResponse:
    """The draft; or the page once more, where rows are refused."""
    if reading.outline is None or not form.is_valid():
        return _preview(request, waiting, reading, form, 409)
    made = importing.confirm(upload=waiting, outline=reading.outline, by=_person(request))
    messages.success(request, _("The draft is there. Check it before it is issued."))
    return redirect("criteria:set", made.pk)


def _form(request: HttpRequest, cycle: Cycle, form: AnnexForm) -> HttpResponse:
    waiting = Upload.objects.filter(cycle=cycle, made=None).defer("content").select_related("by")
    context = {"cycle": cycle, "form": form, "waiting": waiting}
    return render(request, "criteria/import.html", context, status=422 if form.errors else 200)


def _choose(request: HttpRequest, waiting: Upload, titles: list[str]) -> HttpResponse:
    addresses = [(title, _address(waiting, {**request.GET.dict(), "sheet": title})) for title in titles]
    context = {"upload": waiting, "cycle": waiting.cycle, "sheets": addresses}
    return render(request, "criteria/import_sheet.html", context)


def _preview(request: HttpRequest, waiting: Upload, reading: Reading, form: ReadingForm, status: int) -> HttpResponse:
    only_problems = request.GET.get("rows") == "problems"
    rows = [each for each in reading.verdicts if each.problems or each.remarks or not only_problems]
    counts = Counter(each.kind for each in reading.verdicts)
    context: dict[str, Any] = {
        "upload": waiting,
        "cycle": waiting.cycle,
        "reading": reading,
        "page": Paginator([(each, kind_words(each.kind)) for each in rows], PAGE).get_page(request.GET.get("page")),
        "only_problems": only_problems,
        "form": form,
        "counts": [(kind_words(kind), counts[kind]) for kind in RowKind if counts[kind]],
        "outline": reading.outline,
        **_sums(reading),
        "becomes": becomes(waiting.cycle, waiting.kind),
        "chosen": {key: value for key, value in form.data.items() if key in form.fields and value},
    }
    return render(request, "criteria/import_preview.html", context, status=status)


def _sums(reading: Reading) -> dict[str, Any]:
    """What the maxima add up to, and the nodes whose maxima below do not make what they state."""
    if not reading.outline:
        return {}
    whole = sums(reading.outline)
    nodes = [(node, whole.nodes[node.code]) for node in reading.outline.nodes if node.code in whole.nodes]
    return {"sums": whole, "remainders": [(node, found) for node, found in nodes if found.rest]}


def kind_words(kind: RowKind) -> str:
    """What a row is called."""
    return {
        RowKind.TITLE: _("title"),
        RowKind.HEADING: _("head of the table"),
        RowKind.BLANK: _("blank line"),
        RowKind.AREA: _("area"),
        RowKind.CRITERION: _("criterion"),
        RowKind.LEAF: _("leaf with points"),
        RowKind.STEP: _("scoring step"),
        RowKind.EVIDENCE: _("evidence"),
        RowKind.NOTE: _("note"),
        RowKind.TOTAL: _("total"),
        RowKind.FACT: _("fact of the set"),
        RowKind.UNKNOWN: _("not understood"),
    }[kind]


def _wanted(form: ReadingForm, cycle: Cycle) -> Wanted:
    said = form.cleaned_data if form.is_bound else {}
    fallback = _("Criteria set of %(cycle)s") % {"cycle": cycle.name}
    return Wanted(said.get("sheet", ""), said.get("title", ""), said.get("scale"), fallback)


def _address(waiting: Upload, said: dict[str, str]) -> str:
    """The preview's address with what the person said beside the file."""
    place = reverse("criteria:set_upload", args=[waiting.cycle.code, waiting.pk])
    return f"{place}?{urlencode(said)}" if said else place


def _person(request: HttpRequest) -> User:
    """The signed-in person: every view here asks a policy first."""
    assert isinstance(request.user, User)
    return request.user
