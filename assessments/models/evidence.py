"""Documents of a unit, where they are cited, what councils say of them, and what they ask for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models.boxes import FIELDS, WHOLE, Box
from assessments.models.dossiers import Assessment, Score
from criteria.models import Criterion
from units.models import Unit, User


class EvidenceState(models.TextChoices):
    """Where a document stands between its receipt and its use."""

    WAITING = "waiting", pgettext_lazy("document", "in quarantine")
    CLEAN = "clean", pgettext_lazy("document", "checked")
    REFUSED = "refused", pgettext_lazy("document", "refused")


class LinkLife(models.TextChoices):
    UNKNOWN = "unknown", _("not checked yet")
    ALIVE = "alive", _("answers")
    DEAD = "dead", _("does not answer")


class Evidence(models.Model):
    """A document of a unit, named by its content: the same bytes are stored once a unit.

    A link is a document without a file: ``url`` says where it is, ``sha256`` is that of the address. ``text`` is what
    could be read from the file, ``read`` what was read of its number, date, issuer and abstract; people confirm them.
    ``folded``: everything that a search looks through. ``replaces``: the version before.
    ``shared_reason``: why the same document may stand at other units as well.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="evidence", max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    life = models.CharField(max_length=8, choices=LinkLife, default=LinkLife.UNKNOWN)
    life_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=EvidenceState, default=EvidenceState.CLEAN)
    state_note = models.CharField(max_length=300, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(_("number and symbol"), max_length=120, blank=True)
    issued_on = models.DateField(_("date of the document"), null=True, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    abstract = models.CharField(_("abstract"), max_length=600, blank=True)
    effective_from = models.DateField(_("in effect from"), null=True, blank=True)
    period_start = models.DateField(_("figures from"), null=True, blank=True)
    period_end = models.DateField(_("figures until"), null=True, blank=True)
    read = models.JSONField(default=dict, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    shared_reason = models.CharField(_("why it is shared"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("unit", "-uploaded_at", "-pk")
        indexes = (models.Index(fields=["sha256"], name="evidence_by_content"),)
        constraints = (
            models.UniqueConstraint(fields=["unit", "sha256"], name="evidence_once_a_unit"),
            models.CheckConstraint(condition=Q(size__gt=0) | ~Q(url=""), name="evidence_not_empty"),
            models.CheckConstraint(
                condition=Q(period_end=None) | Q(period_start=None) | Q(period_end__gte=models.F("period_start")),
                name="evidence_period_runs_forward",
            ),
        )

    def __str__(self) -> str:
        return self.name


class EvidenceReader(models.Model):
    """A person who needs to know a confidential document, besides its uploader and the unit's heads."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("evidence", "user__username")
        constraints = (models.UniqueConstraint(fields=["evidence", "user"], name="reader_once"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.evidence}"


class ArchiveMember(models.Model):
    """A file inside an archive, named by its content, so that duplicates are found there as well."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="members")
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ("evidence", "pk")

    def __str__(self) -> str:
        return self.name


class PageImage(models.Model):
    """One page of a document, drawn anew by the worker as a picture."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="images")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="pages", max_length=200)

    class Meta:
        ordering = ("evidence", "number")
        constraints = (models.UniqueConstraint(fields=["evidence", "number"], name="page_drawn_once"),)

    def __str__(self) -> str:
        return f"{self.evidence} · {self.number}"


class Verdict(models.TextChoices):
    """What the appraisers say of one document on one leaf."""

    WAITING = "waiting", pgettext_lazy("proof", "waiting for the appraisers")
    ACCEPTED = "accepted", pgettext_lazy("proof", "accepted")
    REFUSED = "refused", pgettext_lazy("proof", "refused")


class RefusalReason(models.TextChoices):
    """Why a document proves nothing on a leaf: a fixed list, so that refusals can be counted."""

    OUTSIDE_PERIOD = "outside_period", _("not of the measured period")
    OTHER_MATTER = "other_matter", _("about another matter")
    NOT_ISSUED = "not_issued", _("not signed or not issued")
    INCOMPLETE = "incomplete", _("incomplete or pages missing")
    UNREADABLE = "unreadable", _("cannot be read")
    FIGURES_DIFFER = "figures_differ", _("its figures are not those declared")
    OTHER = "other", _("another reason, see the note")


NO_BOX = Q(**dict.fromkeys(FIELDS))
WHOLE_BOX = Q(
    *((f"{name}__isnull", False) for name in ("page", *FIELDS)),
    box_left__lt=models.F("box_right"),
    box_top__lt=models.F("box_bottom"),
    box_right__lte=WHOLE,
    box_bottom__lte=WHOLE,
)


class Citation(models.Model):
    """A document brought forward for one self-score.

    ``page``: where a preview opens, from 1; ``page_to``: the last page, where there are several; the box lies on
    ``page``, its edges in ten-thousandths of the page. ``place`` says page or section in words. ``asked``: the line of
    the criterion's evidence list that it answers. ``period_reason``: why a document from outside the measured period
    proves the leaf all the same.
    """

    score = models.ForeignKey(Score, models.CASCADE, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    place = models.CharField(_("page or section"), max_length=120, blank=True)
    page = models.PositiveIntegerField(_("opens at page"), null=True, blank=True)
    page_to = models.PositiveIntegerField(_("to page"), null=True, blank=True)
    box_left = models.PositiveSmallIntegerField(_("left edge"), null=True, blank=True)
    box_top = models.PositiveSmallIntegerField(_("upper edge"), null=True, blank=True)
    box_right = models.PositiveSmallIntegerField(_("right edge"), null=True, blank=True)
    box_bottom = models.PositiveSmallIntegerField(_("lower edge"), null=True, blank=True)
    asked = models.CharField(_("proves"), max_length=300, blank=True)
    period_reason = models.CharField(_("why a document outside the period"), max_length=300, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    refusal = models.CharField(_("reason"), max_length=16, choices=RefusalReason, blank=True)
    verdict_note = models.CharField(_("note"), max_length=500, blank=True)
    verdict_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verdict_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("score", "pk")
        constraints = (
            models.UniqueConstraint(fields=["score", "evidence"], name="citation_once"),
            models.CheckConstraint(
                condition=Q(verdict="refused") & ~Q(refusal="") | ~Q(verdict="refused") & Q(refusal=""),
                name="citation_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(page_to=None) | Q(page__isnull=False, page_to__gte=models.F("page")),
                name="citation_pages_run_forward",
            ),
            models.CheckConstraint(condition=NO_BOX | WHOLE_BOX, name="citation_box_whole"),
        )

    def __str__(self) -> str:
        return f"{self.evidence} · {self.place}"

    @property
    def box(self) -> Box | None:
        edges = [edge for name in FIELDS if (edge := getattr(self, name)) is not None]
        return Box(*edges) if edges else None


class RequestState(models.TextChoices):
    OPEN = "open", pgettext_lazy("request", "to be answered")
    ANSWERED = "answered", pgettext_lazy("request", "answered")
    ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
    REFUSED = "refused", pgettext_lazy("request", "refused")


class EvidenceRequest(models.Model):
    """One thing that the appraisers ask of a unit on one leaf, answered by itself until ``due_at``.

    ``otherwise`` says in advance what is decided where no answer comes.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="requests")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    text = models.TextField(_("what is asked"), max_length=2000)
    due_at = models.DateTimeField(_("answer until"))
    otherwise = models.CharField(_("without an answer"), max_length=300)
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    verdict_note = models.CharField(_("note"), max_length=500, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_at", "pk")

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.text}"


class RequestDocument(models.Model):
    """A document that answers a request."""

    request = models.ForeignKey(EvidenceRequest, models.CASCADE, related_name="documents")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    place = models.CharField(_("page or section"), max_length=120, blank=True)

    class Meta:
        ordering = ("request", "pk")
        constraints = (models.UniqueConstraint(fields=["request", "evidence"], name="request_document_once"),)

    def __str__(self) -> str:
        return str(self.evidence)


class IntakeState(models.TextChoices):
    RECEIVING = "receiving", pgettext_lazy("upload", "receiving")
    DONE = "done", pgettext_lazy("upload", "received")
    REFUSED = "refused", pgettext_lazy("upload", "refused")


class Intake(models.Model):
    """One upload in pieces, found again by the key that the browser gave it, until it is a document or a refusal.

    ``received``: bytes stored so far; the next piece begins there. ``path``: the folder of the pieces in the store.
    ``handled_at``: when the person took note of the outcome; until then it stays on the page.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, models.CASCADE, null=True, blank=True, related_name="intakes")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    received = models.PositiveBigIntegerField(default=0)
    path = models.CharField(max_length=100)
    state = models.CharField(max_length=9, choices=IntakeState, default=IntakeState.RECEIVING)
    refusal = models.CharField(max_length=20, blank=True)
    evidence = models.ForeignKey(Evidence, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-began_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["unit", "key"], name="intake_once_a_key"),
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="intake_within_its_size"),
        )

    def __str__(self) -> str:
        return self.name
