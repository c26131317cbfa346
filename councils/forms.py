"""Text from council members and their chair turned into values."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Score
from councils.models import Appraisal
from councils.selectors.pairs import SORTS, Filters, Pair, PairState
from criteria.models import POINTS, Criterion
from criteria.scoring.notation import Option, options

NUMBER = re.compile(r"[-−–]?[0-9]+([.,][0-9]+)?")
MINUS = str.maketrans("−–,", "--.")
NOT_APPLICABLE = "na"


class QueueFilters(forms.Form):
    """The filter row of a queue. What does not make sense is left out rather than refused: it comes from addresses."""

    unit = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=int, empty_value=None)
    area = forms.ChoiceField(label=_("Area"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *PairState.choices])
    q = forms.CharField(label=_("Search"), required=False, max_length=100, strip=True)
    sort = forms.ChoiceField(required=False, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    def __init__(self, data: Any, pairs: Iterable[Pair]) -> None:
        super().__init__(data)
        pairs = list(pairs)
        units = {pair.assessment.unit_id: str(pair.assessment.unit) for pair in pairs}
        areas = {pair.area.name: f"{pair.area.code}. {pair.area.name}" for pair in pairs}
        self.fields["unit"].choices = [("", _("All units")), *units.items()]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", _("All areas")), *areas.items()]  # type: ignore[attr-defined]

    def chosen(self) -> Filters:
        self.is_valid()
        clean = self.cleaned_data
        return Filters(
            unit=clean.get("unit") or None,
            area=clean.get("area", ""),
            state=clean.get("state", ""),
            search=clean.get("q", ""),
            sort=clean.get("sort") or "unit",
        )


def offered(criterion: Criterion) -> Sequence[Option]:
    """The steps that the criterion's rule offers; none for another rule, nor for one that cannot be read."""
    return options(criterion.rule, criterion.max_points)


class Seen(forms.Form):
    """What the person had before the eyes: the standing appraisal and the version of the self-score."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class AcceptForm(Seen):
    """The self-score stands. The unit must have answered."""

    def __init__(self, data: Any = None, *, score: Score | None, **options: Any) -> None:
        super().__init__(data, **options)
        self.score = score

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if self.score is None or not self.score.is_answered:
            raise forms.ValidationError(_("The unit left this criterion unscored: there is nothing to accept."))
        return {
            **clean,
            "points": self.score.points,
            "not_applicable": self.score.not_applicable,
            "reason": "",
        }


class ChangeForm(Seen):
    """Other points than the unit's: typed, or one of the rule's options, or not applicable; and why."""

    not_applicable = forms.BooleanField(label=_("Not applicable to this unit"), required=False)
    points = forms.CharField(label=_("Appraised points"), required=False, max_length=20, strip=True)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        strip=True,
        error_messages={"required": _("Say why: the reason stays beside the points.")},
    )

    def __init__(self, data: Any = None, *, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.criterion = criterion
        self.options = offered(criterion)

    def clean_points(self) -> Decimal | None:
        typed: str = self.cleaned_data["points"]
        if not self.cleaned_data["not_applicable"] and typed != NOT_APPLICABLE:
            return self._within(_number(typed))
        if typed not in {"", NOT_APPLICABLE}:
            raise forms.ValidationError(_("Give points, or tick “not applicable”: not both."))
        return None

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        return {**clean, "not_applicable": clean.get("points") is None}

    def _within(self, value: Decimal) -> Decimal:
        if value > self.criterion.max_points:
            maximum = in_figures(self.criterion.max_points)
            raise forms.ValidationError(_("At most %(maximum)s points."), params={"maximum": maximum})
        if value < self.criterion.min_points:
            minimum = in_figures(self.criterion.min_points)
            raise forms.ValidationError(_("At least %(minimum)s points."), params={"minimum": minimum})
        if value != round(value, POINTS["decimal_places"]):
            raise forms.ValidationError(_("At most four decimals."))
        if self.options and value not in {option.points for option in self.options}:
            raise forms.ValidationError(_("Choose one of the steps that the scoring rule offers."))
        return value

    def choices(self) -> list[tuple[str, str, str, bool]]:
        """The rule's steps to choose from: value, label, points in figures, whether it is the chosen one."""
        chosen = self["points"].value()
        steps = [(in_figures(option.points), option.label) for option in self.options]
        listed = [(value, label, value, value == chosen) for value, label in steps]
        return [*listed, (NOT_APPLICABLE, str(_("Not applicable to this unit")), "", chosen == NOT_APPLICABLE)]


def _number(typed: str) -> Decimal:
    if not typed:
        raise forms.ValidationError(_("Give the points that you award."))
    if not NUMBER.fullmatch(typed):
        raise forms.ValidationError(_("“%(typed)s” is not a number. Write for example 1,25."), params={"typed": typed})
    return Decimal(typed.translate(MINUS)) + 0


def in_figures(value: Decimal) -> str:
    """Points as they are typed: decimal comma, no superfluous zeros."""
    return format(value.normalize(), "f").replace(".", ",")


def starting_values(appraisal: Appraisal | None, score: Score | None, offers: bool) -> dict[str, object]:
    """What the change form opens with: the standing decision, else the self-score. ``offers``: the rule has options."""
    seen: dict[str, object] = {"expected": appraisal.pk if appraisal else 0, "seen": score.version if score else 0}
    shown = appraisal or score
    if shown is None:
        return seen
    nothing = NOT_APPLICABLE if shown.not_applicable and offers else ""
    points = nothing if shown.points is None else in_figures(shown.points)
    reason = appraisal.reason if appraisal else ""
    return {**seen, "points": points, "not_applicable": shown.not_applicable, "reason": reason}


class CloseForm(forms.Form):
    """Closing the appraisal; with undecided pairs it takes a tick and a reason."""

    even_if_unfinished = forms.BooleanField(
        label=_("Close although scores are undecided"),
        error_messages={"required": _("Tick this to close with undecided scores.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        strip=True,
        error_messages={"required": _("Closing with undecided scores needs a reason.")},
    )

    def __init__(self, data: Any = None, *, unfinished: bool) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.required = unfinished


class ReopenForm(forms.Form):
    """Opening the appraisal again takes a reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, strip=True)
