"""The self-assessment report, the papers of a dossier and of its submissions, and their signed scans."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import policies
from assessments.documents.official import Paper, paper
from assessments.documents.paper_docx import paper_docx
from assessments.documents.paper_pdf import paper_html, shares
from assessments.documents.paper_xlsx import paper_xlsx
from assessments.forms.workbooks import SectionForm, SignedForm
from assessments.models import Assessment, PaperKind, Receipt, ReportSection
from assessments.policies import Rights
from assessments.policies.papers import receipt_to_sign
from assessments.selectors import locks, papers, printing, reports, sheets
from assessments.selectors.refusals import reason_of
from assessments.services import printing as prints
from assessments.services import reports as writing
from assessments.services import signed
from assessments.services.filetypes import RefusedFile
from assessments.states import NotAllowed
from assessments.views.sheets import XLSX, person
from criteria.phases import PhaseClosed

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKERS: dict[str, tuple[Callable[[Paper], bytes], str]] = {"docx": (paper_docx, DOCX), "xlsx": (paper_xlsx, XLSX)}
FILE_NAMES = {"table": "bang-tu-cham-diem", "report": "bao-cao-tu-danh-gia"}


# --- the report -------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it would be printed, what it lacks, and its papers."""
    assessment, rights = policies.sheet_door(person(request), pk)
    found = reports.checked(papers.of_sheet(sheets.sheet(assessment)))
    context = {
        "assessment": assessment,
        "rights": rights,
        "report": found,
        "shares": shares(paper(PaperKind.REPORT, found.table, found)),
        "printed": [_printed(kind, assessment) for kind in PaperKind],
        **_lock(assessment, rights),
    }
    part = "#papers" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"assessments/report.html{part}", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One section to be written. What was typed stays in the form whatever happens."""
    assessment, rights = policies.sheet_door(person(request), pk)
    if key not in reports.TITLES:
        raise Http404
    if request.method != "POST":
        return _section(request, assessment, rights, key, None, 200)
    assessment = policies.assessment_to_score(person(request), pk)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return _section(request, assessment, rights, key, form, 422)
    try:
        writing.save_section(assessment=assessment, key=key, by=person(request), **form.cleaned_data)
    except writing.StaleSection as stale:
        return _section(request, assessment, rights, key, form, 409, stale.stored)
    except (NotAllowed, PhaseClosed):
        assessment.refresh_from_db()
        return _section(request, assessment, rights, key, form, 409)
    messages.success(request, _("The section was saved."))
    return redirect("assessments:report", assessment.pk)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Back to what is drafted from the scores."""
    assessment = policies.assessment_to_score(person(request), pk)
    version = request.POST.get("version", "")
    if key not in reports.TITLES or not version.isdecimal():
        raise Http404
    try:
        writing.drop_section(assessment=assessment, key=key, version=int(version), by=person(request))
        messages.success(request, _("The section is drafted from the scores again."))
    except writing.StaleSection:
        messages.error(request, _("Not changed: somebody else has saved this section meanwhile. Look at it again."))
    except (NotAllowed, PhaseClosed):
        messages.error(request, _("Not changed: the dossier cannot be changed any more."))
    return redirect("assessments:report_section", assessment.pk, key)


def _section(
    request: HttpRequest,
    assessment: Assessment,
    rights: Rights,
    key: str,
    form: SectionForm | None,
    status: int,
    stored: ReportSection | None = None,
) -> HttpResponse:
    found = reports.checked(papers.of_sheet(sheets.sheet(assessment)))
    shown = found.find(key)
    assert shown is not None
    context = {
        "assessment": assessment,
        "rights": rights,
        "section": shown,
        "draft": reports.drafts_of(found.table)[key],
        "values": found.values,
        "flaws": [flaw for flaw in found.flaws if flaw.key == key],
        "form": form or SectionForm(initial={"text": shown.text, "version": shown.version}),
        "is_stale": status == 409 and shown.version != _version(form),
        "refused": status == 409,
        "stored": stored,
        **_lock(assessment, rights),
    }
    return render(request, "assessments/report_section.html", context, status=status)


def _version(form: SectionForm | None) -> int:
    return form.cleaned_data["version"] if form else 0


def _lock(assessment: Assessment, rights: Rights) -> dict[str, object]:
    span = locks.span_of(assessment)
    lock = locks.lock_of(assessment, span, timezone.now(), rights.is_own)
    return {"lock": lock, "phase": span.phase if span else None}


# --- papers -----------------------------------------------------------------------------------------------------------


def draft_of(kind: PaperKind, assessment: Assessment) -> Paper:
    """A paper of the dossier as it stands."""
    return _paper(kind, papers.of_sheet(sheets.sheet(assessment)))


def paper_of(kind: PaperKind, receipt: Receipt) -> Paper:
    """A paper of what was handed in."""
    return _paper(kind, papers.of_receipt(receipt))


def _paper(kind: PaperKind, table: papers.Table) -> Paper:
    return paper(kind, table, reports.report(table) if kind == PaperKind.REPORT else None)


def _printed(kind: PaperKind, of: Assessment | Receipt) -> printing.Printed:
    made = paper_of(kind, of) if isinstance(of, Receipt) else draft_of(kind, of)
    return printing.printed(kind, of, paper_html(made))


@login_required
@require_GET
def draft(request: HttpRequest, pk: int, kind: str, form: str) -> HttpResponseBase:
    """A paper of the dossier as it stands, marked as a draft."""
    assessment = policies.assessment_to_view(person(request), pk)
    name = f"{FILE_NAMES[kind]}-{assessment.cycle.code}-{assessment.unit.code}-nhap.{form}"
    return _file(draft_of(PaperKind(kind), assessment), assessment, form, name)


@login_required
@require_GET
def submitted(request: HttpRequest, pk: int, kind: str, form: str) -> HttpResponseBase:
    """A paper of a submission, made from its frozen content."""
    receipt = policies.receipt_to_view(person(request), pk)
    name = f"{FILE_NAMES[kind]}-{receipt.assessment.cycle.code}-{receipt.assessment.unit.code}-{receipt.number}.{form}"
    return _file(paper_of(PaperKind(kind), receipt), receipt, form, name)


def _file(made: Paper, of: Assessment | Receipt, form: str, name: str) -> HttpResponseBase:
    if form == "pdf":
        found = printing.printed(made.kind, of, paper_html(made))
        if not found.is_ready:
            raise Http404
        stored = default_storage.open(found.path, "rb")
        return FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")
    maker, content_type = MAKERS[form]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(maker(made), content_type, headers=headers)


@login_required
@require_POST
def print_draft(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask the worker for the PDF of the dossier as it stands."""
    assessment = policies.assessment_to_view(person(request), pk)
    prints.ask_for_paper(kind=PaperKind(kind), of=assessment, by=person(request))
    return redirect("assessments:report", assessment.pk)


@login_required
@require_POST
def print_submitted(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask the worker for the PDF of a paper of a submission."""
    receipt = policies.receipt_to_view(person(request), pk)
    prints.ask_for_paper(kind=PaperKind(kind), of=receipt, by=person(request))
    return redirect("assessments:papers", receipt.pk)


# --- the papers of a submission and their signed scans ----------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a submission to be printed and signed; brought back here, the signed scans stay beside it."""
    if request.method != "POST":
        return _papers(request, policies.receipt_to_view(person(request), pk), SignedForm())
    receipt = receipt_to_sign(person(request), pk)
    form = SignedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _papers(request, receipt, form)
    kind, file = PaperKind(form.cleaned_data["kind"]), form.cleaned_data["file"]
    try:
        signed.bring_signed(receipt=receipt, kind=kind, file=file, by=person(request))
    except RefusedFile as refused:
        form.add_error("file", f"{file.name}: {reason_of(refused.refusal, refused.detail)}")
        return _papers(request, receipt, form)
    messages.success(request, _("The signed copy is stored beside the submission."))
    return redirect("assessments:papers", receipt.pk)


def _papers(request: HttpRequest, receipt: Receipt, form: SignedForm) -> HttpResponse:
    _assessment, rights = policies.sheet_door(person(request), receipt.assessment_id)
    context = {
        "receipt": receipt,
        "assessment": receipt.assessment,
        "rights": rights,
        "form": form,
        "printed": [_printed(kind, receipt) for kind in PaperKind],
        "copies": receipt.signed_copies.select_related("evidence", "by"),
    }
    status = 422 if form.errors else 200
    part = "#papers" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"assessments/papers.html{part}", context, status=status)
