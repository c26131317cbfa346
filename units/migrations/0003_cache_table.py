"""The embedded mode keeps allauth's rate limits in the database, shared by all processes (stack.md, trap 9)."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("units", "0002_audit_is_append_only")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
