"""A web server of one's own on the house's database, to be killed without ending the house."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from tests.flows import house

THREADS = "4"


class Web:
    """The gunicorn of production with one process; it comes back on the same port with everything that was stored."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = house.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--threads", THREADS]
        command = [sys.executable, "-m", "gunicorn", "parindex.wsgi", *options, "--log-level", "critical"]
        self.process = subprocess.Popen(command, cwd=house.ROOT, env=self.environment, start_new_session=True)
        end = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, "the web server does not start"
            assert time.monotonic() < end, "the web server does not answer"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/health/ready/", timeout=2):
                return True
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """As the kernel does when memory runs out: no goodbye to anybody who waits for an answer."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Web]:
    web = Web(environment)
    web.start()
    try:
        yield web
    finally:
        web.kill()
