"""An issued set does not change: the database itself refuses, asked in SQL, without a line of this program between."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from criteria.models import CriteriaSet, Criterion, Lineage
from criteria.services import life
from tests.criteria.life.makers import DECISION, Office, office

pytestmark = pytest.mark.django_db

SETS, NODES, LINEAGE = "criteria_criteriaset", "criteria_criterion", "criteria_lineage"
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="OR REPLACE is SQLite's")


def run(statement: str, *values: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def assert_refused(statement: str, *values: Any, words: str = "does not change") -> None:
    with pytest.raises(DatabaseError, match=words):
        run(statement, *values)


@dataclass
class Sets:
    """A set in force, the version that it replaced, and a draft that is to replace it."""

    here: Office
    replaced: CriteriaSet
    issued: CriteriaSet
    draft: CriteriaSet

    def of(self, state: str) -> CriteriaSet:
        found: CriteriaSet = getattr(self, state)
        return found


@pytest.fixture
def sets() -> Sets:
    here = office()
    first = here.issued()
    second = here.version(first)
    life.supersede(old=first, new=second, by=here.staff, **DECISION)
    third = here.version(CriteriaSet.objects.get(pk=second.pk))
    first, second = (CriteriaSet.objects.get(pk=each.pk) for each in (first, second))
    return Sets(here, first, second, third)


def columns(model: type[CriteriaSet] | type[Criterion] | type[Lineage]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


BOTH = pytest.mark.parametrize("state", ["issued", "replaced"])
# A value that differs from what is stored, by column; where none is named, a word or a number that nothing has.
OTHER: dict[str, Any] = {
    "cycle_id": -1,
    "is_demo": True,
    "may_exceed": True,
    "is_leaf": None,
    "is_max_unknown": True,
    "is_confirmed": False,
    "issued_on": "2023-01-01",
    "issued_at": "2023-01-01 00:00:00+00:00",
    "confirmed_at": "2023-01-01 00:00:00+00:00",
    "parent_id": None,
    "state": "draft",
    "share": "0.5",
}
NUMBERS = ("_id", "id", "position", "depth", "version", "points", "scale", "cap")


def other(column: str) -> Any:
    if column in OTHER:
        return OTHER[column]
    return 77 if column.endswith(NUMBERS) else "khác"


# ---- the set itself


@BOTH
@pytest.mark.parametrize("column", columns(CriteriaSet))
def test_no_column_of_the_set_changes(sets: Sets, state: str, column: str) -> None:
    assert_refused(f"UPDATE {SETS} SET {column} = %s WHERE id = %s", other(column), sets.of(state).pk)


@BOTH
def test_the_set_is_not_deleted(sets: Sets, state: str) -> None:
    assert_refused(f"DELETE FROM {SETS} WHERE id = %s", sets.of(state).pk)


@pytest.mark.parametrize("state", ["issued", "replaced"])
def test_no_set_is_born_in_force(sets: Sets, state: str) -> None:
    names = [name for name in columns(CriteriaSet) if name not in {"id", "state", "version"}]
    copied = f"SELECT 9, %s, {', '.join(names)} FROM {SETS} WHERE id = %s"

    assert_refused(
        f"INSERT INTO {SETS} (version, state, {', '.join(names)}) {copied}",
        state,
        sets.replaced.pk,
        words="begins as a draft|does not change",
    )


@BOTH
def test_a_set_goes_from_issued_to_replaced_and_back_and_nowhere_else(sets: Sets, state: str) -> None:
    for wrong in ("draft", "checked"):
        assert_refused(f"UPDATE {SETS} SET state = %s WHERE id = %s", wrong, sets.of(state).pk)

    assert run(f"UPDATE {SETS} SET state = 'replaced' WHERE id = %s", sets.issued.pk) == 1
    assert run(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", sets.replaced.pk) == 1


@pytest.mark.parametrize("state", ["draft", "checked"])
def test_a_draft_is_not_replaced_before_it_was_issued(sets: Sets, state: str) -> None:
    """It would come to be in force by way of a state from which no sums are asked."""
    run(f"UPDATE {SETS} SET state = %s WHERE id = %s", state, sets.draft.pk)

    words = "only after it was issued"
    assert_refused(f"UPDATE {SETS} SET state = 'replaced' WHERE id = %s", sets.draft.pk, words=words)


def test_two_sets_of_a_kind_are_not_in_force(sets: Sets) -> None:
    words = "(?i)unique|does not change"
    assert_refused(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", sets.draft.pk, words=words)


# ---- its nodes and its lineage


def node_of(criteria_set: CriteriaSet) -> Criterion:
    return criteria_set.criteria.get(code="1.1.1")


@BOTH
@pytest.mark.parametrize("column", columns(Criterion))
def test_no_column_of_a_node_changes(sets: Sets, state: str, column: str) -> None:
    node = node_of(sets.of(state))
    value = not node.is_leaf if column == "is_leaf" else other(column)

    assert_refused(f"UPDATE {NODES} SET {column} = %s WHERE id = %s", value, node.pk)


@BOTH
@pytest.mark.parametrize("column", columns(Lineage))
def test_no_column_of_the_lineage_changes(sets: Sets, state: str, column: str) -> None:
    if state == "replaced":
        # The first version has no origins: turn the states round.
        run(f"UPDATE {SETS} SET state = 'replaced' WHERE id = %s", sets.issued.pk)
    row = sets.issued.lineage.first()
    assert row is not None

    assert_refused(f"UPDATE {LINEAGE} SET {column} = %s WHERE id = %s", other(column), row.pk)


@BOTH
@pytest.mark.parametrize("table", [NODES, LINEAGE])
def test_no_row_is_deleted(sets: Sets, state: str, table: str) -> None:
    if state == "replaced":
        run(f"UPDATE {SETS} SET state = 'replaced' WHERE id = %s", sets.issued.pk)

    assert_refused(f"DELETE FROM {table} WHERE criteria_set_id = %s", sets.issued.pk)


@BOTH
def test_no_node_is_added(sets: Sets, state: str) -> None:
    names = [name for name in columns(Criterion) if name not in {"id", "criteria_set_id", "code", "position"}]
    copied = f"SELECT %s, '9', 900, {', '.join(names)} FROM {NODES} WHERE id = %s"

    assert_refused(
        f"INSERT INTO {NODES} (criteria_set_id, code, position, {', '.join(names)}) {copied}",
        sets.of(state).pk,
        node_of(sets.draft).pk,
    )


@BOTH
def test_no_origin_is_added(sets: Sets, state: str) -> None:
    assert_refused(
        f"INSERT INTO {LINEAGE} (criteria_set_id, criterion_id, kind, share, is_confirmed)"
        " VALUES (%s, %s, 'new', 1, %s)",
        sets.of(state).pk,
        node_of(sets.of(state)).pk,
        False,
    )


@BOTH
@pytest.mark.parametrize("table", [NODES, LINEAGE])
def test_no_row_moves_in_from_a_draft(sets: Sets, state: str, table: str) -> None:
    assert_refused(
        f"UPDATE {table} SET criteria_set_id = %s WHERE criteria_set_id = %s", sets.of(state).pk, sets.draft.pk
    )


@BOTH
def test_no_node_moves_out_to_a_draft(sets: Sets, state: str) -> None:
    node = node_of(sets.of(state))
    assert_refused(
        f"UPDATE {NODES} SET criteria_set_id = %s, code = '9', position = 900 WHERE id = %s", sets.draft.pk, node.pk
    )


@only_sqlite
def test_no_row_is_run_over_by_another(sets: Sets) -> None:
    """REPLACE removes what is in its way and fires no trigger for it."""
    node, row = node_of(sets.issued), sets.issued.lineage.first()
    assert row is not None
    mine, own = node_of(sets.draft).pk, sets.draft.lineage.order_by("pk").first()
    assert own is not None
    for statement, values in (
        (f"UPDATE OR REPLACE {NODES} SET id = %s WHERE id = %s", (node.pk, mine)),
        (f"UPDATE OR REPLACE {LINEAGE} SET id = %s WHERE id = %s", (row.pk, own.pk)),
        (
            f"UPDATE OR REPLACE {LINEAGE} SET criterion_id = %s, previous_id = %s WHERE id = %s",
            (row.criterion_id, row.previous_id, own.pk),
        ),
        (f"UPDATE OR REPLACE {SETS} SET id = %s WHERE id = %s", (sets.issued.pk, sets.draft.pk)),
        (f"UPDATE OR REPLACE {SETS} SET version = %s WHERE id = %s", (sets.issued.version, sets.draft.pk)),
        (f"UPDATE OR REPLACE {SETS} SET state = 'issued', digest = 'x' WHERE id = %s", (sets.draft.pk,)),
    ):
        assert_refused(statement, *values)
    for table, old, new in ((NODES, mine, node.pk), (LINEAGE, own.pk, row.pk), (SETS, sets.draft.pk, sets.issued.pk)):
        names = [each for each in columns(MODELS[table]) if each != "id"]
        copied = f"SELECT %s, {', '.join(names)} FROM {table} WHERE id = %s"
        assert_refused(f"INSERT OR REPLACE INTO {table} (id, {', '.join(names)}) {copied}", new, old)


MODELS: dict[str, type[CriteriaSet] | type[Criterion] | type[Lineage]] = {
    SETS: CriteriaSet,
    NODES: Criterion,
    LINEAGE: Lineage,
}


# ---- a draft is free


def test_everything_of_a_draft_changes(sets: Sets) -> None:
    pk = sets.draft.pk

    assert run(f"UPDATE {SETS} SET title = 'Tên khác', scale = 12, number = '1' WHERE id = %s", pk) == 1
    assert run(
        f"UPDATE {NODES} SET name = 'Tên khác', max_points = 3 WHERE criteria_set_id = %s AND side = 'scale'", pk
    )
    assert run(f"UPDATE {LINEAGE} SET kind = 'moved' WHERE criteria_set_id = %s", pk) == 9
    assert run(f"DELETE FROM {LINEAGE} WHERE criteria_set_id = %s", pk) == 9
    assert run(f"DELETE FROM {NODES} WHERE criteria_set_id = %s AND code = '1.2'", pk) == 1
    run(f"DELETE FROM {NODES} WHERE criteria_set_id = %s", pk)
    assert run(f"DELETE FROM {SETS} WHERE id = %s", pk) == 1


# ---- sums


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("", "scale = 11"),
        ("", "survey_points = 3"),
        ("I", "max_points = 9"),
        ("1.1", "max_points = 4"),
        ("1.1.1", "max_points = 2.0001"),
        ("1.2", "is_max_unknown = true, max_points = 0"),
        ("1.2", "method = 'survey'"),
        ("a)", "method = 'appraisal'"),
        ("III", "max_points = 3.0001"),
        ("IV", "min_points = -2.0001"),
        ("1.1", "is_leaf = true"),
        ("1.2", "is_leaf = false"),
        ("1.1.2", "side = 'bonus'"),
        ("II", "side = 'bonus'"),
    ],
)
def test_a_set_whose_points_do_not_add_up_is_not_issued(code: str, change: str) -> None:
    draft = office().checked()
    if code:
        assert run(f"UPDATE {NODES} SET {change} WHERE criteria_set_id = %s AND code = %s", draft.pk, code) == 1
    else:
        run(f"UPDATE {SETS} SET {change} WHERE id = %s", draft.pk)

    assert_refused(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", draft.pk, words="do not add up")
    assert CriteriaSet.objects.get(pk=draft.pk).state == "checked"


def test_a_node_below_another_sets_node_keeps_both_from_being_issued() -> None:
    here = office()
    one, two = here.checked(), here.checked()
    area = one.criteria.get(code="I")
    run(f"UPDATE {NODES} SET parent_id = %s WHERE criteria_set_id = %s AND code = '1.2'", area.pk, two.pk)

    for each in (one, two):
        assert_refused(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", each.pk, words="do not add up")


def test_a_set_that_adds_up_is_issued_by_sql() -> None:
    draft = office().checked()

    assert run(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", draft.pk) == 1


def test_a_set_without_a_digest_is_not_issued() -> None:
    draft = office().draft()

    words = "(?i)issued_set_has_a_digest"
    assert_refused(f"UPDATE {SETS} SET state = 'issued' WHERE id = %s", draft.pk, words=words)
