"""What a unit writes beside its scores: the self-assessment report, signed copies, workbooks, the dossier as a file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.dossiers import Assessment, Receipt
from assessments.models.evidence import Evidence
from units.models import Job, User


class ReportSection(models.Model):
    """One section of the self-assessment report, where the unit changed what was drafted from its scores.

    ``text`` holds fields in double braces, e.g. ``{{tổng điểm}}``, that are filled in whenever it is shown.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="report_sections")
    key = models.CharField(max_length=20)
    text = models.TextField(_("text"), max_length=20000, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("assessment", "pk")
        constraints = (models.UniqueConstraint(fields=["assessment", "key"], name="report_section_once"),)

    def __str__(self) -> str:
        return self.key


class PaperKind(models.TextChoices):
    TABLE = "table", _("Self-scoring table")
    REPORT = "report", _("Self-assessment report")


class SignedCopy(models.Model):
    """A signed and sealed scan of a paper of one submission. The newest of a kind counts; none is ever thrown away."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="signed_copies")
    kind = models.CharField(_("paper"), max_length=6, choices=PaperKind)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("receipt", "kind", "-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.evidence}"


class SheetReturn(models.Model):
    """A score workbook that came back: its rows as read (canonical JSON), compared with the dossier when shown."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="sheet_returns")
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.name


class DossierArchive(models.Model):
    """The whole dossier as one ZIP file: the same content gives the same bytes. ``content``: the digest of it."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="archives")
    content = models.CharField(max_length=64)
    file = models.FileField(upload_to="archives", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["assessment", "content"], name="archive_once_a_content"),)

    def __str__(self) -> str:
        return f"{self.assessment} · {self.content[:12]}"
