"""The running house: ``manage.py demo`` as a newcomer starts it, on the database that the tests run on."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 240


@dataclass
class House:
    """Where the running demonstration answers, where its files are, and the environment of its commands."""

    address: str
    data: Path
    environment: dict[str, str]
    process: "subprocess.Popen[str]"

    def manage(self, *arguments: str) -> str:
        """Run a management command against the house's database and return what it printed."""
        return manage(self.environment, *arguments)


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def own_database(url: str, name: str) -> Iterator[str]:
    """The address of a fresh database beside ``url``'s on PostgreSQL, dropped afterwards; empty for SQLite."""
    if not url.startswith("postgres"):
        yield ""
        return
    parts = urlsplit(url)
    with _admin(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with _admin(url) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _admin(url: str) -> Iterator["psycopg2.extensions.cursor"]:
    link = psycopg2.connect(urlsplit(url)._replace(path="/postgres").geturl())
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def environment(data: Path, database: str, **more: str) -> dict[str, str]:
    """The practice mode on the given database, with a quick sweep so that a killed worker's job comes back soon."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_", "COV_"))}
    made = {
        **kept,
        "PARINDEX_DATA": str(data),
        "DEBUG": "1",
        "JOB_SWEEP_SECONDS": "1",
        "JOB_LEASE_SECONDS": "4",
        **more,
    }
    made["CELERY_QUEUE"] = f"flow-{os.getpid()}-{data.name}"
    made.pop("DATABASE_URL", None)
    if database:
        made["DATABASE_URL"] = database
    else:
        made.pop("REDIS_URL", None)
    return made


@contextmanager
def running(data: Path, database: str, **more: str) -> Iterator[House]:
    """Start the demonstration and wait until it answers; end it by TERM and see that it went."""
    env, port = environment(data, database, **more), free_port()
    log = (data / "demo.log").open("w")
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, text=True)
    try:
        _wait(process, port, data / "demo.log")
        yield House(f"http://127.0.0.1:{port}", data, env, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()
        assert left_behind(data) == []


def left_behind(data: Path) -> list[str]:
    """The commands that still run on the house's data: after TERM there must be none."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            named = f"PARINDEX_DATA={data}".encode() in (folder / "environ").read_bytes().split(b"\0")
            found += [(folder / "cmdline").read_text().replace("\0", " ")] if named else []
        except OSError:
            continue
    return found


def _wait(process: "subprocess.Popen[str]", port: int, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/ready/", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"not ready after {READY_SECONDS} seconds:\n{log.read_text()}")
