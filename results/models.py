"""What follows, and its publication: runs with their frozen lines, unit results, decisions, publications."""

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import POINTS, Convention, CriteriaSet, RankingGroup, Side, Tier
from units.models import Job, Unit, User


class RunState(models.TextChoices):
    """The words of ``results.states.State``."""

    COMPUTING = "computing", _("Computing")
    COMPUTED = "computed", _("Computed")
    FAILED = "failed", _("Failed")
    APPROVED = "approved", _("Approved")


class Run(models.Model):
    """One computation of a tier. Its lines are the frozen inputs; it never changes once approved."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.COMPUTING)
    settings = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("tier", "-number")
        constraints = (models.UniqueConstraint(fields=["tier", "number"], name="run_numbered_once"),)

    def __str__(self) -> str:
        return f"{self.tier} · {self.number}"


class Source(models.TextChoices):
    """Which layer the final points of a line were taken from, or what stood in for it."""

    APPRAISAL = "appraisal", _("appraised")
    SURVEY = "survey", _("survey")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    BY_RULE = "by_rule", _("not applicable by rule")
    GRANTED = "granted", _("not applicable, granted on request")
    UNSCORED = "unscored", _("not appraised")
    NO_SURVEY = "no_survey", _("no survey points")


class ResultLine(models.Model):
    """One leaf of one unit as it entered a run. Texts are copied: a line explains itself after its sources changed.

    Of an exempted leaf ``decider`` names the document and who decided, ``reason`` says why, ``convention`` what it does
    to the index.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=600)
    area_code = models.CharField(max_length=20)
    side = models.CharField(max_length=8, choices=Side, default=Side.SCALE)
    maximum = models.DecimalField(**POINTS)
    minimum = models.DecimalField(default=0, **POINTS)
    self_points = models.DecimalField(null=True, blank=True, **POINTS)
    self_not_applicable = models.BooleanField(default=False)
    final_points = models.DecimalField(null=True, blank=True, **POINTS)
    source = models.CharField(max_length=16, choices=Source)
    convention = models.CharField(max_length=8, choices=Convention, blank=True)
    decider = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("run", "unit", "position")
        constraints = (models.UniqueConstraint(fields=["run", "unit", "code"], name="one_line_a_leaf"),)

    def __str__(self) -> str:
        return f"{self.code}: {self.final_points} / {self.maximum}"


class UnitResult(models.Model):
    """Index and rank of a unit in a run. ``numerator``/``denominator``: the exact index in percent, lowest terms."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="results")
    group = models.ForeignKey(RankingGroup, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    points = models.DecimalField(**POINTS)
    maximum = models.DecimalField(**POINTS)
    numerator = models.CharField(max_length=80, blank=True)
    denominator = models.CharField(max_length=80, blank=True)
    index = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    band = models.CharField(max_length=60, blank=True)
    areas = models.JSONField(default=list)

    class Meta:
        ordering = ("run", "group__position", models.F("rank").asc(nulls_last=True), "unit__sort_key")
        constraints = (
            models.UniqueConstraint(fields=["run", "unit"], name="one_result_a_unit"),
            models.CheckConstraint(
                condition=Q(index=None, rank=None, numerator="", denominator="")
                | Q(index__isnull=False, rank__isnull=False),
                name="result_whole_or_withheld",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.index}"

    @property
    def exact(self) -> Fraction | None:
        """The exact index in percent; None while it is withheld."""
        return Fraction(int(self.numerator), int(self.denominator)) if self.numerator else None


class DecisionState(models.TextChoices):
    DRAFTED = "drafted", _("Drafted")
    APPROVED = "approved", _("Approved")


class Decision(models.Model):
    """The decision that approves a run, with its ranking annex. Drafted by one person, approved by another.

    ``grounds``: one a line, without the marks at their ends. ``signer_office``: lines parted by " / ".
    """

    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=60)
    place = models.CharField(_("place"), max_length=80)
    date = models.DateField(_("date"))
    signer = models.CharField(_("signer"), max_length=120)
    signer_office = models.CharField(_("office of the signer"), max_length=200)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    grounds = models.TextField(_("grounds"))
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFTED)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    pdf = models.FileField(upload_to="decisions", max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-date", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="drafted", approved_by=None, approved_at=None)
                | Q(state="approved", approved_by__isnull=False, approved_at__isnull=False),
                name="decision_approved_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("drafted_by")), name="decision_takes_two_people"
            ),
        )

    def __str__(self) -> str:
        return self.number


class Publication(models.Model):
    """The standing publication of a tier: readable by everybody from ``publish_at`` on, until withdrawn."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    publish_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-publish_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["tier"], condition=Q(withdrawn_at=None), name="one_standing_publication_a_tier"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="publication_withdrawn_as_a_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.tier} · {self.publish_at:%d/%m/%Y}"


class Amendment(models.Model):
    """A new version of a criteria set put in the place of the one that units were working with, in mid-cycle.

    ``moves`` says what to take back: ``pairs`` and ``nodes`` (criteria, old to new), ``returned`` (dossiers).
    ``effects`` are the counts that were shown before it was applied.
    """

    old = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    new = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    effects = models.JSONField(default=dict)
    moves = models.JSONField(default=dict)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ("-applied_at",)
        constraints = (
            models.UniqueConstraint(fields=["new"], name="set_amends_once"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="amendment_undone_as_a_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
