"""What a person brings back: a score workbook, or a signed paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assessments.merging import spelt
from assessments.models import PaperKind
from units.archive import MAX_BYTES

XLSX = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(forms.Form):
    """A workbook that was filled in outside."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        help_text=_(
            "The file that was downloaded from this page, at most 5 MB. Nothing is written before you confirm."
        ),
        error_messages={"required": _("Choose a workbook."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": XLSX}),
    )

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


class SectionForm(forms.Form):
    """One section of the report; ``version`` is what the person saw."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=20000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"max_length": _("The section is longer than 20,000 characters (%(show_value)s).")},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """One kind of line end, so that saving again changes nothing; no control characters: no document takes them."""
        return spelt(str(self.cleaned_data["text"]))


class SignedForm(forms.Form):
    """A scan of a paper that was signed and sealed."""

    kind = forms.ChoiceField(label=_("Paper"), choices=PaperKind)
    file = forms.FileField(
        label=_("Signed scan (PDF or picture)"),
        error_messages={"required": _("Choose the scan."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.tif,.tiff"}),
    )
