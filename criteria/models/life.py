"""What happens around a criteria set: edits, uploads, lineage to earlier sets, exemptions, legal documents."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from criteria.models.cycles import POINTS, Cycle
from criteria.models.sets import CriteriaSet, Criterion
from units.models import Unit, UnitKind, User


class Change(models.Model):
    """One edit of a draft, with what undoes it. ``number`` counts within the set; undone edits may be done again.

    ``forward`` and ``back`` are lists of operations as ``services.editing`` takes them.
    """

    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    forward = models.JSONField()
    back = models.JSONField()
    is_undone = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("criteria_set", "-number")
        constraints = (models.UniqueConstraint(fields=["criteria_set", "number"], name="change_number_once"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Upload(models.Model):
    """An annex that was read and waits for confirmation: the bytes, and nothing stored of them in any set yet."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    made = models.ForeignKey(CriteriaSet, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.file_name


class LineageKind(models.TextChoices):
    SAME = "same", _("same")
    MOVED = "moved", _("moved")
    SPLIT = "split", _("split")
    MERGED = "merged", _("merged")
    NEW = "new", _("new")
    DROPPED = "dropped", _("dropped")


class Lineage(models.Model):
    """Where a leaf comes from. ``criterion`` belongs to the newer set, ``previous`` to the older one.

    NEW has no ``previous``, DROPPED no ``criterion``; the others have both. ``share`` (0 < share ≤ 1) says which part
    of the previous leaf went here. Only confirmed rows are used for anything; a machine's proposal has nobody in
    ``confirmed_by``.
    """

    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="lineage")
    criterion = models.ForeignKey(Criterion, models.CASCADE, null=True, blank=True, related_name="origins")
    previous = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="descendants")
    kind = models.CharField(_("kind"), max_length=8, choices=LineageKind)
    share = models.DecimalField(_("share"), default=1, **POINTS)
    is_confirmed = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("criteria_set", "criterion__position", "previous__position")
        constraints = (
            models.UniqueConstraint(fields=["criterion", "previous"], name="lineage_once"),
            models.UniqueConstraint(fields=["criterion"], condition=Q(previous=None), name="lineage_new_once"),
            models.UniqueConstraint(
                fields=["criteria_set", "previous"], condition=Q(criterion=None), name="lineage_dropped_once"
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="lineage_share_within_one"),
            models.CheckConstraint(
                condition=Q(kind="new", previous=None, criterion__isnull=False)
                | Q(kind="dropped", criterion=None, previous__isnull=False)
                | Q(kind__in=("same", "moved", "split", "merged"), criterion__isnull=False, previous__isnull=False),
                name="lineage_ends_fit_its_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.previous or '—'} → {self.criterion or '—'}"


class Convention(models.TextChoices):
    """What an exemption does to the index. Both are in use (``reference``: Hà Nam 2023 and commune tables)."""

    REDUCE = "reduce", _("the maximum leaves the denominator")
    FULL = "full", _("full points are given")


class ExemptionState(models.TextChoices):
    """By rule: ahead of the round. Otherwise asked for by a unit, then granted or refused."""

    BY_RULE = "by_rule", pgettext_lazy("state", "by rule")
    ASKED = "asked", pgettext_lazy("state", "asked for")
    GRANTED = "granted", pgettext_lazy("state", "granted")
    REFUSED = "refused", pgettext_lazy("state", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "withdrawn")


class Exemption(models.Model):
    """A node that does not apply to some units of its set: everything below it leaves their dossiers.

    Whom it exempts: one ``unit``, or all units with ``attribute``; neither: every unit of the set's kind. ``document``
    is the paper that says so, ``answer`` what was said when it was granted, refused or withdrawn. Only BY_RULE and
    GRANTED have an effect.
    """

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="exemptions")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    attribute = models.CharField(_("attribute of units"), max_length=100, blank=True)
    convention = models.CharField(_("effect"), max_length=8, choices=Convention)
    state = models.CharField(_("state"), max_length=10, choices=ExemptionState)
    reason = models.TextField(_("reason"), max_length=2000)
    document = models.CharField(_("document"), max_length=200, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        ordering = ("criterion__position", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(unit=None) | Q(attribute=""), name="exemption_of_one_kind"),
            models.CheckConstraint(
                condition=~Q(state__in=("asked", "granted", "refused")) | Q(unit__isnull=False),
                name="exemption_on_request_has_a_unit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} · {self.unit or self.attribute}"


class LegalDocument(models.Model):
    """A legal or administrative document that sets and leaves refer to by its number."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    date = models.DateField(_("date"), null=True, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=600, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_repealed = models.BooleanField(_("no longer in force"), default=False)
    repealed_on = models.DateField(_("no longer in force since"), null=True, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=~Q(replaced_by=F("pk")), name="document_not_replaced_by_itself"),
        )

    def __str__(self) -> str:
        return self.number
