"""What the child process does with a document: say what it is, read its text, draw its pages."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from assessments.examiner import names, papers, zips
from assessments.examiner.kinds import (
    COMPOUND,
    COMPOUND_HEAD,
    LAID_OUT,
    PDF,
    PICTURES,
    PLAIN_HEADS,
    ZIP,
    ZIP_HEAD,
    FileType,
    Refusal,
    RefusedFile,
)

MACROS_INSIDE = "_VBA_PROJECT".encode("utf-16-le")
LOCKED_INSIDE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Found:
    """What a document is: its type, its pages (0: not drawn as pages), what moves in it, the files inside it."""

    content_type: str
    pages: int = 0
    active: list[str] = field(default_factory=list)
    members: list[zips.Member] = field(default_factory=list)


def answer(file: IO[bytes], request: dict[str, Any]) -> dict[str, Any]:
    """The answer to ``inspect`` or ``text``; a refusal is an answer too: ``{"refused", "detail"}``."""
    try:
        if request["act"] == "inspect":
            return asdict(inspect(file, request["name"]))
        return text(file, request["kind"])
    except RefusedFile as refused:
        return {"refused": refused.refusal, "detail": refused.detail}
    except (MemoryError, RecursionError):
        return {"refused": Refusal.HEAVY, "detail": ""}
    except Exception:
        # Whatever a broken file makes a parser raise: the person is told of the file, and this process ends anyway.
        return {"refused": Refusal.UNREADABLE, "detail": ""}


def inspect(file: IO[bytes], name: str) -> Found:
    """What the file is by its content, if it is whole and called what it is. Raises ``RefusedFile``."""
    size = os.fstat(file.fileno()).st_size
    return _inspect(file, size, name, 0, zips.Budget(size))


def _inspect(file: IO[bytes], size: int, name: str, depth: int, budget: zips.Budget) -> Found:
    if not size:
        raise RefusedFile(Refusal.EMPTY)
    head = file.read(16)
    file.seek(0)
    if head.startswith(ZIP_HEAD):
        found = _zipped(file, size, depth, budget)
    elif head.startswith(COMPOUND_HEAD):
        found = (_compound(file.read()), 0, [], [])
    else:
        found = _plain(file, size, head)
    kind, pages, active, members = found
    if names.extension(name) not in kind.extensions:
        raise RefusedFile(Refusal.WRONG_NAME)
    return Found(kind.content_type, pages, active, members)


Parts = tuple[FileType, int, list[str], list[zips.Member]]


def _plain(file: IO[bytes], size: int, head: bytes) -> Parts:
    kind = next((kind for start, kind in PLAIN_HEADS if head.startswith(start)), None)
    if kind is None:
        raise RefusedFile(Refusal.UNKNOWN_TYPE)
    if zips.ends_as_archive(file, size):
        raise RefusedFile(Refusal.TWO_KINDS)
    if kind in PICTURES:
        return kind, papers.frames(file, kind), [], []
    active = papers.active_content(file.read())
    file.seek(0)
    return PDF, papers.pdf_pages(file), active, []


def _compound(content: bytes) -> FileType:
    """Word and Excel until 2003 share one container; its directory names in UTF-16 what it holds."""
    if LOCKED_INSIDE in content:
        raise RefusedFile(Refusal.ENCRYPTED)
    if MACROS_INSIDE in content:
        raise RefusedFile(Refusal.MACROS)
    for kind in COMPOUND:
        if kind.inside.encode("utf-16-le") + b"\0\0" in content:
            return kind
    raise RefusedFile(Refusal.UNKNOWN_TYPE)


def _zipped(file: IO[bytes], size: int, depth: int, budget: zips.Budget) -> Parts:
    kind, members = zips.examine(file, size, budget, _member, depth)
    if kind == ZIP and not members and depth == 0:
        raise RefusedFile(Refusal.EMPTY)
    return kind, 0, [], members


def _member(file: IO[bytes], size: int, name: str, depth: int, budget: zips.Budget) -> list[zips.Member]:
    """The files within a file of an archive. What would not be taken by itself is not taken inside an archive."""
    reasons = {Refusal.BOMB, Refusal.NESTED, Refusal.ENCRYPTED, Refusal.MACROS, Refusal.ENTITIES}
    try:
        inside = _inspect(file, size, names.named(name), depth, budget).members
    except RefusedFile as refused:
        reason = refused.refusal if refused.refusal in reasons else Refusal.MEMBER
        raise RefusedFile(reason, refused.detail or name) from refused
    return [zips.Member(f"{name}/{each.name}", each.size, each.sha256) for each in inside]


def text(file: IO[bytes], kind: str) -> dict[str, Any]:
    """The text that can be read, and for an Office file its paragraphs and tables. Raises ``RefusedFile``."""
    if kind == PDF.content_type:
        return {"text": _storable(papers.pdf_text(file))}
    if kind in LAID_OUT:
        # What nobody who waits for an upload needs is not loaded for it.
        from assessments.examiner import office, texts  # noqa: PLC0415

        blocks, is_all = office.blocks(file, kind)
        return {"text": _storable(texts.plain(blocks)), "blocks": blocks, "is_all": is_all}
    return {"text": ""}


def _storable(read: str) -> str:
    """Without what PostgreSQL cannot store: NUL, and halves of letters."""
    return read.replace("\x00", "").encode("utf-8", "ignore").decode()


def pages(file: IO[bytes], request: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    """Pages ``first`` to ``last`` as pictures. Ends early where a page cannot be drawn."""
    try:
        yield from papers.drawn(file, request["kind"], request["first"], request["last"])
    except (RefusedFile, MemoryError, RecursionError, ValueError):
        return
