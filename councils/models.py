"""What the appraisers decide: councils, seats, who appraises what, appraised points."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from criteria.models import POINTS, Criterion, Tier
from units.models import Unit, User


class CouncilState(models.TextChoices):
    """The words of ``councils.states.State``."""

    OPEN = "open", _("Appraising")
    CLOSED = "closed", _("Appraisal closed")


class Council(models.Model):
    """The appraisal council of one tier, as set up by a decision."""

    tier = models.OneToOneField(Tier, models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=CouncilState, default=CouncilState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("tier",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, closed_by=None)
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False),
                name="council_closed_as_a_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chair")
    MEMBER = "member", _("Member")


class Seat(models.Model):
    """A place in a council, held by a person sent by an agency. Nobody appraises the own agency."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, models.PROTECT, related_name="seats")
    agency = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    agency_name = models.CharField(max_length=200)
    role = models.CharField(max_length=12, choices=SeatRole)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("council", "position", "pk")
        constraints = (models.UniqueConstraint(fields=["council", "user"], name="one_seat_a_person"),)

    def __str__(self) -> str:
        return f"{self.agency_name} · {self.user}"


class Assignment(models.Model):
    """A seat appraises this criterion and all below it, unless a deeper assignment names another seat."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="assignments")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")

    class Meta:
        ordering = ("seat", "criterion__position")
        constraints = (models.UniqueConstraint(fields=["seat", "criterion"], name="assignment_once"),)

    def __str__(self) -> str:
        return f"{self.seat} · {self.criterion.code}"


class Appraisal(models.Model):
    """One decision on one leaf of one unit. A later decision is a new row; the earlier stays, not ``is_current``.

    Points lie between the leaf's own minimum, which may be negative, and its maximum.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="appraisals")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    self_points = models.DecimalField(null=True, blank=True, **POINTS)
    self_not_applicable = models.BooleanField(default=False)
    points = models.DecimalField(_("appraised points"), null=True, blank=True, **POINTS)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    is_current = models.BooleanField(default=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("assessment", "criterion__position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["assessment", "criterion"], condition=Q(is_current=True), name="one_current_appraisal"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=False, not_applicable=False) | Q(points=None, not_applicable=True),
                name="appraisal_points_or_not_applicable",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment} {self.criterion.code}: {self.points}"

    @property
    def is_changed(self) -> bool:
        """Whether the council decided otherwise than the unit scored itself."""
        return self.points != self.self_points or self.not_applicable != self.self_not_applicable
