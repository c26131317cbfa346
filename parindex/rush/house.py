"""A server of its own for the rush: a fresh database, files in a temporary folder, gunicorn and a worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg2
from django.conf import settings

from parindex import children

HOST = "127.0.0.1"
START_SECONDS = 60
WORKERS, THREADS = 4, 4


@dataclass(frozen=True)
class House:
    """Where it answers, and the environment of commands that work on its database."""

    port: int
    environment: dict[str, str]
    web: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End one process of the web server without a word (SIGKILL), in the middle of whatever it does."""
        for pid in _children_of(self.web.pid)[:1]:
            os.kill(pid, signal.SIGKILL)

    def inside(self, *arguments: str) -> Any:
        """What ``manage.py bench rush`` with ``arguments`` prints inside the house, read as JSON. Its errors show."""
        command = [sys.executable, "manage.py", "bench", "rush", *arguments]
        environment = self.environment | {"DEBUG": "1"}
        done = subprocess.run(  # noqa: S603
            command, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.PIPE
        )
        return json.loads(done.stdout)


@contextmanager
def open_house() -> Iterator[House]:
    """The running server on a free port, gone with its database and its files afterwards."""
    with tempfile.TemporaryDirectory() as folder, _database() as address:
        environment = _environment(Path(folder), address)
        for folders in ("broker/queue", "broker/control"):
            (Path(folder) / folders).mkdir(parents=True)
        for command in (["migrate"], ["build_static"], ["collectstatic", "--no-input"]):
            run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            subprocess.run(run, cwd=settings.BASE_DIR, env=environment, check=True)  # noqa: S603
        port = _free_port()
        with children.together(environment) as start:
            web = start(_web(port))
            start(_worker(), gives_way=True)
            _wait(port)
            yield House(port, environment, web)


def _children_of(parent: int) -> list[int]:
    """The processes that ``parent`` started, the oldest first (Linux)."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # pid (name) state ppid: the name may hold anything but comes to an end with the last bracket.
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found += [int(folder.name)] if int(words[1]) == parent else []
    return sorted(found)


def _environment(folder: Path, address: str) -> dict[str, str]:
    """What is measured is what production runs: DEBUG off, compressed files, compiled modules, the same broker and
    cache."""
    left = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in left}
    return {
        **kept,
        "PARINDEX_DATA": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": address or f"sqlite:///{folder / 'parindex.sqlite3'}",
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "CELERY_QUEUE": f"rush-{os.getpid()}",
    }


@contextmanager
def _database() -> Iterator[str]:
    """The address of a fresh database beside ours on PostgreSQL, dropped afterwards; empty for SQLite."""
    if not settings.DATABASE_URL.startswith("postgres"):
        yield ""
        return
    name, parts = f"parindex_rush_{os.getpid()}", urlsplit(settings.DATABASE_URL)
    _admin(f'CREATE DATABASE "{name}"')
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _admin(statement: str) -> None:
    link = psycopg2.connect(settings.DATABASE_URL)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()


def _web(port: int) -> list[str]:
    options = ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--log-level", "warning"]
    sizes = ["--workers", str(WORKERS), "--threads", str(THREADS)]
    return [sys.executable, "-m", "gunicorn", "parindex.wsgi", *options, *sizes]


def _worker() -> list[str]:
    options = ["--beat", "--concurrency", "1", "--loglevel", "CRITICAL", "--without-gossip", "--without-mingle"]
    return [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "parindex", "worker", *options]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(f"http://{HOST}:{port}/health/ready/", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The server did not answer within {START_SECONDS} seconds.")
