"""What a unit says of itself: the dossier, its scores and their parts, what was handed in and given back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import POINTS, CriteriaSet, Criterion, Cycle, Tier
from units.models import Unit, User


class AssessmentState(models.TextChoices):
    """The words of ``assessments.states.State``."""

    DRAFT = "draft", _("Draft")
    CHECKING = "checking", _("With the checker")
    SIGNING = "signing", _("Waiting for the head")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPRAISED = "appraised", _("Appraised")


class Assessment(models.Model):
    """The dossier of one unit in one cycle.

    ``return_until``: how long a returned dossier may be mended and handed in again, also after self-scoring has
    closed; None: as long as self-scoring is open.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    criteria_set = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_note = models.TextField(blank=True)
    return_until = models.DateTimeField(null=True, blank=True)

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
                condition=Q(state__in=["draft", "checking", "signing", "returned"]) | Q(submitted_at__isnull=False),
                name="assessment_past_draft_has_a_submission",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.cycle}"


class Score(models.Model):
    """A self-score of one leaf. ``points`` None and not ``not_applicable`` means: not scored yet.

    Points lie between the leaf's own minimum (which may be negative) and its maximum: forms and services see to it,
    for a constraint cannot look at the criterion. ``figures``: what the unit declares, ``{name: text as typed}`` as
    canonical JSON, from which the rule proposed ``proposed``; other points need ``reason``. ``is_copied``: the
    explanation is last year's text, not edited yet.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), null=True, blank=True, **POINTS)
    not_applicable = models.BooleanField(_("not applicable"), default=False)
    explanation = models.TextField(_("explanation"), blank=True)
    figures = models.TextField(_("declared figures"), blank=True)
    proposed = models.DecimalField(_("points by the rule"), null=True, blank=True, **POINTS)
    reason = models.TextField(_("why the points differ from the rule"), blank=True)
    is_copied = models.BooleanField(default=False)
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


class PartScore(models.Model):
    """What the owner of one part of a leaf says; the leaf's own points are put together from its parts.

    ``label``: the part's label in the criterion's ``facets``. ``points`` None: not scored yet.
    """

    score = models.ForeignKey(Score, models.CASCADE, related_name="parts")
    label = models.CharField(_("part"), max_length=4)
    points = models.DecimalField(_("points"), null=True, blank=True, **POINTS)
    explanation = models.TextField(_("explanation"), blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("score", "label")
        constraints = (models.UniqueConstraint(fields=["score", "label"], name="part_scored_once"),)

    def __str__(self) -> str:
        return f"{self.score.criterion.code} {self.label}: {self.points}"


class Reopening(models.Model):
    """A leaf that a returned dossier is open for, and what is asked there. ``number``: of the receipt it goes back on.

    A returned dossier without any is open as a whole.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reopenings")
    number = models.PositiveSmallIntegerField()
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    question = models.TextField(_("what has to be mended"), max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("assessment", "number", "criterion__position")
        constraints = (
            models.UniqueConstraint(fields=["assessment", "number", "criterion"], name="leaf_reopened_once_a_round"),
        )

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.question}"


class SigningPath(models.Model):
    """Who signs off a dossier inside a unit before it is handed in; a unit without a row: its head alone."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="+")
    writer_signs = models.BooleanField(_("the writer signs"), default=False)
    checker_signs = models.BooleanField(_("a checker signs"), default=False)
    head_signs = models.BooleanField(_("the head submits"), default=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.unit)


class SignStep(models.TextChoices):
    WRITER = "writer", _("Writer")
    CHECKER = "checker", _("Checker")
    HEAD = "head", _("Head")


class SignOutcome(models.TextChoices):
    PASSED = "passed", _("passed on")
    RETURNED = "returned", _("returned to the writer")
    TAKEN_BACK = "taken_back", _("taken back by the writer")


class SignOff(models.Model):
    """One signature inside the unit. ``number``: of the receipt that the dossier was on its way to."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="sign_offs")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=8, choices=SignStep)
    outcome = models.CharField(max_length=10, choices=SignOutcome)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("assessment", "at", "pk")

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.get_outcome_display()}"


class Receipt(models.Model):
    """What was handed in: the frozen content of one submission and its digest. Only the PDF is added, once.

    ``points`` may pass ``maximum`` where the criteria set lets bonus points do so. ``late_minutes``: whole minutes
    begun after the unit's deadline; 0 in time.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="receipts")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    points = models.DecimalField(**POINTS)
    maximum = models.DecimalField(**POINTS)
    late_minutes = models.PositiveIntegerField(_("minutes late"), default=0)
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
