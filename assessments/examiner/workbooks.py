"""Workbooks of Excel as tables: the shown text of each cell, without the program that made them."""

import zipfile

from assessments.examiner.dates import date_words, is_date_format
from assessments.examiner.kinds import XLSX
from assessments.examiner.texts import MOST_COLUMNS, Attributes, Blocks, Enough, Flow, Listener, parse

MOST_STRINGS = 200_000
STRINGS, STYLES, RELATIONS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"


def workbook(archive: zipfile.ZipFile, found: Blocks) -> None:
    """Read every sheet, in the order of the tabs, into ``found``."""
    parts = set(archive.namelist())
    strings, styles = Strings(), Styles()
    for name, listener in ((STRINGS, strings), (STYLES, styles)):
        if name in parts:
            parse(archive, name, listener)
    for title, name in _sheets(archive, parts):
        sheet = Sheet(found, title, strings.found, styles.dates())
        parse(archive, name, sheet)
        sheet.end_table()


class Elements(Listener):
    """The attributes of every element called ``tag``."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[Attributes] = []

    def start(self, tag: str, given: Attributes) -> None:
        if tag == self.tag:
            self.found.append(given)


def _sheets(archive: zipfile.ZipFile, parts: set[str]) -> list[tuple[str, str]]:
    """Title and part of each sheet that is there."""
    relations, tabs = Elements("Relationship"), Elements("sheet")
    if RELATIONS in parts:
        parse(archive, RELATIONS, relations)
    parse(archive, XLSX.inside, tabs)
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations.found}
    named = [(each.get("name", ""), targets.get(each.get("id", ""), "")) for each in tabs.found]
    placed = [(title, target[1:] if target.startswith("/") else f"xl/{target}") for title, target in named]
    return [(title, part) for title, part in placed if part in parts]


class Strings(Listener):
    """The texts that cells point to."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts: list[str] = []
        self.is_text = False

    def start(self, tag: str, given: Attributes) -> None:
        self.is_text = tag == "t"
        if len(self.found) > MOST_STRINGS:
            raise Enough

    def end(self, tag: str) -> None:
        self.is_text = False
        if tag == "si":
            self.found.append("".join(self.parts))
            self.parts.clear()

    def text(self, text: str) -> None:
        if self.is_text:
            self.parts.append(text)


class Styles(Listener):
    """The styles of cells, as far as they tell a day from a number."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.styles: list[str] = []
        self.inside = False

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "numFmt":
            self.formats[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            self.styles.append(given.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.inside = False

    def dates(self) -> set[str]:
        """The numbers of the styles that show a number as a day."""
        numbered = enumerate(self.styles)
        return {str(place) for place, number in numbered if is_date_format(number, self.formats.get(number, ""))}


class Sheet(Flow):
    """One sheet as a table."""

    def __init__(self, found: Blocks, title: str, strings: list[str], dates: set[str]) -> None:
        super().__init__(found)
        self.strings, self.dates = strings, dates
        self.given: Attributes = {}
        self.is_value = False
        self.begin_table(title)

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self.given = given
            self.parts.clear()
            before = min(column(given.get("r", "")), MOST_COLUMNS)
            self.cells.extend([""] * (before - len(self.cells)))
        self.is_value = tag in {"v", "t"}

    def end(self, tag: str) -> None:
        self.is_value = False
        if tag == "c":
            self.cell = [self._shown("".join(self.parts))]
            self.end_cell()
        elif tag == "row":
            self.end_row()

    def text(self, text: str) -> None:
        if self.is_value:
            self.parts.append(text)

    def _shown(self, text: str) -> str:
        kind = self.given.get("t", "n")
        if kind == "s":
            return self.strings[int(text)] if text.isdecimal() and int(text) < len(self.strings) else ""
        if kind != "n":
            return text
        return date_words(text) if self.given.get("s", "") in self.dates else text.replace(".", ",")


def column(address: str) -> int:
    """The columns before the cell; 0 where it says no address.

    >>> column("A1"), column("AB3")
    (0, 27)
    """
    number = 0
    for letter in address:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return max(0, number - 1)
