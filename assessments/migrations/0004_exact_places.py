from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_the_workplace"),
    ]

    operations = [
        migrations.AddField(
            model_name="citation",
            name="page_to",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="to page"),
        ),
        migrations.AddField(
            model_name="citation",
            name="box_left",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="left edge"),
        ),
        migrations.AddField(
            model_name="citation",
            name="box_top",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="upper edge"),
        ),
        migrations.AddField(
            model_name="citation",
            name="box_right",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="right edge"),
        ),
        migrations.AddField(
            model_name="citation",
            name="box_bottom",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lower edge"),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("page_to", None),
                    models.Q(("page__isnull", False), ("page_to__gte", models.F("page"))),
                    _connector="OR",
                ),
                name="citation_pages_run_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("box_bottom", None), ("box_left", None), ("box_right", None), ("box_top", None)),
                    models.Q(
                        ("page__isnull", False),
                        ("box_left__isnull", False),
                        ("box_top__isnull", False),
                        ("box_right__isnull", False),
                        ("box_bottom__isnull", False),
                        ("box_bottom__lte", 10000),
                        ("box_left__lt", models.F("box_right")),
                        ("box_right__lte", 10000),
                        ("box_top__lt", models.F("box_bottom")),
                    ),
                    _connector="OR",
                ),
                name="citation_box_whole",
            ),
        ),
    ]
