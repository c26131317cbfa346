"""A worker killed in the middle of a computation leaves a job that finishes once after the next start."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.flows import house

OPEN_A_RUN = """
from tests.factories import rows
from results.services import runs
season = rows.season()
runs.start(tier=season.tier, by=season.staff)
"""
# Each inserted line counts to a large number first, so that the worker is found in the middle of its transaction.
SLOW = """
CREATE TRIGGER slow BEFORE INSERT ON results_resultline BEGIN SELECT count(*) FROM (
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up LIMIT 60000000) SELECT n FROM up); END
"""


class Rows:
    """The house's database, asked directly: what is there is what survived."""

    def __init__(self, data: Path, url: str) -> None:
        self.url, self.file = url, data / "parindex.sqlite3"
        self.holder: Any = None

    def ask(self, sql: str) -> Any:
        link: Any = psycopg2.connect(self.url) if self.url else sqlite3.connect(self.file, timeout=20)
        with closing(link):
            cursor = link.cursor()
            cursor.execute(sql)
            return cursor.fetchone()

    def hold_up(self) -> None:
        """From now on whoever writes result lines gets stuck there."""
        if self.url:
            self.holder = psycopg2.connect(self.url)
            self.holder.cursor().execute("LOCK TABLE results_resultline IN ACCESS EXCLUSIVE MODE")
        else:
            self._run(SLOW)

    def let_go(self) -> None:
        if self.url:
            self.holder.close()
        else:
            self._run("DROP TRIGGER slow")

    def _run(self, sql: str) -> None:
        with closing(sqlite3.connect(self.file, timeout=20)) as link:
            link.execute(sql)
            link.commit()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with house.own_database(os.environ.get("DATABASE_URL", ""), f"parindex_kill_{os.getpid()}") as url:
        yield url


def start_worker(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "celery", "-A", "parindex", "worker", "-B", "-c", "1", "-l", "ERROR"]
    return subprocess.Popen(command, cwd=house.ROOT, env=environment, start_new_session=True)


def kill(worker: "subprocess.Popen[bytes]") -> None:
    """As the kernel does when memory runs out: at once, with all it started."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def until(true: Callable[[], bool], what: str, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.1)


def test_a_killed_worker_leaves_a_job_that_finishes_once(tmp_path: Path, database: str) -> None:
    environment = house.environment(tmp_path, database, JOB_LEASE_SECONDS="2")
    for folder in ("queue", "control"):
        (tmp_path / "broker" / folder).mkdir(parents=True)
    house.manage(environment, "migrate", "-v0")
    rows = Rows(tmp_path, database)
    house.manage(environment, "shell", "-v0", "-c", OPEN_A_RUN)
    rows.hold_up()

    first = start_worker(environment)
    try:
        until(lambda: rows.ask("SELECT state, done FROM units_job") == ("running", 2), "the worker is in the middle")
    finally:
        kill(first)
    assert rows.ask("SELECT count(*) FROM results_unitresult") == (0,)
    rows.let_go()
    second = start_worker(environment)
    try:
        until(lambda: rows.ask("SELECT state FROM units_job") == ("done",), "the job is finished")
    finally:
        kill(second)

    assert rows.ask("SELECT count(*), max(attempts) FROM units_job") == (1, 2)
    assert rows.ask("SELECT count(*) FROM results_run WHERE state = 'computed'") == (1,)
    assert rows.ask("SELECT count(*), count(DISTINCT unit_id) FROM results_unitresult") == (3, 3)
    assert rows.ask("SELECT count(*) FROM units_auditevent WHERE action = 'run.computed'") == (1,)
