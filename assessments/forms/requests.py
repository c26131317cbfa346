"""What a unit types where it answers a request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Evidence

MOST_FILES = 20


class AnswerForm(forms.Form):
    """A unit's answer: text, documents of the library, new files."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents of the unit"),
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, documents: list[Evidence], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = Evidence.objects.filter(pk__in=[each.pk for each in documents]).defer("text", "folded", "read")
        self.fields["documents"].queryset = rows  # type: ignore[attr-defined]
