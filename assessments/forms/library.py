"""What people type about documents of their unit, turned into values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Evidence
from criteria.models import Criterion
from criteria.tree import evidence as asked_for
from units.models import User

PLACE, REASON, ABSTRACT = 120, 300, 600
MOST_PAGES = 100_000
DAYS = ("issued_on", "effective_from", "period_start", "period_end")


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        error_messages={"invalid": _("Write the day as dd/mm/yyyy, for example 19/04/2024.")},
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": _("dd/mm/yyyy")}, format="%d/%m/%Y"),
    )


class DataForm(forms.Form):
    """The data of a document, begun with what was read from its text."""

    number = forms.CharField(label=_("Number and symbol"), required=False, max_length=120)
    issued_on = _day(_("Date of the document"))
    issuer = forms.CharField(label=_("Issuer"), required=False, max_length=200)
    abstract = forms.CharField(
        label=_("Abstract"), required=False, max_length=ABSTRACT, widget=forms.Textarea(attrs={"rows": 3})
    )
    effective_from = _day(_("In effect from"), _("Where the document says so; a report has none."))
    period_start = _day(_("Figures from"))
    period_end = _day(_("Figures until"))

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        first, last = clean.get("period_start"), clean.get("period_end")
        if first and last and last < first:
            self.add_error("period_end", _("The last day is before the first."))
        return clean


def data_form(evidence: Evidence, data: Any = None) -> DataForm:
    """Begun with what was confirmed; where nobody confirmed yet, with what was read."""
    if evidence.confirmed_at:
        return DataForm(data, initial={name: getattr(evidence, name) for name in DataForm.base_fields})
    read = {name: evidence.read.get(name, "") for name in DataForm.base_fields}
    shown = {name: date.fromisoformat(value) if value and name in DAYS else value for name, value in read.items()}
    return DataForm(data, initial=shown)


class CitationForm(forms.Form):
    """Where a proof stands in its document, what it proves, and why one from outside the period proves it."""

    place = forms.CharField(
        label=_("Page or section"),
        required=False,
        max_length=PLACE,
        help_text=_("In words, for example “section II.3”."),
    )
    page = forms.IntegerField(label=_("Opens at page"), required=False, min_value=1)
    asked = forms.ChoiceField(label=_("Proves"), required=False)
    period_reason = forms.CharField(
        label=_("Why a document outside the measured period"),
        required=False,
        max_length=REASON,
        help_text=_("Read by the appraisers beside the warning."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, evidence: Evidence, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.evidence = evidence
        kept = self.initial.get("asked") or ""
        lines = asked_lines(criterion)
        choices = [*lines, *([kept] if kept and kept not in lines else [])]
        self.fields["asked"].choices = [("", _("not said")), *((line, line) for line in choices)]  # type: ignore[attr-defined]

    def clean_page(self) -> int | None:
        page: int | None = self.cleaned_data["page"]
        if page and page > (self.evidence.pages or MOST_PAGES):
            raise forms.ValidationError(_("The document has %(pages)s pages."), params={"pages": self.evidence.pages})
        return page


def asked_lines(criterion: Criterion) -> list[str]:
    """The lines of the leaf's evidence list, each as it is kept with a citation."""
    return [asked_for.write([item])[:300] for item in asked_for.parse(criterion.evidence_asked)]


@dataclass
class LeafRow:
    """One leaf of the page that cites a document on many: what is offered, what was typed, what is wrong with it."""

    criterion: Criterion
    form: CitationForm
    chosen: bool = False
    cited: bool = False


class LeafForm(CitationForm):
    """The place on one of many leaves: no reason is asked there."""

    period_reason = None  # type: ignore[assignment]


def leaf_rows(
    criteria: Iterable[Criterion],
    evidence: Evidence,
    *,
    cited: Iterable[int],
    data: Any = None,
    ticked: Sequence[str] = (),
) -> list[LeafRow]:
    """A row a leaf; ``ticked``: those chosen beforehand where nothing was sent yet."""
    chosen = set(data.getlist("leaf") if data is not None else ticked)
    have = set(cited)
    rows = []
    for each in criteria:
        prefix, is_chosen = f"leaf-{each.pk}", str(each.pk) in chosen
        form = LeafForm(data if is_chosen else None, evidence=evidence, criterion=each, prefix=prefix)
        rows.append(LeafRow(each, form, is_chosen, each.pk in have))
    return rows


class ReaderForm(forms.Form):
    """A person to put on the need-to-know list, by account name."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=150,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        error_messages={"required": _("Write the account name of the person.")},
    )

    def person(self) -> User | None:
        """The account; None where there is none that is active."""
        return User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()


class SharedForm(forms.Form):
    """Why the same document stands at several units."""

    reason = forms.CharField(label=_("Why it is shared"), required=False, max_length=REASON)


class VersionForm(forms.Form):
    """The file of a new version, and the leaves whose citations move to it."""

    file = forms.FileField(
        label=_("New file"), max_length=255, error_messages={"required": _("Choose the file of the new version.")}
    )
