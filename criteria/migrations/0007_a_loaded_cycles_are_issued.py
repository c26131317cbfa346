"""Cycles from before plans were issued here came from bundles, whose plans are issued: their dates are fixed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def issue(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("criteria", "Cycle").objects.filter(issued_at=None).update(issued_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("criteria", "0006_calendar")]
    operations = [migrations.RunPython(issue, migrations.RunPython.noop)]
