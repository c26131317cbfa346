"""The rows of the table one after the other: which is a criterion, a step, a note, a total, and whose it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from criteria.imports import codes, heads, steps, values
from criteria.imports.codes import BadCode, Code, Placer
from criteria.imports.heads import Column, Head
from criteria.imports.lines import Line
from criteria.imports.verdicts import RowKind
from units.grids import Sheet
from units.naming import folded, normalised

C = Column
BRIEF = 300
TOTAL = re.compile(r"(?:tong cong|tong so diem|tong diem)\b[^:=]*:?|cong(?: diem)?:?")
PART_TOTAL = re.compile(r"(?:tong )?cong (?:linh vuc|phan|muc|nhom)\b[^:=]*:?")
NOTE = re.compile(r"(?:ghi chu|chu thich|luu y)\b.*|\(\*+\).*")
NOTE_MARK = re.compile(r"^(?:ghi chú|chú thích|lưu ý)\s*:?\s*", re.IGNORECASE)
CODE_BEFORE_WORDS = re.compile(r"\d+\.\d+\.\d+[. ].*|(?:\d+\.\d+|[IVX]+)\.\s.*")


@dataclass
class Draft:
    """A node in the making: its own row and what the rows below add to it."""

    line: Line
    code: Code
    parent_code: str = ""
    below: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    rows_below: list[Line] = field(default_factory=list)


@dataclass
class Total:
    """A row that states a sum; ``area``: the position of the area it closes, None for the whole table."""

    line: Line
    area: int | None = None
    is_part: bool = False


class Body:
    """Reads the lines in order. ``trusted``: the workbook is our own export, whose codes may have gaps."""

    def __init__(self, sheet: Sheet, head: Head, lines: Sequence[Line], *, trusted: bool) -> None:
        self.sheet, self.head, self.lines = sheet, head, lines
        self.drafts: list[Draft] = []
        self.totals: list[Total] = []
        self.current: Draft | None = None
        self.is_below_table = False
        self.has_parents = C.PARENT in head.columns
        self.placer = Placer(lambda at: self.drafts[at].line.address(C.CODE), gaps=trusted)
        self.last_coded = max((at for at, line in enumerate(lines) if self._may_be_coded(line)), default=-1)

    @staticmethod
    def _may_be_coded(line: Line) -> bool:
        """Whether a code stands in the row, and not the first words of a note or a total."""
        try:
            return bool(codes.read(values.code(line.cells[C.CODE])))
        except ValueError:
            return False

    def read(self) -> None:
        for at, line in enumerate(self.lines):
            line.verdict.kind = self._kind(line, is_after=at > self.last_coded)
            line.verdict.text = (line.verdict.text or " ".join(_words(line).split()))[:BRIEF]

    def _kind(self, line: Line, *, is_after: bool) -> RowKind:
        if line.is_blank:
            return RowKind.BLANK
        if self._is_heading(line):
            return RowKind.HEADING
        words = folded(_words(line))
        if not self._has_code(line) and (TOTAL.fullmatch(words) or PART_TOTAL.fullmatch(words)):
            return self._total(line, is_part=not TOTAL.fullmatch(words), is_after=is_after)
        is_note = not self._has_code(line) and not line.fills(C.MAXIMUM) and bool(NOTE.fullmatch(words))
        if self.is_below_table or (is_note and (is_after or self.current is None)):
            return self._remark_outside(line)
        if is_note:
            return self._note(line)
        if line.across and not self._may_span(line):
            text = _("the cells %(range)s are merged across columns; unmerge them and write each value in its column")
            line.verdict.refuse(line.across.address.partition(":")[0], text % {"range": line.across.address})
            return RowKind.UNKNOWN
        return self._criterion_or_below(line)

    def _criterion_or_below(self, line: Line) -> RowKind:
        shown = line.text(C.CODE)
        if line.verdict.problems:
            self.current = Draft(line, Code("", ()))
            return RowKind.UNKNOWN
        return self._uncoded(line) if shown in {"", *codes.BULLETS} else self._coded(line, shown)

    def _has_code(self, line: Line) -> bool:
        """Whether a code stands in the row; words in the first column, as of a total, are none."""
        return self._may_be_coded(line) or (self.has_parents and line.fills(C.CODE))

    def _may_span(self, line: Line) -> bool:
        """The words of a step may lie over the columns beside them."""
        over = line.across
        return bool(over and not line.fills(C.CODE) and over.columns[0] == self.head.columns[C.NAME].column)

    # ---- rows that are no criterion

    def _is_heading(self, line: Line) -> bool:
        """The head again, as it stands on every printed page, or the numbers of the columns under it."""
        texts = [" ".join(str(cell.value).split()) for cell in line.cells.values() if not cell.is_empty]
        if line.number <= self.head.last + 2 and heads.is_numbering(self._all_texts(line.number)):
            return True
        known = {key: heads.key_of(str(line.cells[key].value)) for key in line.cells if line.fills(key)}
        if not {C.CODE, C.NAME, C.MAXIMUM} <= set(known.values()) or len(texts) < len(heads.NEEDED):
            return False
        for key, found in known.items():
            if found is not key:
                line.refuse(key, _("a second head with other columns begins here; move this table to its own sheet"))
        return True

    def _all_texts(self, row: int) -> list[str]:
        """What the row shows from left to right, in columns that are read and others."""
        cells = (self.sheet.cell(row, column) for column in range(1, self.sheet.width + 1))
        return [" ".join(str(cell.value).split()) for cell in cells if not cell.is_empty]

    def _total(self, line: Line, *, is_part: bool, is_after: bool) -> RowKind:
        area = next((at for at in self.placer.path if self.placer.placed[at].parent is None), None)
        self.totals.append(Total(line, area, is_part))
        self.is_below_table = is_after and not is_part
        return RowKind.TOTAL

    def _remark_outside(self, line: Line) -> RowKind:
        """Remarks on the table as a whole; below it everything is one."""
        self.is_below_table = self.current is not None
        line.verdict.remarks.append(_("Belongs to no criterion; it is not imported."))
        return RowKind.NOTE

    def _note(self, line: Line) -> RowKind:
        """A note between the rows is one on the criterion above."""
        assert self.current is not None
        rows = [normalised(row) for row in _words(line).splitlines()]
        self.current.note += [kept for row in rows if (kept := NOTE_MARK.sub("", row))]
        return self._added(line, self.current, RowKind.NOTE)

    # ---- criteria

    def _coded(self, line: Line, shown: str) -> RowKind:
        try:
            code = codes.opaque(shown) if self.has_parents else codes.read(shown)
        except BadCode as bad:
            line.refuse(C.CODE, str(bad))
            self.current = Draft(line, Code(shown, (shown,)))
            return RowKind.UNKNOWN
        self.current = Draft(line, code, line.text(C.PARENT))
        self.drafts.append(self.current)
        if not self.has_parents:
            self._place(line, code)
        self.current.evidence += line.lines(C.EVIDENCE)
        self.current.note += line.lines(C.NOTE)
        self.current.below += line.lines(C.RULE)
        return RowKind.CRITERION

    def _place(self, line: Line, code: Code) -> None:
        try:
            remark = self.placer.place(code)
        except BadCode as bad:
            is_number = isinstance(line.cells[C.CODE].value, float)
            hint = _(" (1.10 as a number is 1.1: format the column as text)") if is_number else ""
            line.refuse(C.CODE, f"{bad}{hint}")
        else:
            line.verdict.remarks += [remark] if remark else []

    # ---- rows below a criterion

    def _uncoded(self, line: Line) -> RowKind:
        for key in line.elsewhere:
            line.refuse(key, _("this belongs to the row of the criterion itself; a row without a code cannot say it"))
        if self.current is None:
            line.verdict.refuse(_first(line), _("stands above the first code; give the row its code, or take it out"))
            return RowKind.UNKNOWN
        if self._looks_like_a_criterion(line, self.current):
            line.refuse(C.CODE, _("this row looks like a criterion; write its code into this column"))
            return RowKind.UNKNOWN
        said = steps.of_row(line)
        line.verdict.text = "; ".join(said)
        self.current.below += said
        return self._added(line, self.current, RowKind.STEP if said else RowKind.EVIDENCE)

    def _added(self, line: Line, to: Draft, kind: RowKind) -> RowKind:
        to.evidence += line.lines(C.EVIDENCE)
        to.note += line.lines(C.NOTE)
        to.rows_below.append(line)
        is_note_only = kind is RowKind.EVIDENCE and not line.fills(C.EVIDENCE)
        return RowKind.NOTE if is_note_only else kind

    def _looks_like_a_criterion(self, line: Line, current: Draft) -> bool:
        is_head = line.is_bold and line.fills(C.MAXIMUM) and not current.line.is_bold
        return is_head or bool(CODE_BEFORE_WORDS.fullmatch(line.text(C.NAME)))

    def parents(self) -> Iterator[tuple[int | None, str]]:
        """The position of each draft's parent and the code that it is stored under."""
        if not self.has_parents:
            yield from zip((each.parent for each in self.placer.placed), codes.unique(self.placer.placed), strict=True)
            return
        seen: dict[str, int] = {}
        for at, draft in enumerate(self.drafts):
            code, parent = draft.code.shown, draft.parent_code
            if code in seen:
                words = {"code": code, "cell": self.drafts[seen[code]].line.address(C.CODE)}
                draft.line.refuse(C.CODE, _("the code %(code)s stands already in %(cell)s") % words)
            if parent and parent not in seen:
                draft.line.refuse(C.PARENT, _("no row above has the code %(code)s") % {"code": parent})
            yield seen.get(parent), code
            seen.setdefault(code, at)


def _words(line: Line) -> str:
    """What the row says in its first words: merged cells have them in the first column."""
    for key in (C.CODE, C.NAME):
        cell = line.cells[key]
        if isinstance(cell.value, str) and not cell.is_empty:
            return cell.value
    return ""


def _first(line: Line) -> str:
    """The address of the first filled cell."""
    return next(cell.address for cell in line.cells.values() if not cell.is_empty)
