"""Two writers append at once. First with the guard off, to show that the race is real; then with it on."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import rows
from units import audit
from units.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def append_together(person: User, writers: int) -> list[BaseException]:
    """Each writer appends in its own transaction on its own connection; the failures come back."""
    failures: list[BaseException] = []
    start = threading.Barrier(writers)

    def write() -> None:
        try:
            start.wait()
            with transaction.atomic():
                audit.record(person, "race", person)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_race_without_the_lock_breaks_an_append(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's immediate transactions queue by themselves: there is no guard to take away")
    person = rows.user()
    both_have_read = threading.Barrier(2)
    digest_of: Callable[..., str] = audit.digest_of

    def slow_digest(event: object) -> str:
        both_have_read.wait(5)
        return digest_of(event)

    monkeypatch.setattr(audit, "_lock", lambda: None)
    monkeypatch.setattr(audit, "digest_of", slow_digest)

    failures = append_together(person, 2)

    assert [type(failure) for failure in failures] == [IntegrityError]


def test_race_with_the_lock_leaves_a_whole_chain() -> None:
    person = rows.user()

    failures = append_together(person, 8)

    assert failures == []
    assert audit.first_break() is None
    assert audit.chain_head()[0] == 8


def test_record_outside_a_transaction_is_refused() -> None:
    person = rows.user()

    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(person, "x", person)
