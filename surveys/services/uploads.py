"""Workbooks on their way: kept on the server by their digest between preview and confirmation, and for good after it.

Only the digest travels through the browser, signed (``surveys.forms``), so what is confirmed is what was shown.
"""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

WAITING = "surveys/waiting"
KEPT = "surveys/kept"
WAITS = timedelta(days=2)


class Gone(Exception):
    """The workbook is no longer there, or is no longer what it was."""


def keep(*, data: bytes) -> str:
    """Put the workbook aside until it is confirmed; returns its SHA-256. What nobody confirmed in time is deleted."""
    digest = hashlib.sha256(data).hexdigest()
    _clear()
    # A stored name is never overwritten: the same digest is the same file, put down anew so that its time counts again.
    default_storage.delete(_path(WAITING, digest))
    default_storage.save(_path(WAITING, digest), ContentFile(data))
    return digest


def settle(*, digest: str, data: bytes) -> None:
    """Keep the workbook for good: an import names it by its digest."""
    if not default_storage.exists(_path(KEPT, digest)):
        default_storage.save(_path(KEPT, digest), ContentFile(data))


def waiting(digest: str) -> bytes:
    """The workbook that waits for confirmation. Raises ``Gone``."""
    return _read(_path(WAITING, digest), digest)


def kept(digest: str) -> bytes:
    """The workbook of a confirmed import. Raises ``Gone``."""
    return _read(_path(KEPT, digest), digest)


def _path(folder: str, digest: str) -> str:
    return f"{folder}/{digest}.xlsx"


def _read(path: str, digest: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            data: bytes = file.read()
    except OSError as error:
        raise Gone(path) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise Gone(path)
    return data


def _clear() -> None:
    oldest = timezone.now() - WAITS
    names = default_storage.listdir(WAITING)[1] if default_storage.exists(WAITING) else []
    for name in names:
        path = f"{WAITING}/{name}"
        if default_storage.get_modified_time(path) < oldest:
            default_storage.delete(path)
