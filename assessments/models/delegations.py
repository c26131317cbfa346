"""Who scores what: delegation of areas, criteria, leaves and parts inside a unit and to other units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.dossiers import Assessment
from units.models import Division, Unit, User


class DelegationRole(models.TextChoices):
    LEAD = "lead", _("lead")
    CONTRIBUTOR = "contributor", _("contributor")


class DelegationPlan(models.Model):
    """The delegations of one dossier as a whole. Until it is issued nobody's work depends on it."""

    assessment = models.OneToOneField(Assessment, models.CASCADE, related_name="delegation_plan")
    document = models.CharField(_("plan"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None) | Q(issued_at__isnull=False, issued_by__isnull=False),
                name="delegation_issued_as_a_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.assessment)


class Delegation(models.Model):
    """A piece of the dossier given to one unit, division or person.

    ``text``: what is given, as the plan says it (“3 trừ 3.2.5”); ``facet``: the part of a leaf, in words or by its
    label, empty: the whole. A more specific delegation goes before a wider one. ``due_at``: the owner's own date.
    ``done_at``: when the owner said that the work is done.
    """

    plan = models.ForeignKey(DelegationPlan, models.CASCADE, related_name="delegations")
    position = models.PositiveIntegerField()
    text = models.CharField(_("what"), max_length=300)
    facet = models.CharField(_("part"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=11, choices=DelegationRole, default=DelegationRole.LEAD)
    task = models.CharField(_("task"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ("plan", "position")
        constraints = (
            models.UniqueConstraint(fields=["plan", "position"], name="delegation_position_once"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, division=None, person=None)
                | Q(unit=None, division__isnull=False, person=None)
                | Q(unit=None, division=None, person__isnull=False),
                name="delegation_to_exactly_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.text} → {self.owner}"

    @property
    def owner(self) -> Unit | Division | User | None:
        return self.unit or self.division or self.person


class GapKind(models.TextChoices):
    NOBODY = "nobody", _("nobody leads")
    SEVERAL = "several", _("several lead")


class Justification(models.Model):
    """Why a gap or an overlap of the delegations stands. ``claims``: the digest of who claimed what when it was said;

    once that is another, the justification has lapsed.
    """

    plan = models.ForeignKey(DelegationPlan, models.CASCADE, related_name="justifications")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=GapKind)
    claims = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("plan", "pk")
        constraints = (models.UniqueConstraint(fields=["plan", "code", "kind"], name="justified_once"),)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
