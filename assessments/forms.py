"""What people type on a score sheet, turned into values."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.selectors.sheets import offered
from criteria.models import POINTS, Criterion
from criteria.templatetags.points import points as shown

NUMBER = re.compile(r"([-−–]?)([0-9]{1,9})(?:([.,])([0-9]{1,9}))?")


def parse_points(text: str) -> Decimal | None:
    """Points as typed, with a decimal comma (or an unmistakable point), perhaps negative; None for nothing.

    Raises ``ValidationError`` in words: 1.250 may mean one and a quarter or one thousand two hundred and fifty.
    """
    text = "".join(text.split())
    if not text:
        return None
    found = NUMBER.fullmatch(text)
    if not found:
        raise ValidationError(
            _("“%(typed)s” is not a number of points. Write it with a decimal comma, for example 1,25."),
            params={"typed": text},
        )
    minus, whole, mark, part = "-" if found[1] else "", found[2], found[3], found[4] or ""
    if mark == "." and len(part) == 3 and whole != "0":
        raise ValidationError(
            _("“%(typed)s” can be read in two ways. Write %(comma)s or %(plain)s."),
            params={"typed": text, "comma": f"{minus}{whole},{part}", "plain": minus + whole + part},
        )
    if len(part.rstrip("0")) > POINTS["decimal_places"]:
        raise ValidationError(_("Points have at most four decimal places."))
    # Not “-0”: it is 0, and would be another text.
    return Decimal(f"{minus}{whole}.{part.rstrip('0') or '0'}") + 0


class ScoreForm(forms.Form):
    """One self-score. ``version`` is what the person saw; ``stored`` points stay valid though no step offers them."""

    points = forms.CharField(required=False, max_length=40)
    not_applicable = forms.BooleanField(required=False)
    explanation = forms.CharField(
        required=False,
        max_length=5000,
        error_messages={"max_length": _("The explanation is longer than 5,000 characters (%(show_value)s).")},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, criterion: Criterion, stored: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        self.stored = stored

    def clean_points(self) -> Decimal | None:
        if self.data.get("not_applicable"):
            return None
        points = parse_points(self.cleaned_data["points"])
        if points is None:
            return None
        if points > self.criterion.max_points:
            raise ValidationError(
                _("%(points)s is more than the maximum of criterion %(code)s: %(maximum)s."),
                params={
                    "points": shown(points),
                    "code": self.criterion.code,
                    "maximum": shown(self.criterion.max_points),
                },
            )
        if points < self.criterion.min_points:
            raise ValidationError(
                _("%(points)s is less than the minimum of criterion %(code)s: %(minimum)s."),
                params={
                    "points": shown(points),
                    "code": self.criterion.code,
                    "minimum": shown(self.criterion.min_points),
                },
            )
        steps = [option.points for option in offered(self.criterion)]
        if steps and points not in steps and points != self.stored:
            raise ValidationError(
                _("The rule offers only these points: %(steps)s."),
                params={"steps": " · ".join(shown(step) for step in steps)},
            )
        return points

    def clean_explanation(self) -> str:
        """One kind of line end, so that saving again changes nothing; no control characters: no document takes them."""
        text = str(self.cleaned_data["explanation"]).replace("\r\n", "\n")
        return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")


class PlaceForm(forms.Form):
    place = forms.CharField(required=False, max_length=120)


class ReturnForm(forms.Form):
    note = forms.CharField(max_length=2000, error_messages={"required": _("Say what the unit has to mend.")})
