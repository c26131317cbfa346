"""What people type on a score sheet, turned into values."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.declaring import proposals
from assessments.declaring.proposals import Proposal
from assessments.declaring.typed import Misread, read_points
from assessments.models import Score
from assessments.selectors.sheets import offered
from criteria.models import Convention, Criterion
from criteria.templatetags.points import points as shown
from units.models import Unit, UnitAttribute

LONGEST_FIGURE = 200


def parse_points(text: str) -> Decimal | None:
    """Points as typed, with a decimal comma (or an unmistakable point), perhaps negative; None for nothing.

    Raises ``ValidationError`` in words: 1.250 may mean one and a quarter or one thousand two hundred and fifty.
    """
    try:
        return read_points(text)
    except Misread as bad:
        raise ValidationError(_(bad.reason), params=bad.fields) from None


class ScoreForm(forms.Form):
    """One self-score. ``version`` is what the person saw; ``stored`` points stay valid though no step offers them.

    What a page did not send, because the leaf's body was never opened, stays as ``stored`` has it. ``proposal``: what
    the rule makes of the figures, known once the form was checked.
    """

    points = forms.CharField(required=False, max_length=40)
    not_applicable = forms.BooleanField(required=False)
    explanation = forms.CharField(
        required=False,
        max_length=5000,
        error_messages={"max_length": _("The explanation is longer than 5,000 characters (%(show_value)s).")},
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        error_messages={"max_length": _("The reason is longer than 2,000 characters (%(show_value)s).")},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, criterion: Criterion, stored: Score | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        self.stored = stored or Score(criterion=criterion)
        self.is_whole = "explanation" in self.data
        self.proposal = self._propose()
        for field in self.proposal.fields:
            self.fields[field.key] = forms.CharField(required=False, max_length=LONGEST_FIGURE)

    def _propose(self) -> Proposal:
        """What the rule makes of the figures as typed; as stored where the page sent none."""
        figures = proposals.read(self.stored.figures)
        bounds = {"maximum": self.criterion.max_points, "minimum": self.criterion.min_points}
        asked = proposals.propose(self.criterion.rule, figures, **bounds)
        self.has_figures = any(field.key in self.data for field in asked.fields)
        if not self.has_figures:
            return asked
        typed = {field.name: str(self.data.get(field.key, "")) for field in asked.fields if not field.is_system}
        return proposals.propose(self.criterion.rule, figures | typed, **bounds)

    @property
    def is_not_applicable(self) -> bool:
        """As ticked; where the box was not on the page, as stored, unless points were typed."""
        if self.is_whole or self.data.get("not_applicable"):
            return bool(self.data.get("not_applicable"))
        return self.stored.not_applicable and not str(self.data.get("points", "")).strip()

    def clean_points(self) -> Decimal | None:
        if self.is_not_applicable:
            return None
        if "take" in self.data and self.proposal.points is not None:
            return self.proposal.points
        points = parse_points(self.cleaned_data["points"])
        if points is not None:
            self._check_bounds(points)
            self._check_steps(points)
        return points

    def _check_bounds(self, points: Decimal) -> None:
        most, least = self.criterion.max_points, self.criterion.min_points
        words = {"points": shown(points), "code": self.criterion.code}
        if points > most:
            text = _("%(points)s is more than the maximum of criterion %(code)s: %(maximum)s.")
            raise ValidationError(text, params={**words, "maximum": shown(most)})
        if points < least:
            text = _("%(points)s is less than the minimum of criterion %(code)s: %(minimum)s.")
            raise ValidationError(text, params={**words, "minimum": shown(least)})

    def _check_steps(self, points: Decimal) -> None:
        steps = [option.points for option in offered(self.criterion)]
        if steps and points not in steps and points != self.stored.points:
            text = _("The rule offers only these points: %(steps)s.")
            raise ValidationError(text, params={"steps": " · ".join(shown(step) for step in steps)})

    def clean_explanation(self) -> str:
        return _tidied(self.cleaned_data["explanation"]) if self.is_whole else self.stored.explanation

    def clean_reason(self) -> str:
        return _tidied(self.cleaned_data["reason"]) if "reason" in self.data else self.stored.reason

    def clean(self) -> dict[str, Any]:
        """What the service takes. Errors of a figure name it; one that is only missing is none."""
        for field in self.proposal.wrong:
            assert field.trouble is not None
            self.add_error(field.key, ValidationError(_(field.trouble.reason), params=dict(field.trouble.words)))
        clean = self.cleaned_data
        points, proposed = clean.get("points"), self.proposal.points
        if None not in {points, proposed} and points != proposed and not clean.get("reason"):
            text = _("The rule gives %(proposed)s for the declared figures. Say why you give %(points)s.")
            self.add_error("reason", ValidationError(text, params=self._words(points, proposed)))
        named = ("points", "explanation", "reason", "version")
        said = {name: clean[name] for name in named if name in clean}
        return {**said, "not_applicable": self.is_not_applicable, "figures": self._figures()}

    def _words(self, points: Decimal | None, proposed: Decimal | None) -> dict[str, str]:
        return {"points": shown(points), "proposed": shown(proposed)}

    def _figures(self) -> dict[str, str] | None:
        """As typed, by name; None where the page sent none."""
        if not self.has_figures:
            return None
        return {field.name: field.text for field in self.proposal.fields if not field.is_system}


def _tidied(text: str) -> str:
    """One kind of line end, so that saving again changes nothing; no control characters: no document takes them."""
    text = text.replace("\r\n", "\n")
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")


class PlaceForm(forms.Form):
    place = forms.CharField(required=False, max_length=120)


class ReturnForm(forms.Form):
    note = forms.CharField(max_length=2000, error_messages={"required": _("Say what the unit has to mend.")})


class ExemptionForm(forms.Form):
    """An exemption by rule: which criterion, for whom, what it does, why and under which document."""

    criterion = forms.ModelChoiceField(
        label=_("Criterion"),
        queryset=Criterion.objects.none(),
        help_text=_("Everything below it is exempted with it."),
        error_messages={"required": _("Choose the area, criterion or sub-criterion.")},
    )
    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[
            ("attribute", _("Units with an attribute")),
            ("unit", _("One unit")),
            ("all", _("All units of this set")),
        ],
        widget=forms.RadioSelect,
    )
    attribute = forms.ChoiceField(label=_("Attribute"), required=False)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    convention = forms.ChoiceField(label=_("Effect on the index"), choices=Convention, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it does not apply.")},
    )
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        help_text=_("Number and date, for example 1234/HD-SNV ngày 15/11/2025."),
        error_messages={"required": _("Name the document that says so.")},
    )

    def __init__(
        self, data: Any = None, *, criteria: Sequence[Criterion], units: Sequence[Unit], words: Sequence[str]
    ) -> None:
        super().__init__(data)
        self._choose("criterion", criteria, [(each.pk, _indented(each)) for each in criteria])
        self._choose("unit", units, [(each.pk, each.name) for each in units])
        said = [("", "—"), *((word, word) for word in words)]
        self.fields["attribute"].choices = said  # type: ignore[attr-defined]

    def _choose(self, name: str, rows: Sequence[Any], choices: list[tuple[int, str]]) -> None:
        field: Any = self.fields[name]
        model = type(rows[0]) if rows else field.queryset.model
        field.queryset = model.objects.filter(pk__in=[row.pk for row in rows])
        field.choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        whom = clean.get("whom")
        for name in ("attribute", "unit"):
            if whom == name and not clean.get(name):
                said = _("Choose the attribute.") if name == "attribute" else _("Choose the unit.")
                self.add_error(name, said)
        return {
            **clean,
            "unit": clean.get("unit") if whom == "unit" else None,
            "attribute": clean.get("attribute", "") if whom == "attribute" else "",
        }

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "whom"}


def _indented(criterion: Criterion) -> str:
    return f"{'  ' * criterion.depth}{criterion.code} {criterion.name}"


class AskForm(forms.Form):
    """A unit's request that a criterion not apply to it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: the unit has no administrative procedures."),
        error_messages={"required": _("Say why it does not apply.")},
    )
    document = forms.CharField(
        label=_("Document"), max_length=200, required=False, help_text=_("The paper that shows it, if there is one.")
    )


class DecideForm(forms.Form):
    """The answer to a request: granted under a document, or refused with the reason."""

    decision = forms.ChoiceField(
        label=_("Answer"),
        choices=[("grant", _("Grant")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Grant or refuse.")},
    )
    convention = forms.ChoiceField(
        label=_("Effect on the index"), choices=Convention, widget=forms.RadioSelect, required=False
    )
    document = forms.CharField(
        label=_("Document"), max_length=200, required=False, help_text=_("A grant names its document.")
    )
    answer = forms.CharField(
        label=_("Reason of the answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The unit sees it. A refusal needs one."),
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        decision = clean.get("decision")
        if decision == "grant" and not clean.get("document"):
            self.add_error("document", _("Name the document that says so."))
        if decision == "grant" and not clean.get("convention"):
            self.add_error("convention", _("Say what it does to the index."))
        if decision == "refuse" and not clean.get("answer"):
            self.add_error("answer", _("Say why it is refused."))
        return clean


class WithdrawForm(forms.Form):
    """Taking an exemption back takes a reason."""

    answer = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is taken back.")},
    )


class AttributeForm(forms.Form):
    """An attribute for a unit, from a day on and until (not including) another."""

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), error_messages={"required": _("Choose the unit.")}
    )
    word = forms.CharField(
        label=_("Attribute"),
        max_length=100,
        help_text=_("Write it as exemptions do, for example “không có TTHC”."),
        widget=forms.TextInput(attrs={"list": "words"}),
        error_messages={"required": _("Write the attribute.")},
    )
    valid_from = forms.DateField(
        label=_("From day (dd/mm/yyyy)"), error_messages={"required": _("Say from which day on.")}
    )
    valid_until = forms.DateField(
        label=_("Until (not including) day"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, data: Any = None, *, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        since, until = clean.get("valid_from"), clean.get("valid_until")
        if since and until and until <= since:
            self.add_error("valid_until", _("The last day is before the first."))
        return clean


class EndAttributeForm(forms.Form):
    """From which day on a unit has an attribute no longer; empty: it was a mistake and is taken off altogether."""

    valid_until = forms.DateField(
        label=_("Until (not including) day"),
        required=False,
        help_text=_("Empty: it was given by mistake and is taken off altogether."),
    )

    def __init__(self, data: Any = None, *, attribute: UnitAttribute) -> None:
        super().__init__(data)
        self.attribute = attribute

    def clean_valid_until(self) -> date | None:
        until: date | None = self.cleaned_data["valid_until"]
        if until and until <= self.attribute.valid_from:
            raise forms.ValidationError(_("The last day is before the first."))
        return until
