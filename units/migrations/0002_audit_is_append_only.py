"""The database itself refuses to change or delete an audit event."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = """CREATE TRIGGER audit_no_{verb} BEFORE {VERB} ON units_auditevent
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
POSTGRES_FUNCTION = """
CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql
"""
POSTGRES = (
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON units_auditevent "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
)


def close(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION, params=None)
        schema_editor.execute(POSTGRES, params=None)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(verb=verb, VERB=verb.upper()), params=None)


def reopen(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_no_change ON units_auditevent", params=None)
        schema_editor.execute("DROP FUNCTION audit_refuse()", params=None)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER audit_no_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [migrations.RunPython(close, reopen)]
