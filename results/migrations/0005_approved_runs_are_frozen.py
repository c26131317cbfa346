"""The database itself keeps an approved run, its lines and its results as they were approved."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FROZEN = "an approved run does not change"
OF_APPROVED = "EXISTS (SELECT 1 FROM results_run r WHERE r.id = {row}.run_id AND r.state = 'approved')"
PARTS = ("resultline", "unitresult")
VERBS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
REFUSE = f"SELECT RAISE(ABORT, '{FROZEN}')"
RAISE = f"RAISE EXCEPTION '{FROZEN}'"


def _sqlite() -> list[tuple[str, str]]:
    """Name and statement of each trigger."""
    made = [
        (f"run_{verb.lower()}_kept", f"BEFORE {verb} ON results_run WHEN OLD.state = 'approved' BEGIN {REFUSE}; END")
        for verb in ("UPDATE", "DELETE")
    ]
    for part in PARTS:
        for verb, rows in VERBS.items():
            when = " OR ".join(OF_APPROVED.format(row=row) for row in rows)
            statement = f"BEFORE {verb} ON results_{part} WHEN {when} BEGIN {REFUSE}; END"
            made.append((f"{part}_{verb.lower()}_kept", statement))
    return made


def _postgres() -> list[tuple[str, str, str, str]]:
    """Name, body, verbs and table of each function with its trigger."""
    run = f"IF OLD.state = 'approved' THEN {RAISE}; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    part = (
        f"IF TG_OP <> 'INSERT' THEN IF {OF_APPROVED.format(row='OLD')} THEN {RAISE}; END IF; END IF;"
        f" IF TG_OP <> 'DELETE' THEN IF {OF_APPROVED.format(row='NEW')} THEN {RAISE}; END IF; RETURN NEW; END IF;"
        " RETURN OLD;"
    )
    parts = [(f"results_{each}_kept", part, "INSERT OR UPDATE OR DELETE", f"results_{each}") for each in PARTS]
    return [("results_run_kept", run, "UPDATE OR DELETE", "results_run"), *parts]


def close(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, body, verbs, table in _postgres():
            function = f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} END $$ LANGUAGE plpgsql"
            schema_editor.execute(function, params=None)
            trigger = f"CREATE TRIGGER {name} BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            schema_editor.execute(trigger, params=None)
    else:
        for name, rest in _sqlite():
            schema_editor.execute(f"CREATE TRIGGER {name} {rest}", params=None)


def reopen(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, _body, _verbs, table in _postgres():
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)
    else:
        for name, _rest in _sqlite():
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("results", "0004_exemptions_and_sides_in_lines")]

    operations = [migrations.RunPython(close, reopen)]
