"""What people type about documents of their unit, turned into values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Citation, Evidence
from assessments.models.boxes import Box
from criteria.models import Criterion
from criteria.tree import evidence as asked_for
from units.models import User

PLACE, REASON, ABSTRACT = 120, 300, 600
MOST_PAGES = 100_000
EDGES = Box._fields
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


class PercentField(forms.DecimalField):
    """An edge of a box: per cent of the page with two decimals, kept in ten-thousandths; comma or point."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6}),
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def clean(self, value: Any) -> int | None:
        share = super().clean(value)
        return None if share is None else int(share * 100)


class LeafForm(forms.Form):
    """Where a proof stands in its document and what it proves."""

    place = forms.CharField(
        label=_("Page or section"),
        required=False,
        max_length=PLACE,
        help_text=_("In words, for example “section II.3”."),
    )
    page = forms.IntegerField(label=_("Opens at page"), required=False, min_value=1, max_value=MOST_PAGES)
    page_to = forms.IntegerField(label=_("To page"), required=False, min_value=1, max_value=MOST_PAGES)
    asked = forms.ChoiceField(label=_("Proves"), required=False)

    def __init__(self, data: Any = None, *, evidence: Evidence, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.evidence = evidence
        kept = self.initial.get("asked") or ""
        lines = asked_lines(criterion)
        choices = [*lines, *([kept] if kept and kept not in lines else [])]
        self.fields["asked"].choices = [("", _("not said")), *((line, line) for line in choices)]  # type: ignore[attr-defined]

    def clean_page(self) -> int | None:
        return self._there("page")

    def clean_page_to(self) -> int | None:
        return self._there("page_to")

    def _there(self, name: str) -> int | None:
        """The typed page; where nobody knows how many pages the document has, any."""
        page: int | None = self.cleaned_data[name]
        if page and page > (self.evidence.pages or page):
            raise forms.ValidationError(_("The document has %(pages)s pages."), params={"pages": self.evidence.pages})
        return page

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        first, last = clean.get("page"), clean.get("page_to")
        if last and "page" in clean and not first:
            self.add_error("page", _("Say at which page it begins."))
        elif first and last and last < first:
            self.add_error("page_to", _("The last page is before the first."))
        elif last == first:
            clean["page_to"] = None
        return clean


class CitationForm(LeafForm):
    """The same with the box on the first page, and why a document from outside the period proves the leaf."""

    left = PercentField(_("Left edge"))
    top = PercentField(_("Upper edge"))
    right = PercentField(_("Right edge"))
    bottom = PercentField(_("Lower edge"))
    period_reason = forms.CharField(
        label=_("Why a document outside the measured period"),
        required=False,
        max_length=REASON,
        help_text=_("Read by the appraisers beside the warning."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def edges(self) -> list[forms.BoundField]:
        return [self[name] for name in EDGES]

    @property
    def shown(self) -> int:
        """The page to draw: the one that is typed, as far as the document has it."""
        typed = str(self["page"].value() or "")
        page = int(typed) if typed.isdecimal() and len(typed) < len(str(MOST_PAGES)) else 1
        return max(1, min(page, self.evidence.pages))

    @property
    def box(self) -> Box | None:
        """The box as typed, where it is one and its page is shown."""
        edges = [edge for name in EDGES if (edge := self._edge(name)) is not None]
        if len(edges) < len(EDGES) or str(self["page"].value()) != str(self.shown):
            return None
        box = Box(*edges)
        return box if box.left < box.right and box.top < box.bottom else None

    def _edge(self, name: str) -> int | None:
        field = self.fields[name]
        assert isinstance(field, PercentField)
        try:
            return field.clean(self[name].value())
        except forms.ValidationError:
            return None

    def clean(self) -> dict[str, Any]:
        clean = super().clean()
        edges = {name: clean.pop(name, None) for name in EDGES}
        typed = [name for name in EDGES if edges[name] is not None or name in self.errors]
        if typed:
            self._check(edges, clean)
        whole = len(typed) == len(EDGES) and not self.errors
        return clean | {"box": Box(**edges) if whole else None}

    def _check(self, edges: dict[str, int | None], clean: dict[str, Any]) -> None:
        """All four or none, each opposite pair the right way round, on a page."""
        for name in EDGES:
            if edges[name] is None and name not in self.errors:
                self.add_error(name, _("A box has four edges: fill in this one too, or empty them all."))
        for first, last in (("left", "right"), ("top", "bottom")):
            one, other = edges[first], edges[last]
            if one is not None and other is not None and one >= other:
                self.add_error(last, _("This edge lies before the one opposite."))
        if "page" in clean and not clean["page"]:
            self.add_error("page", _("Say on which page the box lies."))


def citation_start(citation: Citation) -> dict[str, Any]:
    """What stands in the form of a citation before anybody types."""
    box = citation.box
    names = ("place", "page", "page_to", "asked", "period_reason")
    said: dict[str, Any] = {name: getattr(citation, name) for name in names}
    return said | (dict(zip(EDGES, box.percent, strict=True)) if box else {})


def asked_lines(criterion: Criterion) -> list[str]:
    """The lines of the leaf's evidence list, each as it is kept with a citation."""
    return [asked_for.write([item])[:300] for item in asked_for.parse(criterion.evidence_asked)]


@dataclass
class LeafRow:
    """One leaf of the page that cites a document on many: what is offered, what was typed, what is wrong with it."""

    criterion: Criterion
    form: LeafForm
    chosen: bool = False
    cited: bool = False


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
