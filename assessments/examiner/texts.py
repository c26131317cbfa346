"""Text and tables of Office files, read without the program that made them: for the search and for a plain preview.

The XML is read as it streams by, entities are refused, and reading ends once there is more than a person would look at.
"""

import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from assessments.examiner.kinds import DOCX, MOST_TEXT, Refusal, RefusedFile

PIECE = 64 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_SPACES = 80
Block = dict[str, Any]
Attributes = dict[str, str]


class Enough(Exception):
    """There is more than is wanted."""


@dataclass
class Blocks:
    """Paragraphs ``{"text", "level"}`` and tables ``{"title", "rows"}`` in their order, at most ``room`` characters."""

    room: int = MOST_TEXT
    rows: int = MOST_ROWS
    found: list[Block] = field(default_factory=list)

    def add(self, block: Block) -> None:
        texts = [block["text"]] if "text" in block else [block["title"], *itertools.chain(*block["rows"])]
        self.room -= sum(len(text) + 1 for text in texts)
        self.rows -= len(block.get("rows", ()))
        self.found.append(block)
        if self.room <= 0 or self.rows <= 0:
            raise Enough


def plain(found: list[Block]) -> str:
    """The blocks as one text: a paragraph or a row a line, cells apart by tabs."""
    return "\n".join(_lines(found))[:MOST_TEXT]


def _lines(found: list[Block]) -> Iterator[str]:
    for block in found:
        if "text" in block:
            yield block["text"]
        else:
            yield from filter(None, [block["title"]])
            yield from ("\t".join(row) for row in block["rows"])


class Listener:
    """Hears of the elements of a part, by their names without prefixes."""

    def start(self, tag: str, given: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text between elements."""


def parse(archive: zipfile.ZipFile, name: str, listener: Listener) -> None:
    """Tell ``listener`` what stands in the part. Raises ``RefusedFile`` where entities are declared."""

    def start(tag: str, given: Attributes) -> None:
        listener.start(_local(tag), {_local(key): value for key, value in given.items()})

    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: listener.end(_local(tag))
    parser.CharacterDataHandler = listener.text
    with archive.open(name) as part:
        while piece := part.read(PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)


def _refuse_entities(*_: object) -> None:
    raise RefusedFile(Refusal.ENTITIES)


def _local(name: str) -> str:
    return name.rpartition("|")[2]


class Flow(Listener):
    """A text with tables: paragraphs, rows and cells within one another. A table in a cell is text of that cell."""

    def __init__(self, found: Blocks) -> None:
        self.found = found
        self.parts: list[str] = []
        self.level = 0
        self.depth = 0
        self.title = ""
        self.rows: list[list[str]] = []
        self.cells: list[str] = []
        self.cell: list[str] = []
        self.repeated = 1
        self.size = 0

    def paragraph(self) -> None:
        text = "".join(self.parts).strip()
        self.parts.clear()
        if self.depth:
            self.cell.extend(filter(None, [text]))
        elif text:
            self.found.add({"text": text, "level": self.level})
        self.level = 0

    def begin_table(self, title: str = "") -> None:
        self.depth += 1
        if self.depth == 1:
            self.title, self.rows, self.cells, self.cell, self.size = title, [], [], [], 0

    def end_cell(self) -> None:
        if self.depth != 1:
            return
        copies = min(self.repeated, MOST_COLUMNS - len(self.cells))
        self.cells.extend(["\n".join(self.cell)] * copies)
        self.cell, self.repeated = [], 1

    def end_row(self) -> None:
        if self.depth != 1:
            return
        while self.cells and not self.cells[-1]:
            self.cells.pop()
        if self.cells:
            self.rows.append(self.cells)
            self.size += sum(map(len, self.cells))
        self.cells = []
        if len(self.rows) >= self.found.rows or self.size > self.found.room:
            self.end_table()

    def end_table(self) -> None:
        self.depth = max(0, self.depth - 1)
        if not self.depth and self.rows:
            rows, self.rows = self.rows, []
            self.found.add({"title": self.title, "rows": rows})


class Word(Flow):
    """The body of a Word file."""

    def __init__(self, found: Blocks) -> None:
        super().__init__(found)
        self.is_text = False
        self.ends = {"p": self.paragraph, "tc": self.end_cell, "tr": self.end_row, "tbl": self.end_table}

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "t":
            self.is_text = True
        elif tag == "tbl":
            self.begin_table()
        elif tag in {"tab", "br"} and not given:
            self.parts.append("\t" if tag == "tab" else "\n")
        elif tag == "pStyle" and given.get("val", "").lower().startswith(("heading", "title")):
            self.level = 1

    def end(self, tag: str) -> None:
        if tag == "t":
            self.is_text = False
        elif tag in self.ends:
            self.ends[tag]()

    def text(self, text: str) -> None:
        if self.is_text:
            self.parts.append(text)


class OpenDocument(Flow):
    """The body of a text or a workbook of LibreOffice."""

    def __init__(self, found: Blocks) -> None:
        super().__init__(found)
        self.inside = 0
        self.starts = {"tab": "\t", "line-break": "\n"}
        self.ends = {
            "table-cell": self.end_cell,
            "covered-table-cell": self.end_cell,
            "table-row": self.end_row,
            "table": self.end_table,
        }

    def start(self, tag: str, given: Attributes) -> None:
        if tag in {"p", "h"}:
            self.inside += 1
            self.level = int(tag == "h")
        elif tag == "s":
            self.parts.append(" " * min(int(given.get("c", "1")), MOST_SPACES))
        elif tag == "table":
            self.begin_table(given.get("name", ""))
        elif tag.endswith("table-cell"):
            self.repeated = int(given.get("number-columns-repeated", "1"))
        else:
            self.parts.append(self.starts.get(tag, ""))

    def end(self, tag: str) -> None:
        if tag in {"p", "h"}:
            self.inside -= 1
            self.paragraph()
        elif tag in self.ends:
            self.ends[tag]()

    def text(self, text: str) -> None:
        if self.inside:
            self.parts.append(text)


def word(archive: zipfile.ZipFile, found: Blocks) -> None:
    """Read the body of a Word file into ``found``."""
    parse(archive, DOCX.inside, Word(found))


def open_document(archive: zipfile.ZipFile, found: Blocks) -> None:
    """Read a text or a workbook of LibreOffice into ``found``."""
    parse(archive, "content.xml", OpenDocument(found))
