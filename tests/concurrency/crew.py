"""Processes of their own on the test's database: the first sets Django up anew, the others are forked from it."""

import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from types import ModuleType
from typing import Any

import django
from django.conf import settings

HANDS = 5
PATIENCE = 120


@dataclass(frozen=True)
class Hand:
    """One of the processes, as what it does sees it."""

    number: int
    barrier: Barrier

    def together(self) -> None:
        """Wait until all of them are here."""
        self.barrier.wait(PATIENCE)

    def chance(self, turn: int) -> random.Random:
        """The same in every process in the same turn."""
        return random.Random(turn)


class Crew:
    """All processes; each call runs one act in all of them and returns what each of them brought back."""

    def __init__(self, environment: dict[str, str]) -> None:
        spawn = get_context("spawn")
        # Kept: a process that is still starting looks for it by name.
        self.barrier = spawn.Barrier(HANDS)
        pipes = [spawn.Pipe() for _ in range(HANDS)]
        self.lines = [near for near, _far in pipes]
        self.leader = spawn.Process(target=_lead, args=(self.barrier, [far for _near, far in pipes], environment))
        self.leader.start()
        for _near, far in pipes:
            far.close()

    def act(self, name: str, **how: Any) -> list[Any]:
        """``name``: of a function in ``tests.concurrency.acts``."""
        for line in self.lines:
            line.send((name, how))
        found = [line.recv() for line in self.lines]
        failures = [each for each in found if isinstance(each, Failure)]
        if failures:
            # One test's failure is not that of the next.
            self.barrier.reset()
            raise AssertionError("\n".join(each.text for each in failures if not each.is_follower) or failures[0].text)
        return found

    def end(self) -> None:
        for line in self.lines:
            line.send(None)
            line.close()
        self.leader.join(20)
        assert self.leader.exitcode == 0


@dataclass(frozen=True)
class Failure:
    """``is_follower``: it only waited for one that had failed."""

    text: str
    is_follower: bool


def _lead(barrier: Barrier, lines: list[Connection], environment: dict[str, str]) -> None:
    """Django is set up once, and forked before it has met the database: each process has connections of its own."""
    os.environ.clear()
    os.environ.update(environment)
    django.setup()
    if "timeout" in (options := settings.DATABASES["default"].get("OPTIONS", {})):
        # SQLite gives no writer its turn: on a machine with other work one of ten may wait long.
        options["timeout"] = PATIENCE
    acts = import_module("tests.concurrency.acts")
    fork = get_context("fork")
    hands = [fork.Process(target=_work, args=(Hand(number, barrier), lines, acts)) for number in range(HANDS)]
    for hand in hands:
        hand.start()
    # Only the process at the other end holds a line: whoever listens hears of its death.
    for line in lines:
        line.close()
    for hand in hands:
        hand.join()
    sys.exit(max(abs(hand.exitcode or 0) for hand in hands))


def _work(hand: Hand, lines: list[Connection], acts: ModuleType) -> None:
    line = lines.pop(hand.number)
    for other in lines:
        other.close()
    # Nobody says more: the tests have ended, or died.
    with suppress(EOFError):
        while (told := line.recv()) is not None:
            name, how = told
            try:
                line.send(getattr(acts, name)(hand, **how))
            except Exception as error:
                hand.barrier.abort()
                line.send(Failure(traceback.format_exc(), isinstance(error, BrokenBarrierError)))


@contextmanager
def without(module: object, name: str, instead: Callable[..., Any], *, really: bool = True) -> Iterator[None]:
    """A guard taken out, to see that it is the guard that helps; put back afterwards."""
    guard = getattr(module, name)
    if really:
        setattr(module, name, instead)
    try:
        yield
    finally:
        setattr(module, name, guard)
