"""The child process: a document on its standard input, an answer on its standard output, and little else it can do.

Started as ``python -I child.py REQUEST`` with an empty environment. ``REQUEST`` is JSON: ``act`` (inspect, many, text,
pages), ``name``, ``kind``, ``first``, ``last``, ``memory`` (bytes), ``seconds`` (of the processor). The answer of
``inspect`` and ``text`` is one JSON object; that of ``pages`` a line ``NUMBER SIZE`` and the picture for each page.
``many`` inspects files that lie on this machine: their paths come on standard input, a JSON string a line, and each
answer is a line.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import IO, Any

ROOT = str(Path(__file__).resolve().parent.parent.parent)
# What a document is never allowed to make happen here, even if it should find a way into this process.
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename")


def confine(memory: int, seconds: int) -> None:
    """Limit this process for good: memory, processor time, no file written, no other process, no socket."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for limit, value in limits.items():
        _, most = resource.getrlimit(limit)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (value, value))
    sys.addaudithook(_forbid)


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError(event)


def main() -> None:
    """Answer the request of the command line."""
    request = json.loads(sys.argv[1])
    # Who fills in a sheet waits for a page; who brought a file sees it on its way.
    os.nice(10)
    confine(request["memory"], request["seconds"])
    sys.path.insert(0, ROOT)
    from assessments.examiner import acts  # noqa: PLC0415 — nothing is loaded before the limits stand

    file, out = os.fdopen(0, "rb"), sys.stdout.buffer
    if request["act"] == "pages":
        _pages(acts, file, request, out)
    elif request["act"] == "many":
        _many(acts, file, out)
    else:
        out.write(json.dumps(acts.answer(file, request)).encode())
    out.flush()


def _many(acts: Any, paths: IO[bytes], out: IO[bytes]) -> None:
    for line in paths:
        path = Path(json.loads(line))
        with path.open("rb") as file:
            out.write(json.dumps(acts.answer(file, {"act": "inspect", "name": path.name})).encode() + b"\n")
        out.flush()


def _pages(acts: Any, file: IO[bytes], request: dict[str, Any], out: IO[bytes]) -> None:
    for number, image in acts.pages(file, request):
        out.write(b"%d %d\n" % (number, len(image)) + image)
        out.flush()


if __name__ == "__main__":
    main()
