"""Units and accounts from a workbook: template, preview, confirmation. Nothing is stored before the confirmation."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import documents, policies
from units.forms import ConfirmForm, WorkbookForm
from units.imports import accounts, units, workbook
from units.models import Role, Unit, UnitKind, User
from units.services import accounts as writes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = 3600


@dataclass(frozen=True)
class Kind:
    """One of the two imports: its words, columns, choices, parser and addresses."""

    key: str
    title: str | Promise
    lead: str | Promise
    columns: Sequence[workbook.Column]
    choices: tuple[str | Promise, Any]
    choice: Callable[[Any], str]
    parse: Callable[[bytes, Sequence[Unit], User], workbook.Preview[Any]]

    @property
    def page(self) -> str:
        return f"units:import_{self.key}"


UNITS = Kind(
    "units",
    gettext_lazy("Import units"),
    gettext_lazy("New units are created; stored ones get the name and last day in the file. No unit is deleted."),
    units.COLUMNS,
    (gettext_lazy("Kind"), UnitKind),
    lambda row: str(row.kind),
    lambda content, scope, _by: units.parse(content, scope),
)
ACCOUNTS = Kind(
    "accounts",
    gettext_lazy("Import accounts"),
    gettext_lazy("One row a role. New accounts get a first password, shown once after the import."),
    accounts.COLUMNS,
    (gettext_lazy("Role"), Role),
    lambda row: str(row.role),
    accounts.parse,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def units_page(request: HttpRequest) -> HttpResponse:
    return _page(request, UNITS)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accounts_page(request: HttpRequest) -> HttpResponse:
    return _page(request, ACCOUNTS)


@login_required
@require_safe
def units_template(request: HttpRequest) -> HttpResponse:
    return _template(request, UNITS)


@login_required
@require_safe
def accounts_template(request: HttpRequest) -> HttpResponse:
    return _template(request, ACCOUNTS)


@login_required
@require_POST
def units_confirm(request: HttpRequest) -> HttpResponse:
    confirmed = _confirmed(request, UNITS)
    if isinstance(confirmed, HttpResponse):
        return confirmed
    created, changed = writes.import_units(
        rows=confirmed.preview.accepted, file_name=confirmed.name, sha256=confirmed.digest, by=confirmed.by
    )
    context = {"kind": UNITS, "created": created, "changed": changed, "preview": confirmed.preview}
    return render(request, "units/imported.html", context)


@login_required
@require_POST
@never_cache
def accounts_confirm(request: HttpRequest) -> HttpResponse:
    """Store the accounts; the first passwords are on this one page and in its download, and nowhere else."""
    confirmed = _confirmed(request, ACCOUNTS)
    if isinstance(confirmed, HttpResponse):
        return confirmed
    rows = confirmed.preview.accepted
    made = writes.import_accounts(
        rows=rows,
        passwords=writes.first_passwords(rows),
        file_name=confirmed.name,
        sha256=confirmed.digest,
        by=confirmed.by,
    )
    sheet = base64.b64encode(documents.passwords_workbook(made)).decode() if made else ""
    people = len({row.username for row in rows})
    context = {"kind": ACCOUNTS, "passwords": made, "sheet": sheet, "people": people, "preview": confirmed.preview}
    return render(request, "units/imported.html", context)


@dataclass(frozen=True)
class Confirmed:
    """A preview that the administrator has confirmed and that still reads the same."""

    preview: workbook.Preview[Any]
    name: str
    digest: str
    by: User


def _page(request: HttpRequest, kind: Kind) -> HttpResponse:
    scope = policies.import_scope(request.user)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if request.method != "POST" or not form.is_valid():
        return _form(request, kind, form, [])
    file = form.cleaned_data["workbook"]
    content = file.read()
    try:
        preview = kind.parse(content, scope, policies.person(request.user))
    except workbook.Unreadable as unreadable:
        return _form(request, kind, form, unreadable.problems)
    digest = hashlib.sha256(content).hexdigest()
    cache.set(_place(request, kind, digest), (file.name[:200], content), HOUR)
    return _preview(request, kind, preview, (file.name, digest))


def _form(request: HttpRequest, kind: Kind, form: WorkbookForm, problems: list[workbook.Problem]) -> HttpResponse:
    status = 422 if form.errors or problems else 200
    return render(request, "units/import.html", {"kind": kind, "form": form, "problems": problems}, status=status)


def _preview(
    request: HttpRequest, kind: Kind, preview: workbook.Preview[Any], file: tuple[str, str], note: str = ""
) -> HttpResponse:
    name, digest = file
    choices = dict(kind.choices[1].choices)
    accepted = [(row, choices[kind.choice(row)]) for row in preview.accepted]
    context = {"kind": kind, "preview": preview, "rows": accepted, "name": name, "digest": digest, "note": note}
    return render(request, "units/import_preview.html", context, status=409 if note else 200)


def _confirmed(request: HttpRequest, kind: Kind) -> Confirmed | HttpResponse:
    """The confirmed preview, taken once; or the page that says why it cannot be stored as it was shown."""
    scope, by = policies.import_scope(request.user), policies.person(request.user)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect(kind.page)
    digest, place = form.cleaned_data["digest"], _place(request, kind, form.cleaned_data["digest"])
    kept = cache.get(place)
    if kept is None or not cache.delete(place):
        gone = _(
            "The preview is no longer kept: it was confirmed already or is over an hour old. Choose the file again."
        )
        return _form(request, kind, WorkbookForm(), [workbook.Problem("", gone)])
    name, content = kept
    preview = kind.parse(content, scope, by)
    if len(preview.accepted) != form.cleaned_data["accepted"]:
        cache.set(place, kept, HOUR)
        changed = _("The stored data have changed since the preview. Nothing was stored; this is the preview of now.")
        return _preview(request, kind, preview, (name, digest), changed)
    return Confirmed(preview, name, digest, by)


def _place(request: HttpRequest, kind: Kind, digest: str) -> str:
    """Where the file of a preview is kept: apart for each person."""
    return f"import:{kind.key}:{request.user.pk}:{digest}"


def _template(request: HttpRequest, kind: Kind) -> HttpResponse:
    policies.import_scope(request.user)
    head, words = kind.choices
    columns = [(str(column.head), str(column.help), column.example) for column in kind.columns]
    content = documents.template(str(kind.title), columns, [(str(head), [str(word) for word in words.labels])])
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{kind.key}.xlsx"'})
