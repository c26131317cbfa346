import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import rows
from units import audit
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def three_events() -> None:
    person = rows.user()
    for action in ("a.one", "a.two", "a.three"):
        with transaction.atomic():
            audit.record(person, action, person, value="điểm")


def test_chain_of_three_is_whole() -> None:
    three_events()

    assert audit.first_break() is None
    assert audit.chain_head()[0] == 3


@pytest.mark.parametrize("sql", ["UPDATE units_auditevent SET action = 'x'", "DELETE FROM units_auditevent"])
def test_database_refuses_to_change_the_trail(sql: str) -> None:
    three_events()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert AuditEvent.objects.count() == 3


def test_walk_names_a_changed_event() -> None:
    three_events()
    events = list(AuditEvent.objects.order_by("number"))
    events[1].data = '{"value": "khác"}'

    assert audit.first_break(events) == audit.Break(2, "content changed")


def test_walk_names_a_missing_event() -> None:
    three_events()
    events = list(AuditEvent.objects.order_by("number"))

    assert audit.first_break([events[0], events[2]]) == audit.Break(2, "missing")


def test_walk_names_an_event_that_follows_another() -> None:
    three_events()
    events = list(AuditEvent.objects.order_by("number"))
    events[2].previous = "f" * 64

    assert audit.first_break(events) == audit.Break(3, "does not follow the event before")
