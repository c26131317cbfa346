"""What people of a unit type where a dossier is signed off or given back."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from criteria.models import Criterion

MOST_NOTE = 2000


class PassForm(forms.Form):
    """A dossier is passed on, perhaps with a word."""

    note = forms.CharField(
        label=_("Note to the next person"),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SendBackForm(forms.Form):
    """A dossier goes back to its writer with a reason."""

    note = forms.CharField(
        label=_("What has to be mended"),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what has to be mended.")},
    )


class PathForm(forms.Form):
    """Who signs a unit's dossiers."""

    writer_signs = forms.BooleanField(
        label=_("The writer signs"),
        required=False,
        help_text=_("The officer who filled the dossier in says that it is finished."),
    )
    checker_signs = forms.BooleanField(
        label=_("A checker signs"),
        required=False,
        help_text=_("A second person, not the writer, goes through it before it is handed in."),
    )
    head_signs = forms.BooleanField(
        label=_("The head submits"),
        required=False,
        help_text=_("The head hands the dossier in. Without it the last of the two above does."),
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if not any(clean.values()):
            raise forms.ValidationError(_("Somebody has to sign: choose at least one."))
        return clean


class ReturnLeavesForm(forms.Form):
    """A dossier goes back for named leaves: a leaf is named by the question that is asked on it."""

    note = forms.CharField(
        label=_("What has to be mended"),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what the unit has to mend.")},
    )
    until = forms.DateTimeField(
        label=_("To be handed in again until"),
        required=False,
        help_text=_("Day and hour, as dd/mm/yyyy hh:mm. Empty: while self-scoring is open."),
        widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"placeholder": _("dd/mm/yyyy hh:mm")}),
    )

    def __init__(self, data: Any = None, *, leaves: list[Criterion], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.leaves = leaves
        for leaf in leaves:
            self.fields[f"question-{leaf.pk}"] = forms.CharField(
                label=f"{leaf.code} {leaf.name}", required=False, max_length=MOST_NOTE
            )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError(_("This instant has passed already."))
        return until

    @property
    def questions(self) -> dict[int, str]:
        """What is asked, by the leaf's key."""
        typed = {leaf.pk: str(self.cleaned_data.get(f"question-{leaf.pk}", "")).strip() for leaf in self.leaves}
        return {pk: text for pk, text in typed.items() if text}


class WithdrawReturnForm(forms.Form):
    """A return is taken back: why the earlier submission stands."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the earlier submission stands.")},
    )
