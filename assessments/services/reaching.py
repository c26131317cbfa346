"""Whether an address on the web answers. Only the public web: never this machine or the network it stands in.

A name is resolved once, every address of it is looked at, and the connection goes to the address that was looked at:
a name that leads somewhere else a second later leads nowhere.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings

SECONDS = 10
MOST_BYTES = 64 * 1024
MOST_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
MOVED = {301, 302, 303, 307, 308}
# What servers answer that do not like to be asked for the head alone.
ASK_WHOLE = {400, 403, 404, 405, 406, 500, 501, 503}
HEADERS = {"User-Agent": "parindex link check", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


class Unreachable(Exception):
    """The address does not answer, or leads where nothing is asked."""


@dataclass(frozen=True)
class Target:
    """Where one request goes: the address as written, and the one that it is sent to."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def answers(url: str) -> bool:
    """Whether a page is found at ``url`` within ten seconds and three redirects; at most 64 KB are read."""
    ends = time.monotonic() + SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            status, location = _asked(url, ends)
            if status not in MOVED or not location:
                return 200 <= status < 300
            url = urljoin(url, location)
    except (Unreachable, OSError, http.client.HTTPException, ValueError):
        return False
    return False


def _asked(url: str, ends: float) -> tuple[int, str]:
    target = resolved(url)
    status, location = _request(target, "HEAD", ends)
    return _request(target, "GET", ends) if status in ASK_WHOLE else (status, location)


def resolved(url: str) -> Target:
    """The public address behind the URL. Raises ``Unreachable`` where any address of the name is not public."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise Unreachable(url)
    port = parts.port or PORTS[parts.scheme]
    if port != PORTS[parts.scheme] and not settings.LINKS_INSIDE:
        raise Unreachable(f"port {port}")
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(map(is_public, addresses)):
        raise Unreachable(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, addresses[0], path)


def is_public(address: str) -> bool:
    """Whether the address lies on the public internet: not loopback, private, link-local, reserved or multicast."""
    known = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None) or getattr(known, "sixtofour", None)
    if inner is not None:
        known = inner
    if settings.LINKS_INSIDE and known.is_loopback:
        return True
    return known.is_global and not known.is_multicast


def _request(target: Target, method: str, ends: float) -> tuple[int, str]:
    """Status and the address that the answer sends on to."""
    line = _connection(target, _left(ends))
    try:
        headers = {**HEADERS, "Host": _host(target)}
        line.request(method, target.path.encode("ascii", "ignore").decode() or "/", headers=headers)
        answer = line.getresponse()
        read = 0
        while method == "GET" and read < MOST_BYTES and (piece := answer.read(8192)):
            read += len(piece)
            _left(ends)
        return answer.status, answer.getheader("Location") or ""
    finally:
        line.close()


def _connection(target: Target, seconds: float) -> http.client.HTTPConnection:
    """A line to the address that was looked at; the certificate has to be that of the name."""
    line = http.client.HTTPConnection(target.address, target.port, timeout=seconds)
    if target.scheme == "https":
        plain = socket.create_connection((target.address, target.port), timeout=seconds)
        line.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    return line


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == PORTS[target.scheme] else f"{host}:{target.port}"


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise Unreachable("too slow")
    return left
