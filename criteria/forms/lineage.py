"""Where a leaf comes from, as a person types it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from criteria.models import Criterion, LineageKind
from criteria.scoring.numbers import read_number
from criteria.templatetags.points import points

SPARE = 2
"""Empty lines beside those that are filled in."""
MOST = 12
OPEN, DONE = "open", "done"


class LineageFilters(forms.Form):
    """The filter row. What does not make sense is left out rather than refused: it comes from addresses."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *LineageKind.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (OPEN, _("Not yet confirmed")), (DONE, _("Confirmed"))],
    )
    q = forms.CharField(label=_("Code or text"), required=False, max_length=100, strip=True)

    def chosen(self) -> dict[str, str]:
        """Arguments of ``selectors.lineage.narrowed``."""
        self.is_valid()
        clean = self.cleaned_data
        return {"kind": clean.get("kind", ""), "state": clean.get("state", ""), "text": clean.get("q", "")}


class OriginsForm(forms.Form):
    """Lines of a code of the earlier set and a share in per cent. No line filled in: the leaf is new.

    ``clean()`` leaves ``origins``: shares (0 < share ≤ 1) by leaf.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, leaves: Iterable[Criterion], now: Mapping[str, Decimal]
    ) -> None:
        super().__init__(data)
        self.by_code = {each.code.casefold(): each for each in leaves}
        lines = [*now.items(), *[("", Decimal(0))] * SPARE]
        asked = len(lines) if data is None else sum(name.startswith("code_") for name in data)
        for number in range(min(max(asked, len(lines)), MOST)):
            code, share = lines[number] if number < len(lines) else ("", Decimal(0))
            self.fields[f"code_{number}"] = _code(number, code)
            self.fields[f"share_{number}"] = _share(number, share)

    def lines(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Code and share of each line, to be shown."""
        for number in range(len(self.fields) // 2):
            yield self[f"code_{number}"], self[f"share_{number}"]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        origins: dict[Criterion, Decimal] = {}
        for number in range(len(self.fields) // 2):
            if code := clean.get(f"code_{number}", ""):
                self._read(number, code, clean.get(f"share_{number}", ""), origins)
        return {**clean, "origins": origins}

    def _read(self, number: int, code: str, share: str, origins: dict[Criterion, Decimal]) -> None:
        leaf = self.by_code.get(code.split()[0].casefold())
        if leaf is None:
            self.add_error(f"code_{number}", ValidationError(_("The earlier set has no leaf with this code.")))
        elif leaf in origins:
            self.add_error(f"code_{number}", ValidationError(_("This code stands twice.")))
        else:
            try:
                origins[leaf] = _part(share)
            except ValidationError as error:
                self.add_error(f"share_{number}", error)


def _part(text: str) -> Decimal:
    """A percentage as a part of one; nothing typed is all of it."""
    refusal = ValidationError(_("A share is more than 0 and at most 100 per cent, with at most two decimals."))
    try:
        typed = read_number(text.rstrip("% ")) if text else 100
    except ValueError as error:
        raise refusal from error
    if not 0 < typed <= 100 or (typed * 100).denominator != 1:
        raise refusal
    return Decimal(int(typed * 100)) / 10000


def _code(number: int, value: str) -> forms.CharField:
    attributes = {"list": "earlier", "autocomplete": "off", "size": 12}
    return forms.CharField(
        label=_("Code in the earlier set, %(number)s") % {"number": number + 1},
        required=False,
        max_length=700,
        strip=True,
        initial=value,
        widget=forms.TextInput(attrs=attributes),
    )


def _share(number: int, value: Decimal) -> forms.CharField:
    attributes = {"class": "points", "inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(
        label=_("Share in per cent, %(number)s") % {"number": number + 1},
        required=False,
        max_length=20,
        strip=True,
        initial=points(100 * value) if value else "",
        widget=forms.TextInput(attrs=attributes),
    )


class RedlineFilters(forms.Form):
    """The filter row of a comparison, as forgiving as ``LineageFilters``. ``counts``: kind, label, how many."""

    kind = forms.ChoiceField(label=_("Kind of change"), required=False)
    q = forms.CharField(label=_("Code or text"), required=False, max_length=100, strip=True)
    all = forms.BooleanField(label=_("Show what did not change too"), required=False)

    def __init__(self, data: Mapping[str, Any], counts: Iterable[tuple[str, str, int]]) -> None:
        super().__init__(data)
        kinds = [(kind, f"{label} ({count})") for kind, label, count in counts]
        self.fields["kind"].choices = [("", _("All changes")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Kind, text and whether the unchanged is shown."""
        self.is_valid()
        clean = self.cleaned_data
        return {"kind": clean.get("kind", ""), "text": clean.get("q", ""), "all": clean.get("all", False)}
