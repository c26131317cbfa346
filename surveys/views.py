"""Survey points: what is there and what is missing, a workbook in with preview and confirmation, workbooks out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from criteria.models import Tier
from criteria.phases import PhaseClosed, Stand, in_words
from surveys import documents, policies, selectors
from surveys.forms import ConfirmForm, Ticket, UploadForm, ticket
from surveys.imports import points as reading
from surveys.imports.points import Preview
from surveys.services import points, uploads
from units.archive import Unreadable
from units.models import User
from units.selectors import database_now

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTS = {
    "unit": ("unit__sort_key", "criterion__position"),
    "criterion": ("criterion__position", "unit__sort_key"),
    "points": ("points", "unit__sort_key"),
    "respondents": ("respondents", "unit__sort_key"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is there, what is missing, earlier imports; a workbook handed in here is shown before it is stored."""
    tier = policies.tier_to_import(request.user, pk)
    if request.method != "POST":
        return _page(request, tier, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, tier, form, status=422)
    name, data = form.content()
    try:
        preview = reading.read(data, tier)
    except Unreadable as refusal:
        form.add_error("file", f"{name}: {refusal}")
        return _page(request, tier, form, status=422)
    return _show(request, tier, preview, digest=uploads.keep(data=data), file_name=name)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was shown, if it is still what it was."""
    tier = policies.tier_to_import(request.user, pk)
    shown = ticket(request.POST.get("token", ""), tier, _person(request))
    try:
        data = uploads.waiting(shown.digest) if shown else b""
    except uploads.Gone:
        shown = None
    if shown is None:
        messages.warning(request, _("The preview is no longer valid. Nothing was stored; choose the workbook again."))
        return redirect("surveys:import", tier.pk)
    preview = reading.read(data, tier)
    form = ConfirmForm(request.POST, replaces=bool(shown.replaced))
    if not form.is_valid():
        return _show(request, tier, preview, digest=shown.digest, file_name=shown.file_name, form=form, status=422)
    return _store(request, tier, shown, data, preview)


def _store(request: HttpRequest, tier: Tier, shown: Ticket, data: bytes, preview: Preview) -> HttpResponse:
    try:
        taken = points.apply_import(
            tier=tier,
            rows=preview.points,
            file_name=shown.file_name,
            sha256=shown.digest,
            refused=preview.refused,
            by=_person(request),
            confirmed=shown.replaced,
        )
    except (points.Unconfirmed, points.NothingToImport):
        messages.warning(
            request, _("The stored points have changed since the preview. Nothing was stored; look again.")
        )
        return _show(request, tier, preview, digest=shown.digest, file_name=shown.file_name, status=409)
    except PhaseClosed as closed:
        messages.error(request, _closed(closed))
        return _show(request, tier, preview, digest=shown.digest, file_name=shown.file_name, status=409)
    uploads.settle(digest=shown.digest, data=data)
    messages.success(
        request, _("Stored: %(rows)s rows of %(file)s.") % {"rows": taken.accepted, "file": taken.file_name}
    )
    return redirect("surveys:receipt", taken.pk)


def _closed(closed: PhaseClosed) -> str:
    words = {"instant": in_words(closed.instant)}
    if closed.stand is Stand.BEFORE:
        return _("Nothing was stored: the survey of these units opens at %(instant)s.") % words
    return _("Nothing was stored: the approval of these units ended at %(instant)s.") % words


def _page(request: HttpRequest, tier: Tier, form: UploadForm, status: int = 200) -> HttpResponse:
    text, sort = request.GET.get("q", ""), request.GET.get("sort", "")
    found = selectors.listed(tier, text)
    order = SORTS.get(sort.removeprefix("-"))
    if order:
        found = found.order_by(f"{'-' if sort.startswith('-') else ''}{order[0]}", *order[1:], "pk")
    gaps = selectors.missing(tier)
    context = {
        "tier": tier,
        "form": form,
        "q": text,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "gaps": gaps,
        "gap_count": sum(len(gap.criteria) for gap in gaps),
        "imports": selectors.imports(tier)[:PAGE],
        "times": selectors.times(tier, database_now()),
    }
    return render(request, "surveys/import.html", context, status=status)


def _show(
    request: HttpRequest,
    tier: Tier,
    preview: Preview,
    *,
    digest: str,
    file_name: str,
    form: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The preview: every row taken, replaced or refused, and the button that stores what is taken."""
    changes = selectors.changes(tier.cycle_id, preview.points)
    replaced = [change for change in changes if change.is_replacement]
    context = {
        "tier": tier,
        "preview": preview,
        "replaced": replaced,
        "added": sum(change.before is None for change in changes),
        "same": sum(change.is_same for change in changes),
        "digest": digest,
        "file_name": file_name,
        "form": form or ConfirmForm(replaces=bool(replaced)),
        "token": Ticket(digest, file_name, selectors.fingerprint(changes)).signed(tier, _person(request)),
    }
    return render(request, "surveys/preview.html", context, status=status)


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one workbook."""
    taken = policies.import_to_view(request.user, pk)
    found = taken.points.select_related("unit", "criterion").order_by("unit__sort_key", "criterion__position")
    context = {"taken": taken, "tier": taken.tier, "page": Paginator(found, PAGE).get_page(request.GET.get("page"))}
    return render(request, "surveys/receipt.html", context)


@login_required
@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook as it was handed in, byte for byte."""
    taken = policies.import_to_view(request.user, pk)
    try:
        return _xlsx(uploads.kept(taken.sha256), f"diem-dieu-tra-{taken.pk}.xlsx")
    except uploads.Gone:
        raise Http404 from None


@login_required
@require_GET
def form_to_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook with a row for every point that is missing."""
    tier = policies.tier_to_import(request.user, pk)
    return _xlsx(documents.form_to_fill(selectors.missing(tier)), f"mau-diem-dieu-tra-{_slug(tier)}.xlsx")


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The points that are there, as searched."""
    tier = policies.tier_to_import(request.user, pk)
    found = selectors.listed(tier, request.GET.get("q", ""))
    return _xlsx(documents.points_there(found), f"diem-dieu-tra-{_slug(tier)}.xlsx")


def _slug(tier: Tier) -> str:
    return f"{tier.cycle.code}-{tier.code}"


def _xlsx(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _person(request: HttpRequest) -> User:
    """The signed-in person: every view here asks a policy first."""
    assert isinstance(request.user, User)
    return request.user
