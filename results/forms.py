"""What people type on the pages of decisions and publications."""

import re
from collections.abc import Mapping
from datetime import date as Date  # noqa: N812  a field is named ``date``
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from criteria.models import CriteriaSet
from results import naming
from results.models import Decision, Run
from results.selectors import drafting

NUMBER = re.compile(r"[0-9]+[a-z]?\s*/\s*(?:[0-9]{4}\s*/\s*)?QĐ(?:-[A-ZĐ]+)+")
SYMBOL = "/QĐ-UBND"


class DraftForm(forms.Form):
    """What the decision says beside the figures of the run."""

    number = forms.CharField(
        label=_("Number and symbol"), max_length=60, help_text=_("For example 36/QĐ-UBND; below 10 a 0 is put before.")
    )
    place = forms.CharField(label=_("Place"), max_length=80)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    on_behalf_of = forms.CharField(
        label=_("Signed on behalf of"),
        max_length=200,
        required=False,
        help_text=_("For a collective: TM. ỦY BAN NHÂN DÂN. Empty where the chairman decides himself."),
    )
    signer_office = forms.CharField(
        label=_("Office of the signer"),
        max_length=200,
        help_text=_("For example CHỦ TỊCH; a deputy signs as KT. CHỦ TỊCH / PHÓ CHỦ TỊCH."),
    )
    signer = forms.CharField(label=_("Signer"), max_length=120, help_text=_("The name alone, without titles."))
    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("One a line, the laws first. The marks at the ends are set by the document."),
    )

    def __init__(self, data: Mapping[str, Any] | None, run: Run, decision: Decision | None) -> None:
        super().__init__(data, initial=_as_drafted(decision) if decision else _usual(run))

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("Write number, slash and symbol, for example 36/QĐ-UBND."))
        return naming.number_in_full(number)

    def clean_grounds(self) -> list[str]:
        lines = (line.strip().rstrip(";.").strip() for line in self.cleaned_data["grounds"].splitlines())
        return [line for line in lines if line]


def _usual(run: Run) -> dict[str, Any]:
    chairman = drafting.chairmen(run.tier).first()
    return {
        "number": SYMBOL,
        "place": naming.place_of(run.tier.authority.name),
        "date": timezone.localdate(),
        "signer": chairman.full_name if chairman else "",
        "signer_office": "CHỦ TỊCH",
        "grounds": "\n".join(drafting.usual_grounds(run.tier)),
    }


def _as_drafted(decision: Decision) -> dict[str, Any]:
    names = ("number", "place", "date", "signer", "signer_office", "on_behalf_of", "grounds")
    return {name: getattr(decision, name) for name in names}


class ApproveForm(forms.Form):
    read = forms.BooleanField(
        label=_("I have looked at the document and approve the results in it."),
        error_messages={"required": _("Look at the document first, then confirm.")},
    )


class PublishForm(forms.Form):
    """At once, or at an instant to come (Vietnam's time)."""

    NOW, LATER = "now", "later"
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("At once")), (LATER, _("At the instant below"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    publish_at = forms.DateTimeField(
        label=_("Instant of publication"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Until then nobody outside can read anything."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == self.LATER and not cleaned.get("publish_at") and "publish_at" not in self.errors:
            self.add_error("publish_at", _("Give the instant of publication."))
        return cleaned

    def instant(self) -> datetime | None:
        """The instant to come; None for at once."""
        publish_at: datetime | None = self.cleaned_data["publish_at"]
        return publish_at if self.cleaned_data["when"] == self.LATER else None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason of the withdrawal"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with the publication and in the audit trail."),
    )


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Find a unit"), required=False, max_length=100, strip=True)

    def text(self) -> str:
        """What is looked for; empty for what makes no sense."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class AmendForm(forms.Form):
    """The decision that amends a criteria set. ``seen``: the counts that the person agrees to."""

    number = forms.CharField(label=_("Decision number"), max_length=60)
    issued_on = forms.DateField(
        label=_("Decision date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    signer = forms.CharField(label=_("Signer"), max_length=120)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes to every unit and into the audit trail."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, new: CriteriaSet) -> None:
        super().__init__(data)
        self.new = new

    def clean_issued_on(self) -> Date:
        day: Date = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The decision cannot be dated in the future."))
        return day


class UndoForm(forms.Form):
    """Why an amendment is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
