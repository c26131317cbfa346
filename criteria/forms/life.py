"""The decision that issues a set, and why a draft is thrown away."""

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.tree import bases


class IssueForm(forms.Form):
    """What the decision says that puts a set in force."""

    number = forms.CharField(
        label=_("Number and symbol of the decision"), max_length=60, help_text=_("For example 2125/QĐ-UBND.")
    )
    issued_on = forms.DateField(
        label=_("Date of the decision"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    signer = forms.CharField(label=_("Signer"), max_length=120, help_text=_("The name alone, without titles."))

    def clean_number(self) -> str:
        """The number as it is written in full, whatever stands around it."""
        number = bases.number_of(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("Write number, slash and symbol, for example 36/QĐ-UBND."))
        return number


class DiscardForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the audit trail."),
        error_messages={"required": _("Say why: the reason stays in the audit trail.")},
    )
