"""A node, the head of a set, and a new set, as they are typed. What they mean is checked where it is stored."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.models import CriteriaSet, Criterion, Cycle, EnteredBy, Method, Side
from criteria.scoring.rules import Kind
from criteria.selectors import editing as reads
from criteria.selectors.editing import typed
from criteria.tree.editing import HEAD_TEXTS, TEXTS, Operation
from units.models import UnitKind

KIND_WORDS = {
    Kind.YES_NO: _("yes or no"),
    Kind.STEPS: _("steps with labels"),
    Kind.BANDS: _("bands"),
    Kind.PIECEWISE: _("piecewise by percentage"),
    Kind.LINEAR: _("even between two bounds"),
    Kind.LATE: _("days late in steps"),
    Kind.PROPORTION: _("proportion"),
    Kind.FORMULA: _("formula over figures"),
    Kind.RELATIVE: _("against the best unit of the group"),
    Kind.DEDUCTION: _("deduction for each occurrence"),
    Kind.PER_EVENT: _("points for each occurrence"),
    Kind.BEST: _("best of alternatives"),
    Kind.PARTS: _("sum of parts"),
    Kind.SURVEY_SHARE: _("survey: share of answers"),
    Kind.SURVEY_WEIGHTS: _("survey: weights of answers"),
    Kind.OUTCOME: _("result of another computation"),
    Kind.MANUAL: _("by a person within bounds"),
}
BLANK, LAST = "blank", "last"


def _lines(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    """A text of several lines. What it held when the page was made goes along: only what was changed is stored."""
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        show_hidden_initial=True,
    )


def _number(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "points", "inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, widget=widget, show_hidden_initial=True)


def _points(label: Any, initial: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, required=False, initial=initial, localize=True, max_digits=9, decimal_places=4
    )


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, show_hidden_initial=True)


class NodeForm(forms.Form):
    """Everything of a node. Fields that the node does not have (a rule of an area) are left out."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code"), max_length=20, show_hidden_initial=True)
    name = forms.CharField(
        label=_("Content"),
        required=False,
        max_length=TEXTS["name"],
        widget=forms.Textarea(attrs={"rows": 2}),
        show_hidden_initial=True,
    )
    maximum = _number(_("Maximum"))
    minimum = _number(_("Minimum"))
    side = _choice(_("Where the points go"), Side.choices)
    method = _choice(_("Scored by"), Method.choices)
    entered_by = _choice(_("Entered by"), EnteredBy.choices)
    rule = _lines(_("Scoring rule"), 5)
    examples = _lines(_("Worked examples"), 4, _("One a line, for example: a = 50; b = 46 → 1,656"))
    evidence = _lines(_("Evidence"), 3, _("One document a line, for example: Kế hoạch CCHC năm (kỳ: năm)"))
    facets = _lines(
        _("Parts with owners of their own"), 2, _("One part a line: a) Quản lý ngân sách: 0,5 (Sở Tài chính)")
    )
    guidance = _lines(_("Guidance"), 3)
    legal_basis = _lines(_("Legal basis"), 2, _("One reference a line, for example: 52/2019/QĐ-UBND, Điều 7 khoản 1"))
    note = _lines(_("Note"), 2)

    LEAVES = ("method", "entered_by", "rule", "examples", "evidence", "facets")

    def __init__(self, data: Mapping[str, Any] | None = None, *, node: Criterion, seen: int) -> None:
        super().__init__(data, initial=_initial(node) | {"seen": seen})
        for name in () if node.is_leaf else self.LEAVES:
            del self.fields[name]
        if node.parent_id:
            del self.fields["side"]
        if node.side == Side.PENALTY:
            del self.fields["maximum"]

    def operations(self, code: str) -> list[Operation]:
        """What was changed on the page, as wishes; the code last, because the others name the row by it."""
        changed = [name for name in self.changed_data if name not in {"seen", "code"}]
        found: list[Operation] = []
        if changed:
            found.append({"op": "set", "code": code, "values": {name: self.cleaned_data[name] for name in changed}})
        if "code" in self.changed_data:
            found.append({"op": "recode", "code": code, "to": self.cleaned_data["code"]})
        return found


def _initial(node: Criterion) -> dict[str, Any]:
    texts = {name: getattr(node, "evidence_asked" if name == "evidence" else name) for name in TEXTS}
    choices = {name: getattr(node, name) for name in ("side", "method", "entered_by")}
    maximum = "" if node.is_max_unknown else typed(node.max_points)
    minimum = typed(node.min_points) if node.min_points else ""
    return {**texts, **choices, "code": node.code, "maximum": maximum, "minimum": minimum}


class HeadForm(forms.Form):
    """What a set says of itself as a whole."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=HEAD_TEXTS["title"], show_hidden_initial=True)
    scale = _number(_("Scale"))
    survey_points = _number(_("Points by survey"))
    bonus_cap = _number(_("Most bonus points"))
    penalty_cap = _number(_("Most penalty points"))
    may_exceed = forms.BooleanField(
        label=_("Bonus points may lift the total above the scale"), required=False, show_hidden_initial=True
    )
    legal_basis = _lines(_("Legal basis"), 3, _("One reference a line, for example: 52/2019/QĐ-UBND, Điều 7 khoản 1"))

    NUMBERS = ("scale", "survey_points", "bonus_cap", "penalty_cap")

    def __init__(self, data: Mapping[str, Any] | None = None, *, of: CriteriaSet, seen: int) -> None:
        numbers = {name: typed(getattr(of, name)) for name in self.NUMBERS}
        initial = {"title": of.title, "may_exceed": of.may_exceed, "legal_basis": of.legal_basis, "seen": seen}
        super().__init__(data, initial=initial | numbers)

    def operations(self) -> list[Operation]:
        changed = [name for name in self.changed_data if name != "seen"]
        return [{"op": "head", "values": {name: self.cleaned_data[name] for name in changed}}] if changed else []


def _kinds(cycle: Cycle) -> tuple[list[tuple[str, str]], str]:
    """The kinds of unit, those of the cycle's plan first, each with whether it can be copied; and the likeliest."""
    found = reads.kinds_to_draft(cycle)
    copied = gettext("%(kind)s – the set of the cycle before can be copied")
    none = gettext("%(kind)s – no set in the cycle before")
    words = {True: copied, False: none} if cycle.previous else {False: "%(kind)s"}
    choices = [(each.kind.value, words[each.is_there] % {"kind": each.kind.label}) for each in found]
    return choices, found[0].kind.value


class NewSetForm(forms.Form):
    """A new draft: blank, or a copy of what was in force in the cycle before or is in force now."""

    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind.choices)
    source = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=HEAD_TEXTS["title"], required=False)
    scale = _points(_("Scale"), 100)
    survey_points = _points(_("Points by survey"), 0)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices, kind.initial = _kinds(cycle)
        choices: list[tuple[str, Any]] = [(BLANK, _("An empty set"))]
        if cycle.previous:
            words = _("A copy of the set in force in %(cycle)s") % {"cycle": cycle.previous.name}
            choices.append((LAST, words))
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = choices
        source.initial = choices[-1][0]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("source") != BLANK:
            return clean
        if not (clean.get("title") or "").strip():
            self.add_error("title", _("A criteria set has a title."))
        scale, survey = clean.get("scale"), clean.get("survey_points") or 0
        if not scale:
            self.add_error("scale", _("The scale is above 0."))
        elif survey > scale:
            self.add_error("survey_points", _("The points by survey lie between 0 and the scale."))
        return clean
