"""Criteria sets and their trees. An issued set is frozen: the database refuses to change it (migration 0004)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from criteria.models.cycles import POINTS, Cycle
from units.models import UnitKind, User


class SetState(models.TextChoices):
    """Draft → checked → issued → replaced. Any edit of a checked set makes it a draft again."""

    DRAFT = "draft", pgettext_lazy("state", "draft")
    CHECKED = "checked", pgettext_lazy("state", "checked")
    ISSUED = "issued", pgettext_lazy("state", "issued")
    REPLACED = "replaced", pgettext_lazy("state", "replaced")


class CriteriaSet(models.Model):
    """One version of the criteria that one kind of unit is measured by in a cycle.

    ``scale`` is the sum of the maxima of the areas inside the scale; ``survey_points`` the part of it that only a
    survey gives. Bonus points count at most ``bonus_cap`` in all, penalty points at most ``penalty_cap`` (both ≥ 0);
    ``may_exceed``: bonus may lift a total above the scale. ``digest`` is the SHA-256 of the content (``tree.digest``),
    set when the set is checked and kept when it is issued.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="sets")
    kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=SetState, default=SetState.DRAFT)
    title = models.CharField(_("title"), max_length=300)
    scale = models.DecimalField(_("scale"), **POINTS)
    survey_points = models.DecimalField(_("points by survey"), **POINTS)
    bonus_cap = models.DecimalField(_("most bonus points"), default=0, **POINTS)
    penalty_cap = models.DecimalField(_("most penalty points"), default=0, **POINTS)
    may_exceed = models.BooleanField(_("bonus points may lift the total above the scale"), default=False)
    legal_basis = models.TextField(_("legal basis"), max_length=2000, blank=True)
    is_demo = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("decision number"), max_length=60, blank=True)
    issued_on = models.DateField(_("decision date"), null=True, blank=True)
    signer = models.CharField(_("signer"), max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("cycle", "kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "kind", "version"], name="set_version_once"),
            models.UniqueConstraint(
                fields=["cycle", "kind"], condition=Q(state="issued"), name="one_issued_set_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(scale__gt=0, survey_points__gte=0, survey_points__lte=F("scale")),
                name="set_survey_share_within_scale",
            ),
            models.CheckConstraint(condition=Q(bonus_cap__gte=0, penalty_cap__gte=0), name="set_caps_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checked")) | ~Q(digest=""), name="issued_set_has_a_digest"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of it may change any more."""
        return self.state in {SetState.ISSUED, SetState.REPLACED}


class Method(models.TextChoices):
    APPRAISAL = "appraisal", _("appraisal of documents")
    SURVEY = "survey", _("sociological survey")
    OUTCOME = "outcome", _("figure of another body")
    ADJUSTMENT = "adjustment", _("bonus or penalty")


SELF_SCORED = (Method.APPRAISAL, Method.ADJUSTMENT)
"""Methods by which a unit may score itself, where ``entered_by`` is the unit."""


class Side(models.TextChoices):
    """Where a node's points go. Everything below an area is on the area's side."""

    SCALE = "scale", _("inside the scale")
    BONUS = "bonus", _("bonus points")
    PENALTY = "penalty", _("penalty points")


class EnteredBy(models.TextChoices):
    """Who may enter the points (or declare the figures) of a leaf."""

    UNIT = "unit", _("the unit itself")
    APPRAISER = "appraiser", _("the appraiser alone")
    STANDING_BODY = "standing_body", _("the standing body")
    IMPORT = "import", _("an import of figures")


class Criterion(models.Model):
    """A node of the tree: area, criterion or sub-criterion. Leaves carry points; inner maxima are sums.

    ``max_points`` is the most that a leaf gives and ``min_points`` (below the maximum) the least. On the penalty side
    the maximum is 0 and the minimum negative. ``is_max_unknown``: the maximum stands nowhere yet (it is stored as 0,
    and such a set cannot be issued). ``rule`` and ``examples`` follow ``criteria.scoring``; ``evidence_asked`` (one
    document a line), ``facets`` (one part a line) and ``legal_basis`` (one reference a line) follow
    ``criteria.tree``: what is printed in the annex is what is stored.
    """

    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=600)
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    is_leaf = models.BooleanField()
    side = models.CharField(_("side"), max_length=8, choices=Side, default=Side.SCALE)
    max_points = models.DecimalField(_("maximum"), **POINTS)
    min_points = models.DecimalField(_("minimum"), default=0, **POINTS)
    is_max_unknown = models.BooleanField(default=False)
    method = models.CharField(_("method"), max_length=12, choices=Method)
    entered_by = models.CharField(_("entered by"), max_length=14, choices=EnteredBy, default=EnteredBy.UNIT)
    evidence_asked = models.TextField(_("evidence asked"), max_length=2000, blank=True)
    rule = models.TextField(_("scoring rule"), max_length=2000, blank=True)
    examples = models.TextField(_("worked examples"), max_length=4000, blank=True)
    guidance = models.TextField(_("guidance"), max_length=4000, blank=True)
    legal_basis = models.TextField(_("legal basis"), max_length=2000, blank=True)
    facets = models.TextField(_("parts with owners of their own"), max_length=2000, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        ordering = ("criteria_set", "position")
        constraints = (
            models.UniqueConstraint(fields=["criteria_set", "code"], name="criterion_code_once"),
            models.UniqueConstraint(fields=["criteria_set", "position"], name="criterion_position_once"),
            models.CheckConstraint(
                condition=Q(max_points__gt=0, side__in=("scale", "bonus"), min_points__lt=F("max_points"))
                | Q(max_points=0, side="penalty", min_points__lt=0)
                | Q(max_points=0, is_max_unknown=True),
                name="criterion_bounds_fit_its_side",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_scorable(self) -> bool:
        """Whether a unit may score it for itself."""
        return self.is_leaf and self.method in SELF_SCORED and self.entered_by == EnteredBy.UNIT
