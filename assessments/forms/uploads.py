"""What a browser says of an upload and of its pieces."""

from django import forms
from django.core.validators import RegexValidator

DIGEST = RegexValidator(r"^[0-9a-f]{64}\Z")
KEY = RegexValidator(r"^[0-9a-zA-Z-]{8,40}\Z")
MOST_BYTES = 1 << 40


class BeginForm(forms.Form):
    """A file that is about to come: ``key`` is the browser's name for the upload."""

    key = forms.CharField(validators=[KEY])
    name = forms.CharField(max_length=1000, strip=False)
    size = forms.IntegerField(min_value=0, max_value=MOST_BYTES)
    sha256 = forms.CharField(required=False, validators=[DIGEST])


class PieceForm(forms.Form):
    """One piece: where it begins, its digest, its bytes."""

    offset = forms.IntegerField(min_value=0, max_value=MOST_BYTES)
    sha256 = forms.CharField(validators=[DIGEST])
    piece = forms.FileField()
