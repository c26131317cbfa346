"""The documents of a unit, one of them with its data, and its way onto the leaves that it proves."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import policies
from assessments.documents import library as papers
from assessments.forms import library as forms
from assessments.models import Assessment, Evidence, EvidenceState
from assessments.policies import evidence as doors
from assessments.selectors import library as reads
from assessments.selectors import versions
from assessments.selectors.copies import Group, copies_of, groups
from assessments.selectors.leaves_to_cite import cited_in, leaves_of
from assessments.selectors.library import Filters
from assessments.selectors.looks import looks_at
from assessments.selectors.places import grouped
from assessments.services import library
from assessments.services.gates import Amended
from assessments.services.scores import BadScore
from assessments.states import NotAllowed
from assessments.views.sheets import XLSX, person
from criteria.phases import PhaseClosed
from units.models import User
from units.naming import folded

SHOWN = 50
MOST_ROWS = 5000
ONLY = (
    ("unconfirmed", gettext_lazy("data not confirmed")),
    ("outside", gettext_lazy("outside the measured period")),
    ("uncited", gettext_lazy("cited nowhere")),
    ("waiting", gettext_lazy("being checked")),
    ("refused", gettext_lazy("refused")),
    ("duplicates", gettext_lazy("with copies elsewhere")),
    ("confidential", gettext_lazy("confidential")),
)
GET_POST = ["GET", "HEAD", "POST"]


def _filters(request: HttpRequest) -> Filters:
    return Filters(request.GET.get("q", "").strip()[:100], request.GET.get("only", ""), request.GET.get("sort", ""))


@login_required
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Every document of the unit, as far as the person may know of it."""
    user, filters = person(request), _filters(request)
    unit, permissions = doors.library_to_view(user, pk)
    visible = doors.documents_visible_to(user)
    known = reads.documents(unit, filters, visible).filter(doors.known_in(user, permissions))
    rows = reads.with_citations(known)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    found = list(page.object_list)
    context = {
        "unit": unit,
        "filters": filters,
        "only": ONLY,
        "page": page,
        "rows": reads.filled(found, doors.readable(user, found), visible, filters.q),
        "may_write": "assessment.score" in permissions,
        "may_compare": doors.may_compare(user),
        "leaf": request.GET.get("leaf", ""),
        "megabytes": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "assessments/library.html", context)


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What the filters leave, as a workbook; of a confidential document only that it is one."""
    user, filters = person(request), _filters(request)
    unit, permissions = doors.library_to_view(user, pk)
    visible = doors.documents_visible_to(user)
    known = reads.documents(unit, filters, visible).filter(doors.known_in(user, permissions))
    found = list(reads.with_citations(known)[:MOST_ROWS])
    content = papers.workbook(unit, reads.filled(found, doors.readable(user, found), visible))
    name = f"tai-lieu-{unit.code}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --- one document -----------------------------------------------------------------------------------------------------


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    row, readable = doors.evidence_to_know(person(request), pk)
    return document_page(request, row, readable)


def document_page(
    request: HttpRequest, row: Evidence, readable: bool, form: forms.DataForm | None = None, status: int = 200
) -> HttpResponse:
    """All that is known of a document; ``form`` keeps what was typed."""
    user = person(request)
    visible = doors.documents_visible_to(user)
    row = reads.with_citations(Evidence.objects.filter(pk=row.pk)).select_related(policies.UNIT).get()
    shown = reads.filled([row], {row.pk} if readable else set(), visible)[0]
    own = doors.may_write(user, row)
    context = {
        "row": shown,
        "evidence": row,
        "form": form or forms.data_form(row),
        "held": row.confirmed_at and library.is_held(row),
        "is_unread": row.file and row.state != EvidenceState.REFUSED and not library.is_read(row),
        "may_write": own and readable,
        "may_guard": doors.may_guard(user, row),
        "dossiers": doors.dossiers_to_cite_in(user, row) if own and readable else [],
        "shared": forms.SharedForm(initial={"reason": row.shared_reason}),
        **(_inside(user, row) if readable else {}),
        "uses": grouped(shown.citations),
        **_versions(row),
    }
    return render(request, "assessments/document.html", context, status=status)


def _inside(user: User, row: Evidence) -> dict[str, object]:
    """What only readers see: files inside, who looked, where the content stands once more and under what name."""
    copies = copies_of(row, doors.documents_visible_to(user))
    return {
        "members": row.members.all()[:200],
        "looks": looks_at(row)[:SHOWN] if row.is_confidential else [],
        "copies": copies,
        "readable_copies": doors.readable(user, [each.evidence for each in copies]),
    }


def _versions(row: Evidence) -> dict[str, object]:
    """The document's versions, and what becomes of the pages that are cited of the one before."""
    return {
        "versions": versions.versions_of(row),
        "moves": versions.moves(row.replaces, row) if row.replaces else [],
    }


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = doors.evidence_to_change(person(request), pk)
    form = forms.data_form(row, request.POST)
    if not form.is_valid():
        return document_page(request, row, True, form, 422)
    try:
        library.confirm(evidence=row, by=person(request), **form.cleaned_data)
    except library.Held:
        form.add_error(None, _("A dossier that was handed in rests on this document: its data stay as confirmed."))
        return document_page(request, row, True, form, 409)
    messages.success(request, _("The document's data are confirmed."))
    return redirect("assessments:document", row.pk)


@login_required
@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the same document stands at other units as well."""
    row = doors.evidence_to_change(person(request), pk)
    form = forms.SharedForm(request.POST)
    if form.is_valid():
        library.share(evidence=row, reason=form.cleaned_data["reason"], by=person(request))
        return redirect("assessments:document", row.pk)
    return document_page(request, row, True, status=422)


# --- citing -----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_POST)
def cite(request: HttpRequest, pk: int, dossier_pk: int) -> HttpResponse:
    """One document onto any number of leaves, each with its place."""
    row = doors.evidence_to_change(person(request), pk)
    dossier = next((each for each in doors.dossiers_to_cite_in(person(request), row) if each.pk == dossier_pk), None)
    if dossier is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    leaves, have = leaves_of(dossier), cited_in(dossier, row)
    rows = forms.leaf_rows(leaves, row, cited=have, data=data, ticked=request.GET.getlist("leaf"))
    chosen = [each for each in rows if each.chosen]
    context = {"evidence": row, "dossier": dossier, "rows": rows}
    if data is None:
        return render(request, "assessments/cite.html", context)
    wrong = [each for each in chosen if not each.form.is_valid()]
    if wrong or not chosen:
        return render(request, "assessments/cite.html", context | {"problems": _problems(wrong)}, status=422)
    return _cited(request, dossier, row, chosen, context)


def _problems(wrong: list[forms.LeafRow]) -> list[dict[str, str]]:
    if not wrong:
        return [{"text": _("Choose at least one criterion."), "target": "leaves"}]
    found = []
    for each in wrong:
        for name, errors in each.form.errors.items():
            text = f"{each.criterion.code}: {' '.join(str(error) for error in errors)}"
            found.append({"text": text, "target": each.form[name].id_for_label or "leaves"})
    return found


def _cited(
    request: HttpRequest, dossier: Assessment, row: Evidence, chosen: list[forms.LeafRow], context: dict[str, object]
) -> HttpResponse:
    wanted = [library.Where(each.criterion, **each.form.cleaned_data) for each in chosen]
    try:
        library.cite_on(assessment=dossier, evidence=row, leaves=wanted, by=person(request))
    except (NotAllowed, PhaseClosed, BadScore, Amended):
        text = _("Nothing was cited: a chosen criterion is not open for changes now, or the document was refused.")
        problems = [{"text": text, "target": "leaves"}]
        return render(request, "assessments/cite.html", context | {"problems": problems}, status=409)
    words = ngettext("Cited on %(count)s criterion.", "Cited on %(count)s criteria.", len(wanted))
    messages.success(request, words % {"count": len(wanted)})
    return redirect("assessments:document", row.pk)


@login_required
@require_http_methods(GET_POST)
def citation(request: HttpRequest, pk: int) -> HttpResponse:
    """The place of a proof, the asked line that it answers, and the reason of an exception from the period."""
    row, _rights = policies.citation_to_change(person(request), pk)
    doors.assert_may_read(person(request), row.evidence)
    data = request.POST if request.method == "POST" else None
    start = forms.citation_start(row)
    form = forms.CitationForm(data, evidence=row.evidence, criterion=row.score.criterion, initial=start)
    back = f"{reverse('assessments:sheet', args=[row.score.assessment_id])}#leaf-{row.score.criterion_id}"
    why = reads.outside_period(row, row.score.assessment.cycle)
    context = {"citation": row, "form": form, "outside": why, "back": back}
    if data is None or not form.is_valid():
        return render(request, "assessments/citation.html", context, status=422 if data is not None else 200)
    try:
        placed = library.place(citation=row, by=person(request), **form.cleaned_data)
    except (NotAllowed, PhaseClosed):
        form.add_error(None, _("The dossier is not open for changes now."))
        return render(request, "assessments/citation.html", context, status=409)
    if form.cleaned_data["box"] and not placed.box:
        messages.warning(request, _("The frame lay on the page cited before and was taken off: draw it anew."))
    return redirect(back)


# --- duplicates -------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """The same content at several units, for the standing body above them."""
    q, only = folded(request.GET.get("q", "")), request.GET.get("only", "")
    found = [each for each in groups(doors.duplicates_to_view(person(request))) if _wanted(each, q, only)]
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    shown = [each.evidence for group in page for each in group.copies]
    context = {
        "page": page,
        "q": request.GET.get("q", ""),
        "only": only,
        "readable": doors.readable(person(request), shown),
    }
    return render(request, "assessments/duplicates.html", context)


def _wanted(group: Group, q: str, only: str) -> bool:
    words = folded(" ".join([group.name, *(unit.name for unit in group.units)]))
    return q in words and (only != "open" or not group.is_excused) and (only != "excused" or group.is_excused)


@login_required
@require_GET
def duplicates_export(request: HttpRequest) -> HttpResponse:
    content = papers.duplicates_workbook(groups(doors.duplicates_to_view(person(request))))
    return HttpResponse(content, XLSX, headers={"Content-Disposition": 'attachment; filename="tai-lieu-trung.xlsx"'})
