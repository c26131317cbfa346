"""The virus scanner: clamd's INSTREAM command over a socket, in the thirty lines that it takes."""

import socket
import struct
from dataclasses import dataclass
from typing import IO

from django.conf import settings

PIECE = 64 * 1024
SECONDS = 60
LONGEST_ANSWER = 4096


class ScannerOff(Exception):
    """No scanner answered, or it could not say anything of the file: nobody knows whether it is clean."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says. ``virus``: the name of what it found, empty where it found nothing."""

    virus: str = ""


def is_configured() -> bool:
    """Whether files have to wait for a scanner."""
    return bool(settings.CLAMD_ADDRESS)


def scan(file: IO[bytes]) -> Verdict:
    """Hand the whole file to the scanner. Raises ``ScannerOff``."""
    try:
        with _connected(settings.CLAMD_ADDRESS) as line:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except (OSError, ValueError) as error:
        raise ScannerOff(str(error)) from error
    return _verdict(answer)


def _connected(address: str) -> socket.socket:
    """``/run/clamd.sock`` or ``host:3310``. Every step must be done within a minute."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    what = answer.removeprefix("stream: ")
    if what == "OK":
        return Verdict()
    if what.endswith(" FOUND"):
        return Verdict(what.removesuffix(" FOUND"))
    raise ScannerOff(answer or "no answer")
