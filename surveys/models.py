"""What citizens, businesses and officials say: points of the sociological survey per unit and criterion."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import POINTS, Criterion, Cycle, Tier
from units.models import Unit, User


class SurveyImport(models.Model):
    """A workbook of survey points as it was handed in; ``rows`` in = ``accepted`` + ``refused``."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(rows=models.F("accepted") + models.F("refused")), name="survey_import_rows_add_up"
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class SurveyPoint(models.Model):
    """Points of one survey leaf of one unit, from ``respondents`` valid forms (0: not stated)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), **POINTS)
    respondents = models.PositiveIntegerField(_("valid forms"), default=0)
    source = models.ForeignKey(SurveyImport, models.PROTECT, null=True, blank=True, related_name="points")

    class Meta:
        ordering = ("cycle", "unit__sort_key", "criterion__position")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "unit", "criterion"], name="one_survey_point_a_leaf"),
            models.CheckConstraint(condition=Q(points__gte=0), name="survey_points_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.criterion.code}: {self.points}"
