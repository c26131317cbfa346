"""When what is asked of whom: cycles, their phases, tiers, ranking groups and bands."""

from typing import TypedDict

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from units.models import Unit, UnitKind, User


class Size(TypedDict):
    max_digits: int
    decimal_places: int


POINTS: Size = {"max_digits": 9, "decimal_places": 4}


class RankOn(models.TextChoices):
    EXACT = "exact", _("exact indexes")
    PUBLISHED = "published", _("published (rounded) indexes")


class TieRule(models.TextChoices):
    COMPETITION = "competition", _("equal units share a rank, the next ranks are left out (1, 2, 2, 4)")
    DENSE = "dense", _("equal units share a rank, the next rank follows (1, 2, 2, 3)")


class NotApplicableRule(models.TextChoices):
    REDUCE = "reduce", _("the maximum leaves the denominator")
    FULL = "full", _("full points are given")


class MissingRule(models.TextChoices):
    """What a leaf without points counts as. Every use is listed in the run report."""

    ZERO = "zero", _("counts as 0 points")
    EXCLUDE = "exclude", _("leaves the denominator")
    WITHHOLD = "withhold", _("the unit gets no index until it is filled")


class Cycle(models.Model):
    """One yearly season: every tier and kind of unit that is assessed for the same measured period.

    ``issued_at``: when its plan was issued; from then on dates move only by an ``Extension``.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    authority = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period_start = models.DateField(_("measured from"))
    period_end = models.DateField(_("measured until"))
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.CharField(_("plan"), max_length=300, blank=True)
    plan_number = models.CharField(_("number of the plan"), max_length=60, blank=True)
    plan_date = models.DateField(_("date of the plan"), null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_places = models.PositiveSmallIntegerField(_("published places"), default=2)
    rank_on = models.CharField(max_length=10, choices=RankOn, default=RankOn.EXACT)
    band_on = models.CharField(max_length=10, choices=RankOn, default=RankOn.EXACT)
    tie_rule = models.CharField(max_length=12, choices=TieRule, default=TieRule.COMPETITION)
    not_applicable = models.CharField(max_length=10, choices=NotApplicableRule, default=NotApplicableRule.REDUCE)
    unscored = models.CharField(max_length=10, choices=MissingRule, default=MissingRule.ZERO)
    missing_survey = models.CharField(max_length=10, choices=MissingRule, default=MissingRule.WITHHOLD)
    is_demo = models.BooleanField(default=False)
    demo_shift_days = models.IntegerField(default=0)
    bundle_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-year", "code")
        constraints = (
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="cycle_period_runs_forward"),
            models.CheckConstraint(condition=Q(published_places__lte=6), name="cycle_places_at_most_six"),
        )

    def __str__(self) -> str:
        return self.name


class Band(models.Model):
    """A class of the result: every index of at least ``lower`` percent that reaches no higher band."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="bands")
    name = models.CharField(max_length=60)
    lower = models.DecimalField(**POINTS)

    class Meta:
        ordering = ("-lower",)
        constraints = (
            models.UniqueConstraint(fields=["cycle", "name"], name="band_name_once"),
            models.UniqueConstraint(fields=["cycle", "lower"], name="band_limit_once"),
        )

    def __str__(self) -> str:
        return self.name


class Tier(models.Model):
    """One competent level of a cycle: its authority approves and publishes the results of the tier's groups."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="tiers")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    authority = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    standing_body = models.CharField(_("standing body"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("cycle", "position", "code")
        constraints = (models.UniqueConstraint(fields=["cycle", "code"], name="tier_code_once"),)

    def __str__(self) -> str:
        return self.name


class RankingGroup(models.Model):
    """Units ranked together, apart from all others: those of ``kind`` directly below ``parent``."""

    tier = models.ForeignKey(Tier, models.CASCADE, related_name="groups")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=UnitKind)
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("tier", "position", "code")
        constraints = (models.UniqueConstraint(fields=["tier", "code"], name="group_code_once"),)

    def __str__(self) -> str:
        return self.name


class PhaseKind(models.TextChoices):
    SELF_SCORING = "self_scoring", _("Self-scoring")
    APPRAISAL = "appraisal", _("Appraisal")
    SURVEY = "survey", _("Sociological survey")
    APPROVAL = "approval", _("Approval and publication")


class DeadlineReading(models.TextChoices):
    """How the plan's words became one instant."""

    BEFORE = "before", _("“before day D”: until day D begins")
    THROUGH = "through", _("“until day D”: until day D ends")
    MOVED = "moved", _("“until day D”, a day off: until the next working day ends")
    INSTANT = "instant", _("the plan names the hour")


class Phase(models.Model):
    """A step of the cycle between two instants, for one kind of unit. ``reading`` is the plan's own wording.

    ``reads`` and ``named_day``: how that wording was read. ``late_until``: until when a dossier that missed
    ``closes_at`` is still taken, as late; None: not at all.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=20, choices=PhaseKind)
    unit_kind = models.CharField(max_length=20, choices=UnitKind)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reading = models.CharField(max_length=300)
    reads = models.CharField(_("reading"), max_length=8, choices=DeadlineReading, default=DeadlineReading.INSTANT)
    named_day = models.DateField(_("day that the plan names"), null=True, blank=True)
    late_until = models.DateTimeField(_("late dossiers are taken until"), null=True, blank=True)

    class Meta:
        ordering = ("cycle", "closes_at", "kind")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "kind", "unit_kind"], name="phase_once_a_kind"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="phase_runs_forward"),
            models.CheckConstraint(
                condition=Q(late_until=None) | Q(late_until__gt=F("closes_at")), name="phase_takes_late_after_its_end"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_unit_kind_display()}"


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("waiting for a second person")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Extension(models.Model):
    """A later end of a phase for one unit, or for all (``unit`` None): an act of two people, seen by every unit.

    The latest approved end that concerns a unit counts. Rows are never changed once decided.
    """

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    closes_at = models.DateTimeField(_("new deadline"))
    reason = models.CharField(_("reason"), max_length=1000)
    document = models.CharField(_("document"), max_length=200)
    state = models.CharField(max_length=9, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ("phase", "-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | Q(state="withdrawn", decided_by=F("asked_by"), decided_at__isnull=False)
                | Q(state__in=("approved", "refused"), decided_at__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.phase} · {self.closes_at:%d/%m/%Y %H:%M}"


class DayOff(models.Model):
    """A day on which offices are closed, or (``is_working``) a Saturday or Sunday worked in exchange."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_working = models.BooleanField(_("worked in exchange"), default=False)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class CarriedKind(models.TextChoices):
    SETTINGS = "settings", _("settings and bands")
    TIER = "tier", _("tiers and groups")
    PHASE = "phase", _("calendar")
    SET = "set", _("criteria set")
    DELEGATION = "delegation", _("delegation")
    COUNCIL = "council", _("councils and seats")
    SURVEY = "survey", _("survey")


class Carried(models.Model):
    """An item of a new cycle that came from the last one. Nobody has answered for it until it is affirmed.

    ``is_left_out``: it was not carried; ``note`` says why. ``key``: of the new row, as text.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="carried")
    kind = models.CharField(max_length=10, choices=CarriedKind)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    is_left_out = models.BooleanField(default=False)
    affirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    affirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("cycle", "pk")
        constraints = (models.UniqueConstraint(fields=["cycle", "kind", "key"], name="carried_once"),)

    def __str__(self) -> str:
        return self.label
