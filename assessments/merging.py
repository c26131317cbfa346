"""A score workbook that came back, merged three ways with what the dossier holds by now: field by field. Plain Python.

``base`` is what the workbook said when it was made, ``theirs`` what it says now, ``mine`` what is stored now. All are
texts in one spelling each, so that two are the same exactly when they mean the same.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum

ANSWER, EXPLANATION, REASON = "answer", "explanation", "reason"
FIGURE = "figure:"
POINTS, NOT_APPLICABLE = "points", "not_applicable"
"""The two cells that together are the answer."""
NONE_OF_IT = "n/a"


class Outcome(StrEnum):
    """What becomes of one field."""

    UNCHANGED = "unchanged"
    TAKEN = "taken"
    KEPT = "kept"
    CONFLICT = "conflict"


class Trouble(StrEnum):
    """What is wrong with a row of the workbook. Only ``MOVED`` and ``COMPUTED`` do not keep it from being taken."""

    MISSING = "missing"
    DOUBLED = "doubled"
    FOREIGN = "foreign"
    RENAMED = "renamed"
    MOVED = "moved"
    UNREADABLE = "unreadable"
    COMPUTED = "computed"


HARMLESS = frozenset({Trouble.MOVED, Trouble.COMPUTED})


@dataclass(frozen=True)
class Finding:
    """Something to say of a cell, in words for the person who brought the workbook."""

    kind: Trouble
    cell: str
    text: str


@dataclass(frozen=True)
class Said:
    """What one cell says, as text, and where it stands."""

    text: str
    cell: str


@dataclass
class Row:
    """One leaf as the workbook has it. ``base`` and ``version``: what was stored when the workbook was made."""

    leaf: int
    code: str
    name: str
    cell: str
    version: int
    base: dict[str, str] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(each.kind not in HARMLESS for each in self.findings)


@dataclass
class Returned:
    """A workbook as it was read: its rows in the order in which it was made, and what belongs to no row."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Field:
    """One field of a leaf, three ways."""

    name: str
    base: str
    theirs: str
    mine: str

    @property
    def outcome(self) -> Outcome:
        if self.theirs in (self.base, self.mine):
            return Outcome.UNCHANGED if self.mine in (self.base, self.theirs) else Outcome.KEPT
        return Outcome.TAKEN if self.mine == self.base else Outcome.CONFLICT

    def settled(self, choice: str) -> str:
        """Which text stands in the end; a conflict that nobody decided changes nothing. ``choice``: theirs, mine."""
        takes = self.outcome is Outcome.TAKEN or (self.outcome is Outcome.CONFLICT and choice == "theirs")
        return self.theirs if takes else self.mine


def merge(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields that the workbook speaks of, in its order. A field that one side does not know is empty there."""
    return tuple(Field(name, base.get(name, ""), text, mine.get(name, "")) for name, text in theirs.items())


def settled(fields: Iterable[Field], choices: Mapping[str, str]) -> dict[str, str]:
    """The texts that differ from what is stored, once the conflicts are decided; ``choices`` by name of the field."""
    chosen = {each.name: each.settled(choices.get(each.name, "")) for each in fields}
    return {each.name: chosen[each.name] for each in fields if chosen[each.name] != each.mine}


def spelt(text: str) -> str:
    """A text in the one spelling in which it is compared: composed letters, one kind of line end, no blank ends.

    >>> spelt(" Đã ban hành\\r\\nkế hoạch_x000D_\\n ")
    'Đã ban hành\\nkế hoạch'
    """
    composed = unicodedata.normalize("NFC", text.replace("_x000D_", "")).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in composed if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
    return kept.replace("\ufffe", "").replace("\uffff", "").strip()


def answer(points: Decimal | None, not_applicable: bool) -> str:
    """Points and “not applicable” as one text: 2 and 2.00 are the same, nothing is empty.

    >>> answer(Decimal("2.50"), False), answer(None, True), answer(None, False)
    ('2.5', 'n/a', '')
    """
    if not_applicable:
        return NONE_OF_IT
    if points is None:
        return ""
    text = format(points + 0, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def frozen(returned: Returned) -> str:
    """The workbook as read, as canonical JSON."""
    return json.dumps(asdict(returned), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thawed(text: str) -> Returned:
    """What ``frozen`` wrote."""
    content = json.loads(text)
    rows = [
        Row(
            **{
                **row,
                "said": {name: Said(**each) for name, each in row["said"].items()},
                "findings": _findings(row["findings"]),
            }
        )
        for row in content["rows"]
    ]
    return Returned(rows, _findings(content["findings"]))


def _findings(raw: Iterable[Mapping[str, str]]) -> list[Finding]:
    return [Finding(Trouble(each["kind"]), each["cell"], each["text"]) for each in raw]
