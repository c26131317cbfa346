"""A little server that speaks the scanner's INSTREAM protocol: the program itself is not ours."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _exactly(line: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = line.recv(size - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read


def _serve(server: socket.socket, answer: bytes | None, seen: list[bytes]) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            assert _exactly(line, 10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", _exactly(line, 4))[0]:
                content += _exactly(line, size)
            seen.append(content)
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            line.sendall(found if answer is None else answer)


@contextmanager
def clamd(socket_path: Path | None = None, answer: bytes | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a running scanner, and what it was given. ``answer``: what it says whatever it is given."""
    server = socket.socket(socket.AF_UNIX if socket_path else socket.AF_INET)
    server.bind(str(socket_path) if socket_path else ("127.0.0.1", 0))
    server.listen()
    seen: list[bytes] = []
    thread = threading.Thread(target=_serve, args=(server, answer, seen), daemon=True)
    thread.start()
    try:
        yield str(socket_path) if socket_path else f"127.0.0.1:{server.getsockname()[1]}", seen
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)
