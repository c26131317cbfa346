"""What people type into one part of a leaf, turned into values."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.forms.scores import parse_points
from assessments.selectors.parts import PartLine
from criteria.templatetags.points import points as shown


class PartForm(forms.Form):
    """Points and explanation of one part. ``version`` is what the person saw."""

    points = forms.CharField(label=_("Points"), required=False, max_length=40)
    explanation = forms.CharField(label=_("Explanation"), required=False, max_length=4000)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, part: PartLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part

    def clean_points(self) -> Decimal | None:
        points = parse_points(self.cleaned_data["points"])
        if points is not None and not self.part.minimum <= points <= self.part.maximum:
            raise ValidationError(
                _("%(points)s does not lie between %(least)s and %(most)s."),
                params={
                    "points": shown(points),
                    "least": shown(self.part.minimum),
                    "most": shown(self.part.maximum),
                },
            )
        return points
