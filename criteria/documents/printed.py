"""What the annex of a criteria set says on paper, whether PDF or DOCX: Vietnamese, whoever prints it."""

from dataclasses import dataclass
from decimal import Decimal

from criteria.models import CriteriaSet, SetState
from criteria.selectors import outline
from criteria.templatetags.points import points
from criteria.tree import annex as layout
from criteria.tree.nodes import SURVEY, Node, Outline
from units.naming import day_in_words, full_name

PRACTICE = "DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
DRAFT = "DỰ THẢO – CHƯA BAN HÀNH"
DOTS = "……"


@dataclass(frozen=True)
class Line:
    """A row of the printed table. ``level`` 0 is an area; a rule's line has no code and no points.

    ``rows``: over how many rows evidence and notes stand, its own and those of its rule; a rule's line has neither.
    """

    code: str
    text: str
    maximum: str
    evidence: tuple[str, ...]
    notes: tuple[str, ...]
    level: int
    is_leaf: bool
    is_rule: bool
    rows: int = 1

    @property
    def is_bold(self) -> bool:
        return not self.is_rule and (not self.is_leaf or not self.level)


@dataclass(frozen=True)
class Paper:
    """All words of the annex. ``mark`` stands on every page where the paper has no legal effect, else it is empty."""

    heading: tuple[str, ...]
    mark: str
    author: str
    lines: tuple[Line, ...]
    total: str
    examples: tuple[tuple[str, str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]

    @property
    def watermark(self) -> str:
        return self.mark.partition(" – ")[0]


def paper(criteria_set: CriteriaSet) -> Paper:
    """The annex of the set; ``cycle`` and its ``authority`` are read from it."""
    content = outline(criteria_set)
    return Paper(
        heading=heading(criteria_set),
        mark=mark(criteria_set),
        author=full_name(criteria_set.cycle.authority.name),
        lines=tuple(_line(row) for row in layout.rows(content, layout.parted)),
        total=_known(layout.total(content)),
        examples=tuple(
            (leaf.code, leaf.name, layout.rule_lines(leaf.examples)) for leaf in content.leaves if leaf.examples
        ),
        remarks=_remarks(criteria_set, content),
    )


def heading(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """The lines above the table: annex, title in capitals, the decision in brackets."""
    issuer = full_name(criteria_set.cycle.authority.name)
    number = criteria_set.number or DOTS
    day = day_in_words(criteria_set.issued_on) if criteria_set.issued_on else f"ngày {DOTS} tháng {DOTS} năm {DOTS}"
    reference = f"(Kèm theo Quyết định số {number} {day} của {issuer})"
    return ("Phụ lục", criteria_set.title.upper(), reference)


def mark(criteria_set: CriteriaSet) -> str:
    """What says on every page that the paper has no legal effect; empty for an issued set of a real season."""
    if criteria_set.is_demo or criteria_set.cycle.is_demo:
        return PRACTICE
    return "" if criteria_set.state in {SetState.ISSUED, SetState.REPLACED} else DRAFT


def marked_heading(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """The heading with the mark below it, for a paper that has no other place for it."""
    said = mark(criteria_set)
    return (*heading(criteria_set), *([f"({said})"] if said else []))


def _line(row: layout.Row) -> Line:
    node = row.node
    if row.rule_line:
        return Line("", row.rule_line, "", (), (), row.level, True, is_rule=True)
    evidence = tuple(f"- {each}" for each in layout.rule_lines(node.evidence)) if row.is_leaf else ()
    return Line(
        node.code,
        node.name,
        _known(node.maximum),
        evidence,
        _notes(node, row.is_leaf),
        row.level,
        row.is_leaf,
        is_rule=False,
        rows=1 + len(layout.parted(node.rule)) if row.is_leaf else 1,
    )


def _notes(node: Node, is_leaf: bool) -> tuple[str, ...]:
    """What stands in a column of its own in the workbook and in the last column on paper."""
    said = [*layout.rule_lines(node.note)]
    if is_leaf:
        said += [layout.METHODS[node.method]] if node.method != "appraisal" else []
        # That a survey's points are imported goes without saying.
        is_told = node.entered_by != "unit" and node.method != SURVEY
        said += [f"Nhập điểm: {layout.ENTERED[node.entered_by]}"] if is_told else []
        said += [f"Các phần: {each}" for each in layout.rule_lines(node.facets)]
    said += [f"Thấp nhất: {points(node.minimum)}"] if node.minimum else []
    said += [f"Hướng dẫn: {node.guidance}"] if node.guidance else []
    said += [f"Căn cứ: {each}" for each in layout.rule_lines(node.legal_basis)]
    return tuple(said)


def _known(value: Decimal | None) -> str:
    return "" if value is None else points(value)


def _remarks(criteria_set: CriteriaSet, content: Outline) -> tuple[str, ...]:
    said = [f"Thang điểm: {points(content.scale)}; trong đó điều tra xã hội học: {points(content.survey_points)}."]
    if content.bonus_cap:
        above = "được" if content.may_exceed else "không được"
        said.append(f"Điểm thưởng tối đa {points(content.bonus_cap)}, {above} vượt thang điểm.")
    if content.penalty_cap:
        said.append(f"Điểm phạt tối đa {points(content.penalty_cap)}.")
    said += [f"Căn cứ: {each}." for each in layout.rule_lines(content.legal_basis)]
    if criteria_set.digest:
        said.append(f"Mã kiểm SHA-256 của nội dung: {criteria_set.digest}.")
    return tuple(said)
