"""What people type on the pages of the units app."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 2 * 1024 * 1024


class AuditFilter(forms.Form):
    """The filter of the audit trail. A field that cannot be read filters nothing."""

    action = forms.CharField(label=_("Action"), required=False, max_length=60)
    person = forms.CharField(label=_("Person"), required=False, max_length=150)
    target = forms.CharField(label=_("Object or unit"), required=False, max_length=100)
    since = forms.DateField(label=_("From day (dd/mm/yyyy)"), required=False)
    until = forms.DateField(label=_("To day (dd/mm/yyyy)"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and since > until:
            self.add_error("until", _("The last day is before the first."))
        return cleaned


class WorkbookForm(forms.Form):
    """An XLSX file of rows to import."""

    workbook = forms.FileField(
        label=_("Workbook (XLSX)"),
        help_text=_("At most 2 MB. Nothing is stored before you confirm the preview."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_workbook(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["workbook"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Split it into several."))
        return file


class ConfirmForm(forms.Form):
    """Which preview is confirmed: the digest of its file and how many rows it accepted."""

    digest = forms.RegexField(r"^[0-9a-f]{64}$")
    accepted = forms.IntegerField(min_value=1)


class DivisionForm(forms.Form):
    """The name of a division."""

    name = forms.CharField(label=_("Name of the division"), max_length=200)
