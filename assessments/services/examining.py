"""What a document is and holds, found out by a limited child process: this process opens no document itself."""

import compileall
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings

from assessments import examiner
from assessments.examiner.kinds import Refusal, RefusedFile
from assessments.examiner.zips import Member

CHILD = Path(examiner.__file__).with_name("child.py")
# What the child loads and this process does not: an installation may have them as text only.
LOADED = ("pypdfium2", "pypdfium2_raw", "pypdfium2_cfg")
MEMORY = 256 * 1024 * 1024
SECONDS = 10
PATIENCE = 30
MANY = 200
MOST_ANSWER = 8 * 1024 * 1024
MOST_PICTURE = 16 * 1024 * 1024
# Each takes at most 256 MiB: however many threads a web server has, two uploads are looked at at a time.
_places = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Findings:
    """What the child process found: see ``examiner.acts.Found``."""

    content_type: str
    pages: int
    active: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What could be read: ``text``, and the ``blocks`` of an Office file with whether they are all of it."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    is_all: bool = True


def inspect(file: IO[bytes], name: str) -> Findings:
    """What the file is by its content. ``file`` lies on disk and stands at its beginning. Raises ``RefusedFile``."""
    return _findings(_answer(file, {"act": "inspect", "name": name}))


def inspect_all(paths: Sequence[Path]) -> dict[Path, Findings | RefusedFile]:
    """What each of the files on this machine is, ``MANY`` of them to a child process, for its start costs most.

    A file on which a child ends is looked at once more by itself. For files that the operator chose, not for uploads.
    """
    found: dict[Path, Findings | RefusedFile] = {}
    for start in range(0, len(paths), MANY):
        some = paths[start : start + MANY]
        told = (json.dumps(str(path.resolve())).encode() + b"\n" for path in some)
        with on_disk(told) as listed, _child(listed, {"act": "many"}) as out:
            found |= zip(some, (_heard(line) for line in out), strict=False)
    for path in paths:
        if path not in found:
            found[path] = _alone(path)
    return found


def _alone(path: Path) -> Findings | RefusedFile:
    with path.open("rb") as file:
        try:
            return inspect(file, path.name)
        except RefusedFile as refused:
            return refused


def _heard(line: bytes) -> Findings | RefusedFile:
    try:
        return _findings(_understood(line))
    except RefusedFile as refused:
        return refused


def _findings(answer: dict[str, Any]) -> Findings:
    members = tuple(Member(**each) for each in answer["members"])
    return Findings(answer["content_type"], answer["pages"], tuple(answer["active"]), members)


def read(file: IO[bytes], content_type: str) -> Reading:
    """What can be read in the file. Raises ``RefusedFile``."""
    return Reading(**_answer(file, {"act": "text", "kind": content_type}))


def draw(file: IO[bytes], content_type: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Pages ``first`` to ``last`` (from 1) as PNG, each as soon as it is drawn; fewer where some cannot be drawn."""
    request = {"act": "pages", "kind": content_type, "first": first, "last": last}
    with _child(file, request) as out:
        while line := out.readline(64):
            number, size = (int(word) for word in line.split())
            image = out.read(size) if size <= MOST_PICTURE else b""
            if len(image) < size:
                return
            yield number, image


def _answer(file: IO[bytes], request: dict[str, Any]) -> dict[str, Any]:
    with _child(file, request) as out:
        return _understood(out.read(MOST_ANSWER))


def _understood(said: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        # It was killed at a limit: by memory or time that no document needs.
        raise RefusedFile(Refusal.HEAVY) from error
    if "refused" in answer:
        raise RefusedFile(Refusal(answer["refused"]), answer["detail"])
    return answer


@cache
def _compiled() -> None:
    """Compile what the child loads: it may write nothing, and would do so anew for every document, half of its work.

    Once in the life of this process, and nothing where it was done before or must not be done.
    """
    places = (found.submodule_search_locations for name in LOADED if (found := find_spec(name)))
    for folder in (str(CHILD.parent), *(path for paths in places for path in paths or ())):
        compileall.compile_dir(folder, quiet=2)


@contextmanager
def _child(file: IO[bytes], request: dict[str, Any]) -> Iterator[IO[bytes]]:
    """The child's output. It sees the document, and nothing of this process: no environment, no other file."""
    if not sys.dont_write_bytecode:
        _compiled()
    file.seek(0)
    words = json.dumps({**request, "memory": MEMORY, "seconds": SECONDS})
    with (
        _places,
        subprocess.Popen(  # noqa: S603 — our own program, with a request that we wrote
            [sys.executable, "-I", "-B", str(CHILD), words],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        ) as child,
    ):
        alarm = threading.Timer(PATIENCE, child.kill)
        alarm.daemon = True
        alarm.start()
        try:
            assert child.stdout is not None
            yield child.stdout
        finally:
            alarm.cancel()
            child.kill()


@contextmanager
def on_disk(pieces: Iterator[bytes]) -> Iterator[IO[bytes]]:
    """The bytes in a file without a name, gone when the block ends."""
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        file.seek(0)
        yield file
