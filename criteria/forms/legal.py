"""A legal document as people type it, and how the library is filtered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import LegalDocument
from criteria.tree import bases

BAD_NUMBER = _("Write number, slash and symbol, for example 36/QĐ-UBND.")


class DocumentForm(forms.Form):
    """Everything that the library says of one document; what it cleans fits ``tree.bases.Entry``."""

    number = forms.CharField(label=_("Number and symbol"), max_length=60, help_text=_("For example 52/2019/QĐ-UBND."))
    issued_on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)
    subject = forms.CharField(
        label=_("Subject"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(
        label=_("Where it was found"), max_length=300, required=False, help_text=_("Address or paper, to look it up.")
    )
    is_repealed = forms.BooleanField(label=_("No longer in force"), required=False)
    repealed_on = forms.DateField(
        label=_("No longer in force since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    replaced_by = forms.CharField(
        label=_("Replaced by"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "documents", "autocomplete": "off"}),
        help_text=_("The number of a document of this library; then this one is no longer in force."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, document: LegalDocument | None = None) -> None:
        super().__init__(data, initial=_stored(document) if document else {})

    def clean_number(self) -> str:
        return _number(self.cleaned_data["number"])

    def clean_replaced_by(self) -> str:
        typed: str = self.cleaned_data["replaced_by"]
        return _number(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        since, issued = clean.get("repealed_on"), clean.get("issued_on")
        if since and not (clean.get("is_repealed") or clean.get("replaced_by")):
            self.add_error("is_repealed", _("There is a day since which it is no longer in force: tick this, too."))
        if since and issued and since < issued:
            self.add_error("repealed_on", _("That is before the document was issued."))
        return clean


def _number(typed: str) -> str:
    number = bases.number_of(typed)
    if not number:
        raise forms.ValidationError(BAD_NUMBER)
    return number


def _stored(document: LegalDocument) -> dict[str, Any]:
    return {
        "number": document.number,
        "issued_on": document.date,
        "issuer": document.issuer,
        "subject": document.subject,
        "source": document.source,
        "is_repealed": document.is_repealed,
        "repealed_on": document.repealed_on,
        "replaced_by": document.replaced_by.number if document.replaced_by else "",
    }


class LibraryFilter(forms.Form):
    """The filter row. What does not make sense filters nothing."""

    q = forms.CharField(label=_("Number, issuer or subject"), required=False, max_length=100, strip=True)
    repealed = forms.BooleanField(label=_("Only what is no longer in force"), required=False)

    def chosen(self) -> tuple[str, bool]:
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("repealed", False)
