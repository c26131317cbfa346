"""What people type on the pages of the units app."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from units.models import Unit, UnitAttribute

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


class AttributeForm(forms.Form):
    """An attribute for a unit, from a day on and until (not including) another."""

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), error_messages={"required": _("Choose the unit.")}
    )
    word = forms.CharField(
        label=_("Attribute"),
        max_length=100,
        help_text=_("Write it as exemptions do, for example “không có TTHC”."),
        widget=forms.TextInput(attrs={"list": "words"}),
        error_messages={"required": _("Write the attribute.")},
    )
    valid_from = forms.DateField(
        label=_("From day (dd/mm/yyyy)"), error_messages={"required": _("Say from which day on.")}
    )
    valid_until = forms.DateField(
        label=_("Until (not including) day"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, data: Any = None, *, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        since, until = clean.get("valid_from"), clean.get("valid_until")
        if since and until and until <= since:
            self.add_error("valid_until", _("The last day is before the first."))
        return clean


class EndAttributeForm(forms.Form):
    """From which day on a unit has an attribute no longer; empty: it was a mistake and is taken off altogether."""

    valid_until = forms.DateField(
        label=_("Until (not including) day"),
        required=False,
        help_text=_("Empty: it was given by mistake and is taken off altogether."),
    )

    def __init__(self, data: Any = None, *, attribute: UnitAttribute) -> None:
        super().__init__(data)
        self.attribute = attribute

    def clean_valid_until(self) -> date | None:
        until: date | None = self.cleaned_data["valid_until"]
        if until and until <= self.attribute.valid_from:
            raise forms.ValidationError(_("The last day is before the first."))
        return until


class ConfirmForm(forms.Form):
    """Which preview is confirmed: the digest of its file and how many rows it accepted."""

    digest = forms.RegexField(r"^[0-9a-f]{64}$")
    accepted = forms.IntegerField(min_value=1)
