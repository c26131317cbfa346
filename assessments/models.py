"""What a unit says of itself: the dossier, its scores, evidence and citations, receipts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import POINTS, CriteriaSet, Criterion, Cycle, Tier
from units.models import Unit, User


class AssessmentState(models.TextChoices):
    """The words of ``assessments.states.State``."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPRAISED = "appraised", _("Appraised")


class Assessment(models.Model):
    """The dossier of one unit in one cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    criteria_set = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_note = models.TextField(blank=True)

    class Meta:
        ordering = ("cycle", "unit__sort_key")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "unit"], name="one_assessment_a_unit"),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="assessment_submitted_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned"]) | Q(submitted_at__isnull=False),
                name="assessment_past_draft_has_a_submission",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.cycle}"


class Score(models.Model):
    """A self-score of one leaf. ``points`` None and not ``not_applicable`` means: not scored yet.

    Points lie between the leaf's own minimum (which may be negative) and its maximum: forms and services see to it,
    for a constraint cannot look at the criterion.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), null=True, blank=True, **POINTS)
    not_applicable = models.BooleanField(_("not applicable"), default=False)
    explanation = models.TextField(_("explanation"), blank=True)
    version = models.PositiveIntegerField(default=1)
    # A copy of what the council decided, for next year's sheet. Never an input of a run.
    final_points = models.DecimalField(_("final points"), null=True, blank=True, **POINTS)
    final_reason = models.TextField(_("reason of the council"), blank=True)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("assessment", "criterion__position")
        constraints = (
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_a_leaf"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(points=None), name="score_not_applicable_has_no_points"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.points}"

    @property
    def is_answered(self) -> bool:
        return self.points is not None or self.not_applicable


class Evidence(models.Model):
    """A document of a unit, named by its content: the same bytes are stored once a unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="evidence", max_length=200)
    pages = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("unit", "-uploaded_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["unit", "sha256"], name="evidence_once_a_unit"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        )

    def __str__(self) -> str:
        return self.name


class Citation(models.Model):
    """A document brought forward for one self-score."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    place = models.CharField(_("page or section"), max_length=120, blank=True)

    class Meta:
        ordering = ("score", "pk")
        constraints = (models.UniqueConstraint(fields=["score", "evidence"], name="citation_once"),)

    def __str__(self) -> str:
        return f"{self.evidence} · {self.place}"


class Receipt(models.Model):
    """What was handed in: the frozen content of one submission and its digest. Only the PDF is added, once.

    ``points`` may pass ``maximum`` where the criteria set lets bonus points do so.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="receipts")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    points = models.DecimalField(**POINTS)
    maximum = models.DecimalField(**POINTS)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Rendered later by a job from ``content``; both empty until then.
    pdf = models.FileField(upload_to="receipts", max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("assessment", "number")
        constraints = (
            models.UniqueConstraint(fields=["assessment", "number"], name="receipt_numbered_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="receipt_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.assessment} · {self.number}"
