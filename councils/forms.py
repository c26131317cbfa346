"""Text from council members and their chair turned into values."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import RefusalReason, Score, Verdict
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


class AskUnitForm(forms.Form):
    """A document or an explanation is asked for, with a date and what follows without an answer."""

    text = forms.CharField(
        label=_("What is asked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say which document or explanation is missing.")},
    )
    due_at = forms.DateTimeField(
        label=_("Answer until"),
        help_text=_("Day and hour, as dd/mm/yyyy hh:mm."),
        widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"placeholder": _("dd/mm/yyyy hh:mm")}),
    )
    otherwise = forms.CharField(
        label=_("Without an answer"),
        max_length=300,
        help_text=_("What is decided then; the unit reads it now."),
        error_messages={"required": _("Say what is decided without an answer.")},
    )

    def clean_due_at(self) -> datetime:
        due: datetime = self.cleaned_data["due_at"]
        if due <= timezone.now():
            raise forms.ValidationError(_("This instant has passed already."))
        return due


class VerdictForm(forms.Form):
    """A document is accepted, refused with a reason of the list, or waits again."""

    verdict = forms.ChoiceField(choices=Verdict)
    refusal = forms.ChoiceField(
        label=_("Why it is refused"), required=False, choices=[("", _("choose a reason")), *RefusalReason.choices]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("verdict") != Verdict.REFUSED:
            return {**clean, "refusal": ""}
        if not clean.get("refusal"):
            self.add_error("refusal", _("Choose why the document is refused."))
        elif clean["refusal"] == RefusalReason.OTHER and not clean.get("note"):
            self.add_error("note", _("Say what the other reason is."))
        return clean


class CloseRequestForm(forms.Form):
    """An answer is accepted or refused."""

    outcome = forms.ChoiceField(choices=[("accept", _("accept")), ("refuse", _("refuse"))])
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class ReturnForm(forms.Form):
    """A dossier goes back for named leaves: a leaf is named by the question that is asked on it."""

    note = forms.CharField(
        label=_("What has to be mended"),
        max_length=2000,
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
                label=f"{leaf.code} {leaf.name}", required=False, max_length=2000
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
