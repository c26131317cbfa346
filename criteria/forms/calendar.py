"""Dates of a plan, extensions, and a new cycle, as people type them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from criteria.models import Cycle, DeadlineReading, Phase
from criteria.phases import VIETNAM
from criteria.phases.readings import Reading, instant, read
from criteria.phases.workdays import DAY, Days, year_later
from units.models import Unit

INSTANT = "%Y-%m-%dT%H:%M"


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def hour_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def instant_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT)


class PhaseForm(forms.Form):
    """A phase as the plan says it. What it cleans fits ``services.planning.Dates``."""

    reading = forms.CharField(
        label=_("The plan's own words"),
        max_length=300,
        help_text=_("For example “hoàn thành trước ngày 25/12/2022”. “Read the words” fills in the fields below."),
    )
    opens_at = forms.DateTimeField(label=_("Opens"), input_formats=[INSTANT], widget=instant_input())
    reads = forms.ChoiceField(label=_("How the words are read"), choices=DeadlineReading.choices)
    named_day = forms.DateField(label=_("Day that the plan names"), widget=day_input())
    hour = forms.TimeField(
        label=_("Hour"), required=False, widget=hour_input(), help_text=_("Only where the plan names the hour.")
    )
    late_until = forms.DateTimeField(
        label=_("Late dossiers are taken until"),
        required=False,
        input_formats=[INSTANT],
        widget=instant_input(),
        help_text=_("They are marked as late, by the minute. Empty: nothing is taken after the end."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, days: Days, phase: Phase | None = None, kind: str = ""
    ) -> None:
        super().__init__(data, initial=stored(phase) if phase else {})
        self.days = days
        if kind != "self_scoring":
            del self.fields["late_until"]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("reads"):
            clean["reads"] = Reading(clean["reads"])
        if clean.get("reads") == Reading.INSTANT and "hour" in clean and clean["hour"] is None:
            self.add_error("hour", _("Say the hour, or choose another reading."))
        clean.setdefault("late_until", None)
        if not self.errors:
            self._runs_forward(clean)
        return clean

    def _runs_forward(self, clean: dict[str, Any]) -> None:
        closes_at = instant(clean["reads"], clean["named_day"], clean["hour"], self.days)
        if closes_at <= clean["opens_at"]:
            self.add_error("named_day", _("The phase would close before it opens."))
        if clean["late_until"] and clean["late_until"] <= closes_at:
            self.add_error("late_until", _("That is before the phase closes."))


def stored(phase: Phase) -> dict[str, Any]:
    """The phase as the form shows it; one that was never read by a rule is read by the hour."""
    local = phase.closes_at.astimezone(VIETNAM)
    by_the_hour = phase.named_day is None or phase.reads == DeadlineReading.INSTANT
    return {
        "reading": phase.reading,
        "opens_at": phase.opens_at,
        "reads": DeadlineReading.INSTANT if by_the_hour else phase.reads,
        "named_day": local.date() if by_the_hour else phase.named_day,
        "hour": local.time() if by_the_hour else None,
        "late_until": phase.late_until,
    }


def with_words_read(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was typed, with the fields that the plan's words give; None where they name no deadline."""
    wording = read(str(data.get("reading", "")))
    if wording is None:
        return None
    named = {"reads": wording.reads.value, "named_day": f"{wording.day:%Y-%m-%d}"}
    return {**data, **named, "hour": f"{wording.hour:%H:%M}" if wording.hour else ""}


class ExtensionForm(forms.Form):
    """A later end of a phase."""

    phase = forms.ModelChoiceField(label=_("Phase"), queryset=Phase.objects.none(), empty_label=_("Choose a phase"))
    unit = forms.ModelChoiceField(
        label=_("For"), queryset=Unit.objects.none(), required=False, empty_label=_("all units of the kind")
    )
    day = forms.DateField(label=_("New last day"), widget=day_input())
    hour = forms.TimeField(
        label=_("Hour"), required=False, widget=hour_input(), help_text=_("Empty: until the end of the day.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, strip=True, widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(
        label=_("Document"), max_length=200, help_text=_("Number and date of the paper that grants it.")
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, cycle: Cycle, units: Iterable[Unit], phase: int | None = None
    ) -> None:
        super().__init__(data, initial={"phase": phase})
        choice, of = self.fields["phase"], self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)
        assert isinstance(of, forms.ModelChoiceField)
        choice.queryset = Phase.objects.filter(cycle=cycle).order_by("unit_kind", "closes_at")
        of.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        phase, unit = clean.get("phase"), clean.get("unit")
        if phase and unit and unit.kind != phase.unit_kind:
            self.add_error("unit", _("This phase is of another kind of unit."))
        if clean.get("day"):
            clean["closes_at"] = _until(clean["day"], clean.get("hour"))
            if clean["closes_at"] <= timezone.now():
                self.add_error("day", _("That has passed already."))
        return clean


def _until(day: date, hour: time | None) -> datetime:
    return datetime.combine(day, hour, VIETNAM) if hour else datetime.combine(day + DAY, time(), VIETNAM)


class RefuseForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is refused.")},
    )


class CycleForm(forms.Form):
    """A new cycle."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("It stands in addresses: letters, digits and -.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2199)
    period_start = forms.DateField(label=_("Measured from"), widget=day_input())
    period_end = forms.DateField(label=_("Measured until"), widget=day_input())

    def __init__(self, data: Mapping[str, Any] | None = None, *, previous: Cycle) -> None:
        super().__init__(data, initial=following(previous))

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        start, end, code = clean.get("period_start"), clean.get("period_end"), clean.get("code")
        if start and end and end <= start:
            self.add_error("period_end", _("The period would end before it begins."))
        if code and Cycle.objects.filter(code=code).exists():
            self.add_error("code", _("Another cycle has this code."))
        return clean


def following(previous: Cycle) -> dict[str, Any]:
    """The cycle a year later, as it would usually be called."""
    old, new = str(previous.year), str(previous.year + 1)
    return {
        "code": previous.code.replace(old, new) if old in previous.code else f"{previous.code}-{new}"[:40],
        "name": previous.name.replace(old, new) if old in previous.name else f"{previous.name} {new}"[:200],
        "year": previous.year + 1,
        "period_start": year_later(previous.period_start),
        "period_end": year_later(previous.period_end),
    }
