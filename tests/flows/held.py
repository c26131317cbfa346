"""Somebody who writes a row gets stuck there, so that he is found in the middle of his transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2

from tests.flows.test_worker import Rows

LONG, SHORT = 90_000_000, 20_000_000
"""How far SQLite counts meanwhile: until somebody is killed, or for a few seconds."""
STUCK_SECONDS = 0.5
# PostgreSQL: the trigger waits for a lock that the test holds.
KEY = 8761
FUNCTION = f"""CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared({KEY}); RETURN NEW; END $$"""
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {KEY} AND NOT granted"
COUNTING = """SELECT count(*) FROM (
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up LIMIT {}) SELECT n FROM up)"""


@dataclass(frozen=True)
class Point:
    """Where writers stop: before they ``act`` (INSERT or UPDATE) on a row of ``table`` that is to be as ``when``."""

    act: str
    table: str
    when: str = "1 = 1"

    @property
    def trigger(self) -> str:
        return f"CREATE TRIGGER held BEFORE {self.act} ON {self.table} FOR EACH ROW WHEN ({self.when})"


@dataclass
class Holding:
    rows: Rows

    def reached(self) -> bool:
        """Whether somebody is stuck at the point now."""
        if self.rows.url:
            return bool(self.rows.ask(WAITING)[0])
        # Nobody else writes that long: whoever holds the file is counting.
        with closing(sqlite3.connect(self.rows.file, timeout=STUCK_SECONDS, isolation_level=None)) as link:
            try:
                link.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
        return False


@contextmanager
def held(rows: Rows, point: Point, count: int = LONG) -> Iterator[Holding]:
    """From now on writers stop at the point; afterwards those that are still alive go on."""
    with _on_postgres(rows, point) if rows.url else _on_sqlite(rows, point, count):
        yield Holding(rows)


@contextmanager
def _on_postgres(rows: Rows, point: Point) -> Iterator[None]:
    with closing(_link(rows)) as holder:
        _run(holder, f"SELECT pg_advisory_lock({KEY})", FUNCTION, f"{point.trigger} EXECUTE FUNCTION held()")
        try:
            yield
        finally:
            _run(holder, f"SELECT pg_advisory_unlock({KEY})")
            _run(holder, f"DROP TRIGGER held ON {point.table}", "DROP FUNCTION held()")


@contextmanager
def _on_sqlite(rows: Rows, point: Point, count: int) -> Iterator[None]:
    def link() -> Any:
        return closing(sqlite3.connect(rows.file, timeout=60, isolation_level=None))

    with link() as before:
        before.execute(f"{point.trigger} BEGIN {COUNTING.format(count)}; END")
    try:
        yield
    finally:
        with link() as after:
            after.execute("DROP TRIGGER held")


def _link(rows: Rows) -> Any:
    link = psycopg2.connect(rows.url)
    link.autocommit = True
    return link


def _run(link: Any, *commands: str) -> None:
    with link.cursor() as cursor:
        for each in commands:
            cursor.execute(each)
