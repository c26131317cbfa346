"""What a person hands in: a workbook, and the confirmation of what was shown of it."""

from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from criteria.models import Tier
from units.models import User

SALT = "surveys.import"
VALID_SECONDS = 12 * 3600
MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Ticket:
    """The workbook that a person was shown, and the fingerprint of the replacements that were listed."""

    digest: str
    file_name: str
    replaced: str

    def signed(self, tier: Tier, user: User) -> str:
        return signing.dumps([tier.pk, user.pk, self.digest, self.file_name, self.replaced], salt=SALT, compress=True)


def ticket(token: str, tier: Tier, user: User) -> Ticket | None:
    """The ticket that was signed for this person and tier; None when it was not, or too long ago."""
    try:
        tier_pk, user_pk, *rest = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return None
    return Ticket(*rest) if (tier_pk, user_pk) == (tier.pk, user.pk) else None


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        help_text=_("Columns in any order: Mã đơn vị, Tên đơn vị, Mã tiêu chí, Điểm, Số phiếu hợp lệ. At most 5 MB."),
        error_messages={"required": _("Choose a workbook."), "empty": _("The file is empty.")},
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )

    def clean_file(self) -> UploadedFile:  # type: ignore[type-arg]
        """Before a byte of it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]  # type: ignore[type-arg]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than %(limit)s MB."), params={"limit": MAX_BYTES // 1024**2})
        return file

    def content(self) -> tuple[str, bytes]:
        """Name and bytes of the workbook."""
        file = self.cleaned_data["file"]
        return str(file.name), file.read()


class ConfirmForm(forms.Form):
    """``replaces``: whether points that are there are replaced, which a person must say to want."""

    token = forms.CharField(widget=forms.HiddenInput)
    replace = forms.BooleanField(
        required=False,
        label=_("Replace the points that are already there by the new ones"),
        error_messages={"required": _("Say that you want to replace these points, or correct the workbook.")},
    )

    def __init__(self, *args: object, replaces: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["replace"].required = replaces
