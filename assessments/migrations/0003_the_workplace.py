import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0002_points_may_be_negative"),
        ("criteria", "0006_calendar"),
        ("units", "0005_divisions_and_checkers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchiveMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="assessments.evidence"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
            ],
            options={
                "ordering": ("evidence", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DelegationPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegation_plan",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=300, verbose_name="plan")),
                ("version", models.PositiveIntegerField(default=1)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issued_at", None), ("issued_by", None)),
                            models.Q(("issued_at__isnull", False), ("issued_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="delegation_issued_as_a_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.division",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegations",
                        to="assessments.delegationplan",
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("text", models.CharField(max_length=300, verbose_name="what")),
                ("facet", models.CharField(blank=True, max_length=200, verbose_name="part")),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "lead"), ("contributor", "contributor")],
                        default="lead",
                        max_length=11,
                        verbose_name="role",
                    ),
                ),
                ("task", models.CharField(blank=True, max_length=300, verbose_name="task")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="note")),
            ],
            options={
                "ordering": ("plan", "position"),
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "position"), name="delegation_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("division", None), ("person", None), ("unit__isnull", False)),
                            models.Q(("division__isnull", False), ("person", None), ("unit", None)),
                            models.Q(("division", None), ("person__isnull", False), ("unit", None)),
                            _connector="OR",
                        ),
                        name="delegation_to_exactly_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archives",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="units.job",
                    ),
                ),
                ("content", models.CharField(max_length=64)),
                ("file", models.FileField(blank=True, max_length=200, upload_to="archives")),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-asked_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "content"), name="archive_once_a_content")
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readers", to="assessments.evidence"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("evidence", "user__username"),
                "constraints": [models.UniqueConstraint(fields=("evidence", "user"), name="reader_once")],
            },
        ),
        migrations.CreateModel(
            name="EvidenceRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="criteria.criterion"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what is asked")),
                ("due_at", models.DateTimeField(verbose_name="answer until")),
                ("otherwise", models.CharField(max_length=300, verbose_name="without an answer")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be answered"),
                            ("answered", "answered"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True, max_length=5000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("verdict_note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("due_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intakes",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="criteria.criterion",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessments.evidence",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("path", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[("receiving", "receiving"), ("done", "received"), ("refused", "refused")],
                        default="receiving",
                        max_length=9,
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=20)),
                ("began_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-began_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "key"), name="intake_once_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size"))), name="intake_within_its_size"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Justification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="justifications",
                        to="assessments.delegationplan",
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(choices=[("nobody", "nobody leads"), ("several", "several lead")], max_length=8),
                ),
                ("claims", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("plan", "pk"),
                "constraints": [models.UniqueConstraint(fields=("plan", "code", "kind"), name="justified_once")],
            },
        ),
        migrations.CreateModel(
            name="PageImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="images", to="assessments.evidence"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("file", models.FileField(max_length=200, upload_to="pages")),
            ],
            options={
                "ordering": ("evidence", "number"),
                "constraints": [models.UniqueConstraint(fields=("evidence", "number"), name="page_drawn_once")],
            },
        ),
        migrations.CreateModel(
            name="PartScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="assessments.score"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("label", models.CharField(max_length=4, verbose_name="part")),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="points"),
                ),
                ("explanation", models.TextField(blank=True, verbose_name="explanation")),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("score", "label"),
                "constraints": [models.UniqueConstraint(fields=("score", "label"), name="part_scored_once")],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reopenings",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="criteria.criterion"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("question", models.TextField(max_length=2000, verbose_name="what has to be mended")),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("assessment", "number", "criterion__position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "number", "criterion"), name="leaf_reopened_once_a_round"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportSection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_sections",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=20)),
                ("text", models.TextField(blank=True, max_length=20000, verbose_name="text")),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("assessment", "pk"),
                "constraints": [models.UniqueConstraint(fields=("assessment", "key"), name="report_section_once")],
            },
        ),
        migrations.CreateModel(
            name="RequestDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.evidence"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="assessments.evidencerequest",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="page or section")),
            ],
            options={
                "ordering": ("request", "pk"),
                "constraints": [models.UniqueConstraint(fields=("request", "evidence"), name="request_document_once")],
            },
        ),
        migrations.CreateModel(
            name="SheetReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet_returns",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SignedCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.evidence"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_copies",
                        to="assessments.receipt",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("table", "Self-scoring table"), ("report", "Self-assessment report")],
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("receipt", "kind", "-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SigningPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit"
                    ),
                ),
                ("writer_signs", models.BooleanField(default=False, verbose_name="the writer signs")),
                ("checker_signs", models.BooleanField(default=False, verbose_name="a checker signs")),
                ("head_signs", models.BooleanField(default=True, verbose_name="the head submits")),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_offs",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[("writer", "Writer"), ("checker", "Checker"), ("head", "Head")], max_length=8
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "passed on"),
                            ("returned", "returned to the writer"),
                            ("taken_back", "taken back by the writer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("assessment", "at", "pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="assessment_past_draft_has_a_submission",
        ),
        migrations.RemoveConstraint(
            model_name="evidence",
            name="evidence_not_empty",
        ),
        migrations.AddField(
            model_name="assessment",
            name="return_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="citation",
            name="asked",
            field=models.CharField(blank=True, max_length=300, verbose_name="proves"),
        ),
        migrations.AddField(
            model_name="citation",
            name="page",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="opens at page"),
        ),
        migrations.AddField(
            model_name="citation",
            name="period_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="why a document outside the period"),
        ),
        migrations.AddField(
            model_name="citation",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("outside_period", "not of the measured period"),
                    ("other_matter", "about another matter"),
                    ("not_issued", "not signed or not issued"),
                    ("incomplete", "incomplete or pages missing"),
                    ("unreadable", "cannot be read"),
                    ("figures_differ", "its figures are not those declared"),
                    ("other", "another reason, see the note"),
                ],
                max_length=16,
                verbose_name="reason",
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="verdict",
            field=models.CharField(
                choices=[("waiting", "waiting for the appraisers"), ("accepted", "accepted"), ("refused", "refused")],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="verdict_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="citation",
            name="verdict_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="verdict_note",
            field=models.CharField(blank=True, max_length=500, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="abstract",
            field=models.CharField(blank=True, max_length=600, verbose_name="abstract"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="effective_from",
            field=models.DateField(blank=True, null=True, verbose_name="in effect from"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="folded",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="is_confidential",
            field=models.BooleanField(default=False, verbose_name="confidential"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="issued_on",
            field=models.DateField(blank=True, null=True, verbose_name="date of the document"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="issuer",
            field=models.CharField(blank=True, max_length=200, verbose_name="issuer"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="life",
            field=models.CharField(
                choices=[("unknown", "not checked yet"), ("alive", "answers"), ("dead", "does not answer")],
                default="unknown",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="life_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="number",
            field=models.CharField(blank=True, max_length=120, verbose_name="number and symbol"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="period_end",
            field=models.DateField(blank=True, null=True, verbose_name="figures until"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="period_start",
            field=models.DateField(blank=True, null=True, verbose_name="figures from"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="read",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="evidence",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.evidence",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="scanned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="shared_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="why it is shared"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="state",
            field=models.CharField(
                choices=[("waiting", "in quarantine"), ("clean", "checked"), ("refused", "refused")],
                default="clean",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="state_note",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="evidence",
            name="text",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="url",
            field=models.URLField(blank=True, max_length=500, verbose_name="address"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="late_minutes",
            field=models.PositiveIntegerField(default=0, verbose_name="minutes late"),
        ),
        migrations.AddField(
            model_name="score",
            name="figures",
            field=models.TextField(blank=True, verbose_name="declared figures"),
        ),
        migrations.AddField(
            model_name="score",
            name="is_copied",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="score",
            name="proposed",
            field=models.DecimalField(
                blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="points by the rule"
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="reason",
            field=models.TextField(blank=True, verbose_name="why the points differ from the rule"),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("checking", "With the checker"),
                    ("signing", "Waiting for the head"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned"),
                    ("appraised", "Appraised"),
                ],
                default="draft",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="file",
            field=models.FileField(blank=True, max_length=200, upload_to="evidence"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["sha256"], name="evidence_by_content"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "checking", "signing", "returned"]),
                    ("submitted_at__isnull", False),
                    _connector="OR",
                ),
                name="assessment_past_draft_has_a_submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "refused"), models.Q(("refusal", ""), _negated=True)),
                    models.Q(models.Q(("verdict", "refused"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="citation_refused_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0), models.Q(("url", ""), _negated=True), _connector="OR"),
                name="evidence_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_end", None),
                    ("period_start", None),
                    ("period_end__gte", models.F("period_start")),
                    _connector="OR",
                ),
                name="evidence_period_runs_forward",
            ),
        ),
    ]
