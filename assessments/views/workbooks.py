"""The score sheet taken along as a workbook and brought back: shown row by row, then taken as a whole or not at all."""

import hashlib
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments import merging, policies
from assessments.documents.roundtrip import roundtrip
from assessments.forms.returning import Preview, Verdict, judge
from assessments.forms.workbooks import WorkbookForm
from assessments.imports.roundtrip import read
from assessments.models import Assessment, SheetReturn
from assessments.policies import Rights
from assessments.selectors import locks, sheets
from assessments.services import returning_sheets
from assessments.services.gates import Amended
from assessments.services.scores import BadScore
from assessments.states import NotAllowed
from assessments.views.sheets import XLSX, person
from criteria.models import Criterion
from criteria.phases import PhaseClosed
from units.archive import Unreadable

LATEST = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the workbook is taken along and brought back."""
    assessment, rights = policies.sheet_door(person(request), pk)
    if request.method != "POST":
        return _page(request, assessment, rights, WorkbookForm())
    if not rights.score:
        raise PermissionDenied
    form = WorkbookForm(request.POST, request.FILES)
    kept = _kept(request, assessment, form) if form.is_valid() else None
    if kept is None:
        return _page(request, assessment, rights, form)
    return redirect("assessments:workbook_return", assessment.pk, kept.pk)


@login_required
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    assessment, rights = policies.sheet_door(person(request), pk)
    content = roundtrip(sheets.sheet(assessment), rights.writes)
    name = f"{_('self-scores')}-{assessment.cycle.code}-{assessment.unit.code}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Every row of a workbook with its verdict; confirmed here, it is written."""
    assessment, rights = policies.sheet_door(person(request), pk)
    if not rights.score:
        raise PermissionDenied
    returned = get_object_or_404(SheetReturn.objects.select_related("by"), assessment=assessment, pk=number)
    if request.method == "POST" and returned.applied_at is None:
        return _take(request, returned, assessment, rights)
    return _preview(request, returned, assessment, judged(returned, assessment, rights, {}))


def judged(returned: SheetReturn, assessment: Assessment, rights: Rights, choices: Mapping[str, str]) -> Preview:
    """What the workbook would do to the dossier as it stands now."""
    content = merging.thawed(returned.content)
    filled = sheets.with_writers(sheets.sheet(assessment))
    return judge(content, filled, choices, refusals(assessment, rights))


def refusals(assessment: Assessment, rights: Rights) -> Callable[[Criterion], str]:
    """Why the person may not write a leaf now, in words; empty where nothing speaks against it."""

    def refused(criterion: Criterion) -> str:
        if not rights.writes(criterion.pk):
            return _("This criterion was given to somebody else to score.")
        if assessment.submitted_at and not locks.is_leaf_open(assessment, criterion.pk):
            return _("The dossier was returned for other criteria; this one stays as it was submitted.")
        return ""

    return refused


def _kept(request: HttpRequest, assessment: Assessment, form: WorkbookForm) -> SheetReturn | None:
    """The workbook as read; None with the reason in the form."""
    name, content = form.content()
    try:
        read_now = read(content, assessment)
    except Unreadable as refusal:
        form.add_error("file", f"{name}: {refusal}")
        return None
    return returning_sheets.keep(
        assessment=assessment,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        content=merging.frozen(read_now),
        by=person(request),
    )


def _take(request: HttpRequest, returned: SheetReturn, assessment: Assessment, rights: Rights) -> HttpResponse:
    """Write it; or the page once more where something was written meanwhile, or nothing may be written any more."""
    found = judged(returned, assessment, rights, request.POST.dict())
    meanwhile = found.moved_since(request.POST.get("seen", ""))
    if meanwhile:
        return _preview(request, returned, assessment, found, meanwhile=[each.row.code for each in meanwhile])
    try:
        changes = [(each.criterion, each.values) for each in found.changes]
        written = returning_sheets.take(returned=returned, changes=changes, by=person(request))
    except returning_sheets.Overtaken as overtaken:
        again = judged(returned, assessment, rights, request.POST.dict())
        return _preview(request, returned, assessment, again, meanwhile=[str(overtaken)])
    except (NotAllowed, PhaseClosed, Amended, BadScore):
        assessment.refresh_from_db()
        return _preview(request, returned, assessment, found, closed=True)
    _say(request, len(written), len(changes))
    return redirect("assessments:workbook_return", assessment.pk, returned.pk)


def _say(request: HttpRequest, written: int, wanted: int) -> None:
    if wanted and not written:
        messages.warning(request, _("Somebody confirmed this workbook before you: nothing more was written."))
        return
    said = ngettext("%(count)s criterion was taken over.", "%(count)s criteria were taken over.", written)
    messages.success(request, said % {"count": written})


def _page(request: HttpRequest, assessment: Assessment, rights: Rights, form: WorkbookForm) -> HttpResponse:
    span = locks.span_of(assessment)
    context = {
        "assessment": assessment,
        "rights": rights,
        "form": form,
        "lock": locks.lock_of(assessment, span, timezone.now(), rights.score),
        "phase": span.phase if span else None,
        "returns": assessment.sheet_returns.select_related("by").defer("content")[:LATEST],
    }
    return render(request, "assessments/workbook.html", context, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest,
    returned: SheetReturn,
    assessment: Assessment,
    found: Preview,
    *,
    meanwhile: list[str] | None = None,
    closed: bool = False,
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "returned": returned,
        "preview": found,
        "rows": {verdict.value: found.of(verdict) for verdict in Verdict},
        "counts": [(verdict.value, count) for verdict, count in found.counts if count],
        "chosen": [key for key, choice in request.POST.items() if choice == "theirs"],
        "meanwhile": meanwhile,
        "closed": closed,
    }
    status = 409 if meanwhile or closed else 200
    return render(request, "assessments/workbook_preview.html", context, status=status)
