"""One command to the running demonstration: prepare, start web and worker, say where and who, end both together."""

import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from parindex import children, practice

HOST = "127.0.0.1"
START_SECONDS = 40
WORKER_STARTS = 20


class Command(BaseCommand):
    help = "Prepare the demonstration, start web and worker, print the address and the accounts. Ctrl-C ends all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demonstration's data away first")
        parser.add_argument("--port", type=int, default=8000, help="the port of the web server (default 8000)")
        parser.add_argument("--no-serve", action="store_true", help="prepare only and exit")

    def handle(self, *args: Any, reset: bool, port: int, no_serve: bool, **options: Any) -> None:
        with translation.override("vi"):
            refuse_outside_practice()
            if not no_serve:
                refuse_taken_port(port)
            for remark in practice.remarks():
                self.say(self.style.WARNING(remark))
            if reset:
                practice.forget(Path(settings.DATA_DIR))
            self.prepare()
            if not no_serve:
                self.serve(port)

    def prepare(self) -> None:
        started = time.monotonic()
        self.say(_("Preparing the database …"))
        call_command("migrate", verbosity=0)
        call_command("build_static", stdout=StringIO())
        practice.prepare(self.say)
        self.say(_("Ready after %(seconds)d seconds.") % {"seconds": round(time.monotonic() - started)})
        self.say(practice.accounts_table())

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def serve(self, port: int) -> None:
        environment = served_environment()
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=settings.BASE_DIR, env=environment, check=True)  # noqa: S603
        with children.together(environment) as start:
            web = start(web_command(port))
            wait_until_it_answers(port)
            self.say(practice.greeting(f"http://{HOST}:{port}/"))
            # The broker of files can meet a message that is still being written, and the worker ends on it. Nothing is
            # lost: the job's row is the record, and the next worker's sweep rings for it again.
            ended = children.wait_restarting(start, worker_command(), web, WORKER_STARTS)
        if ended:
            raise CommandError(_("This process ended by itself: %(command)s") % {"command": ended.args})
        self.say(_("Stopped. Everything you did is kept; the same command starts it again."))


def served_environment() -> dict[str, str]:
    """What is shown is what production shows: our own error pages, compressed files, no debugging aids."""
    own = {"DEBUG": "0", "SECRET_KEY": settings.SECRET_KEY, "HTTPS": "0", "ALLOWED_HOSTS": f"{HOST},localhost"}
    return {**os.environ, **own}


def worker_command() -> list[str]:
    # As root Celery only warns about its own rights; the demonstration runs as whoever started it.
    options = ["--beat", "--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    return [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "parindex", "worker", *options]


def web_command(port: int) -> list[str]:
    options = ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", "8"]
    return [sys.executable, "-m", "gunicorn", "parindex.wsgi", *options, "--log-level", "warning"]


def refuse_outside_practice() -> None:
    if not settings.DEBUG:
        raise CommandError(
            _("The demonstration makes accounts with known passwords and runs only with DEBUG on. Nothing was changed.")
        )


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise CommandError(
                _("Port %(port)d is taken or not allowed. Choose another one: manage.py demo --port %(other)d")
                % {"port": port, "other": 8010 if port != 8010 else 8020}
            ) from None


def wait_until_it_answers(port: int) -> None:
    """Return when the web server says it is ready; raise ``CommandError`` when it does not within the time."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(f"http://{HOST}:{port}/health/ready/", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise CommandError(_("The web server did not answer within %(seconds)d seconds.") % {"seconds": START_SECONDS})
