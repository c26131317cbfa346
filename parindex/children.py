"""Child processes that live and die with this one: the demonstration's web server and worker."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 8

POLITE = 10


class Start(Protocol):
    """Starts a command. ``gives_way``: the others come first where the processor is short."""

    def __call__(self, command: Sequence[str], *, gives_way: bool = False) -> "subprocess.Popen[bytes]": ...


class Stopped(Exception):
    """A signal asked us to end."""


def _die_with_parent() -> None:
    """On Linux the kernel ends the child when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _give_way() -> None:
    """Linux weighs sessions against each other first, and the processes of one session by their niceness after that."""
    _die_with_parent()
    os.nice(POLITE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(POLITE))


@contextmanager
def together(environment: Mapping[str, str] | None = None) -> Iterator[Start]:
    """Give a starter of child processes (in ``environment``, else in ours); on the way out all are ended."""
    running: list[subprocess.Popen[bytes]] = []

    def start(command: Sequence[str], *, gives_way: bool = False) -> "subprocess.Popen[bytes]":
        hook = (_give_way if gives_way else _die_with_parent) if sys.platform == "linux" else None
        # A group of its own: Ctrl-C reaches us first, and we end the whole group, grandchildren included.
        child = subprocess.Popen(command, env=environment, preexec_fn=hook, start_new_session=True)  # noqa: S603
        running.append(child)
        return child

    try:
        yield start
    finally:
        for child in reversed(running):
            _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    _signal_group(child, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)
        child.wait()
    # Grandchildren that outlived their parent go with its group.
    _signal_group(child, signal.SIGKILL)


def _signal_group(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def wait_for_signal(children: Sequence["subprocess.Popen[bytes]"]) -> "subprocess.Popen[bytes] | None":
    """Sleep until Ctrl-C or TERM (None), or until a child ends by itself (that child)."""
    stop = threading.Event()
    previous = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stop.wait(0.3):
            for child in children:
                if child.poll() is not None:
                    return child
        return None
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def wait_restarting(
    start: Start, command: Sequence[str], beside: "subprocess.Popen[bytes]", starts: int
) -> "subprocess.Popen[bytes] | None":
    """Run ``command`` beside another child and start it again when it ends by itself, ``starts`` times in all.

    None after Ctrl-C or TERM; else the child that ended: the one beside it, or the last start.
    """
    child = start(command)
    while (ended := wait_for_signal([child, beside])) is child and starts > 1:
        starts -= 1
        child = start(command)
    return ended
