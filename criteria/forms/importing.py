"""What a person hands in beside an annex, and which of its rows are looked at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from criteria.scoring.numbers import read_number
from units.archive import MAX_BYTES
from units.models import UnitKind

XLSX = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_POINTS = 100_000


class ReadingForm(forms.Form):
    """How the file is read: nothing of it is needed, the file says it all if it can."""

    title = forms.CharField(
        label=_("Title of the criteria set"),
        required=False,
        max_length=300,
        help_text=_("Empty: as the lines above the table say."),
    )
    scale = forms.CharField(
        label=_("Scale"),
        required=False,
        max_length=12,
        help_text=_("Empty: the sum of the areas, for example 100."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=100, widget=forms.HiddenInput)

    def clean_scale(self) -> Decimal | None:
        """Points above 0, exact."""
        text = self.cleaned_data["scale"]
        if not text:
            return None
        try:
            value = read_number(text)
        except ValueError:
            raise ValidationError(_("Write the scale as a number, for example 100.")) from None
        if not 0 < value < MOST_POINTS or 10_000 % value.denominator:
            raise ValidationError(_("Write the scale as a number, for example 100."))
        return Decimal(value.numerator) / value.denominator


class AnnexForm(ReadingForm):
    """The annex, and for which kind of unit it is."""

    file = forms.FileField(
        label=_("Annex (.xlsx)"),
        help_text=_("The table as it stands in Excel, at most 5 MB. Nothing is stored in any set before you confirm."),
        error_messages={"required": _("Choose a workbook."), "empty": _("The file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": XLSX}),
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind)
    field_order = ("file", "kind", "title", "scale", "sheet")

    def clean_file(self) -> "UploadedFile[Any]":
        """Before a byte of it is read into memory."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than %(limit)s MB."), params={"limit": MAX_BYTES // 1024**2})
        return file

    def content(self) -> tuple[str, bytes]:
        """Name and bytes of the workbook."""
        file = self.cleaned_data["file"]
        return str(file.name), file.read()
