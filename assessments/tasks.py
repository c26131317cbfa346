"""Doorbells of the assessments app."""

from celery import shared_task

from assessments import documents
from assessments.documents.archive import index
from assessments.documents.official import paper
from assessments.documents.paper_pdf import paper_html
from assessments.documents.readable import readable
from assessments.models import Assessment, Evidence, PaperKind, Receipt
from assessments.selectors import papers, reports, sheets
from assessments.services import archives, links, printing, quarantine, receipts, sweeping
from assessments.services.examining import Reading
from units import jobs, pdf


@shared_task
def render_receipt(job_id: int) -> None:
    """Print the receipt of the job, unless another worker has the job or it is done."""
    job = jobs.claim(job_id)
    if job is None:
        return
    receipt = Receipt.objects.get(pk=job.arguments["receipt"])
    try:
        content = pdf.render(documents.receipt(receipt))
    except pdf.MissingLibrary as error:
        jobs.fail(job, str(error))
        return
    receipts.store_pdf(receipt=receipt, content=content, job=job)


@shared_task
def render_paper(job_id: int) -> None:
    """Print the table or the report of the job as it stands now, or as it was handed in."""
    job = jobs.claim(job_id)
    if job is None:
        return
    kind, receipt = PaperKind(job.arguments["kind"]), job.arguments.get("receipt")
    try:
        table = _submitted(receipt) if receipt else _draft(job.arguments["assessment"])
        made = paper(kind, table, reports.report(table) if kind == PaperKind.REPORT else None)
        html = paper_html(made)
        content = pdf.render(html, lambda: jobs.progress(job, 0, 0))
    except pdf.MissingLibrary as error:
        jobs.fail(job, str(error))
        return
    printing.store_paper(job=job, html=html, content=content)


def _submitted(pk: int) -> papers.Table:
    related = ("by", "assessment__unit__parent", "assessment__cycle", "assessment__tier__authority")
    return papers.of_receipt(Receipt.objects.select_related(*related, "assessment__criteria_set").get(pk=pk))


def _draft(pk: int) -> papers.Table:
    related = ("unit__parent", "cycle", "tier__authority", "criteria_set")
    return papers.of_sheet(sheets.sheet(Assessment.objects.select_related(*related).get(pk=pk)))


@shared_task
def examine(job_id: int) -> None:
    """Scan the document of the job, read it and draw its pages, unless another worker has the job or it is done."""
    job = jobs.claim(job_id)
    if job:
        quarantine.examine(job=job, lay_out=_laid_out)


def _laid_out(evidence: Evidence, reading: Reading) -> bytes:
    """An Office file's text and tables as PDF; nothing on a machine that cannot make PDF files."""
    try:
        return pdf.render(readable(evidence, reading.blocks, reading.is_all))
    except pdf.MissingLibrary:
        return b""


@shared_task
def look_at_link(job_id: int) -> None:
    """See whether the link of the job answers, unless another worker has the job or it is done."""
    job = jobs.claim(job_id)
    if job:
        links.look(job=job)


@shared_task
def sweep_documents() -> None:
    """Give up old uploads, ask again for documents that wait, look at links anew."""
    sweeping.sweep()


@shared_task
def recheck_files() -> None:
    """Every night: files of nobody go, and a sample of the others is read again."""
    sweeping.remove_files_of_nobody()
    sweeping.recheck()


@shared_task
def pack_dossier(job_id: int) -> None:
    """Pack the dossier of the job as a ZIP file, unless another worker has the job or it is done."""
    job = jobs.claim(job_id)
    if job:
        archives.pack(job=job, index=index)
