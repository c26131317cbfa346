"""Archives, and Office files, which are archives too. Every entry is unpacked and counted; no declared size counts.

What is unpacked goes nowhere but into a digest, a count and a look at its first bytes.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import IO

from assessments.examiner.kinds import (
    HEAD,
    MOST_DEPTH,
    MOST_DIRECTORY,
    MOST_ENTRIES,
    MOST_MEMBER,
    MOST_RATIO,
    MOST_UNPACKED,
    OPEN_DOCUMENTS,
    ZIP,
    ZIPPED,
    FileType,
    Refusal,
    RefusedFile,
)

ZIP_END, ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
END = struct.Struct("<4s4H2LH")
LOCAL_HEAD = 30
PIECE = 256 * 1024
LEAST_BOMB = 1024 * 1024
NO_END = 2**62
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What systems leave in archives beside the documents; nobody put it there on purpose.
LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
MACROS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/")
# Entities have no place in an Office file; they are how one XML file reads others or grows a thousandfold.
DECLARATION = "<!DOCTYPE"
DECLARATIONS = tuple(DECLARATION.encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
FAILURES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, KeyError)


@dataclass(frozen=True)
class Member:
    """A file inside an archive: its name there, its bytes counted, its SHA-256 and its kind."""

    name: str
    size: int
    sha256: str


class Budget:
    """How much may still be unpacked, over all archives within archives."""

    def __init__(self, packed: int) -> None:
        self.most = min(MOST_UNPACKED, max(MOST_RATIO * packed, LEAST_BOMB))
        self.entries = MOST_ENTRIES
        self.spent = 0

    def spend(self, size: int) -> None:
        self.spent += size
        if self.spent > self.most:
            raise RefusedFile(Refusal.BOMB)

    def enter(self, entries: int) -> None:
        self.entries -= entries
        if self.entries < 0:
            raise RefusedFile(Refusal.BOMB)


@contextmanager
def opened(file: IO[bytes], size: int) -> Iterator[zipfile.ZipFile]:
    """The archive, once its directory is of bearable size. Raises ``RefusedFile``."""
    _assert_small_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FAILURES as error:
        raise RefusedFile(Refusal.UNREADABLE) from error


def _assert_small_directory(file: IO[bytes], size: int) -> None:
    """A directory of a million entries would fill the memory while it is listed: its size is read first."""
    start = max(0, size - 65_536 - END.size - 20)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(ZIP_END)
    if at < 0 or len(tail) < at + END.size:
        raise RefusedFile(Refusal.UNREADABLE)
    directory = END.unpack_from(tail, at)[5]
    if directory > MOST_DIRECTORY or tail[max(0, at - 20) : at].startswith(ZIP64):
        raise RefusedFile(Refusal.BOMB)


def ends_as_archive(file: IO[bytes], size: int) -> bool:
    """Whether the file can be opened as an archive as well, because one was put behind it."""
    file.seek(max(0, size - 65_536 - END.size))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(ZIP_END)
    if at < 0 or len(tail) < at + END.size:
        return False
    _, _, _, here, all_of_them, _, _, comment = END.unpack_from(tail, at)
    return bool(here == all_of_them > 0 and at + END.size + comment == len(tail))


Inner = Callable[[IO[bytes], int, str, int, Budget], list[Member]]


def examine(file: IO[bytes], size: int, budget: Budget, inner: Inner, depth: int = 0) -> tuple[FileType, list[Member]]:
    """The kind of the archive and the files inside a plain one. Every byte of it was unpacked and counted.

    ``inner(file, size, name, depth, budget)`` judges a file inside a plain archive. Raises ``RefusedFile``.
    """
    with opened(file, size) as archive:
        entries = archive.infolist()
        budget.enter(len(entries))
        _assert_honest(entries, archive)
        names = {entry.filename for entry in entries}
        kind = _kind(archive, names)
        if kind != ZIP:
            _assert_no_macros(names)
            for entry in entries:
                _unpack_part(archive, entry, budget)
            return kind, []
        if depth >= MOST_DEPTH:
            raise RefusedFile(Refusal.NESTED)
        return kind, _members(archive, entries, budget, inner, depth)


def _assert_honest(entries: list[zipfile.ZipInfo], archive: zipfile.ZipFile) -> None:
    """No password, no method that few programs know, no two entries made of the same bytes."""
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedFile(Refusal.ENCRYPTED)
    if any(entry.compress_type not in METHODS for entry in entries):
        raise RefusedFile(Refusal.UNREADABLE)
    reached = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < reached:
            raise RefusedFile(Refusal.BOMB)
        reached = entry.header_offset + LOCAL_HEAD + entry.compress_size
    if reached > archive.start_dir:
        raise RefusedFile(Refusal.BOMB)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> FileType:
    for kind in ZIPPED:
        if kind.inside in names:
            return kind
    if "mimetype" not in names:
        # A presentation or a drawing is no plain archive, and none of the kinds that are taken.
        if "[Content_Types].xml" in names:
            raise RefusedFile(Refusal.UNKNOWN_TYPE)
        return ZIP
    if archive.getinfo("mimetype").file_size > HEAD:
        raise RefusedFile(Refusal.BOMB)
    declared = archive.read("mimetype").decode("ascii", "replace").strip()
    for kind in OPEN_DOCUMENTS:
        if kind.content_type == declared:
            return kind
    raise RefusedFile(Refusal.UNKNOWN_TYPE)


def _assert_no_macros(names: set[str]) -> None:
    for name in names:
        small = name.lower()
        if small.endswith(MACROS) or small.startswith(MACRO_FOLDERS):
            raise RefusedFile(Refusal.MACROS)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The entry unpacked piece by piece to its very end; its checksum and its size are compared there.

    Python's reader stops where the directory says that the file ends, so that a bomb which declares nothing would pass
    for an empty file: it is not told.
    """
    endless = copy(entry)
    endless.file_size = NO_END
    unpacked = 0
    with archive.open(endless) as part:
        while piece := part.read(PIECE):
            unpacked += len(piece)
            budget.spend(len(piece))
            yield piece
    if unpacked != entry.file_size:
        raise RefusedFile(Refusal.UNREADABLE)


def _unpack_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> None:
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    before = b""
    for piece in _pieces(archive, entry, budget):
        if is_xml and any(word in before + piece for word in DECLARATIONS):
            raise RefusedFile(Refusal.ENTITIES)
        before = piece[-2 * len(DECLARATION) :]


def _members(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], budget: Budget, inner: Inner, depth: int
) -> list[Member]:
    found: list[Member] = []
    for entry in entries:
        if entry.filename.endswith("/"):
            continue
        content = io.BytesIO()
        digest = hashlib.sha256()
        for piece in _pieces(archive, entry, budget):
            digest.update(piece)
            content.write(piece)
            if content.tell() > MOST_MEMBER:
                raise RefusedFile(Refusal.HEAVY, entry.filename)
        if is_litter(entry.filename):
            continue
        size = content.tell()
        content.seek(0)
        found.append(Member(entry.filename, size, digest.hexdigest()))
        found += inner(content, size, entry.filename, depth + 1, budget)
    return found


def is_litter(name: str) -> bool:
    small = name.lower()
    return small.startswith(LITTER[0]) or small.rpartition("/")[2] in LITTER
