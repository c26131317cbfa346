"""An annex in a workbook into a criteria set: every row with its verdict, and the set if no row is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.imports import facts, heads, lines, nodes
from criteria.imports.body import Body, Total
from criteria.imports.facts import Facts
from criteria.imports.heads import Column, Head
from criteria.imports.values import TOO_MUCH, comma
from criteria.imports.verdicts import Problem, Reading, RowKind, SeveralSheets, Verdict
from criteria.tree import annex as layout
from criteria.tree.nodes import SCALE, SURVEY, ZERO, Node, Outline
from units import grids
from units.archive import Unreadable
from units.grids import Sheet
from units.naming import normalised

C = Column
LISTED = 6
LONGEST_TITLE, LONGEST_BASIS = 300, 2_000


@dataclass(frozen=True)
class Wanted:
    """What a person says beside the file; empty: as the file says. ``fallback``: the title where nothing gives one."""

    sheet: str = ""
    title: str = ""
    scale: Decimal | None = None
    fallback: str = "Bộ tiêu chí"


def read(data: bytes, wanted: Wanted | None = None) -> Reading:
    """What the workbook says. Nothing is stored.

    Raises ``Unreadable`` when the file as a whole cannot be read, ``SeveralSheets`` when a person must name the sheet.
    """
    wanted = wanted or Wanted()
    sheets = grids.read(data)
    sheet, head = _pick(sheets, wanted.sheet)
    own = facts.read(next((each for each in sheets if each.title == layout.FACTS and each is not sheet), None))
    above = _above(sheet, head)
    rows = lines.below(sheet, head)
    body = Body(sheet, head, rows, trusted=own.is_there)
    body.read()
    made = nodes.build(body, head, trusted=own.is_there)
    of_the_whole = _check(sheet, body, made.nodes)
    outline = _outline(made.nodes, own, facts.heading([verdict.text for verdict in above]), wanted)
    of_the_whole += _check_outline(sheet, outline)
    verdicts = (*above, *_of_the_head(sheet, head), *(row.verdict for row in rows), *own.verdicts)
    reading = Reading(sheet.title, None, verdicts, made.unread, _remarks(sheets, sheet, head), tuple(of_the_whole))
    return reading if reading.problems else replace(reading, outline=outline)


# ---- which sheet


def _pick(sheets: Sequence[Sheet], named: str) -> tuple[Sheet, Head]:
    """The sheet with the table. Raises ``Unreadable`` or ``SeveralSheets``."""
    found = [(sheet, heads.find(sheet)) for sheet in sheets if sheet.is_visible]
    complete = [(sheet, head) for sheet, head in found if not head.missing]
    if named:
        complete = [(sheet, head) for sheet, head in complete if sheet.title == named]
    if len(complete) == 1:
        return complete[0]
    if complete:
        raise SeveralSheets([sheet.title for sheet, _head in complete])
    best = min((head.missing for _sheet, head in found if head.first), key=len, default=list(heads.LABEL.values()))
    raise Unreadable(
        _("No visible sheet has a head row with these columns: %(columns)s.") % {"columns": "; ".join(best)}
    )


# ---- the rows above the table


def _above(sheet: Sheet, head: Head) -> list[Verdict]:
    found = []
    for row in range(1, head.first):
        cells = (sheet.cells.get((row, column)) for column in range(1, sheet.width + 1))
        text = normalised(" ".join(str(cell.value) for cell in cells if cell))
        found.append(Verdict(sheet.title, row, RowKind.TITLE if text else RowKind.BLANK, text))
    return found


def _of_the_head(sheet: Sheet, head: Head) -> list[Verdict]:
    found = [Verdict(sheet.title, row, RowKind.HEADING) for row in range(head.first, head.last + 1)]
    for named in head.doubled:
        words = {"head": named.words, "other": head.columns[named.key].cell.address if named.key else ""}
        found[-1].refuse(named.cell.address, _("“%(head)s” means the same as %(other)s; rename or delete one") % words)
    for named in head.hidden:
        if named.key and named.key not in head.columns:
            text = _("the column “%(head)s” is hidden; show it so that it is read, or delete it")
            found[-1].refuse(named.cell.address, text % {"head": named.words})
    return found


def _remarks(sheets: Sequence[Sheet], sheet: Sheet, head: Head) -> tuple[str, ...]:
    """What of the workbook was left aside."""
    return tuple(_left_aside(sheets, sheet, head))


def _left_aside(sheets: Sequence[Sheet], sheet: Sheet, head: Head) -> Iterator[str]:
    others = [each.title for each in sheets if each is not sheet and each.cells and each.title != layout.FACTS]
    if others:
        yield _("Sheets that were not read: %(sheets)s.") % {"sheets": _listed(others)}
    hidden = [f"{named.cell.address} “{named.words}”" for named in head.hidden if named.key in {None, *head.columns}]
    if hidden:
        yield _("Hidden columns that were not read: %(columns)s.") % {"columns": _listed(hidden)}
    if head.unknown:
        unknown = [f"{named.cell.address} “{named.words}”" for named in head.unknown]
        yield _("Columns that were not read, because their heads say nothing known: %(columns)s.") % {
            "columns": _listed(unknown)
        }
    if bare := _without_head(sheet, head):
        yield _("Cells in columns without a head, which were not read: %(cells)s.") % {"cells": _listed(bare)}
    if sheet.covered:
        covered = [cell.address for cell in sheet.covered]
        yield _("Cells that merged cells hide, which were not read: %(cells)s.") % {"cells": _listed(covered)}


def _without_head(sheet: Sheet, head: Head) -> list[str]:
    named = {each.column for each in (*head.columns.values(), *head.unknown, *head.hidden, *head.doubled)}
    return [
        cell.address for (row, column), cell in sorted(sheet.cells.items()) if row > head.last and column not in named
    ]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:LISTED]) + (" …" if len(words) > LISTED else "")


# ---- the whole


def _check(sheet: Sheet, body: Body, found: Sequence[Node]) -> list[Problem]:
    """The sums that the file states against the maxima that it lists."""
    if not body.drafts:
        return [Problem(sheet.title, "", _("No row below the head has a code; the table has no criteria."))]
    for total in body.totals:
        parts = _parts(total, found)
        value = total.line.number_in(C.MAXIMUM)
        known = [each for each in parts if each is not None]
        if value is None:
            continue
        if not parts or len(known) < len(parts):
            total.line.verdict.remarks.append(_("Not compared: some maxima are not known."))
        elif sum(known, ZERO) != value:
            words = {"total": comma(value), "sum": comma(sum(known, ZERO))}
            text = _("the file states %(total)s, but its rows make %(sum)s; correct one of them")
            total.line.refuse(C.MAXIMUM, text % words)
    return []


def _parts(total: Total, found: Sequence[Node]) -> list[Decimal | None]:
    """The maxima that a stated sum should make: of all areas inside the scale, or of the area that it closes."""
    if total.is_part:
        return [found[total.area].maximum] if total.area is not None else []
    return [each.maximum for each in found if not each.parent and each.side == SCALE]


def _outline(found: Sequence[Node], own: Facts, heading: tuple[str, str], wanted: Wanted) -> Outline:
    areas = [node for node in found if not node.parent]
    parents = {node.parent for node in found}
    surveys = [node for node in found if node.method == SURVEY and node.side == SCALE and node.code not in parents]
    return Outline(
        title=wanted.title or own.title or heading[0] or wanted.fallback,
        scale=wanted.scale or own.scale or sum((each.maximum or ZERO for each in areas if each.side == SCALE), ZERO),
        survey_points=_or(own.survey_points, sum((each.maximum or ZERO for each in surveys), ZERO)),
        nodes=tuple(found),
        bonus_cap=_or(own.bonus_cap, sum((each.maximum or ZERO for each in areas if each.side == "bonus"), ZERO)),
        penalty_cap=_or(own.penalty_cap, -sum((each.minimum for each in areas if each.side == "penalty"), ZERO)),
        may_exceed=own.may_exceed,
        legal_basis=own.legal_basis if own.is_there else heading[1],
    )


def _or(said: Decimal | None, counted: Decimal) -> Decimal:
    return counted if said is None else said


def _check_outline(sheet: Sheet, outline: Outline) -> list[Problem]:
    if outline.nodes and outline.scale <= 0:
        return [Problem(sheet.title, "", _("The file does not say how many points the scale has; type it in."))]
    found = []
    if outline.survey_points > outline.scale > 0:
        found.append(_("More points come by survey than the scale has; correct one of them."))
    totals = (outline.scale, outline.survey_points, outline.bonus_cap, outline.penalty_cap)
    if any(not 0 <= each < TOO_MUCH for each in totals):
        found.append(_("The scale, the points by survey and the limits of bonus and penalty lie between 0 and 99,999."))
    if len(outline.title) > LONGEST_TITLE or len(outline.legal_basis) > LONGEST_BASIS:
        found.append(_("The title or the legal basis is too long; shorten the lines above the table."))
    return [Problem(sheet.title, "", text) for text in found]
