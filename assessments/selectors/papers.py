"""The self-scoring table as its papers show it: of the dossier as it stands, or of what was handed in and frozen.

Both give the same rows, so that a paper of a submission agrees with its receipt whatever is changed later.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.models import Assessment, Receipt
from assessments.selectors.naming import closed_name, closed_of
from assessments.selectors.places import on_paper, pages_then
from assessments.selectors.sheets import Line, Sheet
from criteria.models import Convention, Criterion
from criteria.selectors import criteria_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Leaf:
    """What the unit says of one criterion. ``last``: last year's points, final where they are known.

    ``documents``: what a paper calls them, ``proofs``: their SHA-256.
    """

    code: str
    name: str
    maximum: Decimal
    points: Decimal | None
    not_applicable: bool = False
    explanation: str = ""
    documents: tuple[str, ...] = ()
    minimum: Decimal = ZERO
    last: Decimal | None = None
    proofs: tuple[str, ...] = ()

    @property
    def is_answered(self) -> bool:
        return self.points is not None or self.not_applicable

    @property
    def is_full(self) -> bool:
        return self.points is not None and self.points == self.maximum

    @property
    def lacks_documents(self) -> bool:
        return bool(self.points and self.points > 0 and not self.documents)


@dataclass(frozen=True)
class Exempted:
    """A criterion that does not apply to the unit and is not scored."""

    code: str
    name: str
    maximum: Decimal
    is_full: bool
    reason: str


@dataclass(frozen=True)
class Row:
    """One row of the table: an area or a criterion with its sums, or a leaf. ``level``: 0 for areas."""

    code: str
    name: str
    level: int
    points: Decimal | None
    maximum: Decimal
    leaf: Leaf | None = None


@dataclass(frozen=True)
class Table:
    """A whole table. ``receipt`` is None for a draft; ``report``: the sections of the report as they were frozen."""

    assessment: Assessment
    unit: str
    criteria: str
    rows: tuple[Row, ...]
    points: Decimal
    maximum: Decimal
    exempt: tuple[Exempted, ...] = ()
    way: tuple[str, ...] = ()
    receipt: Receipt | None = None
    report: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaves(self) -> list[Leaf]:
        return [row.leaf for row in self.rows if row.leaf]

    @property
    def areas(self) -> list[Row]:
        return [row for row in self.rows if row.level == 0]

    def within(self, area: Row) -> list[Leaf]:
        """The leaves of an area; an area may be a leaf itself."""
        start = self.rows.index(area)
        below = [area.leaf] if area.leaf else []
        for row in self.rows[start + 1 :]:
            if row.level == 0:
                break
            below += [row.leaf] if row.leaf else []
        return below


def of_sheet(sheet: Sheet) -> Table:
    """The table of the dossier as it stands. No query: everything is in the sheet."""
    by_pk = {line.criterion.pk: line.criterion for line in sheet.lines}
    leaves = [(_leaf(line), _above(line.criterion, by_pk)) for line in sheet.scorable]
    exempt = tuple(
        Exempted(
            line.criterion.code,
            line.criterion.name,
            line.criterion.max_points,
            line.exempt.convention == Convention.FULL,
            line.exempt.reason,
        )
        for line in sheet.exempt
        if line.exempt
    )
    return Table(
        sheet.assessment,
        sheet.assessment.unit.name,
        sheet.assessment.criteria_set.title,
        tuple(_rows(leaves)),
        sheet.total.points,
        sheet.total.maximum,
        exempt,
        tuple(sheet.way_in_words) if sheet.caps.nodes else (),
    )


def of_receipt(receipt: Receipt) -> Table:
    """The table of what was handed in. The set may have been amended since: it names the inner nodes and no more."""
    content = json.loads(receipt.content)
    criteria = criteria_of(receipt.assessment.criteria_set)
    by_pk, by_code = {each.pk: each for each in criteria}, {each.code: each for each in criteria}
    closed = closed_of(receipt)
    leaves = [(leaf := _thawed(raw, closed), _frozen_above(leaf.code, by_pk, by_code)) for raw in content["leaves"]]
    exempt = tuple(
        Exempted(raw["code"], raw["name"], Decimal(raw["maximum"]), raw["effect"] == Convention.FULL, raw["reason"])
        for raw in content.get("exempt", ())
    )
    return Table(
        receipt.assessment,
        content["unit"]["name"],
        content["criteria"],
        tuple(_rows(leaves)),
        receipt.points,
        receipt.maximum,
        exempt,
        tuple(content.get("way", ())),
        receipt,
        content.get("report", {}),
    )


def _leaf(line: Line) -> Leaf:
    score, criterion, last = line.score, line.criterion, line.last_year
    before = last.points_self if last and last.points_final is None else last.points_final if last else None
    return Leaf(
        criterion.code,
        criterion.name,
        criterion.max_points,
        score.points if score else None,
        bool(score and score.not_applicable),
        score.explanation if score else "",
        tuple(on_paper(each) for each in line.citations),
        criterion.min_points,
        before,
        tuple(each.evidence.sha256 for each in line.citations),
    )


def _thawed(raw: Mapping[str, Any], closed: Collection[str]) -> Leaf:
    documents = raw["evidence"]
    names = [closed_name(each["sha256"]) if each["sha256"] in closed else each["name"] for each in documents]
    return Leaf(
        raw["code"],
        raw["name"],
        Decimal(raw["maximum"]),
        None if raw["points"] is None else Decimal(raw["points"]),
        raw["not_applicable"],
        raw["explanation"],
        tuple(
            " · ".join(filter(None, (name, pages_then(each), each["place"])))
            for name, each in zip(names, documents, strict=True)
        ),
        Decimal(raw.get("minimum", 0)),
        proofs=tuple(each["sha256"] for each in documents),
    )


def _above(criterion: Criterion, by_pk: Mapping[int, Criterion]) -> tuple[tuple[str, str], ...]:
    """Codes and names of the nodes above, the area first."""
    above: list[tuple[str, str]] = []
    while criterion.parent_id is not None:
        criterion = by_pk[criterion.parent_id]
        above.insert(0, (criterion.code, criterion.name))
    return tuple(above)


def _frozen_above(
    code: str, by_pk: Mapping[int, Criterion], by_code: Mapping[str, Criterion]
) -> tuple[tuple[str, str], ...]:
    """As ``_above``; for a leaf that the set has no more, the nodes whose codes its own begins with."""
    if code in by_code:
        return _above(by_code[code], by_pk)
    parts = code.split(".")
    codes = [".".join(parts[:length]) for length in range(1, len(parts))]
    return tuple((each, by_code[each].name) for each in codes if each in by_code)


def _rows(leaves: Iterable[tuple[Leaf, tuple[tuple[str, str], ...]]]) -> list[Row]:
    """Leaves in order, each node above them once before its first leaf, with the sums of what is below it."""
    kept = list(leaves)
    rows: list[Row] = []
    shown: set[str] = set()
    for leaf, above in kept:
        for level, (code, name) in enumerate(above):
            if code not in shown:
                shown.add(code)
                rows.append(_sum(code, name, level, [each for each, over in kept if (code, name) in over]))
        maximum = ZERO if leaf.not_applicable else leaf.maximum
        rows.append(Row(leaf.code, leaf.name, len(above), leaf.points, maximum, leaf))
    return rows


def _sum(code: str, name: str, level: int, below: list[Leaf]) -> Row:
    points = sum((leaf.points for leaf in below if leaf.points is not None), ZERO)
    maximum = sum((leaf.maximum for leaf in below if not leaf.not_applicable), ZERO)
    return Row(code, name, level, points, maximum)


def counted(table: Table, test: Callable[[Leaf], bool]) -> int:
    return sum(test(leaf) for leaf in table.leaves)
