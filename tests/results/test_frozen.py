"""The database itself refuses to change an approved run, whoever asks and in whatever way."""

import pytest
from django.db import DatabaseError, connection, transaction

from results.models import ResultLine, Run, UnitResult
from tests.results import house

pytestmark = pytest.mark.django_db
STATEMENTS = (
    "UPDATE results_run SET digest = 'x' WHERE id = {run}",
    "UPDATE results_run SET state = 'computed' WHERE id = {run}",
    "DELETE FROM results_run WHERE id = {run}",
    "UPDATE results_unitresult SET band = 'A' WHERE run_id = {run}",
    "DELETE FROM results_unitresult WHERE run_id = {run}",
    "UPDATE results_resultline SET final_points = 0 WHERE run_id = {run}",
    "DELETE FROM results_resultline WHERE run_id = {run}",
    "UPDATE results_resultline SET run_id = {run} WHERE run_id = {other}",
    "UPDATE results_unitresult SET run_id = {other} WHERE run_id = {run}",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_nothing_of_an_approved_run_changes(statement: str) -> None:
    season = house.ready()
    run, other = house.computed(season), house.computed(season)
    Run.objects.filter(pk=run.pk).update(state="approved")
    before = list(UnitResult.objects.order_by("pk").values()), list(ResultLine.objects.order_by("pk").values())

    with pytest.raises(DatabaseError, match="approved run"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(run=run.pk, other=other.pk))

    after = list(UnitResult.objects.order_by("pk").values()), list(ResultLine.objects.order_by("pk").values())
    assert after == before


def test_a_line_is_not_added_to_an_approved_run() -> None:
    season = house.ready()
    run = house.computed(season)
    line = ResultLine.objects.filter(run=run).first()
    assert line is not None
    Run.objects.filter(pk=run.pk).update(state="approved")
    line.pk, line.code = None, "9.9"

    with pytest.raises(DatabaseError, match="approved run"), transaction.atomic():
        line.save()


@pytest.mark.parametrize("statement", STATEMENTS[:1] + STATEMENTS[3:7])
def test_a_computed_run_may_still_be_thrown_away(statement: str) -> None:
    season = house.ready()
    run, other = house.computed(season), house.computed(season)

    with connection.cursor() as cursor:
        cursor.execute(statement.format(run=run.pk, other=other.pk))
        assert cursor.rowcount > 0
