"""The database itself keeps an issued set as it is, and issues none whose maxima do not add up.

- A set is born as a draft; it is issued by an UPDATE that finds every sum right.
- Nothing of an issued or replaced set, its nodes or its lineage is inserted, changed or deleted.
- Its state may go from issued to replaced and back (an amendment that is undone), and from issued to nothing else; a
  draft becomes replaced only by way of being issued.
- On SQLite "INSERT OR REPLACE" and "UPDATE OR REPLACE" remove the rows in their way without asking the triggers for
  DELETE: what would remove a frozen row is refused before.

Sums are compared in whole ten-thousandths of a point, for SQLite keeps NUMERIC as a binary float.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FROZEN = "an issued criteria set does not change; make a new version"
SUMS = "the maxima of this criteria set do not add up; it cannot be issued"
BORN = "a criteria set begins as a draft"
SKIPPED = "a criteria set is replaced only after it was issued"
KEPT = [
    "id",
    "cycle_id",
    "kind",
    "version",
    "title",
    "scale",
    "survey_points",
    "bonus_cap",
    "penalty_cap",
    "may_exceed",
    "legal_basis",
    "is_demo",
    "replaces_id",
    "number",
    "issued_on",
    "signer",
    "digest",
    "issued_at",
    "issued_by_id",
]
IS_FROZEN = "EXISTS (SELECT 1 FROM criteria_criteriaset s WHERE s.id = {row}.criteria_set_id AND s.state IN ('issued', 'replaced'))"
SAME = {
    "criteria_criterion": ("o.id = NEW.id",),
    "criteria_lineage": (
        "o.id = NEW.id",
        "o.criterion_id = NEW.criterion_id AND o.previous_id = NEW.previous_id",
        "o.criterion_id = NEW.criterion_id AND o.previous_id IS NULL AND NEW.previous_id IS NULL",
    ),
}
"""Which rows of other sets a new row can collide with: its own set is NEW.criteria_set_id, which is asked anyway."""
POINTS = "CAST(ROUND({0} * 10000) AS BIGINT)"


def _sum(column: str, where: str) -> str:
    whole = POINTS.format(f"c.{column}")
    return f"(SELECT COALESCE(SUM({whole}), 0) FROM criteria_criterion c WHERE {where})"


def _wrong_sums() -> str:
    """A condition over NEW, a row of criteria_criteriaset, that holds when something does not add up."""
    of_set, below = "c.criteria_set_id = NEW.id", "c.parent_id = p.id"
    inner = "p.criteria_set_id = NEW.id AND NOT p.is_leaf"
    areas = _sum("max_points", f"{of_set} AND c.parent_id IS NULL AND c.side = 'scale'")
    survey = _sum("max_points", f"{of_set} AND c.is_leaf AND c.method = 'survey' AND c.side = 'scale'")
    maximum, minimum = POINTS.format("p.max_points"), POINTS.format("p.min_points")
    nodes = (
        f"(p.side = 'scale' AND {maximum} <> {_sum('max_points', below)})"
        f" OR (p.side = 'bonus' AND {maximum} > {_sum('max_points', below)})"
        f" OR (p.side = 'penalty' AND {minimum} < {_sum('min_points', below)})"
    )
    odd = "p.is_leaf OR c.criteria_set_id <> p.criteria_set_id OR c.side <> p.side"
    return (
        f"{areas} <> {POINTS.format('NEW.scale')} OR {survey} <> {POINTS.format('NEW.survey_points')}"
        f" OR EXISTS (SELECT 1 FROM criteria_criterion p WHERE {inner} AND ({nodes}))"
        " OR EXISTS (SELECT 1 FROM criteria_criterion p WHERE p.criteria_set_id = NEW.id AND p.is_max_unknown)"
        " OR EXISTS (SELECT 1 FROM criteria_criterion c JOIN criteria_criterion p ON c.parent_id = p.id"
        f" WHERE (c.criteria_set_id = NEW.id OR p.criteria_set_id = NEW.id) AND ({odd}))"
    )


def _set_changed(differs: str) -> str:
    """A condition over OLD and NEW: a frozen set would become another."""
    kept = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in KEPT)
    return f"OLD.state IN ('issued', 'replaced') AND (NEW.state NOT IN ('issued', 'replaced') OR {kept})"


def _set_in_the_way(of: str) -> str:
    """A condition over NEW: a frozen set has its key or its version, and is not the row ``of`` that changes."""
    same = "o.id = NEW.id OR (o.cycle_id = NEW.cycle_id AND o.kind = NEW.kind AND o.version = NEW.version)"
    in_force = "o.state = 'issued' AND NEW.state = 'issued' AND o.cycle_id = NEW.cycle_id AND o.kind = NEW.kind"
    return (
        f"EXISTS (SELECT 1 FROM criteria_criteriaset o WHERE o.id {of} AND o.state IN ('issued', 'replaced')"
        f" AND ({same} OR ({in_force})))"
    )


def _row_in_the_way(table: str, of: str) -> str:
    """A condition over NEW: a row of a frozen set stands where NEW would, and is not the row ``of`` that changes."""
    same = " OR ".join(f"({each})" for each in SAME[table])
    frozen = IS_FROZEN.format(row="o")
    return f"EXISTS (SELECT 1 FROM {table} o WHERE o.id {of} AND ({same}) AND {frozen})"


def _sqlite() -> list[tuple[str, str]]:
    """Name and statement of each trigger."""
    refuse = "SELECT RAISE(ABORT, '{0}')"
    made = [
        (
            "set_born_a_draft",
            f"BEFORE INSERT ON criteria_criteriaset WHEN NEW.state NOT IN ('draft', 'checked') BEGIN {refuse.format(BORN)}; END",
        ),
        (
            "set_not_run_over",
            f"BEFORE INSERT ON criteria_criteriaset WHEN {_set_in_the_way('IS NOT NULL')} BEGIN {refuse.format(FROZEN)}; END",
        ),
        (
            "set_not_run_over_by_change",
            f"BEFORE UPDATE ON criteria_criteriaset WHEN {_set_in_the_way('<> OLD.id')} BEGIN {refuse.format(FROZEN)}; END",
        ),
        (
            "set_not_skipped",
            "BEFORE UPDATE ON criteria_criteriaset WHEN NEW.state = 'replaced' AND OLD.state IN ('draft', 'checked')"
            f" BEGIN {refuse.format(SKIPPED)}; END",
        ),
        (
            "set_kept",
            f"BEFORE UPDATE ON criteria_criteriaset WHEN {_set_changed('IS NOT')} BEGIN {refuse.format(FROZEN)}; END",
        ),
        (
            "set_not_deleted",
            f"BEFORE DELETE ON criteria_criteriaset WHEN OLD.state IN ('issued', 'replaced') BEGIN {refuse.format(FROZEN)}; END",
        ),
        (
            "set_adds_up",
            "BEFORE UPDATE OF state ON criteria_criteriaset WHEN NEW.state = 'issued' AND OLD.state IN ('draft', 'checked')"
            f" BEGIN SELECT RAISE(ABORT, '{SUMS}') WHERE {_wrong_sums()}; END",
        ),
    ]
    for table in SAME:
        in_the_way = {"INSERT": "IS NOT NULL", "UPDATE": "<> OLD.id"}
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            when = [IS_FROZEN.format(row=row) for row in rows]
            when += [_row_in_the_way(table, in_the_way[verb])] if verb in in_the_way else []
            made.append(
                (
                    f"{table.removeprefix('criteria_')}_{verb.lower()}_kept",
                    f"BEFORE {verb} ON {table} WHEN {' OR '.join(when)} BEGIN {refuse.format(FROZEN)}; END",
                )
            )
    return made


def _postgres() -> list[tuple[str, str, str]]:
    """Name, body and place of each function with its trigger."""
    refuse = "RAISE EXCEPTION '{0}'"
    of_set = (
        "IF TG_OP = 'DELETE' THEN"
        f" IF OLD.state IN ('issued', 'replaced') THEN {refuse.format(FROZEN)}; END IF; RETURN OLD; END IF;"
        f" IF TG_OP = 'INSERT' THEN IF NEW.state NOT IN ('draft', 'checked') THEN {refuse.format(BORN)}; END IF; RETURN NEW; END IF;"
        f" IF NEW.state = 'replaced' AND OLD.state IN ('draft', 'checked') THEN {refuse.format(SKIPPED)}; END IF;"
        f" IF {_set_changed('IS DISTINCT FROM')} THEN {refuse.format(FROZEN)}; END IF;"
        f" IF NEW.state = 'issued' AND OLD.state IN ('draft', 'checked') AND ({_wrong_sums()}) THEN {refuse.format(SUMS)}; END IF;"
        " RETURN NEW;"
    )
    of_row = (
        f"IF TG_OP <> 'INSERT' THEN IF {IS_FROZEN.format(row='OLD')} THEN {refuse.format(FROZEN)}; END IF; END IF;"
        f" IF TG_OP <> 'DELETE' THEN IF {IS_FROZEN.format(row='NEW')} THEN {refuse.format(FROZEN)}; END IF; RETURN NEW; END IF;"
        " RETURN OLD;"
    )
    return [
        ("criteria_set_kept", of_set, "criteria_criteriaset"),
        ("criteria_criterion_kept", of_row, "criteria_criterion"),
        ("criteria_lineage_kept", of_row, "criteria_lineage"),
    ]


def close(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, body, table in _postgres():
            function = f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} END $$ LANGUAGE plpgsql"
            schema_editor.execute(function, params=None)
            trigger = f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            schema_editor.execute(trigger, params=None)
    else:
        for name, rest in _sqlite():
            schema_editor.execute(f"CREATE TRIGGER {name} {rest}", params=None)


def reopen(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, _body, table in _postgres():
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)
    else:
        for name, _rest in _sqlite():
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("criteria", "0003_sets_as_data")]

    operations = [migrations.RunPython(close, reopen)]
