"""The self-assessment report: its sections as drafted from the scores or as the unit wrote them, and what they lack.

Drafts are in Vietnamese whatever the language of the page: they are the text of an official paper.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.translation import gettext

from assessments import live_fields
from assessments.live_fields import Stale
from assessments.models import Assessment, ReportSection, Score
from assessments.selectors.papers import Leaf, Row, Table, counted
from criteria.templatetags.points import points as shown
from units.models import AuditEvent, User

TITLES = {
    "grounds": "Căn cứ tự chấm điểm",
    "results": "Kết quả tự chấm điểm",
    "strong": "Nội dung đạt kết quả tốt",
    "weak": "Tồn tại, hạn chế và nguyên nhân",
    "changes": "Thay đổi so với năm trước",
    "evidence": "Tiêu chí chưa có hoặc chưa đủ tài liệu kiểm chứng",
    "proposals": "Khó khăn, vướng mắc và đề xuất, kiến nghị",
}
"""The sections in the order of the report."""
MOST_EVENTS = 2000
HUNDREDTH = Decimal("0.01")


class Fault(StrEnum):
    """What a section lacks."""

    UNKNOWN = "unknown"
    STALE = "stale"
    EMPTY = "empty"


@dataclass(frozen=True)
class Flaw:
    """One thing to look at in a section. ``text``: the field or the number, ``now``: what it says by now."""

    key: str
    fault: Fault
    text: str = ""
    field: str = ""
    now: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def words(self) -> str:
        """The fault in a sentence."""
        if self.fault is Fault.UNKNOWN:
            return gettext("there is no field “%(name)s”") % {"name": self.text}
        if self.fault is Fault.STALE:
            words = {"typed": self.text, "field": self.field, "now": self.now}
            text = gettext("the number %(typed)s was typed by hand and was “%(field)s” earlier; by now that is %(now)s")
            return text % words
        return gettext("nothing is written here")


@dataclass(frozen=True)
class Section:
    """One section. ``text`` holds live fields; ``is_drafted``: nobody changed what is drafted from the scores."""

    key: str
    text: str
    filled: str
    version: int = 0
    is_drafted: bool = True
    updated_by: User | None = None

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.filled.splitlines() if line.strip()]


@dataclass(frozen=True)
class Report:
    """The whole report with the values of its live fields."""

    table: Table
    sections: tuple[Section, ...]
    values: Mapping[str, str]
    flaws: tuple[Flaw, ...] = ()

    def find(self, key: str) -> Section | None:
        return next((each for each in self.sections if each.key == key), None)


def report(table: Table) -> Report:
    """The report of a table: of a submission as it was frozen, else as the unit has it now. Four queries at most."""
    values = values_of(table)
    if table.report:
        frozen = tuple(Section(key, table.report[key], table.report[key]) for key in TITLES if key in table.report)
        return Report(table, frozen, values)
    written = {row.key: row for row in table.assessment.report_sections.select_related("updated_by")}
    drafts = drafts_of(table)
    sections = tuple(_section(key, drafts[key], written.get(key), values) for key in TITLES)
    return Report(table, sections, values)


def checked(table: Table) -> Report:
    """The report with what its sections lack."""
    found = report(table)
    return Report(found.table, found.sections, found.values, tuple(flaws_of(found)))


def frozen_sections(table: Table) -> dict[str, str]:
    """What a receipt keeps of the report: every section with its fields filled."""
    return {each.key: each.filled for each in report(table).sections}


def _section(key: str, draft: str, row: ReportSection | None, values: Mapping[str, str]) -> Section:
    text = row.text if row else draft
    filled = live_fields.fill(text, values)
    if row is None:
        return Section(key, text, filled)
    return Section(key, text, filled, row.version, is_drafted=False, updated_by=row.updated_by)


# --- live fields ------------------------------------------------------------------------------------------------------


def values_of(table: Table) -> dict[str, str]:
    """What every live field says now, by its name."""
    before = _before(table)
    values = {
        "tổng điểm": shown(table.points),
        "điểm tối đa": shown(table.maximum),
        "tỷ lệ": _share(table.points, table.maximum),
        "số tiêu chí": str(len(table.leaves)),
        "số tiêu chí đã chấm": str(counted(table, lambda leaf: leaf.is_answered)),
        "số tiêu chí không áp dụng": str(counted(table, lambda leaf: leaf.not_applicable) + len(table.exempt)),
        "số tiêu chí đạt điểm tối đa": str(counted(table, lambda leaf: leaf.is_full)),
        "số tiêu chí chưa đạt điểm tối đa": str(counted(table, _is_short)),
        "số tiêu chí thiếu tài liệu": str(counted(table, lambda leaf: leaf.lacks_documents)),
        "số tài liệu": str(len({sha for leaf in table.leaves for sha in leaf.proofs})),
    }
    if before:
        values["tổng điểm năm trước"] = shown(sum(before.values(), Decimal(0)))
    for area in table.areas:
        values[f"điểm lĩnh vực {area.code}"] = shown(area.points or Decimal(0))
        values[f"điểm tối đa lĩnh vực {area.code}"] = shown(area.maximum)
        values[f"tỷ lệ lĩnh vực {area.code}"] = _share(area.points or Decimal(0), area.maximum)
    for leaf in table.leaves:
        values[f"điểm {leaf.code}"] = "không áp dụng" if leaf.not_applicable else shown(leaf.points or Decimal(0))
        values[f"điểm tối đa {leaf.code}"] = shown(leaf.maximum)
    return values


def _share(points: Decimal, maximum: Decimal) -> str:
    """Percent with two places, rounded once, half up."""
    if not maximum:
        return "0"
    return shown((points * 100 / maximum).quantize(HUNDREDTH, ROUND_HALF_UP))


def _is_short(leaf: Leaf) -> bool:
    return not leaf.not_applicable and leaf.maximum > 0 and (leaf.points is None or leaf.points < leaf.maximum)


def _before(table: Table) -> dict[str, Decimal]:
    """Last year's points by the codes of this year's leaves."""
    return {leaf.code: leaf.last for leaf in table.leaves if leaf.last is not None}


def earlier_values(table: Table) -> dict[str, set[str]]:
    """What fields said before: points of leaves, sums of areas and the total after each save, and earlier receipts.

    Read back from the audit trail, the newest ``MOST_EVENTS`` saves. Two queries and the dossier's receipts.
    """
    found: dict[str, set[str]] = defaultdict(set, {"tổng điểm": set()})
    for receipt in table.assessment.receipts.only("points"):
        found["tổng điểm"].add(shown(receipt.points))
    points = {leaf.code: leaf.points or Decimal(0) for leaf in table.leaves}
    area_of = {leaf.code: area for area in table.areas for leaf in table.within(area)}
    total = table.points
    areas = {area.code: area.points or Decimal(0) for area in table.areas}
    for code, was in _saves(table.assessment):
        if code not in points:
            continue
        change = was - points[code]
        points[code] += change
        area = area_of[code].code
        areas[area], total = areas[area] + change, total + change
        found[f"điểm {code}"].add(shown(was))
        found[f"điểm lĩnh vực {area}"].add(shown(areas[area]))
        found["tổng điểm"].add(shown(total))
    return dict(found)


def _saves(assessment: Assessment) -> Iterable[tuple[str, Decimal]]:
    """Code and points before each save, the newest save first."""
    keys = [str(pk) for pk in Score.objects.filter(assessment=assessment).values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(target_type="assessments.score", target_id__in=keys, action="assessment.scored")
    for data in events.order_by("-number").values_list("data", flat=True)[:MOST_EVENTS]:
        said = json.loads(data)
        yield said["criterion"], Decimal(said["was"] or 0)


def flaws_of(found: Report) -> Iterable[Flaw]:
    """Unknown fields, stale numbers and empty sections, in the order of the report. Drafts cannot be wrong."""
    earlier = earlier_values(found.table) if any(not each.is_drafted for each in found.sections) else {}
    for section in found.sections:
        if section.is_drafted:
            continue
        if not section.text.strip():
            yield Flaw(section.key, Fault.EMPTY)
        for name in live_fields.unknown(section.text, found.values):
            yield Flaw(section.key, Fault.UNKNOWN, name)
        for stale in live_fields.stale(section.text, found.values, earlier):
            yield _stale(section.key, stale)


def _stale(key: str, stale: Stale) -> Flaw:
    return Flaw(key, Fault.STALE, stale.typed, stale.name, stale.now)


# --- drafts -----------------------------------------------------------------------------------------------------------


def drafts_of(table: Table) -> dict[str, str]:
    """What each section says before anybody writes: with live fields, so that it follows the scores."""
    lines = {
        "grounds": _grounds(table),
        "results": _results(table),
        "strong": _strong(table),
        "weak": _weak(table),
        "changes": _changes(table),
        "evidence": _evidence(table),
        "proposals": ["Không có."],
    }
    return {key: "\n".join(lines[key]) for key in TITLES}


def _grounds(table: Table) -> list[str]:
    cycle, criteria = table.assessment.cycle, table.assessment.criteria_set
    grounds = []
    if cycle.plan:
        grounds.append(f"Căn cứ {_within(cycle.plan)}")
    if criteria.number and criteria.issued_on:
        day = f"{criteria.issued_on:%d/%m/%Y}"
        grounds.append(f"Căn cứ Quyết định số {criteria.number} ngày {day} ban hành {_within(table.criteria)}")
    else:
        grounds.append(f"Căn cứ {_within(table.criteria)}")
    grounds.append("Căn cứ tình hình, kết quả thực hiện công tác cải cách hành chính trong kỳ")
    return [f"{text.rstrip(' ;.')};" for text in grounds[:-1]] + [f"{grounds[-1]}."]


def _within(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _results(table: Table) -> list[str]:
    first = (
        f"Tổng điểm tự chấm của {table.unit}: {{{{tổng điểm}}}} điểm trên {{{{điểm tối đa}}}} điểm tối đa của các "
        "tiêu chí tự chấm áp dụng cho đơn vị, đạt {{tỷ lệ}}%; đã chấm {{số tiêu chí đã chấm}}/{{số tiêu chí}} "
        "tiêu chí, với {{số tài liệu}} tài liệu kiểm chứng."
    )
    return [first, "Kết quả theo từng lĩnh vực:", *(f"- {_area(area)}." for area in table.areas)]


def _area(area: Row) -> str:
    code = area.code
    if not area.maximum:
        return f"{area.name}: {{{{điểm lĩnh vực {code}}}}} điểm"
    share = f"đạt {{{{tỷ lệ lĩnh vực {code}}}}}%"
    return f"{area.name}: {{{{điểm lĩnh vực {code}}}}}/{{{{điểm tối đa lĩnh vực {code}}}}} điểm, {share}"


def _strong(table: Table) -> list[str]:
    lines = ["{{số tiêu chí đạt điểm tối đa}}/{{số tiêu chí}} tiêu chí đạt điểm tối đa:"]
    for area in table.areas:
        leaves = table.within(area)
        full = [leaf.code for leaf in leaves if leaf.is_full and leaf.maximum > 0]
        if full:
            lines.append(f"- {area.name}: {len(full)}/{len(leaves)} tiêu chí ({', '.join(full)}).")
    return lines if len(lines) > 1 else ["Chưa có tiêu chí đạt điểm tối đa."]


def _weak(table: Table) -> list[str]:
    short = [leaf for leaf in table.leaves if _is_short(leaf)]
    if not short:
        return ["Không có tiêu chí nào chưa đạt điểm tối đa."]
    lines = ["{{số tiêu chí chưa đạt điểm tối đa}} tiêu chí chưa đạt điểm tối đa:"]
    return lines + [f"- {leaf.code} {leaf.name}: {_got(leaf)}.{_cause(leaf)}" for leaf in short]


def _got(leaf: Leaf) -> str:
    if leaf.points is None:
        return "chưa chấm"
    return f"{{{{điểm {leaf.code}}}}}/{{{{điểm tối đa {leaf.code}}}}} điểm"


def _cause(leaf: Leaf) -> str:
    said = " ".join(leaf.explanation.split()).rstrip(".")
    return f" Nguyên nhân, giải trình: {said}." if said else ""


def _changes(table: Table) -> list[str]:
    before = _before(table)
    if not before:
        return ["Không có số liệu năm trước của các tiêu chí tương ứng để so sánh."]
    now = {leaf.code: leaf for leaf in table.leaves if leaf.code in before and leaf.points is not None}
    up = [leaf for code, leaf in now.items() if leaf.points is not None and leaf.points > before[code]]
    down = [leaf for code, leaf in now.items() if leaf.points is not None and leaf.points < before[code]]
    first = (
        f"So sánh được {len(before)} tiêu chí với năm trước (tổng điểm năm trước của các tiêu chí này: "
        "{{tổng điểm năm trước}} điểm)."
    )
    return [first, *_moved("tăng", up, before), *_moved("giảm", down, before)]


def _moved(word: str, leaves: Sequence[Leaf], before: Mapping[str, Decimal]) -> list[str]:
    if not leaves:
        return [f"Không có tiêu chí {word} điểm."]
    said = [f"- {leaf.code} {leaf.name}: từ {shown(before[leaf.code])} lên" for leaf in leaves]
    if word == "giảm":
        said = [text.removesuffix("lên") + "xuống" for text in said]
    rows = [f"{text} {{{{điểm {leaf.code}}}}} điểm." for text, leaf in zip(said, leaves, strict=True)]
    return [f"Tiêu chí {word} điểm:", *rows]


def _evidence(table: Table) -> list[str]:
    lacking = [leaf for leaf in table.leaves if leaf.lacks_documents]
    if not lacking:
        return ["Các tiêu chí có điểm đều có tài liệu kiểm chứng."]
    lines = ["{{số tiêu chí thiếu tài liệu}} tiêu chí có điểm nhưng chưa có tài liệu kiểm chứng:"]
    for leaf in lacking:
        said = " ".join(leaf.explanation.split()).rstrip(".")
        lines.append(f"- {leaf.code} {leaf.name}. {f'Giải trình: {said}.' if said else 'Chưa có giải trình.'}")
    return lines
