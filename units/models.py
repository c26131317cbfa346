"""Who is who, who may, what happened: units, people, roles, audit trail, notices, jobs."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """The kinds of unit that the index is set for (design.md, section 2)."""

    PROVINCE = "province", _("Province")
    DEPARTMENT = "department", _("Provincial department")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")
    CENTRAL_AGENCY = "central_agency", _("Central agency")
    PUBLIC_SERVICE = "public_service", _("Public service unit")


class Unit(models.Model):
    """An agency or a locality during one life span. Official codes are re-used: (code, valid_from) identifies."""

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=800, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(_("valid from"), default=date(1900, 1, 1))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    predecessors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="successors")

    class Meta:
        ordering = ("sort_key", "code")
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_a_life_span"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="unit_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_is_known"),
        )

    def __str__(self) -> str:
        return self.name


class UnitAttribute(models.Model):
    """A word that says something of a unit for a time, e.g. “không có TTHC”: exemptions go by it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="attributes")
    word = models.CharField(_("attribute"), max_length=100)
    valid_from = models.DateField(_("valid from"), default=date(1900, 1, 1))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ("word", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=["unit", "word", "valid_from"], name="attribute_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="attribute_runs_forward"
            ),
        )

    def __str__(self) -> str:
        return self.word


class User(AbstractUser):
    """A person who signs in. One account for one person; what the person may do is in ``Membership`` and seats."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=120)
    position = models.CharField(_("position"), max_length=160, blank=True)

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    """What a person is in a unit. What each role may do is the table in ``units.permissions``."""

    OFFICER = "officer", _("Unit officer")
    CHECKER = "checker", _("Checker of the unit")
    HEAD = "head", _("Head of unit")
    STAFF = "staff", _("Staff of the standing body")
    CHAIRMAN = "chairman", _("Chairman")
    ADMINISTRATOR = "administrator", _("Administrator")


OF_A_UNIT = (Role.OFFICER, Role.CHECKER, Role.HEAD)
"""The roles of the people who fill in their own unit's dossiers."""


class Division(models.Model):
    """A part of a unit that work is given to: a room, a centre."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="divisions")
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        ordering = ("unit", "name")
        constraints = (models.UniqueConstraint(fields=["unit", "name"], name="division_once"),)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person in a unit, from a day on and until (not including) another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    division = models.ForeignKey(Division, models.SET_NULL, null=True, blank=True, related_name="memberships")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("user", "unit", "role")
        constraints = (
            models.UniqueConstraint(fields=["user", "unit", "role", "since"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="membership_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"


class AuditEvent(models.Model):
    """One link of the chain of what happened. Rows are never changed or deleted: the database refuses."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.TextField(default="{}")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
            models.Index(fields=["unit", "number"], name="audit_by_unit"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.target_type}:{self.target_id}"


class Notice(models.Model):
    """A message for a person; it exists exactly when the transaction that caused it was committed."""

    to = models.ForeignKey(User, models.CASCADE, related_name="notices")
    text = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-posted_at", "-pk")

    def __str__(self) -> str:
        return self.text


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """Long work with progress. The row is the record; the broker's message is only a hint that it waits."""

    task = models.CharField(max_length=100)
    title = models.CharField(_("work"), max_length=200)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    lease = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="one_open_job_a_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at=None),
                name="job_finished_as_a_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def percent(self) -> int:
        """Whole percent done, 0 to 100; 0 while the amount of work is unknown."""
        return 100 * self.done // self.total if self.total else 0
