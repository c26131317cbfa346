"""What people type when they give out a dossier: one row in fields, or several pasted ones."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from assessments.delegating.expressions import BadExpression, read
from assessments.models import Delegation, DelegationRole
from assessments.selectors.delegation import owner_name
from assessments.selectors.delegation_owners import Ambiguous, Candidate, Unknown, find
from criteria.phases import VIETNAM
from criteria.tree.nodes import Outline
from units.models import Division, Unit, User
from units.naming import folded

DAYS = ("%d/%m/%Y", "%Y-%m-%d")
MOST_ROWS = 200
ROLES = {
    "": DelegationRole.LEAD,
    "chu tri": DelegationRole.LEAD,
    "lead": DelegationRole.LEAD,
    "phoi hop": DelegationRole.CONTRIBUTOR,
    "contributor": DelegationRole.CONTRIBUTOR,
}
COLUMNS = ("text", "facet", "owner", "role", "due", "task")


def wrong_words(bad: BadExpression) -> str:
    """What is wrong with what is given, in the language of the page."""
    return said(bad.reason) % bad.fields


class DelegationForm(forms.Form):
    """One row. ``candidates``: to whom work can be given; ``tree``: the set that the words are read by."""

    text = forms.CharField(
        label=_("What"),
        max_length=300,
        help_text=_(
            "As the plan says it: 3 trừ 3.2.5 · 1 (trừ các tiêu chí 1.5, 1.6) · 1.5; 1.6 · 4.3 [quản lý ngân sách]"
        ),
    )
    facet = forms.CharField(
        label=_("Part"), max_length=200, required=False, help_text=_("Of a criterion that is scored in parts.")
    )
    owner = forms.CharField(
        label=_("To whom"),
        max_length=260,
        help_text=_("A unit, a division or a person."),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=DelegationRole.choices, initial=DelegationRole.LEAD)
    due = forms.DateField(
        label=_("Own deadline"),
        required=False,
        input_formats=DAYS,
        help_text=_("Until the end of this day, dd/mm/yyyy."),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "25/11/2022", "inputmode": "numeric"}),
    )
    task = forms.CharField(label=_("Task"), max_length=300, required=False)

    def __init__(self, *args: Any, tree: Outline, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.candidates = tree, candidates

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean_owner(self) -> Unit | Division | User:
        typed = self.cleaned_data["owner"]
        try:
            return find(self.candidates, typed)
        except Unknown:
            raise ValidationError(
                _("“%(typed)s” is no unit, division or person here. Divisions are listed on the page “Divisions”."),
                params={"typed": typed},
            ) from None
        except Ambiguous as several:
            raise ValidationError(
                _("More than one is called “%(typed)s”: %(names)s."),
                params={"typed": typed, "names": "; ".join(several.names)},
            ) from None

    def clean_due(self) -> datetime | None:
        day: date | None = self.cleaned_data["due"]
        if day is None:
            return None
        try:
            return datetime.combine(day + timedelta(days=1), time(), VIETNAM)
        except OverflowError:
            raise ValidationError(_("There is no such day.")) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "text" in data and "facet" in data:
            try:
                read(data["text"], self.tree, data["facet"])
            except BadExpression as bad:
                self.add_error("facet" if "part" in bad.fields and data["facet"] else "text", wrong_words(bad))
        return data

    def entry(self) -> dict[str, Any]:
        """The values of ``services.delegation.Entry``."""
        data = self.cleaned_data
        owner = data["owner"]
        return {
            "text": data["text"],
            "facet": data["facet"],
            "unit": owner if isinstance(owner, Unit) else None,
            "division": owner if isinstance(owner, Division) else None,
            "person": owner if isinstance(owner, User) else None,
            "role": data["role"],
            "task": data["task"],
            "due_at": data["due"],
        }


def initial_of(row: Delegation) -> dict[str, Any]:
    """What the form of a stored row begins with."""
    owner = f"{row.person.full_name} ({row.person.username})" if row.person else owner_name(row)
    due = (row.due_at - timedelta(microseconds=1)).astimezone(VIETNAM).date() if row.due_at else None
    return {
        "text": row.text,
        "facet": row.facet,
        "owner": owner,
        "role": row.role,
        "due": due,
        "task": row.task,
    }


class PasteForm(forms.Form):
    """Several rows at once, as they are copied out of a table: cells parted by tabs, or by “|”."""

    rows = forms.CharField(
        label=_("Rows"),
        max_length=60_000,
        strip=False,
        help_text=_(
            "One row a line: what | part | to whom | lead or contributor | own deadline | task. Of two cells the first"
            " is what, the second to whom. All rows are added, or none."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, tree: Outline, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.candidates = tree, candidates
        self.entries: list[dict[str, Any]] = []

    def clean_rows(self) -> str:
        text: str = self.cleaned_data["rows"]
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip(" \t|")]
        if len(lines) > MOST_ROWS:
            raise ValidationError(_("At most %(most)s rows at a time."), params={"most": MOST_ROWS})
        errors: list[ValidationError] = []
        for number, line in lines:
            errors += self._row(number, line)
        if errors:
            raise ValidationError(errors)
        return text

    def _row(self, number: int, line: str) -> list[ValidationError]:
        values = cells_of(line)
        role = ROLES.get(folded(values["role"]))
        data = values | {"role": role or values["role"]}
        form = DelegationForm(data, tree=self.tree, candidates=self.candidates)
        if form.is_valid():
            self.entries.append(form.entry())
            return []
        return [
            ValidationError(
                _("Row %(number)s, %(column)s: %(error)s"),
                params={"number": number, "column": str(form.fields[name].label), "error": str(error)},
            )
            for name, found in form.errors.items()
            for error in found
        ]


def cells_of(line: str) -> dict[str, str]:
    """The cells of a pasted row by their column."""
    cells = [cell.strip().strip('"') for cell in line.split("\t" if "\t" in line else "|")]
    if len(cells) == 2:
        cells = [cells[0], "", cells[1]]
    cells += [""] * (len(COLUMNS) - len(cells))
    return dict(zip(COLUMNS, cells, strict=False))


class ReasonForm(forms.Form):
    """Why something stands, or is opened again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, error_messages={"required": _("Say why.")}, widget=forms.TextInput
    )


class DocumentForm(forms.Form):
    """By which paper the work is given out."""

    document = forms.CharField(label=_("Plan or decision"), max_length=300, required=False)


class DoneForm(forms.Form):
    """What the owner of a piece says when it is done."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)
