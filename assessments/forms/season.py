"""The plan that issues a cycle's calendar, as people type it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """The plan that issues the calendar."""

    number = forms.CharField(label=_("Number of the plan"), max_length=60, help_text=_("For example 362/KH-UBND."))
    issued_on = forms.DateField(
        label=_("Date of the plan"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why the dates stay although they clash"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed only where a clash with another authority's dates is kept; it goes into the audit trail."),
    )
